"""What a cell was told when it was made, as far as its graph says it."""

from collections import defaultdict
from typing import NamedTuple

import tensorflow as tf

# Operations that hand a value on as it is.
_PASS = {"Identity", "Enter", "RefEnter", "Switch", "RefSwitch", "Merge", "Cast"}
_PASS |= {"ReadVariableOp", "Exit", "NextIteration", "Reshape"}
_ADD = {"Add", "AddV2", "BiasAdd", "AddN"}
_ACTIVATIONS = {"Tanh": "tanh", "Relu": "relu", "Sigmoid": "sigmoid", "Elu": "elu"}
_ACTIVATIONS |= {"Softsign": "softsign", "Selu": "selu", "Softplus": "softplus"}
_ELEMENTWISE = _ADD | set(_ACTIVATIONS) | {"Mul", "Sub", "RealDiv", "Split"}
_ELEMENTWISE |= {"Select", "SelectV2"}
_FUSED = {"LSTMBlockCell", "BlockLSTM", "BlockLSTMV2"}
_FUSED_GRU = {"GRUBlockCell"}


class Settings(NamedTuple):
    """What no variable tells. None: the graph doesn't say it.

    Attributes:
        forget_bias: added to f before its sigmoid.
        activation: Keras's name of what stands for tanh.
        cell_clip: the largest size of c.
        proj_clip: the largest size of a projected output.
        residual: whether the cell's input is added to its output (ResidualWrapper).
    """

    forget_bias: float | None = None
    activation: str | None = None
    cell_clip: float | None = None
    proj_clip: float | None = None
    residual: bool | None = None


class Decision(NamedTuple):
    """A setting, and where it was taken from.

    Attributes:
        value: what was taken.
        source: "the graph", "an option" or "the default".
    """

    value: object
    source: str


class Graph:
    """A graph that can be followed from a variable to what reads it.

    Args:
        definition: the graph; it is read, not run.
    """

    def __init__(self, definition: tf.compat.v1.GraphDef):
        self.nodes = {node.name: node for node in definition.node}
        self.readers = defaultdict(list)  # (name, output) → nodes
        for node in definition.node:
            for name, output in map(_source, node.input):
                self.readers[name, output].append(node)
        self.saved = {}  # names in the checkpoint → names in the program
        for node in definition.node:
            if node.op == "SaveV2":
                names = self.nodes[_source(node.input[1])[0]].attr["value"].tensor
                for name, text in zip(names.string_val, node.input[3:], strict=False):
                    self.saved[name.decode()] = self._origin(text).name

    def settings(self, kernel: str, projection: str | None = None) -> Settings:
        """Give what the graph says of the cell with this kernel.

        Args:
            kernel: the variable's name.
            projection: the name of the projection's kernel, if there is one.
        """
        for node in self._after(kernel):
            if node.op in _FUSED:
                clip = node.attr["cell_clip"].f
                x = node.input[0 if node.op == "LSTMBlockCell" else 1]
                return Settings(
                    float(node.attr["forget_bias"].f),
                    "tanh",
                    float(clip) if clip > 0 else None,
                    residual=self._is_added(x, node.name),
                )
        for node in self._products(kernel):
            joined = self._origin(node.input[0])  # [x, h]
            residual = None
            if joined.input:
                residual = self._is_added(joined.input[0], node.name)
            split = self._first(node.name, {"Split"}, _ADD)
            found = Settings() if split is None else self._of_blocks(split, projection)
            return found._replace(residual=residual)
        return Settings()

    def is_shared(self, kernel: str) -> bool:
        """Tell whether a cell reads its own output: `[cell] * n`, one in n layers."""
        own = {node.name for node in self._products(kernel)}
        for node in self._after(kernel):
            if node.op in _FUSED | _FUSED_GRU:
                own.add(node.name)
        for name in own:
            node = self.nodes[name]
            x = node.input[1 if node.op.startswith("BlockLSTM") else 0]
            if node.op == "MatMul":
                joined = self._origin(x)  # [x, h]
                x = joined.input[0] if joined.op == "ConcatV2" else None
            if x is not None and self._comes_from(x, own):
                return True
        return False

    def _comes_from(self, text: str, names: set[str]) -> bool:
        """Tell whether a value is computed, element by element, from certain nodes."""
        seen, stack = set(), [text]
        while stack:
            node = self._origin(stack.pop())
            if node.name in names:
                return True
            if node.name not in seen and node.op in _ELEMENTWISE:
                seen.add(node.name)
                stack += [each for each in node.input if not each.startswith("^")]
        return False

    def of_norms(self, scope: str) -> Settings:
        """Give what the graph says of a cell that normalises its blocks.

        Args:
            scope: what the names of the norms' variables begin with.
        """
        through = _ADD | {"Sub"}
        sigmoid = self._first(f"{scope}/forget/beta", {"Sigmoid"}, through)
        tanh = self._first(f"{scope}/transform/beta", set(_ACTIVATIONS), through)
        added = None
        if sigmoid is not None:
            before = self._origin(sigmoid.input[0])
            added = self._constant_of(before) if before.op in _ADD else None
            added = 0.0 if added is None else added
        return Settings(added, None if tanh is None else _ACTIVATIONS[tanh.op])

    def activation(self, kernel: str) -> str | None:
        """Give what is done to the product with a kernel: of a GRU or a simple RNN."""
        if any(node.op in _FUSED_GRU for node in self._after(kernel)):
            return "tanh"
        for node in self._products(kernel):
            done = self._first(node.name, set(_ACTIVATIONS), _ADD)
            return None if done is None else _ACTIVATIONS[done.op]
        return None

    def activation_above(self, kernel: str) -> str | None:
        """Give what alone reads a dense layer's sum, "linear" if several things do."""
        for node in self._products(kernel):
            read = [each for each in self._after(node.name) if each.op != "Shape"]
            if len(read) == 1 and read[0].op in _ADD:
                read = [n for n in self._after(read[0].name) if n.op != "Shape"]
            ops = {each.op for each in read}
            (op,) = ops if len(ops) == 1 else ("",)
            return (_ACTIVATIONS | {"Softmax": "softmax"}).get(op, "linear")
        return None

    def _products(self, kernel: str) -> list:
        """Give the products with a kernel; not those that only gradients need."""
        found = self._after(kernel)
        for node in list(found):
            if node.op == "ConcatV2":  # of a variable's parts
                found += self._after(node.name)
        products = [node for node in found if node.op == "MatMul"]
        return [node for node in products if not node.attr["transpose_b"].b]

    def _is_added(self, x: str, inside: str) -> bool:
        """Tell whether a cell's input is added to its output.

        Args:
            x: where the input comes from.
            inside: the name of a node of the cell, whose scope its output shares.
        """
        scope = inside.rpartition("/")[0]
        return any(
            self._origin(each).name.rpartition("/")[0] == scope
            for node in self._after(*_source(x))
            if node.op in _ADD
            for each in node.input
        )

    def _of_blocks(self, split, projection) -> Settings:
        """Give what is done to the four blocks."""
        forget_bias = None
        for node in self._after(split.name, 2):
            if node.op in _ADD:
                forget_bias = self._constant_of(node)
            elif node.op == "Sigmoid":
                forget_bias = 0.0
        activation = None
        for node in self._after(split.name, 1):
            activation = _ACTIVATIONS.get(node.op, activation)
        clips = [
            self._constant_of(node)
            for block in range(4)
            for node in self._reached(split.name, block)
            if node.op == "Minimum"
        ]
        after = [] if projection is None else self._after(projection)
        after = [
            n for node in after if node.op == "MatMul" for n in self._after(node.name)
        ]
        proj_clips = [self._constant_of(node) for node in after if node.op == "Minimum"]
        clip = next((c for c in clips if c is not None), None)
        return Settings(forget_bias, activation, clip, next(iter(proj_clips), None))

    def _after(self, name, output=0):
        """Give the nodes that read a value, past those that hand it on as it is."""
        found, seen, stack = [], set(), [(self.saved.get(name, name), output)]
        while stack:
            place = stack.pop()
            if place in seen:
                continue
            seen.add(place)
            for node in self.readers[place]:
                if node.op in _PASS:
                    stack += [(node.name, 0), (node.name, 1)]
                else:
                    found.append(node)
        return found

    def _first(self, name, wanted, through):
        """Give the first node of some kinds, past nodes of other kinds."""
        for node in self._after(name):
            if node.op in wanted:
                return node
            if node.op in through:
                return self._first(node.name, wanted, through)
        return None

    def _reached(self, name, output, depth=4):
        """Give the nodes within some steps that compute element by element."""
        found = self._after(name, output)
        for node in list(found):
            if depth and node.op in _ADD | {"Mul", "Sigmoid"} | set(_ACTIVATIONS):
                found += self._reached(node.name, 0, depth - 1)
        return found

    def _origin(self, text: str):
        """Give the node that an input comes from, past those that hand it on."""
        found = self.nodes[_source(text)[0]]
        while found.op in _PASS and found.input:
            found = self.nodes[_source(found.input[0])[0]]
        return found

    def _constant_of(self, node) -> float | None:
        """Give the single number among a node's inputs."""
        for text in node.input:
            found = self._origin(text)
            if found.op == "Const":
                tensor = found.attr["value"].tensor
                if all(dim.size == 1 for dim in tensor.tensor_shape.dim):
                    return float(tf.make_ndarray(tensor).reshape(()))
        return None


def _source(text: str) -> tuple[str, int]:
    """Give the node and the output that an input names; -1 for one that only waits."""
    if text.startswith("^"):
        return text[1:], -1
    name, _, output = text.partition(":")
    return name, int(output or 0)
