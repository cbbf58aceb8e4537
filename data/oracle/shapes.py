"""Build the networks of data/make_shapes.py on TensorFlow 1 and write their shapes.

    python shapes.py SETTINGS OUT

SETTINGS is a JSON file: a list of settings, as data/shapes/README.md names them. OUT
gets a list of what each network has: inputs, outputs, states and weights, in order,
each a name and a shape. The shapes are those of arrays that a session gave.
"""

import argparse
import json

import numpy as np
import tensorflow as tf
from freezing import flat, session, write_texts

CELLS = {
    "rnn": tf.nn.rnn_cell.BasicRNNCell,
    "lstm": tf.nn.rnn_cell.BasicLSTMCell,
    "peephole": tf.nn.rnn_cell.LSTMCell,
    "gru": tf.nn.rnn_cell.GRUCell,
}


def new_cell(given):
    """Give a cell of the kind that the settings ask for."""
    kind, options = CELLS[given["cell"]], {}
    if given["cell"] == "peephole":
        options["use_peepholes"] = True
    if given["projection"] and given["cell"] in ("lstm", "peephole"):
        kind = tf.nn.rnn_cell.LSTMCell
        options["num_proj"] = given["projection"]
    return kind(given["units"], **options)


def last_of(state):
    """Give the output of the last step, by the state of one layer."""
    return getattr(state, "h", state)


def merged(pair, mode, axis):
    """Give two tensors as one, in Keras's five ways."""
    if mode == "concat":
        return tf.concat(pair, axis)
    if mode == "mul":
        return pair[0] * pair[1]
    return (pair[0] + pair[1]) / {"sum": 1, "ave": 2}[mode]


def forward(given, x, options):
    """Give the outputs and the state of a network that reads forward, by name."""
    cell = new_cell(given)
    if given["layers"] > 1:
        cell = tf.nn.rnn_cell.MultiRNNCell(
            [new_cell(given) for _ in range(given["layers"])]
        )
    outputs, state = tf.nn.dynamic_rnn(cell, x, **options)
    results = {"outputs": outputs}
    if not given["return_sequences"]:
        results["last"] = last_of(state[-1] if given["layers"] > 1 else state)
    return results, flat("state", state)


def both_ways(given, x, options):
    """Give the outputs and the states of a network that reads both ways, by name."""
    states = {"fw": [], "bw": []}
    for k in range(given["layers"]):
        if given["layers"] > 1:
            options = dict(options, scope=f"layer_{k}")
        pair, ends = tf.nn.bidirectional_dynamic_rnn(
            new_cell(given), new_cell(given), x, **options
        )
        x = tf.concat(pair, 2)
        for way, end in zip(states, ends):
            states[way].append(end)
    results = dict(zip(("output_fw", "output_bw"), pair))
    mode = given["merge"]
    if given["return_sequences"] and mode != "none":
        results["merged"] = merged(pair, mode, 2)
    if not given["return_sequences"]:
        last = [last_of(end) for end in ends]
        if mode == "none":
            results.update(zip(("last_fw", "last_bw"), last))
        else:
            results["last"] = merged(last, mode, 1)
    parts = {}
    for way, layers in states.items():
        if given["layers"] > 1:
            parts.update(flat("states_" + way, layers))
        else:
            parts.update(flat("state_" + way, layers[0]))
    return results, parts


def build(given):
    """Give the shapes of the network that the settings ask for."""
    size = [given["batch"], given["time"], given["features"]]
    if given["time_major"]:
        size[:2] = size[1::-1]
    with tf.Graph().as_default(), session() as sess:
        inputs = {"x": tf.zeros(size)}
        options = {"dtype": tf.float32, "time_major": given["time_major"]}
        if given["lengths"]:
            inputs["lengths"] = tf.fill([given["batch"]], given["time"])
            options["sequence_length"] = inputs["lengths"]
        way = both_ways if given["directions"] == "both" else forward
        outputs, state = way(given, inputs["x"], options)
        sess.run(tf.global_variables_initializer())
        weights = {v.op.name: v for v in tf.trainable_variables()}
        parts = {
            "input": inputs,
            "outputs": outputs,
            "state": state,
            "weights": weights,
        }
        return {
            part: [
                [name, list(np.shape(sess.run(value)))] for name, value in of.items()
            ]
            for part, of in parts.items()
        }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("settings")
    parser.add_argument("out")
    arguments = parser.parse_args()
    with open(arguments.settings) as file:
        write_texts(arguments.out, [build(given) for given in json.load(file)])
