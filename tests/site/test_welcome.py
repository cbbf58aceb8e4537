"""The welcome page: its figures, and the box for an error message."""

import os
import re
from importlib import metadata
from urllib.parse import parse_qs, urlsplit

import nbformat.v4
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

from book.data import tf1
from book.notebooks import files
from book.site import pdf, welcome

WELCOME = "chapters/index.html"


def code(source, printed, *tags):
    return nbformat.v4.new_code_cell(
        source,
        outputs=[nbformat.v4.new_output("stream", text=printed)],
        execution_count=1,
        metadata={"tags": list(tags)},
    )


def test_what_is_there_is_counted(tmp_path):
    notebook = nbformat.v4.new_notebook()
    markdown = nbformat.v4.new_markdown_cell
    notebook.cells = [
        code("a", "✓ one\na line ✓ with a tick\n✓ two\n"),
        markdown("### Exercise 1: solved in two cells"),
        code("b", "✓ three\n", "solution"),
        code("c", "", "solution"),
        markdown("### Exercise 2: not solved"),
        markdown("### A heading"),
    ]
    path = tmp_path / "01_a.ipynb"
    files.write(notebook, path)
    assert welcome.count([path, path]) == welcome.Count(2, 6, 2)
    assert welcome.count([]) == welcome.Count(0, 0, 0)


@pytest.fixture(scope="module")
def page(site):
    return BeautifulSoup((site / WELCOME).read_text("utf-8"), "html.parser")


@pytest.mark.slow
def test_its_figures_are_those_of_the_course(site, page):
    shown = [item.get_text().strip() for item in page.select(".at-a-glance strong")]
    chapters = files.chapters()
    claims = (site / "chapters/claims.html").read_text("utf-8")
    listed = re.search(r"(\d+) claims in (\d+) chapters", claims)
    assert shown[:2] == [f"{int(listed[1]):,}", listed[2]]
    assert int(shown[2]) >= 3 * len(chapters)
    today = metadata.version("tensorflow").rpartition(".")[0]
    assert shown[3:] == [f"TensorFlow {today}", f"TensorFlow {tf1.ARTICLES}"]


@pytest.mark.slow
def test_its_buttons_lead_to_the_first_chapter_and_to_the_teachers_page(page):
    links = [link["href"] for link in page.select(".ways-in a.sd-btn")]
    assert links == ["01_recurrent_networks.html", "teach.html"]


@pytest.mark.slow
def test_an_error_message_is_pasted_and_searched_for_from_a_folder(site):
    try:
        chromium = pdf.browser()
    except pdf.PdfError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
    message = (
        '  File "a b.py", line 3 & more\n'
        "AttributeError: module 'tensorflow' has no attribute 'contrib'"
    )
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        tab = launched.new_page()
        tab.goto(f"file://{site}/{WELCOME}")
        tab.get_by_label("Paste an error message").fill(message)
        tab.get_by_role("button", name="Find its cure").click()
        tab.wait_for_url("**/search.html?q=*")
        first = tab.locator(".bd-search-container li a").first
        first.wait_for()
        assert "27_error_index" in first.get_attribute("href")
        asked = parse_qs(urlsplit(tab.url).query)["q"][0]
        assert asked.split() == message.split()
        launched.close()
