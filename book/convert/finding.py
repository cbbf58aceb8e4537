"""The recurrent networks among a file's variables, whatever scope stands in front."""

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from book.convert.reading import ConversionError

SLOTS = re.compile(
    r"(Adam|Adagrad|Adadelta|Ftrl|Momentum|RMSProp|AdaMax)(_\d+)?|ExponentialMovingAverage"
)
"""What an optimizer, or a moving average, adds to a variable's name."""

REFUSED = {
    "coupled_input_forget_gate_lstm_cell": "its input and forget gates are one",
    "nas_cell": "it is another kind of cell",
    "ugrnn_cell": "it is another kind of cell",
    "intersection_rnn_cell": "it is another kind of cell",
    "phased_lstm_cell": "it reads times as well",
    "grid_lstm_cell": "it is another kind of cell",
    "conv_lstm_cell": "it is a convolution",
    "attention_cell_wrapper": "it looks back with attention",
    "attention_wrapper": "it looks back with attention",
}
"""Cells that Keras has no counterpart of, and why."""

_KINDS = {
    "basic_lstm_cell": "LSTM",
    "lstm_cell": "LSTM",
    "lstm_fused_cell": "LSTM",
    "lstm_block_wrapper": "LSTM",
    "cudnn_compatible_lstm_cell": "LSTM",
    "layer_norm_basic_lstm_cell": "layer-norm LSTM",
    "gru_cell": "GRU",
    "grublockcell": "GRU",
    "grublockcellv2": "GRU",
    "cudnn_compatible_gru_cell": "GRU, reset after",
    "basic_rnn_cell": "simple RNN",
}
_GRU = {"gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"}
_NORMS = {
    f"{gate}/{part}"
    for gate in ("input", "transform", "forget", "output", "state")
    for part in ("gamma", "beta")
}
_NEEDS = {  # the leaves that a kind must have, and those that it may have
    "LSTM": (
        {"kernel", "bias"},
        {"w_i_diag", "w_f_diag", "w_o_diag", "projection/kernel"},
    ),
    "layer-norm LSTM": ({"kernel"}, _NORMS | {"bias"}),
    "GRU": (_GRU, set()),
    "GRU, reset after": (
        {"gates/kernel", "gates/bias"}
        | {
            f"candidate/{side}_projection/{part}"
            for side in ("input", "hidden")
            for part in ("kernel", "bias")
        },
        set(),
    ),
    "simple RNN": ({"kernel", "bias"}, set()),
}
KINDS = tuple(_NEEDS)
"""The kinds of cells that can be converted."""

_LEAVES = sorted(
    {leaf for need in _NEEDS.values() for leaf in need[0] | need[1]}, key=len
)

# Names of 0.x, 1.0 and 1.1, as those since 1.2.
_RENAMED = [
    (r"/MultiRNNCell/Cell(\d+)/", r"/multi_rnn_cell/cell_\1/"),
    (r"/BasicLSTMCell/Linear/", "/basic_lstm_cell/"),
    (r"/BasicRNNCell/Linear/", "/basic_rnn_cell/"),
    (r"/GRUCell/Gates/Linear/", "/gru_cell/gates/"),
    (r"/GRUCell/Candidate/Linear/", "/gru_cell/candidate/"),
    (r"/LSTMCell/W_0$", "/lstm_cell/kernel"),
    (r"/LSTMCell/B$", "/lstm_cell/bias"),
    (r"/LSTMCell/W_P_0$", "/lstm_cell/projection/kernel"),
    (r"/LSTMCell/W_([IFO])_diag$", lambda m: f"/lstm_cell/w_{m[1].lower()}_diag"),
    (r"/(weights|Matrix)$", "/kernel"),
    (r"/(biases|Bias)$", "/bias"),
]
_PLACE = re.compile(
    r"(?P<root>.*?)"
    r"(?:(?:stack_bidirectional_rnn/)?cell_(?P<joined>\d+)/"
    r"(?=(?:bidirectional_rnn/)?(?:fw|bw)/))?"
    r"(?:(?:bidirectional_rnn/)?(?P<way>fw|bw)/)?"
    r"(?:multi_rnn_cell/cell_(?P<stacked>\d+)/)?"
    r"(?P<cell>[^/]+)"
)


class Cell(NamedTuple):
    """One cell's variables.

    Attributes:
        kind: such as "LSTM" or "GRU".
        scope: what its variables' names begin with, in the names since 1.2.
        weights: arrays by the rest of their names, such as "kernel".
        names: the variables' names in the file, by the same.
    """

    kind: str
    scope: str
    weights: dict[str, np.ndarray]
    names: dict[str, str]

    @property
    def units(self) -> int:
        """How wide its state c (or h, for other kinds) is."""
        if self.kind.startswith("GRU"):
            return self.weights["gates/bias"].size // 2
        return self.weights["kernel"].shape[1] // (
            1 if self.kind == "simple RNN" else 4
        )

    @property
    def outputs(self) -> int:
        """How wide its output is."""
        projection = self.weights.get("projection/kernel")
        return self.units if projection is None else projection.shape[1]

    @property
    def inputs(self) -> int:
        """How wide its input is."""
        kernel = self.weights["gates/kernel" if "GRU" in self.kind else "kernel"]
        return kernel.shape[0] - self.outputs


class Network(NamedTuple):
    """Cells that stand on top of each other, in one direction or both.

    Attributes:
        scope: what all its variables' names begin with; may be empty.
        layers: from the bottom to the top: the cells that read forwards and, where the
            network reads both ways, backwards.
        joined: whether both directions are joined after each layer.
        projection: the kernel and the bias of an OutputProjectionWrapper, or None.
        projection_names: those of its variables in the file.
    """

    scope: str
    layers: tuple[tuple[Cell, ...], ...]
    joined: bool
    projection: tuple[np.ndarray, np.ndarray] | None = None
    projection_names: tuple[str, ...] = ()

    @property
    def inputs(self) -> int:
        """How wide its input is."""
        return self.layers[0][0].inputs

    @property
    def outputs(self) -> int:
        """How wide its output is; of both directions side by side."""
        if self.projection is not None:
            return self.projection[1].size
        return sum(cell.outputs for cell in self.layers[-1])


class Found(NamedTuple):
    """What a file's variables are.

    Attributes:
        networks: by scope.
        others: variables that belong to no network, by name.
        averages: moving averages, by the variable's name.
        slots: names of what optimizers keep.
        refused: why a network can't be converted, by what its variables' names begin
            with.
    """

    networks: tuple[Network, ...]
    others: dict[str, np.ndarray]
    averages: dict[str, np.ndarray]
    slots: tuple[str, ...]
    refused: dict[str, str]


def find(
    variables: Mapping[str, np.ndarray], cells: Mapping[str, str] | None = None
) -> Found:
    """Find the recurrent networks among variables.

    Args:
        variables: arrays by name.
        cells: the kind of each cell whose name its program has given, by its scope:
            "rnn/my_cell": "LSTM". The kinds are those of KINDS.

    Raises:
        ConversionError: a cell lacks a variable, or has shapes that don't belong
            together; or there are only cells of a kind that has no successor.
    """
    plain, averages, slots = _without_slots(variables)
    kinds = _told(cells or {})
    parts, others = defaultdict(dict), {}
    for name in plain:
        scope, leaf = _split(modern(name))
        if leaf is not None and scope not in kinds and (kind := _kind(scope)):
            kinds[scope] = kind
        if leaf is None or scope not in kinds:
            others[name] = plain[name]
        else:
            parts[scope][leaf] = name
    if absent := kinds.keys() - parts:
        raise ConversionError(
            f"There is no cell {', '.join(sorted(absent))}: no variable's name begins "
            f"so and ends in a cell's part. The variables: {', '.join(sorted(others))}."
        )
    refused = _without_successor([*others, *parts])
    cells = [
        Cell(
            kinds[scope],
            scope,
            {leaf: plain[name] for leaf, name in names.items()},
            names,
        )
        for scope, names in sorted(parts.items())
    ]
    for cell in cells:
        _check(cell)
    networks = []
    for network in _networks(cells):
        if reason := _changes_inputs(network):
            refused[network.scope] = reason
        elif not any(f"{network.scope}/".startswith(f"{at}/") for at in refused):
            networks.append(_projected(network, others))
    if refused and not networks:
        raise ConversionError(next(iter(refused.values())))
    return Found(tuple(networks), others, averages, slots, refused)


def _told(cells: Mapping[str, str]) -> dict[str, str]:
    """Give the kinds of the cells that were named."""
    for scope, kind in cells.items():
        if kind not in KINDS:
            raise ConversionError(
                f"{scope} is said to be a {kind!r}. Expected one of {', '.join(KINDS)}."
            )
    return dict(cells)


def likely(others: Mapping[str, np.ndarray]) -> dict[str, str]:
    """Give what could be cells under names of a program's own, with their kind.

    An LSTM's kernel has four blocks of columns and rows for its state; by its shape, a
    simple RNN's or a dense layer's may look the same, so this is only a hint.
    """
    found = {}
    for name, array in others.items():
        scope, leaf = _split(modern(name))
        if leaf == "kernel" and array.ndim == 2:
            units, rest = divmod(array.shape[1], 4)
            if rest == 0 and array.shape[0] > units > 0:
                found[scope] = "LSTM"
        elif leaf == "candidate/kernel":
            found[scope] = "GRU"
    return found


def _without_slots(variables):
    """Set apart what optimizers and averages add: whole parts at a name's end."""
    plain, averages, slots = {}, {}, []
    for name, array in variables.items():
        variable, _, last = name.rpartition("/")
        if not SLOTS.fullmatch(last):
            plain[name] = array
        elif last == "ExponentialMovingAverage":
            averages[variable] = array
        else:
            slots.append(name)
    powers = [
        n for n in plain if n.rpartition("/")[2] in ("beta1_power", "beta2_power")
    ]
    for name in powers:
        slots.append(name)
        del plain[name]
    return plain, averages, tuple(slots)


def modern(name: str) -> str:
    """Give a variable's name as it would be since TensorFlow 1.2."""
    for old, new in _RENAMED:
        name = re.sub(old, new, name)
    return name


def _split(name: str) -> tuple[str, str | None]:
    """Give a name's scope and its leaf, or no leaf."""
    for leaf in reversed(_LEAVES):  # "projection/kernel" before "kernel"
        if name.endswith("/" + leaf):
            return name.removesuffix("/" + leaf), leaf
    return name, None


def _bare(part: str) -> str:
    """Give a part of a name without the number that makes it unique."""
    return re.sub(r"_\d+$", "", part).lower()


def _kind(scope: str) -> str | None:
    """Give the kind of the cell whose scope this is; None if it isn't one."""
    return _KINDS.get(_bare(scope.rpartition("/")[2]))


def _without_successor(names) -> dict[str, str]:
    """Give what is a recurrent cell, but none that can be converted, and why."""
    found = {}
    for name in names:
        parts = name.split("/")
        for n, part in enumerate(parts, start=1):
            if reason := REFUSED.get(_bare(part)):
                found.setdefault(
                    "/".join(parts[:n]),
                    f"{name} belongs to a cell that Keras has no counterpart of: "
                    f"{reason}. Write a Keras cell that computes the same, and copy "
                    "the variables into it by hand.",
                )
                break
    return found


def _changes_inputs(network: Network) -> str | None:
    """Say why a network can't be converted if a wrapper changes its cell's inputs."""
    last = _bare(network.scope.rpartition("/")[2])
    if last not in ("input_projection_wrapper", "embedding_wrapper"):
        return None
    return (
        f"{network.scope} changes a cell's inputs. Apply its variables to the "
        "inputs yourself (a Dense or an Embedding layer), and rename the cell's."
    )


def _check(cell: Cell) -> None:
    """Refuse a cell that lacks a variable or whose shapes don't fit."""
    needed, allowed = _NEEDS[cell.kind]
    missing = needed - cell.weights.keys()
    diagonals = {"w_i_diag", "w_f_diag", "w_o_diag"} & cell.weights.keys()
    if diagonals and len(diagonals) < 3:
        missing |= {"w_i_diag", "w_f_diag", "w_o_diag"} - diagonals
    if missing:
        raise ConversionError(
            f"The {cell.kind} cell {cell.scope} has no {', '.join(sorted(missing))}. "
            f"Found: {', '.join(sorted(cell.names.values()))}. The file is not whole."
        )
    if extra := cell.weights.keys() - needed - allowed:
        raise ConversionError(
            f"{', '.join(cell.names[leaf] for leaf in sorted(extra))}: no {cell.kind} "
            "cell has such a variable."
        )
    units, outputs, inputs = cell.units, cell.outputs, cell.inputs
    blocks = {"simple RNN": 1, "GRU": 2, "GRU, reset after": 2}.get(cell.kind, 4)
    rows = inputs + outputs
    expected = {
        "kernel": (rows, blocks * units),
        "bias": (blocks * units,),
        "gates/kernel": (rows, 2 * units),
        "gates/bias": (2 * units,),
        "candidate/kernel": (rows, units),
        "candidate/bias": (units,),
        "candidate/input_projection/kernel": (inputs, units),
        "candidate/input_projection/bias": (units,),
        "candidate/hidden_projection/kernel": (units, units),
        "candidate/hidden_projection/bias": (units,),
        "projection/kernel": (units, outputs),
    }
    for leaf, array in cell.weights.items():
        if inputs < 1 or array.shape != expected.get(leaf, (units,)):
            raise ConversionError(
                f"{cell.names[leaf]} has the shape {array.shape}. Expected "
                f"{expected.get(leaf, (units,))} for a {cell.kind} cell of {units} "
                "units; the variables don't belong to one cell."
            )


def _networks(cells: list[Cell]) -> tuple[Network, ...]:
    """Put cells together to networks, by their scopes."""
    places = defaultdict(dict)
    for cell in cells:
        place = _PLACE.fullmatch(cell.scope)
        joined = place["joined"] is not None
        layer = int(place["joined"] or place["stacked"] or 0)
        own = "" if place["stacked"] or place["way"] or joined else place["cell"]
        places[place["root"], own, joined][layer, place["way"] or "fw"] = cell
    networks = []
    for (root, own, joined), found in sorted(places.items()):
        ways = sorted({way for _, way in found}, reverse=True)  # fw, then bw
        count = len({layer for layer, _ in found})
        wanted = [(layer, way) for layer in range(count) for way in ways]
        missing = [place for place in wanted if place not in found]
        name = root.rstrip("/") or own or "the network"
        if missing or "fw" not in ways:
            raise ConversionError(
                f"{name} has the layers and directions {sorted(found)}. Expected each "
                "layer from 0 on, and both directions of each or forward only."
            )
        if ways == ["fw"] and "bidirectional_rnn/fw/" in f"{found[0, 'fw'].scope}/":
            raise ConversionError(
                f"{name} has no backward cell. Either one cell stood for both "
                "directions, or the file is not whole."
            )
        layers = tuple(tuple(found[n, way] for way in ways) for n in range(count))
        _check_stack(name, layers, joined)
        networks.append(Network(name, layers, joined))
    return tuple(networks)


def _projected(network: Network, others: dict) -> Network:
    """Give a network the variables of a wrapper that projects its outputs."""
    if _bare(network.scope.rpartition("/")[2]) != "output_projection_wrapper":
        return network
    names = {modern(name): name for name in others}
    found = [names.get(f"{network.scope}/{part}") for part in ("kernel", "bias")]
    if None in found:
        raise ConversionError(
            f"{network.scope} has no kernel and bias of its own. The file is not whole."
        )
    kernel, bias = (others.pop(name) for name in found)
    if (
        kernel.shape[0] != network.layers[-1][0].outputs
        or bias.shape != kernel.shape[1:]
    ):
        raise ConversionError(
            f"{network.scope} has a kernel {kernel.shape} and a bias {bias.shape}. "
            f"Expected one row for each of {network.layers[-1][0].outputs} outputs."
        )
    return network._replace(projection=(kernel, bias), projection_names=tuple(found))


def _check_stack(name, layers, joined) -> None:
    """Refuse layers of which one does not read what the one below puts out."""
    for n, (below, above) in enumerate(itertools.pairwise(layers), start=1):
        for way, cell in enumerate(above):
            width = sum(c.outputs for c in below) if joined else below[way].outputs
            if cell.inputs != width:
                raise ConversionError(
                    f"Layer {n} of {name} reads {cell.inputs} numbers, but the layer "
                    f"below puts out {width}. If something stands between them (an "
                    "attention, a concatenation), convert each layer by itself."
                )
