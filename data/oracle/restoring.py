"""Restore a checkpoint into a model of checkpoints.py, and write what it gives.

    python restoring.py LAYOUT PREFIX EXAMPLE.npz OUT.npz

LAYOUT is a function of checkpoints.py; PREFIX names the checkpoint that someone else
has written; EXAMPLE.npz holds the inputs. OUT.npz gets the results, as the example of
that layout has them.
"""

import argparse

import checkpoints
import numpy as np
import tensorflow as tf
from freezing import flat, session, write_arrays


def main():
    """Run the script; see the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("layout", "prefix", "example", "out"):
        parser.add_argument(name)
    given = parser.parse_args()
    tf.reset_default_graph()  # without it, 1.15.5 has no graph to put a placeholder in
    results = getattr(checkpoints, given.layout)()
    with np.load(given.example) as example:
        inputs = {
            key.split("/")[-1]: example[key]
            for key in example.files
            if key.startswith("inputs/")
        }
    with session() as sess:
        tf.train.Saver(tf.trainable_variables()).restore(sess, given.prefix)
        feed = {
            operation.outputs[0]: inputs[operation.name.split("/")[-1]]
            for operation in sess.graph.get_operations()
            if operation.type == "Placeholder"
            and operation.name.split("/")[-1] in inputs
        }
        found = flat("results", sess.run(results, feed))
    found = {name.replace("results", "results/", 1): found[name] for name in found}
    write_arrays(given.out, found)


if __name__ == "__main__":
    main()
