"""Run a part of what `make oracle` runs, and compare it with the frozen files."""

import io
import json
import os
import zipfile

import numpy as np
import pytest

from book.data import frozen, tf1

pytestmark = pytest.mark.slow
ROUNDING = 1e-6  # between processors


@pytest.fixture(scope="module")
def oracle(script):
    return script("make_tf1")


@pytest.fixture(scope="module", params=tf1.VERSIONS)
def version(request):
    return request.param


@pytest.fixture(scope="module")
def python(oracle, version):
    """Give the Python of an environment with that TensorFlow; it is made once."""
    try:
        return oracle.environment(version)
    except oracle.MissingPython as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))


def assert_same_arrays(made, kept):
    with np.load(io.BytesIO(made)) as made, np.load(io.BytesIO(kept)) as kept:
        assert sorted(made) == sorted(kept)
        for name in made:
            assert made[name].dtype == kept[name].dtype, name
            np.testing.assert_allclose(
                made[name], kept[name], rtol=0, atol=ROUNDING, err_msg=name
            )


def assert_same_folders(made, kept):
    with (
        zipfile.ZipFile(io.BytesIO(made)) as made,
        zipfile.ZipFile(io.BytesIO(kept)) as kept,
    ):
        assert made.namelist() == kept.namelist()
        for name in made.namelist():
            if name.endswith(".npz"):
                assert_same_arrays(made.read(name), kept.read(name))
            elif name.endswith(".meta"):
                assert made.read(name) == kept.read(name), name


@pytest.mark.parametrize(
    "part", ["api", "interfaces", "tabs", "checkpoints", "recipes"]
)
def test_a_short_part_gives_what_is_frozen(oracle, version, python, part, tmp_path):
    oracle.run_short(part, python, tmp_path)
    for name in oracle.SHORT[part]:
        made = (tmp_path / name).read_bytes()
        kept = (tf1.FOLDER / version / name).read_bytes()
        if name.endswith(".npz"):
            assert_same_arrays(made, kept)
        elif name.endswith(".zip"):
            assert_same_folders(made, kept)
        else:
            assert made == kept, name


def test_the_programs_give_what_is_frozen(
    oracle, version, python, tmp_path, monkeypatch
):
    oracle.run_short("scripts", python, tmp_path)
    assert set(oracle.SHORT["scripts"]) == {path.name for path in tmp_path.iterdir()}
    made = json.loads((tmp_path / "scripts.json").read_text())
    assert made == tf1.layouts("scripts", version)
    frozen.write(
        tmp_path / version, {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    )
    kept = {name: tf1.script(name, version) for name in made}
    monkeypatch.setattr(tf1, "FOLDER", tmp_path)
    tf1._content.cache_clear()
    made = {name: tf1.script(name, version) for name in made}
    tf1._content.cache_clear()
    for name, was in kept.items():
        for variable, array in was.initial.items():
            np.testing.assert_array_equal(made[name].initial[variable], array)
        assert set(made[name].final) == set(was.final)
        for key, array in was.results.items():
            found = made[name].results[key]
            assert found.dtype == array.dtype, key
            if key in ("losses", "norms"):  # training amplifies rounding
                np.testing.assert_allclose(found[:60], array[:60], rtol=0, atol=1e-3)
            elif key != "answers":
                np.testing.assert_allclose(found, array, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("name", ["e1", "e2", "e3", "e4", "e5", "e6"])
def test_a_training_begins_as_the_frozen_one(oracle, name, version, python, tmp_path):
    if version != tf1.ARTICLES:
        pytest.skip("only 1.4.1 trains")
    made = np.load(io.BytesIO(oracle.train(name, 1, python, tmp_path, epochs=1)))
    kept = tf1.training(name, 1)
    for i, weight in enumerate(kept.initial):
        np.testing.assert_array_equal(made[f"initial {i}"], weight)
    # Raw pixels amplify rounding: after some steps another processor is elsewhere.
    losses = made["losses"][0]
    np.testing.assert_allclose(losses[:10], kept.losses[0, :10], rtol=0, atol=1e-5)
    assert losses.mean() == pytest.approx(kept.losses[0].mean(), rel=0.05)


def test_the_trained_network_is_saved_as_it_is_frozen(
    oracle, version, python, tmp_path
):
    if version != tf1.ARTICLES:
        pytest.skip("only 1.4.1 trains")
    made = oracle.save_trained(python, tmp_path)
    for name, content in made.items():
        kept = (tf1.FOLDER / version / name).read_bytes()
        if name.endswith(".zip"):
            assert_same_folders(content, kept)
        else:
            assert content == kept
