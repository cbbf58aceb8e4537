"""The variables in a file that TensorFlow 1 left: a checkpoint or a frozen graph."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf

SUFFIXES = (".index", ".meta")  # of a checkpoint's other files; ".data-…" besides


_LFS = b"version https://git-lfs"
_UNREADABLE = (tf.errors.OpError, ValueError, RuntimeError, IndexError, OSError)


class ConversionError(Exception):
    """A file that cannot be read or converted; the message says why and what to do."""


class Source(NamedTuple):
    """What a file holds.

    Attributes:
        path: the checkpoint's prefix, or the frozen graph's file.
        variables: arrays by name.
        graph: the program that made it, where there is one: the .meta file beside a
            checkpoint, or the frozen graph itself. None without one. It is never run.
    """

    path: Path
    variables: Mapping[str, np.ndarray]
    graph: tf.compat.v1.GraphDef | None


def read(path: str | os.PathLike) -> Source:
    """Give the variables in a file. Nothing in it is executed.

    Args:
        path: a checkpoint's prefix (`model.ckpt-100`), one of its files, a checkpoint
            in the first format, which is one file, or a frozen graph (`.pb`).

    Raises:
        ConversionError: there is no such file, or it is none of these, or incomplete or
            damaged.
    """
    path = Path(path)
    if path.suffix == ".pb":
        return _frozen_graph(path)
    return _checkpoint(_prefix(path))


def _prefix(path: Path) -> Path:
    """Give a checkpoint's prefix, whichever of its files was named."""
    if path.is_dir():
        found = sorted(entry.with_suffix("").name for entry in path.glob("*.index"))
        hint = (
            f"Name one of its checkpoints: {', '.join(found)}."
            if found
            else (
                "It holds no checkpoint: expected files such as model.ckpt.index and "
                "model.ckpt.data-00000-of-00001."
            )
        )
        raise ConversionError(f"{path} is a folder. {hint}")
    if path.suffix in (".keras", ".h5", ".hdf5"):
        raise ConversionError(
            f"{path} is a file of Keras. Expected what TensorFlow 1 saved: a "
            "checkpoint (model.ckpt.index and the files beside it) or a frozen graph "
            "(.pb)."
        )
    name = path.name
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    name = name.partition(".data-")[0]
    return path.with_name(name)


def _checkpoint(prefix: Path) -> Source:
    """Read a checkpoint in either format."""
    index = prefix.with_name(prefix.name + ".index")
    files = [prefix]  # in the first format
    if index.exists():
        files = list(prefix.parent.glob(f"{prefix.name}.data-*"))
    elif not prefix.is_file():
        raise ConversionError(
            f"There is no checkpoint {prefix}. Expected {index.name} and "
            f"{prefix.name}.data-… beside it, or one file {prefix.name}."
        )
    if not files:
        raise ConversionError(
            f"{index.name} has no file {prefix.name}.data-… beside it. A checkpoint is "
            "both: copy all files that begin with its name."
        )
    for file in files:
        with open(file, "rb") as content:
            if content.read(len(_LFS)) == _LFS:
                raise ConversionError(
                    f"{file} is not the file but a pointer of Git LFS to it. Get the "
                    "file itself: `git lfs pull` where it was cloned from."
                )
    try:
        reader = tf.train.load_checkpoint(str(prefix))
        shapes = reader.get_variable_to_shape_map()
        types = reader.get_variable_to_dtype_map()
    except _UNREADABLE as error:
        raise ConversionError(_unreadable(prefix, error)) from error
    _check_sizes(prefix, shapes, types, sum(file.stat().st_size for file in files))
    variables = {}
    for name in sorted(shapes):
        if types[name] == tf.string:  # no number
            continue
        try:
            variables[name] = reader.get_tensor(name)
        except _UNREADABLE as error:
            raise ConversionError(_unreadable(prefix, error)) from error
    meta = prefix.with_name(prefix.name + ".meta")
    graph = None
    if meta.exists():
        graph = _parsed(meta, tf.compat.v1.MetaGraphDef()).graph_def
    return Source(prefix, variables, graph)


def _unreadable(prefix: Path, error: Exception) -> str:
    """Say that a checkpoint is damaged."""
    return (
        f"{prefix} cannot be read: {str(error).strip().splitlines()[0]} One of its "
        "files is incomplete, damaged or missing; copy all of them again."
    )


def _check_sizes(prefix, shapes, types, size):
    """Refuse a checkpoint that says it holds more than its files do."""
    said = sum(
        int(np.prod(shape, dtype=np.float64)) * types[name].size
        for name, shape in shapes.items()
    )
    # The first format is compressed, and a constant may be one number for many.
    if said > max(16 * size, 2**20):
        raise ConversionError(
            f"{prefix} says that it holds {said:,} bytes, but its files have {size:,}. "
            "It is damaged or was tampered with; nothing was read."
        )


def _frozen_graph(path: Path) -> Source:
    """Read the constants of a frozen graph: its variables, and others."""
    if not path.is_file():
        raise ConversionError(f"There is no file {path}.")
    graph = _parsed(path, tf.compat.v1.GraphDef())
    # What was a variable is still read by an operation of its own, unless a tool has
    # taken those away.
    read = {node.input[0] for node in graph.node if node.op == "Identity"}
    tensors = {
        node.name: node.attr["value"].tensor
        for node in graph.node
        if node.op == "Const" and tf.as_dtype(node.attr["dtype"].type).is_floating
    }
    shapes = {n: [dim.size for dim in t.tensor_shape.dim] for n, t in tensors.items()}
    types = {name: tf.as_dtype(tensor.dtype) for name, tensor in tensors.items()}
    _check_sizes(path, shapes, types, path.stat().st_size)
    constants = {name: tf.make_ndarray(tensor) for name, tensor in tensors.items()}
    variables = {name: constants[name] for name in constants.keys() & read} or constants
    if not variables:
        raise ConversionError(
            f"{path} holds a graph without weights. Expected a frozen graph, whose "
            "variables have become constants; for others, convert the checkpoint."
        )
    return Source(path, variables, graph)


def _parsed(path: Path, message):
    """Give a protocol buffer from a file."""
    try:
        message.ParseFromString(path.read_bytes())
    except Exception as error:  # protobuf's own errors are of no common type
        raise ConversionError(
            f"{path} is not a {type(message).__name__} of TensorFlow, or is incomplete."
            " Copy it again."
        ) from error
    return message
