"""Notebooks as files."""

import json

import nbformat
import pytest

from book.notebooks import files
from book.notebooks.files import NotebookError


def test_a_file_is_sorted_indented_by_one_and_ends_in_one_newline(save):
    text = save("'é'").read_text(encoding="utf-8")
    notebook = json.loads(text)
    expected = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    assert text == expected + "\n"
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)


def test_a_file_that_stays_the_same_is_not_written(save):
    path = save("1")
    written = path.stat().st_mtime_ns
    assert not files.write(files.read(path), path)
    assert path.stat().st_mtime_ns == written


def test_a_notebook_that_does_not_follow_the_format_is_not_written(save):
    path = save("1")
    before = path.read_bytes()
    notebook = files.read(path)
    notebook.cells[0].cell_type = "poem"
    with pytest.raises(nbformat.ValidationError):
        files.write(notebook, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"nbformat": 4}', "{}"])
def test_what_is_no_notebook_is_refused(text, tmp_path):
    path = tmp_path / "01_no.ipynb"
    path.write_text(text)
    with pytest.raises(NotebookError, match=r"01_no.ipynb is not a notebook"):
        files.read(path)


def test_a_notebook_of_another_format_is_refused(tmp_path):
    path = tmp_path / "01_old.ipynb"
    path.write_text('{"nbformat": 3, "metadata": {}, "cells": []}')
    with pytest.raises(NotebookError, match=r"has notebook format 3; format 4 was"):
        files.read(path)


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
    assert [p.stem for p in files.chapters(*numbers, folder=folder)] == names


@pytest.mark.parametrize("number", ["1", "07", "", "index"])
def test_an_unknown_chapter_is_an_error_that_lists_the_chapters(number, folder):
    with pytest.raises(NotebookError) as caught:
        files.chapters("03", number, folder=folder)
    assert repr(number) in str(caught.value)
    assert "The chapters are: 03_cell, 10_sine, 13_mnist." in str(caught.value)
