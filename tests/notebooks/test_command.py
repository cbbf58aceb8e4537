"""The command line: python -m book.notebooks."""

import nbformat.v4 as v4
import pytest

from book.notebooks import __main__ as command
from book.notebooks import files, run_times


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


@pytest.fixture
def book(save, monkeypatch):
    """Give the path of a book's only chapter."""
    path = save("print(1)")
    times = path.with_name("run_times.csv")
    times.write_text("chapter,seconds\n")
    found, record = files.chapters, run_times.record
    monkeypatch.setattr(files, "chapters", lambda *n: found(*n, folder=path.parent))
    monkeypatch.setattr(
        run_times, "record", lambda measured: record(measured, times, path.parent)
    )
    return path


def test_the_command_runs_and_stores_and_prints_the_time(book, capsys):
    assert command.main(["01"]) == 0
    assert files.read(book).cells[0].outputs == [stream("1\n")]
    printed = capsys.readouterr().out
    assert printed.split()[0] == "01_small"
    assert float(printed.split()[1]) > 0
    assert printed.endswith(" s  changed\n")
    assert list(run_times.read(book.with_name("run_times.csv"))) == ["01_small"]
    assert command.main(["--check"]) == 0
    assert capsys.readouterr().out.endswith(" s  unchanged\n")


def test_checking_writes_nothing_and_fails_where_a_file_would_change(book, capsys):
    before = book.read_bytes()
    assert command.main(["--normalise-only", "--check"]) == 1
    assert capsys.readouterr().out.split() == ["01_small", "would", "change"]
    assert book.read_bytes() == before
    assert command.main(["--normalise-only"]) == 0
    assert command.main(["--normalise-only", "--check"]) == 0
    assert files.read(book).cells[0].outputs == []


def test_the_command_goes_on_after_a_chapter_that_fails(book, save, capsys):
    save("print(2)", name="02_next.ipynb")
    book.write_text("{}")
    assert command.main(["--normalise-only"]) == 1
    printed = capsys.readouterr()
    assert printed.out.split() == ["01_small", "failed", "02_next", "changed"]
    assert "01_small.ipynb is not a notebook" in printed.err


def test_the_command_refuses_an_unknown_chapter(book, capsys):
    assert command.main(["99"]) == 2
    assert "There is no chapter '99'" in capsys.readouterr().err
