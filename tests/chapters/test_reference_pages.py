"""The glossary, the bibliography and the chapters lead to each other.

That no link leads nowhere is checked by the strict build of the site.
"""

import re

import pytest

from book.folders import CHAPTERS
from book.notebooks import files

GLOSSARY = (CHAPTERS / "glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"(?m)^(\w[\w -]*)\n  \S", GLOSSARY)
ENTRIES = dict(
    re.findall(
        r"(?ms)^@\w+\{(\w+),\n(.*?)^\}",
        (CHAPTERS / "references.bib").read_text(encoding="utf-8"),
    )
)


def prose(path):
    cells = files.read(path).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


PROSE = {path.stem: prose(path) for path in files.chapters()}


def roles(name, text):
    """Give what stands in the role {name}`...`, its target where it has one."""
    found = re.findall(rf"\{{{name}\}}`([^`]+)`", text)
    return [re.sub(r".*<(.*)>", r"\1", content, flags=re.S) for content in found]


def cited(text):
    keys = roles("cite:t", text) + roles("cite:p", text)
    return {key.strip() for group in keys for key in group.split(",")}


def test_the_glossary_is_sorted_and_names_each_term_once():
    assert len(TERMS) > 50
    assert sorted(TERMS, key=str.casefold) == TERMS
    assert len(set(TERMS)) == len(TERMS)


@pytest.mark.parametrize("chapter", PROSE)
def test_a_chapter_leads_to_the_glossary(chapter):
    assert roles("term", PROSE[chapter])


def test_every_term_is_linked_from_a_chapter_or_the_notation():
    pages = [*PROSE.values(), (CHAPTERS / "notation.md").read_text(encoding="utf-8")]
    linked = {term for text in pages for term in roles("term", text)}
    assert set(TERMS) <= linked, set(TERMS) - linked


def test_what_is_cited_is_what_the_bibliography_has():
    assert set().union(*map(cited, PROSE.values())) == set(ENTRIES)


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_can_be_found_by_its_reader(key):
    fields = dict(re.findall(r"(?m)^  (\w+) = \{(.*)\},$", ENTRIES[key]))
    assert {"author", "title", "year"} <= set(fields)
    assert {"doi", "eprint", "url"} & set(fields), "no DOI, arXiv number or address"
    assert re.search(r"\d{4}$", key)[0] == fields["year"]
    if "doi" in fields:
        assert re.fullmatch(r"10\.\d{4,}/\S+", fields["doi"])
    if "eprint" in fields:
        assert fields["archiveprefix"] == "arXiv"
        assert re.fullmatch(r"\d{4}\.\d{4,5}", fields["eprint"])
