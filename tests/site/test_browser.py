"""The site in a real browser: headless Chromium over every built page.

A page is opened once from the server, for all its tests, and once from its folder.
book/notebooks/chapters_plugin.py gives all tests of a page to one worker.
"""

import io
import itertools
import re
from collections import defaultdict
from contextlib import contextmanager
from urllib.parse import urlsplit

import nbformat
import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from matplotlib.image import imread
from sphinx_external_toc.parsing import parse_toc_yaml

from book.folders import ROOT

pytestmark = pytest.mark.slow

PAGES = [*parse_toc_yaml(ROOT / "_toc.yml"), "search"]
CHAPTERS = [page for page in PAGES if re.search(r"/\d\d[a-z]?_", page)]
PHONE, DESK = 360, 1440  # widths in pixels
THEMES = ["light", "dark"]

STILL = "* { animation: none !important; transition: none !important }"

LOOK = """async ({width, theme, open}) => {
    const frame = () => new Promise(requestAnimationFrame);
    while (innerWidth !== width) await frame();
    document.documentElement.dataset.theme = theme;
    location.hash = "";
    scrollTo(0, 0);
    const toggles = [];
    for (const fold of document.querySelectorAll("details")) {
        fold.wasOpen ??= fold.open;
        if (fold.open === (open || fold.wasOpen)) continue;
        fold.open = open || fold.wasOpen;
        toggles.push(new Promise(done => fold.addEventListener("toggle", done)));
    }
    await Promise.all(toggles);
    await frame();
    await frame();
}"""

DECODE = """async images => {  // gives the images that cannot be decoded
    const broken = [];
    for (const image of images) image.loading = "eager";  // those out of sight, too
    for (const image of images) {
        await image.decode().catch(() => {});
        if (!image.complete || !image.naturalWidth) broken.push(image.src);
    }
    return broken;
}"""

FOLLOW = """async links => {  // gives the links whose claim does not come into view
    const missed = [];
    for (const [url, sentence] of links) {
        location.hash = new URL(url).hash;
        await new Promise(done => setTimeout(done));
        const claim = document.querySelector("li:target");
        const box = claim?.getBoundingClientRect();
        const seen = claim?.checkVisibility() && box.top >= 0;
        const says = seen && claim.innerText.replace(/^✓\\s*/, "");
        if (says !== sentence || box.bottom > innerHeight) missed.push(url);
    }
    return missed;
}"""

FIGURES_CUT = """figures => figures.filter(figure => {
    const column = figure.closest(".cell_output");
    const link = figure.closest("a.opens");
    return figure.getBoundingClientRect().width > column.clientWidth
        || link?.href !== figure.src;
}).map(figure => figure.src)"""

LINES_CUT = """blocks => blocks.filter(block => {
    const longest = Math.max(...block.innerText.split("\\n").map(line => line.length));
    return block.scrollWidth > block.clientWidth && longest <= 88;
}).map(block => [block.scrollWidth - block.clientWidth, block.innerText])"""

TABLES_CUT = """tables => tables
    .filter(({parentElement: box}) => box.scrollWidth > box.clientWidth)
    .map(table => table.innerText)"""

# A page has thousands of coloured words of code, but of a dozen kinds: one word of each
# kind is looked at, wherever it stands. (A narrower rule is quick; a context that
# excludes elements costs seconds for each rule.)
SAMPLE_CODE = """{
    const kinds = new Set();
    for (const word of document.querySelectorAll(".highlight pre span")) {
        const place = word.closest(".cell_input, .cell_output")?.className;
        const kind = `${word.className} in ${place}`;
        if (!word.innerText?.trim() || kinds.has(kind)) continue;
        kinds.add(kind);
        word.dataset.sample = "";
    }
    const selector = ":not(.highlight pre span:not([data-sample]))";
    axe.configure({rules: [{id: "color-contrast", selector}]});
}"""


@contextmanager
def visited(browser, url, width=DESK, theme="light", **options):
    """Open a page, give it settled, and a list that fills with what it does wrong."""
    viewport = {"width": width, "height": 900}
    with browser.new_context(viewport=viewport, **options) as context:
        for key in ("mode", "theme"):
            context.add_init_script(f"localStorage.setItem('{key}', '{theme}')")
        page = context.new_page()
        wrong = listen(page, url)
        page.goto(url)
        settle(page)
        yield page, wrong


@contextmanager
def opened(browser, url, **options):
    """Open a page, give it settled, and fail for what it should not have done."""
    with visited(browser, url, **options) as (page, wrong):
        yield page
    assert wrong == []


def listen(page, url):
    """Give a list that fills with what a page should not do, once it is opened."""
    wrong = []
    ours = urlsplit(url)

    def heard(message):
        if message.type in ("error", "warning"):
            wrong.append(f"console {message.type}: {message.text}")

    def asked(request):
        to = urlsplit(request.url)
        if to.scheme not in ("data", "blob") and to[:2] != ours[:2]:
            wrong.append(f"request to {request.url}")

    def answered(response):
        if response.status >= 400:
            wrong.append(f"{response.status} for {response.url}")

    def failed(request):
        if request.failure != "net::ERR_ABORTED":  # by leaving the page
            wrong.append(f"{request.failure} for {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
    page.on("request", asked)
    page.on("requestfailed", failed)
    page.on("response", answered)
    return wrong


def settle(page):
    """Wait until the page has loaded, all of it laid out, and its pieces and fonts."""
    page.wait_for_load_state("load")
    page.add_style_tag(content="section { content-visibility: visible !important }")
    for piece in page.locator("figure.play").all():
        piece.scroll_into_view_if_needed()
        piece.locator(".play-live").wait_for()
    page.evaluate("scrollTo(0, 0); dispatchEvent(new Event('resize'))")
    page.wait_for_function("document.fonts.status === 'loaded'")


def look(page, width=DESK, theme="light", folds_open=False):
    """Show a page in this way, scrolled to its top; its folds as built, or all open."""
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(LOOK, {"width": width, "theme": theme, "open": folds_open})


def colour(text):
    """Give red, green and blue, 0 to 255, of a colour as CSS writes it."""
    return [float(number) for number in re.findall(r"[\d.]+", text)[:3]]


DRAWN = """formulas => formulas.map(formula => {
    const shown = formula.checkVisibility();
    const { width, height } = formula.getBoundingClientRect();
    return [formula.dataset.latex, formula.textContent, !shown || width * height > 0];
})"""


def assert_formulas_are_drawn(page):
    """Each is MathML, takes space where it is in sight, and has no LaTeX left in it."""
    formulas = page.locator("article math").evaluate_all(DRAWN)
    assert all(latex for latex, _, _ in formulas)
    assert [latex for latex, said, room in formulas if "\\" in said or not room] == []
    assert page.locator(".formula-error, merror").count() == 0
    if formulas:
        fonts = (
            "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
        )
        assert "Book Maths" in page.evaluate(fonts)


def barred(page, within=None, **options):
    """Give what keeps a reader out, by axe-core's rules, of any severity."""
    options = {"resultTypes": ["violations"], "preload": False, **options}
    axe = Axe(AXE_SCRIPT + SAMPLE_CODE)
    found = axe.run(page, within, options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:300]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def test_the_root_leads_to_the_welcome_page(browser, address):
    welcome = f"{address}/{PAGES[0]}.html"
    with opened(browser, f"{address}/search.html") as page:
        page.goto(f"{address}/", wait_until="commit")
        page.wait_for_url(welcome)
        settle(page)


def test_tabs_open_on_what_runs_today_and_are_chosen_for_the_whole_book(
    browser, address
):
    def chosen(page):
        label = page.locator(".sd-tab-set > input:checked + label")
        code = page.locator(".sd-tab-set pre:visible")
        assert label.count() == code.count() == 1
        return label.inner_text(), code.inner_text()

    with opened(browser, f"{address}/chapters/05_basic_lstm_cell.html") as page:
        title, code = chosen(page)
        assert title == "The same, today"
        assert "tf.compat.v1.nn.rnn_cell.BasicLSTMCell" in code
        page.locator(".sd-tab-set > label", has_text="Keras 3").click()
        page.goto(f"{address}/chapters/14_sine_stacked.html")
        settle(page)
        title, code = chosen(page)
        assert title == "Keras 3"
        assert "keras.layers.LSTM(30" in code


def test_a_table_can_be_searched(browser, site):
    url = f"file://{site}/chapters/23_what_still_works.html"
    with opened(browser, url) as page:
        assert page.locator(".filter").count() == 2
        field = page.get_by_role("searchbox", name="Search this table").first
        rows = page.locator(".tag_searchable table").first.locator("tbody tr")
        every = rows.all_inner_texts()
        crf = [text for text in every if "contrib.crf" in text]
        assert len(every) > len(crf) >= 3

        def left(typed):
            field.fill("")
            field.press_sequentially(typed)
            count = page.locator(".filter output").first.inner_text()
            return rows.locator("visible=true").all_inner_texts(), count

        assert left("crf") == (crf, f"{len(crf)} of {len(every)} rows")
        assert left("viterbi CRF") == (crf[-1:], f"1 of {len(every)} rows")
        assert left("no such name") == ([], f"0 of {len(every)} rows")
        assert left("") == (every, f"{len(every)} rows")


LAID_OUT = """sections => sections.map(section =>
    section.firstElementChild.checkVisibility({contentVisibilityAuto: true}))"""


HEIGHTS = """sections => sections.map(section => ({
    guess: parseFloat(getComputedStyle(section).containIntrinsicHeight.slice(5)),
    height: section.getBoundingClientRect().height}))"""


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_lists_of_claims_are_not_higher_than_was_guessed(browser, address, width):
    """Else rows of one list lie over those of the next, until it is laid out."""
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{address}/chapters/claims.html")
        settle(page)
        measured = page.locator("article > section > section").evaluate_all(HEIGHTS)
        assert len(measured) > 20
        for each in measured:
            assert each["height"] < each["guess"] < 1.5 * each["height"] + 200


def test_a_long_page_is_laid_out_as_far_as_one_reads(browser, address):
    """And then what is too wide scrolls, and pieces to play with are there."""
    url = f"{address}/chapters/03_lstm_from_scratch.html"
    with browser.new_context(viewport={"width": PHONE, "height": 800}) as context:
        page = context.new_page()
        fetched = []
        page.on("request", lambda request: fetched.append(urlsplit(request.url).path))
        page.goto(url)
        page.wait_for_load_state("load")
        sections = page.locator("article > section > section")
        laid_out = sections.evaluate_all(LAID_OUT)
        assert laid_out[0]
        assert laid_out.count(False) > len(laid_out) / 2
        assert "/_static/play/play.js" in fetched
        assert "/_static/play/cell.js" not in fetched
        page.locator("figure.play").scroll_into_view_if_needed()
        page.locator("figure.play .play-live").wait_for()
        assert "/_static/play/cell.js" in fetched
        long_line = re.compile(r"[^\n]{70}")
        block = page.locator(
            "article pre:visible", has_text=long_line
        ).last.element_handle()
        page.wait_for_function("block => block.tabIndex < 0", arg=block)
        block.scroll_into_view_if_needed()
        page.wait_for_function("block => block.tabIndex === 0", arg=block)


def test_a_link_into_a_long_page_lands(browser, address, claims):
    """Also where what stands before it has not been laid out."""
    link, _ = claims[f"{address}/chapters/03_lstm_from_scratch.html"][-1]
    with browser.new_context(viewport={"width": PHONE, "height": 800}) as context:
        page = context.new_page()
        page.goto(link)
        page.wait_for_function(
            """() => {
                const box = document.querySelector(":target")?.getBoundingClientRect();
                return box && box.top >= 0 && box.top < innerHeight;
            }"""
        )


@pytest.mark.parametrize("name", ["03_lstm_from_scratch", "23_what_still_works"])
def test_a_phone_shows_every_column(browser, address, name):
    with opened(browser, f"{address}/chapters/{name}.html", width=PHONE) as page:
        look(page, PHONE, folds_open=True)
        tables = page.locator("article table:not(.play table)")  # pieces have their own
        assert tables.count() > 0
        assert tables.evaluate_all(TABLES_CUT) == []


def test_claims_can_be_searched(browser, site):
    with opened(browser, f"file://{site}/chapters/claims.html") as page:
        claims = page.locator("article ul.claims > li")
        chapters = page.locator("article section section h2:visible")
        every = claims.count()
        texts = claims.all_inner_texts()
        kernels = [text for text in texts if "kernel" in text.lower()]
        assert every > len(kernels) > 1
        shown = page.locator(".filter output")
        assert shown.inner_text() == f"{every} of {every} claims"
        field = page.get_by_role("searchbox", name="Search the claims")
        field.fill("Kernel")
        assert claims.locator("visible=true").all_inner_texts() == kernels
        assert shown.inner_text() == f"{len(kernels)} of {every} claims"
        assert 0 < chapters.count() <= len(kernels)
        field.fill("no such claim")
        assert chapters.count() == claims.locator("visible=true").count() == 0


def test_a_figure_opens_large_and_shuts_by_keyboard(browser, address):
    url = f"{address}/chapters/05_basic_lstm_cell.html"
    with opened(browser, url, width=PHONE) as page:
        link = page.locator("article a.opens").first
        link.focus()
        page.keyboard.press("Enter")
        large = page.get_by_role("dialog").locator("img")
        large.wait_for()
        assert large.get_attribute("alt") == link.locator("img").get_attribute("alt")
        sizes = "img => [img.width, img.naturalWidth, img.parentNode.clientWidth]"
        width, natural, window = large.evaluate(sizes)
        assert width == natural > PHONE >= window
        page.keyboard.press("Escape")
        assert page.get_by_role("dialog").count() == 0
        assert link.evaluate("link => link === document.activeElement")


def test_paper_is_white_also_of_a_dark_page(browser, address):
    url = f"{address}/chapters/05_basic_lstm_cell.html"
    with opened(browser, url, theme="dark") as page:
        page.evaluate(
            """addEventListener("beforeprint", () => {
                window.paper = getComputedStyle(document.body).backgroundColor;
            })"""
        )
        page.pdf()
        assert colour(page.evaluate("paper")) == [255, 255, 255]
        assert page.locator("html").get_attribute("data-theme") == "dark"


def test_one_sees_where_the_keyboard_is(browser, address):
    outline = "element => getComputedStyle(element).outlineStyle"
    with opened(browser, f"{address}/chapters/05_basic_lstm_cell.html") as page:
        unseen = []
        for _ in range(20):
            page.keyboard.press("Tab")
            place = page.locator(":focus")
            if place.evaluate(outline) != "solid":
                unseen.append(place.evaluate("element => element.outerHTML"))
        for place in [page.locator("summary").first, page.locator(".copybtn").first]:
            place.focus()
            if place.evaluate(outline) != "solid":
                unseen.append(place.evaluate("element => element.outerHTML"))
        page.locator(".sd-tab-set > input").first.focus()
        assert page.locator(".sd-tab-set > label").first.evaluate(outline) == "solid"
        assert unseen == []


def test_the_switch_of_the_colours_keeps_the_focus_and_says_how_it_stands(
    browser, address
):
    with opened(browser, f"{address}/{PAGES[0]}.html") as page:
        switch = page.locator(".theme-switch-button:visible").first
        page.keyboard.press("Tab")  # the keyboard is in use
        switch.focus()
        said = {switch.get_attribute("aria-label")}
        for _ in range(2):
            page.keyboard.press("Enter")
            assert switch.evaluate("button => button === document.activeElement")
            assert switch.evaluate("b => getComputedStyle(b).outlineStyle") == "solid"
            spoken = page.locator("body > [role=status]")
            spoken.filter(has_text=switch.get_attribute("aria-label")).wait_for(
                state="attached"
            )
            said.add(spoken.inner_text())
        assert said == {
            "Colours: light",
            "Colours: dark",
            "Colours: as the system has them",
        }


@pytest.mark.parametrize("name", CHAPTERS[:1])
def test_code_can_be_copied_and_output_cannot(browser, address, name):
    allowed = ["clipboard-read", "clipboard-write"]
    url = f"{address}/{name}.html"
    with opened(browser, url, permissions=allowed) as page:
        code = page.locator("article .cell_input pre")
        assert page.locator(".cell_input button.copybtn").count() == code.count() > 0
        assert page.locator(".cell_output button.copybtn").count() == 0
        visible = page.locator(".cell_input:visible").first
        visible.hover()
        visible.locator("button.copybtn").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        cells = nbformat.read(ROOT / f"{name}.ipynb", as_version=4).cells
        assert copied.strip() in [cell.source.strip() for cell in cells]


@pytest.mark.parametrize("name", CHAPTERS[:1])
def test_a_chapter_can_be_downloaded(browser, address, name):
    with opened(browser, f"{address}/{name}.html") as page:
        page.locator(".dropdown-download-buttons > button").click()
        link = page.locator("a.btn-download-source-button")
        link.wait_for(state="visible")
        got = page.request.get(link.evaluate("link => link.href"))
        assert got.status == 200
        assert got.body() == (ROOT / f"{name}.ipynb").read_bytes()


def test_the_theme_can_be_switched(browser, address):
    with opened(browser, f"{address}/{PAGES[0]}.html") as page:
        root = page.locator("html")
        seen = {root.get_attribute("data-mode")}
        for _ in range(2):
            page.locator(".theme-switch-button:visible").first.click()
            seen.add(root.get_attribute("data-mode"))
        assert seen == {"auto", "light", "dark"}
    with opened(browser, f"{address}/search.html", theme="dark") as page:
        assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.fixture(scope="module")
def claims(browser, address):
    """Give what the page of claims links to: a page's address → links and sentences."""
    with opened(browser, f"{address}/chapters/claims.html") as page:
        links = page.locator("article section section ul.claims a")
        found = links.evaluate_all(
            "all => all.map(link => [link.href, link.innerText])"
        )
    by_page = defaultdict(list)
    for link, sentence in found:
        by_page[link.partition("#")[0]].append([link, sentence])
    return by_page


def test_every_claim_s_link_leads_to_a_page(address, claims):
    assert claims
    assert claims.keys() <= {f"{address}/{name}.html" for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_from_a_folder(browser, site, name):
    with opened(browser, f"file://{site}/{name}.html") as page:
        assert_formulas_are_drawn(page)


@pytest.fixture(scope="module", params=PAGES)
def visit(browser, address, request):
    """Open a page for all tests of it; give it and the list of what it does wrong."""
    with visited(browser, f"{address}/{request.param}.html") as (page, wrong):
        page.add_style_tag(content=STILL)
        look(page)  # remembers which folds are open
        yield page, wrong


@pytest.fixture
def page(visit):
    """Give a page that the tests of it share: each says how it wants to look at it."""
    return visit[0]


def test_formulas_are_drawn(page):
    assert_formulas_are_drawn(page)


def test_images_are_shown(page):
    assert page.locator("img").evaluate_all(DECODE) == []


def test_folds_are_shut_on_the_screen_and_open_on_paper(page):
    look(page)
    folded = page.locator("article details.hide > :is(.cell_input, .cell_output)")
    shown = "all => all.map(block => block.checkVisibility())"
    assert not any(folded.evaluate_all(shown))
    page.emulate_media(media="print")
    assert all(folded.evaluate_all(shown))
    page.emulate_media(media="screen")
    for fold in page.locator("article details.hide > summary").all():
        fold.click()
    assert all(folded.evaluate_all(shown))


def test_the_paper_of_a_figure_has_the_page_s_colour(page):
    for theme in THEMES:
        look(page, theme=theme)
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        for figure in page.locator("article .cell_output img:visible").all():
            keeps = "keep-colours" in (figure.get_attribute("class") or "")
            ground = [255, 255, 255] if keeps else colour(paper)
            pixels = imread(io.BytesIO(figure.screenshot()))
            assert np.abs(pixels[3, 9, :3] * 255 - ground).max() <= 4


def test_a_figure_fits_a_phone_and_leads_to_itself(page):
    look(page, PHONE, folds_open=True)
    figures = page.locator("article .cell_output img")
    assert figures.evaluate_all(FIGURES_CUT) == []


def test_code_of_88_letters_is_seen_whole(page):
    for width in (1280, DESK):
        look(page, width, folds_open=True)
        assert page.locator("article pre").evaluate_all(LINES_CUT) == []


def test_tables_of_text_fit_a_phone(page):
    look(page, PHONE, folds_open=True)
    assert page.locator("article table.table").evaluate_all(TABLES_CUT) == []


def test_paper_shows_the_title_and_all_tabs(page):
    look(page)
    page.emulate_media(media="print")
    title = page.locator("h1:visible")
    navigation = page.locator(".bd-sidebar, .bd-header-article, .prev-next-footer")
    tabs = page.locator(".sd-tab-set > :is(label, .sd-tab-content)")
    try:
        assert title.count() == 1
        assert not any(part.is_visible() for part in navigation.all())
        assert all(tab.is_visible() for tab in tabs.all())
    finally:
        page.emulate_media(media="screen")


def test_a_claim_is_found_where_its_link_leads(page, claims):
    look(page)
    links = claims[page.url.partition("#")[0]]
    assert page.evaluate(FOLLOW, links) == []


def test_a_page_fits_its_window(page):
    too_wide = []
    for width, theme in itertools.product([DESK, PHONE], THEMES):
        look(page, width, theme, folds_open=True)
        takes = page.evaluate("document.documentElement.scrollWidth")
        if takes > width:
            too_wide.append(f"{takes} pixels in {width}, {theme}")
    assert too_wide == []


@pytest.mark.parametrize(
    ("width", "theme", "options"),
    [
        pytest.param(DESK, "light", {}, id="light"),
        pytest.param(DESK, "dark", {"runOnly": ["color-contrast"]}, id="dark"),
        pytest.param(
            PHONE, "dark", {"rules": {"color-contrast": {"enabled": False}}}, id="phone"
        ),
    ],
)
def test_a_page_keeps_no_reader_out(page, width, theme, options):
    look(page, width, theme, folds_open=True)
    assert barred(page, **options) == []


def test_a_page_is_quiet(visit):
    """Comes last: it holds for the opening and for all that the tests above did."""
    _, wrong = visit
    assert wrong == []
