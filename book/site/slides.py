"""Slides of each chapter, made from the chapter itself.

A chapter's page `NN_topic.html` gets a page `NN_topic_slides.html` beside it: a title;
the figures; the formulas; the tabs; the cells that print shapes or claims in sight; the
summary; the exercises, without their solutions. It opens from a folder, works without
JavaScript by scrolling, and prints a slide to a page. slides.css has its looks,
slides.js its keys.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from book import atomic
from book.notebooks import files

SHAPE = re.compile(r"\((?:\d+|None)(?:, (?:\d+|None))*,?\)")
END = "_slides"
WHOLE = {"summary", "exercises"}  # sections whose text goes onto slides
QUIET = {"checks", "solution", "hide-cell"}  # tags of cells that do not


@dataclass
class Slide:
    """What one slide shows.

    Attributes:
        title: the heading of the section that it is from.
        target: that section's id in the chapter's page.
        kind: what it holds, for its looks.
        parts: the page's nodes, in their order.
    """

    title: nodes.Element
    target: str
    kind: str
    parts: list[nodes.Node] = field(default_factory=list)


def slides_of(doctree: nodes.document) -> list[Slide]:
    """Give the slides of a chapter, as Sphinx would write its page.

    Args:
        doctree: the page, resolved; it is not changed.
    """
    page = next(doctree.findall(nodes.section))
    first = Slide(page.next_node(nodes.title), page["ids"][0], "title")
    learns = (part for part in page if isinstance(part, nodes.bullet_list))
    first.parts = [part for part in [next(learns, None)] if part]
    slides = [first]
    for section in page.findall(nodes.section):
        if section is page:
            continue
        text = bool(WHOLE & set(_ids_around(section)))
        slides += _whole(section) if text else _shown(section)
    return slides


def _ids_around(section: nodes.Element) -> Iterator[str]:
    while section:
        yield from section.get("ids", [])
        section = section.parent


def _whole(section: nodes.section) -> list[Slide]:
    """Gives a section's text as one slide, without what its cells hold."""
    parts = [
        part
        for part in section
        if not isinstance(part, nodes.title | nodes.section) and not _is_cell(part)
    ]
    parts = [part for part in parts if "solve-it" not in part.get("classes", [])]
    return [_slide(section, "text", *parts)] if parts else []


def _shown(section: nodes.section) -> list[Slide]:
    """Gives the slides of what a section shows: each thing one, its formulas one."""
    slides: list[Slide] = []
    formulas: list[nodes.Node] = []

    def write_formulas():
        if formulas:
            slides.append(_slide(section, "formulas", *formulas))
            formulas.clear()

    for part in section:
        if isinstance(part, nodes.math_block):
            formulas.append(part)
        elif "sd-tab-set" in part.get("classes", []):
            write_formulas()
            slides += _tabs(section, part)
        elif _is_cell(part):
            shown = _cell(section, part)
            if shown:
                write_formulas()
            slides += shown
    write_formulas()
    return slides


def _is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def _tabs(section: nodes.section, tabs: nodes.Element) -> list[Slide]:
    slides = []
    for part in tabs:
        if isinstance(part, nodes.container):
            slides[-1].parts += part.children
        elif "sd-tab-label" in part.get("classes", []):
            name = nodes.paragraph("", "", *part.children, classes=["label"])
            slides.append(_slide(section, "code", name))
    return slides


def _cell(section: nodes.section, cell: nodes.Element) -> list[Slide]:
    tags = set(cell["cell_metadata"].get("tags", []))
    if tags & QUIET:
        return []
    code = [part for part in cell.findall(nodes.literal_block) if _is_source(part)]
    output = next(cell.findall(_is_output), None)
    if output is None:
        return []
    images = list(output.findall(nodes.image))
    slides = [_slide(section, "figure", image) for image in images]
    printed = [part for part in output if isinstance(part, nodes.literal_block)]
    claims = [part for part in output if isinstance(part, nodes.bullet_list)]
    if claims or any(SHAPE.search(part.astext()) for part in printed):
        said = [part for part in output if part in printed or part in claims]
        if "hide-output" in tags:
            fold = next(cell.findall(HideCodeCellNode))
            folded = HideCodeCellNode("", *_copies(said), **fold.attributes)
            said = [folded]
        code = [] if "hide-input" in tags else code
        slides.append(_slide(section, "code", *code, *said))
    return slides


def _is_source(node: nodes.Node) -> bool:
    return node.parent.get("nb_element") == "cell_code_source"


def _is_output(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.container)
        and node.get("nb_element") == "cell_code_output"
    )


def _slide(section: nodes.section, kind: str, *parts: nodes.Node) -> Slide:
    title = section.next_node(nodes.title)
    return Slide(title, section["ids"][0], kind, list(parts))


def _copies(parts: list[nodes.Node]) -> list[nodes.Node]:
    """Gives copies of nodes without their ids, which stay with the chapter's page."""
    copies = [part.deepcopy() for part in parts]
    for part in copies:
        for node in part.findall(nodes.Element):
            node["ids"] = []
    return copies


def written(app: Sphinx, page: str, slide: Slide) -> dict[str, str]:
    """Give a slide as the template needs it: its heading and its parts in HTML.

    Args:
        app: the builder's application.
        page: the chapter's file name, to which links within the page then lead.
        slide: one of `slides_of`.
    """
    heading = nodes.inline("", "", *_copies(slide.title.children))
    body = nodes.container("", *_copies(slide.parts))
    for node in (heading, body):
        for link in node.findall(nodes.reference):
            if "refid" in link:
                link["refuri"] = f"{page}#{link['refid']}"
                del link["refid"]
    html = [app.builder.render_partial(node)["fragment"] for node in (heading, body)]
    return {
        "heading": html[0].strip(),
        "body": html[1],
        "kind": slide.kind,
        "link": f"{page}#{slide.target}",
    }


def is_chapter(page: str) -> bool:
    """Tell whether a page of the site is a chapter."""
    return re.match(r"chapters/\d\d[a-z]?_", page) is not None


def write_slides(app, pagename, templatename, context, doctree) -> None:
    """Writes the slides of a chapter whose page is about to be written."""
    if doctree is None or app.builder.name != "html" or not is_chapter(pagename):
        return
    name = pagename.rpartition("/")[2]
    page = f"{name}{app.builder.out_suffix}"
    slides = [written(app, page, slide) for slide in slides_of(doctree)]
    title = doctree.next_node(nodes.title).astext()
    shown = {**context, "title": title, "slides": slides, "chapter": page}
    html = app.builder.templates.render("slides.html", shown)
    path = Path(app.builder.get_outfilename(pagename + END))
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write({path: html.encode()})
    context["slides"] = f"{name}{END}{app.builder.out_suffix}"


class SlidesDirective(SphinxDirective):
    """``{slides}``: a list of the chapters' slides, each with its chapter."""

    def run(self) -> list[nodes.Node]:
        """Gives the list."""
        items = nodes.bullet_list(classes=["slides"])
        for path in files.chapters():
            title = re.match(r"# (.+)", files.read(path).cells[0].source)[1]
            item = nodes.list_item()
            address = f"{path.stem}{END}.html"
            link = nodes.reference("", "", refuri=address, internal=True)
            parsed, _messages = self.state.inline_text(title, self.lineno)
            link += parsed
            item += nodes.paragraph("", "", link)
            items += item
        return [items]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers what writes the slides, and the list of them."""
    app.add_directive("slides", SlidesDirective)
    app.connect("html-page-context", write_slides, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
