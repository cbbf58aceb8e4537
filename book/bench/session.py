"""The article's way to train, in a session of TensorFlow 1's kind, today."""

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1


def network(x, y, layers, time_major=False):
    """Add the article's network and its training to the current graph.

    Args:
        x: (B, T, F), or (T, B, F) where time_major; a tensor or placeholder.
        y: (B, U), one-hot labels.
        layers: the inputs and units of each layer.
        time_major: whether time is x's first axis.

    Returns:
        What to run for a batch: the training, the loss, the accuracy.
    """
    rnn = v1.nn.rnn_cell
    stack = rnn.MultiRNNCell([rnn.BasicLSTMCell(units) for _, units in layers])
    outputs, _ = v1.nn.dynamic_rnn(stack, x, dtype=tf.float32, time_major=time_major)
    logits = outputs[-1] if time_major else outputs[:, -1]  # (B, U)
    return training(logits, y)


def training(logits, y):
    """Add the loss, the accuracy and Adam to the current graph: (B, U) twice."""
    loss = v1.losses.softmax_cross_entropy(y, logits)
    right = tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))
    accuracy = tf.reduce_mean(tf.cast(right, tf.float32))
    improve = v1.train.AdamOptimizer(0.001).minimize(loss)
    return improve, loss, accuracy


def start(session, weights):
    """Initialise the graph's variables, those to be trained with given weights."""
    session.run(v1.global_variables_initializer())
    for variable, value in zip(v1.trainable_variables(), weights, strict=True):
        variable.load(value, session)


def fed(task):
    """The article's loop: each batch is fed from NumPy into `session.run`."""
    from book.taught.training import run_epoch

    graph = tf.Graph()
    with graph.as_default():
        x = v1.placeholder(tf.float32, (None, *task.x.shape[1:]))
        y = v1.placeholder(tf.float32, (None, task.y.shape[1]))
        fetches = network(x, y, task.layers)
        session = v1.Session(graph=graph)
        start(session, task.weights)

    def run():
        results = run_epoch(session, fetches, (x, y), (task.x, task.y), task.batch)
        return float(np.mean([loss for _, loss, _ in results]))

    return run


def dataset(task):
    """The same loop, but a `tf.data` pipeline in the graph gives the batches."""
    graph = tf.Graph()
    with graph.as_default():
        arrays = [v1.placeholder(tf.float32, part.shape) for part in (task.x, task.y)]
        batches = v1.data.Dataset.from_tensor_slices(tuple(arrays))
        batches = batches.batch(task.batch, drop_remainder=True).prefetch(2)
        iterator = v1.data.make_initializable_iterator(batches.repeat())
        fetches = network(*iterator.get_next(), task.layers)
        session = v1.Session(graph=graph)
        start(session, task.weights)
        feed = dict(zip(arrays, (task.x, task.y), strict=True))
        session.run(iterator.initializer, feed)

    def run():
        results = [session.run(fetches) for _ in range(task.steps)]
        return float(np.mean([loss for _, loss, _ in results]))

    return run
