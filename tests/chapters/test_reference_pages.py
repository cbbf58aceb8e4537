"""The glossary, the references and the chapters lead to each other.

That no link leads nowhere is checked by the strict build of the site.
"""

import re

import pytest

from book.folders import CHAPTERS
from book.notebooks import files

GLOSSARY = (CHAPTERS / "glossary.md").read_text(encoding="utf-8")
HEADING = re.compile(r"(?m)^## (?:<a id=\"([\w-]+)\"></a>)?(\w[\w -]*)$")
TERMS = [term for _anchor, term in HEADING.findall(GLOSSARY)]
SLUGS = {term.lower().replace(" ", "-"): term for term in TERMS}
REFERENCES = (CHAPTERS / "references.md").read_text(encoding="utf-8")
ENTRIES = dict(re.findall(r'(?m)^- <a id="(\w+)"></a>(.*)$', REFERENCES))


def prose(path):
    cells = files.read(path).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


PROSE = {path.stem: prose(path) for path in files.chapters()}


def linked(page, text):
    """Give the places in a page of words that the links in a text name."""
    return re.findall(rf"\]\({page}\.md#([^)]*)\)", text)


def test_the_glossary_is_sorted_and_names_each_term_once():
    assert len(TERMS) > 50
    assert sorted(TERMS, key=str.casefold) == TERMS
    assert len(set(TERMS)) == len(TERMS) == GLOSSARY.count("\n## ")


def test_each_term_has_the_anchor_that_links_name_wherever_it_is_read():
    """JupyterLab keeps a heading's capitals in its anchor; GitHub and MyST don't."""
    for anchor, term in HEADING.findall(GLOSSARY):
        slug = term.lower().replace(" ", "-")
        assert anchor == ("" if term == term.lower() else slug), term


def test_the_references_are_sorted_and_each_has_its_anchor():
    names = [text.partition("(")[0].casefold() for text in ENTRIES.values()]
    assert len(names) == REFERENCES.count("\n- ") > 20
    assert names == sorted(names)


@pytest.mark.parametrize("chapter", PROSE)
def test_a_chapter_leads_to_the_glossary(chapter):
    assert linked("glossary", PROSE[chapter])


def test_every_link_to_a_term_leads_to_one():
    """The build of the site would find it too; this is quicker."""
    own = re.findall(r"\]\(#([^)]*)\)", GLOSSARY)
    named = {slug for text in PROSE.values() for slug in linked("glossary", text)}
    assert named | set(own) <= set(SLUGS), (named | set(own)) - set(SLUGS)


def test_every_term_is_linked_from_a_chapter_or_the_notation():
    pages = [*PROSE.values(), (CHAPTERS / "notation.md").read_text(encoding="utf-8")]
    named = {SLUGS[slug] for text in pages for slug in linked("glossary", text)}
    assert set(TERMS) <= named, set(TERMS) - named


def test_what_is_cited_is_what_the_references_have():
    cited = {key for text in PROSE.values() for key in linked("references", text)}
    assert cited == set(ENTRIES)


@pytest.mark.parametrize("chapter", PROSE)
def test_a_citation_names_the_authors_and_the_year_of_its_entry(chapter):
    for text, key in re.findall(r"\[([^]]*)\]\(references\.md#(\w+)\)", PROSE[chapter]):
        authors, year = re.fullmatch(r"(.*?),? \(?(\d{4})\)?", text).groups()
        who, when = re.match(r"(.*?) \((\d{4})\)", ENTRIES[key]).groups()
        families = re.findall(r"(?:^|, | and )([^,.]+), \w\.", who)
        if len(families) > 2:
            assert authors == f"{families[0]} et al."
        else:
            assert authors == " and ".join(families)
        assert year == when


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

    Of a link to a term, the term is kept as §term§.
    """
    text = re.sub(r"(?ms)^(`{3,}).*?^\1", "", text)
    text = re.sub(r"(?m)^#.*$|^\|.*$", "", text)
    text = re.sub(
        r"\[[^]]*\]\(glossary\.md#([^)]*)\)",
        lambda link: f" §{SLUGS[link[1]]}§ ",
        text,
    )
    text = re.sub(r"\[[^]]*\]\(references\.md#[^)]*\)", "", text)
    text = re.sub(r"(?s)\$\$.*?\$\$|\$[^$]*\$|`[^`]*`", "", text)
    return re.sub(r"\]\([^)]*\)", "]", text)


def explained(term):
    """Give the chapter's number that the glossary names for a term, None without."""
    entry = re.search(rf"(?m)^## (?:<a.*>)?{re.escape(term)}\n\n(.*)$", GLOSSARY)[1]
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
    ("24c_older_still", "rank"),  # of a tensor, not of a process
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
    entry = re.fullmatch(r"(.+?) \((\d{4})\)\. (.+?)[.?] (.+)\.", ENTRIES[key])
    assert entry, "expected: authors (year). Title. Where, [link](address)."
    assert re.search(r"\d{4}$", key)[0] == entry[2]
    links = re.findall(r"\[([^]]*)\]\(([^)]*)\)", entry[4])
    assert links, "no DOI, arXiv number or address"
    for text, address in links:
        if text.startswith("doi:"):
            number = text.removeprefix("doi:")
            assert re.fullmatch(r"10\.\d{4,}/\S+", number)
            assert address == f"https://doi.org/{number}"
        elif text.startswith("arXiv:"):
            number = text.removeprefix("arXiv:")
            assert re.fullmatch(r"\d{4}\.\d{4,5}", number)
            assert address == f"https://arxiv.org/abs/{number}"
        else:
            assert text.lower() in address
