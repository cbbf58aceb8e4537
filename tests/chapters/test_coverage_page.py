"""The page that leads from the article's rows to the chapters; its links are held by
the strict build of the site and by the tests of its links."""

import re

from book.folders import CHAPTERS

ROWS = [
    *[f"A1.{n}" for n in range(1, 8)],
    *["A2.1", "A2.2"],
    *[f"A3.{n}" for n in range(1, 7)],
    *[f"A4.{n}" for n in range(1, 6)],
    *[f"A5.{n}" for n in range(1, 5)],
    *["A6.1", "A7.1", "A7.2"],
    *[f"E{n}" for n in range(1, 7)],
    *[f"R{n}" for n in range(1, 11)],
]
PAGE = (CHAPTERS / "coverage.md").read_text(encoding="utf-8")


def test_every_row_is_there_once_and_in_order():
    assert re.findall(r"^\| ([A-Z][\d.]+) \|", PAGE, re.M) == ROWS


def test_every_row_leads_to_a_chapter():
    where = dict(re.findall(r"^\| ([A-Z][\d.]+) \|.*\| (.*) \|$", PAGE, re.M))
    assert [row for row, place in where.items() if ".ipynb" not in place] == []
    assert list(where) == ROWS
