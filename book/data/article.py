"""What the article's MNIST networks did at its full settings, epoch by epoch."""

import io

import pandas as pd

from book.data import frozen
from book.folders import DATA

FOLDER = DATA / "article"
SEEDS = (0, 1, 2)  # of the initial weights; each network was trained from all of them
_RESTORE = "Restore it with git, or make it again: see data/article/README.md."


def load(name: str) -> pd.DataFrame:
    """Give the 50 epochs of one of the article's networks, trained in a session.

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
        data/make_article_runs.py; chapters 16 to 18 run a part of it and compare.
    """
    content = frozen.read(FOLDER / f"{name}.csv", _RESTORE)
    return pd.read_csv(io.BytesIO(content)).set_index(["seed", "epoch"])
