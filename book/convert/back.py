"""From a Keras model to a checkpoint that TensorFlow 1 restores."""

import itertools
import os
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from book.convert.converting import Plan, chosen
from book.convert.layers import LayerNormLSTMCell, PeepholeLSTMCell
from book.convert.reading import ConversionError
from book.convert.weights import to_tf1

NAMES = {  # of the old cells, by the kind
    "LSTM": "basic_lstm_cell",
    "layer-norm LSTM": "layer_norm_basic_lstm_cell",
    "GRU": "gru_cell",
    "GRU, reset after": "cudnn_compatible_gru_cell",
    "simple RNN": "basic_rnn_cell",
}


def load(path: str | os.PathLike) -> keras.Model:
    """Give the Keras model in a file; code in it (a Lambda) is not run.

    Raises:
        ConversionError: it is no such file, or needs a class that isn't known here.
    """
    if Path(path).suffix != ".keras":
        raise ConversionError(f"{path}: expected a file that ends in .keras.")
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except (ValueError, TypeError, OSError, KeyError) as error:
        first = str(error).strip().splitlines()[0]
        raise ConversionError(f"{path} cannot be loaded: {first}") from error


def variables_of(
    model: keras.Model, scope: str | None = None, forget_bias: float = 1.0
) -> dict[str, np.ndarray]:
    """Give the variables of TensorFlow 1 that hold a model's layers.

    Its recurrent layers get the names that the loops of TensorFlow 1 make, an Embedding
    "embedding", and Dense layers "dense", "dense_1" and so on, as `tf.layers.dense`
    does; `left_out` names the other layers.

    Args:
        model: its recurrent layers stand on top of each other, forwards or both ways.
        scope: in place of "rnn", "bidirectional_rnn" or "stack_bidirectional_rnn".
        forget_bias: what the old LSTM cells add to f; it is taken from their biases.

    Raises:
        ConversionError: the model has no recurrent layer, or one that no old cell is
            like.
    """
    forwards, backwards, joined = _cells(model)
    found, dense = {}, itertools.count()
    wrapper = ""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Embedding):
            found["embedding"] = layer.get_weights()[0]
        elif isinstance(layer, keras.layers.Dense):
            if layer.name == "output_projection":
                wrapper = "/output_projection_wrapper"
                name = (scope or "rnn") + wrapper
            else:
                number = next(dense)
                name = f"dense_{number}" if number else "dense"
            arrays = zip(("kernel", "bias"), layer.get_weights(), strict=False)
            found |= {f"{name}/{leaf}": array for leaf, array in arrays}
    for way, layers in (("fw", forwards), ("bw", backwards)):
        for number, layer in enumerate(layers):
            kind, name, peepholes = _kind(layer)
            place = _place(scope, way, number, len(layers), bool(backwards), joined)
            arrays = to_tf1(kind, layer.get_weights(), forget_bias, peepholes)
            found |= {
                f"{place}{wrapper}/{name}/{leaf}": a for leaf, a in arrays.items()
            }
    return found


def left_out(model: keras.Model) -> list[str]:
    """Give the names of a model's layers that have weights and no place above."""
    known = keras.layers.Embedding, keras.layers.Dense
    cells = keras.layers.RNN, keras.layers.Bidirectional
    return [
        layer.name
        for layer in model.layers
        if layer.weights and not isinstance(layer, known + cells)
    ]


def like(model: keras.Model, it: Plan, scope: str | None = None) -> dict:
    """Give the variables of an old file, those of one network from a model.

    The program that wrote the old file can restore all of it: names, shapes, types and
    forget bias are the old file's, and so is whatever the model doesn't hold, what an
    optimizer kept among it. Moving averages start from the new weights.

    Args:
        model: as `book.convert.converting.to_keras` made it of this plan, trained on.
        it: the old file's plan.
        scope: of the network, where there are several.

    Raises:
        ConversionError: the model has other layers than the network, or others shapes.
    """
    network = chosen(it.source, it.found, scope)
    heads = it.heads[network.scope]
    forwards, backwards, _ = _cells(model)
    layers = [forwards, backwards] if len(network.layers[0]) == 2 else [forwards]
    new = dict(it.source.variables)
    cells = [[layer[way] for layer in network.layers] for way in range(len(layers))]
    if [len(way) for way in layers] != [len(way) for way in cells]:
        raise ConversionError(
            f"The model has {len(forwards)} layers forwards and {len(backwards)} "
            f"backwards. Expected those of {network.scope} in {it.source.path}."
        )
    made = {}
    for way, olds in zip(layers, cells, strict=True):
        for layer, cell in zip(way, olds, strict=True):
            kind, _, peepholes = _kind(layer)
            if kind != cell.kind:
                raise ConversionError(
                    f"The layer {layer.name} is a {kind}. Expected a {cell.kind}, as "
                    f"{cell.scope} is."
                )
            bias = it.decisions[cell.scope]["forget_bias"].value
            arrays = to_tf1(kind, layer.get_weights(), bias, peepholes)
            made |= {cell.names[leaf]: array for leaf, array in arrays.items()}
    dense = {head.name.replace("/", "_"): head.names for head in heads.dense}
    if network.projection is not None:
        dense["output_projection"] = network.projection_names
    for name, names in dense.items():
        weights = _layer(model, name).get_weights()
        made |= dict(zip(names, weights, strict=True))
    if heads.embedding is not None:
        table = _layer(model, "embedding").get_weights()[0]
        made[heads.embedding.name] = table
    for name, array in made.items():
        if name not in new or new[name].shape != array.shape:
            was = new[name].shape if name in new else "not in the file"
            raise ConversionError(
                f"{name} would have the shape {array.shape}. Expected {was}, as in "
                f"{it.source.path}."
            )
        for each in (name, f"{name}/ExponentialMovingAverage"):
            if each in new:
                new[each] = array.astype(new[each].dtype)
    return new


def _layer(model, name):
    """Give a model's layer."""
    try:
        return model.get_layer(name)
    except ValueError as error:
        raise ConversionError(
            f"The model has no layer {name}. Expected the layers of to-keras."
        ) from error


def save(variables: dict[str, np.ndarray], prefix: str | os.PathLike) -> None:
    """Write a checkpoint in the format of TensorFlow 1, whole or not at all.

    Raises:
        ConversionError: there is such a checkpoint already, or no such folder.
    """
    prefix = Path(prefix)
    if not prefix.parent.is_dir():
        raise ConversionError(f"There is no folder {prefix.parent}. Make it first.")
    if list(prefix.parent.glob(f"{prefix.name}.*")):
        raise ConversionError(f"{prefix}.… is there already. Name another.")
    with tempfile.TemporaryDirectory(dir=prefix.parent, prefix=".part-") as folder:
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            made = {
                name: tf.compat.v1.Variable(array, name=name, use_resource=False)
                for name, array in variables.items()
            }
            session.run(tf.compat.v1.global_variables_initializer())
            tf.compat.v1.train.Saver(made).save(
                session,
                os.path.join(folder, prefix.name),
                write_meta_graph=False,
                write_state=False,
            )
        for file in sorted(Path(folder).iterdir()):
            os.replace(file, prefix.parent / file.name)


def _cells(model):
    """Give the layers that read forwards and backwards, and whether they are joined."""
    forwards, backwards, joined = [], [], False
    for layer in model.layers:
        if isinstance(layer, keras.layers.Bidirectional):
            forwards.append(layer.forward_layer)
            backwards.append(layer.backward_layer)
            joined = True
        elif isinstance(layer, keras.layers.RNN):
            (backwards if layer.go_backwards else forwards).append(layer)
        joined = joined or layer.name.startswith("joined_")
    if not forwards:
        raise ConversionError(
            f"The model {model.name} has no recurrent layer that reads forwards. "
            "Expected LSTM, GRU, SimpleRNN, Bidirectional or what to-keras makes."
        )
    if backwards and len(backwards) != len(forwards):
        raise ConversionError(
            f"The model has {len(forwards)} layers forwards and {len(backwards)} "
            "backwards. Expected as many."
        )
    return forwards, backwards, joined


def _kind(layer) -> tuple[str, str, bool]:
    """Give a layer's kind, its old cell's name, and whether it has peepholes."""
    cell = getattr(layer, "cell", layer)
    if isinstance(cell, PeepholeLSTMCell):
        return "LSTM", "lstm_cell", cell.peepholes
    for kind, known in (
        ("layer-norm LSTM", LayerNormLSTMCell),
        ("LSTM", keras.layers.LSTMCell),
        ("simple RNN", keras.layers.SimpleRNNCell),
        ("GRU", keras.layers.GRUCell),
    ):
        if isinstance(cell, known):
            if kind == "GRU" and cell.reset_after:
                kind = "GRU, reset after"
            return kind, NAMES[kind], False
    raise ConversionError(
        f"The layer {layer.name} has a cell {type(cell).__name__}, which is like none "
        "of TensorFlow 1's."
    )


def _place(scope, way, number, layers, both, joined) -> str:
    """Give the scope of a cell, as TensorFlow 1's loops make it."""
    if joined:
        root = scope or "stack_bidirectional_rnn"
        return f"{root}/cell_{number}/bidirectional_rnn/{way}"
    root = scope or ("bidirectional_rnn" if both else "rnn")
    inner = f"/multi_rnn_cell/cell_{number}" if layers > 1 else ""
    return f"{root}/{way}{inner}" if both else f"{root}{inner}"
