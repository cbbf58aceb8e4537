"""Each rule of the conversion broken once on purpose: the frozen runs must notice."""

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import numpy as np

from book.convert import converting, layers, models, weights
from book.data import tf1

from . import test_frozen as frozen


def swapped(array, first, second, blocks=4):
    """Give an array with two of its blocks of columns exchanged."""
    parts = np.split(array, blocks, axis=-1)
    parts[first], parts[second] = parts[second], parts[first]
    return np.concatenate(parts, axis=-1)


def after(change):
    """Give a break: what `to_keras` returns is changed."""

    def breaks(monkeypatch):
        right = weights.to_keras

        def wrong(cell, forget_bias):
            return change(right(cell, forget_bias), cell)

        monkeypatch.setattr(models, "to_keras", wrong)

    return breaks


def each_swapped(first, second, blocks=4):
    return after(
        lambda new, cell: (
            [swapped(each, first, second, blocks) for each in new[:3]] + new[3:]
        )
    )


def told(**settings):
    """Give a break: cells are said to have been told something else."""

    def breaks(monkeypatch):
        right = converting._decide

        def wrong(*arguments):
            new = {n: converting.Decision(v, "") for n, v in settings.items()}
            return right(*arguments) | new

        monkeypatch.setattr(converting, "_decide", wrong)

    return breaks


def without_flip(monkeypatch):
    monkeypatch.setattr(models.ops, "flip", lambda x, axis: x)


def other_order(monkeypatch):
    right = models._side_by_side
    monkeypatch.setattr(
        models, "_side_by_side", lambda values, name: right(list(values)[::-1], name)
    )


def forwards_only(monkeypatch):
    right = models._layer
    monkeypatch.setattr(models, "_layer", lambda *given: right(*given[:3], False))


def reset_after(monkeypatch):
    gru = models.keras.layers.GRU

    def wrong(*given, **more):
        return gru(*given, **more | {"reset_after": True})

    monkeypatch.setattr(models.keras.layers, "GRU", wrong)
    at(2, lambda bias: np.stack([bias, np.zeros_like(bias)]))(monkeypatch)


def other_epsilon(monkeypatch):
    monkeypatch.setattr(layers.LayerNormLSTMCell, "EPSILON", 1e-3)


def at(number, change):
    """Give a break: one of a layer's weights is changed."""
    return after(
        lambda new, cell: [
            change(each) if n == number else each for n, each in enumerate(new)
        ]
    )


BREAKS = {
    "gates i and j exchanged": ("basic_lstm", each_swapped(0, 2)),
    "the old order i, j, f, o kept": ("basic_lstm", each_swapped(1, 2)),
    "gates f and o exchanged": ("stacked", each_swapped(1, 3)),
    "no forget bias": ("basic_lstm", told(forget_bias=0.0)),
    "a forget bias that was not": ("basic_lstm_forget_bias_0", told(forget_bias=1.0)),
    "cuDNN's cells with one": ("cudnn_lstm", told(forget_bias=1.0)),
    "another activation": ("basic_lstm_relu", told(activation="tanh")),
    "no limit to c": ("lstm_cell_clipped", told(cell_clip=None)),
    "no limit to the projection": (
        "lstm_cell_peepholes_projection",
        told(proj_clip=None),
    ),
    "no residual connection": ("stacked_residual", told(residual=False)),
    "peepholes in another order": ("lstm_cell_peepholes", at(3, np.flipud)),
    "peepholes left out": ("lstm_block_peepholes", at(3, np.zeros_like)),
    "the projection changed": ("lstm_cell_projection", at(3, np.flipud)),
    "GRU: r and z exchanged": ("gru_cell", each_swapped(0, 1, 3)),
    "GRU: reset after": ("gru_cell", reset_after),
    "cuDNN's GRU: the biases exchanged": ("cudnn_gru", at(2, np.flipud)),
    "norms in another order": ("layer_norm_lstm", at(2, np.flipud)),
    "norms without their beta": ("layer_norm_lstm", at(3, np.zeros_like)),
    "another epsilon in the norms": ("layer_norm_lstm", other_epsilon),
    "a simple RNN's kernel turned": ("basic_rnn", at(1, np.transpose)),
    "backward outputs not turned": ("bidirectional", without_flip),
    "backward cells that read forwards": ("bidirectional_gru", forwards_only),
    "directions joined in another order": ("stack_bidirectional", other_order),
}


def largest(name, tmp_path):
    """Give the largest difference to what TensorFlow 1 gave."""
    path, example = tf1.unpack(name, tmp_path)
    model = converting.to_keras(converting.plan(path))
    found, mask = frozen.run(model, example)
    apart = []
    for key, array in frozen.expected(example, found).items():
        real = mask[..., None] if "outputs" in key else True
        apart.append(np.abs(found[key] - array * real).max())
    return max(apart)


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_rule_is_noticed(broken, monkeypatch, tmp_path):
    name, breaks = BREAKS[broken]
    assert largest(name, tmp_path) < 1e-5
    breaks(monkeypatch)
    assert largest(name, tmp_path) > 1e-3
