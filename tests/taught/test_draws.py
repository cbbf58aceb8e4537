import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import tensorflow as tf

from book.taught.cells import lstm
from book.taught.draws import stack_draws, step_for_draws

V1 = tf.compat.v1


def make(seed):
    rng = np.random.default_rng(seed)
    shapes = ((4, 12), (12,), (3, 1))
    return [rng.normal(0, 0.3, shape).astype("float32") for shape in shapes]


def loss_of(weights, x, y):
    kernel, bias, dense = weights
    return tf.reduce_mean((lstm(x, kernel, bias)[:, -1] @ dense - y) ** 2)


def batches(number):
    rng = np.random.default_rng(9)
    for _ in range(number):
        yield tf.constant(rng.normal(size=(5, 6, 1)), tf.float32), tf.ones((5, 1))


def trained(seeds):
    weights = stack_draws(make, seeds)
    step = step_for_draws(loss_of, weights, V1.train.AdamOptimizer(0.01))
    losses = [step(x, y).numpy() for x, y in batches(4)]
    return np.array(losses), [weight.numpy() for weight in weights]


def test_each_draw_is_trained_as_if_it_were_alone():
    losses, weights = trained([0, 1, 2])
    assert losses.shape == (4, 3)
    for place, seed in enumerate([0, 1, 2]):
        alone, its_weights = trained([seed])
        assert np.allclose(losses[:, place], alone[:, 0], atol=1e-6)
        for weight, its_own in zip(weights, its_weights, strict=True):
            assert np.allclose(weight[place], its_own[0], atol=1e-5)


def test_no_draw_is_refused():
    with pytest.raises(ValueError, match="at least one seed"):
        stack_draws(make, [])


def test_the_cell_is_the_old_one():
    kernel, bias, _ = make(5)
    cell = V1.nn.rnn_cell.BasicLSTMCell(3)
    x = tf.constant(np.random.default_rng(1).normal(size=(2, 7, 1)), tf.float32)
    state = cell.zero_state(2, tf.float32)
    cell(x[:, 0], state)
    cell.set_weights([kernel, bias])
    for t in range(7):
        h, state = cell(x[:, t], state)
        assert np.allclose(lstm(x, kernel, bias)[:, t], h, atol=1e-6)
