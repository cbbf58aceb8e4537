"""What the site makes of the chapters' plain Markdown."""

from types import SimpleNamespace

import nbformat.v4
import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book.notebooks.tabs import WORLDS
from book.site import words

GLOSSARY = """# Glossary

Words.

## forget gate

The part that is kept: $\\sigma(f)$. See [GRU](#gru).

## <a id="gru"></a>GRU

Two gates
"""
REFERENCES = """# References

- <a id="elman1990"></a>Elman, J. L. (1990). Finding *Structure*. [x](https://x.org/y).
- <a id="late2001"></a>Late, A. (2001). Later.
"""
INDEX = "# Book\n\n```{toctree}\n:glob:\n\nchapters/*\n```\n"
TABS = "\n\n".join(
    f"**{title}**\n\n```python\n{key}\n```" for key, title in WORLDS.items()
)


@pytest.fixture
def build(tmp_path):
    """Build a small book with a chapter of the given cells; give its pages."""
    chapters = tmp_path / "source" / "chapters"
    chapters.mkdir(parents=True)
    (tmp_path / "source" / "index.md").write_text(INDEX)
    (chapters / "glossary.md").write_text(GLOSSARY)
    (chapters / "references.md").write_text(REFERENCES)

    def read(*cells):
        if cells:
            notebook = nbformat.v4.new_notebook()
            notebook.metadata["language_info"] = {"name": "python"}
            notebook.cells = [nbformat.v4.new_markdown_cell("# Chapter"), *cells]
            nbformat.write(notebook, chapters / "01_chapter.ipynb")
        with patch_docutils(), docutils_namespace():
            Sphinx(
                tmp_path / "source",
                None,
                tmp_path / "html",
                tmp_path / "doctrees",
                "html",
                confoverrides={
                    "extensions": ["myst_nb", "book.site.markdown", "book.site.words"],
                    "nb_execution_mode": "off",
                    "nitpicky": True,
                    "myst_enable_extensions": ["dollarmath"],
                    "myst_heading_anchors": 3,
                },
                status=None,
                warningiserror=True,
            ).build()
        return {
            path.stem: BeautifulSoup(path.read_text("utf-8"), "html.parser")
            for path in (tmp_path / "html" / "chapters").glob("*.html")
        }

    return chapters, read


def text(source):
    return nbformat.v4.new_markdown_cell(source)


def code(source):
    return nbformat.v4.new_code_cell(source)


def test_titled_blocks_become_tabs_that_follow_the_others(build):
    _, read = build
    page = read(text(f"## A\n\nBefore.\n\n{TABS}\n\nAfter."))["01_chapter"]
    labels = page.select(".sd-tab-set > label")
    assert [label.get_text().strip() for label in labels] == list(WORLDS.values())
    assert [label["data-sync-id"] for label in labels] == list(WORLDS)
    assert {label["data-sync-group"] for label in labels} == {"tab"}
    chosen = page.select(".sd-tab-set > input[checked] + label")
    assert [label["data-sync-id"] for label in chosen] == ["today"]
    blocks = page.select(".sd-tab-set > .sd-tab-content pre")
    assert [block.get_text().strip() for block in blocks] == list(WORLDS)
    around = [part.get_text() for part in page.select("section section > p")]
    assert around == ["Before.", "After."]


@pytest.mark.parametrize(
    "source",
    [
        TABS.replace("```python", "```text", 1),
        TABS.replace("**\n", "** of old\n", 1),
        TABS.replace("\n\n**", "\n\nBetween.\n\n**", 1),
        TABS.rpartition("\n\n**")[0],
    ],
)
def test_other_blocks_stay_as_they_are(build, source):
    _, read = build
    page = read(text(f"## A\n\n{source}"))["01_chapter"]
    assert page.select(".sd-tab-set") == []
    assert len(page.select("pre")) == source.count("```") / 2


def test_a_titled_quotation_becomes_a_warning(build):
    _, read = build
    page = read(text("> **Warning**\n>\n> Do not.\n\n---\n\n> Be."))["01_chapter"]
    (box,) = page.select(".admonition.warning")
    assert [p.get_text() for p in box("p")] == ["Warning", "Do not."]
    assert page.select_one(".admonition-title").get_text() == "Warning"
    assert [quote.get_text().strip() for quote in page("blockquote")] == ["Be."]


def test_an_empty_cell_is_left_out(build):
    _, read = build
    page = read(code("1"), code(""), code("2"))["01_chapter"]
    assert [cell.get_text().strip() for cell in page.select(".cell")] == ["1", "2"]


def test_the_glossary_is_a_list_of_definitions(build):
    _, read = build
    page = read()["glossary"]
    (terms,) = page.select("dl.glossary")
    assert [term["id"] for term in terms("dt")] == ["forget-gate", "gru"]
    assert [term.find(string=True) for term in terms("dt")] == ["forget gate", "GRU"]
    assert len(terms("dd")) == 2
    assert terms.dd.a["href"] == "#gru"
    assert page("h2") == []


def test_a_work_has_the_anchor_that_its_entry_begins_with(build):
    _, read = build
    page = read()["references"]
    items = page.select("ul.references > li")
    assert [item["id"] for item in items] == ["elman1990", "late2001"]
    assert items[0].get_text().startswith("Elman, J. L. (1990). Finding Structure.")


def test_a_link_says_what_stands_where_it_leads(build):
    chapters, read = build
    linked = (
        "The *[forget gate](glossary.md#forget-gate)* of a [`GRU`](glossary.md#gru) "
        "([Elman, 1990](references.md#elman1990)) is in the [glossary](glossary.md)."
    )
    page = read(text(linked))["01_chapter"]
    found = [(a.get_text(), a["href"], a.get("title")) for a in page.select("p a")]
    assert found == [
        ("forget gate", "glossary.html#forget-gate", "The part that is kept: σ(f)."),
        ("GRU", "glossary.html#gru", "Two gates"),
        (
            *("Elman, 1990", "references.html#elman1990"),
            "Elman, J. L. (1990). Finding Structure. x.",
        ),
        ("glossary", "glossary.html", None),
    ]
    assert page.select_one("a code").get_text() == "GRU"
    # Where the words change, what their links say changes too.
    (chapters / "glossary.md").write_text(GLOSSARY.replace("Two", "Three"))
    assert read()["01_chapter"].select("p a")[1]["title"] == "Three gates"


def test_words_read_in_parallel_are_merged_and_words_read_again_forgotten():
    one, other = SimpleNamespace(), SimpleNamespace()
    words.words_of(other)[words.GLOSSARY] = {"gru": "Two gates"}
    words.on_merge(None, one, {words.GLOSSARY, "chapters/01_chapter"}, other)
    assert words.words_of(one) == {words.GLOSSARY: {"gru": "Two gates"}}
    words.on_purge(None, one, words.GLOSSARY)
    words.on_purge(None, one, "never read")
    assert words.words_of(one) == {}


def test_a_link_to_no_word_stops_the_build(build):
    _, read = build
    with pytest.raises(Exception, match="local id not found"):
        read(text("A [gate](glossary.md#gate)."))
