"""The piece "shapes across the eras": held to real layers, its lines run, its form."""

import itertools
import json
import math
import re
from urllib.parse import parse_qsl

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import keras
import numpy as np
import tensorflow.compat.v1 as tf1
from playwright.sync_api import expect

from book.data import shapes
from book.folders import ROOT
from book.notebooks import files

NETWORKS = shapes.read()
SETTINGS = [network["settings"] for network in NETWORKS]
WORLDS = ("tf1", "keras", "torch")
SCRIPTS = [
    ROOT / "book/site/assets" / name
    for name in ("language.js", "play/shapes-of.js", "play/shapes.js")
]
PAGE = """<!doctype html><html lang="en"><title>Play</title>
<div style="height: 2000px"></div>
<figure class="play" id="shapes" data-play="shapes" data-settings="{}">{}</figure>"""
CAPTION = (
    '<figcaption><a href="https://a.test/play.html#shapes">Shapes</a></figcaption>'
)
A_LINK = re.compile(r"\]\(play\.md#shapes\?([^)]*)\)")
SHAPE = re.compile(r"\((?:\d+, )*\d+,?\)")


@pytest.fixture
def open_piece(browser, tmp_path):
    """Give a function that opens the piece, as a page of its own, from a folder."""
    opened = []

    def open_piece(fragment="", settings="", caption=""):
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        page = context.new_page()
        opened.append((context, errors := []))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text))
        scripts = "".join(f'<script src="{s.as_uri()}"></script>' for s in SCRIPTS)
        file = tmp_path / "play.html"
        file.write_text(PAGE.format(settings, caption) + scripts)
        page.goto(f"{file.as_uri()}{fragment}")
        return page

    yield open_piece
    for context, errors in opened:
        assert errors == []
        context.close()


@pytest.fixture(scope="module")
def shown(browser):
    """Give what the piece says of each network of the table, in its order."""
    page = browser.new_page()
    page.set_content("<title>Shapes</title>")
    for script in SCRIPTS[:2]:
        page.add_script_tag(path=script)
    return page.evaluate("all => all.map(shapesAcrossEras.shapesOf)", SETTINGS)


# --- the table


def test_the_table_has_300_networks_as_the_script_draws_them(script):
    assert len(NETWORKS) == 300
    assert script("make_shapes").draw() == SETTINGS


def test_every_option_meets_every_other():
    seen = [
        {**{name: given[name] for name in shapes.OPTIONS}}
        | {"projection": bool(given["projection"])}
        for given in SETTINGS
    ]
    values = shapes.OPTIONS | {"projection": [False, True]}
    for one, other in itertools.combinations(values, 2):
        pairs = {(given[one], given[other]) for given in seen}
        assert pairs == set(itertools.product(values[one], values[other]))


def test_the_four_sizes_of_a_network_differ():
    for given in SETTINGS:
        sizes = {given[name] for name in ("units", "batch", "time", "features")}
        assert len(sizes) == 4
        assert given["projection"] < given["units"]


# --- what the piece says


@pytest.mark.slow
@pytest.mark.parametrize("world", ["tf1", "torch"])
def test_the_piece_agrees_with_the_old_worlds(shown, world):
    for network, answer in zip(NETWORKS, shown, strict=True):
        said = {part: answer[world][part] for part in shapes.PARTS}
        assert said == network[world], network["settings"]


@pytest.mark.slow
def test_the_piece_agrees_with_the_layers_of_keras(shown):
    for given, answer in zip(SETTINGS, shown, strict=True):
        said = {part: answer["keras"][part] for part in shapes.PARTS}
        assert said == keras_network(given), given


@pytest.mark.slow
def test_a_count_is_that_of_all_weights(shown):
    for answer in shown:
        for world in WORLDS:
            sizes = [math.prod(shape) for _, shape in answer[world]["weights"]]
            assert answer[world]["count"] == sum(sizes)


LAYERS = {
    "rnn": keras.layers.SimpleRNN,
    "lstm": keras.layers.LSTM,
    "peephole": keras.layers.LSTM,  # Keras 3 has no peepholes
    "gru": keras.layers.GRU,
}


def keras_network(given):
    """Give the shapes of a network of real layers, as the table has the others'."""
    keras.utils.clear_session(free_memory=False)  # names begin anew
    both = given["directions"] == "both"
    sizes = [given["batch"], given["time"], given["features"]]
    x = keras.ops.zeros(sizes)
    inputs = [["x", sizes]]
    if given["time_major"]:
        inputs = [["x", [sizes[1], sizes[0], sizes[2]]]]
    if given["lengths"]:
        inputs += [["lengths", sizes[:1]], ["mask", sizes[:2]]]
    mask = keras.ops.ones(sizes[:2], "bool") if given["lengths"] else None
    state, weights = [], []
    for k in range(given["layers"]):
        top = k == given["layers"] - 1
        options = {"return_sequences": given["return_sequences"] or not top}
        if given["cell"] == "gru":
            options["reset_after"] = given["reset_after"]
        layer = LAYERS[given["cell"]](given["units"], return_state=True, **options)
        if both:
            mode = {"none": None}.get(given["merge"], given["merge"])
            layer = keras.layers.Bidirectional(layer, mode if top else "concat")
        results = layer(x, mask=mask)
        apart = both and top and given["merge"] == "none"
        outputs, ends = results[: 1 + apart], results[1 + apart :]
        x = outputs[0]
        parts = ("h",) if given["cell"] in ("rnn", "gru") else ("h", "c")
        ways = ("_fw", "_bw") if both else ("",)
        nth = f"_{k}" if given["layers"] > 1 else ""
        names = [part + way + nth for way in ways for part in parts]
        state += [[n, list(e.shape)] for n, e in zip(names, ends, strict=True)]
        weights += [[weight.path, list(weight.shape)] for weight in layer.weights]
    shape = list(outputs[0].shape)
    if given["time_major"] and given["return_sequences"]:
        shape[:2] = shape[1::-1]
    name = "output" if given["return_sequences"] and len(outputs) > 1 else "last"
    names = [f"{name}_fw", f"{name}_bw"] if len(outputs) > 1 else [name]
    if given["return_sequences"] and len(outputs) == 1:
        names = ["outputs"]
    return {
        "input": inputs,
        "outputs": [[name, shape] for name in names],
        "state": state if given["return_state"] else [],
        "weights": weights,
    }


# --- the lines that it shows


@pytest.mark.slow
def test_the_lines_of_keras_give_what_is_shown(shown):
    for given, answer in list(zip(SETTINGS, shown, strict=True))[::10]:
        keras.utils.clear_session(free_memory=False)
        names = run(answer["keras"])
        layers = [v for v in names.values() if isinstance(v, keras.layers.Layer)]
        weights = [[w.path, list(w.shape)] for layer in layers for w in layer.weights]
        assert weights == answer["keras"]["weights"], given


@pytest.mark.slow
def test_in_the_lines_of_keras_h_is_the_last_output(shown):
    wanted = {"directions": "forward", "layers": 1, "return_state": True}
    wanted |= {"return_sequences": False, "cell": "lstm"}
    pairs = zip(SETTINGS, shown, strict=True)
    found = [answer for given, answer in pairs if wanted.items() <= given.items()]
    assert found
    for answer in found:
        code = answer["keras"]["code"].replace("ops.zeros", "random.normal")
        names = run({**answer["keras"], "code": code})
        assert np.array_equal(names["h"], names["last"])
        assert not np.array_equal(names["c"], names["last"])


@pytest.mark.slow
def test_the_lines_of_tensorflow_1_run_today(shown):
    for given, answer in list(zip(SETTINGS, shown, strict=True))[:30]:
        with tf1.Graph().as_default():
            today = answer["tf1"]["code"].replace(
                "import tensorflow as tf", "import tensorflow.compat.v1 as tf"
            )
            run({**answer["tf1"], "code": today})
            weights = {v.op.name: v.shape.as_list() for v in tf1.trainable_variables()}
        assert weights == dict(answer["tf1"]["weights"]), given


def run(world):
    """Run the lines of a world; each row's name must be there and have its shape."""
    names = {}
    exec(world["code"], names)
    for name, shape in world["input"] + world["outputs"] + world["state"]:
        assert list(eval(name, names).shape) == shape, (name, world["code"])
    return names


@pytest.mark.slow
def test_no_line_is_wider_than_a_page(shown):
    lines = {
        line for a in shown for world in WORLDS for line in a[world]["code"].split("\n")
    }
    assert max(map(len, lines)) <= 88


# --- the piece in a page


def row(page, world, name):
    section = page.get_by_role("region", name=world, exact=True)
    found = section.get_by_role("row").filter(
        has=page.get_by_role("rowheader", name=name, exact=True)
    )
    return found.get_by_role("cell").all_inner_texts()


@pytest.mark.slow
def test_the_form_changes_tables_code_and_address(open_piece):
    page = open_piece()
    status = page.get_by_role("status")
    assert status.inner_text() == (
        "Weights: 68,608 in TensorFlow 1, 68,608 in Keras 3, 69,120 in PyTorch."
    )
    kernel = "lstm/lstm_cell/kernel"
    assert row(page, "Keras 3", kernel) == ["(5, 512)", "2,560"]
    page.get_by_label("Units").fill("7")
    assert row(page, "Keras 3", kernel) == ["(5, 28)", "140"]
    assert page.url.endswith("#shapes?units=7")
    page.get_by_label("Directions").select_option("both")
    page.get_by_label("merge_mode").select_option("None")
    page.get_by_label("return_sequences").press("Space")
    assert row(page, "PyTorch", "last_bw") == ["(32, 7)"]
    assert (
        "merge_mode=None"
        in page.get_by_label("Code for Keras 3", exact=True).inner_text()
    )
    assert page.url.endswith(
        "#shapes?units=7&directions=both&merge=none&return_sequences=false"
    )
    page.get_by_role("button", name="Start again").click()
    assert row(page, "Keras 3", kernel) == ["(5, 512)", "2,560"]
    assert page.url.endswith("#shapes")


@pytest.mark.slow
def test_a_link_brings_its_settings_and_the_piece_into_view(open_piece):
    link = "#shapes?cell=gru&units=6&batch=2&reset_after=false&layers=99&time=x&odd=1"
    page = open_piece(link)
    assert row(page, "Keras 3", "h_0") == ["(2, 6)"]
    assert page.get_by_label("reset_after").is_checked() is False
    assert page.get_by_label("Layers").input_value() == "8"  # the most
    assert page.get_by_label("Time", exact=True).input_value() == "40"
    assert page.evaluate("scrollY") > 0
    page.evaluate("location.hash = '#shapes?cell=rnn&units=3'")
    page.wait_for_function("document.querySelector('[name=units]').value === '3'")


@pytest.mark.slow
def test_its_place_gives_settings_and_the_copied_link_leads_to_its_page(open_piece):
    page = open_piece(settings="units=5&amp;layers=2", caption=CAPTION)
    page.get_by_label("Batch").fill("9")
    assert "#" not in page.url
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("is copied[.]$"))
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "https://a.test/play.html#shapes?units=5&layers=2&batch=9"
    page.get_by_role("button", name="Start again").click()
    assert page.get_by_label("Batch").input_value() == "32"
    assert page.get_by_label("Units").input_value() == "5"


@pytest.mark.slow
@pytest.mark.parametrize("world", ["TensorFlow 1", "Keras 3", "PyTorch"])
def test_the_code_can_be_copied(open_piece, world):
    page = open_piece("#shapes?units=7")
    page.get_by_role("button", name=f"Copy the code for {world}").click()
    expect(page.get_by_role("status")).to_have_text(f"The code for {world} is copied.")
    code = page.get_by_label(f"Code for {world}", exact=True).text_content()
    assert page.evaluate("navigator.clipboard.readText()") == code
    assert "7" in code


@pytest.mark.slow
def test_what_does_not_apply_cannot_be_set(open_piece):
    page = open_piece()
    for label, enabling in [
        ("merge_mode", ("Directions", "both")),
        ("reset_after", ("Cell", "gru")),
    ]:
        assert page.get_by_label(label).is_disabled()
        page.get_by_label(enabling[0]).select_option(enabling[1])
        assert page.get_by_label(label).is_enabled()
    assert page.get_by_label("Projection").is_disabled()


@pytest.mark.slow
def test_its_notes_lead_to_sections_that_exist(shown):
    links = {
        n["link"] for a in shown for w in WORLDS for n in a[w]["notes"] if "link" in n
    }
    assert links
    for link in links:
        page, _, anchor = link.partition(".html#")
        notebook = files.read(*files.chapters(page))
        headings = re.findall(
            r"^#+ (.+)$", "\n".join(c.source for c in notebook.cells), re.MULTILINE
        )
        assert anchor in {heading.lower().replace(" ", "-") for heading in headings}


# --- the chapters' links to it


def links():
    """Give the links in the chapters, each with what the cell before it printed."""
    for path in files.chapters():
        printed = ""
        for cell in files.read(path).cells:
            if cell.cell_type == "code":
                printed = "".join(o.get("text", "") for o in cell.outputs)
                continue
            for found in A_LINK.finditer(cell.source):
                yield pytest.param(found[1], printed, id=f"{path.stem}: {found[1]}")


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "printed"), list(links()))
def test_a_chapter_s_link_shows_the_shapes_printed_before_it(
    browser, settings, printed
):
    page = browser.new_page()
    page.set_content("<title>Shapes</title>")
    for script in SCRIPTS[:2]:
        page.add_script_tag(path=script)
    given = page.evaluate("text => shapesAcrossEras.settingsFrom(text)", settings)
    for name, value in parse_qsl(settings):
        assert str(given[name]) == value or json.dumps(given[name]) == value
    answer = page.evaluate("given => shapesAcrossEras.shapesOf(given)", given)
    shapes_shown = {
        tuple(shape)
        for world in WORLDS
        for part in shapes.PARTS
        for _, shape in answer[world][part]
    }
    real = {eval(shape) for shape in SHAPE.findall(printed)}
    assert real
    assert real <= shapes_shown
    page.close()


def test_the_chapters_of_the_api_link_to_it():
    linking = {case.id[:2] for case in links()}
    assert linking >= {"05", "06", "07", "08"}
