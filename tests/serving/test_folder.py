"""The folder that is served: what it gives, and what is wrong with a bad one."""

import json
import subprocess
import sys

import numpy as np
import pytest

from book.serving import folder
from book.serving.folder import ABOUT, NETWORK, FolderError


@pytest.fixture
def path(tmp_path, small):
    return small.save(tmp_path / "new")


def change(path, **fields):
    about = json.loads((path / ABOUT).read_text("utf-8")) | fields
    (path / ABOUT).write_text(json.dumps(about), "utf-8")


def test_what_was_saved_is_loaded_and_padding_changes_nothing(path, small):
    model = folder.load(path)
    assert (model.alphabet, model.languages, model.longest) == (
        small.alphabet,
        small.languages,
        5,
    )
    asked = ["a", "abé", "bé"]
    found = model(asked)
    assert found.shape == (3, 2)
    np.testing.assert_allclose(
        found, [small.expected(word) for word in asked], rtol=1e-6
    )


@pytest.mark.parametrize("name", [NETWORK, ABOUT])
def test_a_missing_file(path, name):
    (path / name).unlink()
    with pytest.raises(FolderError, match=rf"{name} can't be read.*Expected .* in one"):
        folder.load(path)


def test_a_damaged_network(path, small):
    (path / NETWORK).write_bytes(small.network()[:-40])
    with pytest.raises(FolderError, match="no network that onnxruntime can run"):
        folder.load(path)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\xff"])
def test_no_json(path, text):
    (path / ABOUT).write_bytes(text.encode("latin-1"))
    with pytest.raises(FolderError, match="is no JSON"):
        folder.load(path)


@pytest.mark.parametrize("text", ["[]", "{}", '{"alphabet": "ab", "languages": ["x"]}'])
def test_other_fields(path, text):
    (path / ABOUT).write_text(text)
    with pytest.raises(FolderError, match="expected an object of alphabet, languages"):
        folder.load(path)


@pytest.mark.parametrize(
    "fields",
    [
        {"alphabet": ""},
        {"alphabet": "aab"},
        {"alphabet": ["a", "b", "é"]},
        {"languages": []},
        {"languages": ["x", 1]},
        {"longest": 0},
        {"longest": True},
        {"longest": "5"},
    ],
)
def test_fields_of_another_kind(path, fields):
    change(path, **fields)
    with pytest.raises(FolderError, match="expected alphabet, a text of different"):
        folder.load(path)


def test_a_letter_too_many(path, small):
    change(path, alphabet=small.alphabet + "z")
    with pytest.raises(FolderError, match="doesn't take what model.json describes"):
        folder.load(path)


def test_a_language_too_many(path):
    change(path, languages=["x", "y", "z"])
    with pytest.raises(FolderError, match="each of the 3 languages"):
        folder.load(path)


def test_an_input_too_many(tmp_path, small):
    small.save(tmp_path, small.network(inputs=("ids", "mask")))
    with pytest.raises(FolderError, match="has 2 inputs"):
        folder.load(tmp_path)


def test_an_output_of_another_shape(tmp_path, small):
    table = np.concatenate([small.table, small.table], axis=1)
    small.save(tmp_path, small.network(table))
    with pytest.raises(FolderError, match="each of the 2 languages"):
        folder.load(tmp_path)


def test_the_server_needs_neither_tensorflow_nor_keras():
    program = (
        "import sys, book.serving.__main__\n"
        "print({'tensorflow', 'keras', 'tf_keras'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert run.stdout.strip() == "set()", run.stderr
