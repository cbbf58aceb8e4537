"""The notebooks where the site is not: in nbconvert's pages, and in JupyterLab itself.

Three short chapters are opened in the real JupyterLab, with a headless Chromium, and
run there. Chromium may ask no other host for anything.
"""

import json
import os
import re
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from playwright.sync_api import Locator, sync_playwright

from book.folders import CHAPTERS
from book.notebooks import files, tabs
from book.notebooks.normal_form import CLOSED

RAW = re.compile(
    r"\{[a-z][\w:+-]*\}(?=`)"  # a role
    r"|^\s*(?::{3,}|`{3,}|~{3,}).*"  # a fence that was not understood
    r"|^:[a-z-]+:(?=\s|$)"  # an option of a directive
    r"|^\([\w-]+\)=\s*$"  # a target
    r"|^%\s.*|^\+\+\+.*"  # a comment, a break
    r"|(?<=\])\{[^}]*\}",  # attributes
    re.MULTILINE,
)
"""What is MyST's and no other's, in text whose code stands in backticks."""

RUN = ["01_recurrent_networks", "05_basic_lstm_cell", "10_sequence_mask"]

TEXT = """element => {  // gives its text, what is code in it in backticks
    const copy = element.cloneNode(true);
    copy.querySelectorAll("pre, .jp-InternalAnchorLink").forEach(e => e.remove());
    copy.querySelectorAll("code").forEach(e => e.replaceWith("`" + "x" + "`"));
    return copy.textContent;
}"""

SEEN = """cells => cells.map(cell => {  // tells which parts of each cell can be seen
    const seen = part =>
        [...cell.querySelectorAll(part)].some(e => e.checkVisibility());
    return {
        source_hidden: seen(".jp-InputArea-editor"),
        outputs_hidden: seen(".jp-OutputArea-output"),
    };
})"""

HAS_RUN = """() => jupyterapp.shell.currentWidget.content.widgets
    .map(cell => cell.model)
    .filter(model => model.type === "code" && model.sharedModel.source.trim())
    .every(model => model.executionCount && model.executionState === "idle")
"""

IN_SIGHT = """([place, viewer]) => {  // tells whether a heading or an item is in sight
    const [inner, outer] = [place.closest("li, h2"), viewer].map(
        element => element.getBoundingClientRect());
    const middle = (inner.top + inner.bottom) / 2;
    return outer.top < middle && middle < outer.bottom;
}"""


def text_of(element):
    """Give a rendered text, without its blocks of code; what is code, in backticks."""
    for block in element(["pre", "style", "script"]):
        block.decompose()
    for code in element("code"):
        code.replace_with("`x`")
    return element.get_text()


@pytest.mark.parametrize(
    "text",
    [
        "A {term}`x` here.",
        "A {cite:p}`x`.",
        ":::::{tab-set}",
        "```{note}",
        ":sync: tf1",
        "(here)=",
        "[x]{.class}",
    ],
)
def test_raw_myst_is_noticed(text):
    assert RAW.search(text)


@pytest.mark.parametrize("path", files.chapters(), ids=lambda path: path.stem)
def test_nbconvert_shows_no_raw_myst(path):
    # Code and outputs cannot hold any, and take most of the time.
    body, _ = HTMLExporter(exclude_input=True, exclude_output=True).from_filename(path)
    page = BeautifulSoup(body, "html.parser")
    texts = page.select(".jp-MarkdownOutput")
    kinds = [cell.cell_type for cell in files.read(path).cells]
    assert len(texts) == kinds.count("markdown")
    linked = page.select('.jp-MarkdownOutput a[href^="glossary.md#"]')
    assert linked
    titles = [bold.get_text() for bold in page.select(".jp-MarkdownOutput p > strong")]
    if tabs.of(files.read(path)):
        assert set(tabs.WORLDS.values()) <= set(titles)
    for text in map(text_of, texts):
        assert RAW.findall(text) == [], text


@pytest.mark.parametrize(
    "path", sorted(CHAPTERS.glob("*.md")), ids=lambda path: path.stem
)
def test_a_page_of_markdown_has_no_roles(path):
    """Directives that the build fills stand in fences, which read well elsewhere."""
    assert re.findall(r"\{[a-z][\w:+-]*\}`[^`]*`", path.read_text("utf-8")) == []


# --- in JupyterLab


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Run JupyterLab over a copy of the chapters; give its address and the copy."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(CHAPTERS, folder / "chapters")
    own = {
        f"JUPYTER{name}_DIR": str(folder / name.strip("_").lower())
        for name in ("_CONFIG", "_DATA", "_RUNTIME", "LAB_SETTINGS", "LAB_WORKSPACES")
    }
    settings = folder / "lab_settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    whole = json.dumps({"windowingMode": "none"})  # cells out of sight are there, too
    (settings / "tracker.jupyterlab-settings").write_text(whole)
    command = [
        Path(sysconfig.get_path("scripts"), "jupyter"), "lab", "--no-browser",
        "--allow-root", "--expose-app-in-browser", "--ServerApp.port=0",
        "--IdentityProvider.token=secret", f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    with subprocess.Popen(
        command,
        env={**os.environ, **own},
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        log = []
        for line in server.stderr:
            log.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/lab", line):
                break
        else:
            pytest.fail("JupyterLab did not start:\n" + "".join(log))
        try:
            yield found[0], folder / "chapters"
        finally:
            server.terminate()
            server.communicate()


@pytest.fixture(scope="module")
def page(lab):
    """Give JupyterLab in a browser; fail at the end if it asked another host."""
    names = ["chromium", "chromium-browser", "google-chrome"]
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        reason = f"no browser: none of {', '.join(names)} is on the PATH"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    address, _ = lab
    foreign = []

    def ours(route):
        own = route.request.url.startswith(address.removesuffix("/lab"))
        if not own:
            foreign.append(route.request.url)
        (route.continue_ if own else route.abort)()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(0)
        page.route(re.compile("^https?://"), ours)
        page.goto(f"{address}?token=secret")
        page.wait_for_function("window.jupyterapp?.restored.then(() => true)")
        yield page
        browser.close()
    assert foreign == []


@dataclass
class Opened:
    """A chapter in JupyterLab: as opened, then after all of it has run."""

    stored: NotebookNode
    cells: Locator
    opened: list[dict]
    run: list[dict]
    saved: NotebookNode


@pytest.fixture(scope="module", params=RUN)
def chapter(request, lab, page):
    """Open a chapter in JupyterLab, run all of it and save it."""
    path = f"{request.param}.ipynb"
    page.evaluate(
        """async path => {
            const panel = await jupyterapp.commands.execute("docmanager:open", {path});
            await panel.context.ready;
            await panel.revealed;
            await panel.sessionContext.ready;
        }""",
        f"chapters/{path}",
    )
    cells = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-cell")
    opened = cells.evaluate_all(SEEN)
    for command in ("clear-all-cell-outputs", "run-all-cells"):
        page.evaluate(f"jupyterapp.commands.execute('notebook:{command}')")
    page.wait_for_function(HAS_RUN)  # the command ends where an error is taught
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    stored, saved = (files.read(folder / path) for folder in (CHAPTERS, lab[1]))
    yield Opened(stored, cells, opened, cells.evaluate_all(SEEN), saved)
    page.evaluate("jupyterapp.commands.execute('application:close-all')")


@pytest.mark.slow
def test_it_runs_without_an_error(chapter):
    stored, saved = map(files.code_cells, (chapter.stored, chapter.saved))
    assert [c.execution_count for c in saved] == list(range(1, len(stored) + 1))
    for before, after in zip(stored, saved, strict=True):
        kinds = [
            {output.output_type for output in cell.outputs} for cell in (before, after)
        ]
        assert kinds[0] == kinds[1], after.source


@pytest.mark.slow
def test_its_answers_are_closed_and_all_else_is_open(chapter):
    """To run a cell opens its outputs, which is JupyterLab's way, but not its code."""
    cells = chapter.stored.cells
    assert len(cells) == len(chapter.opened) == len(chapter.run)
    closed = 0
    for cell, opened, run in zip(cells, chapter.opened, chapter.run, strict=True):
        if cell.cell_type == "code":
            asked = {part for part, when in CLOSED.items() if when & files.tags(cell)}
            there = {"source_hidden": True, "outputs_hidden": bool(cell.outputs)}
            for part, exists in there.items():
                assert opened[part] == (exists and part not in asked), cell.source
            assert run["source_hidden"] == ("source_hidden" not in asked), cell.source
            closed += len(asked)
    assert closed > 10


@pytest.mark.slow
def test_its_text_is_shown_without_raw_myst(chapter):
    texts = chapter.cells.locator(".jp-MarkdownOutput").all()
    kinds = [cell.cell_type for cell in chapter.stored.cells]
    assert len(texts) == kinds.count("markdown")
    for text in texts:
        assert RAW.findall(text.evaluate(TEXT)) == []


@pytest.mark.slow
@pytest.mark.parametrize("words", ["glossary", "references"])
def test_its_links_to_words_lead_to_them(page, chapter, words):
    sources = "\n".join(cell.source for cell in chapter.stored.cells)
    anchors = re.findall(rf"\]\({words}\.md#([\w-]+)\)", sources)
    links = chapter.cells.locator(f'a[href*="/{words}.md"]')
    assert links.count() == len(anchors)
    for link, anchor in list(zip(links.all(), anchors, strict=True))[-2:]:
        link.click()
        viewer = page.locator(".jp-MarkdownViewer:not(.lm-mod-hidden)")
        place = viewer.locator(f'[data-jupyter-id="{anchor}"]')
        place.wait_for(state="attached")
        both = [place.element_handle(), viewer.element_handle()]
        page.wait_for_function(IN_SIGHT, arg=both)
        page.evaluate("jupyterapp.commands.execute('application:close')")
        viewer.wait_for(state="detached")
