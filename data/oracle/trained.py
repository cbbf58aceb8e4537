"""Save a trained worked example as tf.train.Saver does, with ten kept answers.

    python trained.py E6.npz MNIST.npz OUT

E6.npz is what worked_examples.py wrote of a training; its final weights are loaded into
the network that was trained. OUT/trained.zip holds a folder e6 with the checkpoint, and
example.npz with the first ten test images and the logits that the network gives them.
OUT/trained.json says what it is, as checkpoints.json does.
"""

import argparse
import os
import tempfile

import numpy as np
import tensorflow as tf
import worked_examples
from checkpoints import put_in_order
from freezing import session, write_arrays, write_folder, write_texts

KEPT = 10  # images
WHAT = "E6, 30 and 10 units each way, after 50 epochs from seed 0"


def save(training, images, folder):
    """Build the network, load its final weights, save it, and give what is told."""
    shape = (worked_examples.SIZE, worked_examples.SIZE)
    x, _, logits, _, _ = worked_examples.build("e6", 0, shape, 10)
    os.makedirs(folder)
    with session() as sess:
        for i, variable in enumerate(tf.trainable_variables()):
            variable.load(training[f"final {i}"], sess)
        # Adam's slots were not kept.
        saver = tf.train.Saver(tf.trainable_variables())
        path = saver.save(sess, os.path.join(folder, "model"))
        saved = tf.train.NewCheckpointReader(path).get_variable_to_shape_map()
        put_in_order(path + ".meta")
        feed = {x: images.astype(np.float32)}
        example = {"inputs/x": feed[x], "results/logits": sess.run(logits, feed)}
    write_arrays(os.path.join(folder, "example.npz"), example)
    os.remove(os.path.join(folder, "checkpoint"))  # it names this machine's folders
    return {"what": WHAT, "file": os.path.basename(path), "variables": saved}


def main():
    """Run the script; see the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("training", "images", "out"):
        parser.add_argument(name)
    given = parser.parse_args()
    with np.load(given.images) as data:
        images = data["x_test"][:KEPT]
    with np.load(given.training) as training, tempfile.TemporaryDirectory() as folder:
        told = save(training, images, os.path.join(folder, "e6"))
        write_folder(os.path.join(given.out, "trained.zip"), folder)
    write_texts(os.path.join(given.out, "trained.json"), {"e6": told})


if __name__ == "__main__":
    main()
