"""Make nbval strict where it is lax, and tolerant of the last digits of decimals.

pyproject.toml names this module as a plugin of pytest. It changes only how nbval
judges a cell of a notebook, and does nothing without `--nbval`. nbval is imported
late, so that a run of the unit tests does not wait for it.

- Decimal numbers in outputs need only be close; everything else must be equal. In a
  cell tagged `within-5-percent`, which shows what a training gave, they may differ by
  that much from processor to processor.
- Progress bars are not compared, in no cell.
- A code cell that was never run fails; nbval by itself would let it pass.
- A figure must be there with its alternative text; nbval skips images. Also in a cell
  whose output is not compared, as many figures must appear as are stored.
- Arrays handed to a piece to play with are not compared; the line that names them is.
"""

import math
import re

import pytest

# A number with a fraction or an exponent: 0.25, -3.0e-05, 1.e-05, 1e5. Not a part of
# a word, of a version (2.21.0) or of a date (1.2.2026), which are compared as text.
# Nor "3.", which may be an integer at the end of a sentence.
DECIMAL = re.compile(
    r"(?<![\w.])[-+]?(?:\d+\.\d+(?:[eE][-+]?\d+)?|\d+\.?[eE][-+]?\d+)(?!\w|\.\d)"
)
RELATIVE = 1e-3  # about three digits: processors differ after them in a long sum
RELATIVE_TRAINED = 0.05  # what rounding makes of a training's loss, amplified
ABSOLUTE = 1e-6  # float32 keeps 1.2e-7 of a value near 1; below this is rounding noise
FIGURE = "figure (alternative text)"


class OutputText(str):
    """Text whose decimal numbers need only be close to be equal.

    Two texts are equal where their decimals agree within `relative` or an absolute 1e-6
    and all the rest, integers too, is the same. Equal texts have equal hashes.
    """

    __slots__ = ()
    relative = RELATIVE

    def __eq__(self, other):
        if not isinstance(other, str):
            return NotImplemented
        if DECIMAL.sub("#.#", self) != DECIMAL.sub("#.#", other):
            return False
        pairs = zip(DECIMAL.findall(self), DECIMAL.findall(other), strict=True)
        return all(
            math.isclose(float(a), float(b), rel_tol=self.relative, abs_tol=ABSOLUTE)
            for a, b in pairs
        )

    def __ne__(self, other):
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def __hash__(self):
        return hash(DECIMAL.sub("#.#", self))


class TrainedText(OutputText):
    """Text whose decimal numbers a training made."""

    __slots__ = ()
    relative = RELATIVE_TRAINED


def is_cell(item) -> bool:
    """Tell whether a test is nbval's test of one cell."""
    from nbval.plugin import IPyNbCell

    return isinstance(item, IPyNbCell)


def pytest_itemcollected(item):
    """Give a cell the tolerant comparison of text and the comparison of figures."""
    if not is_cell(item):
        return
    from book.notebooks.files import WITHIN_5_PERCENT, tags
    from book.notebooks.normal_form import is_progress
    from book.pieces import ARRAYS

    sanitize, compare_outputs = item.sanitize, item.compare_outputs
    kind = TrainedText if WITHIN_5_PERCENT in tags(item.cell) else OutputText

    def tolerant(text):
        text = sanitize(text)
        return kind(text) if isinstance(text, str) else text

    def without_progress_with_figures(test, ref, skip_compare=None):
        return compare_outputs(
            [_show_metadata(output) for output in test if not is_progress(output)],
            [_show_metadata(output) for output in ref],
            (*(skip_compare or item.parent.skip_compare), ARRAYS),
        )

    item.sanitize = tolerant
    item.compare_outputs = without_progress_with_figures


def _images(output) -> list[str]:
    return [kind for kind in output.get("data", {}) if kind.startswith("image/")]


def _show_metadata(output):
    """Add an image's alternative text, and more, to the data that nbval compares."""
    metadata = output.get("metadata", {})
    shown = []
    for kind in _images(output):
        known = metadata.get(kind, {})
        keeps = " (keeps its colours)" if known.get("keep_colours") else ""
        shown.append(known.get("alt", "none") + keeps)
    if not shown:
        return output
    return type(output)(output, data={**output["data"], FIGURE: "\n".join(shown)})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Fail a cell that was never run, or whose figures are not the stored ones."""
    result = yield
    if is_cell(item):
        check_run(item)
    return result


def check_run(item):
    """Check what nbval does not: a cell's execution count and its figures.

    Raises:
        nbval.plugin.NbCellError: the cell was never run, or the number of figures
            that it drew is not the number that is stored.
    """
    if item.cell.source.strip() and item.cell.execution_count is None:
        item.raise_cell_error(
            "The stored cell was never run: its execution count is null. "
            "Run the chapter again with make notebooks."
        )
    stored, drawn = (
        sum(len(_images(output)) for output in outputs)
        for outputs in (item.cell.outputs, item.test_outputs)
    )
    if stored != drawn:
        item.raise_cell_error(
            f"Figures differ: {stored} stored in the cell, {drawn} drawn now. "
            "Run the chapter again with make notebooks, or fix the cell."
        )
