"""What a request asks for: words out of its body, or why not."""

import json

from book.data import words
from book.serving.folder import Model

MOST_WORDS = 32
"""How many words one request may have."""

MOST_BYTES = 16_384
"""How long the body of a request may be."""

EXAMPLE = '{"words": ["haus", "château"]}'


class Refused(Exception):
    """A request that can't be answered.

    Args:
        status: the HTTP status: 400 for a body that isn't what was agreed, 408 for one
            that came too slowly, 413 for one that is too long, 422 for a word that
            can't be read.
        message: what was wrong, and what was expected.
    """

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


def cleaned_words(body: bytes, model: Model) -> list[str]:
    """Give the words that a body asks for, as the model reads them.

    Args:
        body: JSON in UTF-8, such as `EXAMPLE`.
        model: whose alphabet and length the words must fit.

    Raises:
        Refused: the body is no such JSON, or a word can't be read.
    """
    try:
        asked = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Refused(
            400, f"the body is no JSON in UTF-8. Expected {EXAMPLE}"
        ) from None
    if not isinstance(asked, dict) or set(asked) != {"words"}:
        raise Refused(400, f"expected one field, words: {EXAMPLE}")
    asked = asked["words"]
    if not isinstance(asked, list) or not all(isinstance(word, str) for word in asked):
        raise Refused(400, f"words is no list of texts. Expected {EXAMPLE}")
    if not 1 <= len(asked) <= MOST_WORDS:
        raise Refused(
            400,
            f"there are {len(asked)} words. Expected 1 to {MOST_WORDS} in a request.",
        )
    cleaned = [words.clean(word) for word in asked]
    for number, word in enumerate(cleaned):
        if problem := _problem(word, model):
            raise Refused(422, f"word {number}, counted from 0, {problem}")
    return cleaned


def _problem(word: str, model: Model) -> str | None:
    """Say why a word can't be read; None where it can."""
    if not word:
        return "is empty. Expected one letter at least."
    if len(word) > model.longest:
        return f"has {len(word)} characters. Expected {model.longest} at most."
    if unknown := sorted(set(word) - set(model.alphabet)):
        return (
            f"has characters that the model has never seen: {unknown}. Expected "
            f"only {model.alphabet}"
        )
    return None
