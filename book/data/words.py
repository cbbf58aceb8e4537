"""Words of eight languages, and the way from letters to ids."""

import io
import os
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from book.data import frozen
from book.folders import DATA

FOLDER = DATA / "words"
LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
}
_COLUMNS = ["word", "language", "zipf", "split"]
_RESTORE = "Restore it with git, or make it again: see data/words/README.md."


class Words(NamedTuple):
    """The words, each of them in one row and of one language only.

    Both tables have the columns word, language (a key of LANGUAGES) and zipf (the
    decimal logarithm of the word's frequency in a billion words of its language).

    Attributes:
        train: 32,000 rows, 4,000 of each language.
        test: 8,000 rows, 1,000 of each language.
    """

    train: pd.DataFrame
    test: pd.DataFrame


def load(folder: str | os.PathLike | None = None) -> Words:
    """Give the words to train on and the words that are held out.

    Args:
        folder: where words.csv and SHA256SUMS are; None for data/words.

    Returns:
        Two tables with no word in common.

    Raises:
        FileNotFoundError: the file or SHA256SUMS is missing.
        ValueError: the file disagrees with its checksum, or has other columns.

    Source:
        The package wordfreq by R. Speer; data/words/README.md says how the file came
        to be. Chapter 19 looks at it.
    """
    path = (FOLDER if folder is None else Path(folder)) / "words.csv"
    content = frozen.read(path, _RESTORE)
    # "null" is a German word here, not a missing value.
    table = pd.read_csv(io.BytesIO(content), na_filter=False)
    if list(table.columns) != _COLUMNS:
        raise ValueError(
            f"{path} has the columns {list(table.columns)}, not {_COLUMNS}. {_RESTORE}"
        )
    parts = (
        table[table["split"] == split].drop(columns="split").reset_index(drop=True)
        for split in ("train", "test")
    )
    return Words(*parts)


def clean(text: str) -> str:
    """Give a word as it would stand in the list: small letters, one sign for each.

    Spaces around it go, capitals become small, a letter and its accent become one
    character, and a German ß becomes ss, as in wordfreq.

    Args:
        text: a word as somebody typed it.
    """
    return unicodedata.normalize("NFC", text.strip().casefold())


def alphabet(words: Iterable[str]) -> str:
    """Give the characters that occur in words, each once, sorted.

    Args:
        words: at least one word.
    """
    return "".join(sorted(set("".join(words))))


def encode(words: Sequence[str], alphabet: str) -> tuple[np.ndarray, np.ndarray]:
    """Give words as a padded batch of ids, and their lengths.

    The id of a character is its position in the alphabet, counted from 1; padding is 0.

    Args:
        words: B words, T characters in the longest.
        alphabet: the characters that have an id.

    Returns:
        The ids, int32 (B, T), and the lengths, int32 (B,).

    Raises:
        ValueError: a word is empty, or has a character outside the alphabet.

    Source:
        Chapter 19.
    """
    if problem := _problem(words, alphabet):
        raise ValueError(problem)
    number = {character: n for n, character in enumerate(alphabet, start=1)}
    lengths = np.array([len(word) for word in words], np.int32)
    ids = np.zeros((len(words), lengths.max(initial=0)), np.int32)
    for n, word in enumerate(words):
        ids[n, : len(word)] = [number[character] for character in word]
    return ids, lengths


def decode(ids: np.ndarray, alphabet: str) -> list[str]:
    """Give the words in a batch of ids; a word ends where the padding begins.

    Args:
        ids: integers (B, T), from 0 (padding) to the number of characters.
        alphabet: the characters, as in `encode`.

    Raises:
        ValueError: an id is out of range.

    Source:
        Chapter 19.
    """
    ids = np.asarray(ids)
    if ids.size and (ids.min() < 0 or ids.max() > len(alphabet)):
        raise ValueError(
            f"the ids go from {ids.min()} to {ids.max()}. Expected 0 to "
            f"{len(alphabet)}; decode with the alphabet that encoded them."
        )
    characters = "\0" + alphabet
    words = ("".join(characters[n] for n in row) for row in ids)
    return [word.split("\0")[0] for word in words]


def _problem(words: Sequence[str], alphabet: str) -> str | None:
    """Say why words cannot be encoded; None where they can."""
    for n, word in enumerate(words):
        if not word:
            return (
                f"word {n}, counted from 0, is empty. Expected one character at least; "
                "leave it out."
            )
        unknown = sorted(set(word) - set(alphabet))
        if unknown:
            return (
                f"{word!r} has the characters {unknown}, which are not in the alphabet "
                f"{alphabet!r}. Pass the word through book.data.words.clean first; if "
                "that does not help, leave it out."
            )
    return None
