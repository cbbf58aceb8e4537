import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import tensorflow as tf

from book.taught.cells import lstm
from book.taught.draws import each_draw, stack_draws, step_for_draws
from book.taught.fused import block_lstm

V1 = tf.compat.v1


def make(seed):
    rng = np.random.default_rng(seed)
    shapes = ((4, 12), (12,), (3, 1))
    return [rng.normal(0, 0.3, shape).astype("float32") for shape in shapes]


def loss_of(weights, x, y, layer=lstm):
    kernel, bias, dense = weights
    return tf.reduce_mean((layer(x, kernel, bias)[:, -1] @ dense - y) ** 2)


def fused_loss_of(weights, x, y):
    return loss_of(weights, x, y, layer=block_lstm)


def batches(number):
    rng = np.random.default_rng(9)
    for _ in range(number):
        yield tf.constant(rng.normal(size=(5, 6, 1)), tf.float32), tf.ones((5, 1))


def trained(seeds, loss_of=loss_of, **options):
    weights = stack_draws(make, seeds)
    step = step_for_draws(loss_of, weights, V1.train.AdamOptimizer(0.01), **options)
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


def test_each_draw_by_itself_is_the_same_training():
    joined, weights = trained([0, 1, 2])
    apart, others = trained([0, 1, 2], fused_loss_of, over=each_draw)
    assert np.allclose(apart, joined, atol=1e-6)
    for weight, other in zip(weights, others, strict=True):
        assert np.allclose(weight, other, atol=1e-5)


def test_each_draw_keeps_the_structure_of_an_answer():
    draws = [tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([10.0, 20.0])]
    found = each_draw(
        lambda one: {"sum": one[0] + one[1], "first": (one[0][0],)}, draws
    )
    assert found["sum"].numpy().tolist() == [[11, 12], [23, 24]]
    assert found["first"][0].numpy().tolist() == [1, 3]


def test_a_layer_in_one_operation_is_the_layer():
    kernel, bias, _ = make(5)
    x = tf.constant(np.random.default_rng(1).normal(size=(2, 7, 1)), tf.float32)
    for forget_bias in (1.0, 0.0):
        expected = lstm(x, kernel, bias, forget_bias)
        found = block_lstm(x, kernel, bias, forget_bias)
        assert found.shape == (2, 7, 3)
        np.testing.assert_allclose(found, expected, atol=1e-6)


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
