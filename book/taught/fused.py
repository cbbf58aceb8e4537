"""A whole LSTM layer as one operation of TensorFlow."""

import tensorflow as tf


def block_lstm(x, kernel, bias, forget_bias=1.0):
    """Run an LSTM over whole sequences in one operation, from a state of zeros.

    Args:
        x: float32 (B, T, F), sequences of T steps.
        kernel: (F + U, 4U), its four blocks of columns for i, j, f and o, as in a
            `BasicLSTMCell`.
        bias: (4U,), in the same order.
        forget_bias: added to f before its sigmoid.

    Returns:
        The outputs of all steps, (B, T, U): those of `book.taught.cells.lstm`.

    Source:
        Chapter 29. `BlockLSTM` is what TensorFlow 1's `LSTMBlockFusedCell` called.
    """
    units = bias.shape[0] // 4
    zeros = tf.zeros((tf.shape(x)[0], units))  # (B, U)
    unused = tf.zeros(units)  # the weights of peepholes
    outputs = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.cast(tf.shape(x)[1], tf.int64),
        x=tf.transpose(x, (1, 0, 2)),  # time first
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
    return tf.transpose(outputs, (1, 0, 2))
