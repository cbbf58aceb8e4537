"""What a chapter hands to a piece to play with: arrays, kept in the cell's output.

The site's build takes them from the stored notebook, so a page shows what the chapter
made, and what a re-run on another processor makes is not compared with it.
"""

import base64
from collections import Counter

import numpy as np
from IPython.display import display

ARRAYS = "application/vnd.book.piece+json"
"""The kind of output that holds the arrays, beside the text that names them."""


def hand_over(piece, **arrays):
    """Store arrays for a piece in the output of this cell, and say so in one line.

    Args:
        piece: the piece's name, for instance "digit".
        arrays: by name, of any shape. Floats are rounded to float16; whole numbers
            must be uint8.

    Raises:
        TypeError: an array is neither of floats nor uint8.
        ValueError: rounding gives a number that is not finite.
    """
    stored, kinds, size = {}, Counter(), 0
    for name, array in arrays.items():
        array = np.asarray(array)
        if np.issubdtype(array.dtype, np.floating):
            with np.errstate(over="ignore"):
                array = array.astype("<f2")
            if not np.isfinite(array).all():
                raise ValueError(
                    f"{name} holds numbers beyond float16's 65,504, or NaN."
                )
        elif array.dtype != np.uint8:
            raise TypeError(f"{name} is {array.dtype}; expected floats or uint8.")
        stored[name] = {
            "dtype": array.dtype.name,
            "shape": list(array.shape),
            "base64": base64.b64encode(array.tobytes()).decode(),
        }
        kinds[array.dtype.name] += 1
        size += array.nbytes
    counts = ", ".join(f"{count} of {kind}" for kind, count in kinds.items())
    text = f"Arrays for the piece {piece!r}: {counts}; {size:,} bytes."
    bundle = {ARRAYS: {"piece": piece, "arrays": stored}, "text/plain": text}
    display(bundle, raw=True)


def arrays_of(handed):
    """Give the arrays in an output of `hand_over`: {name: array}, float16 or uint8.

    Args:
        handed: what that output holds under `ARRAYS`.
    """
    return {
        name: np.frombuffer(
            base64.b64decode(array["base64"]), np.dtype(array["dtype"])
        ).reshape(array["shape"])
        for name, array in handed["arrays"].items()
    }
