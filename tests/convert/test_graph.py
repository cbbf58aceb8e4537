"""What the converter reads from a graph, of models saved by today's old-style API."""

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import numpy as np
import tensorflow as tf

from book.convert import converting
from book.convert.reading import ConversionError
from book.data import tf1

v1 = tf.compat.v1
rnn_cell = v1.nn.rnn_cell


@pytest.fixture
def saved(tmp_path):
    """Save one step of a cell; give the checkpoint's prefix and what the step gave."""

    def save(cell):
        with tf.Graph().as_default(), v1.Session() as session:
            x = tf.constant(np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3))
            output, _ = cell(
                x, cell.zero_state(2, tf.float32), scope="rnn/" + cell.name
            )
            session.run(v1.global_variables_initializer())
            path = v1.train.Saver().save(session, str(tmp_path / "model"))
            return path, session.run((x, output))

    return save


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("kind", ["BasicLSTMCell", "GRUCell", "BasicRNNCell"])
def test_an_activation_is_read(saved, kind, activation):
    cell = getattr(rnn_cell, kind)(4, activation=getattr(tf.nn, activation))
    path, (x, output) = saved(cell)
    plan = converting.plan(path)
    (told,) = plan.decisions.values()
    assert told["activation"] == converting.Decision(activation, "the graph")
    found = converting.to_keras(plan)({"x": x[:, None], "mask": None})["outputs"][:, 0]
    np.testing.assert_allclose(found, output, rtol=0, atol=1e-6)


@pytest.mark.parametrize("bias", [0.0, 1.0, 2.5])
@pytest.mark.parametrize("kind", ["BasicLSTMCell", "LSTMCell"])
def test_a_forget_bias_is_read(saved, kind, bias):
    path, (x, output) = saved(getattr(rnn_cell, kind)(4, forget_bias=bias))
    plan = converting.plan(path)
    (told,) = plan.decisions.values()
    assert told["forget_bias"] == converting.Decision(bias, "the graph")
    found = converting.to_keras(plan)({"x": x[:, None], "mask": None})["outputs"][:, 0]
    np.testing.assert_allclose(found, output, rtol=0, atol=1e-6)


UNTOLD = {  # layouts whose graphs don't say what they don't know
    "without_meta",
    "coupled_gates",
    "nas_cell",
}


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("name", sorted(set(tf1.layouts()) - UNTOLD))
def test_the_graph_says_all_that_a_cell_was_told(name, version, tmp_path):
    """Whatever else is in it: gradients, other names in the file, norms."""
    path, _ = tf1.unpack(name, tmp_path, version=version)
    for scope, told in converting.plan(path).decisions.items():
        if "lstm" in scope.lower():
            bias = 0.0 if "bias_0" in name or "cudnn" in scope else 1.0
            assert told["forget_bias"] == (bias, "the graph"), scope
        activation = "relu" if name == "basic_lstm_relu" else "tanh"
        assert told["activation"] == (activation, "the graph"), scope


@pytest.mark.parametrize("version", tf1.VERSIONS)
def test_a_training_program_says_it_too(version, tmp_path):
    """The gradients of a kernel read it as well, before or after the cell."""
    path, _ = tf1.unpack("adam", tmp_path, version=version)
    meta = path.with_name(path.name + ".meta")
    graph = v1.MetaGraphDef.FromString(meta.read_bytes())
    places = "basic_lstm_cell/add/y", "basic_lstm_cell/Const_2"  # of 1.4.1, of 1.15.5
    for node in graph.graph_def.node:
        if node.op == "Const" and node.name.endswith(places):
            node.attr["value"].tensor.float_val[:] = [0.25]
    meta.write_bytes(graph.SerializeToString())
    (told,) = converting.plan(path).decisions.values()
    assert told["forget_bias"] == (0.25, "the graph")


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("kind", ["BasicLSTMCell", "GRUCell"])
@pytest.mark.parametrize("shared", [False, True])
def test_one_cell_in_two_layers_is_refused(shared, kind, static, tmp_path, request):
    """`[cell] * 2`: the file has one cell, and a model of one layer would be wrong."""
    v1.disable_control_flow_v2()  # loops as TensorFlow 1 wrote them
    request.addfinalizer(v1.enable_control_flow_v2)

    def cell():
        made = getattr(rnn_cell, kind)(4)
        return rnn_cell.DropoutWrapper(made, 1.0, keep, seed=0)

    with tf.Graph().as_default(), v1.Session() as session:
        keep = v1.placeholder_with_default(0.5, ())
        x = tf.zeros((2, 3, 4))
        cells = [cell()] * 2 if shared else [cell(), cell()]
        stack = rnn_cell.MultiRNNCell(cells)
        if static:
            outputs, _ = v1.nn.static_rnn(stack, tf.unstack(x, axis=1), dtype=x.dtype)
            outputs = tf.stack(outputs)
        else:
            outputs, _ = v1.nn.dynamic_rnn(stack, x, dtype=x.dtype)
        v1.train.AdamOptimizer().minimize(tf.reduce_sum(outputs))
        session.run(v1.global_variables_initializer())
        path = v1.train.Saver().save(session, str(tmp_path / "model"))
    if shared:
        with pytest.raises(ConversionError, match="stands in several layers of rnn"):
            converting.plan(path)
        tf.io.gfile.remove(f"{path}.meta")
        assert "one cell in n layers" in converting.report(converting.plan(path))
    else:
        assert len(converting.plan(path).found.networks[0].layers) == 2
