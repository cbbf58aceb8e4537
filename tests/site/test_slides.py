"""Slides of the chapters: what is on them, and how they are shown."""

import os
import shutil

import nbformat.v4
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book.folders import ROOT
from book.notebooks import files
from book.site import pdf

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)
EXERCISE = "### Exercise 1: guess the shapes\n\nWhich shapes?"


def code(source, text=None, *tags):
    outputs = [nbformat.v4.new_output("stream", text=text)] if text else []
    return nbformat.v4.new_code_cell(
        source, outputs=outputs, execution_count=1, metadata={"tags": list(tags)}
    )


def figure():
    cell = code("figures.show()", None, "hide-input")
    cell.outputs = [
        nbformat.v4.new_output(
            "display_data",
            data={"image/png": PIXEL},
            metadata={"image/png": {"alt": "A pixel."}},
        )
    ]
    return cell


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    """Build a chapter of one of each kind; give its slides, parsed."""
    folder = tmp_path_factory.mktemp("book")
    source = folder / "source"
    (source / "chapters").mkdir(parents=True)
    templates = folder / "templates"
    templates.mkdir()
    shutil.copy(ROOT / "book/site/templates/slides.html", templates)
    (source / "index.md").write_text(
        "# Home\n\n```{toctree}\nchapters/01_small\n```\n\n```{slides}\n```\n"
    )
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "python3"}
    markdown = nbformat.v4.new_markdown_cell
    notebook.cells = [
        markdown("# 1 · A `cell`\n\nText.\n\n**You will learn**\n\n- one thing;"),
        code("set_up()", "(3, 4)\n"),
        markdown("## Shapes\n\nProse.\n\n$$a$$\n\n$$b$$\n\nSee [](#summary)."),
        code("no_shapes()", "only words\n"),
        code("shapes()", "kernel  (7, 16)  float32\n"),
        code("guessed()", "kernel  (None, 16)  float32\n", "hide-output"),
        code("claimed()", "✓ it holds\n"),
        code("gathered()", "✓ it holds (1, 2)\n", "checks"),
        figure(),
        markdown("## Summary\n\n- All of it."),
        markdown(f"## Exercises\n\n{EXERCISE}"),
        code("solved()", "(1, 2)\n", "hide-cell", "solution"),
    ]
    nbformat.write(notebook, source / "chapters" / "01_small.ipynb")
    extensions = [
        "myst_nb",
        "book.site.claims",
        "book.site.folds",
        "book.site.language",
        "book.site.slides",
    ]
    with patch_docutils(), docutils_namespace():
        Sphinx(
            source, None, folder / "html", folder / "doctrees", "html",
            confoverrides={
                "extensions": extensions,
                "nb_execution_mode": "off",
                "nb_mime_priority_overrides": [],
                "myst_enable_extensions": ["dollarmath"],
                "templates_path": [str(templates)],
                "language": "en",
            },
            status=None,
        ).build()  # fmt: skip
    page = folder / "html/chapters/01_small_slides.html"
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def test_the_first_slide_has_the_title_and_what_one_learns(deck):
    first, *others = deck.select(".slide")
    assert first.h1.get_text() == "1 · A cell"
    assert first.li.get_text(strip=True) == "one thing;"
    assert "Text." not in first.get_text()
    assert [slide for slide in others if slide.h1] == []


def test_each_thing_to_be_shown_has_a_slide(deck):
    found = [
        (slide["class"][1], slide.h2.get_text(), slide.select_one("pre, img, li, p"))
        for slide in deck.select(".slide")[1:]
    ]
    shown = [
        (kind, title, (part or "") and part.get_text(strip=True))
        for kind, title, part in found
    ]
    assert shown == [
        ("formulas", "Shapes", ""),
        ("code", "Shapes", "shapes()"),
        ("code", "Shapes", "guessed()"),
        ("code", "Shapes", "claimed()"),
        ("figure", "Shapes", ""),
        ("text", "Summary", "All of it."),
        ("text", "Exercise 1: guess the shapes", "Which shapes?"),
    ]
    assert len(deck.select(".formulas .math")) == 2
    assert deck.select_one(".figure img")["alt"] == "A pixel."
    claims = [claim.get_text().strip() for claim in deck.select("ul.claims li")]
    assert claims == ["✓ it holds"]


def test_what_is_to_be_guessed_is_shut(deck):
    [fold] = deck.find_all("details")
    assert not fold.has_attr("open")
    assert "(None, 16)" in fold.get_text()


def test_headings_lead_to_the_chapter_and_no_id_is_used_twice(deck):
    links = [slide.h2.a["href"] for slide in deck.select(".slide")[1:]]
    assert links[0] == "01_small.html#shapes"
    assert links[-1] == "01_small.html#exercise-1-guess-the-shapes"
    ids = [tag["id"] for tag in deck.find_all(id=True)]
    assert sorted(set(ids)) == sorted(ids)


# --- The slides of the real chapters, in a browser ---------------------------------


@pytest.fixture(scope="module")
def browser():
    try:
        chromium = pdf.browser()
    except pdf.PdfError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        yield launched
        launched.close()


@pytest.mark.slow
def test_every_chapter_has_slides_with_its_figures_and_without_its_solutions(site):
    for path in files.chapters():
        page = site / "chapters" / f"{path.stem}_slides.html"
        slides = BeautifulSoup(page.read_text("utf-8"), "html.parser")
        shown, hidden, figures = slides.get_text(), [], 0
        for cell in files.read(path).cells:
            tags = files.tags(cell)
            if "solution" in tags:
                hidden += [cell.source.strip()]
            elif cell.cell_type == "code" and not tags & {"checks", "hide-cell"}:
                data = [output.get("data", {}) for output in cell.outputs]
                figures += sum("image/png" in kinds for kinds in data)
        assert len(slides.select(".slide.figure img[alt]")) == figures, path.stem
        assert [source for source in hidden if source in shown] == [], path.stem
        assert len(slides.select(".slide.code")) >= 3, path.stem
        ids = [tag["id"] for tag in slides.find_all(id=True)]
        assert sorted(set(ids)) == sorted(ids), path.stem


@pytest.mark.slow
def test_keys_go_from_slide_to_slide(site, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    wrong = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def failed(request):
        if request.failure != "net::ERR_ABORTED":  # by leaving the page
            wrong.append(request.url)

    page.on("requestfailed", failed)
    page.goto(f"file://{site}/chapters/05_basic_lstm_cell_slides.html")
    count = page.locator(".slide").count()

    def at(number):
        page.wait_for_function(
            "says => document.querySelector('nav output').value === says",
            arg=f"{number} / {count}",
        )

    at(1)
    for key, number in [
        ("ArrowRight", 2),
        (" ", 3),
        ("PageDown", 4),
        ("ArrowLeft", 3),
        ("End", count),
        ("ArrowRight", count),
        ("Home", 1),
    ]:
        page.keyboard.press(key)
        at(number)
    page.get_by_role("button", name="Next slide").click()
    at(2)
    fold = page.locator("details").first
    fold.locator("summary").focus()
    page.keyboard.press(" ")
    assert fold.evaluate("fold => fold.open")
    page.goto(f"file://{site}/chapters/05_basic_lstm_cell_slides.html#7")
    page.reload()
    at(7)
    assert wrong == []
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (360, 740)])
def test_slides_fit_and_keep_no_reader_out(site, browser, size):
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height})
    for name in ("03_lstm_from_scratch", "12_loops_in_full", "24_moving_the_code"):
        page.goto(f"file://{site}/chapters/{name}_slides.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width > 1000:  # a phone scrolls
            higher = page.evaluate(
                "[...document.querySelectorAll('.slide')]"
                ".filter(slide => slide.scrollHeight > innerHeight * 1.1)"
                ".map(slide => slide.innerText)"
            )
            assert higher == [], name
        page.locator("details").evaluate_all("all => all.forEach(f => f.open = true)")
        found = Axe(AXE_SCRIPT).run(page, None, {"resultTypes": ["violations"]})
        assert found.response["violations"] == [], name
    page.close()
