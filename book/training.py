"""The two training loops of the worked examples."""

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
    lengths = {len(array) for array in arrays}
    if len(lengths) != 1 or min(lengths) < batch_size:
        raise ValueError(
            f"arrays of lengths {sorted(lengths)} with batches of {batch_size}; "
            "expected arrays of one length, at least one batch long."
        )
    results = []
    for start in range(0, len(arrays[0]) - batch_size + 1, batch_size):
        batch = [array[start : start + batch_size] for array in arrays]
        feed = dict(zip(placeholders, batch, strict=True))
        results.append(session.run(fetches, feed))
    return results


def epoch_function(logits_of, variables, x, y, batch_size, learning_rate):
    """Compile one whole epoch of training a classifier into a single function.

    Args:
        logits_of: a function from a batch (batch, ...) to logits (batch, classes).
        variables: the variables to train, already made.
        x: (N, ...), all inputs; kept in the function as one constant.
        y: (N, classes), one-hot labels, float32.
        batch_size: rows per batch; the N % batch_size last rows of an epoch are left out.
        learning_rate: of Adam, whose moments live as long as the function.

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
    optimizer = tf.compat.v1.train.AdamOptimizer(learning_rate)

    @tf.function
    def epoch(order):
        losses = tf.TensorArray(tf.float32, batches)
        accuracies = tf.TensorArray(tf.float32, batches)
        for j in tf.range(batches):
            rows = order[j * batch_size : (j + 1) * batch_size]
            labels = tf.gather(y, rows)  # (B, classes)
            with tf.GradientTape() as tape:
                logits = logits_of(tf.gather(x, rows))  # (B, classes)
                loss = tf.reduce_mean(
                    tf.nn.softmax_cross_entropy_with_logits(labels, logits)
                )
            gradients = tape.gradient(loss, variables)
            optimizer.apply_gradients(zip(gradients, variables, strict=True))
            right = tf.equal(tf.argmax(logits, 1), tf.argmax(labels, 1))
            losses = losses.write(j, loss)
            accuracies = accuracies.write(j, tf.reduce_mean(tf.cast(right, tf.float32)))
        return losses.stack(), accuracies.stack()

    return epoch
