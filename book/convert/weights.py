"""A cell's variables of TensorFlow 1 as the weights of Keras's layer, and back."""

import numpy as np

from book.taught.weights import keras_lstm_weights

_GATES = "input", "forget", "transform", "output", "state"


def to_keras(cell, forget_bias: float) -> list[np.ndarray]:
    """Give what the Keras layer of a cell takes with `set_weights`.

    Args:
        cell: as `book.convert.finding.find` gives it.
        forget_bias: what the old cell adds to f; of LSTM cells only.
    """
    old = {leaf: np.asarray(array, np.float32) for leaf, array in cell.weights.items()}
    if cell.kind == "LSTM":
        return _lstm(old, cell.outputs, forget_bias)
    if cell.kind == "layer-norm LSTM":
        return _layer_norm(old, cell.units, forget_bias)
    if cell.kind == "simple RNN":
        kernel, recurrent = np.split(old["kernel"], [cell.inputs])
        return [kernel, recurrent, old["bias"]]
    return _gru(old, cell.inputs, cell.kind == "GRU, reset after")


def _lstm(old, outputs, forget_bias):
    """Give kernel, recurrent kernel and bias; then peepholes and projection."""
    blocks = keras_lstm_weights(
        old["kernel"],
        old["bias"],
        forget_bias,
    )
    both = np.concatenate(blocks[:2])
    new = [both[:-outputs], both[-outputs:], blocks[2]]
    if "w_i_diag" in old:
        new.append(np.stack([old[f"w_{gate}_diag"] for gate in "ifo"]))
    if "projection/kernel" in old:
        new.append(old["projection/kernel"])
    return new


def _layer_norm(old, units, forget_bias):
    """Give kernel, recurrent kernel, gamma and beta."""
    i, j, f, o = np.split(old["kernel"], 4, axis=1)
    both = np.concatenate([i, f, j, o], axis=1)
    gamma, beta = (
        np.stack([old[f"{gate}/{part}"] for gate in _GATES])
        for part in ("gamma", "beta")
    )
    beta[1] += forget_bias  # of f
    return [both[:-units], both[-units:], gamma, beta]


def _gru(old, inputs, reset_after):
    """Give kernel, recurrent kernel and bias, with the blocks z, r, h."""
    r, z = np.split(old["gates/kernel"], 2, axis=1)
    b_r, b_z = np.split(old["gates/bias"], 2)
    if reset_after:
        parts = [
            (
                old[f"candidate/{side}_projection/kernel"],
                old[f"candidate/{side}_projection/bias"],
            )
            for side in ("input", "hidden")
        ]
        (k_in, b_in), (k_hid, b_hid) = parts
        kernel = np.concatenate([z[:inputs], r[:inputs], k_in], axis=1)
        recurrent = np.concatenate([z[inputs:], r[inputs:], k_hid], axis=1)
        nothing = np.zeros_like(b_z)
        bias = np.stack(
            [
                np.concatenate([b_z, b_r, b_in]),
                np.concatenate([nothing, nothing, b_hid]),
            ]
        )
        return [kernel, recurrent, bias]
    both = np.concatenate([z, r, old["candidate/kernel"]], axis=1)
    bias = np.concatenate([b_z, b_r, old["candidate/bias"]])
    return [both[:inputs], both[inputs:], bias]
