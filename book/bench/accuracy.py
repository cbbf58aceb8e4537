"""How well networks read MNIST by rows, and after how long: the official split.

Each network is trained from several seeds, by itself; an LSTM's batch is in two halves,
which run side by side. A row that was finished is kept, so a table that was broken off
goes on where it stood.
"""

import itertools
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from book import atomic, runtime
from book.bench.task import glorot
from book.data.mnist import SIDE

CLASSES = 10
BATCH = 128
COLUMNS = ["network", "kind", "seed", "parameters", "epochs", "seconds", "test"]
GATES = {"LSTM": (4,), "GRU": (2, 1)}
"""How many times its units a cell's kernels have columns; the GRU has two kernels."""


class Design(NamedTuple):
    """A network, and how it is trained.

    Attributes:
        network: its name in the table.
        kind: "published", as the article has it: raw pixels, the outputs as logits, a
            backward half that reads the last row only, the images in order, Adam at
            0.001; "fixed": scaled pixels, a dense layer, backward halves that read all
            rows, shuffled, Adam at 0.003; "today": fixed, each batch moved by up to
            two pixels, Adam's rate up to 0.004 and down along a cosine; or "chrono":
            fixed, initial biases for memories of all lengths, the rate up to 0.01 and
            down along a cosine, gradients clipped.
        cell: "LSTM" or "GRU".
        units: of each layer, from the lowest to the uppermost.
        both_ways: whether a second stack reads from below.
        epochs: passes over the training images.
        features: pixels that are read in a step: 28, a row, or 1.
    """

    network: str
    kind: str
    cell: str
    units: tuple[int, ...]
    both_ways: bool = False
    epochs: int = 10
    features: int = SIDE


SHAPES = {
    "LSTM": ("LSTM", (30, 10)),
    "BiLSTM": ("LSTM", (10,), True),
    "deep BiLSTM": ("LSTM", (30, 10), True),
    "GRU": ("GRU", (30, 10)),
}
DESIGNS = [
    *(
        Design(name, kind, *shape)
        for name, shape in SHAPES.items()
        for kind in ("published", "fixed")
    ),
    Design("LSTM, 128 units", "today", "LSTM", (128,)),
]
PIXELS = [Design("LSTM, 64 units", "chrono", "LSTM", (64,), epochs=3, features=1)]
RISING = {"today": (0.004, 1), "chrono": (0.01, 1 / 4)}
"""Kinds whose rate rises and falls: its greatest value, and after how many epochs."""


def draw(design: Design, seed: int) -> list[np.ndarray]:
    """Give initial weights: kernels by Glorot's uniform distribution, biases as drawn.

    Args:
        design: the network.
        seed: of the draw.

    Returns:
        For each stack and layer the kernels and biases, (inputs + U, n U) and (n U,)
        for each n of GATES; then the dense layer's, unless the design is published.
        The biases are 0, but 1 for a GRU's gates, as in TensorFlow 1's `GRUCell`, and
        those of chrono LSTMs let a unit forget after 1 step, after all, or in between.

    Source:
        Chapter 29; Tallec and Ollivier, 2018, for chrono.
    """
    rng, weights = np.random.default_rng(seed), []

    def pair(inputs, columns, bias):
        kernel = glorot(rng, inputs, columns)
        weights.extend([kernel, np.full(columns, bias, np.float32)])

    for _ in range(1 + design.both_ways):
        below = (design.features, *design.units)
        for inputs, units in zip(below, design.units, strict=False):
            for n in GATES[design.cell]:
                pair(inputs + units, n * units, float(design.cell == "GRU" and n == 2))
    if design.kind == "chrono":
        for bias in weights[1::2]:
            lasting = rng.uniform(1, SIDE**2 // design.features - 1, bias.size // 4)
            i, _, f, _ = np.split(bias, 4)  # parts of it
            i[:], f[:] = -np.log(lasting), np.log(lasting) - 1  # block_lstm adds 1
    if design.kind != "published":
        pair((1 + design.both_ways) * design.units[-1], CLASSES, 0.0)
    return weights


def gru(x, gate_kernel, gate_bias, kernel, bias):
    """Run TensorFlow 1's `GRUCell` over whole sequences, from zeros.

    Args:
        x: (B, T, F), T known.
        gate_kernel: (F + U, 2U), its blocks for r and u.
        gate_bias: (2U,).
        kernel: (F + U, U), of the candidate.
        bias: (U,).

    Returns:
        The outputs of all steps, (B, T, U).

    Source:
        Chapter 4.
    """
    import tensorflow as tf

    h, outputs = tf.zeros((tf.shape(x)[0], bias.shape[0])), []
    for step in tf.unstack(x, axis=1):
        gates = tf.sigmoid(tf.concat([step, h], axis=1) @ gate_kernel + gate_bias)
        r, u = tf.split(gates, 2, axis=1)
        candidate = tf.tanh(tf.concat([step, r * h], axis=1) @ kernel + bias)
        h = u * h + (1 - u) * candidate
        outputs.append(h)
    return tf.stack(outputs, axis=1)


def logits_of(design: Design, weights, images):
    """Give a network's logits, (B, classes).

    Args:
        design: the network.
        weights: as `draw` gives them.
        images: uint8 (B, 28, 28).
    """
    import tensorflow as tf

    from book.taught.fused import block_lstm

    published = design.kind == "published"
    layer, per_layer = {"LSTM": (block_lstm, 2), "GRU": (gru, 4)}[design.cell]
    rows = tf.cast(images, tf.float32) / (1 if published else 255)
    steps = SIDE**2 // design.features
    rows = tf.reshape(rows, (-1, steps, design.features))  # (B, T, F)
    upwards = rows[:, -1:] if published else rows[:, ::-1]
    left, ends = list(weights), []
    for h in [rows, upwards][: 1 + design.both_ways]:
        for _ in design.units:
            h = layer(h, *left[:per_layer])
            del left[:per_layer]
        ends.append(h[:, -1])  # (B, U)
    if published:
        return sum(ends)
    return tf.concat(ends, axis=1) @ left[0] + left[1]


def trained(design: Design, seed: int, data) -> dict[str, float]:
    """Train a network once, and measure it on the test images.

    Args:
        design: the network.
        seed: of its weights, its order and its shifts.
        data: a `book.data.mnist.Mnist`.

    Returns:
        Its row of the table: the columns COLUMNS. The seconds are those of the
        training, with all that is traced, and without the test.
    """
    import tensorflow as tf

    from book.taught import training

    published, today = design.kind == "published", design.kind == "today"
    batches = len(data.x_train) // BATCH
    tf.random.set_seed(seed)
    variables = [tf.Variable(value) for value in draw(design, seed)]

    def logits(images):
        if today:  # the middle of the image is drawn on, so nothing leaves it
            move = tf.random.uniform((2,), -2, 3, tf.int32)
            images = tf.roll(images, move, axis=(1, 2))
        parts = tf.split(images, 2) if design.cell == "LSTM" else [images]
        return tf.concat([logits_of(design, variables, p) for p in parts], axis=0)

    if design.kind in RISING:
        most, epochs = RISING[design.kind]
        up = int(epochs * batches)
        adam = tf.keras.optimizers.Adam(
            tf.keras.optimizers.schedules.CosineDecay(
                0.0, design.epochs * batches - up, warmup_target=most, warmup_steps=up
            ),
            global_clipnorm=1.0 if design.kind == "chrono" else None,
        )
        adam.build(variables)
    else:
        adam = tf.compat.v1.train.AdamOptimizer(0.001 if published else 0.003)
    one_hot = np.eye(CLASSES, dtype=np.float32)[data.y_train]
    start = time.perf_counter()
    step = training.train_step(logits, variables, adam)
    epoch = training.epoch_function(step, data.x_train, one_hot, BATCH)
    rng, order = np.random.default_rng(seed), np.arange(len(data.x_train))
    for _ in range(design.epochs):
        epoch(tf.constant(order if published else rng.permutation(order)))
    seconds = time.perf_counter() - start
    answers = tf.function(lambda images: logits_of(design, variables, images))
    test = training.accuracy_of(answers, data.x_test, data.y_test)
    parameters = sum(variable.shape.num_elements() for variable in variables)
    start_of_row = (design.network, design.kind, seed, parameters, design.epochs)
    return dict(zip(COLUMNS, (*start_of_row, seconds, test), strict=True))


def measure(
    designs: Iterable[Design], seeds: Iterable[int], data, kept: Path
) -> pd.DataFrame:
    """Train each network from each seed, unless that row is kept already.

    Args:
        designs: the networks.
        seeds: for each of them.
        data: a `book.data.mnist.Mnist`.
        kept: a CSV file of finished rows, read at the start and written after each.

    Returns:
        A row for each network and seed: the columns COLUMNS.
    """
    runtime.setup(seed=0)
    kept.parent.mkdir(parents=True, exist_ok=True)
    done = pd.read_csv(kept).to_dict("records") if kept.exists() else []
    rows = {(row.pop("design"), row["seed"]): row for row in done}
    asked = list(itertools.product(designs, seeds))
    for design, seed in asked:
        if (repr(design), seed) not in rows:
            rows[repr(design), seed] = trained(design, seed, data)
            print(rows[repr(design), seed], flush=True)
            kept_rows = [{"design": name} | row for (name, _), row in rows.items()]
            text = pd.DataFrame(kept_rows).to_csv(index=False)
            atomic.write({kept: text.encode()})
    return pd.DataFrame([rows[repr(design), seed] for design, seed in asked])[COLUMNS]
