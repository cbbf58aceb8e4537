"""Which chapters are run, in which order, by which worker."""

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from book.notebooks import chapters_plugin


def test_chapters_come_first_and_the_longest_of_all(monkeypatch):
    seconds = {"02_a": 5, "03_b": 60}
    monkeypatch.setattr(chapters_plugin.run_times, "read", lambda: seconds)
    names = ["test_x.py", "02_a.ipynb", "03_b.ipynb", "04_never_timed.ipynb"]
    items = [SimpleNamespace(path=Path(name)) for name in names]
    chapters_plugin.pytest_collection_modifyitems(items)
    assert [item.path.name for item in items] == names[::-1]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("chapters/01_a::ipynb::Cell 0", "chapters/01_a::ipynb::Cell 1", True),
        ("chapters/01_a::ipynb::Cell 0", "chapters/02_b::ipynb::Cell 0", False),
        ("tests/test_a.py::test_b[1]", "tests/test_a.py::test_b[2]", True),
        ("tests/test_browser.py::test_b[c/p]", "tests/test_browser.py::test_c", False),
        ("t/test_browser.py::test_b[c/p]", "t/test_browser.py::test_c[c/p-dark]", True),
        ("t/test_browser.py::test_b[c/p]", "t/test_browser.py::test_b[c/q]", False),
    ],
)
def test_files_and_pages_are_handed_out_whole(one, other, together, request):
    make = chapters_plugin.pytest_xdist_make_scheduler
    scope = make(SimpleNamespace(getvalue=lambda name: ["popen"]), None)._split_scope
    assert (scope(one) == scope(other)) == together


@pytest.mark.parametrize(
    ("workers", "before", "threads"),
    [
        ("2", {}, "2"),
        ("8", {}, "1"),
        ("2", {"OMP_NUM_THREADS": "7"}, "7"),
        ("", {}, None),
    ],
)
def test_a_worker_takes_its_share_of_the_processors(
    workers, before, threads, monkeypatch
):
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    environment = {"PYTEST_XDIST_WORKER_COUNT": workers, **before}
    monkeypatch.setattr(os, "environ", environment)
    chapters_plugin.pytest_configure(None)
    assert environment.get("OMP_NUM_THREADS") == threads


# --- which chapters are run


@pytest.fixture
def chosen(save, monkeypatch):
    """Give what gives the chapters among 02 (5 s), 03 (30 s) and 04 that are chosen."""
    monkeypatch.setattr(chapters_plugin.run_times, "read", lambda: {"02": 5, "03": 30})
    paths = [save("1", name=f"{name}.ipynb") for name in ("02", "03", "04")]
    chapters_plugin.changed_files.cache_clear()

    def choose(chapters):
        options = {"chapters": chapters}
        config = SimpleNamespace(getoption=options.get, rootpath=paths[0].parent)
        ignored = [
            chapters_plugin.pytest_ignore_collect(path, config) for path in paths
        ]
        assert set(ignored) <= {None, True}  # None: other plugins may have a word
        return [p.stem for p, no in zip(paths, ignored, strict=True) if not no]

    yield choose
    chapters_plugin.changed_files.cache_clear()


def test_all_chapters_or_the_quick_ones(chosen):
    assert chosen("all") == ["02", "03", "04"]
    assert chosen("quick") == ["02", "04"]


def test_the_changed_chapters_are_those_that_differ_from_main(chosen, save):
    folder = save("1", name="02.ipynb").parent

    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        command = ["git", *who, "-C", folder, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    assert chosen("changed") == []  # no checkout
    git("init", "--initial-branch=main")
    git("add", "02.ipynb", "03.ipynb")
    git("commit", "--message=first")
    chapters_plugin.changed_files.cache_clear()
    assert chosen("changed") == ["04"]  # new, and not yet added
    git("switch", "--create=work")
    save("2", name="03.ipynb")
    git("commit", "--all", "--message=second")
    chapters_plugin.changed_files.cache_clear()
    assert chosen("changed") == ["03", "04"]


# --- what coverage does not slow


def test_a_kernel_starts_without_coverage(request, monkeypatch):
    config = request.config
    monkeypatch.setattr(config.option, "cov_source", ["book"], raising=False)
    monkeypatch.setenv(chapters_plugin.COVERAGE, "some settings")

    def watching():
        return config.option.cov_source, os.environ.get(chapters_plugin.COVERAGE)

    always = (["book"], "some settings")
    for name, meanwhile in (("01_a.ipynb", (None, None)), ("test_a.py", always)):
        item = SimpleNamespace(path=Path(name), config=config)
        hook = chapters_plugin.pytest_runtest_setup(item)
        next(hook)
        assert watching() == meanwhile
        with pytest.raises(StopIteration):
            next(hook)
        assert watching() == always
