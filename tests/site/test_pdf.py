"""The book as one PDF."""

import io
import os
import re
import shutil

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from sphinx_external_toc.parsing import parse_toc_yaml

from book.folders import ROOT
from book.site import pdf

ONE = """<html><head><link rel="stylesheet" href="../_static/book.css"></head><body>
<nav>aside</nav><article class="bd-article"><h1 id="one">One long title<a
class="headerlink" href="#one">#</a></h1>
<a href="two.html#place">there</a> <a href="#one">here</a> <a href="two.html">two</a>
<a href="../search.html">the search</a> <a href="https://example.org/#a">out</a>
<details class="hide"><summary><span class="when-shut">Show</span></summary>
<p>code</p></details>
<details class="hide"><summary>Solution</summary><p>solved</p></details>
<form action="../search.html"><input></form><img src="../_images/a.png" loading="lazy">
<label for="place">label</label><i id="place">field</i>
</article></body></html>"""
TWO = """<html><head><link rel="stylesheet" href="../_static/book.css"></head><body>
<article class="bd-article"><h1 id="two">Two</h1><p id="place">text</p></article>
</body></html>"""
PARTS = {"": ["chapters/one"], "A part": ["chapters/two"]}


@pytest.fixture
def small(tmp_path):
    """Give a site of two pages."""
    folder = tmp_path / "chapters"
    folder.mkdir()
    (folder / "one.html").write_text(ONE)
    (folder / "two.html").write_text(TWO)
    return tmp_path


@pytest.fixture
def book(small):
    """Give the two pages as one, parsed."""
    return BeautifulSoup(pdf.assemble(small, PARTS), "html.parser")


def test_the_contents_are_those_of_the_site():
    pages = [page for part in pdf.contents().values() for page in part]
    assert pages == list(parse_toc_yaml(ROOT / "_toc.yml"))


def test_links_lead_within_the_book(book):
    links = {link.get_text(): link["href"] for link in book.select("article a")}
    assert links == {
        "there": "#two--place",
        "here": "#one--one",
        "two": "#two",
        "out": "https://example.org/#a",
    }
    assert "the search" in book.article.get_text()
    ids = {tag["id"] for tag in book.find_all(id=True)}
    assert ids >= {"one", "two", "one--one", "one--place", "two--place"}
    assert book.label["for"] == "one--place"
    listed = [(link["href"], link.get_text()) for link in book.select("nav a")]
    assert listed == [("#one", "One\xa0long\xa0title"), ("#two", "Two")]
    assert [part.get_text() for part in book.select("nav p")] == ["A part"]


def test_all_is_shown_and_nothing_that_needs_a_screen(book):
    text = book.article.get_text()
    assert "code" in text
    assert "Solution" in text
    assert "solved" in text
    assert "Show" not in text
    assert "aside" not in book.get_text()
    assert book.select("details, form, input, .headerlink") == []
    assert not book.img.has_attr("loading")
    assert len(book.select('link[href="../_static/book.css"]')) == 1


def test_a_page_that_is_missing_is_named(small):
    with pytest.raises(pdf.PdfError, match=r"three\.html isn't there.*make book"):
        pdf.assemble(small, {"": ["chapters/three"]})


def test_without_chromium_it_says_what_to_install(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    path = tmp_path / "book.pdf"
    assert pdf.main([str(path)]) == 1
    assert "none of chromium, chromium-browser" in capsys.readouterr().err
    assert not path.exists()


@pytest.fixture(scope="module")
def reader(site, tmp_path_factory):
    """Print the built site; give the PDF."""
    try:
        pdf.browser()
    except pdf.PdfError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
    path = tmp_path_factory.mktemp("pdf") / "new" / "book.pdf"
    pdf.make(site, pdf.contents(), path)
    assert [other.name for other in path.parent.iterdir()] == ["book.pdf"]
    assert list(site.glob(".pdf-*")) == []
    return PdfReader(io.BytesIO(path.read_bytes()))


def plain(text):
    return " ".join(text.replace("\xa0", " ").split())


@pytest.mark.slow
def test_the_outline_has_every_page_and_its_sections(reader, site):
    top = [plain(item.title) for item in reader.outline if not isinstance(item, list)]
    pages = [
        BeautifulSoup((site / f"{page}.html").read_text("utf-8"), "html.parser")
        for page in parse_toc_yaml(ROOT / "_toc.yml")
    ]
    titles = [plain(page.find("h1").get_text().rstrip("#")) for page in pages]
    assert top[1:] == titles
    sections = [plain(item.title) for item in _flat(reader.outline)]
    assert sections.count("Exercises") >= 20
    numbers = [
        reader.get_destination_page_number(item)
        for item in reader.outline
        if not isinstance(item, list)
    ]
    assert numbers == sorted(set(numbers))


def _flat(outline):
    for item in outline:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


@pytest.mark.slow
def test_its_pages_hold_what_the_chapters_say(reader):
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith("en")
    pages = [plain(page.extract_text()) for page in reader.pages]
    text = " ".join(pages)
    for said in (
        "One cell gives one layer.",  # prose
        "TensorFlow 1 (2017)",  # the name of a tab
        "forgetful = rnn_cell.BasicLSTMCell",  # a solution
        "the kernel is (features + units, 4 * units)",  # a claim
    ):
        assert said in text
    assert re.search(r"\b100$", pages[99])  # its number
    # TeX is shown in code only, where it is meant.
    assert [
        page for page in pages if r"\begin{aligned}" in page or r"\(h" in page
    ] == []


@pytest.mark.slow
def test_links_of_the_contents_lead_to_pages(reader):
    links = [
        note.get_object()
        for page in reader.pages[1:3]
        for note in page.get("/Annots", [])
    ]
    assert len([link for link in links if "/Dest" in link or "/A" in link]) >= 30
