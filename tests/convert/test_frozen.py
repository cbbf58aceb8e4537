"""The converter against what the real TensorFlow 1 saved, and gave, in every layout."""

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import keras
import numpy as np

from book.convert import converting
from book.convert.reading import ConversionError
from book.data import tf1

REFUSED = {"coupled_gates", "nas_cell"}
CASES = [
    (version, kind, name)
    for version in tf1.VERSIONS
    for kind in ("checkpoints", "graphs")
    for name in tf1.layouts(kind, version)
    if name not in REFUSED
]
OPTIONS = {  # what no file says: a Saver renamed the variables, so the graph has others
    "without_meta": {},
}


def ways(example, results):
    """Give the old results under the new names: outputs, states of each layer."""
    states = {key: a for key, a in example.items() if key.startswith("results/[1]")}
    return states


def expected(example, model_outputs):
    """Give what TensorFlow 1 gave, by the names of the model's outputs."""
    old = {key.removeprefix("results/"): a for key, a in example.items()}
    layers = 1 + max(int(key.split("_")[1]) for key in model_outputs if key[1] == "_")
    both = any(key.endswith("_fw") for key in model_outputs)
    found = {}
    for key in model_outputs:
        part, *place = key.split("_")
        way = {"fw": "[0]", "bw": "[1]"}.get(place[-1], "") if both else ""
        if part == "outputs":
            found[key] = old[f"[0]{way}"]
            continue
        layer = f"[{place[0]}]" if layers > 1 or f"[1]{way}[0].c" in old else ""
        if f"[1]{way}[0]" in old and layers == 1 and f"[1]{way}" not in old:
            layer = "[0]"
        names = [f"[1]{way}{layer}.{part}", f"[1]{way}{layer}"]
        if (
            "[1]" in old and old["[1]"].ndim == 2 and layers > 1
        ):  # one tensor: c, h, c, h
            found[key] = flat_state(old["[1]"], int(place[0]), part, model_outputs)
            continue
        found[key] = next(old[name] for name in names if name in old)
    return found


def flat_state(tensor, layer, part, model_outputs):
    """Give a part of a state that is one tensor."""
    start = 2 * sum(model_outputs[f"c_{n}"].shape[1] for n in range(layer))
    units = model_outputs[f"c_{layer}"].shape[1]
    start += units * (part == "h")
    return tensor[:, start : start + units]


def run(model, example):
    """Run a model on an example; give its outputs, zero past the lengths, and states."""
    x = example.get("inputs/x")
    if x is None:
        x = example["variables/embedding"][example["inputs/ids"]]
    lengths = example.get("inputs/lengths", np.full(len(x), x.shape[1]))
    mask = np.arange(x.shape[1]) < lengths[:, None]
    results = model(x.astype(np.float32), mask=mask)
    return {
        name: np.asarray(a) * (mask[..., None] if "outputs" in name else 1)
        for name, a in results.items()
    }, mask


@pytest.mark.parametrize(("version", "kind", "name"), CASES, ids="-".join)
def test_a_model_gives_what_tensorflow_1_gave(version, kind, name, tmp_path):
    path, example = tf1.unpack(name, tmp_path, kind, version)
    plan = converting.plan(path)
    scope = "decoder/rnn" if name == "encoder_decoder" else None
    if scope:
        model = converting.to_keras(plan, "encoder/rnn")
        states, _ = run(model, example)
        model = converting.to_keras(plan, scope)
        pytest.skip("the decoder starts from the encoder's state: see the chapter")
    model = converting.to_keras(plan)
    found, mask = run(model, example)
    wanted = expected(example, found)
    within = 5e-3 if name == "half" else 1e-5  # 16 bits keep three digits
    for key, array in wanted.items():
        if "outputs" in key:
            array = array * mask[..., None]
        np.testing.assert_allclose(found[key], array, rtol=0, atol=within, err_msg=key)


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_cell_without_successor_is_refused(name, version, tmp_path):
    path, _ = tf1.unpack(name, tmp_path, version=version)
    with pytest.raises(
        ConversionError, match="a cell that Keras has no counterpart of"
    ):
        converting.plan(path)


@pytest.mark.parametrize(
    "name",
    [
        "stacked",
        "lstm_cell_peepholes_projection",
        "layer_norm_lstm",
        "cudnn_gru",
        "bidirectional_stacked",
        "stacked_residual",
        "output_projection",
    ],
)
def test_a_saved_model_is_the_same(name, tmp_path):
    path, example = tf1.unpack(name, tmp_path)
    model = converting.to_keras(converting.plan(path))
    converting.save(model, tmp_path / "new.keras")
    loaded = keras.models.load_model(tmp_path / "new.keras")
    before, _ = run(model, example)
    after, _ = run(loaded, example)
    for key, array in before.items():
        np.testing.assert_array_equal(after[key], array)
    assert not list(tmp_path.glob(".*"))
