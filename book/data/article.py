"""What the article's MNIST networks did, epoch by epoch, and others beside them."""

import io

import pandas as pd

from book.data import frozen
from book.folders import DATA

FOLDER = DATA / "article"
SEEDS = (0, 1, 2)  # of the initial weights; each network was trained from all of them
STACKS = {"10": (10,), "30": (30,), "10+10": (10, 10), "30+10": (30, 10)}  # units
_RESTORE = "Restore it with git, or make it again: see data/article/README.md."


def load(name: str) -> pd.DataFrame:
    """Give the 50 epochs of one of the article's networks, trained in a session today.

    Each starts from the initial weights that TensorFlow 1.4.1 drew from that seed:
    `book.data.tf1.training(name, seed)` is the same training there.

    Args:
        name: "e4" (two layers), "e5" (one layer each way) or "e6" (two layers each
            way).

    Returns:
        A table with the index (seed, epoch), of three seeds and epochs 1 to 50, and the
        columns loss and accuracy (means over the epoch's batches of training images)
        and test_accuracy (of the 28,000 held-out images; NaN but for the last epoch).

    Raises:
        FileNotFoundError: there is no such table.
        ValueError: the table disagrees with its checksum.

    Source:
        data/make_article_runs.py; chapters 16 to 18 show it beside the original.
    """
    return _read(name, ["seed", "epoch"])


def load_depth() -> pd.DataFrame:
    """Give 20 epochs of stacks that read downwards, as published and fixed.

    Returns:
        A table with the index (stack, design, seed, epoch): stack is a key of STACKS,
        design "as published" or "fixed". The columns are loss and accuracy (means over
        the epoch's batches of 37,800 training images) and validation (the accuracy
        after the epoch, on the other 4,200).

    Raises:
        FileNotFoundError: there is no such table.
        ValueError: the table disagrees with its checksum.

    Source:
        data/make_depth.py; chapter 18 runs a part of it and compares.
    """
    return _read("depth", ["stack", "design", "seed", "epoch"])


def load_parts() -> pd.DataFrame:
    """Give 4 epochs of a modern model, and of models that lack one of its parts.

    Returns:
        A table with the index (model, seed, epoch): model is a key of PARTS in
        data/make_depth.py. The columns are loss and accuracy (means over the epoch's
        batches of 37,800 training images), validation (the accuracy after the epoch, on
        the other 4,200) and, NaN but for the last epoch, training and test (the
        accuracy on 4,200 of the training images and on the 28,000 test images).

    Raises:
        FileNotFoundError: there is no such table.
        ValueError: the table disagrees with its checksum.

    Source:
        data/make_depth.py; chapter 18 runs a part of it and compares.
    """
    return _read("parts", ["model", "seed", "epoch"])


def write(name: str, table: pd.DataFrame) -> None:
    """Keep a table, whole or not at all, with its checksum.

    Args:
        name: of the table; the file is NAME.csv.
        table: its index is left out, so what the readers index by stands in columns.
    """
    text = table.to_csv(index=False, float_format="%.6f", lineterminator="\n")
    frozen.write(FOLDER, {f"{name}.csv": text.encode()})


def _read(name: str, index: list[str]) -> pd.DataFrame:
    """Give a table that agrees with its checksum, indexed by these columns."""
    content = frozen.read(FOLDER / f"{name}.csv", _RESTORE)
    table = pd.read_csv(io.BytesIO(content), dtype={"stack": str})  # "10" is a name
    return table.set_index(index)
