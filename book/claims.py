"""Claims: sentences of the course that are checked where they stand."""

import numpy as np

MARK = "✓ "
"""What a line begins with when the sentence behind it was checked and held."""

THEOREM = "theorem: "
"""What follows the mark where the sentence follows from the definitions alone."""


def claim(sentence, condition, shows=None):
    """Print the sentence if the condition holds; stop the chapter if it does not.

    Args:
        sentence: what is claimed, in words; one line.
        condition: a bool or an array or tensor of bools of any shape, all of which
            must hold.
        shows: the number that was compared, or an array of them, for instance one for
            each draw: printed behind the sentence, several as "least to greatest".

    Raises:
        TypeError: the condition is no bool (nor an array of them), so that a number
            or a list that happens to be "true" cannot pass for a check.
        ValueError: there is nothing in the condition, or the sentence is empty or
            longer than a line.
        AssertionError: the claim is false; the message is the sentence.
    """
    _check_words(sentence)
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
    value = "" if shows is None else f": {_in_words(shows)}"
    if not holds.all():
        raise AssertionError(f"this claim does not hold: {sentence}{value}")
    print(MARK + sentence + value)


def theorem(sentence, condition):
    """Print a claim that follows from the definitions, and say that it does.

    No draw and no training can break it: the check guards the code, not the sentence.

    Args:
        sentence: as for `claim`.
        condition: as for `claim`.

    Raises:
        TypeError, ValueError, AssertionError: as `claim`.
    """
    _check_words(sentence)
    claim(THEOREM + sentence, condition)


def close(sentence, first, second, within=1e-6):
    """Print the sentence if two arrays are equal but for rounding.

    Args:
        sentence: what is claimed, in words; one line. The tolerance is printed behind.
        first: numbers, an array or tensor of any shape.
        second: the same shape; or a single number, which each is compared with.
        within: the largest difference allowed, relative where |second| is over 1.

    Raises:
        ValueError: the shapes differ, there is nothing in them, or the sentence is
            empty or longer than a line.
        AssertionError: the arrays differ by more; the message says by how much.
    """
    _check_words(sentence)
    first, second = np.asarray(first), np.asarray(second)
    if first.shape != second.shape and second.ndim:
        raise ValueError(
            f"{sentence!r} compares the shapes {first.shape} and {second.shape}; "
            "expected the same, or a single number as the second."
        )
    if first.size == 0:
        raise ValueError(f"{sentence!r} compares empty arrays, which checks nothing.")
    apart = np.abs(np.subtract(first, second, dtype=np.float64))
    apart /= np.maximum(1, np.abs(second))
    if not (apart <= within).all():  # NaN is not close to anything
        raise AssertionError(
            f"this claim does not hold: {sentence}. The largest difference is "
            f"{apart.max():.1e}; up to {within:.0e} was allowed."
        )
    print(f"{MARK}{sentence} (within {within:.0e})")


def _check_words(sentence):
    if not sentence.strip() or "\n" in sentence:
        raise ValueError(f"a claim is one line of words; got {sentence!r}.")


def _in_words(numbers):
    """Give a number in three digits; of several, the least and the greatest.

    Both even where they look the same: on another processor they may not.
    """
    if np.size(numbers) == 1:
        return _digits(np.min(numbers))
    return f"{_digits(np.min(numbers))} to {_digits(np.max(numbers))}"


def _digits(number):
    if np.issubdtype(np.asarray(number).dtype, np.integer):
        return f"{number:,}"
    # Always with a point or an exponent, so that nbval takes it for a decimal.
    return f"{number:.1f}" if 100 <= abs(number) < 1000 else f"{number:#.3g}"
