"""MNIST's digits as NumPy arrays, read from CSV files in Kaggle's layout."""

import contextlib
import gzip
import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from book import atomic
from book.data import frozen
from book.folders import DATA

FOLDER = DATA / "mnist"
TRAIN_ROWS = 42_000  # in our own train.csv.gz; the other 28,000 are in test.csv.gz
SHUFFLE_SEED = 13  # of the order in which our files hold the 70,000 images
OFFICIAL_TRAIN_ROWS = 60_000  # in the split as MNIST's authors published it
SIDE = 28  # an image is SIDE rows of SIDE pixels
PIXELS = [f"pixel{i}" for i in range(SIDE * SIDE)]
OURS = ["train.csv.gz", "test.csv.gz", "test_labels.csv.gz"]
KAGGLES = ["train.csv", "test.csv"]
_RESTORE = "Restore it with git, or make it again: see data/mnist/README.md."


class Mnist(NamedTuple):
    """The digits and their labels, in two parts.

    Attributes:
        x_train: uint8 (N, 28, 28), pixels from 0 (paper) to 255 (ink): 42,000 images,
            or 60,000 in the official split.
        y_train: uint8 (N,), labels from 0 to 9.
        x_test: uint8 (70000 - N, 28, 28), the others.
        y_test: uint8 (70000 - N,).
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def load(folder: str | os.PathLike | None = None) -> Mnist:
    """Give MNIST's 42,000 training and 28,000 test images with their labels.

    The files are train.csv.gz, test.csv.gz and test_labels.csv.gz, and each must agree
    with its SHA-256 in SHA256SUMS.

    If the folder holds train.csv and test.csv, as Kaggle names its own, these are read
    instead. They have no labels for the test images. But Kaggle's images and those in
    data/mnist are the same 70,000, so every image is looked up there.

    What is parsed is kept in the folder's .cache, where the next call finds it; it may
    be deleted at any time. In a folder that cannot be written to, every call parses.

    Args:
        folder: where the files are; None for data/mnist in this repository.

    Returns:
        The arrays, each its own memory, free to be changed.

    Raises:
        FileNotFoundError: a file or SHA256SUMS is missing, or only one of train.csv and
            test.csv is there.
        ValueError: a file disagrees with its checksum; or one of Kaggle's is no such
            table, or holds an image that is none of MNIST's.

    Source:
        MNIST by Y. LeCun and C. Cortes; data/mnist/README.md says how the files came
        to be. Chapter 16 reads one of them step by step.
    """
    folder = FOLDER if folder is None else Path(folder)
    if _holds_kaggles_files(folder):
        contents = [(folder / name).read_bytes() for name in KAGGLES]
        return _cached(folder, contents, _parse_kaggles)
    return _load_ours(folder)


def load_official() -> Mnist:
    """Give the images as MNIST's authors split and ordered them: 60,000 and 10,000.

    The 10,000 test images were written by other people than the 60,000. `load` mixes
    the writers, so its test images are a little easier.

    Returns:
        The arrays, in the order of the four original files.

    Raises:
        FileNotFoundError, ValueError: as `load` for data/mnist.

    Source:
        MNIST by Y. LeCun and C. Cortes; data/mnist/README.md says how the files came
        to be. Chapter 18 uses it.
    """
    ours = _load_ours(FOLDER)
    order = shuffled(len(ours.y_train) + len(ours.y_test))
    images = np.empty((len(order), SIDE, SIDE), np.uint8)
    labels = np.empty(len(order), np.uint8)
    images[order] = np.concatenate([ours.x_train, ours.x_test])
    labels[order] = np.concatenate([ours.y_train, ours.y_test])
    train, test = slice(OFFICIAL_TRAIN_ROWS), slice(OFFICIAL_TRAIN_ROWS, None)
    return Mnist(images[train], labels[train], images[test], labels[test])


def shuffled(rows: int) -> np.ndarray:
    """Give, for each row of our files, its place in the original files: int (rows,)."""
    # RandomState's stream never changes between NumPy versions; default_rng's may.
    return np.random.RandomState(SHUFFLE_SEED).permutation(rows)


def _load_ours(folder: Path) -> Mnist:
    """Give the arrays from the three files whose checksums are known."""
    contents = [frozen.read(folder / name, _RESTORE) for name in OURS]
    return _cached(folder, contents, _parse_ours)


def _holds_kaggles_files(folder: Path) -> bool:
    """Tell whether Kaggle's two files are there; one without the other is an error.

    Kaggle's training images beside our test images, or the other way round, would put
    some of the test images into the training set.
    """
    missing = [name for name in KAGGLES if not (folder / name).is_file()]
    if len(missing) == 1:
        (present,) = set(KAGGLES) - set(missing)
        raise FileNotFoundError(
            f"{folder / missing[0]} is missing, but {present} is there. Kaggle's two "
            "files are used together, because Kaggle's split of the images is not "
            f"ours: put {missing[0]} there too, or take {present} away."
        )
    return not missing


def _parse_ours(contents: list[bytes]) -> Mnist:
    """Give the arrays in our three files."""
    train, test, labels = (_table(gzip.decompress(content)) for content in contents)
    return Mnist(_images(train), _labels(train), _images(test), _labels(labels))


def _parse_kaggles(contents: list[bytes]) -> Mnist:
    """Give the arrays in Kaggle's two files, with labels found for the test images."""
    name = KAGGLES[0]
    try:
        train = _table(contents[0])
        x_train, y_train = _images(train), _labels(train)
        name = KAGGLES[1]
        x_test = _images(_table(contents[1]))
    except (KeyError, ValueError, OverflowError) as error:
        raise ValueError(
            f"{name} cannot be read ({str(error).strip()}). Expected the columns "
            f"{PIXELS[0]} to {PIXELS[-1]}, in train.csv a column label too, and whole "
            "numbers from 0 to 255. Fetch the file again from Kaggle's competition "
            "Digit Recognizer."
        ) from error
    ours = _load_ours(FOLDER)
    images = np.concatenate([ours.x_train, ours.x_test])
    labels = np.concatenate([ours.y_train, ours.y_test])
    known = {
        image.tobytes(): label for image, label in zip(images, labels, strict=True)
    }
    found = [known.get(image.tobytes()) for image in x_test]
    if None in found:
        raise ValueError(
            f"{name}: image {found.index(None)}, counted from 0, has no label, as it "
            f"is none of those in {FOLDER}. Expected the same images as there. Fetch "
            "the file again from Kaggle's competition Digit Recognizer."
        )
    return Mnist(x_train, y_train, x_test, np.array(found, dtype=np.uint8))


def _table(text: bytes) -> pd.DataFrame:
    """Give a CSV's table; a value that is no whole number from 0 to 255 is refused."""
    return pd.read_csv(io.BytesIO(text), dtype=np.uint8, na_filter=False)


def _images(table: pd.DataFrame) -> np.ndarray:
    """Give the pixels in a table of N rows as images, uint8 (N, 28, 28)."""
    return np.array(table[PIXELS], order="C").reshape(-1, SIDE, SIDE)


def _labels(table: pd.DataFrame) -> np.ndarray:
    """Give the labels in a table of N rows, uint8 (N,)."""
    return np.array(table["label"])


def _cached(
    folder: Path, contents: list[bytes], parse: Callable[[list[bytes]], Mnist]
) -> Mnist:
    """Give what `parse` makes of the files' contents, parsed once for each content."""
    digests = b"".join(hashlib.sha256(content).digest() for content in contents)
    cache = folder / ".cache" / f"{hashlib.sha256(digests).hexdigest()}.npz"
    try:
        with np.load(cache) as arrays:
            return Mnist(**arrays)
    except (OSError, EOFError, TypeError, ValueError, zipfile.BadZipFile):
        pass  # There is none, or it was cut off or altered: its zip holds checksums.
    data = parse(contents)
    packed = io.BytesIO()
    np.savez(packed, **data._asdict())
    # In a read-only folder, or on a full disk, every load takes some seconds.
    with contextlib.suppress(OSError):
        cache.parent.mkdir(exist_ok=True)
        atomic.write({cache: packed.getvalue()})
    return data
