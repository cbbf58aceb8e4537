"""A network small enough to check by hand, in a folder to serve from."""

from types import SimpleNamespace

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from book.serving import folder

ALPHABET = "abé"
LANGUAGES = ["x", "y"]
TABLE = np.array([[0, 0], [1, 0], [0, 1], [0, 2]], np.float32)  # by id; 0 is padding


def network(table=TABLE, inputs=("ids",)):
    """Give an ONNX network: softmax of the sum of its ids' rows, so padding is 0."""
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["rows"]),
        helper.make_node("ReduceSum", ["rows", "time"], ["sums"], keepdims=0),
        helper.make_node("Softmax", ["sums"], ["probabilities"]),
    ]
    take = [
        helper.make_tensor_value_info(name, TensorProto.INT32, ["B", "T"])
        for name in inputs
    ]
    give = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, None)
    constants = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([1], np.int64), "time"),
    ]
    graph = helper.make_graph(nodes, "languages", take, [give], constants)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(
        graph, opset_imports=opset, ir_version=9
    ).SerializeToString()


def expected(word):
    """Give the probabilities of a word, by NumPy."""
    sums = TABLE[[1 + ALPHABET.index(letter) for letter in word]].sum(axis=0)
    return np.exp(sums) / np.exp(sums).sum()


@pytest.fixture(scope="session")
def small():
    """Give the network, what it stands for, and a way to write its folder."""

    def save(path, content=None, longest=5):
        folder.save(path, content or network(), ALPHABET, LANGUAGES, longest)
        return path

    return SimpleNamespace(
        alphabet=ALPHABET,
        languages=LANGUAGES,
        table=TABLE,
        network=network,
        expected=expected,
        save=save,
    )
