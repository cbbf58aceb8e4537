"""Run what the article explains of each function, and write what TensorFlow 1 gave.

    python api.py OUT

writes OUT/api.npz (inputs, weights as made, outputs and states) and OUT/api.json (what
the article's lines print, the variables' names, the warnings), by the row of the
course's coverage page. Sizes are the article's, where it names any: batches of 32
sequences of 40 steps with 5 features, 128 units. The stacks' numbers come from layers
of an eighth of its sizes, to keep the files small.
"""

import argparse
import contextlib
import io
import os

import numpy as np
import tensorflow as tf
import tensorflow.contrib.rnn as rnn
from freezing import flat, session, warnings_of, write_arrays, write_texts

BATCH, TIME, FEATURES, UNITS = 32, 40, 5, 128
LAYERS = (128, 256, 512)
SMALL = (16, 32, 64)  # the same stack, an eighth as wide
SEED = 0


def sequences(batch=BATCH, time=TIME, features=FEATURES):
    """Give a batch of random sequences, the same each time."""
    drawn = np.random.RandomState(SEED).normal(size=(batch, time, features))
    return drawn.astype(np.float32)


def lengths_of(batch=BATCH):
    """Give a length for each sequence, from 1 to TIME."""
    drawn = np.random.RandomState(SEED).randint(1, TIME + 1, size=batch)
    drawn[:3] = TIME, 1, TIME // 2
    return drawn.astype(np.int32)


def run(fetches, feed=None):
    """Give what a new session gives, and the weights as they were made."""
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run((fetches, list(tf.trainable_variables())), feed)


def kept(inputs, weights, **results):
    """Give inputs, weights and results under the names they are written by."""
    arrays = {"inputs/" + name: value for name, value in inputs.items()}
    arrays.update({f"weights/{i}": value for i, value in enumerate(weights)})
    for name, value in results.items():
        for each, array in flat(name, value).items():
            arrays["outputs/" + each] = array
    return arrays


def a1_1():
    """The constructor: no weights before the first call."""
    cell = rnn.BasicLSTMCell(num_units=UNITS, forget_bias=1.0, state_is_tuple=True)
    print("before:", [v.name for v in tf.trainable_variables()])
    cell(tf.zeros([BATCH, FEATURES]), cell.zero_state(BATCH, tf.float32))
    for variable in tf.trainable_variables():
        print("after: ", variable.name, variable.shape)
    return {}


def a1_2():
    """A unit: its four columns decide its own output only."""
    x = tf.constant(sequences()[:, 0, :])
    cell = rnn.BasicLSTMCell(UNITS)
    output, _ = cell(x, cell.zero_state(BATCH, tf.float32))
    kernel = tf.trainable_variables()[0]
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        before, disturbed = sess.run((output, kernel))
        disturbed[:, 7::UNITS] += 0.5
        kernel.load(disturbed, sess)
        moved = np.flatnonzero(np.any(sess.run(output) != before, axis=0))
    print("outputs that moved:", moved)
    return {"outputs/moved": moved}


def a1_3():
    """The sizes that a cell names."""
    lstm_cell = rnn.BasicLSTMCell(num_units=UNITS)
    print("output_size:", lstm_cell.output_size)
    print("state_size:", lstm_cell.state_size)
    print(lstm_cell.state_size.h)
    print(lstm_cell.state_size.c)
    return {}


class GridCell(rnn.RNNCell):
    """A cell whose state has more axes than one; it only names its sizes."""

    state_size = tf.TensorShape([4, 6])
    output_size = 3


def a1_4():
    """A state of zeros, in the form of state_size."""
    cells = rnn.BasicLSTMCell(UNITS), rnn.GRUCell(UNITS), GridCell()
    zeros = [cell.zero_state(BATCH, tf.float32) for cell in cells]
    print("tuple:", zeros[0].c.shape, zeros[0].h.shape)
    print("int:", zeros[1].shape)
    print("TensorShape:", zeros[2].shape)
    with session() as sess:
        values = sess.run(zeros)
    print("all zero:", not any(array.any() for array in flat("", values).values()))
    return {}


def a1_5():
    """One step in time, from a state of zeros and from a state that is none."""
    x = sequences()
    inputs = tf.constant(x)
    cell = rnn.BasicLSTMCell(UNITS)
    output, state = cell(inputs[:, 0, :], cell.zero_state(BATCH, tf.float32))
    second, second_state = cell(inputs[:, 1, :], state)
    print("output.shape:", output.shape)
    print("the output is the new h:", output is state.h)
    results, weights = run((output, state, second, second_state))
    names = "output", "state", "second_output", "second_state"
    return kept({"x": x[:, :2]}, weights, **dict(zip(names, results)))


def a1_6():
    """The forget bias: how much of a memory of ones is left after a step."""
    x = np.zeros((2, 3), np.float32)
    left = {}
    for bias in (0.0, 1.0, 5.0):
        cell = rnn.BasicLSTMCell(4, forget_bias=bias)
        start = rnn.LSTMStateTuple(c=tf.ones([2, 4]), h=tf.zeros([2, 4]))
        with tf.variable_scope(f"bias_{bias:.0f}"):
            _, state = cell(tf.constant(x), start)
        left[f"c, forget_bias={bias:.1f}"] = state.c
    results, _ = run(left)
    for name in sorted(results):
        print(name, f"{results[name][0, 0]:.4f}")
    return kept({"x": x}, [], **results)


def a1_7():
    """A state that is one tensor."""
    x = sequences(2, 1, 3)[:, 0, :]
    cell = rnn.BasicLSTMCell(4, state_is_tuple=False)
    start = np.random.RandomState(1).normal(size=(2, 8)).astype(np.float32)
    output, state = cell(tf.constant(x), tf.constant(start))
    print("state_size:", cell.state_size)
    print("state.shape:", state.shape)
    (output, state), weights = run((output, state))
    print("h comes last:", np.array_equal(state[:, 4:], output))
    return kept({"x": x, "start": start}, weights, output=output, state=state)


def stack_of(units):
    """Give cells on top of each other."""
    return rnn.MultiRNNCell(cells=[rnn.BasicLSTMCell(num_units=n) for n in units])


def a2_1():
    """A stack of three layers, and the sizes that it names."""
    lstm_cell = stack_of(LAYERS)
    print("output_size:", lstm_cell.output_size)
    print("state_size:", lstm_cell.state_size)
    return {}


def a2_2():
    """One step of a stack."""
    x = sequences(2, 1)[:, 0, :]
    cell = stack_of(SMALL)
    output, state = cell(tf.constant(x), cell.zero_state(2, tf.float32))
    for variable in tf.trainable_variables():
        print(variable.name, variable.shape)
    (output, state), weights = run((output, state))
    return kept({"x": x}, weights, output=output, state=state)


def a3_1():
    """What parallel_iterations, swap_memory and scope change: names, not numbers."""
    x = tf.constant(sequences(2, 6, 3))
    cell, results = rnn.BasicLSTMCell(4), []
    for scope, more in (
        (None, {}),
        ("plain", {"parallel_iterations": 1}),
        ("swapped", {"swap_memory": True}),
    ):
        outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32, scope=scope, **more)
        results.append(outputs)
    print([variable.name for variable in tf.trainable_variables()])
    results, _ = run(results)
    same = all(np.array_equal(results[0], other) for other in results)
    print("the same numbers:", same)
    return {}


class CountingCell(rnn.RNNCell):
    """A cell that counts its calls in a variable and hands its input on."""

    state_size = 1
    output_size = 1

    def __init__(self, calls):
        super().__init__()
        self.calls = calls

    def call(self, inputs, state):
        """Count, and give the input."""
        with tf.control_dependencies([tf.assign_add(self.calls, 1)]):
            return tf.identity(inputs), state


def calls_for(lengths):
    """Give how often dynamic_rnn calls a cell, over 6 steps."""
    calls = tf.Variable(0, trainable=False)
    with tf.variable_scope("calls"):
        outputs, _ = tf.nn.dynamic_rnn(
            CountingCell(calls), tf.ones([2, 6, 1]), lengths, dtype=tf.float32
        )
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(outputs)
        return sess.run(calls)


def a3_2():
    """The lengths of sequences."""
    x, lengths = sequences(4), lengths_of(4)
    outputs, state = tf.nn.dynamic_rnn(
        rnn.BasicLSTMCell(UNITS), tf.constant(x), lengths, dtype=tf.float32
    )
    (outputs, state), weights = run((outputs, state))
    past = [outputs[i, length:] for i, length in enumerate(lengths)]
    print("zero past the lengths:", not any(part.any() for part in past))
    at_end = outputs[np.arange(len(lengths)), lengths - 1]
    print("h is the last real output:", np.array_equal(at_end, state.h))
    print("calls over 6 steps, lengths 2 and 3:", calls_for([2, 3]))
    return kept({"x": x, "lengths": lengths}, weights, outputs=outputs, state=state)


def a3_3():
    """Time first."""
    x = sequences(4).transpose(1, 0, 2)
    outputs, state = tf.nn.dynamic_rnn(
        rnn.BasicLSTMCell(UNITS), tf.constant(x), dtype=tf.float32, time_major=True
    )
    print("output.shape:", outputs.shape)
    (outputs, state), weights = run((outputs, state))
    return kept({"x": x}, weights, outputs=outputs, state=state)


def a3_4():
    """What comes back: the output is the last h."""
    x = sequences(2, 6, 3)
    outputs, state = tf.nn.dynamic_rnn(
        rnn.BasicLSTMCell(4), tf.constant(x), dtype=tf.float32
    )
    print("output.shape:", outputs.shape)
    print("state:", state)
    (outputs, state), weights = run((outputs, state))
    print("the last output is h:", np.array_equal(outputs[:, -1], state.h))
    return kept({"x": x}, weights, outputs=outputs, state=state)


def a3_5():
    """One layer over whole sequences."""
    inputs = tf.placeholder(np.float32, shape=(BATCH, TIME, FEATURES))
    lstm_cell = rnn.BasicLSTMCell(num_units=UNITS)
    print("output_size:", lstm_cell.output_size)
    print("state_size:", lstm_cell.state_size)
    output, state = tf.nn.dynamic_rnn(cell=lstm_cell, inputs=inputs, dtype=tf.float32)
    print("output.shape:", output.shape)
    print("len of state tuple", len(state))
    print("state.h.shape:", state.h.shape)
    print("state.c.shape:", state.c.shape)
    x = sequences()
    (output, state), weights = run((output, state), {inputs: x})
    return kept({"x": x}, weights, outputs=output, state=state)


def a3_6():
    """Three layers over whole sequences."""
    inputs = tf.placeholder(np.float32, shape=(BATCH, TIME, FEATURES))
    lstm_cell = stack_of(LAYERS)
    print("output_size:", lstm_cell.output_size)
    print("state_size:", lstm_cell.state_size)
    output, state = tf.nn.dynamic_rnn(cell=lstm_cell, inputs=inputs, dtype=tf.float32)
    print("output.shape:", output.shape)
    print("len of state tuple", len(state))
    for variable in tf.trainable_variables():
        print(variable.name, variable.shape)
    tf.reset_default_graph()
    tf.set_random_seed(SEED)
    x = sequences(4)
    output, state = tf.nn.dynamic_rnn(stack_of(SMALL), tf.constant(x), dtype=tf.float32)
    (output, state), weights = run((output, state))
    return kept({"x": x}, weights, outputs=output, state=state)


def both_ways(x, units=UNITS, **more):
    """Run a cell in each direction."""
    return tf.nn.bidirectional_dynamic_rnn(
        cell_fw=rnn.BasicLSTMCell(num_units=units),
        cell_bw=rnn.BasicLSTMCell(num_units=units),
        inputs=x,
        dtype=tf.float32,
        **more,
    )


def a4_2():
    """Two outputs and two states, in both layouts."""
    batch_first, states = both_ways(tf.zeros([BATCH, TIME, FEATURES]))
    time_first, _ = both_ways(
        tf.zeros([TIME, BATCH, FEATURES]), time_major=True, scope="time_major"
    )
    print("batch first:", batch_first[0].shape, batch_first[1].shape)
    print("time first:", time_first[0].shape, time_first[1].shape)
    print("states:", len(states), len(states[0]))
    return {}


def a4_3():
    """One layer each way, over whole sequences."""
    inputs = tf.placeholder(np.float32, shape=(BATCH, TIME, FEATURES))
    (output_fw, output_bw), (state_fw, state_bw) = both_ways(inputs)
    print("output_fw.shape:", output_fw.shape)
    print("output_bw.shape:", output_bw.shape)
    print("len of state tuple", len(state_fw))
    print("state_fw:", state_fw)
    print("state_bw:", state_bw)
    for variable in tf.trainable_variables():
        print(variable.name, variable.shape)
    x = sequences()
    results, weights = run((output_fw, output_bw, state_fw, state_bw), {inputs: x})
    names = "output_fw", "output_bw", "state_fw", "state_bw"
    return kept({"x": x}, weights, **dict(zip(names, results)))


def a4_4():
    """States joined, for a cell of twice as many units."""
    x = sequences(4, 6, 3)
    _, (state_fw, state_bw) = both_ways(tf.constant(x), 4)
    h = tf.concat(values=[state_fw.h, state_bw.h], axis=1)
    c = tf.concat(values=[state_fw.c, state_bw.c], axis=1)
    state_concat = rnn.LSTMStateTuple(c=c, h=h)
    print("state_concat.h.shape", h.shape)
    print("state_concat.c.shape", c.shape)
    print(state_concat)
    second, last = tf.nn.dynamic_rnn(
        rnn.BasicLSTMCell(8), tf.constant(x), initial_state=state_concat, scope="second"
    )
    results, weights = run((state_concat, second, last))
    names = "joined", "second_outputs", "second_state"
    return kept({"x": x}, weights, **dict(zip(names, results)))


def a4_5():
    """Each sequence is reversed within its own length."""
    x, lengths = sequences(4, 6, 3), np.array([6, 1, 3, 5], np.int32)
    outputs, states = both_ways(tf.constant(x), 4, sequence_length=lengths)
    (outputs, states), weights = run((outputs, states))
    inputs = {"x": x, "lengths": lengths}
    return kept(inputs, weights, outputs=outputs, states=states)


def a5_1():
    """Ids of any rank become vectors."""
    table = np.random.RandomState(SEED).normal(size=(10, 4)).astype(np.float32)
    ids = np.array([[1, 2, 0], [9, 9, 3]], np.int32)
    found = tf.nn.embedding_lookup(tf.constant(table), ids)
    print("shape:", found.shape)
    found, _ = run(found)
    return kept({"table": table, "ids": ids}, [], found=found)


def a5_2():
    """A table in parts, and the two strategies."""
    table = np.random.RandomState(SEED).normal(size=(7, 4)).astype(np.float32)
    ids = np.arange(7).astype(np.int32)
    mod = [tf.constant(table[part::3]) for part in range(3)]
    div = [tf.constant(part) for part in (table[:3], table[3:5], table[5:])]
    found = {
        "mod": tf.nn.embedding_lookup(mod, ids, partition_strategy="mod"),
        "div": tf.nn.embedding_lookup(div, ids, partition_strategy="div"),
        "default": tf.nn.embedding_lookup(mod, ids),
        "mod, parts cut for div": tf.nn.embedding_lookup(div, ids[:6]),
    }
    found, _ = run(found)
    print("mod is the default:", np.array_equal(found["default"], found["mod"]))
    return kept({"table": table, "ids": ids}, [], **found)


def a5_3():
    """Rows are clipped to a norm."""
    table = np.random.RandomState(SEED).normal(size=(10, 4)).astype(np.float32)
    ids = np.array([0, 1, 2, 3], np.int32)
    found, _ = run(tf.nn.embedding_lookup(tf.constant(table), ids, max_norm=1.0))
    print(f"largest norm: {np.linalg.norm(found, axis=1).max():.4f}")
    return kept({"table": table, "ids": ids}, [], found=found)


def a5_4():
    """The gradient reaches the rows that were looked up."""
    tf.get_variable("table", [10, 4])
    table = tf.trainable_variables()[0]
    ids = np.array([1, 3, 1], np.int32)
    (gradient,) = tf.gradients(tf.reduce_sum(tf.nn.embedding_lookup(table, ids)), table)
    print("gradient:", type(gradient).__name__)
    gradient, weights = run((gradient.indices, gradient.values))
    return kept({"ids": ids}, weights, indices=gradient[0], values=gradient[1])


def a6_1():
    """Masks from lengths."""
    row = tf.sequence_mask([1, 3, 2], 5)
    grid = tf.sequence_mask([[1, 3], [2, 0]])
    numbers = tf.sequence_mask([1, 3, 2], 5, dtype=tf.float32)
    results, _ = run((row, grid, numbers))
    print(results[0])
    print(results[1])
    return kept({}, [], row=results[0], grid=results[1], numbers=results[2])


def a7_1():
    """What a mask picks: the result has N - K + 1 axes."""
    tensor = np.arange(24).astype(np.float32).reshape(2, 3, 4)
    masks = [
        np.array([True, False]),
        np.array([[True, False, True], [False, True, True]]),
        tensor % 2 == 0,
    ]
    picked = [tf.boolean_mask(tensor, mask) for mask in masks]
    for result in picked:
        print(result.shape.ndims, "axes")
    picked, _ = run(picked)
    inputs = {f"mask {i + 1}": mask for i, mask in enumerate(masks)}
    return kept(dict(inputs, tensor=tensor), [], picked=picked)


def a7_2():
    """Padding out of the outputs, and out of a loss."""
    x, lengths = sequences(4, 6, 3), np.array([6, 1, 3, 5], np.int32)
    outputs, _ = tf.nn.dynamic_rnn(
        rnn.BasicLSTMCell(4), tf.constant(x), lengths, dtype=tf.float32
    )
    mask = tf.sequence_mask(lengths, 6)
    real = tf.boolean_mask(outputs, mask)
    loss = tf.reduce_mean(tf.square(real))
    print("real.shape:", real.shape)
    (outputs, real, loss), weights = run((outputs, real, loss))
    inputs = {"x": x, "lengths": lengths}
    return kept(inputs, weights, outputs=outputs, real=real, loss=loss)


ROWS = (a1_1, a1_2, a1_3, a1_4, a1_5, a1_6, a1_7, a2_1, a2_2)
ROWS += (a3_1, a3_2, a3_3, a3_4, a3_5, a3_6, a4_2, a4_3, a4_4, a4_5)
ROWS += (a5_1, a5_2, a5_3, a5_4, a6_1, a7_1, a7_2)


def main():
    """Run the script; see the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", help="the folder to write to")
    given = parser.parse_args()
    arrays, texts = {}, {}
    for function in ROWS:
        row = function.__name__.upper().replace("_", ".")
        tf.reset_default_graph()
        tf.set_random_seed(SEED)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), warnings_of() as warnings:
            found = function()
        arrays.update({row + "/" + name: array for name, array in found.items()})
        texts[row] = {
            "printed": printed.getvalue(),
            "variables": [v.op.name for v in tf.trainable_variables()],
            "warnings": warnings,
        }
    write_arrays(os.path.join(given.out, "api.npz"), arrays)
    write_texts(os.path.join(given.out, "api.json"), texts)


if __name__ == "__main__":
    main()
