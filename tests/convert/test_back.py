"""From Keras to TensorFlow 1: the way back gives the variables that were read."""

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import keras
import numpy as np
import tensorflow as tf

from book.convert import __main__ as command
from book.convert import back, converting
from book.convert.finding import find
from book.convert.reading import ConversionError, read
from book.data import tf1

LAYOUTS = [
    "basic_lstm",
    "basic_lstm_forget_bias_0",
    "lstm_cell_peepholes",
    "lstm_cell_projection",
    "lstm_cell_peepholes_projection",
    "gru_cell",
    "basic_rnn",
    "layer_norm_lstm",
    "cudnn_gru",
    "stacked",
    "stacked_three",
    "stacked_gru",
    "stacked_mixed",
    "bidirectional",
    "bidirectional_gru",
    "bidirectional_stacked",
    "stack_bidirectional",
]
RENAMED = {"cudnn_gru": "cudnn_gru/rnn/multi_rnn_cell/cell_0"}


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_there_and_back(name, version, tmp_path):
    path, _ = tf1.unpack(name, tmp_path, version=version)
    plan = converting.plan(path)
    bias = 0.0 if name.endswith("forget_bias_0") else 1.0
    model = converting.to_keras(plan)
    found = back.variables_of(model, RENAMED.get(name), bias)
    old = plan.source.variables
    assert set(found) == set(old)
    for variable, array in old.items():
        np.testing.assert_allclose(found[variable], array, rtol=0, atol=1e-6)


def test_a_written_checkpoint_is_read(tmp_path):
    model = keras.Sequential([keras.Input((None, 3)), keras.layers.LSTM(4)])
    variables = back.variables_of(model, "encoder")
    back.save(variables, tmp_path / "old.ckpt")
    names = sorted(entry.name for entry in tmp_path.iterdir())
    assert names == ["old.ckpt.data-00000-of-00001", "old.ckpt.index"]
    found = read(tmp_path / "old.ckpt").variables
    assert sorted(found) == [f"encoder/basic_lstm_cell/{x}" for x in ("bias", "kernel")]
    assert find(found).networks[0].scope == "encoder"
    with pytest.raises(ConversionError, match="is there already. Name another"):
        back.save(variables, tmp_path / "old.ckpt")


def test_layers_of_keras_own(tmp_path):
    L = keras.layers
    model = keras.Sequential(
        [
            keras.Input((None, 3)),
            L.Bidirectional(L.LSTM(4, return_sequences=True)),
            L.Bidirectional(L.LSTM(5)),
            L.Dense(2),
        ]
    )
    x = np.random.default_rng(0).normal(size=(2, 6, 3)).astype("float32")
    back.save(back.variables_of(model), tmp_path / "old")
    again = converting.to_keras(converting.plan(tmp_path / "old"))
    old = again({"x": x, "mask": None})
    last = np.concatenate([old["h_1_fw"], old["h_1_bw"]], axis=1)
    np.testing.assert_allclose(model.layers[-1](last), model(x), rtol=0, atol=1e-6)


def test_models_that_cannot_go_back(tmp_path):
    with pytest.raises(ConversionError, match="has no recurrent layer"):
        back.variables_of(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]))
    cell = keras.layers.StackedRNNCells([keras.layers.LSTMCell(2)])
    model = keras.Sequential([keras.Input((None, 3)), keras.layers.RNN(cell)])
    with pytest.raises(ConversionError, match="StackedRNNCells, which is like none"):
        back.variables_of(model)
    with pytest.raises(ConversionError, match="ends in .keras"):
        back.load(tmp_path / "model.ckpt")
    (tmp_path / "bad.keras").write_bytes(b"not a model")
    with pytest.raises(ConversionError, match="cannot be loaded"):
        back.load(tmp_path / "bad.keras")


def test_the_command(tmp_path, capsys):
    path, _ = tf1.unpack("stacked", tmp_path)
    new, old = tmp_path / "new.keras", tmp_path / "old"
    assert command.main(["to-keras", str(path), str(new)]) == 0
    assert command.main(["to-tf1", str(new), str(old)]) == 0
    assert "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel (9, 20)" in (
        capsys.readouterr().out
    )
    for name, array in read(path).variables.items():
        found = tf.train.load_variable(str(old), name)
        np.testing.assert_allclose(found, array, rtol=0, atol=1e-6)
