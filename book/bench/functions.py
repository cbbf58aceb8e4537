"""Ways to train in a `tf.function`: a step at a time, or a whole epoch in one."""

import numpy as np
import tensorflow as tf

from book.taught import cells, training
from book.taught.fused import block_lstm

v1 = tf.compat.v1


def variables_of(task):
    """Give variables that hold the task's initial weights."""
    return [tf.Variable(value) for value in task.weights]


def pairs(variables):
    """Give the kernel and bias of each layer."""
    return list(zip(variables[::2], variables[1::2], strict=True))


def epoch_of(task, logits_of, variables, **options):
    """Give `run()`, which trains all batches in one function of TensorFlow."""
    adam = v1.train.AdamOptimizer(0.001)
    step = training.train_step(logits_of, variables, adam)
    if options:
        step = tf.function(step, **options)
    epoch = training.epoch_function(step, task.x, task.y, task.batch)
    order = tf.range(len(task.x))

    def run():
        losses, _ = epoch(order)
        return float(tf.reduce_mean(losses))

    return run


def old_cells(task):
    """Give the old cells with the task's weights, and their variables."""
    rnn = v1.nn.rnn_cell
    stack = rnn.MultiRNNCell([rnn.BasicLSTMCell(units) for _, units in task.layers])
    stack(tf.zeros((1, task.x.shape[2])), stack.zero_state(1, tf.float32))
    variables = stack.trainable_variables
    for variable, value in zip(variables, task.weights, strict=True):
        variable.assign(value)
    return stack, variables


def unrolled_logits(stack):
    """Give the logits of the old cells, the time steps unrolled in Python."""

    def logits_of(x):
        state = stack.zero_state(tf.shape(x)[0], tf.float32)
        for step in tf.unstack(x, axis=1):  # T times (B, F)
            h, state = stack(step, state)
        return h

    return logits_of


def each_step(task):
    """A `tf.function` for one step, called from Python with slices of the arrays."""
    stack, variables = old_cells(task)
    adam = v1.train.AdamOptimizer(0.001)
    step = tf.function(training.train_step(unrolled_logits(stack), variables, adam))
    batches = [
        (tf.constant(x), tf.constant(y))
        for x, y in zip(
            np.split(task.x, task.steps), np.split(task.y, task.steps), strict=True
        )
    ]

    def run():
        return float(np.mean([step(x, y)[0] for x, y in batches]))

    return run


def unrolled(task):
    """The course's way: a whole epoch, the old cells, their steps unrolled."""
    stack, variables = old_cells(task)
    return epoch_of(task, unrolled_logits(stack), variables)


def looped(task, time_major=False):
    """A whole epoch, the old cells in `dynamic_rnn`, which loops in the graph."""
    stack, variables = old_cells(task)

    def logits_of(x):
        if time_major:
            x = tf.transpose(x, (1, 0, 2))  # (T, B, F)
        outputs, _ = v1.nn.dynamic_rnn(
            stack, x, dtype=tf.float32, time_major=time_major
        )
        return outputs[-1] if time_major else outputs[:, -1]

    return epoch_of(task, logits_of, variables)


def own_cell(task, dtype="float32", **options):
    """A whole epoch, chapter 14's cell, unrolled.

    Args:
        task: what to train.
        dtype: of the products and activations; the variables stay float32.
        **options: of a `tf.function` around each step, such as jit_compile.
    """
    variables = variables_of(task)

    def logits_of(x):
        h = tf.cast(x, dtype)
        for kernel, bias in pairs(variables):
            h = cells.lstm(h, tf.cast(kernel, dtype), tf.cast(bias, dtype))
        return tf.cast(h[:, -1], tf.float32)

    return epoch_of(task, logits_of, variables, **options)


def hoisted(task):
    """A whole epoch, unrolled; the inputs' part of all products is one product."""
    variables = variables_of(task)

    def layer(x, kernel, bias):
        units = bias.shape[0] // 4
        features = x.shape[2]
        inputs = x @ kernel[:features] + bias  # (B, T, 4U), all time steps at once
        h = c = tf.zeros((tf.shape(x)[0], units))
        outputs = []
        for part in tf.unstack(inputs, axis=1):
            i, j, f, o = tf.split(part + h @ kernel[features:], 4, axis=1)
            c = tf.sigmoid(f + 1) * c + tf.sigmoid(i) * tf.tanh(j)
            h = tf.sigmoid(o) * tf.tanh(c)
            outputs.append(h)
        return tf.stack(outputs, axis=1)

    def logits_of(h):
        for kernel, bias in pairs(variables):
            h = layer(h, kernel, bias)
        return h[:, -1]

    return epoch_of(task, logits_of, variables)


def block(task, parts=1, **options):
    """A whole epoch, each layer one call of TensorFlow's `BlockLSTM`.

    Args:
        task: what to train.
        parts: into how many parts a batch is split, which run side by side.
        **options: of a `tf.function` around each step.
    """
    variables = variables_of(task)

    def logits_of(x):
        logits = []
        for h in tf.split(x, parts):
            for kernel, bias in pairs(variables):
                h = block_lstm(h, kernel, bias)
            logits.append(h[:, -1])
        return tf.concat(logits, axis=0)

    return epoch_of(task, logits_of, variables, **options)


def by_hand(task):
    """A whole epoch, unrolled; each layer's gradient by hand, its kernel's at once."""
    variables = variables_of(task)

    def logits_of(x):
        h = tf.unstack(x, axis=1)
        for kernel, bias in pairs(variables):
            h = tf.unstack(hand_lstm(tf.stack(h), kernel, bias))
        return h[-1]

    return epoch_of(task, logits_of, variables)


@tf.custom_gradient
def hand_lstm(x, kernel, bias):
    """Run an LSTM whose gradient is written out, as chapter 3 derives it.

    Args:
        x: (T, B, F), T known.
        kernel: (F + U, 4U), as a `BasicLSTMCell` has it.
        bias: (4U,).

    Returns:
        The outputs of all steps, (T, B, U).
    """
    features = x.shape[2]
    units = bias.shape[0] // 4
    h = c = tf.zeros((tf.shape(x)[1], units))
    kept, outputs = [], []
    for step in tf.unstack(x):
        xh, before = tf.concat([step, h], axis=1), c
        i, j, f, o = tf.split(xh @ kernel + bias, 4, axis=1)
        i, j, f, o = tf.sigmoid(i), tf.tanh(j), tf.sigmoid(f + 1), tf.sigmoid(o)
        c = f * c + i * j
        squashed = tf.tanh(c)
        h = o * squashed
        kept.append((xh, i, j, f, o, before, squashed))
        outputs.append(h)

    def gradient(of_outputs):
        of_h, of_c, of_x, of_gates = 0.0, 0.0, [], []
        steps = zip(tf.unstack(of_outputs), kept, strict=True)
        for asked, (_, i, j, f, o, before, squashed) in reversed(list(steps)):
            of_h = of_h + asked
            of_c = of_c + of_h * o * (1 - squashed**2)
            blocks = (
                of_c * j * i * (1 - i),
                of_c * i * (1 - j**2),
                of_c * before * f * (1 - f),
                of_h * squashed * o * (1 - o),
            )
            of_gates.append(tf.concat(blocks, axis=1))
            both = tf.matmul(of_gates[-1], kernel, transpose_b=True)
            of_x.append(both[:, :features])
            of_h, of_c = both[:, features:], of_c * f
        gates = tf.concat(of_gates[::-1], axis=0)  # (T·B, 4U)
        inputs = tf.concat([step[0] for step in kept], axis=0)  # (T·B, F + U)
        of_kernel = tf.matmul(inputs, gates, transpose_a=True)  # one product for all
        return tf.stack(of_x[::-1]), of_kernel, tf.reduce_sum(gates, axis=0)

    return tf.stack(outputs), gradient
