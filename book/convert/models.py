"""Keras models of networks that were found."""

import keras
from keras import ops

from book.convert.finding import Cell, Network
from book.convert.graph import Settings
from book.convert.heads import Heads
from book.convert.layers import LayerNormLSTMCell, PeepholeLSTMCell
from book.convert.weights import to_keras


def model_of(
    network: Network, settings: dict[str, Settings], heads: Heads | None = None
) -> keras.Model:
    """Give a Keras model that computes what the network computed.

    Args:
        network: as `book.convert.finding.find` gives it.
        settings: what each cell was told when it was made, by its scope, complete.
        heads: the embedding below the network and the dense layers above it.

    Returns:
        A model of a dictionary: "x", sequences (B, T, F), or "ids" (B, T) where there
        is an embedding; and "mask", bool (B, T), True at the real steps of padded
        sequences, or None. It gives a dictionary: "outputs" of all steps (B, T, U), and
        the last states of each layer, "h_0", "c_0" and so on. A network that reads both
        ways has "outputs_fw" and "outputs_bw", "h_0_fw" and so on. With dense layers
        there are "dense_outputs", their answers to the outputs of each step (B, T, N),
        and "dense_h", those to the top layer's last h (B, N); of both ways side by
        side.
    """
    heads = heads or Heads()
    mask = keras.Input((None,), dtype="bool", name="mask", optional=True)
    if heads.embedding is None:
        given = x = keras.Input((None, network.inputs), name="x")
    else:
        given = keras.Input((None,), dtype="int32", name="ids")
        table = keras.layers.Embedding(*heads.embedding.table.shape, name="embedding")
        x = table(given)
    ways = ("fw", "bw")[: len(network.layers[0])]
    results, built = {}, []
    now = dict.fromkeys(ways, x)
    for number, cells in enumerate(network.layers):
        for way, cell in zip(ways, cells, strict=True):
            ending = f"_{way}" if len(ways) == 2 else ""
            told = settings[cell.scope]
            layer = _layer(cell, told, f"layer_{number}{ending}", way == "bw")
            below = now[way]
            now[way], *state = layer(below, mask=mask)
            if way == "bw":  # into the order of the inputs
                now[way] = ops.flip(now[way], axis=1)
            if told.residual:
                now[way] = keras.layers.Add(name=f"{layer.name}_residual")(
                    [below, now[way]]
                )
            built.append((layer, to_keras(cell, told.forget_bias)))
            for name, part in zip(("h", "c"), state, strict=False):
                results[f"{name}_{number}{ending}"] = part
        if network.joined:
            now = dict.fromkeys(ways, _side_by_side(now.values(), f"joined_{number}"))
    if network.projection:
        dense = keras.layers.Dense(network.projection[1].size, name="output_projection")
        now["fw"] = dense(now["fw"])
        built.append((dense, network.projection))
    top = [v for name, v in results.items() if name.startswith(f"h_{number}")]
    if network.joined or len(ways) == 1:
        results["outputs"] = outputs = now["fw"]
    else:
        results |= {f"outputs_{way}": y for way, y in now.items()}
        outputs = _side_by_side(now.values(), "outputs")
    if heads.dense:
        answers = {"dense_outputs": outputs, "dense_h": _side_by_side(top, "h")}
        if network.projection:  # h is not projected
            del answers["dense_h"]
        for head in heads.dense:
            dense = keras.layers.Dense(
                head.kernel.shape[1],
                head.activation.value,
                use_bias=head.bias is not None,
                name=head.name.replace("/", "_"),
            )
            answers = {name: dense(value) for name, value in answers.items()}
            built.append((dense, head.weights))
        results |= answers
    model = keras.Model({given.name: given, "mask": mask}, results)
    for layer, weights in built:
        layer.set_weights(weights)
    if heads.embedding is not None:
        table.set_weights([heads.embedding.table])
    return model


def _side_by_side(values, name: str):
    """Give several results as one, their last axes side by side."""
    values = list(values)
    return keras.layers.Concatenate(name=name)(values) if values[1:] else values[0]


def _layer(cell: Cell, told: Settings, name: str, backwards: bool):
    """Give the Keras layer for a cell, its weights not set."""
    form = {"return_sequences": True, "return_state": True, "name": name}
    form["go_backwards"] = backwards
    activation = told.activation
    if cell.kind == "simple RNN":
        return keras.layers.SimpleRNN(cell.units, activation, **form)
    if cell.kind.startswith("GRU"):
        after = cell.kind == "GRU, reset after"
        return keras.layers.GRU(cell.units, activation, reset_after=after, **form)
    if cell.kind == "layer-norm LSTM":
        return keras.layers.RNN(LayerNormLSTMCell(cell.units, activation), **form)
    extra = "w_i_diag" in cell.weights, "projection/kernel" in cell.weights
    if any(extra) or told.cell_clip is not None:
        own = PeepholeLSTMCell(
            cell.units,
            cell.outputs if extra[1] else None,
            extra[0],
            told.cell_clip,
            told.proj_clip,
            activation,
        )
        return keras.layers.RNN(own, **form)
    return keras.layers.LSTM(cell.units, activation, **form)
