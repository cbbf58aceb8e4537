"""What the converter writes, restored by the real TensorFlow 1."""

import os

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import numpy as np

from book.convert import back, converting
from book.data import tf1

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize(
    "name",
    [
        "basic_lstm",
        "gru_cell",
        "lstm_cell_peepholes_projection",
        "layer_norm_lstm",
        "stacked",
        "bidirectional_stacked",
        "stack_bidirectional",
    ],
)
def test_tensorflow_1_gives_the_same_from_what_comes_back(
    name, version, script, tmp_path
):
    oracle = script("make_tf1")
    try:
        python = oracle.environment(version)
    except oracle.MissingPython as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))
    path, example = tf1.unpack(name, tmp_path, version=version)
    model = converting.to_keras(converting.plan(path))
    back.save(back.variables_of(model), tmp_path / "back")
    inputs, out = tmp_path / "inputs.npz", tmp_path / "out.npz"
    np.savez(inputs, **{k: a for k, a in example.items() if k.startswith("inputs/")})
    oracle.call(python, "restoring", name, tmp_path / "back", inputs, out)
    with np.load(out) as found:
        assert set(found) == {key for key in example if key.startswith("results/")}
        for key in found:
            np.testing.assert_allclose(found[key], example[key], rtol=0, atol=1e-5)
