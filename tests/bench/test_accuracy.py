import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import tensorflow as tf

from book.bench import accuracy
from book.bench.accuracy import DESIGNS, Design
from book.data.mnist import Mnist

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


@pytest.mark.parametrize(
    "design",
    [
        Design("LSTM", "published", "LSTM", (10,), epochs=2),
        Design("LSTM", "fixed", "LSTM", (8,), epochs=2),
        Design("LSTM", "today", "LSTM", (8,), epochs=3),
    ],
)
def test_a_training_gives_a_row_and_the_same_one_again(design, data):
    first, again = (accuracy.trained(design, 5, data) for _ in range(2))
    assert list(first) == accuracy.COLUMNS
    assert first["seconds"] > 0
    assert 0 <= first["test"] <= 1
    assert first["test"] == again["test"]
    assert first["parameters"] == sum(w.size for w in accuracy.draw(design, 5))


def test_a_table_broken_off_goes_on_where_it_stood(monkeypatch, tmp_path):
    kept, asked = tmp_path / "new" / "rows.csv", []

    def trained(design, seed, data):
        asked.append((design.network, seed))
        if len(asked) == 3:
            raise KeyboardInterrupt
        row = (design.network, design.kind, seed, 7, design.epochs, 1.5, 0.25)
        return dict(zip(accuracy.COLUMNS, row, strict=True))

    monkeypatch.setattr(accuracy, "trained", trained)
    designs = [BY_NAME["LSTM", "fixed"], BY_NAME["GRU", "fixed"]]
    with pytest.raises(KeyboardInterrupt):
        accuracy.measure(designs, [0, 1], None, kept)
    table = accuracy.measure(designs, [0, 1], None, kept)
    assert asked == [("LSTM", 0), ("LSTM", 1), ("GRU", 0), ("GRU", 0), ("GRU", 1)]
    assert list(table.columns) == accuracy.COLUMNS
    assert table[["network", "seed"]].to_numpy().tolist() == [
        ["LSTM", 0],
        ["LSTM", 1],
        ["GRU", 0],
        ["GRU", 1],
    ]


def test_a_design_that_changed_is_trained_anew(monkeypatch, tmp_path):
    asked = []

    def trained(design, seed, data):
        asked.append(design.epochs)
        row = (design.network, design.kind, seed, 7, design.epochs, 1.5, 0.25)
        return dict(zip(accuracy.COLUMNS, row, strict=True))

    monkeypatch.setattr(accuracy, "trained", trained)
    design, kept = BY_NAME["LSTM", "fixed"], tmp_path / "rows.csv"
    for epochs in (10, 10, 11):
        table = accuracy.measure([design._replace(epochs=epochs)], [0], None, kept)
        assert table.epochs.tolist() == [epochs]
    assert asked == [10, 11]
