import subprocess
import sys

import pytest

from book import runtime

WEIGHTS = """
from book import runtime
runtime.setup(seed={seed})
import keras, numpy, random
import tensorflow as tf
v1 = tf.compat.v1
with tf.Graph().as_default():
    cell = v1.nn.rnn_cell.BasicLSTMCell(2)
    v1.nn.dynamic_rnn(cell, tf.zeros((1, 3, 1)), dtype=tf.float32)
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        print(session.run(cell.weights[0]).tolist())
print(v1.nn.rnn_cell.BasicLSTMCell(2)(tf.ones((1, 1)), (tf.ones((1, 2)),) * 2)[0])
print(keras.random.normal((2,)).numpy(), numpy.random.rand(), random.random())
print(keras.layers.Dense(1)(numpy.ones((1, 1))).numpy())
"""


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_two_processes_draw_the_same_and_another_seed_does_not():
    first, again, other = (run(WEIGHTS.format(seed=seed)) for seed in (0, 0, 1))
    assert first.stdout == again.stdout
    lines = zip(first.stdout.splitlines(), other.stdout.splitlines(), strict=True)
    assert all(one != two for one, two in lines)
    assert first.stdout.count("\n") >= 4
    assert first.stderr == ""


@pytest.mark.parametrize("early", ["tensorflow", "keras"])
def test_a_late_call_is_refused(early):
    code = f"import {early}\nfrom book import runtime\nruntime.setup(seed=0)"
    failed = run(code)
    assert failed.returncode == 1
    # Keras imports TensorFlow in its turn.
    assert "tensorflow was imported before runtime.setup()" in failed.stderr
    assert "Restart the kernel" in failed.stderr


@pytest.mark.parametrize("seed", [-1, 2**32, 0.5, "0", None])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(ValueError, match="whole number"):
        runtime.setup(seed=seed)


def test_the_installed_versions_are_the_pinned_ones():
    runtime.check_versions()


def test_another_version_is_refused_with_the_remedy(monkeypatch):
    monkeypatch.setattr(runtime.metadata, "version", lambda name: "1.15.0")
    with pytest.raises(RuntimeError, match=r"tensorflow 1\.15\.0 .*make book"):
        runtime.check_versions()


def test_a_missing_package_is_refused(monkeypatch):
    def version(name):
        raise runtime.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(runtime.metadata, "version", version)
    with pytest.raises(RuntimeError, match="tensorflow none is installed"):
        runtime.check_versions()


def test_calling_it_again_only_seeds_again():
    runtime.setup(seed=3)
    import numpy as np

    first = np.random.rand()
    runtime.setup(seed=3)
    assert np.random.rand() == first
