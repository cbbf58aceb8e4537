"""Running notebooks, and their normal form."""

import copy
import json

import nbformat
import nbformat.v4 as v4
import pytest

from book import notebooks
from book.notebooks import IGNORED, NotebookError, normalise


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def display(data, **metadata):
    return v4.new_output("display_data", data, metadata=metadata)


def of(*cells):
    """Make a notebook of cells as they are; nbformat itself would mend their ids."""
    notebook = v4.new_notebook()
    notebook.cells = list(cells)
    return notebook


def with_outputs(*outputs, tags=()):
    """Normalise a notebook of one cell and give that cell's outputs."""
    cell = v4.new_code_cell("1", metadata={"tags": list(tags)}, outputs=list(outputs))
    cell.execution_count = 3
    return normalise(of(cell)).cells[0].outputs


# --- the normal form


def test_only_the_kernel_is_kept_of_a_notebooks_metadata():
    notebook = v4.new_notebook(
        metadata={"language_info": {"name": "python"}, "widgets": {}, "toc": {}}
    )
    assert normalise(notebook).metadata == {
        "kernelspec": {
            "name": "python3",
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
        }
    }


def test_only_sorted_tags_are_kept_of_a_cells_metadata():
    cells = [
        v4.new_code_cell("1", metadata={"tags": ["b", "a"], "execution": {"t": "1"}}),
        v4.new_markdown_cell("text", metadata={"tags": [], "collapsed": True}),
    ]
    metadata = [c.metadata for c in normalise(of(*cells)).cells]
    assert metadata == [{"tags": ["a", "b"]}, {}]


def test_valid_unique_ids_are_kept_and_others_made_from_the_source():
    cells = [v4.new_code_cell(source) for source in ("x", "x", "x", "y", "z")]
    cells[0].id, cells[1].id, cells[3].id = "kept", "kept", "not valid!"
    del cells[2]["id"]
    cells[4].id = "also-kept"
    first, second = ([c.id for c in normalise(of(*cells)).cells] for _ in range(2))
    assert first == second
    assert first[0] == "kept"
    assert first[2] == f"{first[1]}-2"
    assert first[4] == "also-kept"
    assert len(set(first)) == 5
    assert all(notebooks.VALID_ID.fullmatch(identity) for identity in first)


def test_consecutive_pieces_of_one_stream_are_joined():
    outputs = with_outputs(
        stream("a\n"), stream("b\n"), display({"text/plain": "x"}), stream("c\n")
    )
    assert [o.get("text") for o in outputs] == ["a\nb\n", None, "c\n"]


def test_overwritten_parts_of_lines_are_gone():
    (output,) = with_outputs(stream("start\n 10 %\r 5"), stream("0 %\r100 %\r\nend"))
    assert output.text == "start\n100 %\r\nend"


def test_progress_bars_are_dropped_only_where_outputs_are_not_compared():
    bars = (stream("50 %", "stderr"), stream("done"))
    assert [o.text for o in with_outputs(*bars, tags=[IGNORED])] == ["done"]
    assert [o.text for o in with_outputs(*bars)] == ["50 %", "done"]


def test_widgets_are_dropped():
    view = {notebooks.WIDGET_VIEW: {"model_id": "7"}, "text/plain": "Box()"}
    assert with_outputs(display(view)) == []


def test_only_the_alternative_text_is_kept_of_an_outputs_metadata():
    (output,) = with_outputs(
        display(
            {"image/png": "AAAA", "text/plain": "<Figure>"},
            **{"image/png": {"alt": "a curve", "width": 640}, "needs": "background"},
        )
    )
    assert output.metadata == {"image/png": {"alt": "a curve"}}
    (output,) = with_outputs(display({"image/png": "A"}, **{"image/png": {"width": 6}}))
    assert output.metadata == {}


def test_a_result_has_the_execution_count_of_its_cell():
    result = v4.new_output("execute_result", {"text/plain": "1"}, execution_count=9)
    assert with_outputs(result)[0].execution_count == 3


def test_a_traceback_keeps_the_frames_in_cells_only():
    error = v4.new_output(
        "error",
        ename="ValueError",
        evalue="no",
        traceback=["Cell In[1], line 1", "\x1b[36mFile \x1b[39m~/lib.py:1", "no"],
    )
    assert with_outputs(error)[0].traceback == ["Cell In[1], line 1", "no"]


def test_an_empty_code_cell_has_neither_count_nor_outputs():
    cell = v4.new_code_cell(" \n", execution_count=4, outputs=[stream("x")])
    (cell,) = normalise(of(cell)).cells
    assert cell.execution_count is None
    assert cell.outputs == []


def test_normalising_changes_no_argument_and_twice_is_as_once():
    cell = v4.new_code_cell(
        "1",
        metadata={"tags": [IGNORED], "x": 1},
        outputs=[stream("1\r2\r"), stream("\r3"), stream("bar", "stderr")],
        execution_count=1,
    )
    notebook = of(cell)
    before = copy.deepcopy(notebook)
    once = normalise(notebook)
    assert notebook == before
    assert normalise(once) == once


# --- files


def test_a_file_is_sorted_indented_by_one_and_ends_in_one_newline(save):
    text = save("'é'").read_text(encoding="utf-8")
    notebook = json.loads(text)
    expected = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    assert text == expected + "\n"
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)


def test_a_file_that_stays_the_same_is_not_written(save):
    path = save("1")
    written = path.stat().st_mtime_ns
    assert not notebooks.write(notebooks.read(path), path)
    assert path.stat().st_mtime_ns == written


def test_a_notebook_that_does_not_follow_the_format_is_not_written(save):
    path = save("1")
    before = path.read_bytes()
    notebook = notebooks.read(path)
    notebook.cells[0].cell_type = "poem"
    with pytest.raises(nbformat.ValidationError):
        notebooks.write(notebook, path)
    assert path.read_bytes() == before


def test_a_failed_write_leaves_the_file_and_nothing_beside_it(save, monkeypatch):
    path = save("1")
    before = path.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(notebooks.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        notebooks.write(normalise(notebooks.read(path)), path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"nbformat": 4}', "{}"])
def test_what_is_no_notebook_is_refused(text, tmp_path):
    path = tmp_path / "01_no.ipynb"
    path.write_text(text)
    with pytest.raises(NotebookError, match=r"01_no.ipynb is not a notebook"):
        notebooks.read(path)


def test_a_notebook_of_another_format_is_refused(tmp_path):
    path = tmp_path / "01_old.ipynb"
    path.write_text('{"nbformat": 3, "metadata": {}, "cells": []}')
    with pytest.raises(NotebookError, match=r"has notebook format 3; format 4 was"):
        notebooks.read(path)


# --- choosing chapters


@pytest.fixture
def folder(tmp_path):
    for name in ("10_sine", "03_cell", "13_mnist"):
        (tmp_path / f"{name}.ipynb").touch()
    (tmp_path / "index.md").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("numbers", "names"),
    [
        ([], ["03_cell", "10_sine", "13_mnist"]),
        (["10"], ["10_sine"]),
        (["13", "03_cell"], ["03_cell", "13_mnist"]),
    ],
)
def test_chapters_are_chosen_by_number_or_name(numbers, names, folder):
    assert [p.stem for p in notebooks.chapters(*numbers, folder=folder)] == names


@pytest.mark.parametrize("number", ["1", "07", "", "index"])
def test_an_unknown_chapter_is_an_error_that_lists_the_chapters(number, folder):
    with pytest.raises(NotebookError) as caught:
        notebooks.chapters("03", number, folder=folder)
    assert repr(number) in str(caught.value)
    assert "The chapters are: 03_cell, 10_sine, 13_mnist." in str(caught.value)


# --- running


def test_running_twice_changes_no_byte_and_counts_from_one(save):
    path = save(
        "import os\nprint('a')\nprint('b')",
        "print(os.getcwd() == os.path.realpath(os.curdir))",
        "os.path.basename(os.getcwd()) == " + repr("{folder}"),
        "",
        ("import sys\nprint('50 %', file=sys.stderr)\nprint('done')", [IGNORED]),
        ("import json\njson.loads('')", ["raises-exception"]),
    )
    text = path.read_text().replace("{folder}", path.parent.name)
    path.write_text(text)
    run = notebooks.execute(path)
    assert path.read_text() == text
    assert 0 < run.seconds < 60
    assert notebooks.write(run.notebook, path)
    assert not notebooks.write(notebooks.execute(path).notebook, path)
    cells = notebooks.read(path).cells
    assert [c.execution_count for c in cells] == [1, 2, 3, None, 4, 5]
    assert cells[0].outputs == [stream("a\nb\n")]
    assert cells[2].outputs[0].data == {"text/plain": "True"}
    assert cells[4].outputs == [stream("done\n")]
    (error,) = cells[5].outputs
    assert error.ename == "JSONDecodeError"
    assert "site-packages" not in str(error)
    assert "json/__init__" not in str(error)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("\nunits = 1\n1 / 0", r"cell 2 \(units = 1\): ZeroDivisionError: division"),
        ("import time\ntime.sleep(99)", r"cell 2 \(import time\): it took more than 2"),
        ("import os\nos._exit(1)", r"cell 2 \(import os\): the kernel died"),
    ],
)
def test_a_cell_that_fails_is_named_and_the_file_stays(source, reason, save):
    path = save("1", "", source, "2")
    before = path.read_bytes()
    with pytest.raises(NotebookError, match=rf"^01_small, {reason}"):
        notebooks.execute(path, timeout=2)
    assert path.read_bytes() == before


# --- the command line


@pytest.fixture
def book(save, monkeypatch):
    """Give the path of a book's only chapter."""
    path = save("print(1)")
    monkeypatch.setattr(notebooks, "CHAPTERS", path.parent)
    return path


def test_the_command_runs_and_stores_and_prints_the_time(book, capsys):
    assert notebooks.main(["01"]) == 0
    assert notebooks.read(book).cells[0].outputs == [stream("1\n")]
    printed = capsys.readouterr().out
    assert printed.split()[0] == "01_small"
    assert float(printed.split()[1]) > 0
    assert printed.endswith(" s  changed\n")
    assert notebooks.main(["--check"]) == 0
    assert capsys.readouterr().out.endswith(" s  unchanged\n")


def test_checking_writes_nothing_and_fails_where_a_file_would_change(book, capsys):
    before = book.read_bytes()
    assert notebooks.main(["--normalise-only", "--check"]) == 1
    assert capsys.readouterr().out.split() == ["01_small", "would", "change"]
    assert book.read_bytes() == before
    assert notebooks.main(["--normalise-only"]) == 0
    assert notebooks.main(["--normalise-only", "--check"]) == 0
    assert notebooks.read(book).cells[0].outputs == []


def test_the_command_goes_on_after_a_chapter_that_fails(book, save, capsys):
    save("print(2)", name="02_next.ipynb")
    book.write_text("{}")
    assert notebooks.main(["--normalise-only"]) == 1
    printed = capsys.readouterr()
    assert printed.out.split() == ["01_small", "failed", "02_next", "changed"]
    assert "01_small.ipynb is not a notebook" in printed.err


def test_the_command_refuses_an_unknown_chapter(book, capsys):
    assert notebooks.main(["99"]) == 2
    assert "There is no chapter '99'" in capsys.readouterr().err
