"""The places that list the chapters list the same ones, in the same order."""

import re

from sphinx_external_toc.parsing import parse_toc_yaml

from book.folders import CHAPTERS, ROOT
from book.notebooks import files

CHAPTER = re.compile(r"(\d\d[a-z]?_\w+)\.ipynb")


def rows(path):
    """Give the chapters that the rows of a page's tables begin with."""
    lines = path.read_text("utf-8").splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("| [")]
    return [found[1] for cell in cells if (found := CHAPTER.search(cell))]


def test_the_readme_and_the_welcome_page_list_the_chapters_of_the_contents():
    contents = [page.rpartition("/")[2] for page in parse_toc_yaml(ROOT / "_toc.yml")]
    chapters = [page for page in contents if re.match(r"\d\d[a-z]?_", page)]
    assert chapters == [path.stem for path in files.chapters()]
    assert rows(ROOT / "README.md") == chapters
    assert rows(CHAPTERS / "index.md") == chapters


def test_each_link_of_the_readme_leads_to_a_file():
    text = (ROOT / "README.md").read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+)", text)
    local = [link for link in links if "://" not in link]
    assert len(local) > 20
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_what_contributing_names_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`((?:book|chapters|data|tests)/[\w./]+)`", text)
    assert len(named) > 20
    missing = [name for name in named if not (ROOT / name).exists()]
    assert [name for name in missing if "NN" not in name] == []
