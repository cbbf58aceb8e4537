"""Make nbval strict where it is lax, and tolerant of the last digits of decimals.

pyproject.toml names this module as a plugin of pytest. It changes only how nbval
judges a cell of a notebook, and does nothing without `--nbval`. nbval is imported
late, so that a run of the unit tests does not wait for it.

- Decimal numbers in outputs need only be close; everything else must be equal.
- A code cell that was never run fails; nbval by itself would let it pass.
- A figure must be there with its alternative text; nbval skips images. Also in a cell
  whose output is not compared, as many figures must appear as are stored.
- Chapters come before the unit tests and the longest come first, so that in a parallel
  run no worker is left alone at the end. A table of the chapters' times ends the run.
- `--chapters` chooses among them.
"""

import functools
import math
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from book.notebooks import run_times

COVERAGE = "COVERAGE_PROCESS_CONFIG"
"""What tells a new Python process that `pytest --cov` watches it."""

PAGES = "test_browser.py"
"""The file whose tests name in brackets the page of the site that they look at."""

QUICK = 30
"""Seconds: a chapter that runs for less is one of the quick ones."""

# A number with a fraction or an exponent: 0.25, -3.0e-05, 1.e-05, 1e5. Not a part of
# a word, of a version (2.21.0) or of a date (1.2.2026), which are compared as text.
# Nor "3.", which may be an integer at the end of a sentence.
DECIMAL = re.compile(
    r"(?<![\w.])[-+]?(?:\d+\.\d+(?:[eE][-+]?\d+)?|\d+\.?[eE][-+]?\d+)(?!\w|\.\d)"
)
RELATIVE = 1e-3  # about three digits: processors differ after them in a long sum
ABSOLUTE = 1e-6  # float32 keeps 1.2e-7 of a value near 1; below this is rounding noise
FIGURE = "figure (alternative text)"


class OutputText(str):
    """Text whose decimal numbers need only be close to be equal.

    Two texts are equal where their decimals agree within a relative 1e-3 or an
    absolute 1e-6 and all the rest, integers too, is the same. Equal texts have equal
    hashes.
    """

    __slots__ = ()

    def __eq__(self, other):
        if not isinstance(other, str):
            return NotImplemented
        if DECIMAL.sub("#.#", self) != DECIMAL.sub("#.#", other):
            return False
        pairs = zip(DECIMAL.findall(self), DECIMAL.findall(other), strict=True)
        return all(
            math.isclose(float(a), float(b), rel_tol=RELATIVE, abs_tol=ABSOLUTE)
            for a, b in pairs
        )

    def __ne__(self, other):
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def __hash__(self):
        return hash(DECIMAL.sub("#.#", self))


def is_cell(item) -> bool:
    """Tell whether a test is nbval's test of one cell."""
    from nbval.plugin import IPyNbCell

    return isinstance(item, IPyNbCell)


def pytest_itemcollected(item):
    """Give a cell the tolerant comparison of text and the comparison of figures."""
    if not is_cell(item):
        return
    sanitize, compare_outputs = item.sanitize, item.compare_outputs

    def tolerant(text):
        text = sanitize(text)
        return OutputText(text) if isinstance(text, str) else text

    def with_figures(test, ref, skip_compare=None):
        return compare_outputs(
            [_show_alt(output) for output in test],
            [_show_alt(output) for output in ref],
            skip_compare,
        )

    item.sanitize = tolerant
    item.compare_outputs = with_figures


def _images(output) -> list[str]:
    return [kind for kind in output.get("data", {}) if kind.startswith("image/")]


def _show_alt(output):
    """Add an image's alternative text to the data that nbval compares."""
    metadata = output.get("metadata", {})
    alts = [metadata.get(kind, {}).get("alt", "none") for kind in _images(output)]
    if not alts:
        return output
    return type(output)(output, data={**output["data"], FIGURE: "\n".join(alts)})


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


def pytest_addoption(parser):
    """Add the option that chooses chapters."""
    parser.addoption(
        "--chapters",
        choices=["all", "quick", "changed"],
        default="all",
        help="with --nbval: all chapters, those that run less than "
        f"{QUICK} s, or those that differ from the branch main",
    )


def pytest_ignore_collect(collection_path, config):
    """Leave out the chapters that --chapters does not choose."""
    if collection_path.suffix != ".ipynb" or config.getoption("chapters") == "all":
        return None
    if config.getoption("chapters") == "quick":
        return run_times.read().get(collection_path.stem, 0) >= QUICK or None
    return collection_path not in changed_files(config.rootpath) or None


@functools.cache
def changed_files(root) -> frozenset[Path]:
    """Give the files of a checkout that differ from where its branch left main.

    Files that git does not know yet are among them. On main itself these are the files
    that differ from the last commit; outside a checkout there are none.
    """

    def git(*arguments):
        command = ["git", "-C", root, *arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.stdout.splitlines() if done.returncode == 0 else []

    bases = ("origin/main", "main", "HEAD")
    base = next(filter(None, (git("merge-base", "HEAD", base) for base in bases)), [])
    names = git("diff", "--name-only", *base) + git(
        "ls-files", "--others", "--exclude-standard"
    )
    return frozenset(root / name for name in names)


def pytest_collection_modifyitems(items):
    """Put the notebooks first, the longest at the very beginning."""
    seconds = run_times.read()

    def rank(item):
        notebook = is_cell(item)
        # One that was never timed may take long.
        time = seconds.get(item.path.stem, math.inf) if notebook else 0
        return -time, str(item.path)

    items.sort(key=rank)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give a worker a whole file at a time, but the site's pages one by one."""
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrPage(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file, _, test = nodeid.partition("::")
            page = test.partition("[")[2] if file.endswith(PAGES) else ""
            return f"{file} {page}"

    return ByFileOrPage(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Start a chapter's kernel without `--cov`, which would slow all that it does.

    nbval asks for this option and would load coverage in the kernel; coverage has set
    an environment variable for all new Python processes.
    """
    options = item.config.option
    if not is_cell(item) or not getattr(options, "cov_source", None):
        return (yield)
    sources, options.cov_source = options.cov_source, None
    watched = os.environ.pop(COVERAGE, None)
    try:
        return (yield)
    finally:
        options.cov_source = sources
        if watched is not None:
            os.environ[COVERAGE] = watched


def pytest_terminal_summary(terminalreporter):
    """Print how long each chapter took."""
    seconds = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            is_test = isinstance(report, pytest.TestReport)
            if is_test and report.location[0].endswith(".ipynb"):
                seconds[report.location[0]] += report.duration
    if seconds:
        terminalreporter.section("seconds by chapter")
    for name, duration in sorted(seconds.items()):
        terminalreporter.write_line(f"{duration:8.1f}  {name}")
