"""From a file of TensorFlow 1 to a Keras model, saying what was found and decided."""

import itertools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from book.convert.finding import Cell, Found, Network, find, likely
from book.convert.graph import Decision, Graph, Settings
from book.convert.heads import Heads, around
from book.convert.models import model_of
from book.convert.reading import ConversionError, Source, read

DEFAULTS = Settings(1.0, "tanh", None, None, False)  # as the constructors had them


class Plan(NamedTuple):
    """What a file holds, and how it is going to be converted.

    Attributes:
        source: the file.
        found: its networks and its other variables.
        decisions: for each cell's scope, each setting by name.
        heads: for each network's scope, the layers around it.
    """

    source: Source
    found: Found
    decisions: dict[str, dict[str, Decision]]
    heads: dict[str, Heads]


def plan(
    path: str | os.PathLike,
    averages: bool = False,
    cells: Mapping[str, str] | None = None,
    network: str | None = None,
    dense: Sequence[str] = (),
    embedding: str | None = None,
    dense_activation: str | None = None,
    **options,
) -> Plan:
    """Say what is in a file and how it would be converted; nothing in it is executed.

    Args:
        path: as for `book.convert.reading.read`.
        averages: take moving averages in place of the variables that have one.
        cells: the kinds of cells under names of the program's own, by their scopes; as
            for `book.convert.finding.find`.
        network: the scope of the one network to look at; None for all.
        dense: the dense layers above the network; as for `book.convert.heads.around`.
        embedding: the name of the table below the network; as for `around`.
        dense_activation: of the dense layers, whatever the graph says.
        **options: `forget_bias`, `activation`, `cell_clip`, `proj_clip` or `residual`,
            to be taken for all cells whatever the graph says.

    Raises:
        ConversionError: the file can't be read, or holds no network that can be
            converted, or a name that was given is not in it.
    """
    source = read(path)
    variables = dict(source.variables)
    found = find(variables, cells)
    if averages:
        if not found.averages:
            raise ConversionError(
                f"{source.path} holds no moving averages (…/ExponentialMovingAverage)."
            )
        found = find(variables | found.averages, cells)
    if not found.networks:
        raise ConversionError(
            f"{source.path} holds no recurrent cell whose name is known here. Its "
            f"variables: {', '.join(sorted(found.others)) or 'none'}."
            + "".join(
                f" If {scope} is a cell, say so: --cell {scope}={kind}."
                for scope, kind in likely(found.others).items()
            )
        )
    if network is not None:
        found = found._replace(networks=(chosen(source, found, network),))
    graph = None if source.graph is None else Graph(source.graph)
    if graph is not None:
        _refuse_shared(graph, found.networks)
    decisions = {
        cell.scope: _decide(cell, graph, options)
        for network in found.networks
        for layer in network.layers
        for cell in layer
    }

    def activation_of(kernel):
        """Give a dense layer's activation; 1.x's own `fully_connected` has relu."""
        if dense_activation is not None:
            return Decision(dense_activation, "an option")
        if graph is not None and (read := graph.activation_above(kernel)):
            return Decision(read, "the graph")
        relu = "fully_connected" in kernel
        return Decision("relu" if relu else "linear", "the default")

    heads = {
        network.scope: around(network, found.others, activation_of, dense, embedding)
        for network in found.networks
    }
    return Plan(source, found, decisions, heads if dense else _each_once(heads))


def _refuse_shared(graph: Graph, networks: Sequence[Network]) -> None:
    """Refuse a cell that stands in several layers, whose file has the one."""
    for network in networks:
        for cell in itertools.chain(*network.layers):
            kernel = cell.names.get("kernel") or cell.names["gates/kernel"]
            if graph.is_shared(kernel):
                raise ConversionError(
                    f"{cell.scope} stands in several layers of {network.scope}: the "
                    "program wrote [cell] * n, and the file has that one cell. A model "
                    "of one layer would be wrong. In Keras call one layer several "
                    "times, with the weights that book.convert.weights.to_keras gives."
                )


def _each_once(heads: dict[str, Heads]) -> dict[str, Heads]:
    """Leave a dense layer that fits several networks to the nearest by its name."""

    def shared(scope, layer):
        pairs = zip(scope.split("/"), layer.name.split("/"), strict=False)
        return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))

    result = {}
    for scope, found in heads.items():
        for layer in found.dense:
            nearness = [
                shared(other, layer)
                for other, its in heads.items()
                if other != scope and layer.names in [each.names for each in its.dense]
            ]
            if nearness and shared(scope, layer) <= max(nearness):
                found = found._replace(dense=())
        result[scope] = found
    return result


def _decide(cell: Cell, graph: Graph | None, options) -> dict[str, Decision]:
    """Take each setting from an option, else from the graph, else the default."""
    said = Settings()
    if graph is not None:
        kernel = cell.names.get("kernel") or cell.names["gates/kernel"]
        said = graph.settings(kernel, cell.names.get("projection/kernel"))
        if cell.kind == "layer-norm LSTM":
            said = graph.of_norms(cell.scope)._replace(residual=said.residual)
        elif cell.kind != "LSTM":
            leaves = "candidate/kernel", "candidate/input_projection/kernel", "kernel"
            (leaf, *_) = (leaf for leaf in leaves if leaf in cell.names)
            said = said._replace(activation=graph.activation(cell.names[leaf]))
    known = graph is not None and said.forget_bias is not None
    cudnn = "cudnn_compatible" in cell.scope
    result = {}
    for name, default in DEFAULTS._asdict().items():
        value = getattr(said, name)
        if name in options:
            result[name] = Decision(options[name], "an option")
        elif value is not None or (known and name.endswith("clip")):
            result[name] = Decision(value, "the graph")
        else:
            default = 0.0 if cudnn and name == "forget_bias" else default
            result[name] = Decision(default, "the default")
    return result


def report(it: Plan) -> str:
    """Give what was found and decided, in lines for a person."""
    has_graph = "no graph beside it" if it.source.graph is None else "with its graph"
    lines = [f"{it.source.path}, {has_graph}"]
    for network in it.found.networks:
        ways = "both ways" if len(network.layers[0]) == 2 else "forwards"
        joined = ", joined after each layer" if network.joined else ""
        lines.append(f"network {network.scope or 'at the root'}: {ways}{joined}")
        for number, layer in enumerate(network.layers):
            for way, cell in zip(("fw", "bw"), layer, strict=False):
                where = f"{number} {way}" if len(layer) == 2 else f"{number}"
                size = f"{cell.inputs} → {cell.units}"
                if cell.outputs != cell.units:
                    size += f" → {cell.outputs}"
                lines.append(f"  layer {where}: {cell.kind}, {size}  ({cell.scope})")
                lines.append(f"    {_settings(cell, it.decisions[cell.scope])}")
        alone = len(network.layers) == 1 and "multi_rnn_cell/" in layer[0].scope
        if alone and it.source.graph is None and cell.inputs == cell.outputs:
            lines.append(
                "  a stack of one layer, or [cell] * n, one cell in n layers: neither "
                "the names nor a graph tell"
            )
        if network.projection:
            lines.append(f"  outputs projected to {network.projection[1].size}")
        heads = it.heads[network.scope]
        if heads.embedding:
            ids, width = heads.embedding.table.shape
            lines.append(f"  embedding {heads.embedding.name}: {ids} ids → {width}")
        for layer in heads.dense:
            size = " → ".join(map(str, layer.kernel.shape))
            how = f"activation {layer.activation.value} ({layer.activation.source})"
            lines.append(f"  dense {layer.name}: {size}; {how}")
    for place, reason in it.found.refused.items():
        lines.append(f"refused: {place}: {reason}")
    around_all = {name for heads in it.heads.values() for name in heads.names}
    for title, names in (
        ("not converted", it.found.others.keys() - around_all),
        ("moving averages", it.found.averages),
    ):
        if names:
            lines.append(f"{title}: {', '.join(sorted(names))}")
    if slots := it.found.slots:
        kinds = dict.fromkeys(
            name if "/" not in name else f"…/{name.rpartition('/')[2]}"
            for name in sorted(slots)
        )
        lines.append(
            f"left out: {len(slots)} variables of optimizers ({', '.join(kinds)})"
        )
    return "\n".join(lines)


def _settings(cell: Cell, decisions) -> str:
    """Give a cell's settings and their sources."""
    of_kind = ["activation", "residual"]
    if "LSTM" in cell.kind:
        of_kind = ["forget_bias", "activation", "cell_clip", "residual"]
    if "projection/kernel" in cell.weights:
        of_kind.insert(3, "proj_clip")
    return "; ".join(
        f"{name} {_short(decisions[name].value)} ({decisions[name].source})"
        for name in of_kind
    )


def _short(value) -> str:
    """Give a setting's value as text; a float32's without the digits it hasn't."""
    return str(np.float32(value)) if isinstance(value, float) else str(value)


def chosen(source: Source, found: Found, scope: str | None) -> Network:
    """Give the network of that scope, or the only one.

    Raises:
        ConversionError: there are several and none was named, or none is called so.
    """
    networks = {network.scope: network for network in found.networks}
    if scope is None and len(networks) == 1:
        return found.networks[0]
    if scope in networks:
        return networks[scope]
    if scope in found.refused:
        raise ConversionError(found.refused[scope])
    which = f"there is none called {scope!r}" if scope else "name the one to convert"
    raise ConversionError(
        f"{source.path} holds {len(networks)} networks; {which}: "
        f"{', '.join(sorted(networks))}."
    )


def to_keras(it: Plan, scope: str | None = None) -> keras.Model:
    """Give the Keras model of a plan's network; see `book.convert.models.model_of`.

    Args:
        it: the plan.
        scope: of the network, where there are several.

    Raises:
        ConversionError: there are several and none was named, or none is called so.
    """
    network = chosen(it.source, it.found, scope)
    settings = {
        name: Settings(**{key: decision.value for key, decision in decided.items()})
        for name, decided in it.decisions.items()
    }
    return model_of(network, settings, it.heads[network.scope])


def save(model: keras.Model, path: str | os.PathLike, overwrite: bool = False) -> None:
    """Write a Keras model, whole or not at all.

    Raises:
        ConversionError: the file is there already, its folder isn't, or its name
            doesn't end in .keras.
    """
    path = Path(path)
    if path.suffix != ".keras":
        raise ConversionError(f"{path}: expected a name that ends in .keras.")
    if not path.parent.is_dir():
        raise ConversionError(f"There is no folder {path.parent}. Make it first.")
    if path.exists() and not overwrite:
        raise ConversionError(f"{path} is there already; --overwrite replaces it.")
    part = path.with_name(f".{path.stem}.{os.getpid()}.keras")
    try:
        model.save(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
