"""Cells as functions of their weights."""

import tensorflow as tf


def lstm(x, kernel, bias, forget_bias=1.0):
    """Run an LSTM over whole sequences, from a state of zeros.

    Args:
        x: (B, T, F), sequences of T steps, T known.
        kernel: (F + U, 4U), its four blocks of columns for i, j, f and o, as in a
            `BasicLSTMCell`.
        bias: (4U,), in the same order.
        forget_bias: added to f before its sigmoid.

    Returns:
        The outputs of all steps, (B, T, U).

    Source:
        Chapter 14; chapter 3 derives the equations.
    """
    units = bias.shape[0] // 4
    h = c = tf.zeros((tf.shape(x)[0], units), x.dtype)  # (B, U)
    outputs = []
    for step in tf.unstack(x, axis=1):  # T times (B, F)
        gates = tf.concat([step, h], axis=1) @ kernel + bias  # (B, 4U)
        i, j, f, o = tf.split(gates, 4, axis=1)
        c = tf.sigmoid(f + forget_bias) * c + tf.sigmoid(i) * tf.tanh(j)
        h = tf.sigmoid(o) * tf.tanh(c)
        outputs.append(h)
    return tf.stack(outputs, axis=1)
