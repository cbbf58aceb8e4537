"""MNIST's digits as NumPy arrays, read from CSV files in Kaggle's layout."""

import csv
import gzip
import hashlib
import io
import os
import uuid
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from book import frozen

FOLDER = Path(__file__).resolve().parent.parent / "data" / "mnist"
TRAIN_ROWS = 42_000  # in our own train.csv.gz
TEST_ROWS = 28_000  # in our own test.csv.gz and test_labels.csv.gz
SIDE = 28  # an image is SIDE rows of SIDE pixels
PIXELS = [f"pixel{i}" for i in range(SIDE * SIDE)]
LARGEST_LABEL = 9
LARGEST_PIXEL = 255
_RESTORE = "Restore it with git, or make it again: see data/mnist/README.md."


class Mnist(NamedTuple):
    """The digits and their labels.

    Attributes:
        x_train: uint8 (42000, 28, 28), pixels from 0 (paper) to 255 (ink).
        y_train: uint8 (42000,), labels from 0 to 9.
        x_test: uint8 (28000, 28, 28).
        y_test: uint8 (28000,).
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def load(folder: str | os.PathLike | None = None) -> Mnist:
    """Give MNIST's 42,000 training and 28,000 test images with their labels.

    The files are train.csv.gz, test.csv.gz and test_labels.csv.gz, and each must agree
    with the SHA-256 in the file NAME.sha256 beside it.

    If the folder holds train.csv and test.csv, as Kaggle names its own, these are read
    instead, whatever their number of rows. They have no labels for the test images. But
    Kaggle's images and those in data/mnist are the same 70,000, so each test image is
    looked up there.

    What is parsed is kept in the folder's .cache, where the next call finds it; it may
    be deleted at any time. In a folder that cannot be written to, every call parses.

    Args:
        folder: where the files are; None for data/mnist in this repository.

    Returns:
        The arrays, each its own memory, free to be changed.

    Raises:
        FileNotFoundError: a file or its checksum is missing, or only one of train.csv
            and test.csv is there.
        ValueError: a file disagrees with its checksum; it lacks a column, or has
            another number of rows or of values in a row; a label or a pixel is no
            integer or out of range; an image in Kaggle's test.csv is none of MNIST's.

    Source:
        MNIST by Y. LeCun and C. Cortes; data/mnist/README.md says how the files came
        to be. Chapter 13 reads one of them step by step.
    """
    folder = FOLDER if folder is None else Path(folder)
    if _holds_kaggles_files(folder):
        return _load_kaggles(folder)
    return _load_ours(folder)


def _load_ours(folder: Path) -> Mnist:
    """Give the arrays from the three gzipped files whose checksums are known."""
    train = _read_ours(folder / "train.csv.gz", ["label", *PIXELS], TRAIN_ROWS)
    test = _read_ours(folder / "test.csv.gz", PIXELS, TEST_ROWS)
    labels = _read_ours(folder / "test_labels.csv.gz", ["label"], TEST_ROWS)
    return Mnist(
        _images(train[:, 1:]), train[:, 0].copy(), _images(test), labels[:, 0].copy()
    )


def _load_kaggles(folder: Path) -> Mnist:
    """Give the arrays from Kaggle's train.csv and test.csv."""
    train_file, test_file = folder / "train.csv", folder / "test.csv"
    train = _table(train_file, train_file.read_bytes(), ["label", *PIXELS])
    test = _table(test_file, test_file.read_bytes(), PIXELS)
    labels = _look_up_labels(test_file, test)
    return Mnist(_images(train[:, 1:]), train[:, 0].copy(), _images(test), labels)


def _holds_kaggles_files(folder: Path) -> bool:
    """Tell whether Kaggle's two files are there; one without the other is an error.

    Kaggle's training images beside our test images, or the other way round, would put
    some of the test images into the training set.
    """
    names = ["train.csv", "test.csv"]
    missing = [name for name in names if not (folder / name).is_file()]
    if len(missing) == 1:
        (present,) = set(names) - set(missing)
        raise FileNotFoundError(
            f"{folder / missing[0]} is missing, but {present} is there. Kaggle's two "
            "files are used together, because Kaggle's split of the images is not "
            f"ours: put {missing[0]} there too, or take {present} away."
        )
    return not missing


def _read_ours(path: Path, columns: list[str], rows: int) -> np.ndarray:
    """Give the table in one of our own files, after checking it in every way."""
    content = frozen.read(path, _RESTORE)
    table = _table(path, content, columns)
    if len(table) != rows:
        raise ValueError(f"{path} has {len(table)} rows, not {rows}. {_RESTORE}")
    return table


def _images(pixels: np.ndarray) -> np.ndarray:
    """Give (N, 784) pixels as (N, 28, 28) images."""
    return np.ascontiguousarray(pixels).reshape(-1, SIDE, SIDE)


def _look_up_labels(path: Path, pixels: np.ndarray) -> np.ndarray:
    """Give the labels, uint8 (N,), of (N, 784) pixels that are images in data/mnist."""
    ours = _load_ours(FOLDER)
    images = np.concatenate([ours.x_train, ours.x_test])
    labels = np.concatenate([ours.y_train, ours.y_test])
    known = {
        image.tobytes(): label for image, label in zip(images, labels, strict=True)
    }
    found = [known.get(row.tobytes()) for row in pixels]
    if None in found:
        raise ValueError(
            f"{path}: image {found.index(None)}, counted from 0, has no label, as it "
            f"is none of those in {FOLDER}. Expected the same images as there. Fetch "
            "the file again from Kaggle's competition Digit Recognizer."
        )
    return np.array(found, dtype=np.uint8)


def _table(path: Path, content: bytes, columns: list[str]) -> np.ndarray:
    """Give the table in a CSV file, from the cache if this content was parsed before.

    Args:
        path: the file, gzipped if its name ends in .gz.
        content: its bytes.
        columns: the names that its header must have, in this order.

    Returns:
        A uint8 array (rows, columns).
    """
    digest = hashlib.sha256(content).hexdigest()
    cache = path.parent / ".cache" / f"{digest}-{len(columns)}.u8"
    cells = _read_cache(cache)
    if cells is not None:
        return cells.reshape(-1, len(columns))
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    table = _parse(path, text, columns)
    _write_cache(cache, table)
    return table


def _read_cache(cache: Path) -> np.ndarray | None:
    """Give the flat uint8 array in a cache file; None unless every byte is right.

    The file is the SHA-256 of the array's bytes, then these bytes.
    """
    try:
        content = cache.read_bytes()
    except OSError:
        return None
    digest, cells = content[:32], memoryview(content)[32:]
    if hashlib.sha256(cells).digest() != digest:
        return None
    return np.frombuffer(cells, dtype=np.uint8).copy()


def _write_cache(cache: Path, table: np.ndarray) -> None:
    """Write what _read_cache reads; where that is impossible, leave nothing behind."""
    unfinished = cache.with_name(f"{cache.name}.{uuid.uuid4().hex}.part")
    cells = table.tobytes()
    try:
        cache.parent.mkdir(exist_ok=True)
        try:
            unfinished.write_bytes(hashlib.sha256(cells).digest() + cells)
            os.replace(unfinished, cache)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError:
        pass  # A read-only folder or a full disk costs a second at each load, no more.


def _parse(path: Path, text: bytes, columns: list[str]) -> np.ndarray:
    """Give the table in a CSV file's text; see _table.

    pandas refuses a value that is not an integer from 0 to 255, as uint8 asks, and most
    rows of the wrong length. It does not always say where, so _first_fault does.
    """
    reason = ""
    try:
        frame = pd.read_csv(io.BytesIO(text), dtype=np.uint8, na_filter=False)
    except (ValueError, OverflowError) as error:
        reason = str(error).strip()
    else:
        # Where the first row is too long, pandas takes its first values for an index
        # and says nothing, so the commas are counted too.
        commas = (len(frame) + 1) * (len(columns) - 1)
        if (
            list(frame.columns) == columns
            and len(frame) > 0
            and text.count(b",") == commas
            and (columns[0] != "label" or frame["label"].max() <= LARGEST_LABEL)
        ):
            return np.array(frame, dtype=np.uint8, order="C")
    raise ValueError(f"{path}: {_first_fault(text, columns) or reason}")


def _first_fault(text: bytes, columns: list[str]) -> str | None:
    """Say what is wrong first in a CSV's text, what was expected and what to do."""
    lines = io.TextIOWrapper(io.BytesIO(text), "utf-8-sig", "replace", newline="")
    reader = csv.reader(lines)
    header = next(reader, [])
    expected = _describe(columns)
    missing = [name for name in columns if name not in header]
    if missing:
        return (
            f"the column {missing[0]!r} is missing. Expected a header with {expected}; "
            "put the column back, or fetch the file again."
        )
    if header != columns:
        return (
            f"the header names {len(header)} columns. Expected exactly {expected}, in "
            "this order; mend the header and the rows, or fetch the file again."
        )
    row = None
    for row in filter(None, reader):  # pandas skips empty lines too
        where = f"line {reader.line_num}"
        if len(row) != len(columns):
            return (
                f"{where} has the wrong length: {len(row)} values. Expected "
                f"{len(columns)}, one a column; mend the line, or fetch the file again."
            )
        for name, value in zip(columns, row, strict=True):
            largest = LARGEST_LABEL if name == "label" else LARGEST_PIXEL
            if not _is_integer(value, largest):
                return (
                    f"{where} has {value!r} in the column {name!r}. Expected an "
                    f"integer from 0 to {largest}; mend the line, or fetch the file "
                    "again."
                )
    if row is None:
        return "no row under the header. Expected one at least; fetch the file again."
    return None


def _describe(columns: list[str]) -> str:
    """Name columns in few words."""
    if len(columns) == 1:
        return f"the column {columns[0]!r}"
    first = "label, " if columns[0] == "label" else ""
    return f"the {len(columns)} columns {first}{PIXELS[0]} to {PIXELS[-1]}"


def _is_integer(value: str, largest: int) -> bool:
    """Tell whether a text is an integer from 0 to `largest`."""
    try:
        return 0 <= int(value) <= largest
    except ValueError:
        return False
