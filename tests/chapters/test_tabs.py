"""The lines in the chapters' tabs have run: each in the world that its tab names."""

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import keras
import numpy as np
import tensorflow as tf

from book.data import tf1
from book.notebooks import files, tabs

CHAPTERS = {
    files.number_of(path): lines
    for path in files.chapters()
    if (lines := tabs.of(files.read(path)))
}


def batch(*shape):
    return tf.random.normal(shape, seed=1)


# What the lines of a chapter's tabs take for granted: new each time, since some make a
# cell of it.
GIVEN = {
    "01": lambda: {"x": batch(8, 6, 3), "y": tf.zeros((8, 6, 4))},
    "05": lambda: {"batch": batch(32, 5)},
    "06": lambda: {"batch": batch(32, 5), "sequences": batch(32, 40, 5)},
    "07": lambda: {
        "batch": batch(32, 40, 5),
        "batch_lengths": np.arange(1, 33),
    },
    "08": lambda: {"x": batch(32, 40, 5)},
    "09": lambda: {"ids": np.arange(80).reshape(2, 40)},
    "10": dict,
    "11": lambda: {
        "outputs": batch(3, 40, 8),
        "lengths": np.array([12, 40, 7]),
    },
    "14": lambda: {"x": batch(128, 10, 1)},
    "15": lambda: {"x": batch(128, 10, 1)},
    "17": lambda: {"images": batch(16, 28, 28)},
    "18": lambda: {"images": batch(16, 28, 28)},
    "19": lambda: {
        "table": batch(57, 32),
        "ids": np.full((240, 9), 3),
        "lengths": np.full(240, 9),
        "labels": np.zeros(240, int),
    },
    "21": lambda: {
        "x": batch(3, 9, 32),
        "lengths": [9, 4, 6],
        "c": tf.zeros((3, 96)),
        "h": tf.zeros((3, 96)),
        "starts": keras.layers.Embedding(8, 192),
        "language": np.array([0, 7, 3]),
        "dense": keras.layers.Dense(58),
    },
    "23": lambda: {"x": batch(2, 4, 4)},
    "28": lambda: {"x": batch(2, 4, 3)},
}
LAST = {  # the shape of what a chapter's tabs are about, as in TensorFlow 1
    "05": ("output", (32, 128)),
    "06": ("output", (32, 512)),
    "07": ("outputs", (32, 40, 128)),
    "08": ("per_step", (32, 40, 256)),
    "09": ("vectors", None),
    "10": ("mask", (3, 40)),
    "11": ("real", None),
    "15": ("output", (128, 1)),
    "21": ("logits", (3, 9, 58)),
    "23": ("outputs", (2, 4, 4)),
}


def test_the_chapters_with_tabs_are_those_that_are_run():
    assert set(CHAPTERS) == set(GIVEN)


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("version", tf1.VERSIONS)
def test_tensorflow_1_ran_the_lines_that_are_shown(chapter, version):
    assert tf1.tab(chapter, version).lines == CHAPTERS[chapter]["tf1"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_they_gave_something_on_1_4_1(chapter):
    tab = tf1.tab(chapter)
    if chapter == "28":  # cuDNN's class, on a machine without a GPU
        assert "No OpKernel was registered to support Op 'CudnnRNN" in tab.error
    else:
        assert tab.error is None
        assert tab.gives


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("world", ["today", "keras"])
def test_todays_lines_run(chapter, world):
    space = {"np": np, "tf": tf, "keras": keras} | GIVEN[chapter]()
    if (chapter, world) == ("28", "today"):
        with pytest.raises(
            (tf.errors.NotFoundError, tf.errors.InvalidArgumentError), match="CudnnRNN"
        ):
            exec(CHAPTERS[chapter][world], space)
        return
    exec(CHAPTERS[chapter][world], space)
    name, shape = LAST.get(chapter, (None, None))
    if shape:
        assert tuple(space[name].shape) == shape
        assert tf1.tab(chapter).gives[name].endswith(str(shape))
