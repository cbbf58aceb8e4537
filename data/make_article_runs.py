"""Train the article's MNIST networks as it does, and keep what it saw, by epoch.

    python data/make_article_runs.py e4 e5 e6

Each network is trained in a session for 50 epochs at the article's settings: all 42,000
training images, raw pixels, in their order, in batches of 128. It starts from the
initial weights that TensorFlow 1.4.1 drew from each of three seeds (data/tf1/), so that
the two can be compared. That takes 3 to 15 minutes a network. data/article/ gets a
table for each, with its SHA-256. data/article/README.md tells more.
"""

import argparse

from book import runtime

if __name__ == "__main__":
    runtime.setup(seed=0)

import numpy as np
import pandas as pd
import tensorflow as tf
from tqdm import tqdm

from book.data import article, mnist, tf1
from book.taught.training import run_epoch

v1 = tf.compat.v1
rnn_cell = v1.nn.rnn_cell

BATCH = 128  # images in a batch
EPOCHS = 50  # passes over the training images
LEARNING_RATE = 0.001  # of Adam


def stack_of(units):
    """Give cells of these sizes on top of each other."""
    return rnn_cell.MultiRNNCell([rnn_cell.BasicLSTMCell(n) for n in units])


def stacked(x):
    """Give the logits of E4: layers of 30 and 10 units, the output after row 27."""
    outputs, _ = v1.nn.dynamic_rnn(stack_of((30, 10)), x, dtype=tf.float32)
    return outputs[:, -1, :]


def both_ways(x):
    """Give the logits of E5: 10 units each way, both outputs at index -1 added."""
    cells = rnn_cell.BasicLSTMCell(10), rnn_cell.BasicLSTMCell(10)
    outputs, _ = v1.nn.bidirectional_dynamic_rnn(*cells, x, dtype=tf.float32)
    return outputs[0][:, -1, :] + outputs[1][:, -1, :]


def deep_both_ways(x):
    """Give the logits of E6: as E5, with 30 and 10 units each way."""
    cells = stack_of((30, 10)), stack_of((30, 10))
    outputs, _ = v1.nn.bidirectional_dynamic_rnn(*cells, x, dtype=tf.float32)
    return outputs[0][:, -1, :] + outputs[1][:, -1, :]


NETWORKS = {"e4": stacked, "e5": both_ways, "e6": deep_both_ways}


def train(name, seed, epochs=EPOCHS):
    """Train a network in a session, as the article does.

    Args:
        name: one of NETWORKS.
        seed: which of TensorFlow 1.4.1's initial weights to start from.
        epochs: passes over the training images.

    Returns:
        A table: seed, epoch, loss and accuracy (means over the epoch's batches), and
        test_accuracy on the 28,000 held-out images, looked at once, after the last.
    """
    data = mnist.load()
    train_set = data.x_train.astype(np.float32), np.eye(10)[data.y_train]
    graph = tf.Graph()
    with graph.as_default():
        x = v1.placeholder(tf.float32, (None, 28, 28))  # (B, T, F)
        y = v1.placeholder(tf.float32, (None, 10))
        logits = NETWORKS[name](x)
        loss = v1.losses.softmax_cross_entropy(y, logits)
        right = tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))
        accuracy = tf.reduce_mean(tf.cast(right, tf.float32))
        improve = v1.train.AdamOptimizer(LEARNING_RATE).minimize(loss)
        weights = v1.trainable_variables()
        initialise = v1.global_variables_initializer()
    rows, initial = [], tf1.training(name, seed).initial
    with v1.Session(graph=graph) as session:
        session.run(initialise)
        for weight, value in zip(weights, initial, strict=True):
            weight.load(value, session)
        for epoch in tqdm(range(1, epochs + 1), desc=f"{name}, seed {seed}"):
            steps = run_epoch(
                session, (improve, loss, accuracy), (x, y), train_set, BATCH
            )
            means = np.mean([step[1:] for step in steps], axis=0)
            rows.append((seed, epoch, *means, np.nan))
        said = run_epoch(session, logits, (x,), (data.x_test,), 1000)
    held_out = np.mean(np.concatenate(said).argmax(axis=1) == data.y_test)
    rows[-1] = (*rows[-1][:-1], held_out)
    columns = ["seed", "epoch", "loss", "accuracy", "test_accuracy"]
    return pd.DataFrame(rows, columns=columns)


def main(arguments: list[str] | None = None) -> None:
    """Run the script; see the top of this file.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="+", choices=NETWORKS, help="which networks")
    for name in parser.parse_args(arguments).names:
        table = pd.concat([train(name, seed) for seed in article.SEEDS])
        article.write(name, table)


if __name__ == "__main__":
    main()
