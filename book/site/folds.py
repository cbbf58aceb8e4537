"""The folds of the site: what a cell's tag hides, and what stands on the fold.

MyST-NB folds cells tagged hide-input, hide-output and hide-cell, all with the same
words. Here each kind of fold says what lies in it, and the tags ``solution`` and
``checks`` fold too.
"""

from dataclasses import dataclass, replace
from html import escape

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from book.claims import MARK
from book.site.language import _


@dataclass(frozen=True)
class Fold:
    """What is folded away (MyST-NB's word for it), and the words when shut and open."""

    hides: str
    shut: str
    open: str


FOLDS = {  # the first that a cell's tags name is taken
    "solution": Fold("all", _("Solution"), _("Solution")),
    "checks": Fold("all", _("{n} checks"), _("{n} checks")),
    "hide-cell": Fold("all", _("Show the code and its output"), _("Hide the code")),
    "hide-input": Fold("input", _("Show the code"), _("Hide the code")),
    "hide-output": Fold("output", _("Show the output"), _("Hide the output")),
}
FOR_LATER = _("Show the code that draws the next figure")
ONE_CHECK = _("1 check")


def fold_of(tags: list[str]) -> Fold | None:
    """Gives the fold that a cell's tags ask for, or None where they ask for none."""
    if {"hide-input", "hide-output"} <= set(tags):
        tags = [*tags, "hide-cell"]
    return next((fold for tag, fold in FOLDS.items() if tag in tags), None)


def label_folds(app: Sphinx, doctree: nodes.document) -> None:
    """Sets what each tagged cell of a page folds away, and the words on the fold."""
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") != "cell_code":
            continue
        fold = fold_of(cell["cell_metadata"].get("tags", []))
        if fold is not None:
            cell["hide_mode"] = fold.hides
            if fold is FOLDS["hide-input"] and not _outputs(cell):
                fold = replace(fold, shut=FOR_LATER)  # nothing else stands on its bar
            number = cell.astext().count(MARK.strip())  # of the claims in its output
            for prompt, words in (("show", fold.shut), ("hide", fold.open)):
                if "{n}" in words and number == 1:
                    words = ONE_CHECK
                cell[f"prompt_{prompt}"] = words.format(n=number)


def _outputs(cell: nodes.container) -> list[nodes.Node]:
    """Gives what a cell of code put out."""
    containers = cell.findall(nodes.container)
    kind = "cell_code_output"
    return [part for box in containers if box.get("nb_element") == kind for part in box]


def visit_fold(translator, node: HideCodeCellNode) -> None:
    """Opens a fold: its summary's words are its name, for a screen reader too."""
    classes = " ".join(["hide", *node["classes"]])
    shut, opened = escape(node["prompt_show"]), escape(node["prompt_hide"])
    translator.body.append(f'<details class="{classes}">\n<summary>')
    if shut == opened:
        translator.body.append(shut)
    else:
        translator.body.append(f'<span class="when-shut">{shut}</span>')
        translator.body.append(f'<span class="when-open">{opened}</span>')
    translator.body.append("</summary>\n")


def depart_fold(translator, node: HideCodeCellNode) -> None:
    """Closes a fold."""
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the words and the form of the folds."""
    app.setup_extension("book.site.language")
    app.setup_extension("myst_nb")
    app.add_node(HideCodeCellNode, override=True, html=(visit_fold, depart_fold))
    app.connect("doctree-read", label_folds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
