"""The public address: read in one place, shown in several."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book.folders import ROOT
from book.site import address, citation, pages

HERE = "https://github.com/owner/course"


def test_the_address_is_read_from_the_projects_file(tmp_path):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(f'[project]\n[project.urls]\nRepository = "{HERE}/"\n')
    assert address.address(pyproject) == HERE
    pyproject.write_text("[project]\n[project.urls]\n")
    assert address.address(pyproject) is None
    pyproject.write_text("[project]\n")
    assert address.address(pyproject) is None


@pytest.mark.parametrize(
    "wrong", ["", "github.com/a/b", "http://a.b/c", "https://a.b/"]
)
def test_what_is_no_address_is_refused(tmp_path, wrong):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(f'[project]\n[project.urls]\nRepository = "{wrong}"\n')
    with pytest.raises(ValueError, match=r"Expected an address such as https://"):
        address.address(pyproject)


@pytest.mark.parametrize("name", ["README.md", "CITATION.cff"])
def test_what_is_written_is_the_address_that_is_set(name):
    say = {"README.md": address.in_readme, "CITATION.cff": address.in_citation}[name]
    text = (ROOT / name).read_text("utf-8")
    assert say(text, address.address()) == text, "run make address"
    shown = say(text, HERE)
    assert shown.count(HERE) == 1
    assert say(shown, HERE) == shown
    assert say(shown, None) == say(text, None)
    assert HERE not in say(text, None)


def test_a_readme_without_a_place_for_it_is_refused():
    with pytest.raises(ValueError, match="no place for the address"):
        address.in_readme("# A course\n", HERE)


def test_the_command_writes_both(tmp_path, monkeypatch, capsys):
    for name in ("README.md", "CITATION.cff"):
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"))
    monkeypatch.setattr(address, "ROOT", tmp_path)
    monkeypatch.setattr(address, "address", lambda: HERE)
    address.main()
    assert f"git clone {HERE}\ncd course\n" in (tmp_path / "README.md").read_text()
    citation = (tmp_path / "CITATION.cff").read_text()
    assert f'\nrepository-code: "{HERE}"\n' in citation
    assert HERE in capsys.readouterr().out


def test_the_site_s_own_address_is_read_from_the_same_file(tmp_path):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[project]\n[project.urls]\nHomepage = "https://a.org/b/"\n')
    assert address.homepage(pyproject) == "https://a.org/b"
    assert address.address(pyproject) is None
    pyproject.write_text("[project]\n")
    assert address.homepage(pyproject) is None
    for wrong in ("", "a.org", "http://a.org"):
        pyproject.write_text(f'[project]\n[project.urls]\nHomepage = "{wrong}"\n')
        with pytest.raises(ValueError, match=r"Expected an address such as https://"):
            address.homepage(pyproject)


@pytest.mark.parametrize(
    ("found", "launched", "edited"),
    [
        (
            HERE,
            "https://codespaces.new/owner/course",
            [
                f"{HERE}/edit/main/chapters/a.md",
                "https://github.dev/owner/course/blob/main/chapters/b.ipynb",
            ],
        ),
        (
            "https://gitlab.com/group/owner/course",
            None,
            [
                "https://gitlab.com/group/owner/course/-/edit/main/chapters/a.md",
                "https://gitlab.com/group/owner/course/-/edit/main/chapters/b.ipynb",
            ],
        ),
        ("https://example.org/owner/course", None, [None, None]),
        (None, None, [None, None]),
    ],
)
def test_pages_lead_to_the_repository_a_codespace_and_an_editor(
    found, launched, edited, monkeypatch
):
    monkeypatch.setattr(address, "address", lambda: found)
    env = SimpleNamespace(doc2path=lambda page, base: f"chapters/{page}")
    for page, editor in zip(["a.md", "b.ipynb"], edited, strict=True):
        context = {}
        address.add_links(
            SimpleNamespace(env=env), page, "page.html", context, object()
        )
        urls = [button["url"] for button in context.get("header_buttons", [])]
        assert urls == [url for url in (found, launched) if url]
        assert context.get("edit_this_page") == editor


SMALL = """\
project = "A course"
html_title = "A course"
extensions = ["myst_nb", "sphinx_book_theme", "book.site.language",
              "book.site.address", "book.site.citation", "book.site.pages"]
html_theme = "sphinx_book_theme"
html_theme_options = {"footer_content_items": ["colophon.html"]}
templates_path = [TEMPLATES]
"""


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Give a function that builds a page in the site's theme, at given addresses."""

    def run(repository, home):
        monkeypatch.setattr(address, "address", lambda: repository)
        monkeypatch.setattr(citation, "address", lambda: repository)
        monkeypatch.setattr(address, "homepage", lambda: home)
        monkeypatch.setattr(pages, "homepage", lambda: home)
        source = tmp_path / "source"
        source.mkdir()
        templates = str(ROOT / "book/site/templates")
        (source / "conf.py").write_text(SMALL.replace("TEMPLATES", repr(templates)))
        (source / "index.md").write_text(
            '# A "title"\n\nFirst words.\n\n```{get-it}\n```\n\n```{cite-it}\n```\n'
        )
        with patch_docutils(source), docutils_namespace():
            Sphinx(
                source, source, tmp_path / "html", tmp_path / "doctrees", "html",
                status=None, warningiserror=True,
            ).build()  # fmt: skip
        return (tmp_path / "html/index.html").read_text("utf-8")

    return run


@pytest.mark.parametrize("repository", [HERE, "https://example.org/owner/course"])
def test_a_page_of_a_course_with_addresses(build, repository):
    html = build(repository, "https://a.org/b")
    page = BeautifulSoup(html, "html.parser")
    assert page.find("link", rel="canonical")["href"] == "https://a.org/b/index.html"
    card = {
        tag["property"]: tag["content"] for tag in page.find_all("meta", property=True)
    }
    assert card["og:title"] == "A “title”"
    assert card["og:url"] == "https://a.org/b/index.html"
    assert card["og:description"] == "First words."
    assert card["og:image"] == "https://a.org/b/_static/page.png"
    assert card["twitter:card"] == "summary_large_image"
    assert (ROOT / "book/site/assets" / pages.PICTURE).exists()
    links = [link["href"] for link in page.find_all("a", href=True)]
    assert repository in links
    edited = [link for link in links if "/edit/" in link]
    assert edited == ([f"{HERE}/edit/main/index.md"] if repository == HERE else [])
    assert f"git clone {repository}" in html
    assert f"url = {{{repository}}}" in html


def test_a_page_of_a_course_without_addresses_shows_none(build):
    html = build(None, None)
    page = BeautifulSoup(html, "html.parser")
    assert page.find("link", rel="canonical") is None
    assert page.find("meta", property=True) is None
    text = page.get_text()
    assert "Edit this page" not in text
    assert "git clone" not in text
    assert "@software{lstms-in-tensorflow" in text
