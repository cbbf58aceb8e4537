"""Shapes of tensors, however they are nested, printed one a line."""

from collections.abc import Mapping


def show_shapes(**tensors):
    """Print the name, shape and dtype of each tensor in each of the values given.

    Args:
        **tensors: arrays, tensors or variables, or any nest of them in (named) tuples,
            lists and mappings. A part of a nest is named as Python would reach it:
            `state.h`, `states[0].c`, `batch['x']`.

    Raises:
        TypeError: a leaf has no shape; the message says where it is and what it is.
    """
    rows = [row for name, value in tensors.items() for row in _rows(name, value)]
    width = max((len(name) for name, _, _ in rows), default=0)
    for name, shape, dtype in rows:
        print(f"{name:<{width}}  {shape}  {dtype}")


def _rows(name, value):
    if isinstance(value, Mapping):
        parts = [(f"{name}[{key!r}]", part) for key, part in value.items()]
    elif hasattr(value, "_fields"):
        parts = [(f"{name}.{field}", getattr(value, field)) for field in value._fields]
    elif isinstance(value, list | tuple):
        parts = [(f"{name}[{i}]", part) for i, part in enumerate(value)]
    elif hasattr(value, "shape") and hasattr(value, "dtype"):
        known = getattr(value.shape, "rank", 0) is not None
        shape = tuple(value.shape) if known else "shape unknown"
        return [(name, shape, getattr(value.dtype, "name", value.dtype))]
    else:
        raise TypeError(
            f"{name} is {value!r} ({type(value).__name__}), which has no shape; "
            "expected an array, a tensor or a nest of them."
        )
    return [row for part_name, part in parts for row in _rows(part_name, part)]
