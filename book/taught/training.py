"""Training loops, and the order in which they visit the data."""

import numpy as np
import tensorflow as tf


def run_epoch(session, fetches, placeholders, arrays, batch_size):
    """Run a graph over full batches, in order: the article's inner loop.

    Args:
        session: a `tf.compat.v1.Session`.
        fetches: what to run for each batch, as for `session.run`.
        placeholders: the graph's inputs, one for each of `arrays`.
        arrays: arrays with the same length N.
        batch_size: rows per batch; the N % batch_size last rows are left out.

    Returns:
        A list with what `session.run` gave for each of the N // batch_size batches.

    Raises:
        ValueError: the arrays differ in length or are shorter than one batch.

    Source:
        The chapter "A sine, with one unit".
    """
    if len({len(array) for array in arrays}) != 1 or len(arrays[0]) < batch_size:
        raise ValueError(
            f"arrays of {[len(array) for array in arrays]} rows, {batch_size} a batch; "
            "expected arrays of one length, at least one batch long."
        )
    results = []
    for start in range(0, len(arrays[0]) - batch_size + 1, batch_size):
        batch = [array[start : start + batch_size] for array in arrays]
        feed = dict(zip(placeholders, batch, strict=True))
        results.append(session.run(fetches, feed))
    return results


def train_step(logits_of, variables, optimizer):
    """Give the function that trains a classifier on one batch.

    Args:
        logits_of: a function from a batch (batch, ...) to logits (batch, classes).
        variables: the variables to train, already made.
        optimizer: a `tf.compat.v1.train` optimizer, used for these variables only.

    Returns:
        `step(x, y)`: improves the variables on inputs (batch, ...) and one-hot labels
        (batch, classes), and returns [loss, accuracy], float32 (2,).

    Source:
        The chapter "MNIST, row by row".
    """

    def step(x, y):
        with tf.GradientTape() as tape:
            logits = logits_of(x)  # (B, classes)
            loss = tf.compat.v1.losses.softmax_cross_entropy(y, logits)
        gradients = tape.gradient(loss, variables)
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        accuracy = tf.keras.metrics.categorical_accuracy(y, logits)  # (B,)
        return tf.stack([loss, tf.reduce_mean(accuracy)])

    return step


def epoch_function(step, x, y, batch_size):
    """Compile one whole epoch of training into a single function.

    Args:
        step: what to do with a batch, as `train_step` gives it.
        x: (N, ...), all inputs; kept in the function as one constant.
        y: (N, classes), one-hot labels, float32.
        batch_size: rows per batch; an epoch leaves out its N % batch_size last rows.

    Returns:
        `epoch(order)`: trains on the rows in the given order, int (N,), and returns the
        losses and accuracies of its batches, each float32 (N // batch_size,).

    Raises:
        ValueError: x and y differ in length, or there is less than one batch.

    Source:
        The chapter "MNIST, row by row".
    """
    if len(x) != len(y) or len(x) < batch_size:
        raise ValueError(
            f"{len(x)} inputs and {len(y)} labels with batches of {batch_size}; "
            "expected as many labels as inputs, at least one batch of them."
        )
    x, y, batches = tf.constant(x), tf.constant(y), len(x) // batch_size

    @tf.function
    def epoch(order):
        results = tf.TensorArray(tf.float32, batches)
        for j in tf.range(batches):
            rows = order[j * batch_size : (j + 1) * batch_size]
            results = results.write(j, step(tf.gather(x, rows), tf.gather(y, rows)))
        return tf.unstack(results.stack(), axis=1)

    return epoch


def accuracy_of(logits_of, x, y):
    """Give the part of the inputs that a classifier gets right.

    Args:
        logits_of: a function from a batch (batch, ...) to logits (batch, classes).
        x: (N, ...), the inputs; they are passed on in four parts.
        y: integers (N,), their classes.

    Source:
        Chapter 16.
    """
    parts = np.array_split(x, 4)  # a quarter of the images at a time
    logits = np.concatenate([logits_of(part) for part in parts])
    return float(np.mean(logits.argmax(axis=1) == y))


def bucketed(lengths, batch_size, rng):
    """Give an order of the rows in which each batch holds rows of like lengths.

    Args:
        lengths: int (N,), the steps of each row.
        batch_size: rows per batch.
        rng: a `numpy.random.Generator`; it shuffles rows of one length and the batches.

    Returns:
        An int array of row numbers, each at most once: full batches only, so the
        N % batch_size longest rows are left out.

    Source:
        Chapter 19.
    """
    rows = rng.permutation(len(lengths))
    rows = rows[np.argsort(lengths[rows], kind="stable")]
    batches = rows[: len(rows) // batch_size * batch_size].reshape(-1, batch_size)
    return rng.permutation(batches).ravel()  # an order of the rows
