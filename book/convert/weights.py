"""A cell's variables of TensorFlow 1 as the weights of Keras's layer, and back."""

import numpy as np

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
    i, j, f, o = np.split(old["kernel"], 4, axis=1)
    both = np.concatenate([i, f, j, o], axis=1)
    b_i, b_j, b_f, b_o = np.split(old["bias"], 4)
    bias = np.concatenate([b_i, b_f + forget_bias, b_j, b_o])
    new = [both[:-outputs], both[-outputs:], bias]
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


def to_tf1(
    kind: str, weights: list, forget_bias: float, peepholes: bool = False
) -> dict[str, np.ndarray]:
    """Give a Keras layer's weights as the variables of the old cell, by their leaves.

    Args:
        kind: as `book.convert.finding.Cell` has it.
        weights: as the layer's `get_weights` gives them.
        forget_bias: what the old cell will add to f; of LSTM cells only.
        peepholes: whether the fourth of an LSTM's weights are peepholes.
    """
    weights = [np.asarray(array, np.float32) for array in weights]
    both = np.concatenate(weights[:2])
    if kind == "simple RNN":
        return {"kernel": both, "bias": weights[2]}
    if kind == "GRU":
        z, r, candidate = np.split(both, 3, axis=1)
        b_z, b_r, b = np.split(weights[2], 3)
        return {
            "gates/kernel": np.concatenate([r, z], axis=1),
            "gates/bias": np.concatenate([b_r, b_z]),
            "candidate/kernel": candidate,
            "candidate/bias": b,
        }
    if kind == "GRU, reset after":
        (z, r, k_in), (u_z, u_r, k_hid) = (np.split(k, 3, axis=1) for k in weights[:2])
        b_z, b_r, b_in = np.split(weights[2][0], 3)
        c_z, c_r, b_hid = np.split(weights[2][1], 3)
        return {
            "gates/kernel": np.block([[r, z], [u_r, u_z]]),
            "gates/bias": np.concatenate([b_r + c_r, b_z + c_z]),
            "candidate/input_projection/kernel": k_in,
            "candidate/input_projection/bias": b_in,
            "candidate/hidden_projection/kernel": k_hid,
            "candidate/hidden_projection/bias": b_hid,
        }
    i, f, j, o = np.split(both, 4, axis=1)
    old = {"kernel": np.concatenate([i, j, f, o], axis=1)}
    if kind == "layer-norm LSTM":
        gamma, beta = weights[2], weights[3].copy()
        beta[1] -= forget_bias
        for number, gate in enumerate(_GATES):
            old |= {f"{gate}/gamma": gamma[number], f"{gate}/beta": beta[number]}
        return old
    b_i, b_f, b_j, b_o = np.split(weights[2], 4)
    old["bias"] = np.concatenate([b_i, b_j, b_f - forget_bias, b_o])
    rest = weights[3:]
    if peepholes:
        old |= {f"w_{gate}_diag": row for gate, row in zip("ifo", rest[0], strict=True)}
        rest = rest[1:]
    if rest:
        old["projection/kernel"] = rest[0]
    return old
