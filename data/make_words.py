"""Make data/words/words.csv from the word lists of the package wordfreq.

    python -m pip install wordfreq==3.1.1
    python data/make_words.py

The list holds the most frequent words of eight languages, each word once: it belongs to
the language in which it is most frequent. A fifth of each language's words is marked to
be held out. The file's SHA-256 goes to SHA256SUMS. data/words/README.md tells more.
"""

import argparse
import csv
import io
import sys
import unicodedata
from pathlib import Path

import numpy as np

from book.data import frozen
from book.data.words import FOLDER, LANGUAGES

WORDS = 5_000  # of each language
TEST_WORDS = 1_000  # of them, held out
SEED = 16  # of the shuffle
VERSION = "3.1.1"  # of wordfreq


def is_word(text: str) -> bool:
    """Tell whether a text consists of small Latin letters, with or without accents."""
    return all(
        unicodedata.name(letter, "").startswith("LATIN SMALL LETTER ")
        for letter in text
    )


def own_words(
    frequencies: dict[str, dict[str, float]], count: int
) -> dict[str, list[str]]:
    """Give each language the words that are most frequent there, the first ones first.

    Args:
        frequencies: for each language the share of each word in its texts.
        count: how many words each language gets.

    Returns:
        For each language `count` words, none of which another language has.

    Raises:
        ValueError: a language has not so many words of its own.
    """
    homes = {}
    for language, words in frequencies.items():
        for word, share in words.items():
            if share > homes.get(word, (0.0, ""))[0]:
                homes[word] = share, language
    chosen = {}
    for language, words in frequencies.items():
        own = [word for word in words if is_word(word) and homes[word][1] == language]
        chosen[language] = sorted(own, key=lambda w: (-words[w], w))[:count]
        if len(chosen[language]) < count:
            raise ValueError(
                f"{language} has {len(chosen[language])} words of its own, not {count}."
                " Ask for fewer words, or for other languages."
            )
    return chosen


def table(
    chosen: dict[str, list[str]],
    frequencies: dict[str, dict[str, float]],
    test_words: int,
) -> str:
    """Give the CSV text: word, language, zipf and split, in a fixed order.

    Args:
        chosen: for each language its words.
        frequencies: for each language the share of each word in its texts.
        test_words: how many words of each language are held out.

    Returns:
        A line for each word. The column zipf is the decimal logarithm of the word's
        frequency in a billion words; split is "train" or "test".
    """
    # RandomState's stream never changes between NumPy versions; default_rng's may.
    shuffle = np.random.RandomState(SEED).permutation
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["word", "language", "zipf", "split"])
    for language, words in chosen.items():
        held_out = set(shuffle(len(words))[:test_words].tolist())
        for n, word in enumerate(words):
            zipf = round(9 + float(np.log10(frequencies[language][word])), 2)
            split = "test" if n in held_out else "train"
            writer.writerow([word, language, zipf, split])
    return text.getvalue()


def main(arguments: list[str] | None = None) -> None:
    """Run the script; see the top of this file.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.

    Raises:
        SystemExit: wordfreq is missing or of another version.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=FOLDER,
        help="where to write (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    try:
        from importlib.metadata import version

        import wordfreq

        found = version("wordfreq")
    except ImportError:
        found = "not installed"
    if found != VERSION:
        sys.exit(
            f"make_words.py: wordfreq is {found}; expected version {VERSION}. "
            f"Run: python -m pip install wordfreq=={VERSION}"
        )
    frequencies = {
        language: wordfreq.get_frequency_dict(language) for language in LANGUAGES
    }
    chosen = own_words(frequencies, WORDS)
    text = table(chosen, frequencies, TEST_WORDS)
    frozen.write(options.output, {"words.csv": text.encode()})


if __name__ == "__main__":
    main()
