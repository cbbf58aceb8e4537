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


NOTATION = (CHAPTERS / "notation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("chapter", PROSE)
def test_a_chapter_keeps_to_the_notation(chapter):
    sizes = re.findall(r"(?m)^\| \$([A-Z])\$ \|", NOTATION)
    (path,) = files.chapters(chapter)
    for cell in files.code_cells(files.read(path)):
        for axes in re.findall(r"#.*?\(([\w +*/-]*,[\w +*/,-]*)\)", cell.source):
            letters = set(re.findall(r"\b\d*([A-Z])\b", axes))
            assert letters <= set(sizes), f"{axes} in\n{cell.source}"
    # Gradients are d and a name; i, f and o stand for what goes into a sigmoid.
    assert not re.search(r"\\bar\b|\\overline\b", PROSE[chapter])
    assert not re.findall(r"(?<![\\\w(])[ifo](?:_\S+)? \\odot", PROSE[chapter])


def first_use(term, text):
    """Give where a term is first used in a text, None where it isn't."""
    word = re.sub(r"y$", "(?:y|ies)", term) if term.endswith("y") else f"{term}(?:e?s)?"
    found = re.search(rf"(?<![\w-]){word}(?![\w-])", text, re.IGNORECASE)
    return found and found.start()


def plain(text):
    """Give a page's prose without its title cell, headings, code and formulas.

    What stands in a role `{term}` is kept as §term§.
    """
    text = re.sub(r"(?ms)^(:{3,}|`{3,}).*?^\1", "", text)
    text = re.sub(r"(?m)^#.*$|^\|.*$", "", text)
    text = re.sub(r"\{term\}`(?:[^`<]*<)?([^`>]*)>?`", r" §\1§ ", text)
    text = re.sub(r"(?s)\$\$.*?\$\$|\$[^$]*\$|\{\w[\w:]*\}`[^`]*`|`[^`]*`", "", text)
    return re.sub(r"\]\([^)]*\)", "]", text)


def explained(term):
    """Give the chapter's number that the glossary names for a term, None without."""
    entry = re.search(rf"(?m)^{re.escape(term)}\n  (.*)$", GLOSSARY)[1]
    number = re.search(r"\]\((\d\d[a-z]?)_", entry)
    return number and number[1]


PAGES = {
    path.stem: plain(
        "\n\n".join(
            cell.source
            for cell in files.read(path).cells[1:]
            if cell.cell_type == "markdown"
        )
    )
    for path in files.chapters()
}


ANOTHER_SENSE = {
    ("01_recurrent_networks", "temperature"),  # the weather's
    ("02_vanishing_gradients", "memory"),  # of a task, not of a cell
    ("02_vanishing_gradients", "stacked"),  # gradients, not layers
}


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_linked_where_it_is_first_used(term):
    """In reading order, and in each chapter before the one that explains it."""
    number, seen = explained(term), False
    for chapter, text in PAGES.items():
        if seen and (number is None or chapter.partition("_")[0] >= number):
            break
        if (chapter, term) in ANOTHER_SENSE:
            continue
        linked = text.find(f"§{term}§")
        bare = first_use(term, re.sub("§[^§]*§", lambda link: "_" * len(link[0]), text))
        around = text[max(0, (bare or 0) - 60) : (bare or 0) + 60]
        assert bare is None or 0 <= linked < bare, f"{chapter}: …{around}…"
        seen = seen or linked >= 0


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
