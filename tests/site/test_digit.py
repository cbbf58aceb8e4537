"""The piece that reads digits, in a browser: the same numbers as Keras, and its use."""

import json
import re
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sphinx.errors import ExtensionError

from book.folders import ROOT
from book.notebooks import files
from book.pieces import ARRAYS, arrays_of
from book.site import handed, play

CHAPTER = "17"
DIRECTIONS = ["forward", "backward", "both"]
SIDE = 28
SMALL = 101  # pixels of a drawing that is made here, on each side

# A canvas's pixels, of a copy: reading them often from the canvas itself is slow.
PIXELS = """canvas => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext("2d", {willReadFrequently: true});
    context.drawImage(canvas, 0, 0);
    return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
}"""


@pytest.fixture(scope="module")
def arrays():
    """Give the arrays that the chapter's stored output hands over."""
    (path,) = files.chapters(CHAPTER)
    (found,) = [
        output.data[ARRAYS]
        for cell in files.code_cells(files.read(path))
        for output in cell.outputs
        if ARRAYS in output.get("data", {})
    ]
    return arrays_of(found)


@pytest.fixture
def opened(browser, site):
    """Open the page of the pieces from its file; nothing may go wrong on it."""

    @contextmanager
    def opened(width=1280, theme="light", motion="reduce", clock=False, **options):
        with browser.new_context(
            viewport={"width": width, "height": 900}, reduced_motion=motion, **options
        ) as context:
            for key in ("mode", "theme"):
                context.add_init_script(f"localStorage.setItem('{key}', '{theme}')")
            page, wrong = context.new_page(), []
            page.on(
                "console",
                lambda m: m.type in ("error", "warning") and wrong.append(m.text),
            )
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on(
                "request",
                lambda asked: (
                    asked.url.startswith(("file:", "data:")) or wrong.append(asked.url)
                ),
            )
            if clock:
                page.clock.install()
            page.goto(f"file://{site}/chapters/play.html")
            piece = page.locator("figure.play[data-play=digit]")
            piece.locator("> .play-live").wait_for()
            yield page, piece
            assert wrong == []

    return opened


def slider(piece):
    return piece.get_by_role("slider", name="Rows read")


def pixels(canvas):
    """Give a canvas's pixels: (height, width, 4), red, green, blue and how opaque."""
    height, width = canvas.evaluate("canvas => [canvas.height, canvas.width]")
    return np.reshape(canvas.evaluate(PIXELS), (height, width, 4)).astype(float)


def ink_on(pad):
    """Give a drawing as numbers from 0 to 255."""
    return pixels(pad)[..., 3]


def numbers(piece):
    """Give the probabilities that stand beside the bars."""
    texts = piece.locator(".digit-number").all_inner_texts()
    return [float(text.removesuffix("\u00a0%")) / 100 for text in texts]


# --- the numbers


def keras_reader(arrays):
    """Give a function from images to each answer and both layers' outputs, by Keras."""
    import keras
    from keras import layers

    image = keras.Input((SIDE, SIDE))
    rows = layers.Rescaling(1 / 255)(image)
    both = {"units": 64, "return_sequences": True}
    down = layers.LSTM(**both, name="down")(rows)
    up = layers.LSTM(**both, go_backwards=True, name="up")(rows)
    seen = {"forward": down, "backward": up, "both": layers.concatenate([down, up])}
    answers = {
        name: layers.Dense(10, "softmax", name=name)(h) for name, h in seen.items()
    }
    model = keras.Model(image, {**answers, "down": down, "up": up})
    for name in ("down", "up", *answers):
        layer = model.get_layer(name)
        layer.set_weights([arrays[f"{name}_{w.name}"] for w in layer.weights])
    return lambda images: {
        name: np.array(values) for name, values in model(images).items()
    }


@pytest.mark.slow
def test_each_probability_after_each_row_is_keras_s(opened, arrays):
    images = arrays["images"]
    assert images.shape == (20, SIDE, SIDE)
    expected = keras_reader(arrays)(images)
    with opened() as (page, _):
        found = page.evaluate(
            """([images, directions]) => images.map(image => directions.map(
                direction => digitReader.read(image, direction).map(ten => [...ten])
            ))""",
            [images.reshape(20, -1).tolist(), DIRECTIONS],
        )
    found = np.array(found)  # (20, directions, T, classes)
    assert found.shape == (20, 3, SIDE, 10)
    for place, direction in enumerate(DIRECTIONS):
        np.testing.assert_allclose(found[:, place], expected[direction], atol=1e-5)


@pytest.mark.slow
def test_units_and_gates_are_those_of_the_equations(opened, arrays):
    image = arrays["images"][9]
    expected = keras_reader(arrays)(image[None])
    with opened() as (page, _):
        found = page.evaluate(
            """image => {
                const steps = digitReader.trace(Uint8Array.from(image));
                const plain = layer => steps[layer].map(step => Object.fromEntries(
                    Object.entries(step).map(([name, numbers]) => [name, [...numbers]])
                ));
                return {down: plain("down"), up: plain("up")};
            }""",
            image.ravel().tolist(),
        )
    for layer, rows in (("down", image), ("up", image[::-1])):
        steps = found[layer]
        h = np.array([step["h"] for step in steps])
        np.testing.assert_allclose(h, expected[layer][0], atol=1e-5)
        kernel, recurrent, bias = (
            np.float64(arrays[f"{layer}_{name}"])
            for name in ("kernel", "recurrent_kernel", "bias")
        )
        before = np.vstack([np.zeros(64), h[:-1]])
        i, f, _, o = np.split(rows / 255 @ kernel + before @ recurrent + bias, 4, 1)
        for name, gate in (("i", i), ("f", f), ("o", o)):
            gates = np.array([step[name] for step in steps])
            np.testing.assert_allclose(gates, 1 / (1 + np.exp(-gate)), atol=1e-9)


def prepared(ink):
    """Prepare a drawing, 0 to 255, as MNIST's makers did, by matrices of overlaps."""
    ys, xs = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    height, width = np.ptp(ys) + 1, np.ptp(xs) + 1
    square = max(height, width, 10)
    top, left = ys[0] - (square - height) // 2, xs[0] - (square - width) // 2

    def overlaps(first, size):  # (20, size): how much of a pixel lies in which
        edges = (np.arange(size + 1) - first) * 20 / square
        pixels = np.arange(20)[:, None]
        upper = np.minimum(edges[1:], pixels + 1)
        return np.maximum(0, upper - np.maximum(edges[:-1], pixels))

    box = overlaps(top, len(ink)) @ ink @ overlaps(left, len(ink)).T
    box = np.floor(255 * box / box.max() + 0.5)
    centres = np.arange(20) + 0.5
    middle = [sums @ centres / box.sum() for sums in (box.sum(1), box.sum(0))]
    y, x = (int(np.floor(15 - at)) for at in middle)
    padded = np.zeros((SIDE + 40, SIDE + 40))
    padded[20 + y : 40 + y, 20 + x : 40 + x] = box
    return padded[20:-20, 20:-20]


def strokes(rng):
    """Give a drawing of some thick random strokes in a part of the field."""
    y, x = np.mgrid[:SMALL, :SMALL]
    ink = np.zeros((SMALL, SMALL))
    low, high = np.sort(rng.uniform(0, SMALL, (2, 2)), axis=0)
    for _ in range(rng.integers(1, 4)):
        start, end = rng.uniform(low, high, (2, 2))
        for part in np.linspace(0, 1, 60):
            at = start + part * (end - start)
            distance = np.hypot(y - at[0], x - at[1])
            ink = np.maximum(ink, 255 * np.clip(5 - distance, 0, 1))
    return np.round(ink)


@pytest.mark.slow
def test_a_drawing_is_prepared_as_mnist_s_were(opened):
    rng = np.random.default_rng(0)
    drawings = [strokes(rng) for _ in range(8)]
    dot = np.zeros((SMALL, SMALL))
    dot[3:6, 90:97] = 255
    drawings += [dot, np.full((SMALL, SMALL), 255.0)]
    with opened() as (page, _):
        found = page.evaluate(
            """([drawings, side]) => drawings.map(
                ink => [...digitReader.prepare(ink, side)]
            )""",
            [[ink.ravel().astype(int).tolist() for ink in drawings], SMALL],
        )
        empty = page.evaluate("[...digitReader.prepare(Array(100).fill(0), 10)]")
    assert empty == [0] * SIDE * SIDE
    for image, drawing in zip(np.array(found), drawings, strict=True):
        image = image.reshape(SIDE, SIDE)
        # A sum that ends in .5 may be rounded up here and down there.
        assert np.abs(image - prepared(drawing)).max() <= 1
        assert image.max() == 255
        middle = [image.sum(axis) @ np.arange(28.0) / image.sum() for axis in (0, 1)]
        assert np.all(np.abs(np.subtract(middle, 14)) <= 0.51)  # as in MNIST


# --- its use


def drag(page, pad, *points):
    """Draw a line through points, in parts of the field's side, by mouse."""
    box = pad.bounding_box()
    for number, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if number == 0:
            page.mouse.down()
    page.mouse.up()


@pytest.mark.slow
def test_a_drawing_by_mouse_is_what_the_network_reads(opened):
    with opened() as (page, piece):
        pad = piece.get_by_label("Drawing field")
        pad.scroll_into_view_if_needed()
        drag(page, pad, (0.2, 0.2), (0.7, 0.2), (0.4, 0.9))
        said = piece.locator(".digit-said")
        expect(said).to_have_text(re.compile(r"^After 28 of 28 rows: 7, with \d"))
        assert piece.locator(".digit-examples :checked").count() == 0
        ink = ink_on(pad)
        seen = pixels(piece.get_by_label("What the network sees"))
        red = 255 - seen[..., 0]  # the paper has 255 of red, the ink 17
        assert np.abs(red / (255 - 17) * 255 - prepared(ink)).max() <= 2
        drag(page, pad, (0.3, 0.5), (0.7, 0.5))
        twice = ink.sum()
        assert ink_on(pad).sum() > twice
        piece.get_by_role("button", name="Undo").click()
        assert ink_on(pad).sum() == twice
        piece.get_by_role("button", name="Clear").click()
        assert ink_on(pad).sum() == 0


@pytest.mark.slow
def test_the_keyboard_alone_draws_and_reads(opened):
    with opened() as (page, piece):
        piece.get_by_label("a 3, number 1").focus()
        page.keyboard.press("ArrowRight")
        said = piece.locator(".digit-said")
        expect(said).to_have_text(re.compile(r"with 9.*The label says 3\.$"))
        page.keyboard.press("Tab")
        pad = piece.get_by_label("Drawing field")
        expect(pad).to_be_focused()
        expect(piece.get_by_text("Arrow keys move the pen")).to_be_visible()
        for key in (*["ArrowUp"] * 9, "Space", *["ArrowDown"] * 18, "Space"):
            page.keyboard.press(key)
        expect(said).to_have_text(re.compile(r"^After 28 of 28 rows: 1, with \d"))
        for name in ("Undo", "Clear"):
            page.keyboard.press("Tab")
            expect(piece.get_by_role("button", name=name)).to_be_focused()
        page.keyboard.press("Tab")
        expect(piece.get_by_label("What the colours show")).to_be_focused()
        page.keyboard.press("Tab")
        expect(piece.get_by_role("button", name="Play")).to_be_focused()
        page.keyboard.press("Tab")
        expect(slider(piece)).to_be_focused()
        page.keyboard.press("ArrowLeft")
        expect(said).to_have_text(re.compile("^After 27 of 28 rows"))
        assert slider(piece).get_attribute("aria-valuetext") == said.inner_text()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowLeft")
        expect(piece.get_by_role("radio", name="both")).to_be_checked()
        expect(said).to_have_text(re.compile("^After 27 of 28 rows from either end"))


@pytest.mark.slow
def test_a_finger_draws_and_the_page_stays(opened):
    with opened(width=360, has_touch=True, is_mobile=True) as (page, piece):
        pad = piece.get_by_label("Drawing field")
        pad.scroll_into_view_if_needed()
        box, before = pad.bounding_box(), page.evaluate("scrollY")
        touch = page.context.new_cdp_session(page)
        for step in range(12):
            x, y = box["x"] + 0.5 * box["width"], box["y"] + (0.1 + step / 15) * 200
            kind = "touchMove" if step else "touchStart"
            points = [{"x": x, "y": y}]
            touch.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
            )
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        said = piece.locator(".digit-said")
        expect(said).to_have_text(re.compile(r"^After 28 of 28 rows: 1, with \d"))
        assert page.evaluate("scrollY") == before


@pytest.mark.slow
def test_it_reads_by_itself_once_it_is_seen(opened):
    with opened(motion="no-preference", clock=True) as (page, piece):
        piece.scroll_into_view_if_needed()
        pause = piece.get_by_role("button", name="Pause")
        pause.wait_for()
        assert piece.locator(".digit-said").get_attribute("aria-live") == "off"
        page.clock.run_for(3 * 160)
        pause.click()
        read = slider(piece).input_value()
        assert 4 <= int(read) < 28
        page.clock.run_for(5_000)
        expect(slider(piece)).to_have_value(read)
        assert piece.locator(".digit-said").get_attribute("aria-live") == "polite"
        piece.get_by_role("button", name="Play").click()
        page.clock.run_for(5_000)
        expect(slider(piece)).to_have_value("28")
        piece.get_by_role("button", name="Play").wait_for()


@pytest.mark.slow
def test_nothing_moves_for_those_who_prefer_that(opened):
    with opened(motion="reduce", clock=True) as (page, piece):
        piece.scroll_into_view_if_needed()
        expect(slider(piece)).to_have_value("28")
        page.clock.run_for(10_000)
        expect(slider(piece)).to_have_value("28")
        expect(piece.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.slow
def test_what_is_shown_is_what_was_computed(opened, arrays):
    with opened() as (page, piece):
        piece.get_by_label("a 5, number 2").check(force=True)
        piece.get_by_role("radio", name="both").check(force=True)
        slider(piece).fill("9")
        image = arrays["images"][11].ravel().tolist()
        ten = page.evaluate("image => digitReader.read(image, 'both')[8]", image)
        np.testing.assert_allclose(numbers(piece), ten, atol=0.00051)
        best = str(np.argmax(ten))
        assert piece.locator("tr.digit-best th").inner_text() == best
        assert piece.locator("text.digit-best").text_content() == best
        assert piece.locator("polyline").count() == 10
        widths = piece.locator(".digit-bar").evaluate_all(
            "bars => bars.map(bar => bar.getBoundingClientRect().width)"
        )
        assert np.corrcoef(widths, ten)[0, 1] > 0.99


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_are_those_of_the_legend(opened, arrays, theme):
    expected = keras_reader(arrays)(arrays["images"][:1])["down"][0]
    with opened(theme=theme) as (page, piece):
        piece.get_by_label("a 0, number 1").check(force=True)
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        legend = piece.locator(".digit-legend")
        assert legend.locator("span").all_inner_texts() == ["−1", "0", "1"]
        ends = legend.evaluate("shown => getComputedStyle(shown).backgroundImage")
        low, none, high = (
            np.array(colour.split(", "), float)
            for colour in re.findall(r"rgb\((.*?)\)", ends)
        )
        strip = piece.get_by_label("The 64 units that read down")
        shown = pixels(strip)
        strength = np.abs(expected)[..., None]
        towards = np.where(expected[..., None] < 0, low, high)
        mixed = none + strength * (towards - none)
        assert np.abs(shown[..., :3] - mixed).max() <= 1
        piece.get_by_label("What the colours show").select_option("forget gates f")
        assert legend.locator("span").all_inner_texts() == ["0", "1"]
        slider(piece).fill("14")
        assert pixels(strip)[13:15, 0, 3].tolist() == [255, 0]  # only row 13 is read


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_keeps_nobody_out_and_fits(opened, theme, width):
    with opened(theme=theme, width=width) as (page, piece):
        slider(piece).fill("13")
        found = Axe().run(page, ".play-live", {"preload": False}).response["violations"]
        assert [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found] == []
        box = piece.bounding_box()
        right = piece.locator("*").evaluate_all(
            "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
        )
        assert right <= box["x"] + box["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- what it is made of


def test_the_script_of_arrays_holds_the_chapter_s(arrays):
    text = handed.script("digit", CHAPTER)
    body = text.removeprefix("const digitArrays = ").removesuffix(";\n")
    found = arrays_of({"arrays": json.loads(body)})
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
    assert len(text) < 170_000


def test_a_chapter_without_arrays_stops_the_build():
    with pytest.raises(ExtensionError, match=r"01_.*arrays for the piece 'digit'"):
        handed.script("digit", "01")


def test_no_page_holds_the_arrays(arrays):
    (path,) = files.chapters(CHAPTER)
    app = SimpleNamespace(env=SimpleNamespace(doc2path=lambda name: f"{name}.ipynb"))
    source = [path.read_text(encoding="utf-8")]
    handed.leave_out(app, "chapters/17", source)
    assert len(source[0]) < path.stat().st_size - 150_000
    left, all_cells = json.loads(source[0])["cells"], files.read(path).cells
    assert len(left) == len(all_cells)
    assert ARRAYS not in source[0]
    assert "Arrays for the piece 'digit'" in source[0]


def test_a_build_writes_the_arrays_beside_the_scripts(tmp_path):
    app = SimpleNamespace(builder=SimpleNamespace(name="html"), outdir=tmp_path)
    play.write_arrays(app)
    written = tmp_path / "_static/play/digit-arrays.js"
    assert written.read_text(encoding="utf-8") == handed.script("digit", CHAPTER)


def test_the_still_picture_is_small():
    still = ROOT / "book/site/assets/play/digit.png"
    assert still.stat().st_size <= 40_000
