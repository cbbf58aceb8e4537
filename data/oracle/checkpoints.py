"""Save models as tf.train.Saver does, one for each layout that old programs have left.

    python checkpoints.py OUT

writes OUT/checkpoints.zip with a folder for each layout: the checkpoint, and
example.npz with inputs, outputs, final states and all variables. OUT/checkpoints.json
says of each what it is, and which variables its file holds. OUT/graphs.zip holds frozen
graphs with their examples, OUT/graphs.json the same of them.

All weights and biases are random numbers, none zero, so that a converter that leaves
out or mixes up any of them is found out. The two sequences have different lengths.
"""

import argparse
import collections
import os
import re
import tempfile

import numpy as np
import tensorflow as tf
import tensorflow.contrib.rnn as rnn
from freezing import flat, session, write_arrays, write_folder, write_texts
from tensorflow.contrib import cudnn_rnn
from tensorflow.core.protobuf import control_flow_pb2

BATCH, TIME, FEATURES, UNITS = 2, 6, 3, 4
LAYERS = (4, 5)
LENGTHS = np.array([6, 4], np.int32)


def inputs():
    """Give the inputs' placeholder."""
    return tf.placeholder(tf.float32, [None, TIME, FEATURES], name="x")


def lengths():
    """Give the lengths' placeholder."""
    return tf.placeholder(tf.int32, [None], name="lengths")


def over_time(cell, x=None, **more):
    """Run a cell over the inputs with dynamic_rnn."""
    x = inputs() if x is None else x
    return tf.nn.dynamic_rnn(cell, x, lengths(), dtype=tf.float32, **more)


def stack_of(make, layers=LAYERS, **more):
    """Give cells on top of each other."""
    return rnn.MultiRNNCell([make(n) for n in layers], **more)


def both_ways(make, x=None, **more):
    """Run two cells over the inputs, one each way."""
    x = inputs() if x is None else x
    return tf.nn.bidirectional_dynamic_rnn(
        make(), make(), x, lengths(), dtype=tf.float32, **more
    )


def steps_of(x):
    """Give the inputs as static_rnn takes them: a list of steps."""
    return tf.unstack(x, TIME, axis=1)


def lstm(units=UNITS, **more):
    """Give a BasicLSTMCell."""
    return rnn.BasicLSTMCell(units, **more)


def gru(units=UNITS, **more):
    """Give a GRUCell."""
    return rnn.GRUCell(units, **more)


# The layouts: each function builds a model and gives what it puts out. ---------------


def basic_lstm():
    """BasicLSTMCell in dynamic_rnn."""
    return over_time(lstm())


def basic_lstm_forget_bias_0():
    """BasicLSTMCell with forget_bias=0."""
    return over_time(lstm(forget_bias=0.0))


def basic_lstm_relu():
    """BasicLSTMCell with activation=tf.nn.relu."""
    return over_time(lstm(activation=tf.nn.relu))


def lstm_cell():
    """LSTMCell, nothing switched on."""
    return over_time(rnn.LSTMCell(UNITS))


def lstm_cell_peepholes():
    """LSTMCell with peepholes."""
    return over_time(rnn.LSTMCell(UNITS, use_peepholes=True))


def lstm_cell_projection():
    """LSTMCell with a projection to 3 numbers."""
    return over_time(rnn.LSTMCell(UNITS, num_proj=3))


def lstm_cell_peepholes_projection():
    """LSTMCell with peepholes and a projection, both clipped."""
    cell = rnn.LSTMCell(
        UNITS, use_peepholes=True, num_proj=3, cell_clip=0.7, proj_clip=0.1
    )
    return over_time(cell)


def lstm_cell_clipped():
    """LSTMCell with cell_clip=0.5, which no variable tells."""
    return over_time(rnn.LSTMCell(UNITS, cell_clip=0.5))


def gru_cell():
    """GRUCell."""
    return over_time(gru())


def basic_rnn():
    """BasicRNNCell."""
    return over_time(rnn.BasicRNNCell(UNITS))


def lstm_block():
    """LSTMBlockCell."""
    return over_time(rnn.LSTMBlockCell(UNITS))


def lstm_block_peepholes():
    """LSTMBlockCell with peepholes."""
    return over_time(rnn.LSTMBlockCell(UNITS, use_peephole=True))


def lstm_block_fused():
    """LSTMBlockFusedCell, which reads time first and all steps at once."""
    x = tf.transpose(inputs(), [1, 0, 2])
    outputs, state = rnn.LSTMBlockFusedCell(UNITS)(
        x, dtype=tf.float32, sequence_length=lengths()
    )
    return tf.transpose(outputs, [1, 0, 2]), state


def gru_block():
    """GRUBlockCellV2."""
    return over_time(rnn.GRUBlockCellV2(UNITS))


def layer_norm_lstm():
    """LayerNormBasicLSTMCell."""
    return over_time(rnn.LayerNormBasicLSTMCell(UNITS))


def cudnn_lstm():
    """CudnnCompatibleLSTMCell: what a CudnnLSTM saves in its canonical form."""
    cell = cudnn_rnn.CudnnCompatibleLSTMCell(UNITS)
    with tf.variable_scope("cudnn_lstm"):
        return over_time(rnn.MultiRNNCell([cell]))


def cudnn_lstm_stacked():
    """Two layers of CudnnCompatibleLSTMCell."""
    with tf.variable_scope("cudnn_lstm"):
        return over_time(stack_of(cudnn_rnn.CudnnCompatibleLSTMCell))


def cudnn_lstm_bidirectional():
    """CudnnCompatibleLSTMCells, one each way, as a bidirectional CudnnLSTM saves."""
    cells = [[cudnn_rnn.CudnnCompatibleLSTMCell(UNITS)] for _ in range(2)]
    with tf.variable_scope("cudnn_lstm"):
        outputs, fw, bw = rnn.stack_bidirectional_dynamic_rnn(
            cells[0], cells[1], inputs(), dtype=tf.float32, sequence_length=lengths()
        )
    return outputs, (fw, bw)


def cudnn_gru():
    """CudnnCompatibleGRUCell: what a CudnnGRU saves in its canonical form."""
    cell = cudnn_rnn.CudnnCompatibleGRUCell(UNITS)
    with tf.variable_scope("cudnn_gru"):
        return over_time(rnn.MultiRNNCell([cell]))


def coupled_gates():
    """CoupledInputForgetGateLSTMCell, which has no successor."""
    return over_time(rnn.CoupledInputForgetGateLSTMCell(UNITS))


def nas_cell():
    """NASCell, which has no successor."""
    return over_time(rnn.NASCell(UNITS))


def stacked():
    """Two layers of BasicLSTMCell."""
    return over_time(stack_of(lstm))


def stacked_three():
    """Three layers of BasicLSTMCell."""
    return over_time(stack_of(lstm, (4, 5, 2)))


def stacked_one_tensor():
    """Two layers whose state is one tensor: c1, h1, c2, h2 side by side."""

    def cell(units):
        return lstm(units, state_is_tuple=False)

    return over_time(stack_of(cell, state_is_tuple=False))


def stacked_gru():
    """Two layers of GRUCell."""
    return over_time(stack_of(gru))


def stacked_mixed():
    """A GRUCell above a BasicLSTMCell."""
    return over_time(rnn.MultiRNNCell([lstm(4), gru(5)]))


def stacked_dropout():
    """Two layers behind DropoutWrapper, which keeps everything here."""
    return over_time(stack_of(lambda n: rnn.DropoutWrapper(lstm(n), 1.0, 1.0)))


def stacked_residual():
    """Three layers, the upper two with ResidualWrapper."""
    upper = [rnn.ResidualWrapper(lstm(4)) for _ in range(2)]
    return over_time(rnn.MultiRNNCell([lstm(4), *upper]))


def output_projection():
    """BasicLSTMCell behind OutputProjectionWrapper."""
    return over_time(rnn.OutputProjectionWrapper(lstm(), 3))


def static():
    """BasicLSTMCell in static_rnn."""
    outputs, state = tf.nn.static_rnn(
        lstm(), steps_of(inputs()), dtype=tf.float32, sequence_length=lengths()
    )
    return tf.stack(outputs, axis=1), state


def by_hand():
    """Two layers, the steps written out in a scope of the user's."""
    x, stack = inputs(), stack_of(lstm)
    state, outputs = stack.zero_state(tf.shape(x)[0], tf.float32), []
    with tf.variable_scope("RNN"):
        for step in range(TIME):
            if step > 0:
                tf.get_variable_scope().reuse_variables()
            output, state = stack(x[:, step, :], state)
            outputs.append(output)
    return tf.stack(outputs, axis=1), state


def time_major():
    """BasicLSTMCell in dynamic_rnn with time first."""
    x = tf.transpose(inputs(), [1, 0, 2])
    outputs, state = over_time(lstm(), x, time_major=True)
    return tf.transpose(outputs, [1, 0, 2]), state


def bidirectional():
    """A BasicLSTMCell each way."""
    return both_ways(lstm)


def bidirectional_gru():
    """A GRUCell each way."""
    return both_ways(gru)


def bidirectional_stacked():
    """Two layers each way, joined at the end only."""
    return both_ways(lambda: stack_of(lstm))


def bidirectional_static():
    """A BasicLSTMCell each way, in static_bidirectional_rnn."""
    outputs, fw, bw = rnn.static_bidirectional_rnn(
        lstm(), lstm(), steps_of(inputs()), dtype=tf.float32, sequence_length=lengths()
    )
    return tf.stack(outputs, axis=1), (fw, bw)


def stack_bidirectional():
    """Two layers, the directions joined after each."""
    outputs, fw, bw = rnn.stack_bidirectional_dynamic_rnn(
        [lstm(n) for n in LAYERS],
        [lstm(n) for n in LAYERS],
        inputs(),
        dtype=tf.float32,
        sequence_length=lengths(),
    )
    return outputs, (fw, bw)


def stack_bidirectional_static():
    """Two layers, the directions joined after each, in stack_bidirectional_rnn."""
    outputs, fw, bw = rnn.stack_bidirectional_rnn(
        [lstm(n) for n in LAYERS],
        [lstm(n) for n in LAYERS],
        steps_of(inputs()),
        dtype=tf.float32,
        sequence_length=lengths(),
    )
    return tf.stack(outputs, axis=1), (fw, bw)


def user_scope():
    """Two layers in scopes of the user's, the loop's own renamed too."""
    with tf.variable_scope("Model"), tf.variable_scope("RNN"):
        return over_time(stack_of(lstm), scope="rnnlm")


def encoder_decoder():
    """Two models in one file: the second starts from the first one's state."""
    x = inputs()
    with tf.variable_scope("encoder"):
        _, state = over_time(lstm(), x)
    with tf.variable_scope("decoder"):
        return tf.nn.dynamic_rnn(lstm(), x, initial_state=state)


def embedding_and_dense():
    """An embedding below, tf.layers.dense on the last output."""
    ids = tf.placeholder(tf.int32, [None, TIME], name="ids")
    table = tf.get_variable("embedding", [7, FEATURES])
    outputs, state = over_time(lstm(), tf.nn.embedding_lookup(table, ids))
    return outputs, state, tf.layers.dense(state.h, 3)


def fully_connected():
    """contrib.layers.fully_connected on the last output."""
    outputs, state = over_time(lstm())
    answer = tf.contrib.layers.fully_connected(state.h, 3, activation_fn=None)
    return outputs, state, answer


def own_dense():
    """A dense layer of the user's own variables."""
    outputs, state = over_time(lstm())
    weight = tf.get_variable("softmax_w", [UNITS, 3])
    bias = tf.get_variable("softmax_b", [3])
    return outputs, state, tf.matmul(state.h, weight) + bias


def adam():
    """Adam's slots beside the weights."""
    outputs, state = over_time(lstm())
    step = tf.train.AdamOptimizer(0.01).minimize(tf.reduce_mean(tf.square(outputs)))
    tf.add_to_collection("steps", step)
    return outputs, state


def adam_in_a_scope():
    """Adam's slots below a scope of the optimizer's."""
    outputs, state = over_time(lstm())
    with tf.variable_scope("train_step"):
        optimizer = tf.train.AdamOptimizer(0.01)
        step = optimizer.minimize(tf.reduce_mean(tf.square(outputs)))
    tf.add_to_collection("steps", step)
    return outputs, state


def moving_averages():
    """Moving averages beside the weights; the outputs are the weights'."""
    outputs, state = over_time(lstm())
    step = tf.train.GradientDescentOptimizer(0.5).minimize(tf.reduce_mean(outputs))
    average = tf.train.ExponentialMovingAverage(0.9)
    with tf.control_dependencies([step]):
        tf.add_to_collection("steps", average.apply(tf.trainable_variables()))
    return outputs, state


def global_step():
    """A global step and a Boolean beside the weights."""
    tf.train.get_or_create_global_step()
    tf.get_variable("is_training", initializer=True, trainable=False)
    return over_time(lstm())


def without_meta():
    """BasicLSTMCell, saved without its .meta file."""
    return over_time(lstm())


def old_format():
    """Two layers, saved in TensorFlow's first format, one file."""
    return over_time(stack_of(lstm))


def in_shards():
    """Two layers, saved in shards."""
    return over_time(stack_of(lstm))


def partitioned():
    """BasicLSTMCell whose variables are saved in two parts each."""
    parts = tf.fixed_size_partitioner(2)
    with tf.variable_scope("parts", partitioner=parts):
        return over_time(rnn.LSTMCell(UNITS))


def names_of_1_0():
    """Two layers under the names of TensorFlow 1.0 and 1.1, made by renaming."""
    return over_time(stack_of(lstm))


def names_of_0_x():
    """Two layers under the names of TensorFlow 0.x, made by renaming."""
    return over_time(stack_of(lstm))


def gru_names_of_1_0():
    """A GRUCell under the names of TensorFlow 1.0 and 1.1, made by renaming."""
    return over_time(gru())


def double():
    """BasicLSTMCell in 64 bits."""
    x = tf.placeholder(tf.float64, [None, TIME, FEATURES], name="x")
    return tf.nn.dynamic_rnn(lstm(), x, lengths(), dtype=tf.float64)


def half():
    """BasicLSTMCell in 16 bits."""
    x = tf.placeholder(tf.float16, [None, TIME, FEATURES], name="x")
    return tf.nn.dynamic_rnn(lstm(), x, lengths(), dtype=tf.float16)


LAYOUTS = (
    basic_lstm,
    basic_lstm_forget_bias_0,
    basic_lstm_relu,
    lstm_cell,
    lstm_cell_peepholes,
    lstm_cell_projection,
    lstm_cell_peepholes_projection,
    lstm_cell_clipped,
    gru_cell,
    basic_rnn,
    lstm_block,
    lstm_block_peepholes,
    lstm_block_fused,
    gru_block,
    layer_norm_lstm,
    cudnn_lstm,
    cudnn_lstm_stacked,
    cudnn_lstm_bidirectional,
    cudnn_gru,
    coupled_gates,
    nas_cell,
    stacked,
    stacked_three,
    stacked_one_tensor,
    stacked_gru,
    stacked_mixed,
    stacked_dropout,
    stacked_residual,
    output_projection,
    static,
    by_hand,
    time_major,
    bidirectional,
    bidirectional_gru,
    bidirectional_stacked,
    bidirectional_static,
    stack_bidirectional,
    stack_bidirectional_static,
    user_scope,
    encoder_decoder,
    embedding_and_dense,
    fully_connected,
    own_dense,
    adam,
    adam_in_a_scope,
    moving_averages,
    global_step,
    without_meta,
    old_format,
    in_shards,
    partitioned,
    names_of_1_0,
    names_of_0_x,
    gru_names_of_1_0,
    double,
    half,
)


def renamed_to_1_0(name):
    """Give a variable's name as TensorFlow 1.0 would have it."""
    return name.replace("/kernel", "/weights").replace("/bias", "/biases")


def renamed_to_0_x(name):
    """Give a variable's name as TensorFlow 0.x would have it."""
    name = name.replace("rnn/multi_rnn_cell/cell_", "RNN/MultiRNNCell/Cell")
    name = name.replace("/basic_lstm_cell/", "/BasicLSTMCell/Linear/")
    return name.replace("kernel", "Matrix").replace("bias", "Bias")


RENAMED = {
    "names_of_1_0": renamed_to_1_0,
    "gru_names_of_1_0": renamed_to_1_0,
    "names_of_0_x": renamed_to_0_x,
}


def saver_for(layout):
    """Give the Saver of a layout."""
    more = {}
    if layout == "old_format":
        more["write_version"] = tf.train.SaverDef.V1
    if layout in RENAMED:
        rename = RENAMED[layout]
        more["var_list"] = {rename(v.op.name): v for v in tf.global_variables()}
    if layout == "partitioned":  # left to itself, 1.4.1 takes the parts in any order
        parts = collections.defaultdict(list)
        for variable in tf.global_variables():
            place = variable._get_save_slice_info()
            parts[place.full_name if place else variable.op.name].append(variable)
        more["var_list"] = {n: v if len(v) > 1 else v[0] for n, v in parts.items()}
    return tf.train.Saver(sharded=layout == "in_shards", **more)


def fill(sess, random):
    """Give every trainable variable random values."""
    for variable in tf.trainable_variables():
        shape = variable.shape.as_list()
        drawn = random.uniform(-0.8, 0.8, size=shape)
        variable.load(drawn.astype(variable.dtype.base_dtype.as_numpy_dtype), sess)


def feed_of(graph, random):
    """Give values for the placeholders that a graph has."""
    values = {
        "x": random.normal(size=(BATCH, TIME, FEATURES)),
        "ids": random.randint(0, 7, size=(BATCH, TIME)),
        "lengths": LENGTHS,
    }
    feed = {}
    for operation in graph.get_operations():
        name = operation.name.split("/")[-1]  # a scope of the user's may stand in front
        if operation.type == "Placeholder" and name in values:
            tensor = operation.outputs[0]
            feed[tensor] = values[name].astype(tensor.dtype.as_numpy_dtype)
    return feed


def example_of(sess, results, feed):
    """Give what is kept of a run: inputs, results, variables."""
    arrays = {
        "inputs/" + tensor.op.name.split("/")[-1]: value
        for tensor, value in feed.items()
    }
    for name, value in flat("results", sess.run(results, feed)).items():
        arrays[name.replace("results", "results/", 1)] = value
    for variable in tf.global_variables():
        arrays["variables/" + variable.op.name] = sess.run(variable)
    return arrays


def put_in_order(path):
    """Write a .meta file again, if there is one, so that each run writes the same.

    Maps are put in order: an operation's attributes, and what loops and branches take
    from outside. So the message stays what it is. The random name of a folder that
    saves in shards pass through becomes zeros.
    """
    if not os.path.exists(path):
        return
    graph = tf.MetaGraphDef()
    with open(path, "rb") as file:
        content = file.read()
    graph.ParseFromString(re.sub(b"_temp_[0-9a-f]{32}", b"_temp_" + 32 * b"0", content))
    for kind, context in (
        ("while_context", control_flow_pb2.WhileContextDef()),
        ("cond_context", control_flow_pb2.CondContextDef()),
    ):
        if kind in graph.collection_def:
            each = graph.collection_def[kind].bytes_list.value
            for i, content in enumerate(each):
                context.ParseFromString(content)
                each[i] = context.SerializeToString(deterministic=True)
    with open(path, "wb") as file:
        file.write(graph.SerializeToString(deterministic=True))


def save(build, folder):
    """Build a layout's model, save it, and give what is told of it."""
    layout = build.__name__
    tf.reset_default_graph()
    tf.set_random_seed(0)
    random = np.random.RandomState(len(layout))
    results = build()
    told = {"what": build.__doc__}
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        fill(sess, random)
        feed = feed_of(sess.graph, random)
        for step in 3 * tf.get_collection("steps"):
            sess.run(step, feed)
        os.makedirs(folder)
        path = saver_for(layout).save(
            sess,
            os.path.join(folder, "model"),
            global_step=100 if layout == "global_step" else None,
            write_meta_graph=layout != "without_meta",
        )
        saved = tf.train.NewCheckpointReader(path).get_variable_to_shape_map()
        told.update(file=os.path.basename(path), variables=saved)
        put_in_order(path + ".meta")
        write_arrays(
            os.path.join(folder, "example.npz"), example_of(sess, results, feed)
        )
    # It names this machine's folders in some versions, and nothing that one needs.
    os.remove(os.path.join(folder, "checkpoint"))
    return told


def basic_lstm_graph():
    """BasicLSTMCell with forget_bias=0.5 and a dense layer."""
    outputs, state = over_time(lstm(forget_bias=0.5))
    return outputs, state, tf.layers.dense(state.h, 3)


def bidirectional_graph():
    """Two BasicLSTMCells each way, and a dense layer on both last states."""
    outputs, states = both_ways(lambda: stack_of(lstm))
    last = tf.concat([states[0][-1].h, states[1][-1].h], axis=1)
    return outputs, states, tf.layers.dense(last, 3)


GRAPHS = (basic_lstm_graph, bidirectional_graph)


def freeze(build, folder):
    """Build a model, freeze its graph, and give what is told of it."""
    tf.reset_default_graph()
    tf.set_random_seed(0)
    random = np.random.RandomState(len(build.__name__))
    results = build()
    answer = tf.identity(results[-1], name="answer")
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        fill(sess, random)
        feed = feed_of(sess.graph, random)
        graph = tf.graph_util.convert_variables_to_constants(
            sess, sess.graph.as_graph_def(), [answer.op.name]
        )
        os.makedirs(folder)
        with open(os.path.join(folder, "frozen.pb"), "wb") as file:
            file.write(graph.SerializeToString(deterministic=True))
        write_arrays(
            os.path.join(folder, "example.npz"), example_of(sess, results, feed)
        )
    return {"what": build.__doc__}


def write_all(out, kind, builders, make):
    """Make a folder for each of the models and write them to one file."""
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        for build in builders:
            name = build.__name__
            told[name] = make(build, os.path.join(folder, name))
        write_folder(os.path.join(out, kind + ".zip"), folder)
    write_texts(os.path.join(out, kind + ".json"), told)


def main():
    """Run the script; see the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", help="the folder to write to")
    out = parser.parse_args().out
    write_all(out, "checkpoints", LAYOUTS, save)
    write_all(out, "graphs", GRAPHS, freeze)


if __name__ == "__main__":
    main()
