"""Write what functions take, and what TensorFlow 1 says to the classic mistakes.

    python interfaces.py OUT

writes OUT/parameters.json, the parameters of each function and class with their
defaults, and OUT/mistakes.json, each mistake's code with the error that it raises, or
with what it does where there is none.
"""

import argparse
import inspect
import os
import tempfile
import textwrap

import numpy as np
import tensorflow as tf
import tensorflow.contrib.rnn as rnn
from freezing import session, steady, warnings_of, write_texts

FUNCTIONS = """
tf.contrib.rnn.BasicLSTMCell tf.contrib.rnn.LSTMCell tf.contrib.rnn.GRUCell
tf.contrib.rnn.BasicRNNCell tf.contrib.rnn.MultiRNNCell tf.contrib.rnn.LSTMStateTuple
tf.contrib.rnn.DropoutWrapper tf.contrib.rnn.ResidualWrapper
tf.contrib.rnn.DeviceWrapper tf.contrib.rnn.LSTMBlockCell
tf.contrib.rnn.LSTMBlockFusedCell tf.contrib.rnn.GRUBlockCell
tf.contrib.rnn.GRUBlockCellV2 tf.contrib.rnn.LayerNormBasicLSTMCell
tf.contrib.rnn.CoupledInputForgetGateLSTMCell tf.contrib.rnn.NASCell
tf.contrib.rnn.PhasedLSTMCell tf.contrib.rnn.UGRNNCell
tf.contrib.rnn.AttentionCellWrapper tf.contrib.rnn.InputProjectionWrapper
tf.contrib.rnn.OutputProjectionWrapper tf.contrib.rnn.EmbeddingWrapper
tf.contrib.rnn.static_rnn tf.contrib.rnn.static_bidirectional_rnn
tf.contrib.rnn.static_state_saving_rnn tf.contrib.rnn.stack_bidirectional_rnn
tf.contrib.rnn.stack_bidirectional_dynamic_rnn tf.contrib.rnn.transpose_batch_time
tf.contrib.cudnn_rnn.CudnnLSTM tf.contrib.cudnn_rnn.CudnnGRU
tf.contrib.cudnn_rnn.CudnnCompatibleLSTMCell tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell
tf.contrib.seq2seq.sequence_loss tf.contrib.seq2seq.TrainingHelper
tf.contrib.seq2seq.GreedyEmbeddingHelper tf.contrib.seq2seq.BasicDecoder
tf.contrib.seq2seq.BeamSearchDecoder tf.contrib.seq2seq.dynamic_decode
tf.contrib.seq2seq.AttentionWrapper tf.contrib.seq2seq.BahdanauAttention
tf.contrib.seq2seq.LuongAttention tf.contrib.seq2seq.tile_batch
tf.contrib.legacy_seq2seq.rnn_decoder tf.contrib.legacy_seq2seq.sequence_loss
tf.contrib.legacy_seq2seq.sequence_loss_by_example
tf.contrib.layers.fully_connected tf.contrib.layers.xavier_initializer
tf.contrib.crf.crf_log_likelihood tf.contrib.training.HParams
tf.nn.rnn_cell.BasicLSTMCell tf.nn.rnn_cell.MultiRNNCell tf.nn.rnn_cell.LSTMStateTuple
tf.nn.dynamic_rnn tf.nn.bidirectional_dynamic_rnn tf.nn.static_rnn tf.nn.raw_rnn
tf.nn.embedding_lookup tf.sequence_mask tf.boolean_mask tf.nn.ctc_loss
tf.losses.mean_squared_error tf.losses.softmax_cross_entropy
tf.train.AdamOptimizer tf.train.Saver tf.layers.dense tf.reverse_sequence
"""


def parameters_of(name):
    """Give the parameters of a function or class; None where there is no such one."""
    found = tf
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
    if found is None:
        return None
    if hasattr(found, "_fields"):
        return list(found._fields)
    # 1.15's wrappers pass everything on to a class they inherit from.
    makers = [each.__init__ for each in found.__mro__] if inspect.isclass(found) else []
    for maker in makers or [found]:
        taken = [str(each) for each in inspect.signature(maker).parameters.values()]
        taken = [steady(each) for each in taken if each != "self"]
        if taken != ["*args", "**kwargs"]:
            break
    return taken


X = np.random.RandomState(0).normal(size=(2, 6, 3)).astype(np.float32)  # (B, T, F)


def one_cell_three_layers():
    """`[cell] * 3`, with as many features as units."""
    cell = rnn.BasicLSTMCell(3)
    stack = rnn.MultiRNNCell([cell] * 3)
    tf.nn.dynamic_rnn(stack, tf.constant(X), dtype=tf.float32)
    return [variable.op.name for variable in tf.trainable_variables()]


def one_cell_three_layers_other_sizes():
    """`[cell] * 3`, with other features than units."""
    cell = rnn.BasicLSTMCell(4)
    stack = rnn.MultiRNNCell([cell] * 3)
    tf.nn.dynamic_rnn(stack, tf.constant(X), dtype=tf.float32)
    return [variable.op.name for variable in tf.trainable_variables()]


def no_cells():
    """A stack of nothing."""
    rnn.MultiRNNCell([])


def same_scope_twice():
    """Two loops with cells of their own in one scope."""
    for _ in range(2):
        tf.nn.dynamic_rnn(rnn.BasicLSTMCell(4), tf.constant(X), dtype=tf.float32)


def same_cell_twice():
    """Two loops over one cell."""
    cell = rnn.BasicLSTMCell(4)
    for _ in range(2):
        tf.nn.dynamic_rnn(cell, tf.constant(X), dtype=tf.float32)
    return [variable.op.name for variable in tf.trainable_variables()]


def same_cell_in_two_scopes():
    """Two loops over one cell, each with a scope of its own."""
    cell = rnn.BasicLSTMCell(4)
    for scope in ("first", "second"):
        tf.nn.dynamic_rnn(cell, tf.constant(X), dtype=tf.float32, scope=scope)
    return [variable.op.name for variable in tf.trainable_variables()]


def reuse_of_nothing():
    """`reuse=True` where there is nothing to reuse."""
    cell = rnn.BasicLSTMCell(4, reuse=True)
    tf.nn.dynamic_rnn(cell, tf.constant(X), dtype=tf.float32)


def steps_without_reuse():
    """The loop by hand, its variables not reused."""
    stack = rnn.MultiRNNCell([rnn.BasicLSTMCell(4), rnn.BasicLSTMCell(2)])
    state = stack.zero_state(2, tf.float32)
    with tf.variable_scope("rnn"):
        for step in range(2):
            _, state = stack(tf.constant(X[:, step]), state)
    return [variable.op.name for variable in tf.trainable_variables()]


def no_dtype():
    """Neither an initial state nor a type."""
    tf.nn.dynamic_rnn(rnn.BasicLSTMCell(4), tf.constant(X))


def other_dtype():
    """Inputs of 64 bits, a state of 32."""
    inputs = tf.constant(X.astype(np.float64))
    tf.nn.dynamic_rnn(rnn.BasicLSTMCell(4), inputs, dtype=tf.float32)


def numpy_inputs():
    """Inputs that are a NumPy array."""
    cell = rnn.BasicLSTMCell(4)
    cell(X[:, 0], cell.zero_state(2, tf.float32))
    return "taken"


def state_for_another_stack():
    """A stack of two layers that gets the state of one."""
    stack = rnn.MultiRNNCell([rnn.BasicLSTMCell(4), rnn.BasicLSTMCell(2)])
    start = rnn.BasicLSTMCell(4).zero_state(2, tf.float32)
    tf.nn.dynamic_rnn(stack, tf.constant(X), initial_state=start)


def state_as_one_tensor():
    """One tensor as the state of a cell that has two."""
    cell = rnn.BasicLSTMCell(4)
    tf.nn.dynamic_rnn(cell, tf.constant(X), initial_state=tf.zeros([2, 8]))


def state_as_a_list():
    """A list as the state, where a tuple is expected."""
    stack = rnn.MultiRNNCell([rnn.BasicLSTMCell(4), rnn.BasicLSTMCell(2)])
    start = list(stack.zero_state(2, tf.float32))
    tf.nn.dynamic_rnn(stack, tf.constant(X), initial_state=start)


def state_for_another_batch():
    """A state made for a batch of 2, and a last batch of 1."""
    x = tf.placeholder(tf.float32, [None, 6, 3])
    cell = rnn.BasicLSTMCell(4)
    start = cell.zero_state(2, tf.float32)
    outputs, _ = tf.nn.dynamic_rnn(cell, x, initial_state=start)
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(outputs, {x: X[:1]})


def features_unknown():
    """Inputs whose number of features is not known."""
    x = tf.placeholder(tf.float32, [None, 6, None])
    tf.nn.dynamic_rnn(rnn.BasicLSTMCell(4), x, dtype=tf.float32)


def flat_inputs():
    """Inputs without a time axis."""
    tf.nn.dynamic_rnn(rnn.BasicLSTMCell(4), tf.constant(X[:, 0]), dtype=tf.float32)


def tensor_for_static_rnn():
    """One tensor where static_rnn expects a list of steps."""
    tf.nn.static_rnn(rnn.BasicLSTMCell(4), tf.constant(X), dtype=tf.float32)


def not_initialised():
    """A session that has not run the initialiser."""
    tf.nn.dynamic_rnn(rnn.BasicLSTMCell(4), tf.constant(X), dtype=tf.float32)
    with session() as sess:
        sess.run(tf.trainable_variables()[0])


def nothing_fed():
    """A placeholder that gets no value."""
    x = tf.placeholder(tf.float32, [None, 6, 3], name="x")
    with session() as sess:
        sess.run(tf.identity(x))


def other_shape_fed():
    """A placeholder that gets a value of another shape."""
    x = tf.placeholder(tf.float32, [None, 6, 3], name="x")
    with session() as sess:
        sess.run(tf.identity(x), {x: X[:, :5]})


def other_names_restored():
    """A checkpoint restored into a graph with other names."""
    with tf.variable_scope("old"):
        tf.nn.dynamic_rnn(rnn.BasicLSTMCell(4), tf.constant(X), dtype=tf.float32)
    with tempfile.TemporaryDirectory() as folder:
        with session() as sess:
            sess.run(tf.global_variables_initializer())
            path = tf.train.Saver().save(sess, os.path.join(folder, "model"))
        tf.reset_default_graph()
        tf.nn.dynamic_rnn(rnn.BasicLSTMCell(4), tf.constant(X), dtype=tf.float32)
        with session() as sess:
            tf.train.Saver().restore(sess, path)


def other_sizes_restored():
    """A checkpoint of 4 units restored into a cell of 5."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model")
        for units in (4, 5):
            tf.reset_default_graph()
            cell = rnn.BasicLSTMCell(units)
            tf.nn.dynamic_rnn(cell, tf.constant(X), dtype=tf.float32)
            with session() as sess:
                sess.run(tf.global_variables_initializer())
                if units == 4:
                    tf.train.Saver().save(sess, path)
                else:
                    tf.train.Saver().restore(sess, path)


def nothing_restored():
    """A checkpoint that isn't there."""
    tf.nn.dynamic_rnn(rnn.BasicLSTMCell(4), tf.constant(X), dtype=tf.float32)
    with session() as sess:
        tf.train.Saver().restore(sess, "model")


def one_name_two_shapes():
    """A variable shared with another shape."""
    with tf.variable_scope("model", reuse=tf.AUTO_REUSE):
        tf.get_variable("table", [6, 3])
        tf.get_variable("table", [7, 3])


def placeholder_of_another_graph():
    """A value for a placeholder of another graph."""
    x = tf.placeholder(tf.float32, [None, 6, 3], name="x")
    with tf.Graph().as_default():
        answer = tf.constant(1.0)
        with session() as sess:
            sess.run(answer, {x: X})


def tensor_fed():
    """A tensor as the value of a placeholder."""
    x = tf.placeholder(tf.float32, [None, 6, 3], name="x")
    with session() as sess:
        sess.run(tf.identity(x), {x: tf.constant(X)})


def cell_without_its_sizes():
    """A cell of one's own that lacks a property."""

    class Cell(rnn.RNNCell):
        @property
        def output_size(self):
            return 4

    tf.nn.dynamic_rnn(Cell(), tf.constant(X), dtype=tf.float32)


def id_out_of_range():
    """An id that the table has no row for."""
    with session() as sess:
        sess.run(tf.nn.embedding_lookup(tf.constant(X[0]), [6]))


def unknown_partition():
    """A strategy that there isn't."""
    table = tf.constant(X[0])
    tf.nn.embedding_lookup([table, table], [1], partition_strategy="modulo")


def mask_of_unknown_rank():
    """A mask whose number of axes is not known."""
    tf.boolean_mask(tf.constant(X), tf.placeholder(tf.bool))


def mask_of_other_shape():
    """A mask that doesn't fit the tensor."""
    tf.boolean_mask(tf.constant(X), [True, False, True])


def lengths_of_another_batch():
    """Three lengths for a batch of two."""
    tf.nn.dynamic_rnn(rnn.BasicLSTMCell(4), tf.constant(X), [6, 3, 1], dtype=tf.float32)


def length_too_long():
    """A length beyond the last step."""
    outputs, _ = tf.nn.dynamic_rnn(
        rnn.BasicLSTMCell(4), tf.constant(X), [9, 3], dtype=tf.float32
    )
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        return f"shape {sess.run(outputs).shape}"


def length_of_zero():
    """A sequence without a real step."""
    outputs, state = tf.nn.dynamic_rnn(
        rnn.BasicLSTMCell(4), tf.constant(X), [6, 0], dtype=tf.float32
    )
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        outputs, state = sess.run((outputs, state))
    parts = outputs[1], state.c[1], state.h[1]
    return "all zero: %s" % (not any(part.any() for part in parts))


def half_a_state():
    """The states of two directions joined, c forgotten."""
    _, (fw, bw) = tf.nn.bidirectional_dynamic_rnn(
        rnn.BasicLSTMCell(4), rnn.BasicLSTMCell(4), tf.constant(X), dtype=tf.float32
    )
    tf.concat([fw, bw], axis=1)
    return f"{tf.concat([fw, bw], axis=1).shape}"


def same_cell_both_ways():
    """One cell object for both directions."""
    cell = rnn.BasicLSTMCell(4)
    tf.nn.bidirectional_dynamic_rnn(cell, cell, tf.constant(X), dtype=tf.float32)
    return [variable.op.name for variable in tf.trainable_variables()]


MISTAKES = (
    one_cell_three_layers,
    one_cell_three_layers_other_sizes,
    no_cells,
    same_scope_twice,
    same_cell_twice,
    same_cell_in_two_scopes,
    reuse_of_nothing,
    steps_without_reuse,
    no_dtype,
    other_dtype,
    numpy_inputs,
    state_for_another_stack,
    state_as_one_tensor,
    state_as_a_list,
    state_for_another_batch,
    features_unknown,
    flat_inputs,
    tensor_for_static_rnn,
    not_initialised,
    nothing_fed,
    other_shape_fed,
    other_names_restored,
    other_sizes_restored,
    nothing_restored,
    one_name_two_shapes,
    placeholder_of_another_graph,
    tensor_fed,
    cell_without_its_sizes,
    id_out_of_range,
    unknown_partition,
    mask_of_unknown_rank,
    mask_of_other_shape,
    lengths_of_another_batch,
    length_too_long,
    length_of_zero,
    half_a_state,
    same_cell_both_ways,
)


def outcome(function):
    """Give a mistake's code, and what came of it."""
    tf.reset_default_graph()
    tf.set_random_seed(0)
    source = inspect.getsource(function)
    body = source.split('"""', 2)[2]
    found = {
        "what": function.__doc__,
        "code": textwrap.dedent(body).strip(),
        "error": None,
        "text": None,
        "gives": None,
    }
    with warnings_of() as warnings:
        try:
            found["gives"] = function()
        except Exception as error:
            found["error"] = type(error).__name__
            found["text"] = steady(getattr(error, "message", None) or str(error))
    found["warnings"] = warnings
    return found


def main():
    """Run the script; see the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", help="the folder to write to")
    out = parser.parse_args().out
    taken = {name: parameters_of(name) for name in FUNCTIONS.split()}
    write_texts(os.path.join(out, "parameters.json"), taken)
    mistakes = {mistake.__name__: outcome(mistake) for mistake in MISTAKES}
    write_texts(os.path.join(out, "mistakes.json"), mistakes)


if __name__ == "__main__":
    main()
