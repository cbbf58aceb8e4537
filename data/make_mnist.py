"""Make data/mnist/ from the four original MNIST files.

    python data/make_mnist.py FOLDER

FOLDER holds the IDX files as their authors published them, gzipped or not:
train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
t10k-labels-idx1-ubyte. The 70,000 images are shuffled together with a fixed seed and
split into Kaggle's layout: train.csv.gz, test.csv.gz and test_labels.csv.gz, each with
its SHA-256 in SHA256SUMS. data/mnist/README.md tells more.
"""

import argparse
import gzip
import hashlib
import io
import sys
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from book.data import frozen
from book.data.mnist import FOLDER as OUTPUT
from book.data.mnist import OURS, PIXELS, TRAIN_ROWS, shuffled

# The shape of each original file, and its SHA-256 when it is not gzipped.
ORIGINALS = {
    "train-images-idx3-ubyte": (
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train-labels-idx1-ubyte": (
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "t10k-images-idx3-ubyte": (
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "t10k-labels-idx1-ubyte": (
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}


def read_bytes(folder: Path, name: str) -> bytes:
    """Give the bytes of an original file, unpacked if it is gzipped.

    Args:
        folder: where the file is.
        name: the file's name without ".gz".

    Raises:
        FileNotFoundError: neither NAME nor NAME.gz is there.
        ValueError: NAME.gz cannot be unpacked.
    """
    plain, packed = folder / name, folder / f"{name}.gz"
    if plain.is_file():
        return plain.read_bytes()
    if not packed.is_file():
        raise FileNotFoundError(
            f"{folder} holds neither {name} nor {name}.gz. "
            f"Give the folder of the original IDX files: {', '.join(ORIGINALS)}."
        )
    try:
        return gzip.decompress(packed.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"{packed} cannot be unpacked ({error}). Fetch it again."
        ) from error


def parse_idx(name: str, content: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """Give the array in an IDX file of unsigned bytes.

    Args:
        name: the file's name, for the errors.
        content: the bytes of the file, not gzipped.
        shape: the shape that the array must have.

    Returns:
        A uint8 array of that shape.

    Raises:
        ValueError: the magic number, the shape or the file's length is another.

    Source:
        The IDX format: two zero bytes, the type (8: unsigned byte), the number of
        dimensions, each dimension as a big-endian 32-bit integer, then the data.
    """
    magic = bytes([0, 0, 8, len(shape)])
    if content[:4] != magic:
        raise ValueError(
            f"{name} starts with the bytes {content[:4].hex()}, not {magic.hex()}: it "
            f"is no IDX file of unsigned bytes in {len(shape)} dimensions. "
            "Fetch it again."
        )
    header = 4 + 4 * len(shape)
    found = tuple(np.frombuffer(content[4:header], dtype=">u4").tolist())
    if found != shape:
        raise ValueError(
            f"{name} holds an array of shape {found}, not {shape}. "
            "Give the original MNIST files, not another set in the same format."
        )
    if len(content) != header + np.prod(shape):
        raise ValueError(
            f"{name} is {len(content)} bytes long, not {header + np.prod(shape)}. "
            "Fetch it again."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)


def read_original(folder: Path, name: str) -> np.ndarray:
    """Give one of MNIST's original arrays, certain to be the published one.

    Args:
        folder: where the file is.
        name: a key of ORIGINALS.

    Returns:
        A uint8 array: images (N, 28, 28) or labels (N,).

    Raises:
        FileNotFoundError, ValueError: the file is missing or not the original.
    """
    shape, expected = ORIGINALS[name]
    content = read_bytes(folder, name)
    array = parse_idx(name, content, shape)
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ValueError(
            f"{name} has the right shape, but its SHA-256 is {found}, not {expected}: "
            "some of its values differ from MNIST's. Fetch it again."
        )
    return array


def read_originals(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Give all of MNIST in its original order, the training set first.

    Args:
        folder: where the four IDX files are.

    Returns:
        The images, uint8 (70000, 784), and their labels, uint8 (70000,).

    Raises:
        FileNotFoundError, ValueError: a file is missing or not the original.
    """
    train_images, train_labels, test_images, test_labels = (
        read_original(folder, name) for name in ORIGINALS
    )
    images = np.concatenate([train_images, test_images])
    labels = np.concatenate([train_labels, test_labels])
    return images.reshape(len(images), -1), labels


def packed(frame: pd.DataFrame) -> bytes:
    """Give a table as a gzipped CSV, without its index.

    The gzip header holds no time and no name, so the same frame gives the same bytes.
    """
    text = frame.to_csv(index=False, lineterminator="\n").encode("ascii")
    content = io.BytesIO()
    with gzip.GzipFile("", "wb", compresslevel=9, fileobj=content, mtime=0) as file:
        file.write(text)
    return content.getvalue()


def main(arguments: list[str] | None = None) -> None:
    """Run the script; see the top of this file.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.

    Raises:
        SystemExit: the IDX files are missing or not the original ones.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="the folder of the four IDX files")
    parser.add_argument(
        "--output",
        type=Path,
        default=OUTPUT,
        help="where to write (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    try:
        images, labels = read_originals(options.folder)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f"make_mnist.py: {error}")

    order = shuffled(len(images))
    train, test = order[:TRAIN_ROWS], order[TRAIN_ROWS:]
    train_frame = pd.DataFrame(images[train], columns=PIXELS)
    train_frame.insert(0, "label", labels[train])
    tables = [
        train_frame,
        pd.DataFrame(images[test], columns=PIXELS),
        pd.DataFrame({"label": labels[test]}),
    ]
    contents = {n: packed(table) for n, table in zip(OURS, tables, strict=True)}
    frozen.write(options.output, contents)


if __name__ == "__main__":
    main()
