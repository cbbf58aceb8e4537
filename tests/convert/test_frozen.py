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
    if name not in {*REFUSED, "encoder_decoder"}
]


def expected(example, found):
    """Give what TensorFlow 1 gave, under the names of the model's outputs."""
    old = {key.removeprefix("results/"): a for key, a in example.items()}
    wanted = {name: _one(old, name.split("_"), found) for name in found}
    return {name: array for name, array in wanted.items() if array is not None}


def _one(old, name, found):
    if name[0] == "dense":  # TensorFlow 1 had it read the last state only
        return old["[2]"] if name[1] == "h" else None
    part, way = name[0], {"fw": 0, "bw": 1}.get(name[-1])
    if part == "outputs":
        if way is None:
            return old["[0]"]
        if f"[0][{way}]" in old:
            return old[f"[0][{way}]"]
        return np.split(old["[0]"], 2, axis=2)[way]  # static: both side by side
    layer = int(name[1])
    start = "[1]" if way is None else f"[1][{way}]"
    if start in old and "c_1" in found:  # one tensor: c, h, c, h
        cut = 2 * sum(found[f"c_{n}"].shape[1] for n in range(layer))
        units = found[f"c_{layer}"].shape[1]
        cut += units * (part == "h")
        return old[start][:, cut : cut + units]
    places = f"{start}[{layer}].{part}", f"{start}.{part}", f"{start}[{layer}]", start
    return next(old[place] for place in places if place in old)


def run(model, example):
    """Give what a model makes of an example, outputs zero past the lengths; a mask."""
    (kind,) = set(model.input) - {"mask"}
    x = example.get(f"inputs/{kind}")
    if x is None:  # the network alone, without the embedding below
        x = example["variables/embedding"][example["inputs/ids"]]
    lengths = example.get("inputs/lengths", np.full(len(x), x.shape[1]))
    mask = np.arange(x.shape[1]) < lengths[:, None]
    results = model({kind: x.astype(model.input[kind].dtype), "mask": mask})
    return {
        name: np.asarray(a) * (mask[..., None] if "outputs" in name else 1)
        for name, a in results.items()
    }, mask


@pytest.mark.parametrize(("version", "kind", "name"), CASES)
def test_a_model_gives_what_tensorflow_1_gave(version, kind, name, tmp_path):
    path, example = tf1.unpack(name, tmp_path, kind, version)
    plan = converting.plan(path)
    found, mask = run(converting.to_keras(plan), example)
    within = 5e-3 if name == "half" else 1e-5  # 16 bits keep three digits
    for key, array in expected(example, found).items():
        array = array * mask[..., None] if "outputs" in key else array
        np.testing.assert_allclose(found[key], array, rtol=0, atol=within, err_msg=key)


HEADS = {  # what is found without being told, and what has to be named
    "embedding_and_dense": ("embedding", ["dense"], {}),
    "fully_connected": (None, ["fully_connected"], {}),
    "own_dense": (None, ["softmax_w"], {}),
}


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("name", HEADS)
def test_embedding_and_dense_layers_come_along(name, version, tmp_path):
    path, example = tf1.unpack(name, tmp_path, version=version)
    embedding, dense, options = HEADS[name]
    plan = converting.plan(path, **options)
    (heads,) = plan.heads.values()
    assert (heads.embedding and heads.embedding.name) == embedding
    assert [layer.name for layer in heads.dense] == dense
    assert {layer.activation for layer in heads.dense} == {
        converting.Decision("linear", "the graph")
    }
    converting.save(converting.to_keras(plan), tmp_path / "new.keras")
    model = keras.models.load_model(tmp_path / "new.keras")
    found, _ = run(model, example)
    answer = example["results/[2]"]
    np.testing.assert_allclose(found["dense_h"], answer, rtol=0, atol=1e-5)
    outputs = example["results/[0]"]
    kernel, bias = model.get_layer(dense[0]).get_weights()
    lengths = example["inputs/lengths"]
    mask = (np.arange(outputs.shape[1]) < lengths[:, None])[..., None]
    by_step = (outputs @ kernel + bias) * mask
    np.testing.assert_allclose(found["dense_outputs"], by_step, rtol=0, atol=1e-5)


@pytest.mark.parametrize("version", tf1.VERSIONS)
def test_of_two_networks_one_is_named(version, tmp_path):
    path, example = tf1.unpack("encoder_decoder", tmp_path, version=version)
    plan = converting.plan(path)
    with pytest.raises(
        ConversionError, match="name the one .*: decoder/rnn, encoder/rnn"
    ):
        converting.to_keras(plan)
    with pytest.raises(ConversionError, match="none called 'rnn'"):
        converting.to_keras(plan, "rnn")
    encoder = converting.to_keras(plan, "encoder/rnn")
    decoder = converting.to_keras(plan, "decoder/rnn").get_layer("layer_0")
    state, _ = run(encoder, example)
    x = example["inputs/x"]
    outputs, h, c = decoder(x, initial_state=[state["h_0"], state["c_0"]])
    for new, old in ((outputs, "[0]"), (h, "[1].h"), (c, "[1].c")):
        np.testing.assert_allclose(new, example[f"results/{old}"], rtol=0, atol=1e-5)


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_cell_without_successor_is_refused(name, version, tmp_path):
    path, _ = tf1.unpack(name, tmp_path, version=version)
    with pytest.raises(ConversionError, match="that Keras has no counterpart of"):
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


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("name", tf1.layouts())
def test_only_the_residual_layers_are_found_residual(name, version, tmp_path):
    path, _ = tf1.unpack(name, tmp_path, version=version)
    try:
        plan = converting.plan(path)
    except ConversionError:
        assert name in REFUSED
        return
    found = [told["residual"].value for told in plan.decisions.values()]
    wanted = [name == "stacked_residual" and n > 0 for n in range(len(found))]
    assert found == wanted
