"""The site's search: what each section says, as data for the search page.

Sphinx's own search knows pages only, fetches them for its snippets, and loads its
scripts on every page. Here every section of the book, and every term of the glossary,
is an entry: its heading, those above it, its prose as it is read, and the names in its
code. The search page loads them as a plain script, so it works from a folder too;
ranking.js chooses among them, search.js shows them, and marks.js, the only script of
the search that other pages have, marks the words where a hit leads.
"""

import json
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.search import IndexBuilder
from sphinx.util.typing import ExtensionMetadata

from book.site import plain

DATA = "search-data.js"
LISTS = {"chapters/claims", "chapters/run_times", "chapters/changelog"}  # no lessons
OURS = [DATA, "ranking.js", "search.js"]  # after errors.js, which book.site.errors adds
THEIRS = {"doctools.js", "language_data.js", "searchtools.js", "sphinx_highlight.js"}
THEIRS |= {"translations.js"}  # for doctools.js

# A name in code: dotted, with an underscore, or with a capital inside.
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
TELLING = re.compile(r"\w[._]\w|[a-z][A-Z]|[A-Z]{2}[a-z]")

# What stands in a question beside Sphinx's own stop words.
ASKING = {
    "can", "could", "do", "does", "has", "have", "how", "me", "my", "what", "when",
    "where", "which", "who", "why", "you", "your",
}  # fmt: skip

UNSEEN = re.compile(r"(?s)<(style|script|svg)\b.*?</\1>|<[^>]*>")  # in HTML

Written = nodes.paragraph | nodes.rubric | nodes.term | nodes.caption


@dataclass(frozen=True)
class Section:
    """A section of a page, without those within it, or a term of the glossary.

    Attributes:
        target: its id in the page, "" for the page's own.
        heading: its title.
        above: the titles of the sections around it, the page's first.
        text: its prose, a line for each paragraph, item or row of a table.
        names: the names in its code and in what that printed, each once.
        is_term: whether it is a term and its definition.
    """

    target: str
    heading: str
    above: tuple[str, ...]
    text: str
    names: tuple[str, ...]
    is_term: bool = False


def read_sections(doctree: nodes.document) -> list[Section]:
    """Give a page's sections and terms, in their order."""
    found: list[Section] = []
    for section in doctree.children:
        if isinstance(section, nodes.section):
            _read(section, (), found)
    return found


def _read(section: nodes.section, above: tuple[str, ...], found: list[Section]) -> None:
    heading = plain.text_of(section.next_node(nodes.title))
    lines: list[str] = []
    names: dict[str, None] = {}
    inner: list[nodes.section] = []
    terms: list[Section] = []
    path = (*above, heading)
    _gather(section, path, lines, names, inner, terms)
    target = section["ids"][0] if above else ""
    found.append(Section(target, heading, above, "\n".join(lines), tuple(names)))
    found += terms
    for child in inner:
        _read(child, path, found)


def _gather(node, path, lines, names, inner, terms) -> None:
    """Add what stands in a node, but for the sections in it, to the lists."""
    for child in node.children:
        if isinstance(child, nodes.section):
            inner.append(child)
        elif isinstance(child, addnodes.glossary):
            terms += _terms(child, path)
        elif isinstance(child, Written):
            line = plain.text_of(child)
            lines += [line] if line else []
            _add_names(
                names, " ".join(c.astext() for c in child.findall(nodes.literal))
            )
        elif isinstance(child, nodes.row):
            cells = [plain.text_of(cell) for cell in child]
            lines.append(" · ".join(filter(None, cells)))
            _add_names(
                names, " ".join(c.astext() for c in child.findall(nodes.literal))
            )
        elif isinstance(child, nodes.literal_block):
            _add_names(names, child.astext())
        elif isinstance(child, nodes.raw):
            _add_names(names, _text_of_html(child))
        elif not isinstance(child, nodes.title | nodes.Invisible | addnodes.toctree):
            _gather(child, path, lines, names, inner, terms)


def _terms(glossary: addnodes.glossary, path: tuple[str, ...]) -> list[Section]:
    terms = []
    for item in glossary.findall(nodes.definition_list_item):
        term, definition = item.next_node(nodes.term), item.next_node(nodes.definition)
        names: dict[str, None] = {}
        lines = [plain.text_of(part) for part in definition]
        _add_names(names, " ".join(c.astext() for c in item.findall(nodes.literal)))
        terms.append(
            Section(
                term["ids"][0],
                plain.text_of(term),
                path,
                "\n".join(lines),
                tuple(names),
                is_term=True,
            )
        )
    return terms


def _add_names(names: dict[str, None], code: str) -> None:
    for name in NAME.findall(code):
        if TELLING.search(name):
            names[name] = None


def _text_of_html(node: nodes.raw) -> str:
    if node.get("format") != "html":
        return ""
    return unescape(UNSEEN.sub(" ", node.astext()))


def data_of(app: Sphinx) -> str:
    """Give the script that holds the entries of the book and the language's stemmer."""
    pages = [p for p in app.env.collect_relations() if p not in LISTS]
    titles = [plain.text_of(app.env.titles[page]) for page in pages]
    entries = []
    for number, page in enumerate(pages):
        for section in read_sections(app.env.get_doctree(page)):
            entries.append(
                [
                    number,
                    section.target,
                    section.heading,
                    list(section.above[1:]),
                    section.text,
                    " ".join(section.names),
                    int(section.is_term),
                ]
            )
    uris = [app.builder.get_relative_uri("search", page) for page in pages]
    language = IndexBuilder(app.env, app.config.language, {}, "")
    silent = set(language.lang.stopwords)
    if app.config.language.startswith("en"):
        silent |= ASKING
    data = {
        "pages": list(zip(uris, titles, strict=True)),
        "entries": entries,
        "stopwords": sorted(silent),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    stemmer = language.get_js_stemmer_code().strip()
    return f"const searchData = {text};\n{stemmer}\n"


def replace_search(app: Sphinx) -> None:
    """Keeps Sphinx from making its own index and its own search page."""
    app.builder.search = False


def collect_search_page(app: Sphinx):
    """Writes the data, now that all is read, and gives the search page."""
    path = Path(app.outdir, "_static", DATA)
    path.write_text(data_of(app), encoding="utf-8")
    yield "search", {}, "search.html"


def choose_scripts(app, pagename, templatename, context, doctree) -> None:
    """Takes Sphinx's scripts from a page and gives the search page its own."""
    if pagename == "search":
        for script in OURS:
            app.add_js_file(script, loading_method="defer", priority=600)
        app.add_css_file("search.css")
    scripts = context["script_files"]
    scripts[:] = [s for s in scripts if Path(str(s.filename)).name not in THEIRS]


def drop_scripts(app: Sphinx, exception: Exception | None) -> None:
    """Drops the files of Sphinx's search, which nothing loads."""
    if exception is None:
        for name in THEIRS:
            Path(app.outdir, "_static", name).unlink(missing_ok=True)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers what collects the entries and what the pages need."""
    app.add_js_file("marks.js", loading_method="defer")
    app.connect("builder-inited", replace_search)
    app.connect("html-collect-pages", collect_search_page)
    app.connect("html-page-context", choose_scripts)
    app.connect("build-finished", drop_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
