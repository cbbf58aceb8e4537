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
    rows = []
    for name, value in tensors.items():
        for part_name, leaf in leaves(name, value):
            known = getattr(leaf.shape, "rank", 0) is not None
            shape = tuple(leaf.shape) if known else "shape unknown"
            rows.append((part_name, shape, getattr(leaf.dtype, "name", leaf.dtype)))
    width = max((len(name) for name, _, _ in rows), default=0)
    for name, shape, dtype in rows:
        print(f"{name:<{width}}  {shape}  {dtype}")


def leaves(name, value):
    """Give each tensor in a nest of them, with its name.

    Args:
        name: what the whole is called.
        value: as for `show_shapes`.

    Returns:
        Pairs of a name, as Python would reach it from the whole, and the tensor.

    Raises:
        TypeError: as `show_shapes` does.
    """
    if isinstance(value, Mapping):
        parts = [(f"{name}[{key!r}]", part) for key, part in value.items()]
    elif hasattr(value, "_fields"):
        parts = [(f"{name}.{field}", getattr(value, field)) for field in value._fields]
    elif isinstance(value, list | tuple):
        parts = [(f"{name}[{i}]", part) for i, part in enumerate(value)]
    elif hasattr(value, "shape") and hasattr(value, "dtype"):
        return [(name, value)]
    else:
        raise TypeError(
            f"{name} is {value!r} ({type(value).__name__}), which has no shape; "
            "expected an array, a tensor or a nest of them."
        )
    return [pair for part_name, part in parts for pair in leaves(part_name, part)]
