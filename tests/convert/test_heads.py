"""The layers around a network: found, named, refused; and cells under other names."""

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import keras
import numpy as np

from book.convert import __main__ as command
from book.convert import back, converting
from book.convert.finding import find
from book.convert.graph import Decision
from book.convert.heads import around
from book.convert.reading import ConversionError, read
from book.data import tf1

random = np.random.default_rng(0)
LSTM = "rnn/basic_lstm_cell"


def array(*shape):
    return random.normal(size=shape).astype("float32")


CELL = {f"{LSTM}/kernel": array(7, 16), f"{LSTM}/bias": array(16)}  # 3 features


def heads(more, **options):
    found = find(CELL | more)
    linear = Decision("linear", "the default")
    return around(found.networks[0], found.others, lambda kernel: linear, **options)


DENSE = {"dense/kernel": array(4, 2), "dense/bias": array(2)}
TWO = DENSE | {"dense_1/kernel": array(2, 5), "dense_1/bias": array(5)}


def test_a_single_dense_layer_that_fits_is_taken():
    (layer,) = heads(DENSE).dense
    assert layer.name == "dense"
    assert layer.names == ("dense/kernel", "dense/bias")


@pytest.mark.parametrize(
    ("name", "kernel", "bias"),
    [
        ("out", "out/weights", "out/biases"),
        ("out", "out/Matrix", "out/Bias"),
        ("out", "out/W", "out/b"),
        ("rnnlm/softmax_w", "rnnlm/softmax_w", "rnnlm/softmax_b"),
        ("W", "W", "b"),
    ],
)
def test_under_other_names_too(name, kernel, bias):
    more = dict(zip((kernel, bias), DENSE.values(), strict=True))
    (layer,) = heads(more).dense
    assert layer.name == name
    assert layer.names == (kernel, bias)


def test_a_name_that_only_ends_so_is_no_pair():
    assert heads({"new": array(4, 2), "neb": array(2)}).dense == ()


@pytest.mark.parametrize(
    "more",
    [
        TWO,  # which comes first is not known
        {"dense/kernel": array(5, 2), "dense/bias": array(2)},  # 5 rows, 4 outputs
        {"dense/kernel": array(4, 2), "dense/bias": array(3)},
        {"conv/kernel": array(3, 3, 4, 4), "conv/bias": array(4)},
        {"dense/kernel": array(4, 2)},  # by itself it could be anything
    ],
)
def test_others_are_left_alone(more):
    assert heads(more).dense == ()


def test_several_are_named_from_the_bottom_to_the_top():
    found = heads(TWO, dense=["dense", "dense_1"]).dense
    assert [layer.kernel.shape for layer in found] == [(4, 2), (2, 5)]
    with pytest.raises(ConversionError, match=r"dense_1/kernel has .*Expected 4 rows"):
        heads(TWO, dense=["dense_1"])


def test_a_layer_without_bias():
    (layer,) = heads({"W": array(4, 2)}, dense=["W"]).dense
    assert layer.bias is None
    assert layer.weights == [layer.kernel]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("output", "no dense layer 'output'. Expected one of dense"),
        ("dense/bias", r"dense/bias \(2,\) are no dense layer's"),
        ("dense/kernel,table", r"dense/kernel \(4, 2\), table \(9, 3\) are no dense"),
        ("a,b,c", "or the names of its two variables"),
    ],
)
def test_names_that_are_no_dense_layer(names, message):
    with pytest.raises(ConversionError, match=message):
        heads(DENSE | {"table": array(9, 3)}, dense=[names])


def test_an_embedding_by_its_name_and_width():
    assert heads({"word_embeddings": array(9, 3)}).embedding.name == "word_embeddings"
    assert heads({"embedding": array(9, 5)}).embedding is None  # 5 columns, 3 inputs
    assert heads({"embed": array(9, 3), "embed_1": array(9, 3)}).embedding is None
    assert heads({"table": array(9, 3)}).embedding is None
    assert heads({"table": array(9, 3)}, embedding="table").embedding.name == "table"
    with pytest.raises(ConversionError, match=r"table is \(9, 5\). Expected .*, 3\)"):
        heads({"table": array(9, 5)}, embedding="table")
    with pytest.raises(ConversionError, match="nothing is not in the file"):
        heads({}, embedding="nothing")


# --- cells that their program has named

NAMED = {"rnn/reader/kernel": array(7, 16), "rnn/reader/bias": array(16)}


def test_a_cell_that_is_named():
    assert find(NAMED).networks == ()
    (network,) = find(NAMED, {"rnn/reader": "LSTM"}).networks
    assert network.scope == "rnn"
    assert network.layers[0][0].units == 4
    with pytest.raises(ConversionError, match="has no .*gates/bias"):
        find(NAMED, {"rnn/reader": "GRU"})
    with pytest.raises(ConversionError, match="said to be a 'lstm'. Expected one of"):
        find(NAMED, {"rnn/reader": "lstm"})
    with pytest.raises(ConversionError, match="There is no cell rnn/writer"):
        find(NAMED, {"rnn/writer": "LSTM"})


def saved(folder, variables):
    back.save(variables, folder / "old")
    return str(folder / "old")


def test_the_command_says_what_could_be_a_cell(tmp_path, capsys):
    path = saved(tmp_path, NAMED)
    assert command.main(["inspect", path]) == 1
    assert "say so: --cell rnn/reader=LSTM" in capsys.readouterr().err
    assert command.main(["inspect", path, "--cell", "rnn/reader"]) == 1
    assert "expected SCOPE=KIND" in capsys.readouterr().err
    assert command.main(["inspect", path, "--cell", "rnn/reader=LSTM"]) == 0
    assert "layer 0: LSTM, 3 → 4  (rnn/reader)" in capsys.readouterr().out


def test_fully_connected_is_relu_unless_the_graph_says_otherwise(tmp_path, capsys):
    rest = {"fully_connected/weights": array(4, 2), "fully_connected/biases": array(2)}
    path = saved(tmp_path, CELL | rest)
    command.main(["inspect", path])
    assert "dense fully_connected: 4 → 2; activation relu (the default)" in (
        capsys.readouterr().out
    )
    command.main(["inspect", path, "--dense-activation", "linear"])
    assert "activation linear (an option)" in capsys.readouterr().out


# --- several networks in a file


def two_networks(folder, name):
    """Save an encoder and a decoder of the same size, and one dense layer."""
    found = {}
    for scope in ("encoder/rnn", "decoder/rnn"):
        found[f"{scope}/basic_lstm_cell/kernel"] = array(7, 16)
        found[f"{scope}/basic_lstm_cell/bias"] = array(16)
    found |= {f"{name}/kernel": array(4, 2), f"{name}/bias": array(2)}
    return saved(folder, found)


@pytest.mark.parametrize(
    ("name", "owner"), [("decoder/dense", "decoder/rnn"), ("dense", None)]
)
def test_a_dense_layer_belongs_to_the_nearest_network(name, owner, tmp_path):
    plan = converting.plan(two_networks(tmp_path, name))
    owners = [scope for scope, its in plan.heads.items() if its.dense]
    assert owners == ([owner] if owner else [])
    plan = converting.plan(plan.source.path, network="encoder/rnn", dense=[name])
    assert [layer.name for layer in plan.heads["encoder/rnn"].dense] == [name]


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ("encoder/embedding_wrapper", "changes a cell's inputs"),
        ("encoder/attention_wrapper", "looks back with attention"),
    ],
)
def test_a_refused_network_leaves_the_others(scope, reason, tmp_path, capsys):
    refused = {f"{scope}/basic_lstm_cell/kernel": array(7, 16)}
    refused[f"{scope}/basic_lstm_cell/bias"] = array(16)
    path = saved(tmp_path, CELL | refused)
    plan = converting.plan(path)
    assert [network.scope for network in plan.found.networks] == ["rnn"]
    assert list(plan.found.refused) == [scope]
    assert f"refused: {scope}: {scope}" in converting.report(plan)
    assert command.main(["inspect", path, "--network", scope]) == 1
    assert reason in capsys.readouterr().err
    with pytest.raises(ConversionError, match=reason):
        find(refused)


# --- the way back


def test_embedding_and_dense_go_back(tmp_path):
    L = keras.layers
    model = keras.Sequential(
        [
            keras.Input((None,)),
            L.Embedding(9, 3),
            L.LSTM(4),
            L.BatchNormalization(name="norm"),
            L.Dense(2, "relu"),
            L.Dense(5),
        ]
    )
    found = back.variables_of(model)
    shapes = {name: array.shape for name, array in found.items()}
    assert shapes == {
        "embedding": (9, 3),
        f"{LSTM}/kernel": (7, 16),
        f"{LSTM}/bias": (16,),
        "dense/kernel": (4, 2),
        "dense/bias": (2,),
        "dense_1/kernel": (2, 5),
        "dense_1/bias": (5,),
    }
    assert back.left_out(model) == ["norm"]
    model.save(tmp_path / "new.keras")
    out = str(tmp_path / "old")
    assert command.main(["to-tf1", str(tmp_path / "new.keras"), out]) == 0
    assert sorted(read(out).variables) == sorted(found)


LIKE = [
    name
    for name in tf1.layouts()
    if name not in ("coupled_gates", "nas_cell", "encoder_decoder", "half")
]


@pytest.mark.parametrize("name", LIKE)
def test_like_the_old_file(name, tmp_path):
    """Each weight of the model changed, every variable of the network changes so."""
    path, _ = tf1.unpack(name, tmp_path)
    plan = converting.plan(path)
    model = converting.to_keras(plan)
    same = back.like(model, plan)
    old = plan.source.variables
    assert set(same) == set(old)
    for variable, values in old.items():
        assert same[variable].dtype == values.dtype
        if not variable.endswith("Average"):
            np.testing.assert_allclose(same[variable], values, rtol=0, atol=1e-6)
    model.set_weights([weight + 0.25 for weight in model.get_weights()])
    back.save(back.like(model, plan), tmp_path / "changed")
    told = next(iter(plan.decisions.values()))
    del told["residual"]  # of some layers only; an option is for all
    options = {key: decision.value for key, decision in told.items()}
    options["dense_activation"] = "linear"
    if name == "stacked_residual":
        return
    new = converting.to_keras(converting.plan(tmp_path / "changed", **options))
    (kind,) = set(model.input) - {"mask"}
    x = array(2, 6, 3) if kind == "x" else np.array([[0, 6, 3, 3], [1, 2, 4, 5]])
    wanted, found = (each({kind: x, "mask": None}) for each in (model, new))
    for key in wanted:
        np.testing.assert_allclose(found[key], wanted[key], rtol=0, atol=1e-5)


def test_the_averages_follow(tmp_path):
    path, _ = tf1.unpack("moving_averages", tmp_path)
    plan = converting.plan(path)
    new = back.like(converting.to_keras(plan), plan)
    average = new[f"{LSTM}/kernel/ExponentialMovingAverage"]
    np.testing.assert_array_equal(average, new[f"{LSTM}/kernel"])


def test_models_that_are_not_like_it(tmp_path):
    path, _ = tf1.unpack("stacked", tmp_path)
    plan = converting.plan(path)
    one = keras.Sequential([keras.Input((None, 3)), keras.layers.LSTM(4)])
    with pytest.raises(ConversionError, match="has 1 layers forwards and 0 backwards"):
        back.like(one, plan)
    L = keras.layers
    two = [L.LSTM(4, return_sequences=True), L.GRU(5)]
    with pytest.raises(ConversionError, match="gru.* is a GRU, reset after. Expected"):
        back.like(keras.Sequential([keras.Input((None, 3)), *two]), plan)
    two = [L.LSTM(4, return_sequences=True), L.LSTM(6)]
    with pytest.raises(ConversionError, match=r"Expected \(9, 20\), as in"):
        back.like(keras.Sequential([keras.Input((None, 3)), *two]), plan)
    path, _ = tf1.unpack("embedding_and_dense", tmp_path)
    with pytest.raises(ConversionError, match="The model has no layer dense"):
        back.like(one, converting.plan(path))


def test_the_command_writes_like_the_old_file(tmp_path, capsys):
    path, _ = tf1.unpack("embedding_and_dense", tmp_path)
    new, out = str(tmp_path / "new.keras"), str(tmp_path / "out")
    assert command.main(["to-keras", str(path), new]) == 0
    assert command.main(["to-tf1", new, out, "--like", str(path)]) == 0
    assert f"what optimizers kept too, is that of {path}" in capsys.readouterr().out
    old = read(path).variables
    for name, values in read(out).variables.items():
        np.testing.assert_allclose(values, old[name], rtol=0, atol=1e-6)
