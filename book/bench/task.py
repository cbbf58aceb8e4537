"""What is trained in every way alike: sequences, labels and initial weights."""

from pathlib import Path
from typing import NamedTuple

import numpy as np


class Task(NamedTuple):
    """Batches for stacked LSTMs, and the weights that training starts from.

    Attributes:
        x: float32 (N, T, F), the sequences, whose N is steps × batch.
        y: float32 (N, U), one-hot labels; U are the uppermost layer's units.
        weights: a kernel (inputs + units, 4 units) and a bias (4 units,) for each
            layer, as a `BasicLSTMCell` has them.
        batch: sequences in a batch, B.
    """

    x: np.ndarray
    y: np.ndarray
    weights: list[np.ndarray]
    batch: int

    @property
    def steps(self) -> int:
        """How many batches there are: one run trains on each of them once."""
        return len(self.x) // self.batch

    @property
    def layers(self) -> list[tuple[int, int]]:
        """The inputs and units of each layer, from the lowest to the uppermost."""
        return [
            (len(kernel) - bias.size // 4, bias.size // 4)
            for kernel, bias in zip(self.weights[::2], self.weights[1::2], strict=True)
        ]


def article(steps: int, batch: int = 128) -> Task:
    """Give the article's network and images: 28 → 30 → 10, MNIST's rows, raw pixels.

    Args:
        steps: batches to train on in a run; 328 are an epoch of 128 images a batch.
        batch: images in a batch.

    Raises:
        ValueError: there are fewer images than that.

    Source:
        Chapter 16; the weights are those that TensorFlow 1.4.1 drew from seed 0.
    """
    from book.data import mnist, tf1

    data, n = mnist.load(), steps * batch
    if not 0 < n <= len(data.x_train):
        raise ValueError(
            f"{steps} steps of {batch} images are {n}; expected 1 to "
            f"{len(data.x_train)}: take fewer steps, or smaller batches."
        )
    x = data.x_train[:n].astype(np.float32)
    y = np.eye(10, dtype=np.float32)[data.y_train[:n]]
    return Task(x, y, list(tf1.training("e4", 0).initial), batch)


def glorot(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Draw a float32 kernel (rows, columns) from Glorot and Bengio's uniform range."""
    edge = np.sqrt(6 / (rows + columns))
    return rng.uniform(-edge, edge, (rows, columns)).astype(np.float32)


def drawn(
    time: int, features: int, units: tuple[int, ...], batch: int, steps: int
) -> Task:
    """Give a task of any size, of random numbers that are the same in every call.

    Args:
        time: steps of a sequence, T.
        features: numbers in an input vector, F.
        units: of each layer, from the lowest to the uppermost.
        batch: sequences in a batch, B.
        steps: batches to train on in a run.
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(steps * batch, time, features)).astype(np.float32)
    labels = rng.integers(units[-1], size=len(x))
    weights = []
    for inputs, u in zip((features, *units), units, strict=False):
        weights.append(glorot(rng, inputs + u, 4 * u))
        weights.append(np.zeros(4 * u, np.float32))
    return Task(x, np.eye(units[-1], dtype=np.float32)[labels], weights, batch)


def save(task: Task, path: Path) -> None:
    """Write a task where other processes, of other Pythons too, can read it."""
    weights = {f"weight{n}": value for n, value in enumerate(task.weights)}
    np.savez(path, x=task.x, y=task.y, batch=task.batch, **weights)


def load(path: Path) -> Task:
    """Give a task that `save` wrote."""
    with np.load(path) as file:
        weights = [file[f"weight{n}"] for n in range(len(file.files) - 3)]
        return Task(file["x"], file["y"], weights, int(file["batch"]))
