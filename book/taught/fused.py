"""A whole LSTM layer as one operation of TensorFlow."""

import tensorflow as tf


def block_lstm(x, kernel, bias, forget_bias=1.0):
    """Run an LSTM over whole sequences in one operation, from a state of zeros.

    Args:
        x: float32 (T, B, F): time comes first.
        kernel: (F + U, 4U), its four blocks of columns for i, j, f and o, as in a
            `BasicLSTMCell`.
        bias: (4U,), in the same order.
        forget_bias: added to f before its sigmoid.

    Returns:
        The outputs of all steps, (T, B, U).

    Source:
        Chapter 29. `BlockLSTM` is what TensorFlow 1's `LSTMBlockFusedCell` called.
    """
    units = bias.shape[0] // 4
    zeros = tf.zeros((tf.shape(x)[1], units))  # (B, U)
    unused = tf.zeros(units)  # the weights of peepholes
    return tf.raw_ops.BlockLSTM(
        seq_len_max=tf.cast(tf.shape(x)[0], tf.int64),
        x=x,
        cs_prev=zeros,
        h_prev=zeros,
        w=kernel,
        wci=unused,
        wcf=unused,
        wco=unused,
        b=bias,
        forget_bias=forget_bias,
        cell_clip=-1.0,  # none
        use_peephole=False,
    ).h
