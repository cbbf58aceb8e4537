"""Arrays that a chapter hands to a piece to play with."""

import numpy as np
import pytest

from book import pieces


@pytest.fixture
def handed(monkeypatch):
    """Give a function that hands over and gives what the cell would display."""
    shown = []
    monkeypatch.setattr(pieces, "display", lambda data, raw: shown.append(data))

    def hand_over(*args, **arrays):
        pieces.hand_over(*args, **arrays)
        return shown.pop()

    return hand_over


def test_what_is_handed_over_comes_back_rounded_to_float16(handed):
    weights = np.array([[0.1, -3.0, 65_504.0]])
    images = np.arange(256, dtype=np.uint8).reshape(4, 8, 8)
    output = handed("digit", weights=weights, images=images)
    assert output["text/plain"] == (
        "Arrays for the piece 'digit': 1 of float16, 1 of uint8; 262 bytes."
    )
    back = pieces.arrays_of(output[pieces.ARRAYS])
    np.testing.assert_array_equal(back["weights"], np.float16(weights))
    np.testing.assert_array_equal(back["images"], images)
    assert (back["weights"].dtype, back["images"].dtype) == (np.float16, np.uint8)


@pytest.mark.parametrize("number", [70_000.0, np.nan])
def test_what_float16_cannot_hold_is_refused(handed, number):
    with pytest.raises(ValueError, match="bias holds numbers beyond"):
        handed("digit", bias=[number])


def test_other_types_are_refused(handed):
    with pytest.raises(TypeError, match=r"labels is int64; expected floats or uint8"):
        handed("digit", labels=np.array([1, 2]))
