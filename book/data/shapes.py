"""The shapes of 300 recurrent networks, as TensorFlow 1 and PyTorch gave them."""

import json
from pathlib import Path

from book.data import frozen
from book.folders import DATA

FILE = DATA / "shapes" / "shapes.jsonl"

OPTIONS = {
    "cell": ["rnn", "lstm", "peephole", "gru"],
    "layers": [1, 2, 3],
    "directions": ["forward", "both"],
    "lengths": [False, True],
    "time_major": [False, True],
    "return_sequences": [False, True],
    "return_state": [False, True],
    "merge": ["concat", "sum", "mul", "ave", "none"],
    "reset_after": [False, True],
}
"""The settings that have a choice, and what was drawn from."""

SIZES = ("units", "batch", "time", "features", "projection")
"""The settings that are numbers. A projection of 0 is none."""

PARTS = ("input", "outputs", "state", "weights")
"""What a network has: each a list, in order, of a name and a shape."""


def read(path: Path = FILE) -> list[dict]:
    """Give the networks.

    Returns:
        For each a dictionary: `settings`, by the names in OPTIONS and SIZES; `tf1` and
        `torch`, each with PARTS.

    Raises:
        FileNotFoundError, ValueError: as `frozen.read` raises them.
    """
    content = frozen.read(path, "To restore it, see data/shapes/README.md.")
    return [json.loads(line) for line in content.decode().splitlines()]
