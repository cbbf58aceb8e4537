import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import tensorflow as tf

from book.bench import __main__ as command
from book.bench import accuracy, tables
from book.bench.accuracy import DESIGNS, Design
from book.data import benchmarks, mnist
from book.data.mnist import Mnist
from book.taught import cells

V1 = tf.compat.v1
BY_NAME = {(design.network, design.kind): design for design in DESIGNS}


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (6, 28, 28)).astype(np.uint8)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(1)
    x = rng.integers(0, 256, (2 * accuracy.BATCH, 28, 28)).astype(np.uint8)
    y = rng.integers(0, 10, len(x)).astype(np.uint8)
    return Mnist(x, y, x[:20], y[:20])


def old_logits(cells, images, weights, upwards=None):
    """Give the logits of the article's own graph, with these weights."""
    with tf.Graph().as_default(), V1.Session() as session:
        x = tf.constant(images.astype(np.float32))
        if upwards is None:
            outputs, _ = V1.nn.dynamic_rnn(cells, x, dtype=tf.float32)
        else:
            pair, _ = V1.nn.bidirectional_dynamic_rnn(
                cells, upwards, x, dtype=tf.float32
            )
            outputs = pair[0] + pair[1]
        session.run(V1.global_variables_initializer())
        for variable, value in zip(V1.trainable_variables(), weights, strict=True):
            variable.load(value, session)
        return session.run(outputs[:, -1])


def stack(kind, units):
    rnn = V1.nn.rnn_cell
    cell = {"LSTM": rnn.BasicLSTMCell, "GRU": rnn.GRUCell}[kind]
    return rnn.MultiRNNCell([cell(n) for n in units])


@pytest.mark.parametrize("name", ["LSTM", "GRU", "BiLSTM", "deep BiLSTM"])
def test_published_networks_are_the_articles(name, images):
    design = BY_NAME[name, "published"]
    weights = accuracy.draw(design, seed=3)
    cells = [stack(design.cell, design.units) for _ in range(2)]
    upwards = cells[1] if design.both_ways else None
    expected = old_logits(cells[0], images, weights, upwards)
    found = accuracy.logits_of(design, weights, images)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_fixed_ones_read_all_rows_both_ways(images):
    design = BY_NAME["BiLSTM", "fixed"]
    weights = accuracy.draw(design, seed=3)
    first_row = images.copy()
    first_row[:, 0] = 255 - first_row[:, 0]
    last_row = images.copy()
    last_row[:, -1] = 255 - last_row[:, -1]
    before = accuracy.logits_of(design, weights, images)
    for changed in (first_row, last_row):
        after = accuracy.logits_of(design, weights, changed)
        assert np.abs(after - before).max() > 1e-3
    assert accuracy.logits_of(design, weights, images).shape == (6, 10)


def test_pixels_are_read_row_after_row(images):
    design = Design("LSTM", "fixed", "LSTM", (4,), features=1)
    weights = accuracy.draw(design, seed=3)
    kernel, bias, dense, dense_bias = weights
    assert kernel.shape == (1 + 4, 16)
    pixels = images.reshape(6, 784, 1).astype(np.float32) / 255
    expected = cells.lstm(pixels, kernel, bias)[:, -1] @ dense + dense_bias
    found = accuracy.logits_of(design, weights, images)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_chrono_units_forget_after_one_step_to_all():
    (design,) = accuracy.PIXELS
    _, bias, *_ = accuracy.draw(design, seed=3)
    i, j, f, o = np.split(bias, 4)
    kept = 1 / (1 + np.exp(-(f + 1)))  # the forget gate of a state of zeros
    lasting = 1 / (1 - kept)  # steps until a value has fallen to 1/e, about
    assert 1 < lasting.min() < 100
    assert 600 < lasting.max() < 785
    np.testing.assert_allclose(i, -(f + 1), rtol=1e-5)
    assert not np.any([j, o])


@pytest.mark.parametrize(
    "design",
    [
        Design("LSTM", "published", "LSTM", (10,), epochs=2),
        Design("LSTM", "fixed", "LSTM", (8,), epochs=2),
        Design("LSTM", "today", "LSTM", (8,), epochs=3),
        Design("LSTM", "chrono", "LSTM", (3,), epochs=1, features=1),
    ],
)
def test_a_training_gives_a_row_and_the_same_one_again(design, data):
    first, again = (accuracy.trained(design, 5, data) for _ in range(2))
    assert list(first) == accuracy.COLUMNS
    assert first["seconds"] > 0
    assert 0 <= first["test"] <= 1
    assert first["test"] == again["test"]
    assert first["parameters"] == sum(w.size for w in accuracy.draw(design, 5))


@pytest.fixture
def asked(monkeypatch):
    """What was trained: the designs and seeds; the third training is broken off."""
    asked = []

    def trained(design, seed, data):
        asked.append((design.network, design.epochs, seed))
        if len(asked) == 3:
            raise KeyboardInterrupt
        row = (design.network, design.kind, seed, 7, design.epochs, 1.5, 0.25)
        return dict(zip(accuracy.COLUMNS, row, strict=True))

    monkeypatch.setattr(accuracy, "trained", trained)
    return asked


def test_a_table_broken_off_goes_on_where_it_stood(asked, tmp_path):
    kept = tmp_path / "new" / "rows.csv"
    designs = [BY_NAME["LSTM", "fixed"], BY_NAME["GRU", "fixed"]]
    with pytest.raises(KeyboardInterrupt):
        accuracy.measure(designs, [0, 1], None, kept)
    table = accuracy.measure(designs, [0, 1], None, kept)
    trained = [(network, seed) for network, _, seed in asked]
    assert trained == [("LSTM", 0), ("LSTM", 1), ("GRU", 0), ("GRU", 0), ("GRU", 1)]
    assert list(table.columns) == accuracy.COLUMNS
    assert table[["network", "seed"]].to_numpy().tolist() == [
        ["LSTM", 0],
        ["LSTM", 1],
        ["GRU", 0],
        ["GRU", 1],
    ]


def test_a_design_that_changed_is_trained_anew(asked, tmp_path):
    design, kept = BY_NAME["LSTM", "fixed"], tmp_path / "rows.csv"
    for epochs in (10, 10, 11):
        table = accuracy.measure([design._replace(epochs=epochs)], [0], None, kept)
        assert table.epochs.tolist() == [epochs]
    assert asked == [("LSTM", 10, 0), ("LSTM", 11, 0)]


def test_rows_are_kept_until_the_table_is_written(asked, monkeypatch, tmp_path):
    monkeypatch.setattr(tables, "ROOT", tmp_path)
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(benchmarks, "FOLDER", tmp_path)
    monkeypatch.setattr(mnist, "load_official", lambda: None)
    design = BY_NAME["LSTM", "fixed"]
    monkeypatch.setitem(tables.TABLES, "pixels", tables.trained("pixels", [design], 2))
    with monkeypatch.context() as broken:
        broken.setattr(benchmarks, "write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            command.main(["pixels"])
    command.main(["pixels"])
    assert [seed for _, _, seed in asked] == [0, 1]  # once each
    assert benchmarks.load("pixels").seed.tolist() == [0, 1]
    assert not tables.kept_rows("pixels").exists()
