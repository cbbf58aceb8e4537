"""Build the networks of data/make_shapes.py in PyTorch and write their shapes.

    python torch_shapes.py SETTINGS OUT

The only script here that runs on PyTorch, in a Python that has it. Settings and results
are as for oracle/shapes.py, and PyTorch's version comes with them.
"""

import argparse
import json

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

LAYERS = {
    "rnn": torch.nn.RNN,
    "lstm": torch.nn.LSTM,
    "peephole": torch.nn.LSTM,  # PyTorch has no peepholes
    "gru": torch.nn.GRU,
}


def merged(forward, backward, mode, axis):
    """Give two tensors as one, in Keras's five ways."""
    if mode == "concat":
        return torch.cat([forward, backward], axis)
    if mode == "mul":
        return forward * backward
    return (forward + backward) / {"sum": 1, "ave": 2}[mode]


def build(given):
    """Give the shapes of the network that the settings ask for."""
    both = given["directions"] == "both"
    is_lstm = given["cell"] in ("lstm", "peephole")
    layer = LAYERS[given["cell"]](
        given["features"],
        given["units"],
        num_layers=given["layers"],
        bidirectional=both,
        batch_first=not given["time_major"],
        **({"proj_size": given["projection"]} if is_lstm else {}),
    )
    size = [given["batch"], given["time"], given["features"]]
    if given["time_major"]:
        size[:2] = size[1::-1]
    inputs = {"x": torch.zeros(size)}
    if given["lengths"]:
        inputs["lengths"] = torch.full((given["batch"],), given["time"])
        layout = {"batch_first": layer.batch_first}
        packed, state = layer(
            pack_padded_sequence(**layout, input=inputs["x"], lengths=inputs["lengths"])
        )
        outputs, _ = pad_packed_sequence(packed, total_length=given["time"], **layout)
    else:
        outputs, state = layer(inputs["x"])
    states = dict(zip("hc", state if is_lstm else [state], strict=False))
    results, mode, h = {"outputs": outputs}, given["merge"], states["h"]
    if both and given["return_sequences"] and mode != "concat":
        pair = outputs.chunk(2, 2)
        results.update(zip(("output_fw", "output_bw"), pair, strict=True))
        if mode != "none":
            results["merged"] = merged(*pair, mode, 2)
    if not given["return_sequences"]:
        if not both:
            results["last"] = h[-1]
        elif mode == "none":
            results.update(last_fw=h[-2], last_bw=h[-1])
        else:
            results["last"] = merged(h[-2], h[-1], mode, 1)
    parts = {
        "input": inputs,
        "outputs": results,
        "state": states,
        "weights": dict(layer.named_parameters()),
    }
    return {
        part: [[name, list(value.shape)] for name, value in of.items()]
        for part, of in parts.items()
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("settings")
    parser.add_argument("out")
    arguments = parser.parse_args()
    with open(arguments.settings) as file:
        made = [build(given) for given in json.load(file)]
    with open(arguments.out, "w") as file:
        json.dump({"version": torch.__version__, "made": made}, file)
