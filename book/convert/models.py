"""Keras models of networks that were found."""

import keras

from book.convert.finding import Cell, Network
from book.convert.graph import Settings
from book.convert.layers import Backwards, LayerNormLSTMCell, PeepholeLSTMCell
from book.convert.weights import to_keras


def model_of(network: Network, settings: dict[str, Settings]) -> keras.Model:
    """Give a Keras model that computes what the network computed.

    Args:
        network: as `book.convert.finding.find` gives it.
        settings: what each cell was told when it was made, by its scope, complete.

    Returns:
        A model of sequences (B, T, F). It gives a dictionary: "outputs" of all steps
        (B, T, U), and the last states of each layer, "h_0", "c_0" and so on. A network
        that reads both ways has "outputs_fw" and "outputs_bw", "h_0_fw" and so on. A
        mask for padding is handed over as `model(x, mask=mask)`, bool (B, T).
    """
    x = keras.Input((None, network.layers[0][0].inputs), name="x")
    ways = ("fw", "bw")[: len(network.layers[0])]
    results, built = {}, []
    now = dict.fromkeys(ways, x)
    for number, cells in enumerate(network.layers):
        for way, cell in zip(ways, cells, strict=True):
            ending = f"_{way}" if len(ways) == 2 else ""
            layer = _layer(cell, settings[cell.scope], f"layer_{number}{ending}")
            run = Backwards(layer, name=f"{layer.name}_read") if way == "bw" else layer
            below = now[way]
            now[way], *state = run(below)
            if settings[cell.scope].residual:
                now[way] = keras.layers.Add(name=f"{layer.name}_residual")(
                    [below, now[way]]
                )
            built.append((layer, cell))
            for name, part in zip(("h", "c"), state, strict=False):
                results[f"{name}_{number}{ending}"] = part
        if network.joined:
            joined = keras.layers.Concatenate(name=f"joined_{number}")(
                list(now.values())
            )
            now = dict.fromkeys(ways, joined)
    if network.projection:
        dense = keras.layers.Dense(network.projection[1].size, name="output_projection")
        now["fw"] = dense(now["fw"])
    if network.joined or len(ways) == 1:
        results["outputs"] = now["fw"]
    else:
        results |= {f"outputs_{way}": y for way, y in now.items()}
    model = keras.Model(x, results)
    for layer, cell in built:
        layer.set_weights(to_keras(cell, settings[cell.scope].forget_bias))
    if network.projection:
        dense.set_weights(network.projection)
    return model


def _layer(cell: Cell, told: Settings, name: str) -> keras.layers.Layer:
    """Give the Keras layer for a cell, its weights not set."""
    form = {"return_sequences": True, "return_state": True, "name": name}
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
