"""The switch that leaves all solutions out of the site.

`solutions: false` in _config.yml, under `sphinx: config:`, or `make book SOLUTIONS=no`:
then an empty place stands where each solution stood, and the notebooks that the pages
offer for download have none either.
"""

import os
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

from book.notebooks import files
from book.notebooks.handouts import SOLUTION, without_solutions
from book.site.language import _

ANSWERS = {"yes": True, "no": False}


def asked_for(config: Config) -> bool:
    """Tell whether the environment's SOLUTIONS asks for solutions: by default, yes.

    Raises:
        ValueError: it is neither yes nor no.
    """
    said = os.environ.get("SOLUTIONS", "yes")
    if said not in ANSWERS:
        raise ValueError(f"SOLUTIONS is {said!r}; expected yes or no.")
    return ANSWERS[said]


def leave_out(doctree: nodes.document) -> None:
    """Put an empty place where solutions stood, one for those in a row."""
    for cell in list(doctree.findall(_is_solution)):
        siblings = cell.parent.children
        before = siblings[siblings.index(cell) - 1]
        if isinstance(before, nodes.container) and "solve-it" in before["classes"]:
            cell.parent.remove(cell)
        else:
            words = nodes.paragraph("", _("Solve it yourself."))
            cell.replace_self(nodes.container("", words, classes=["solve-it"]))


def _is_solution(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and SOLUTION in node.get(
        "cell_metadata", {}
    ).get("tags", [])


def on_read(app: Sphinx, doctree: nodes.document) -> None:
    """Leaves out the solutions of the page that was just read, if so set."""
    if not app.config.solutions:
        leave_out(doctree)


def add_styles(app, pagename, templatename, context, doctree) -> None:
    """Adds the looks of the empty places."""
    if doctree is not None and not app.config.solutions:
        app.add_css_file("solutions.css")


def on_finished(app: Sphinx, exception: Exception | None) -> None:
    """Leaves them out of the notebooks for download, if so set."""
    if exception or app.config.solutions:
        return
    for path in Path(app.outdir, "_sources").rglob("*.ipynb"):
        files.write(without_solutions(files.read(path)), path)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the switch."""
    app.add_config_value("solutions", asked_for, "env", bool)
    # Before the page's claims, pictures and error messages are collected.
    app.connect("doctree-read", on_read, priority=100)
    app.connect("html-page-context", add_styles)
    app.connect("build-finished", on_finished)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
