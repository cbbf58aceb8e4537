"""The teachers' page: its plans name what is there; the reference that it offers."""

import re

import pytest
import yaml
from bs4 import BeautifulSoup

from book.folders import CHAPTERS, ROOT
from book.notebooks import files
from book.site import citation

HERE = "https://github.com/owner/course"
PERSONS = {
    "title": "A course",
    "version": "1.2",
    "date-released": "2031-05-06",
    "authors": [
        {"family-names": "Curie", "given-names": "Marie"},
        {"name": "The others"},
    ],
}


def numbers(text):
    """Give the numbers of exercises in a cell such as `1, 3 to 5`."""
    found = set()
    for first, last in re.findall(r"(\d+)(?: to (\d+))?", text):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def exercises(chapter):
    text = "\n".join(
        cell.source
        for cell in files.read(files.chapters(chapter)[0]).cells
        if cell.cell_type == "markdown"
    )
    return {int(n) for n in re.findall(r"(?m)^### Exercise (\d+):", text)}


def test_the_term_s_exercises_are_there():
    text = (CHAPTERS / "teach.md").read_text("utf-8")
    _before, _heading, text = text.partition("\n## A term")
    term = re.findall(r"(?m)^\| (\d+) \| (\[.*)\|$", text)
    assert [int(week) for week, _ in term] == list(range(1, 13))
    for _, row in term:
        chapters, _question, asked = row.split("|")
        linked = [
            files.number_of(CHAPTERS / name)
            for name in re.findall(r"\((\w+\.ipynb)\)", chapters)
        ]
        for part in asked.split(";"):
            named, colon, wanted = part.rpartition(":")
            chapter = f"{int(named):02}" if colon else linked[0]
            assert chapter in linked, row
            assert numbers(wanted) <= exercises(chapter), row
            assert numbers(wanted), row


def test_a_reference_names_persons_groups_and_the_year():
    assert citation.as_text(PERSONS, HERE) == (
        f"Curie, Marie; The others (2031). A course. Version 1.2. {HERE}."
    )
    assert citation.as_bibtex(PERSONS, HERE).splitlines() == [
        "@software{lstms-in-tensorflow,",
        "  title = {{A course}},",
        "  author = {Curie, Marie and {The others}},",
        "  year = {2031},",
        "  version = {1.2},",
        f"  url = {{{HERE}}},",
        "}",
    ]


def test_what_is_not_known_is_left_out():
    bare = {key: PERSONS[key] for key in ("title", "version", "authors")}
    assert "()" not in citation.as_text(bare, None)
    assert citation.as_text(bare, None).endswith("A course. Version 1.2.")
    entry = citation.as_bibtex(bare, None)
    assert "year" not in entry
    assert "url" not in entry


def test_the_course_s_own_reference_is_that_of_its_file():
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert said["title"] in citation.as_text(citation.read(), None)


def test_a_file_that_lacks_something_is_refused(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text("title: A course\nversion: 1\n")
    with pytest.raises(ValueError, match=r"CITATION\.cff has no authors"):
        citation.read(path)


@pytest.mark.slow
def test_the_page_lists_all_slides_and_the_reference(site):
    text = (site / "chapters/teach.html").read_text("utf-8")
    page = BeautifulSoup(text, "html.parser")
    links = [link["href"] for link in page.select("ul.slides a")]
    assert links == [f"{path.stem}_slides.html" for path in files.chapters()]
    shown = [block.get_text().strip() for block in page.select("article pre")]
    assert citation.as_bibtex(citation.read(), None) in shown


@pytest.mark.slow
def test_the_changelog_is_the_file_itself(site):
    text = (site / "chapters/changelog.html").read_text("utf-8")
    page = BeautifulSoup(text, "html.parser")
    sections = [title.get_text().rstrip("#") for title in page.select("article h2")]
    file = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert sections == re.findall(r"(?m)^## (\S+)", file)
