"""The chapters' plain Markdown, made richer on the site.

A notebook is read in JupyterLab and on GitHub too, where no directive of MyST is known;
so its Markdown has none. A paragraph that is bold and nothing else is a title:

- blocks of Python, each below a title and as many as there are worlds to show, become a
  set of tabs (book.notebooks.tabs says which);
- a quotation that begins with a title becomes a warning.

MyST-NB itself leaves out the empty cells, which are there to try in.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from sphinx_design.shared import create_component

from book.notebooks.tabs import OPEN, WORLDS


def make_tabs(doctree: nodes.document) -> None:
    """Turns the titled blocks of Python of a page into sets of tabs."""
    size = 2 * len(WORLDS)
    for section in list(doctree.findall(nodes.section)):
        for start in reversed(range(len(section) - size + 1)):
            part = section[start : start + size]
            titles, blocks = [_bold(node) for node in part[::2]], part[1::2]
            if all(titles) and all(map(_is_python, blocks)):
                section[start : start + size] = [_tab_set(titles, blocks)]


def make_warnings(doctree: nodes.document) -> None:
    """Turns the quotations that begin with a title into warnings."""
    for quote in list(doctree.findall(nodes.block_quote)):
        if bold := _bold(quote[0]):
            title = nodes.title("", "", *bold.children)
            warning = nodes.admonition("", title, *quote[1:], classes=["warning"])
            quote.replace_self(warning)


def _bold(node: nodes.Node) -> nodes.strong | None:
    """Gives what a paragraph consists of if that is bold, else None."""
    if isinstance(node, nodes.paragraph):
        parts = [part for part in node if part.astext()]  # MyST adds empty texts
        if len(parts) == 1 and isinstance(parts[0], nodes.strong):
            return parts[0]
    return None


def _is_python(node: nodes.Node) -> bool:
    return isinstance(node, nodes.literal_block) and node.get("language") == "python"


def _tab_set(titles: list[nodes.strong], blocks: list[nodes.Node]) -> nodes.Node:
    """Gives sphinx-design's nodes for a set of tabs that follows the book's others."""
    items = []
    for key, title, block in zip(WORLDS, titles, blocks, strict=True):
        label = nodes.rubric("", "", *title.children, classes=["sd-tab-label"])
        label["sync_group"], label["sync_id"] = "tab", key
        content = create_component("tab-content", ["sd-tab-content"], children=[block])
        items.append(
            create_component(
                "tab-item",
                ["sd-tab-item"],
                children=[label, content],
                selected=key == OPEN,
            )
        )
    return create_component("tab-set", ["sd-tab-set"], children=items)


def on_read(app: Sphinx, doctree: nodes.document) -> None:
    """Makes the page that was just read richer."""
    make_tabs(doctree)
    make_warnings(doctree)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers what changes the pages."""
    app.setup_extension("sphinx_design")
    app.connect("doctree-read", on_read, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
