"""Train one of the article's worked examples, at its settings, and write what it did.

    python worked_examples.py e1 0 OUT.npz [mnist.npz] [--epochs N] [--start E2.npz]

The arguments are the example (e1 to e6), the seed of the initial weights, the file to
write, and the images for e4 to e6. The loops, settings and networks are the article's;
it gives no seed.
"""

import argparse

import numpy as np
import tensorflow as tf
import tensorflow.contrib.rnn as rnn
from freezing import session, write_arrays

BATCH = 128
LEARNING_RATE = 0.001
EPOCHS = {"e1": 150, "e2": 50, "e3": 50, "e4": 50, "e5": 50, "e6": 50}
STEPS = 10  # of a window of the sine
SIZE = 28  # of an image: rows, and pixels in a row


def sine_windows(start, stop, points):
    """Give the sine's windows of STEPS points, and the point after each."""
    series = np.sin(np.linspace(start, stop, points, dtype=np.float32))
    places = range(len(series) - STEPS)
    x = np.array([series[i : i + STEPS] for i in places])[:, :, np.newaxis]
    y = np.array([[series[i + STEPS]] for i in places])
    return x.astype(np.float32), y.astype(np.float32)


def stack_of(*units):
    """Give cells on top of each other."""
    return rnn.MultiRNNCell([rnn.BasicLSTMCell(n) for n in units])


def last_output(cell, x):
    """Give what dynamic_rnn puts out after the last step, from a state of zeros."""
    start = cell.zero_state(BATCH, tf.float32)
    outputs, _ = tf.nn.dynamic_rnn(cell, x, initial_state=start, dtype=tf.float32)
    return outputs[:, -1, :]


def e1(x):
    """Give the prediction of one unit."""
    return last_output(rnn.BasicLSTMCell(1), x)


def e2(x):
    """Give the prediction of 30 units below 1 unit."""
    return last_output(stack_of(30, 1), x)


def e3(x):
    """Give the prediction of e2's network, its steps written out."""
    stack = stack_of(30, 1)
    state = tuple(
        rnn.LSTMStateTuple(c=tf.zeros([BATCH, n]), h=tf.zeros([BATCH, n]))
        for n in (30, 1)
    )
    with tf.variable_scope("RNN"):
        for step in range(STEPS):
            if step > 0:
                tf.get_variable_scope().reuse_variables()
            output, state = stack(x[:, step, :], state)
    return output


def e4(x):
    """Give the logits of 30 units below 10 units."""
    return last_output(stack_of(30, 10), x)


def both_ways(forward, backward, x):
    """Give the sum of both outputs at index -1."""
    (fw, bw), _ = tf.nn.bidirectional_dynamic_rnn(
        forward, backward, x, dtype=tf.float32
    )
    return fw[:, -1, :] + bw[:, -1, :]


def e5(x):
    """Give the logits of 10 units each way."""
    return both_ways(rnn.BasicLSTMCell(10), rnn.BasicLSTMCell(10), x)


def e6(x):
    """Give the logits of 30 units below 10 units, each way."""
    return both_ways(stack_of(30, 10), stack_of(30, 10), x)


NETWORKS = {"e1": e1, "e2": e2, "e3": e3, "e4": e4, "e5": e5, "e6": e6}


def in_batches(x, y):
    """Give pairs of full batches, in order; what is left at the end is left out."""
    for j in range(len(x) // BATCH):
        rows = slice(j * BATCH, (j + 1) * BATCH)
        yield x[rows], y[rows]


def weights_of(sess, when):
    """Give the trained variables' values as "initial 0", "initial 1" and so on."""
    values = sess.run(tf.trainable_variables())
    return {f"{when} {i}": value for i, value in enumerate(values)}


def start_from(sess, file):
    """Give the variables the initial weights that are in a file of this script."""
    with np.load(file) as other:
        for i, variable in enumerate(tf.trainable_variables()):
            variable.load(other[f"initial {i}"], sess)


def build(name, seed, shape, classes):
    """Build a network and its loss in a new default graph.

    Returns:
        The placeholders, what the network says, and what a step of training fetches.
    """
    tf.reset_default_graph()
    tf.set_random_seed(seed)
    x = tf.placeholder(tf.float32, (None, *shape), name="input_placeholder")
    y = tf.placeholder(tf.float32, (None, classes), name="pred_placeholder")
    answer = NETWORKS[name](x)
    if classes == 1:
        losses = (tf.losses.mean_squared_error(labels=y, predictions=answer),)
    else:
        right = tf.equal(tf.argmax(answer, 1), tf.argmax(y, 1))
        losses = (
            tf.losses.softmax_cross_entropy(onehot_labels=y, logits=answer),
            tf.reduce_sum(tf.cast(right, tf.int32)),
        )
    train = tf.train.AdamOptimizer(LEARNING_RATE).minimize(loss=losses[0])
    return x, y, answer, losses, (train, *losses)


def train_sine(name, seed, epochs, other):
    """Train e1, e2 or e3 and give what is kept of it."""
    x_train, y_train = sine_windows(0, 100, 11000)
    x_test, y_test = sine_windows(100, 110, 1100)
    x, y, answer, (mse,), fetches = build(name, seed, (STEPS, 1), 1)
    losses, test_losses, predictions = [], [], []
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        if other:
            start_from(sess, other)
        kept = weights_of(sess, "initial")
        for _ in range(epochs):
            for batch_x, batch_y in in_batches(x_train, y_train):
                losses.append(sess.run(fetches, {x: batch_x, y: batch_y})[1])
            results = [
                sess.run((answer, mse), {x: batch_x, y: batch_y})
                for batch_x, batch_y in in_batches(x_test, y_test)
            ]
            test_losses.append([result[1] for result in results])
            predictions.append(np.concatenate([result[0] for result in results])[:, 0])
        kept.update(weights_of(sess, "final"))
    kept["train series"] = np.append(x_train[0, :, 0], y_train[:, 0])
    kept["test series"] = np.append(x_test[0, :, 0], y_test[:, 0])
    kept["losses"] = np.array(losses).reshape(epochs, -1)
    kept["test losses"] = np.array(test_losses)
    # What the article draws; of the other seeds, the last curve only.
    kept["predictions"] = np.array(predictions)[0 if seed == 0 else -1 :, :1000]
    return kept


def train_mnist(name, seed, epochs, images):
    """Train e4, e5 or e6 and give what is kept of it."""
    with np.load(images) as data:
        x_train = data["x_train"].astype(np.float32)
        y_train = np.eye(10, dtype=np.uint8)[data["y_train"]]
        x_test = data["x_test"].astype(np.float32)
    x, y, answer, _, fetches = build(name, seed, (SIZE, SIZE), 10)
    losses, right, test_logits = [], [], []
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        kept = weights_of(sess, "initial")
        for _ in range(epochs):
            for batch_x, batch_y in in_batches(x_train, y_train):
                step = sess.run(fetches, {x: batch_x, y: batch_y})
                losses.append(step[1])
                right.append(step[2])
        kept.update(weights_of(sess, "final"))
        # The article never reads the test images. e4's state of zeros is made for
        # BATCH images, so the last batch is filled up with images seen before.
        filled = np.concatenate([x_test, x_test[: -len(x_test) % BATCH]])
        for batch, _ in in_batches(filled, filled):
            test_logits.append(sess.run(answer, {x: batch}))
    kept["losses"] = np.array(losses).reshape(epochs, -1)
    kept["right"] = np.array(right, np.uint8).reshape(epochs, -1)
    logits = np.concatenate(test_logits)[: len(x_test)]
    kept["test answers"] = logits.argmax(axis=1).astype(np.uint8)
    return kept


def main():
    """Run the script; see the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=sorted(NETWORKS))
    parser.add_argument("seed", type=int)
    parser.add_argument("out", help="the .npz file to write")
    parser.add_argument("images", nargs="?", help="an .npz file with MNIST's images")
    parser.add_argument("--epochs", type=int, help="fewer than the article's")
    parser.add_argument("--start", help="a file of this script, to start from")
    given = parser.parse_args()
    epochs = given.epochs or EPOCHS[given.name]
    if given.name in ("e1", "e2", "e3"):
        kept = train_sine(given.name, given.seed, epochs, given.start)
    else:
        kept = train_mnist(given.name, given.seed, epochs, given.images)
    write_arrays(given.out, kept)


if __name__ == "__main__":
    main()
