"""Train what chapter 18 compares, and keep what each network scored, by epoch.

    python data/make_depth.py depth parts

depth: stacks of one and two layers that read MNIST downwards, as published and fixed,
for 20 epochs each. parts: the chapter's modern model, and models that lack one of its
parts, for 4 epochs each. Three seeds of each, on the first 37,800 training images. That
takes half an hour. data/article/ gets a table for each, with its SHA-256.
"""

import argparse
from itertools import product

from book import runtime

if __name__ == "__main__":
    runtime.setup(seed=0)

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers as L
from tqdm import tqdm

from book.data import article, mnist
from book.data.article import SEEDS, STACKS
from book.taught import training
from book.taught.cells import lstm

v1 = tf.compat.v1

VALIDATION = 4_200  # images, the last ones of the training data set
BATCH = 128  # images in a batch of the stacks
DEPTH_EPOCHS = 20  # passes over the training images, for the stacks
LEARNING_RATE = 0.001  # of Adam, for the stacks
UNITS = 64  # of each half of each layer of the modern model
MODERN_BATCH = 256  # images in its batches
MODERN_EPOCHS = 4  # passes over the training images, for it
HIGHEST_RATE = 0.008  # of Adam for it, after the first epoch


def split():
    """Give the images and digits to train on, to validate with and to test on."""
    data = mnist.load()
    train = data.x_train[:-VALIDATION], data.y_train[:-VALIDATION]
    validation = data.x_train[-VALIDATION:], data.y_train[-VALIDATION:]
    return train, validation, (data.x_test, data.y_test)


def draw_stack(units, fixed, seed):
    """Give variables for layers of these units, and for a dense layer where fixed."""
    glorot = keras.initializers.GlorotUniform(keras.random.SeedGenerator(seed))
    shapes = [
        (inputs + u, 4 * u)
        for inputs, u in zip((mnist.SIDE, *units), units, strict=False)
    ]
    if fixed:
        shapes.append((units[-1], 10))
    pairs = [(glorot(shape), tf.zeros(shape[1])) for shape in shapes]
    return [tf.Variable(value) for pair in pairs for value in pair]


def stack_logits(variables, fixed, images):
    """Give the logits (B, 10): the first ten outputs after row 27, or a dense layer's.

    Args:
        variables: as `draw_stack` gives them.
        fixed: whether pixels are divided by 255 and a dense layer makes the logits.
        images: uint8 (B, 28, 28).
    """
    h = tf.cast(images, tf.float32) / (255 if fixed else 1)  # (B, T, F)
    cells = variables[:-2] if fixed else variables
    for kernel, bias in zip(cells[::2], cells[1::2], strict=True):
        h = lstm(h, kernel, bias)
    last = h[:, -1]  # (B, U)
    return last @ variables[-2] + variables[-1] if fixed else last[:, :10]


def train_stack(name, fixed, seed, epochs=DEPTH_EPOCHS):
    """Train a stack, in order, and give its rows of the table depth."""
    (x, y), validation, _ = split()
    variables = draw_stack(STACKS[name], fixed, seed)

    def logits_of(images):
        return stack_logits(variables, fixed, images)

    adam = v1.train.AdamOptimizer(LEARNING_RATE)
    step = training.train_step(logits_of, variables, adam)
    epoch = training.epoch_function(step, x, np.eye(10, dtype=np.float32)[y], BATCH)
    predict, rows = tf.function(logits_of), []
    design = "fixed" if fixed else "as published"
    for number in tqdm(range(1, epochs + 1), desc=f"{name}, {design}, seed {seed}"):
        means = [np.mean(values) for values in epoch(tf.range(len(x)))]
        right = training.accuracy_of(predict, *validation)
        rows.append((name, design, seed, number, *means, right))
    columns = ["stack", "design", "seed", "epoch", "loss", "accuracy", "validation"]
    return pd.DataFrame(rows, columns=columns)


def depth():
    """Give the table of all stacks."""
    kinds = product(STACKS, (False, True), SEEDS)
    return pd.concat([train_stack(*kind) for kind in kinds])


def recurrent(shifts=True, layers=2, pooling=True, both_ways=True):
    """Give the chapter's modern model, or one that lacks a part of it.

    Args:
        shifts: whether images are moved by up to a pixel while it trains.
        layers: 1 or 2; the second reads two rows a step.
        pooling: whether the largest value over all steps of each output is taken; if
            not, each half's last output is.
        both_ways: whether a layer has two halves; if not, one twice as wide reads down.
    """

    def layer(last):
        sequences = pooling or not last
        if both_ways:
            return L.Bidirectional(L.LSTM(UNITS, return_sequences=sequences))
        return L.LSTM(2 * UNITS, return_sequences=sequences)

    side = mnist.SIDE
    model = keras.Sequential([keras.Input((side, side)), L.Rescaling(1 / 255)])
    if shifts:
        model.add(L.Reshape((side, side, 1)))
        pixel = {"height_factor": 1 / side, "width_factor": 1 / side}
        how = {"fill_mode": "constant", "interpolation": "nearest"}
        model.add(L.RandomTranslation(**pixel, **how))
        model.add(L.Reshape((side, side)))
    model.add(layer(last=layers == 1))
    if layers == 2:
        model.add(L.Reshape((side // 2, 4 * UNITS)))
        model.add(layer(last=True))
    if pooling:
        model.add(L.GlobalMaxPooling1D())
    model.add(L.Dense(10))
    return model


PARTS = {
    "all parts": recurrent,
    "no shifts": lambda: recurrent(shifts=False),
    "no second layer": lambda: recurrent(layers=1),
    "last outputs": lambda: recurrent(pooling=False),
    "one direction": lambda: recurrent(both_ways=False),
    "one layer, one direction": lambda: recurrent(
        layers=1, pooling=False, both_ways=False
    ),
}


def train_model(name, seed, epochs=MODERN_EPOCHS):
    """Train a Keras model and give its rows of the table parts."""
    (x, y), validation, test = split()
    keras.utils.set_random_seed(seed)
    model = PARTS[name]()
    batches = -(-len(x) // MODERN_BATCH)  # the last, smaller one counts
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        warmup_target=HIGHEST_RATE,
        warmup_steps=batches,
        decay_steps=max(1, epochs - 1) * batches,
    )
    model.compile(
        keras.optimizers.Adam(rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    print(f"{name}, seed {seed}, {model.count_params()} parameters")
    fit = model.fit(
        x,
        y,
        batch_size=MODERN_BATCH,
        epochs=epochs,
        validation_data=validation,
        verbose=2,
    )
    table = pd.DataFrame(fit.history).drop(columns="val_loss")
    table = table.rename(columns={"val_accuracy": "validation"})
    table.insert(0, "epoch", range(1, epochs + 1))
    table.insert(0, "seed", seed)
    table.insert(0, "model", name)
    once = {"training": (x[:VALIDATION], y[:VALIDATION]), "test": test}
    for column, (images, digits) in once.items():
        said = model.predict(images, batch_size=1000, verbose=0).argmax(axis=1)
        table[column] = np.nan
        table.loc[epochs - 1, column] = np.mean(said == digits)
    return table[["model", "seed", "epoch", "loss", "accuracy", "validation", *once]]


def parts():
    """Give the table of the modern model and of those that lack a part."""
    return pd.concat([train_model(name, seed) for seed in SEEDS for name in PARTS])


TABLES = {"depth": depth, "parts": parts}


def main(arguments: list[str] | None = None) -> None:
    """Run the script; see the top of this file.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="+", choices=TABLES, help="which tables")
    for name in parser.parse_args(arguments).names:
        article.write(name, TABLES[name]())


if __name__ == "__main__":
    main()
