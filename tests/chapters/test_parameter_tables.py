"""The parameter tables of the API chapters against the installed functions."""

import inspect
import re

import pytest

from book import runtime
from book.notebooks import files

runtime.setup(seed=0)

import tensorflow as tf

V1 = tf.compat.v1.nn
DOCUMENTED = {
    "05": V1.rnn_cell.BasicLSTMCell,
    "06": V1.rnn_cell.MultiRNNCell,
    "07": V1.dynamic_rnn,
    "08": V1.bidirectional_dynamic_rnn,
    "09": V1.embedding_lookup,
    "10": tf.sequence_mask,
    "11": tf.boolean_mask,
}
HEADER = "| parameter | meaning | default | what changes when you change it |\n"
ROW = re.compile(r"\| `(\w+)` \|[^|]*\| ([^|]*?) \|.*\|")


def table(text):
    """Give {parameter: default, as its cell begins} of the first table in a text."""
    lines = text.split(HEADER, 1)[1].splitlines()[1:]
    rows = [
        ROW.fullmatch(line)
        for line in lines[: lines.index("") if "" in lines else None]
    ]
    assert all(rows), "a row is not of the form | `name` | … | default | … |"
    return {row[1]: row[2] for row in rows}


def signature(function):
    """Give {parameter: repr of its default, or none} of an installed function."""
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    parameters = inspect.signature(function).parameters.values()
    return {
        p.name: None if p.default is p.empty else repr(p.default)
        for p in parameters
        if p.kind not in kinds and p.name != "self"
    }


def agree(documented, installed):
    """Say whether names, their order and defaults are the same."""
    if list(documented) != list(installed):
        return False
    shown = {n: "none" if d is None else f"`{d}`" for n, d in installed.items()}
    return all(documented[name].startswith(default) for name, default in shown.items())


def documentation(number):
    (path,) = files.chapters(number)
    cells = files.read(path).cells
    (text,) = [c.source for c in cells if HEADER in c.source + "\n"]
    return table(text)


@pytest.mark.parametrize("number", DOCUMENTED)
def test_the_table_is_the_installed_signature(number):
    documented, installed = documentation(number), signature(DOCUMENTED[number])
    assert agree(documented, installed), f"{documented} against {installed}"


@pytest.mark.parametrize("number", DOCUMENTED)
def test_a_changed_signature_is_noticed(number):
    documented, installed = documentation(number), signature(DOCUMENTED[number])
    first, *others = installed
    renamed = {f"{first}_": installed[first], **{n: installed[n] for n in others}}
    assert not agree(documented, {**installed, "added": "None"})
    assert not agree(documented, renamed)
    assert not agree(documented, {n: installed[n] for n in others})
    for name in installed:
        assert not agree(documented, {**installed, name: "'another'"})
