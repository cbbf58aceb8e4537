"""The search in a real browser: what is found first, and where a hit leads.

Every search is tried on the built site, most of them from its folder.
"""

import itertools
import json
import re
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from sphinx_external_toc.parsing import parse_toc_yaml

from book.folders import ROOT

pytestmark = pytest.mark.slow

PAGES = [*parse_toc_yaml(ROOT / "_toc.yml"), "search"]
PHONE, DESK = 360, 1440  # widths in pixels
THEMES = ["light", "dark"]

FOUND = {  # a search → the page and the heading that answer it, as one reads them
    "return_state order": ("05_basic_lstm_cell", "The Keras 3 way"),
    "gate order": (
        "26_what_changes_silently",
        "The gates\N{RIGHT SINGLE QUOTATION MARK} order",
    ),
    "LSTMStateTuple": ("05_basic_lstm_cell", "output_size and state_size"),
    "stateful": ("07_dynamic_rnn", "stateful=True"),
    "GRU reset_after": ("26_what_changes_silently", "GRU: reset_after"),
    "left padding cuDNN": ("28_cudnn", "What masks change"),
    "forget bias": ("05_basic_lstm_cell", "forget_bias: remember first"),
    "sequence_length": ("07_dynamic_rnn", "sequence_length: where a sequence"),
    "vanishing gradient": ("02_vanishing_gradients", "2 · Vanishing"),
    "peephole": ("04_relatives", "Peepholes"),
    "clip gradients": ("02_vanishing_gradients", "By norm, or by value"),
    "masking loss padding": ("11_boolean_mask", "Padding out of a loss"),
    "bidirectional last output": (
        "08_bidirectional_dynamic_rnn",
        "Where is the backward half\N{RIGHT SINGLE QUOTATION MARK}s last output?",
    ),
    "time_major": ("07_dynamic_rnn", "time_major: which axis comes first"),
    "dropout keep_prob": ("06_multi_rnn_cell", "DropoutWrapper: zeros"),
    "state_is_tuple": ("05_basic_lstm_cell", "state_is_tuple=False: the old form"),
    "load TF1 checkpoint": ("26_what_changes_silently", "A restore that loads"),
    "attention": ("19_words_by_language", "Attention: all letters at once"),
    "perplexity": ("21_words_language_model", "Perplexity"),
    "embedding frozen": ("09_embedding_lookup", "A table that others trained"),
    "beam search": ("24b_recipes", "Beam search"),
    "stack_bidirectional": ("08_bidirectional_dynamic_rnn", "Two layers: two"),
    "initial state": ("07_dynamic_rnn", "initial_state: where a sequence starts"),
    "return_sequences": ("07_dynamic_rnn", "What comes back"),
    "layer normalization": ("04_relatives", "Layer normalization"),
    "BasicLSTMCell": ("05_basic_lstm_cell", "5 · BasicLSTMCell"),
    "temperature": ("21_words_language_model", "Temperature"),
    "coupled gates": ("04_relatives", "Coupled gates"),
    "swap_memory": ("12_loops_in_full", "parallel_iterations and swap_memory"),
    "confusion matrix": ("glossary", "confusion matrix"),
}

SECTIONS = """async links => {  // gives the links whose heading does not come into view
    const missed = [];
    for (const [url, says] of links) {
        if (location.href !== url) location.hash = new URL(url).hash;
        await new Promise(done => setTimeout(done));
        const heading = document.querySelector(":target > :is(h2, h3)");
        const box = heading?.getBoundingClientRect();
        const seen = heading?.checkVisibility() && box.top >= 0;
        if (!heading?.innerText.startsWith(says) || !seen || box.bottom > innerHeight) {
            missed.push(url);
        }
    }
    return missed;
}"""


@contextmanager
def opened(browser, url, width=DESK, theme="light", **options):
    """Open a page, give it settled, and fail for what it should not have done."""
    viewport = {"width": width, "height": 900}
    wrong = []
    with browser.new_context(viewport=viewport, **options) as context:
        for key in ("mode", "theme"):
            context.add_init_script(f"localStorage.setItem('{key}', '{theme}')")
        page = context.new_page()
        listen(page, url, wrong)
        page.goto(url)
        settle(page)
        yield page
    assert wrong == []


def listen(page, url, wrong):
    """Add to a list what a page should not do, once it is opened."""
    ours = urlsplit(url)[:2]

    def heard(message):
        if message.type in ("error", "warning"):
            wrong.append(f"console {message.type}: {message.text}")

    def asked(request):
        to = urlsplit(request.url)
        if to.scheme not in ("data", "blob") and to[:2] != ours:
            wrong.append(f"request to {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
    page.on("request", asked)


def settle(page):
    """Wait until the page has loaded and its formulas are drawn."""
    page.wait_for_load_state("load")
    page.wait_for_function("document.fonts.status === 'loaded'")


def barred(page, within=None):
    """Give what keeps a reader out, by axe-core's rules, of any severity."""
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, within, options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:300]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_search_finds_a_word(browser, address, width):
    with opened(browser, f"{address}/{PAGES[0]}.html", width=width) as page:
        page.locator("button.search-button__button:visible").first.click()
        field = page.locator("#pst-search-dialog input")
        field.fill("TensorFlow")
        field.press("Enter")
        page.wait_for_url("**/search.html?q=TensorFlow*")
        results = page.locator("#search-results li a")
        results.first.wait_for()
        results.first.click()
        page.wait_for_load_state("load")
        settle(page)
        assert "TensorFlow" in page.locator("article").inner_text()


def test_no_other_page_loads_a_script_of_a_search(site):
    of_search = {"search-data.js", "ranking.js", "errors.js", "search.js"}
    of_sphinx = {"searchtools.js", "searchindex.js", "language_data.js", "doctools.js"}
    of_sphinx.add("sphinx_highlight.js")
    for path in site.rglob("*.html"):
        if "_static" in path.parts:
            continue
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        scripts = {
            script["src"].partition("?")[0].rpartition("/")[2]
            for script in page("script", src=True)
        }
        expected = of_search if path == site / "search.html" else set()
        assert scripts & (of_search | of_sphinx) == expected, path
    assert not {path.name for path in site.rglob("*.js")} & of_sphinx


def test_the_data_is_prose(data):
    raw = r"\\[a-zA-Z]{2,}|\$[^$ ]+\$|\{(?:term|cite|doc|math|numref)\b|:::|</?[a-z]+>"
    for page, _target, heading, above, text, _names, _is_term in data["entries"]:
        for written in [heading, *above, *text.split("\n")]:
            assert not re.search(raw, written), (page, written)
            assert "Download" not in written, (page, written)


def test_the_data_is_small(site):
    assert (site / "_static/search-data.js").stat().st_size < 1_000_000


@pytest.fixture(scope="module")
def data(browser, site):
    """Give the data of the search, as the search page has it."""
    with opened(browser, f"file://{site}/search.html") as page:
        return page.evaluate("searchData")


def hits(page):
    """Give what is found: the links' pages, places and texts, in their order."""
    found = page.locator("#search-results li > a").evaluate_all(
        "all => all.map(link => [link.getAttribute('href'), link.innerText])"
    )
    return [(link.partition(".html")[0].split("/")[-1], text) for link, text in found]


@pytest.mark.parametrize("where", ["server", "folder"])
def test_each_search_finds_its_section_first(browser, address, site, where):
    root = address if where == "server" else f"file://{site}"
    missed = {}
    with opened(browser, f"{root}/search.html") as page:
        field = page.locator(".bd-search-container input[name=q]")
        for search, (name, heading) in FOUND.items():
            field.fill(search)
            found = hits(page)[:3]
            if found[0][0] != name or not found[0][1].startswith(heading):
                missed[search] = found
        # A search by its address gives the same.
        page.goto(f"{root}/search.html?q={quote('gate order')}")
        assert field.input_value() == "gate order"
        assert hits(page)[0][1] == FOUND["gate order"][1]
    assert missed == {}


def test_words_are_met_in_any_form(browser, site):
    same = [
        ("gradient clipping", "clip gradients"),
        ("peephole", "peepholes", "PEEPHOLES", "peepho"),
        ("what is perplexity", "perplexity"),
        ("dynamic_rnn sequence_length", "tf.nn.dynamic_rnn sequence_length"),
    ]
    with opened(browser, f"file://{site}/search.html") as page:
        field = page.locator(".bd-search-container input[name=q]")
        for searches in same:
            first = set()
            for search in searches:
                field.fill(search)
                found = [hit for hit in hits(page) if hit[0] != "glossary"]
                first.add(found[0])
            assert len(first) == 1, (searches, first)


def test_a_term_is_defined_in_the_first_or_second_place(browser, site, data):
    terms = [entry[2] for entry in data["entries"] if entry[6]]
    assert len(terms) > 60
    missed = {}
    with opened(browser, f"file://{site}/search.html") as page:
        field = page.locator(".bd-search-container input[name=q]")
        for term in terms:
            field.fill(term)
            found = hits(page)[:2]
            if ("glossary", term) not in found:
                missed[term] = found
        field.fill("forget bias")
        item = page.locator(".hit", has_text="Glossary").first
        assert "so that the gate begins open" in item.locator(".hit-text").inner_text()
    assert missed == {}


LANDED = """heading => {  // tells what a reader sees of a hit that was followed
    const target = document.querySelector(":target")
        ?? document.querySelector("article h1");
    const title = target.matches("section") ? target.querySelector("h2, h3") : target;
    const box = title.getBoundingClientRect();
    const marks = [...(CSS.highlights.get("search") ?? [])];
    const place = target.closest("section");
    return {
        says: title.innerText,
        seen: title.checkVisibility() && box.top >= 0 && box.bottom <= innerHeight,
        words: marks.map(range => range.toString().toLowerCase()),
        inside: marks.every(range => place.contains(range.startContainer)),
    };
}"""


def test_a_hit_leads_to_its_section_and_marks_its_words(browser, address):
    with opened(browser, f"{address}/search.html") as page:
        for search, (name, heading) in FOUND.items():
            page.goto(f"{address}/search.html?q={quote(search)}")
            page.locator("#search-results li > a").first.click()
            page.wait_for_url(f"**/{name}.html*")
            settle(page)
            landed = page.evaluate(LANDED)
            assert landed["says"].startswith(heading), (search, landed)
            assert landed["seen"], (search, landed)
            assert landed["inside"], (search, landed)
            # Each of the words begins as one that was searched does.
            asked = search.lower().replace("tf1", "tensorflow 1")
            starts = {word[:2] for word in re.split("[ _]", asked)}
            assert landed["words"], search
            assert {word[:2] for word in landed["words"]} <= starts, landed


@pytest.mark.parametrize("by", ["Escape", "button"])
def test_marks_are_removed_and_nothing_moves(browser, site, by):
    page_of = f"file://{site}/chapters/07_dynamic_rnn.html"
    measure = """() => [scrollY, document.documentElement.scrollHeight,
        document.querySelector(":target").getBoundingClientRect().top]"""

    def lay_out(page):
        """All of the page, whose height is a guess before; then land once more."""
        page.add_style_tag(content="section { content-visibility: visible !important }")
        page.evaluate("document.querySelector(':target').scrollIntoView()")

    with opened(browser, f"{page_of}?marks=stateful%20gradient#stateful-true") as page:
        lay_out(page)
        before = page.evaluate(measure)
        assert page.evaluate("CSS.highlights.get('search').size") > 3
        if by == "Escape":
            page.keyboard.press("Escape")
        else:
            page.get_by_role("button", name="Remove the marks").click()
        assert page.evaluate("CSS.highlights.has('search')") is False
        assert page.locator(".marks-bar").count() == 0
        assert page.url == f"{page_of}#stateful-true"
        assert page.evaluate(measure) == before
    with opened(browser, f"{page_of}#stateful-true") as page:
        lay_out(page)
        assert page.evaluate(measure) == before
        assert page.evaluate("CSS.highlights.has('search')") is False


def test_a_snippet_is_prose_with_its_words_marked(browser, site):
    with opened(browser, f"file://{site}/search.html?q=stateful") as page:
        first = page.locator(".hit").first
        text = first.locator(".hit-text").inner_text()
        assert text.startswith("A Keras layer can keep its states itself, from one")
        assert first.locator("mark").all_inner_texts() == ["states"]
        where = first.locator(".hit-where").inner_text()
        assert where.startswith("7 · dynamic_rnn: a cell over a whole sequence")
        assert where.endswith("The Keras 3 way")


def test_the_page_says_what_was_found_and_what_to_do(browser, site):
    with opened(browser, f"file://{site}/search.html") as page:
        status = page.locator("#search-status")
        hint = page.locator("#search-hint")
        field = page.locator(".bd-search-container input[name=q]")
        assert status.inner_text() == ""
        assert hint.is_visible()
        assert hint.locator("a").count() == 4
        for link in hint.locator("a").all():
            assert (site / link.get_attribute("href")).is_file()
        field.fill("beam search")
        number = page.locator(".hit").count()
        assert status.inner_text() == f"{number} sections found"
        assert hint.is_hidden()
        assert page.url.endswith("?q=beam%20search")
        field.fill("zzzqq")
        assert status.inner_text().startswith("Nothing found.")
        assert page.locator(".hit").count() == 0
        assert hint.is_visible()
        field.fill("lstm")
        number = int(re.match(r"\d+", status.inner_text())[0])
        assert page.locator(".hit").count() == 20 < number
        page.get_by_role("button", name=f"Show {number - 20} more").click()
        assert page.locator(".hit").count() == number
        assert (
            page.locator(".hit")
            .nth(20)
            .locator("a")
            .evaluate("link => link === document.activeElement")
        )
        field.fill("")
        assert hint.is_visible()
        assert page.url.endswith("/search.html")


def test_the_keyboard_goes_from_the_field_to_a_hit(browser, site):
    with opened(browser, f"file://{site}/{PAGES[0]}.html") as page:
        page.keyboard.press("Control+K")
        page.keyboard.type("peephole")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=peephole")
        settle(page)
        focused = "document.activeElement.innerText"
        page.keyboard.press("ArrowDown")
        assert page.evaluate(focused) == "Peepholes"
        page.keyboard.press("ArrowDown")
        assert page.evaluate(focused) == "peephole"
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/04_relatives.html?marks=*#peepholes")


@pytest.mark.parametrize("where", ["server", "folder"])
def test_a_form_on_any_page_leads_to_the_search(browser, address, site, where):
    root = address if where == "server" else f"file://{site}"
    form = """text => {
        document.querySelector("article").innerHTML =
            '<form action="../search.html"><textarea name="q"></textarea></form>';
        const form = document.querySelector("article form");
        form.q.value = text;
        form.submit();
    }"""
    with opened(browser, f"{root}/chapters/glossary.html") as page:
        page.evaluate(form, PASTED[1][0])
        page.wait_for_url("**/search.html?q=*")
        settle(page)
        first = page.locator(".bd-search-container li a").first
        assert first.inner_text() == PASTED[1][1]


def test_chinese_is_read_in_pairs_of_signs(browser, site):
    entries = [
        [0, "", "循环网络", [], "每一步都读一个输入。", "", 0],
        [0, "gate", "遗忘门", [], "遗忘门决定记忆保留多少。", "forget_bias", 0],
        [0, "cell", "LSTM单元", [], "一个单元有三个门。", "LSTMCell", 0],
    ]
    small = {"pages": [["a.html", "一"]], "entries": entries, "stopwords": []}
    ask = "([q, data]) => rank(q, indexOf(data)).map(({doc}) => doc.heading)"
    words = "text => tokensOf(text).map(({word, at}) => [word, at])"
    with opened(browser, f"file://{site}/search.html") as page:
        read = page.evaluate(words, "用LSTM单元: 门")
        assert read == [["用", 0], ["lstm", 1], ["单元", 5], ["门", 9]]
        for search, heading in [
            ("遗忘", "遗忘门"),
            ("遗忘门", "遗忘门"),
            ("LSTM 单元", "LSTM单元"),
            ("forget_bias", "遗忘门"),
            ("循环", "循环网络"),
        ]:
            assert page.evaluate(ask, [search, small])[0] == heading, search


@pytest.mark.parametrize(
    ("width", "theme"), list(itertools.product([PHONE, DESK], THEMES))
)
def test_the_search_page_keeps_no_reader_out(browser, address, width, theme):
    asked = ["", "zzzqq", "lstm", PASTED[1][0]]
    for search in asked:
        url = f"{address}/search.html?q={quote(search)}"
        with opened(browser, url, width=width, theme=theme) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert barred(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_marked_words_can_be_read(browser, address, theme):
    url = f"{address}/chapters/04_relatives.html?marks=peephole#peepholes"
    with opened(browser, url, width=PHONE, theme=theme) as page:
        assert barred(page, within=".marks-bar") == []
        page.evaluate(
            """() => {
                const text = document.createElement("p");
                text.id = "as-marked";
                text.textContent = "marked";
                text.style.background = "var(--book-mark)";
                text.style.color = "var(--book-on-mark)";
                document.querySelector("article").prepend(text);
            }"""
        )
        assert barred(page, within="#as-marked") == []


# --- Pasted messages -------------------------------------------------------------

PASTED = [  # as others see a message: cut, within a traceback, with names of their own
    (
        "AttributeError: module 'tensorflow' has no attribute 'matrix_diag'",
        "module 'tensorflow' has no attribute 'placeholder'",
    ),
    (
        "Traceback (most recent call last):\n"
        '  File "/home/anna/lstm/train.py", line 12, in <module>\n'
        "    cell = tf.contrib.rnn.BasicLSTMCell(128)\n"
        "AttributeError: module 'tensorflow' has no attribute 'contrib'",
        "module 'tensorflow' has no attribute 'contrib'",
    ),
    (
        "ModuleNotFoundError: No module named 'tensorflow.contrib.seq2seq'",
        "No module named 'tensorflow.contrib'",
    ),
    (
        "AttributeError: `MultiRNNCell` is not available with Keras 3.",
        "`BasicLSTMCell` is not available with Keras 3.",
    ),
    (
        "module 'tensorflow._api.v2.train' has no attribute 'GradientDescentOptimizer'",
        "module 'tensorflow._api.v2.nn' has no attribute 'rnn_cell'",
    ),
    (
        "ValueError: Variable model/lstm/bidirectional_rnn/fw/gru_cell/gates/kernel "
        "already exists, disallowed. Did you mean to set reuse=True or "
        "reuse=tf.AUTO_REUSE in VarScope? Originally defined at:\n"
        '  File "train.py", line 3, in <module>',
        "Variable rnn/basic_lstm_cell/kernel already exists",
    ),
    (
        "ValueError: Dimensions must be equal, but are 256 and 156 for 'rnn/while/rnn/"
        "multi_rnn_cell/cell_0/cell_0/basic_lstm_cell/MatMul_1' (op: 'MatMul') with "
        "input shapes: [64,256], [156,512].",
        "Dimensions must be equal",
    ),
    (
        "ValueError: Attempt to reuse RNNCell <tensorflow.contrib.rnn.python.ops."
        "core_rnn_cell_impl.LSTMCell object at 0x7f2c> with a different variable scope "
        "than its first use.  First use of cell was with scope 'rnn/multi_rnn_cell/"
        "cell_0/lstm_cell', this attempt is with scope 'rnn/multi_rnn_cell/cell_1/"
        "lstm_cell'.  Please create a new instance of the cell if you would like it to "
        "use a different set of weights.",
        "Dimensions must be equal",
    ),
    (
        "ValueError: Cannot feed value of shape (64, 784) for Tensor 'Placeholder_1:0',"
        " which has shape '(?, 28, 28)'",
        "Cannot feed value of shape",
    ),
    ("'Tensor' object has no attribute 'numpy'", "'SymbolicTensor' object has no"),
    (
        "FailedPreconditionError: Attempting to use uninitialized value beta1_power",
        "Attempting to use uninitialized value",
    ),
    (
        "tensorflow.python.framework.errors_impl.NotFoundError: Restoring from "
        "checkpoint failed. This is most likely due to a Variable name or other graph "
        "key that is missing from the checkpoint. Original error:\n\n"
        "Key encoder/lstm/bias not found in checkpoint\n\t [[node save/RestoreV2]]",
        "Key rnn/basic_lstm_cell/bias not found in checkpoint",
    ),
    (
        "InvalidArgumentError (see above for traceback): Assign requires shapes of "
        "both tensors to match. lhs shape= [10000,650] rhs shape= [10000,200]",
        "Assign requires shapes of both tensors to match",
    ),
    (
        "DataLossError: Unable to open table file D:\\ckpt\\model.ckpt-9.data-00000-of-"
        "00001: Data loss: not an sstable (bad magic number): perhaps your file is "
        "in a different file format and you need to use a different restore operator?",
        "Unable to open table file",
    ),
    (
        "ValueError: Layer lstm_2 weight shape (128, 512) is not compatible with "
        "provided weight shape (256, 512).",
        "Layer gru weight shape",
    ),
    (
        'ValueError: Input 0 of layer "lstm_7" is incompatible with the layer: '
        "expected ndim=3, found ndim=2. Full shape received: (None, 64)",
        "Input 0 with name 'None' of layer",
    ),
    (
        "ValueError: Unrecognized keyword arguments passed to Embedding: "
        "{'input_length': 20}",
        "Unrecognized keyword arguments passed to LSTM",
    ),
    (
        "runs/7/model.ckpt holds no recurrent cell whose name is known here. Its "
        "variables: w, b.",
        "holds no recurrent cell whose name is known here.",
    ),
]

ORDINARY = [
    "gate order",
    "forget bias",
    "sequence_length",
    "LSTMStateTuple",
    "tensorflow contrib rnn",
    "how do I initialize the state of an LSTM",
    "save and restore a checkpoint",
    "what is the shape of the outputs",
    "module attribute error",
    "stateful batch size",
    "session run feed_dict",
    "variable scope reuse",
    "weight shape",
]


@pytest.fixture(scope="module")
def index_of_errors(site):
    """Give the entries of the error index, as the search page has them."""
    text = (site / "search.html").read_text(encoding="utf-8")
    return json.loads(BeautifulSoup(text, "html.parser").find(id="error-index").string)


def test_a_pasted_message_leads_to_its_place(browser, address, index_of_errors):
    """By a click for the first and the last entry, by its link for all."""
    ends = index_of_errors[0], index_of_errors[-1]
    missed = []
    with opened(browser, f"{address}/search.html") as page:
        for entry in index_of_errors:
            page.goto(f"{address}/search.html?q={quote(entry['messages'][0])}")
            first = page.locator(".bd-search-container li a").first
            if first.get_attribute("href") != entry["link"]:
                missed.append(entry["heading"])
            if entry in ends:
                first.click()
                page.wait_for_url(f"**/{entry['link']}")
                settle(page)
        links = [[f"{address}/{e['link']}", e["heading"]] for e in index_of_errors]
        for link in (links[-1:], links):  # as it was opened first, then all
            missed += page.evaluate(SECTIONS, link)
    assert missed == []


def test_each_message_finds_its_entry_whatever_stands_around_it(
    browser, site, index_of_errors
):
    pasted = PASTED + [
        (message, entry["heading"])
        for entry in index_of_errors
        for message in entry["messages"]
    ]
    with opened(browser, f"file://{site}/search.html") as page:
        ask = "([q, all]) => errorsLike(q, all).map(({entry}) => entry.heading)"
        for text, heading in pasted:
            found = page.evaluate(ask, [text, index_of_errors])
            assert found, text
            assert found[0].startswith(heading), (text, found)
        for text in ORDINARY:
            assert page.evaluate(ask, [text, index_of_errors]) == [], text


def test_a_traceback_is_pasted_from_the_clipboard(browser, address):
    allowed = ["clipboard-read", "clipboard-write"]
    url = f"{address}/{PAGES[0]}.html"
    with opened(browser, url, permissions=allowed) as page:
        page.evaluate("text => navigator.clipboard.writeText(text)", PASTED[1][0])
        page.locator("button.search-button__button:visible").first.click()
        field = page.locator("#pst-search-dialog input")
        field.press("Control+V")
        field.press("Enter")
        page.wait_for_url("**/search.html?q=*")
        first = page.locator(".bd-search-container li a").first
        first.wait_for()
        assert first.inner_text() == PASTED[1][1]
        for theme in THEMES:
            page.evaluate("t => { document.documentElement.dataset.theme = t }", theme)
            assert barred(page, within=".errors-found") == []


def test_errors_are_found_from_a_folder(browser, site):
    url = f"file://{site}/search.html?q={quote(PASTED[0][0])}"
    with opened(browser, url) as page:
        first = page.locator(".errors-found a").first
        assert first.inner_text() == PASTED[0][1]
        first.click()
        page.wait_for_url("file://**/27_error_index.html#*")
        settle(page)
        assert page.evaluate(SECTIONS, [[page.url, PASTED[0][1]]]) == []
