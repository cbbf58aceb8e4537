"""The folder that holds what is served: the network, and how words become its ids."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from book import atomic
from book.data import words

NETWORK = "model.onnx"
"""The network: ids int32 (B, T), 0 where padded, to probabilities (B, languages)."""

ABOUT = "model.json"
"""What the network's numbers stand for: "alphabet", "languages", "longest"."""


class FolderError(Exception):
    """A folder that can't be served; the message says why and what to do."""


class Model:
    """A network that tells languages apart, with its alphabet.

    Args:
        session: the loaded network.
        alphabet: the characters that have an id, from 1.
        languages: what each of its outputs stands for.
        longest: the most characters that a word may have.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        alphabet: str,
        languages: Sequence[str],
        longest: int,
    ):
        self.alphabet = alphabet
        self.languages = list(languages)
        self.longest = longest
        self._session = session
        self._input = session.get_inputs()[0].name

    def __call__(self, cleaned: Sequence[str]) -> np.ndarray:
        """Give the probabilities of each language, float32 (B, languages).

        Args:
            cleaned: B words as `book.data.words.clean` writes them, of any lengths.

        Raises:
            ValueError: a word is empty or has an unknown character.
        """
        ids, _ = words.encode(cleaned, self.alphabet)  # (B, T)
        (probabilities,) = self._session.run(None, {self._input: ids})
        return probabilities


def save(
    folder: str | os.PathLike,
    network: bytes,
    alphabet: str,
    languages: Sequence[str],
    longest: int,
) -> None:
    """Write a folder to serve from, made if need be: both files, or neither.

    Args:
        folder: where to write.
        network: a model in the ONNX format, as `NETWORK` says.
        alphabet: as `book.data.words.alphabet` gives it.
        languages: what each output stands for.
        longest: the most characters that a word may have.

    Raises:
        OSError: a file can't be written.
    """
    about = {"alphabet": alphabet, "languages": list(languages), "longest": longest}
    text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    Path(folder).mkdir(parents=True, exist_ok=True)
    files = {NETWORK: network, ABOUT: text.encode()}
    atomic.write({Path(folder) / name: content for name, content in files.items()})


def load(folder: str | os.PathLike, threads: int = 1) -> Model:
    """Load the model in a folder, and ask it once.

    Args:
        folder: as `save` writes it.
        threads: how many threads one call of the network may use.

    Raises:
        FolderError: a file is missing or damaged, or the two don't fit each other.
    """
    folder = Path(folder)
    about = _about(folder / ABOUT)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4  # what fails is raised, and need not be logged too
    path = folder / NETWORK
    try:
        session = onnxruntime.InferenceSession(path.read_bytes(), options)
    except OSError as error:
        raise FolderError(_missing(path, error)) from error
    except Exception as error:  # its errors have no class in common
        raise FolderError(
            f"{path} is no network that onnxruntime can run ({_first_line(error)}). "
            "Export it again."
        ) from error
    model = Model(session, **about)
    given = session.get_inputs()
    wanted = (1, len(model.languages))
    try:
        fits = len(given) == 1 and model(model.alphabet[:1]).shape == wanted
        fits = fits and model(model.alphabet[-1:]).shape == wanted
    except Exception as error:
        raise FolderError(
            f"{path} doesn't take what {ABOUT} describes ({_first_line(error)}). "
            "Expected ids, int32 (batch, time), up to the alphabet's length. Export "
            "both together."
        ) from error
    if not fits:
        raise FolderError(
            f"{path} has {len(given)} inputs, and its first output isn't one number "
            f"for each of the {len(model.languages)} languages in {ABOUT}. Export both "
            "together."
        )
    return model


def _about(path: Path) -> dict:
    """Read what the numbers stand for, and check it."""
    try:
        about = json.loads(path.read_bytes())
    except OSError as error:
        raise FolderError(_missing(path, error)) from error
    except (ValueError, RecursionError) as error:
        raise FolderError(f"{path} is no JSON ({error}). Export it again.") from error
    names = {"alphabet", "languages", "longest"}
    if not isinstance(about, dict) or set(about) != names:
        raise FolderError(f"{path}: expected an object of {', '.join(sorted(names))}.")
    alphabet, languages, longest = (about[name] for name in sorted(names))
    sound = (
        isinstance(alphabet, str)
        and 0 < len(alphabet) == len(set(alphabet))
        and isinstance(languages, list)
        and languages
        and all(isinstance(name, str) for name in languages)
        and type(longest) is int
        and longest > 0
    )
    if not sound:
        raise FolderError(
            f"{path}: expected alphabet, a text of different characters; languages, a "
            "list of texts; longest, a whole number over 0. Export it again."
        )
    return about


def _missing(path: Path, error: OSError) -> str:
    return (
        f"{path} can't be read ({error.strerror}). Expected {NETWORK} and {ABOUT} in "
        "one folder, as book.serving.folder.save writes them; chapter 31 does."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
