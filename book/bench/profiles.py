"""Which operations a step of training consists of, and how long each takes."""

import re

import tensorflow as tf

from book.bench import session as sessions
from book.taught import cells
from book.taught.fused import block_lstm

v1 = tf.compat.v1

WARM_UP, TRACED = 10, 20  # steps that are not timed, and whose operations are

LABEL = re.compile(r" = (\w+)\(")
"""How TensorFlow's records of a run name the kind of an operation."""


def unrolled(x, weights):
    """Give the logits (B, U) of chapter 14's cell, the time steps unrolled."""
    for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
        x = cells.lstm(x, kernel, bias)
    return x[:, -1]


def block(x, weights):
    """Give the logits (B, U) of layers that are one operation each."""
    for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
        x = block_lstm(x, kernel, bias)
    return x[:, -1]


NETWORKS = {"unrolled": unrolled, "BlockLSTM": block}
"""Beside "dynamic_rnn", which is the article's."""


def operations(task, network):
    """Give `run()`, which counts and times the operations of one step of training.

    Args:
        task: what to train.
        network: "dynamic_rnn", the article's, or one of NETWORKS.

    Returns:
        `run()`: trains some steps and returns, for each kind of operation, how often
        it runs in a step and the microseconds of all of them.
    """
    graph = tf.Graph()
    with graph.as_default():
        x = v1.placeholder(tf.float32, (task.batch, *task.x.shape[1:]))
        y = v1.placeholder(tf.float32, (task.batch, task.y.shape[1]))
        if network == "dynamic_rnn":
            fetches = sessions.network(x, y, task.layers)
        else:
            weights = [tf.Variable(value) for value in task.weights]
            fetches = sessions.training(NETWORKS[network](x, weights), y)
        session = v1.Session(graph=graph)
        sessions.start(session, task.weights)
    feed = {x: task.x[: task.batch], y: task.y[: task.batch]}
    full = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)

    def run():
        for _ in range(WARM_UP):
            session.run(fetches, feed)
        counts, times = {}, {}
        for _ in range(TRACED):
            kept = v1.RunMetadata()
            session.run(fetches, feed, full, kept)
            for device in kept.step_stats.dev_stats:
                for node in device.node_stats:
                    if label := LABEL.search(node.timeline_label):
                        kind = label[1]
                        spent = node.op_end_rel_micros - node.op_start_rel_micros
                        counts[kind] = counts.get(kind, 0) + 1
                        times[kind] = times.get(kind, 0) + spent
        return [[k, counts[k] / TRACED, times[k] / TRACED] for k in counts]

    return run
