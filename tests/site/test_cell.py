"""The piece "One cell" in a browser: the same numbers as Keras, and its use."""

import re
from datetime import datetime

import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before Keras

import keras
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from book.folders import ROOT
from book.notebooks import files
from book.site import stills

pytestmark = pytest.mark.slow

PARTS = ["Input gate", "Candidate", "Forget gate", "Output gate"]  # i, j, f, o
PHONE, DESK = 360, 1440

RUN = """all => all.map(({weights, inputs, h, c}) =>
    oneCell.run(weights, inputs, {0: {h, c}}).map(({newC, newH}) => [newC, newH]))"""


@pytest.fixture(scope="module")
def chapter():
    """Give the names that chapter 3 defines on its way to the step with matrices."""
    (path,) = files.chapters("03")
    cells = [cell.source for cell in files.code_cells(files.read(path))]
    names = {"np": np}
    for start in ("def sigmoid", "def step"):
        (source,) = [source for source in cells if source.startswith(start)]
        exec(source, names)
    return names


@pytest.fixture
def piece(open_piece):
    with open_piece("cell") as (_, piece):
        yield piece


def number(text):
    return float(text.replace("−", "-").strip("() "))


def table(piece):
    """Give the numbers of the steps so far: step, x, the parts, c′ and h′."""
    rows = piece.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return np.array([[number(cell) for cell in row] for row in rows])


def run_through(piece):
    """Step to the end and give the table."""
    forward = piece.get_by_role("button", name="Forward")
    while forward.get_attribute("aria-disabled") != "true":
        forward.click()
    return table(piece)


def choose(piece, preset):
    radio = piece.get_by_role("radio", name=preset, exact=True)
    radio.check()
    return piece.locator(".look").inner_text()


def field(piece, name, part=None):
    """Give a number's field; a weight's is in the group of its part."""
    group = piece.get_by_role("group", name=part, exact=True) if part else piece
    return group.get_by_role("spinbutton", name=f"{name}, as a number", exact=True)


def slider(piece, name, part=None):
    group = piece.get_by_role("group", name=part, exact=True) if part else piece
    return group.get_by_role("slider", name=name, exact=True)


def enter(piece, weights, x, h, c):
    """Type a whole setting; `weights` is (k_x, k_h, b), each for i, j, f and o."""
    for name, four in zip(("k x", "k h", "b"), weights, strict=True):
        for part, weight in zip(PARTS, four, strict=True):
            field(piece, name, part).fill(str(weight))
    for name, value in {"input x": x, "output h": h, "memory c": c}.items():
        field(piece, name).fill(str(value))


def equations(piece):
    """Give each equation's text, by its left side."""
    texts = piece.locator(".equation").all_text_contents()
    return {text.split()[0]: " ".join(text.split()) for text in texts}


# --- The arithmetic


def settings(count):
    rng = np.random.default_rng(3)
    for _ in range(count):
        scale = rng.choice([0.5, 2, 10])
        k_x, k_h, b = rng.normal(size=(3, 4)) * scale
        h, c = rng.uniform(-1, 1), rng.normal() * 3
        yield k_x, k_h, b, rng.normal() * 2, rng.normal(size=8) * 2, h, c


def test_each_step_is_keras_s_and_the_chapter_s(open_piece, chapter):
    asked, expected = [], []
    for k_x, k_h, b, forget_bias, inputs, h, c in settings(120):
        weights = {"k_x": k_x, "k_h": k_h, "b": b}
        weights = {name: list(four) for name, four in weights.items()}
        weights["forgetBias"] = forget_bias
        asked.append({"weights": weights, "inputs": list(inputs), "h": h, "c": c})
        at_c, at_h, steps = np.full((1, 1), c), np.full((1, 1), h), []
        for x in inputs:
            at_c, at_h, _ = chapter["step"](
                np.full((1, 1), x), at_c, at_h, np.stack([k_x, k_h]), b, forget_bias
            )
            steps.append([at_c.item(), at_h.item()])
        expected.append(steps)

        layer = keras.layers.LSTM(
            1, return_sequences=True, return_state=True, dtype="float64"
        )
        layer.build((1, 8, 1))
        order = [0, 2, 1, 3]  # Keras has i, f, j, o, and no forget bias apart
        together = b + np.array([0, 0, forget_bias, 0])
        layer.set_weights([k_x[None, order], k_h[None, order], together[order]])
        start = [np.full((1, 1), value) for value in (h, c)]
        outputs, _, last_c = layer(inputs.reshape(1, 8, 1), initial_state=start)
        steps = np.array(steps)
        assert np.allclose(outputs[0, :, 0], steps[:, 1], rtol=0, atol=1e-6)
        assert np.allclose(last_c, steps[-1, 0], rtol=0, atol=1e-6)
    with open_piece("cell") as (page, _):
        found = page.evaluate(RUN, asked)
    assert np.shape(found) == (120, 8, 2)
    assert np.allclose(found, expected, rtol=0, atol=1e-6)


# --- What it starts from: each does what its sentence says


def test_chapter_3_s_step_is_the_one_that_the_chapter_prints(piece, chapter):
    says = choose(piece, "Chapter 3")
    for name, letter in {"k x": "k_x", "k h": "k_h", "b": "b_1"}.items():
        typed = [float(field(piece, name, part).input_value()) for part in PARTS]
        assert typed == list(chapter[letter])
    start = [field(piece, name) for name in ("input x", "output h", "memory c")]
    typed = [float(each.input_value()) for each in start]
    assert typed == [chapter[name] for name in ("x_1", "h_1", "c_1")]
    (step,) = table(piece)
    assert list(step[-2:]) == [round(chapter["new_c"], 2), round(chapter["new_h"], 2)]
    assert "0.5 becomes −0.29" in says
    assert abs(step[4] - 2 / 3) < 0.05  # "two thirds"
    assert abs(step[2] - 3 / 4) < 0.05  # "three quarters"
    assert step[3] < 0  # "a negative candidate"


def test_gates_set_by_hand_keep_add_and_replace(piece):
    assert "5 stays 5, becomes 5.5, then 0.5" in choose(piece, "Gates set by hand")
    (path,) = files.chapters("03")
    (cell,) = [
        cell
        for cell in files.code_cells(files.read(path))
        if cell.source.startswith("memory = np.array([5.0, 5.0, 5.0])")
    ]
    assert cell.outputs[0].text == "[5.  0.5 5.5]\n"  # kept, replaced, added: from 5
    steps = run_through(piece)
    assert list(steps[:3, 1]) == [0, 1, 2]
    assert list(steps[:3, -2]) == [5, 5.5, 0.5]
    memory = 5
    for _, x, write, candidate, keep, _, new_c, _ in steps:
        assert (write, candidate, keep) == (x > 0, 0.5, x < 2)
        memory = keep * memory + write * candidate
        assert abs(new_c - memory) < 0.02  # of rounding


def test_what_never_forgets_adds_up(piece):
    choose(piece, "Never forgets")
    steps = run_through(piece)
    assert np.all(steps[:, 4] == 1)
    sums = np.cumsum(steps[:, 2] * steps[:, 3])
    assert np.allclose(steps[:, -2], sums, atol=0.02)
    silent = steps[1:, 1] == 0
    assert silent.sum() >= 3
    assert np.all(np.diff(steps[:, -2])[silent] == 0)


def test_what_forgets_at_once_holds_what_this_step_wrote(piece):
    choose(piece, "Never forgets")
    before = run_through(piece)
    assert choose(piece, "Forgets at once").startswith("The same, but")
    steps = run_through(piece)
    assert np.array_equal(steps[:, [0, 1, 2, 3, 5]], before[:, [0, 1, 2, 3, 5]])
    assert np.all(steps[:, 4] == 0)
    assert np.allclose(steps[:, -2], steps[:, 2] * steps[:, 3], atol=0.006)
    assert np.all(steps[steps[:, 1] == 0, -2] == 0)


def test_in_a_fresh_cell_the_memory_fades_as_the_forget_bias_says(piece):
    says = choose(piece, "Fresh")
    assert "a forget bias of 5, then of −1" in says
    for part in PARTS:
        assert float(field(piece, "b", part).input_value()) == 0
        for name in ("k x", "k h"):  # as Glorot's rule draws from 2 rows and 4 columns
            assert 0 < abs(float(field(piece, name, part).input_value())) < 1
    left = {}
    for bias in (1, 5, -1):
        field(piece, "forget bias").fill(str(bias))
        steps = run_through(piece)
        assert np.all(steps[1:, 1] == 0)
        size = np.abs(steps[:, -2])
        left[bias] = size[-1] / size[0]
        if bias == 1:
            assert np.all(np.abs(steps[1:, 4] - 0.73) < 0.05)
            assert np.all(np.diff(size) < 0)  # "fades"
    assert left[-1] < left[1] < 0.3
    assert left[5] > 3 * left[1]


def test_where_all_is_saturated_a_weight_changes_nothing(piece):
    choose(piece, "Saturated")
    steps = run_through(piece)
    assert np.all(steps[:, [2, 4, 5]] == 1)
    assert np.array_equal(np.abs(steps[:, 3]), np.ones(len(steps)))
    assert len(set(steps[:, 3])) == 2
    names = [(name, part) for name in ("k x", "k h", "b") for part in PARTS]
    for name, part in [*names, ("forget bias", None)]:
        weight = float(field(piece, name, part).input_value())
        for other in (weight - 1, weight + 1, weight):
            field(piece, name, part).fill(str(other))
            assert np.array_equal(table(piece), steps), (name, part, other)


# --- What is to be seen


def test_the_equations_hold_the_numbers(piece, chapter):
    rng = np.random.default_rng(4)
    for _ in range(6):
        weights = rng.normal(size=(3, 4)).round(2)
        x, c = rng.normal(size=2).round(1) * 2
        h = round(rng.uniform(-1, 1), 2)
        bias = round(rng.normal(), 1)
        enter(piece, weights, x, h, c)
        field(piece, "forget bias").fill(str(bias))
        k_x, k_h, b = weights
        new_c, new_h, z = (
            value[0]
            for value in chapter["step"](
                *np.reshape([x, c, h], (3, 1, 1)), np.stack([k_x, k_h]), b, bias
            )
        )
        found = equations(piece)
        assert number(found["c′"].split("=")[-1]) == pytest.approx(new_c[0], abs=0.0051)
        assert number(found["h′"].split("=")[-1]) == pytest.approx(new_h[0], abs=0.0051)
        for n, part in enumerate("ijfo"):
            _, terms, value = found[part].split("=")
            assert number(value) == pytest.approx(z[n], abs=0.0051)
            used = [abs(number(found)) for found in re.findall(r"[\d.]+", terms)]
            assert used == [abs(v) for v in (x, k_x[n], h, k_h[n], b[n])]
            terms = terms.replace("·", "*").replace("−", "-")
            assert eval(terms) == pytest.approx(z[n])
        sigmoid = chapter["sigmoid"]
        squashed = {
            "σ(i)": sigmoid(z[0]),
            "tanh(j)": np.tanh(z[1]),
            "σ(f": sigmoid(z[2] + bias),
            "σ(o)": sigmoid(z[3]),
        }
        for left, value in squashed.items():
            assert number(found[left].split("=")[1]) == pytest.approx(value, abs=0.0051)
        keep, at_c, write, candidate = re.findall(
            r"(?<![\w.])−?\d+\.\d\d(?!\d)", found["c′"].split("=")[2]
        )
        middle = [squashed["σ(f"], c, squashed["σ(i)"], squashed["tanh(j)"]]
        given = [number(text) for text in (keep, at_c, write, candidate)]
        assert given == pytest.approx(middle, abs=0.0051)
        sign = "−" if bias < 0 else "+"
        assert f"σ(f {sign} {abs(bias):g})" in found["c′"]


def test_a_gate_in_the_drawing_is_as_open_as_its_number(piece):
    for part, kind in {"Input gate": "input", "Output gate": "output"}.items():
        openings = []
        for bias in (-20, -1, 0, 1, 20):
            field(piece, "b", part).fill(str(bias))
            boxes = piece.locator(f".unit .gate.{kind}").evaluate_all(
                "all => all.map(({x, width}) => [x.baseVal.value, width.baseVal.value])"
            )
            (left, width), (right, _) = sorted(boxes)
            value = number(equations(piece)["σ(" + kind[0] + ")"].split("=")[1])
            openings.append([value, right - left - width])
        values, gaps = np.transpose(openings)
        assert np.allclose(gaps, gaps.max() * values, atol=0.2)
        assert gaps.min() < 0.01 < 20 < gaps.max()


def test_a_flow_is_wide_where_its_number_is_large_and_hollow_where_negative(piece):
    widths = []
    for c in (-2, -0.5, 0.1, 1, 5):
        field(piece, "memory c").fill(str(c))
        flow = piece.locator(".unit .flow.c").first
        widths.append(flow.evaluate("rect => rect.height.baseVal.value"))
        paper = piece.page.evaluate("getComputedStyle(document.body).backgroundColor")
        fill = flow.evaluate("rect => getComputedStyle(rect).fill")
        assert (fill == paper) == (c < 0)
    assert np.all(np.diff(np.array(widths)[[2, 1, 3, 0, 4]]) > 0)


def test_the_charts_show_the_steps_so_far(piece):
    run_through(piece)
    for _ in range(3):
        piece.get_by_role("button", name="Back").click()
    steps = table(piece)
    assert len(steps) == 5

    def points(kind):
        line = piece.locator(f".charts .line.{kind} > polyline")
        pairs = re.split("[ ,]", line.get_attribute("points"))
        return np.array(pairs, float).reshape(-1, 2)

    for kind, column in {
        "c": -2,
        "h": -1,
        "input": 2,
        "forget": 4,
        "output": 5,
    }.items():
        drawn = points(kind)
        values = steps[:, column]
        if kind in "ch":
            values = np.append({"c": 0.5, "h": -0.3}[kind], values)
        assert len(drawn) == len(values)
        assert np.allclose(np.diff(drawn[:, 0]), drawn[1, 0] - drawn[0, 0])
        height = {"c": 73, "h": 73}.get(kind, 146)  # pixels for 1
        falls = (drawn[0, 1] - drawn[:, 1]) / height
        assert np.allclose(falls, values - values[0], atol=0.011)


# --- Its use


def test_a_step_hands_its_state_on_and_back_returns(piece):
    def state():
        names = ("input x", "output h", "memory c")
        return [float(field(piece, name).input_value()) for name in names]

    inputs = [2, -1, -2, 0, -1, 1, 2, 0]
    seen = []
    forward = piece.get_by_role("button", name="Forward")
    back = piece.get_by_role("button", name="Back")
    expect(back).to_have_attribute("aria-disabled", "true")
    for n, x in enumerate(inputs):
        expect(piece.locator(".where")).to_have_text(f"Step {n + 1} of 8")
        assert state()[0] == x
        if n:
            assert state()[1:] == list(table(piece)[n - 1, [-1, -2]])
        seen.append(state())
        forward.press("Enter")
    expect(forward).to_be_focused()
    expect(piece.locator(".where")).to_have_text("Step 8 of 8")
    for expected in reversed(seen):
        assert state() == expected
        back.press("Enter")
    expect(piece.locator(".where")).to_have_text("Step 1 of 8")


def test_a_memory_set_midway_changes_what_follows_until_reset(piece):
    before = run_through(piece)
    for _ in range(4):
        piece.get_by_role("button", name="Back").click()
    field(piece, "memory c").fill("3")  # before step 4
    after = run_through(piece)
    assert np.array_equal(after[:3], before[:3])
    assert np.all(after[3:, -2] != before[3:, -2])
    piece.get_by_role("button", name="Reset").click()
    expect(piece.locator(".where")).to_have_text("Step 1 of 8")
    assert np.array_equal(run_through(piece), before)


def test_a_change_of_a_number_leaves_the_choice_open_again(piece):
    radio = piece.get_by_role("radio", name="Chapter 3", exact=True)
    before = table(piece)
    expect(radio).to_be_checked()
    field(piece, "b", "Candidate").fill("1")
    expect(radio).not_to_be_checked()
    assert not np.array_equal(table(piece), before)
    radio.check()
    assert np.array_equal(table(piece), before)


def test_the_inputs_can_be_written_anew(piece):
    inputs = piece.get_by_role("textbox", name="Inputs")
    run_through(piece)
    inputs.fill("1 −2;0,5")
    inputs.press("Enter")
    expect(piece.locator(".where")).to_have_text("Step 4 of 4")
    assert list(table(piece)[:, 1]) == [1, -2, 0, 5]
    for wrong in ("1, two", "", " ".join(["1"] * 13)):
        inputs.fill(wrong)
        inputs.press("Enter")
        expect(inputs).to_have_attribute("aria-invalid", "true")
        expect(inputs).to_have_accessible_description(re.compile("1 to 12 numbers"))
        assert list(table(piece)[:, 1]) == [1, -2, 0, 5]
    inputs.fill("3")
    inputs.press("Enter")
    expect(inputs).to_have_attribute("aria-invalid", "false")
    expect(piece.locator(".wrong")).to_be_empty()
    slider(piece, "input x").press("ArrowLeft")
    expect(inputs).to_have_value("2.9")


def test_the_keyboard_reaches_and_moves_everything(open_piece):
    with open_piece("cell") as (page, piece):
        piece.get_by_role("radio", checked=True).focus()
        page.keyboard.press("ArrowRight")
        expect(piece.get_by_role("radio", name="Gates set by hand")).to_be_checked()
        page.keyboard.press("ArrowLeft")
        reached = []
        while True:
            page.keyboard.press("Tab")
            if not piece.evaluate("piece => piece.contains(document.activeElement)"):
                break
            focused = page.locator(":focus")
            kind = focused.evaluate("it => it.type ?? it.localName")
            reached.append(kind)
            outline = focused.evaluate("it => getComputedStyle(it).outlineStyle")
            assert outline != "none", reached
            if kind in ("range", "number"):
                both = focused.locator("xpath=..").locator("input")
                before = both.evaluate_all("all => all.map(it => it.valueAsNumber)")
                page.keyboard.press("ArrowDown")
                after = both.evaluate_all("all => all.map(it => it.valueAsNumber)")
                assert np.all(np.array(after) < before), reached
        assert reached.count("range") == reached.count("number") == 4 + 12
        assert reached.count("button") == 3
        assert reached.count("text") == reached.count("summary") == 1


def test_a_slider_reaches_what_its_field_says(piece):
    choose(piece, "Gates set by hand")
    weight = slider(piece, "k x", "Input gate")
    assert weight.input_value() == "40"
    weight.press("ArrowLeft")
    assert field(piece, "k x", "Input gate").input_value() == "39.9"
    field(piece, "k x", "Input gate").fill("3")
    assert weight.evaluate("it => [it.min, it.max, it.value]") == ["-5", "5", "3"]
    field(piece, "k x", "Input gate").fill("")  # not a number: nothing is taken over
    assert weight.input_value() == "3"
    weight.focus()
    field(piece, "b", "Input gate").focus()
    assert field(piece, "k x", "Input gate").input_value() == "3"


def test_the_result_is_said_once_when_the_numbers_rest(open_piece):
    with open_piece("cell", clock=True) as (page, piece):
        said = piece.get_by_role("status")
        said.evaluate(
            "it => { window.said = []; new MutationObserver(() => "
            "said.push(it.textContent)).observe(it, {childList: true}) }"
        )
        expect(said).to_have_text("")
        page.clock.pause_at(datetime(2100, 1, 1))  # from now on it only runs when told
        for _ in range(20):
            slider(piece, "memory c").press("ArrowRight")
            page.clock.run_for(100)
        assert page.evaluate("said") == []
        page.clock.run_for(1000)
        (step,) = table(piece)
        text = (
            f"Step 1 of 8: memory 2.50 becomes {step[-2]:.2f}, "
            f"output −0.30 becomes {step[-1]:.2f}."
        )
        assert page.evaluate("said") == [text.replace("-", "−")]


# --- In its pages


def test_the_address_sets_it_up(open_piece):
    with open_piece("cell", "chapters/play#cell?preset=never&step=3") as (_, piece):
        expect(piece.get_by_role("radio", name="Never forgets")).to_be_checked()
        expect(piece.locator(".where")).to_have_text("Step 3 of 8")
        expect(piece).to_be_in_viewport()
    with open_piece("cell", "chapters/play#cell?preset=no&step=99") as (_, piece):
        expect(piece.get_by_role("radio", name="Chapter 3", exact=True)).to_be_checked()
        expect(piece.locator(".where")).to_have_text("Step 8 of 8")


def test_it_stands_in_chapter_3_too(open_piece):
    with open_piece("cell", "chapters/03_lstm_from_scratch") as (page, piece):
        expect(piece.locator("figcaption a")).to_have_attribute(
            "href", "play.html#cell"
        )
        assert equations(piece)["c′"].endswith("= −0.29")
        page.emulate_media(media="print")
        expect(piece.locator(".play-live")).to_be_hidden()
        expect(piece.locator(".play-still")).to_be_visible()


def test_without_javascript_a_picture_stands_in_its_place(open_piece):
    with open_piece("cell", java_script_enabled=False) as (_, piece):
        still = piece.get_by_role("img", name=re.compile("One LSTM cell with all its"))
        expect(still).to_be_visible()


def test_its_picture_is_small_and_twice_as_fine_as_the_page():
    path = stills.FOLDER / "cell.png"
    assert 10_000 < path.stat().st_size <= 60_000
    assert Image.open(path).width > 1200
    assert path.is_relative_to(ROOT)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_it_keeps_no_reader_out(open_piece, width, theme):
    with open_piece("cell", width=width, theme=theme) as (page, piece):
        piece.locator("summary").click()
        run_through(piece)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        sizes = piece.locator("svg text").evaluate_all(
            "all => all.map(it => parseFloat(getComputedStyle(it).fontSize) "
            "* it.getScreenCTM().a)"
        )
        assert min(sizes) >= 9
        axe = Axe().run(page, "figure[data-play=cell]", {"preload": False})
        assert axe.response["violations"] == []
        assert axe.response["passes"]
