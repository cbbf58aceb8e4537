"""The glossary and the references, and the links that lead to them.

Both pages are plain Markdown, so that a link such as ``[gate](glossary.md#gate)`` leads
somewhere in JupyterLab, on GitHub and here. In the glossary each term is a heading; in
the references each work is an item of a list that begins with an anchor,
``<a id="elman1990"></a>``. On the site the glossary is a list of definitions, and a
link to either page shows on hovering what stands there.
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata

from book.site import plain

GLOSSARY, REFERENCES = "chapters/glossary", "chapters/references"
PAGES = {GLOSSARY, REFERENCES}

ANCHOR = re.compile(r'<a id="([\w-]+)">')
SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)


def words_of(env: BuildEnvironment) -> dict[str, dict[str, str]]:
    """Give what the links of each page of words say: page → anchor → text."""
    if not hasattr(env, "book_words"):
        env.book_words = {}
    return env.book_words


def set_anchors(doctree: nodes.document, slugs: dict) -> None:
    """Make an item or a heading known by the anchor that it begins with.

    Args:
        doctree: a page as it was read; its anchors are changed in place.
        slugs: MyST's table of the places in the page that links can name: anchor →
            (line, id, text). It gets those that it lacks.
    """
    for raw in list(doctree.findall(nodes.raw)):
        if not (found := ANCHOR.fullmatch(raw.astext())):
            continue
        place = raw.parent
        place.remove(raw.next_node(nodes.raw, siblings=True, descend=False))  # </a>
        place.remove(raw)
        if found[1] not in slugs:
            place = place.parent if isinstance(place, nodes.paragraph) else place
            place["ids"].append(found[1])
            doctree.note_explicit_target(place)
            slugs[found[1]] = (raw.line, found[1], "")


def list_terms(doctree: nodes.document) -> dict[str, str]:
    """Make the sections of the glossary one list of definitions.

    Returns:
        The first sentence of each term's definition, by its anchor.
    """
    sections = [node for node in doctree.findall(nodes.section) if "slug" in node]
    page, *entries = sections
    terms = nodes.definition_list(classes=["simple", "glossary"])
    words = {}
    for entry in entries:
        title, *definition = entry.children
        term = nodes.term("", "", *title.children, ids=entry["ids"])
        terms += nodes.definition_list_item("", term, nodes.definition("", *definition))
        words[entry["slug"]] = first_sentence(definition[0])
        page.remove(entry)
    page += addnodes.glossary("", terms)
    return words


def first_sentence(node: nodes.Node) -> str:
    """Give the first sentence of a text; formulas as one would type them."""
    text = plain.text_of(node)
    found = SENTENCE.match(text)
    return found[0] if found else text


def on_read(app: Sphinx, doctree: nodes.document) -> None:
    """Sets the anchors of the page that was just read, and keeps its words."""
    page = app.env.docname
    set_anchors(doctree, app.env.metadata[page].setdefault("myst_slugs", {}))
    if page == GLOSSARY:
        words_of(app.env)[page] = list_terms(doctree)
    elif page == REFERENCES:
        works = list(doctree.findall(nodes.list_item))
        for item in works:
            item.parent["classes"] = ["references"]
        words_of(app.env)[page] = {
            item["ids"][0]: " ".join(item.astext().split()) for item in works
        }


def on_purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forgets the words of a page that is about to be read again, or is gone."""
    words_of(env).pop(docname, None)


def on_merge(app: Sphinx, env: BuildEnvironment, docnames, other) -> None:
    """Takes over what a parallel reader found."""
    for page in PAGES & set(docnames):
        words_of(env)[page] = words_of(other)[page]


def on_outdated(app, env, added, changed, removed) -> list[str]:
    """Gives all pages where the words changed that their links show."""
    return sorted(env.found_docs) if PAGES & (added | changed) else []


class LinkWords(SphinxPostTransform):
    """Resolves the links to words, with what they say; MyST does the other links."""

    default_priority = 8  # MyST's resolver has 9

    def run(self, **kwargs) -> None:
        """Resolves the links of a page."""
        words = words_of(self.env)
        for link in list(self.document.findall(addnodes.pending_xref)):
            page, anchor = link["reftarget"], link.get("reftargetid")
            if (text := words.get(page, {}).get(anchor)) is None:
                continue
            _line, place, _text = self.env.metadata[page]["myst_slugs"][anchor]
            here = link.get("refdoc", self.env.docname)
            link.replace_self(
                make_refnode(self.app.builder, here, page, place, link[0], title=text)
            )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers what reads the words and what resolves the links to them."""
    # Before Sphinx makes a table of contents of the page's sections.
    app.connect("doctree-read", on_read, priority=400)
    app.connect("env-purge-doc", on_purge)
    app.connect("env-merge-info", on_merge)
    app.connect("env-get-outdated", on_outdated)
    app.add_post_transform(LinkWords)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
