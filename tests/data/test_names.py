"""The names that old programs use."""

import re

import pytest

from book.data import names
from book.notebooks import files

TABLE = names.read()
NUMBERS = {"", *(files.number_of(path).lstrip("0") for path in files.chapters())}


def test_no_name_is_there_twice():
    assert TABLE.index.is_unique


def test_the_most_used_come_first_and_those_not_counted_last():
    counts = [int(count or 0) for count in TABLE.repositories]
    assert counts == sorted(counts, reverse=True)
    assert 0 < min(filter(None, counts)) <= max(counts) <= 48


@pytest.mark.parametrize("name", TABLE.index)
def test_a_name_is_one_of_tensorflow_and_its_use_can_be_read(name):
    assert re.fullmatch(r"(tf|tensorflow)(\.\w+)+(\(\w+=[\w.]+\))?", name)
    use = TABLE.use[name]
    assert re.search(r"\bit\b", use)
    compile(use, name, "eval")
    argument = re.search(r"\((\w+=.+)\)", name)
    assert argument is None or argument[1] in use


@pytest.mark.parametrize("name", TABLE.index)
def test_what_it_points_to_is_a_name_and_a_chapter(name):
    assert re.fullmatch(r"((tf|keras)(\.\w+)+)?", TABLE.instead[name])
    assert TABLE.chapter[name] in NUMBERS


def test_another_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(names, "FILE", tmp_path / "names.csv")
    with pytest.raises(FileNotFoundError):
        names.read()
    names.FILE.write_text("name,use\ntf.abs,it(-1)\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"columns name, use\. Expected name, repo"):
        names.read()
