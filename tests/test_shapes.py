from collections import namedtuple

import numpy as np
import pytest

from book.shapes import show_shapes

State = namedtuple("State", "c h")


class Unknown:
    class shape:
        rank = None

    dtype = np.dtype("float32")


def shown(capsys, **tensors):
    show_shapes(**tensors)
    return capsys.readouterr().out.splitlines()


def test_name_shape_and_dtype_stand_in_columns(capsys):
    rows = shown(capsys, x=np.zeros((2, 3)), longer=np.zeros(4, np.int32))
    assert rows == ["x       (2, 3)  float64", "longer  (4,)  int32"]


def test_parts_are_named_as_python_reaches_them(capsys):
    zero = np.zeros((1, 2), np.float32)
    states = [State(zero, zero), (zero,), {"last": zero}]
    names = [row.split()[0] for row in shown(capsys, states=states)]
    assert names == [
        "states[0].c",
        "states[0].h",
        "states[1][0]",
        "states[2]['last']",
    ]


def test_an_unknown_shape_is_said(capsys):
    assert shown(capsys, x=Unknown()) == ["x  shape unknown  float32"]


def test_nothing_prints_nothing(capsys):
    assert shown(capsys) == []


@pytest.mark.parametrize("leaf", [3, "text", None])
def test_what_has_no_shape_is_named(leaf):
    with pytest.raises(TypeError, match=r"state\.h is"):
        show_shapes(state=State(np.zeros(1), leaf))
