"""Which chapters pytest runs, in which order, and how long each took.

pyproject.toml names this module as a plugin of pytest. `--chapters` chooses among the
chapters. They come before the tests and the longest come first, so that no worker is
left alone at the end of a run. A table of the chapters' times ends it.
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


THREADS = (
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
)
"""What tells TensorFlow and NumPy how many threads to use."""


def pytest_configure(config):
    """Give a worker, and the kernels that it starts, its share of the processors.

    Each would take all of them. Two kernels on two processors then wait for each
    other: a training takes twice as long as with one thread each.
    """
    workers = os.environ.get("PYTEST_XDIST_WORKER_COUNT")
    if workers:
        share = max(1, (os.cpu_count() or 1) // int(workers))
        for name in THREADS:
            os.environ.setdefault(name, str(share))


def is_chapter(item) -> bool:
    """Tell whether a test is a cell of a notebook."""
    return item.path.suffix == ".ipynb"


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
        notebook = is_chapter(item)
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
            page = re.search(r"\[([\w/]+)", test) if file.endswith(PAGES) else None
            return f"{file} {page[1] if page else ''}"

    return ByFileOrPage(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Start a chapter's kernel without `--cov`, which would slow all that it does.

    nbval asks for this option and would load coverage in the kernel; coverage has set
    an environment variable for all new Python processes.
    """
    options = item.config.option
    if not is_chapter(item) or not getattr(options, "cov_source", None):
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
