"""Claims: sentences of the course that are checked where they stand."""

import numpy as np

MARK = "✓ "
"""What a line begins with when the sentence behind it was checked and held."""


def claim(sentence, condition):
    """Print the sentence if the condition holds; stop the chapter if it does not.

    Args:
        sentence: what is claimed, in words; one line.
        condition: a bool or an array or tensor of bools of any shape, all of which
            must hold.

    Raises:
        TypeError: the condition is no bool (nor an array of them), so that a number
            or a list that happens to be "true" cannot pass for a check.
        ValueError: there is nothing in the condition, or the sentence is empty or
            longer than a line.
        AssertionError: the claim is false; the message is the sentence.
    """
    if not sentence.strip() or "\n" in sentence:
        raise ValueError(f"a claim is one line of words; got {sentence!r}.")
    holds = np.asarray(condition)
    if holds.dtype != bool:
        raise TypeError(
            f"the condition of {sentence!r} is {condition!r}; expected a bool or an "
            "array of bools: write the comparison itself, for instance `x == 0`."
        )
    if holds.size == 0:
        raise ValueError(
            f"the condition of {sentence!r} is an empty array, which would check "
            "nothing; compare arrays that have elements."
        )
    if not holds.all():
        raise AssertionError(f"this claim does not hold: {sentence}")
    print(MARK + sentence)
