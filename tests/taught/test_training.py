import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import tensorflow as tf

from book.taught import training

v1 = tf.compat.v1


def test_an_epoch_visits_full_batches_in_order():
    with tf.Graph().as_default():
        x, y = v1.placeholder(tf.float32, (2,)), v1.placeholder(tf.float32, (2,))
        with v1.Session() as session:
            arrays = np.arange(5.0), 10 * np.arange(5.0)
            got = training.run_epoch(session, x + y, (x, y), arrays, batch_size=2)
    np.testing.assert_array_equal(got, [[0, 11], [22, 33]])


@pytest.mark.parametrize("lengths", [(4, 5), (1, 1)])
def test_arrays_of_other_lengths_are_refused(lengths):
    arrays = [np.zeros(n) for n in lengths]
    with pytest.raises(ValueError, match="at least one batch long"):
        training.run_epoch(None, None, (None, None), arrays, batch_size=2)


def adam():
    return v1.train.AdamOptimizer(0.1)


def linear_problem(rows=70):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, 3)).astype(np.float32)
    return x, np.eye(2, dtype=np.float32)[(x[:, 0] > 0).astype(int)]


def test_an_epoch_function_is_the_loop_written_out():
    x, y = linear_problem()
    weight, twin = tf.Variable(tf.ones((3, 2))), tf.Variable(tf.ones((3, 2)))
    step = training.train_step(lambda x: x @ weight, [weight], adam())
    epoch = training.epoch_function(step, x, y, 32)
    order = np.random.default_rng(1).permutation(len(x)).astype(np.int32)
    losses, accuracies = epoch(order)
    by_hand = adam()
    for j in range(2):
        rows = order[32 * j : 32 * (j + 1)]
        with tf.GradientTape() as tape:
            logits = x[rows] @ twin
            loss = tf.reduce_mean(
                tf.nn.softmax_cross_entropy_with_logits(y[rows], logits)
            )
        by_hand.apply_gradients([(tape.gradient(loss, twin), twin)])
        right = np.mean(np.argmax(logits, 1) == np.argmax(y[rows], 1))
        np.testing.assert_allclose(losses[j], loss, rtol=1e-5)
        np.testing.assert_allclose(accuracies[j], right)
    np.testing.assert_allclose(weight, twin, rtol=1e-5)


def test_it_learns_and_keeps_adams_moments():
    x, y = linear_problem()
    weight = tf.Variable(tf.zeros((3, 2)))
    step = training.train_step(lambda x: x @ weight, [weight], adam())
    epoch = training.epoch_function(step, x, y, 32)
    for _ in range(20):
        losses, accuracies = epoch(tf.range(len(x)))
    assert losses.shape == accuracies.shape == (2,)
    assert np.mean(accuracies) > 0.95


@pytest.mark.parametrize(("inputs", "labels"), [(70, 69), (31, 31)])
def test_too_few_or_uneven_rows_are_refused(inputs, labels):
    x, y = linear_problem()
    with pytest.raises(ValueError, match="as many labels"):
        training.epoch_function(None, x[:inputs], y[:labels], 32)


def test_buckets_hold_rows_of_like_lengths():
    lengths = np.array([5, 1, 2, 5, 1, 2, 9])
    order = training.bucketed(lengths, 2, np.random.default_rng(0))
    pairs = sorted(lengths[order].reshape(-1, 2).tolist())
    assert pairs == [[1, 1], [2, 2], [5, 5]]  # the longest is left over
    assert len(set(order.tolist())) == 6


def test_buckets_come_in_a_new_order_each_time():
    rng = np.random.default_rng(0)
    orders = [training.bucketed(np.arange(64), 8, rng) for _ in range(2)]
    assert orders[0].tolist() != orders[1].tolist()
    for order in orders:
        np.testing.assert_array_equal(np.sort(order), np.arange(64))


@pytest.mark.parametrize("rows", [4, 7])
def test_accuracy_is_the_part_of_the_rows_that_is_right(rows):
    x = np.eye(3, dtype=np.float32)[np.arange(rows) % 3]
    y = np.arange(rows) % 3
    y[1] = 2
    assert training.accuracy_of(lambda part: 5 * part, x, y) == (rows - 1) / rows
