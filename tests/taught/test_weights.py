import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import keras
import tensorflow as tf

from book.taught.weights import keras_lstm_weights


@pytest.mark.parametrize("forget_bias", [0.0, 1.0, 2.5])
@pytest.mark.parametrize(("features", "units"), [(1, 1), (3, 4), (5, 2)])
def test_keras_gives_what_the_old_cell_gives(features, units, forget_bias):
    v1 = tf.compat.v1
    cell = v1.nn.rnn_cell.BasicLSTMCell(units, forget_bias=forget_bias)
    x = tf.random.normal((2, 6, features))
    cell(x[:, 0], cell.zero_state(2, tf.float32))  # makes the weights
    kernel, bias = cell.weights
    bias.assign(tf.random.normal(bias.shape))
    old, state = v1.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    layer = keras.layers.LSTM(units, return_sequences=True, return_state=True)
    layer.build(x.shape)
    layer.set_weights(keras_lstm_weights(kernel, bias, forget_bias))
    new, h, c = layer(x)
    np.testing.assert_allclose(old, new, atol=1e-5)
    np.testing.assert_allclose(state.h, h, atol=1e-5)
    np.testing.assert_allclose(state.c, c, atol=1e-5)


@pytest.mark.parametrize(
    ("kernel", "bias"),
    [((7, 16), (12,)), ((7, 12), (16,)), ((7,), (16,)), ((7, 16), (15,))],
)
def test_shapes_that_do_not_belong_together_are_refused(kernel, bias):
    with pytest.raises(ValueError, match="not those of one cell"):
        keras_lstm_weights(np.zeros(kernel), np.zeros(bias))


def test_a_kernel_without_rows_for_the_input_is_refused():
    with pytest.raises(ValueError, match="no row for the input"):
        keras_lstm_weights(np.zeros((4, 16)), np.zeros(16))
