"""Every way to train does the same training."""

import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

from book.bench import functions, keras_fit, limit, session, task

pytestmark = pytest.mark.slow  # a graph for each way

RUNS = 4  # of three batches each
WAYS = {
    "a tf.data pipeline": session.dataset,
    "fit": keras_fit.fit,
    "fit, several steps a call": lambda t: keras_fit.fit(t, steps_per_execution=3),
    "fit, unrolled": lambda t: keras_fit.fit(t, unroll=True),
    "a function for each step": functions.each_step,
    "a function for an epoch": functions.unrolled,
    "dynamic_rnn in it": functions.looped,
    "dynamic_rnn, time first": lambda t: functions.looped(t, time_major=True),
    "chapter 14's cell": functions.own_cell,
    "XLA": lambda t: functions.own_cell(t, jit_compile=True),
    "the inputs' product hoisted": functions.hoisted,
    "BlockLSTM": functions.block,
    "BlockLSTM in two halves": lambda t: functions.block(t, parts=2),
    "the gradient by hand": functions.by_hand,
}


@pytest.fixture(scope="module")
def small():
    made = task.drawn(time=4, features=5, units=(6, 3), batch=8, steps=3)
    rng = np.random.default_rng(1)  # biases too, lest their order go unseen
    weights = [rng.normal(size=w.shape).astype(np.float32) for w in made.weights]
    return made._replace(weights=weights)


@pytest.fixture(scope="module")
def article(small):
    run = session.fed(small)
    return [run() for _ in range(RUNS)]


@pytest.mark.parametrize("name", WAYS)
def test_a_way_has_the_losses_of_the_articles_loop(name, small, article):
    run = WAYS[name](small)
    np.testing.assert_allclose([run() for _ in range(RUNS)], article, rtol=0, atol=1e-5)


def test_the_articles_loop_learns(article):
    assert article == sorted(article, reverse=True)
    assert article[0] - article[-1] > 0.001


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_less_precision_has_nearly_the_same_losses(dtype, small, article):
    run = functions.own_cell(small, dtype=dtype)
    losses = [run() for _ in range(RUNS)]
    np.testing.assert_allclose(losses, article, rtol=0, atol=0.01)
    assert np.abs(np.subtract(losses, article)).max() > 1e-5


@pytest.mark.parametrize("way", [limit.numpy_products, limit.tensorflow_products])
def test_products_alone_have_no_loss(way, small):
    assert np.isnan(way(small)())


def test_the_products_of_a_step_are_counted(small):
    # Rows 8 · 4, kernels (11, 24) and (9, 12); 2 operations, 3 times each.
    assert limit.flops(small) == 6 * 8 * 4 * (11 * 24 + 9 * 12)


# --- the task


def test_the_articles_task_has_its_images_and_weights():
    made = task.article(steps=2, batch=16)
    assert made.x.shape == (32, 28, 28)
    assert made.x.max() == 255
    assert made.y.sum(axis=1).tolist() == [1] * 32
    assert made.layers == [(28, 30), (30, 10)]
    assert made.steps == 2


@pytest.mark.parametrize("steps", [0, 329])
def test_more_batches_than_images_are_refused(steps):
    with pytest.raises(ValueError, match="expected 1 to 42000"):
        task.article(steps)


def test_a_task_is_read_as_it_was_written(small, tmp_path):
    task.save(small, tmp_path / "task.npz")
    again = task.load(tmp_path / "task.npz")
    assert again.batch == small.batch
    assert again.layers == small.layers
    pairs = zip([again.x, again.y, *again.weights], [small.x, small.y, *small.weights],
                strict=True)  # fmt: skip
    assert all(np.array_equal(*pair) for pair in pairs)
