"""Run the lines that the chapters show as TensorFlow 1's, and write what they make.

    python tabs.py LINES.json OUT

LINES.json holds each chapter's lines by the chapter's number. Before they run, a
prelude makes what they take for granted. OUT/tabs.json gets the lines that ran, their
prelude, and the type and shape of each value that they made; or their error.
"""

import argparse
import json
import os

import numpy as np
import tensorflow as tf
from freezing import session, steady, write_texts

FIRST = """
import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn

random = np.random.RandomState(0)
"""

PRELUDES = {
    "01": """
x = tf.placeholder(tf.float32, [8, 6, 3])
y = tf.zeros([8, 6, 4])
feed = {x: random.normal(size=(8, 6, 3))}
""",
    "05": """
batch = random.normal(size=(32, 5))
feed = lambda: {inputs: batch}
""",
    "06": """
feed = lambda: {inputs: random.normal(size=(32, 5))}
""",
    "07": """
batch = random.normal(size=(32, 40, 5))
batch_lengths = random.randint(1, 41, size=32)
feed = lambda: {inputs: batch, lengths: batch_lengths}
""",
    "08": """
feed = lambda: {x: random.normal(size=(32, 40, 5))}
""",
    "09": """
feed = lambda: {ids: random.randint(0, 10000, size=(32, 40))}
""",
    "10": """
feed = lambda: {lengths: [12, 40, 7]}
""",
    "11": """
inputs = tf.placeholder(tf.float32, [None, 40, 5])
lengths = tf.placeholder(tf.int32, [None])
cell = rnn.BasicLSTMCell(128)
feed = {inputs: random.normal(size=(3, 40, 5)), lengths: [12, 40, 7]}
""",
    "14": """
x = tf.placeholder(tf.float32, [None, 10, 1])
feed = {x: random.normal(size=(128, 10, 1))}
""",
    "15": """
x = tf.placeholder(tf.float32, [None, 10, 1])
feed = {x: random.normal(size=(128, 10, 1))}
""",
    "17": """
images = tf.placeholder(tf.float32, [None, 28, 28])
feed = {images: random.randint(0, 256, size=(128, 28, 28))}
""",
    "18": """
images = tf.placeholder(tf.float32, [None, 28, 28])
feed = {images: random.randint(0, 256, size=(128, 28, 28))}
""",
    "19": """
feed = lambda: {ids: random.randint(0, 57, size=(16, 9)), lengths: [9] * 16}
""",
    "21": """
starts = tf.get_variable("starts", [8, 192])
language = tf.constant([0, 7, 3])
x = tf.constant(random.normal(size=(3, 9, 32)), tf.float32)
lengths = tf.constant([9, 4, 6])
feed = {}
""",
    "23": """
x = tf.constant(random.normal(size=(2, 4, 4)), tf.float32)
feed = {}
""",
    "28": """
x = tf.constant(random.normal(size=(40, 32, 5)), tf.float32)
feed = {}
""",
}


def shape_of(value):
    """Give an array's type and shape as text; of a nested state, a list of them."""
    if isinstance(value, (tuple, list)):
        return [shape_of(part) for part in value]
    value = np.asarray(value)
    return f"{value.dtype.name} {value.shape}"


def is_tensor(value):
    """Tell whether a session can run this: a tensor, a variable, or tuples of them."""
    if isinstance(value, (tuple, list)):
        return bool(value) and all(is_tensor(part) for part in value)
    return isinstance(value, (tf.Tensor, tf.Variable))


def outcome(lines, prelude):
    """Run lines after their prelude; give what they made, or how they failed."""
    tf.reset_default_graph()
    tf.set_random_seed(0)
    space = {}
    exec(FIRST + prelude, space)
    given = dict(space)
    found = {"lines": lines, "prelude": prelude.strip(), "error": None, "gives": {}}
    try:
        exec(lines, space)
        made = {
            name: value
            for name, value in space.items()
            if is_tensor(value) and given.get(name) is not value
        }
        feed = space["feed"]
        feed = feed() if callable(feed) else feed
        fetched = {n: value for n, value in made.items() if not is_placeholder(value)}
        with session() as sess:
            sess.run(tf.global_variables_initializer())
            values = sess.run(fetched, feed)
        found["gives"] = {name: shape_of(value) for name, value in values.items()}
    except Exception as error:
        text = steady(getattr(error, "message", None) or str(error))
        found["error"] = f"{type(error).__name__}: {text}"
    return found


def is_placeholder(value):
    """Tell whether a value is a placeholder."""
    return isinstance(value, tf.Tensor) and value.op.type == "Placeholder"


def main():
    """Run the script; see the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", help="a JSON file: lines by chapter")
    parser.add_argument("out", help="the folder to write to")
    given = parser.parse_args()
    with open(given.lines) as file:
        lines = json.load(file)
    found = {chapter: outcome(lines[chapter], PRELUDES[chapter]) for chapter in lines}
    write_texts(os.path.join(given.out, "tabs.json"), found)


if __name__ == "__main__":
    main()
