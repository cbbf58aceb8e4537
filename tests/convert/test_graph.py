"""What the converter reads from a graph, of models saved by today's old-style API."""

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import numpy as np
import tensorflow as tf

from book.convert import converting

v1 = tf.compat.v1
rnn_cell = v1.nn.rnn_cell


@pytest.fixture
def saved(tmp_path):
    """Save one step of a cell; give the checkpoint's prefix and what the step gave."""

    def save(cell):
        with tf.Graph().as_default(), v1.Session() as session:
            x = tf.constant(np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3))
            output, _ = cell(
                x, cell.zero_state(2, tf.float32), scope="rnn/" + cell.name
            )
            session.run(v1.global_variables_initializer())
            path = v1.train.Saver().save(session, str(tmp_path / "model"))
            return path, session.run((x, output))

    return save


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("kind", ["BasicLSTMCell", "GRUCell", "BasicRNNCell"])
def test_an_activation_is_read(saved, kind, activation):
    cell = getattr(rnn_cell, kind)(4, activation=getattr(tf.nn, activation))
    path, (x, output) = saved(cell)
    plan = converting.plan(path)
    (told,) = plan.decisions.values()
    assert told["activation"] == converting.Decision(activation, "the graph")
    found = converting.to_keras(plan)({"x": x[:, None], "mask": None})["outputs"][:, 0]
    np.testing.assert_allclose(found, output, rtol=0, atol=1e-6)


@pytest.mark.parametrize("bias", [0.0, 1.0, 2.5])
@pytest.mark.parametrize("kind", ["BasicLSTMCell", "LSTMCell"])
def test_a_forget_bias_is_read(saved, kind, bias):
    path, (x, output) = saved(getattr(rnn_cell, kind)(4, forget_bias=bias))
    plan = converting.plan(path)
    (told,) = plan.decisions.values()
    assert told["forget_bias"] == converting.Decision(bias, "the graph")
    found = converting.to_keras(plan)({"x": x[:, None], "mask": None})["outputs"][:, 0]
    np.testing.assert_allclose(found, output, rtol=0, atol=1e-6)
