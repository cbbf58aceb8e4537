"""What stands below a network and above it: an embedding, and dense layers."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from book.convert.finding import Network
from book.convert.graph import Decision
from book.convert.reading import ConversionError

_LEAVES = (  # what the names of a kernel and of its bias end with
    ("kernel", "bias"),
    ("weights", "biases"),
    ("weight", "bias"),
    ("Matrix", "Bias"),
    ("(?<![A-Za-z])[wW]", "b"),
)


class Dense(NamedTuple):
    """A dense layer.

    Attributes:
        name: what both variables' names begin with, or its kernel's whole name.
        kernel: (rows, columns).
        bias: (columns,), or None.
        activation: Keras's name, and where it was taken from.
        names: the variables' names in the file.
    """

    name: str
    kernel: np.ndarray
    bias: np.ndarray | None
    activation: Decision
    names: tuple[str, ...]

    @property
    def weights(self) -> list[np.ndarray]:
        """What the Keras layer takes with `set_weights`."""
        return [self.kernel] if self.bias is None else [self.kernel, self.bias]


class Embedding(NamedTuple):
    """An embedding: its variable's name, and the table (V, F)."""

    name: str
    table: np.ndarray


class Heads(NamedTuple):
    """What stands around a network.

    Attributes:
        embedding: what makes its inputs from ids; None where it takes vectors.
        dense: the layers that read its outputs, from the bottom to the top.
    """

    embedding: Embedding | None = None
    dense: tuple[Dense, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all their variables in the file."""
        below = () if self.embedding is None else (self.embedding.name,)
        return below + tuple(name for layer in self.dense for name in layer.names)


def around(
    network: Network,
    others: Mapping[str, np.ndarray],
    activation_of: Callable[[str], Decision],
    dense: Sequence[str] = (),
    embedding: str | None = None,
) -> Heads:
    """Find what stands around a network.

    Without being told, it takes an embedding where there is one table with "embed" in
    its name and as many columns as the network has inputs; and a dense layer where
    there is one kernel (with its bias) that has as many rows as the network has
    outputs, and no other dense layer beside it.

    Args:
        network: what the layers stand around.
        others: the variables that belong to no cell, by name.
        activation_of: gives a dense layer's activation, by its kernel's name.
        dense: names, from the bottom to the top: what a layer's variables' names begin
            with ("dense_1"), or its kernel's and its bias's whole names with a comma
            between them, or a kernel's alone.
        embedding: the table's name.

    Raises:
        ConversionError: a name is none of the file's, or its shape doesn't fit.
    """
    layers = _pairs(others)
    found, width = [], network.outputs
    for name, pair in [_named(each, others, layers) for each in dense]:
        if others[pair[0]].shape[0] != width:
            below = f"the dense layer {found[-1].name}" if found else "the network"
            raise ConversionError(
                f"{pair[0]} has the shape {others[pair[0]].shape}. Expected {width} "
                f"rows, as many as {below} puts out."
            )
        found.append(_dense(others, name, pair, activation_of))
        width = found[-1].kernel.shape[1]
    if not dense and len(layers) == 1:
        ((name, pair),) = layers.items()
        if others[pair[0]].shape[0] == width and _belong(others, pair):
            found.append(_dense(others, name, pair, activation_of))
    return Heads(_embedding(network, others, embedding), tuple(found))


def _dense(others, name, pair, activation_of) -> Dense:
    """Give a dense layer of these variables."""
    kernel, *bias = (np.asarray(others[each], np.float32) for each in pair)
    return Dense(name, kernel, bias[0] if bias else None, activation_of(pair[0]), pair)


def _pairs(others) -> dict[str, tuple[str, ...]]:
    """Give the names of kernel and bias of each layer, by the layer's name.

    That is what both names begin with, "dense"; or, where a program named its variables
    itself, the kernel's whole name, "softmax_w".
    """
    found = {}
    for name, array in others.items():
        for kernel, bias in _LEAVES:
            scope = re.sub(rf"/{kernel}$", "", name)
            other = re.sub(rf"{kernel}$", bias, name)
            if array.ndim == 2 and other != name and other in others:
                found[scope] = name, other
    return found


def _named(name, others, layers) -> tuple[str, tuple[str, ...]]:
    """Give a layer's name, and its variables', as a user names it."""
    if name in layers:
        return name, layers[name]
    pair = tuple(name.split(","))
    if len(pair) > 2 or not all(each in others for each in pair):
        known = [*layers, *(n for n in others if not n.rpartition("/")[0])]
        raise ConversionError(
            f"There is no dense layer {name!r}. Expected one of "
            f"{', '.join(known) or 'none'}, or the names of its two variables with a "
            "comma between them."
        )
    if not _belong(others, pair):
        shapes = ", ".join(f"{each} {others[each].shape}" for each in pair)
        raise ConversionError(
            f"{shapes} are no dense layer's. Expected a kernel (rows, columns), and a "
            "bias (columns,)."
        )
    return pair[0], pair


def _belong(others, pair) -> bool:
    """Tell whether the bias, if there is one, belongs to the kernel."""
    kernel, *bias = (others[name] for name in pair)
    return kernel.ndim == 2 and all(each.shape == kernel.shape[1:] for each in bias)


def _embedding(network, others, name) -> Embedding | None:
    """Give the embedding that makes a network's inputs."""
    tables = {
        each: array
        for each, array in others.items()
        if array.ndim == 2 and array.shape[1] == network.inputs
    }
    if name is None:
        likely = [each for each in tables if re.search("(?i)embed", each)]
        if len(likely) != 1:
            return None
        (name,) = likely
    if name not in tables:
        shape = others[name].shape if name in others else "not in the file"
        raise ConversionError(
            f"{name} is {shape}. Expected a table (ids, {network.inputs}): one column "
            f"for each number that {network.scope or 'the network'} reads."
        )
    return Embedding(name, np.asarray(tables[name], np.float32))
