"""Weights of the old cells, in the form that Keras 3 layers take."""

import numpy as np


def keras_lstm_weights(kernel, bias, forget_bias=1.0):
    """Give the weights of a `BasicLSTMCell` as those of a `keras.layers.LSTM`.

    Args:
        kernel: (features + units, 4 * units), the old cell's; its four blocks of
            columns are the gates i, j, f, o.
        bias: (4 * units,), in the same order.
        forget_bias: the constant that the old cell adds to f at every call. Keras adds
            none, so it goes into the bias.

    Returns:
        A list for `set_weights`: kernel (features, 4 * units), recurrent kernel
        (units, 4 * units) and bias (4 * units,), with the gates in Keras's order
        i, f, j, o (Keras calls j "c").

    Raises:
        ValueError: the two shapes do not belong to one cell.

    Source:
        The chapter "BasicLSTMCell".
    """
    kernel, bias = np.asarray(kernel), np.asarray(bias)
    units = bias.size // 4
    if bias.shape != (4 * units,) or kernel.shape[1:] != (4 * units,):
        raise ValueError(
            f"kernel {kernel.shape} and bias {bias.shape} are not those of one cell; "
            "expected (features + units, 4 * units) and (4 * units,)."
        )
    if kernel.shape[0] <= units:
        raise ValueError(
            f"kernel {kernel.shape} leaves no row for the input: a cell of {units} "
            f"units has {units} rows for its state and at least one for its input."
        )
    i, j, f, o = np.split(kernel, 4, axis=1)  # each (F + U, U)
    both = np.concatenate([i, f, j, o], axis=1)  # (F + U, 4U)
    b_i, b_j, b_f, b_o = np.split(bias, 4)
    bias = np.concatenate([b_i, b_f + forget_bias, b_j, b_o])
    return [both[:-units], both[-units:], bias]
