"""The pieces to play with in a page, and the language of the site's own words."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from bs4 import BeautifulSoup
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError, SphinxWarning
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book.site import play

CHAPTER = """\
# A chapter

[Try it here](play.md#piece?units=5&cell=gru)

Or go [there](play.md#piece?units=5) first.
"""


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Give a function that builds a chapter and the page of the pieces."""
    piece = play.Piece("What is to be seen & done.", ("piece.js", "more.js"))
    monkeypatch.setattr(play, "PIECES", {"piece": piece})

    # pytest runs more than one build in a process.
    monkeypatch.setattr(locale, "translators", {})

    def build(chapter=CHAPTER, directive="piece", **settings):
        source = tmp_path / "source"
        (source / "chapters").mkdir(parents=True, exist_ok=True)
        (source / "index.md").write_text(
            "# Home\n\n```{toctree}\nchapters/play\nchapters/one\n```\n"
        )
        (source / "chapters/play.md").write_text(
            f"# Play\n\n```{{play}} {directive}\n```\n"
        )
        (source / "chapters/one.md").write_text(chapter)
        configured = {
            "extensions": ["myst_nb", "book.site.play"],
            "html_theme": "basic",
            **settings,
        }
        with patch_docutils(source), docutils_namespace():
            app = Sphinx(
                source, None, tmp_path / "html", tmp_path / "doctrees", "html",
                confoverrides=configured, status=None, warningiserror=True,
                freshenv=True,
            )  # fmt: skip
            app.build()
        return {
            page: BeautifulSoup(
                (tmp_path / f"html/chapters/{page}.html").read_text(), "html.parser"
            )
            for page in ("play", "one")
        }

    return build


def scripts(page):
    found = [script.get("src", "").partition("?")[0] for script in page("script")]
    return [src.partition("_static/")[2] for src in found if "/play/" in src]


def test_a_piece_stands_where_its_directive_is(build):
    page = build()["play"]
    piece = page.find(id="piece")
    assert piece["data-play"] == "piece"
    assert piece["data-settings"] == ""
    assert piece.img["src"] == "../_static/play/piece.png"
    assert piece.img["alt"] == "What is to be seen & done."
    assert scripts(page) == ["play/play.js", "play/piece.js", "play/more.js"]
    later = page("script", {"data-play": "piece"})
    assert [script["type"] for script in later] == [play.LATER] * 2


def test_a_link_by_itself_becomes_the_piece_and_its_caption(build):
    page = build()["one"]
    piece = page.find(id="piece")
    assert piece["data-settings"] == "units=5&cell=gru"
    assert piece.figcaption.get_text(strip=True) == "Try it here"
    link = piece.figcaption.a
    assert link["href"] == "play.html#piece?units=5&cell=gru"
    assert scripts(page) == ["play/play.js", "play/piece.js", "play/more.js"]


def test_a_link_in_a_sentence_stays_a_link(build):
    page = build("# A chapter\n\nGo [there](play.md#piece?units=5) first.\n")["one"]
    assert page.find(id="piece") is None
    assert page.find("a", string="there")["href"] == "play.html#piece?units=5"
    assert scripts(page) == []


def test_a_piece_that_does_not_exist_stops_the_build(build):
    with pytest.raises(ExtensionError, match=r"chapters/one links to play.md#peace"):
        build("# A chapter\n\nSee [this](play.md#peace).\n")
    with pytest.raises(SphinxWarning, match=r"No piece is called 'peace'"):
        build(directive="peace")


def test_scripts_and_pages_speak_the_site_s_language(build, tmp_path):
    folder = tmp_path / "locale/zh_CN/LC_MESSAGES"
    folder.mkdir(parents=True)
    text = "This needs JavaScript."
    write_catalogue(folder / "book.po", {text: "需要 JavaScript。"})
    page = build(language="zh_CN", locale_dirs=[str(tmp_path / "locale")])["play"]
    assert page.noscript.get_text(strip=True) == "需要 JavaScript。"
    words = page.find("script", string=lambda code: code and "bookWords" in code)
    assert words.string == f'const bookWords = {{"{text}": "需要 JavaScript。"}};'
    locale.translators.clear()
    page = build(language="en")["play"]
    assert page.noscript.get_text(strip=True) == text
    assert not page.find("script", string=lambda code: code and "bookWords" in code)


def write_catalogue(path, words):
    catalogue = Catalog(locale="zh_CN")
    for text, translated in words.items():
        catalogue.add(text, translated)
    with path.open("wb") as file:
        write_po(file, catalogue)
