"""What the real TensorFlow 1 gave: frozen runs of 1.4.1 and of 1.15.5, its last."""

import functools
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
import pandas as pd

from book import atomic
from book.data import frozen
from book.folders import DATA
from book.shapes import leaves

FOLDER = DATA / "tf1"
ARTICLES = "1.4.1"  # of December 2017, when the article appeared
LAST = "1.15.5"
VERSIONS = (ARTICLES, LAST)
SEEDS = (0, 1, 2, 3, 4)  # of the worked examples' initial weights
_RESTORE = "Restore it with git, or make it again: see data/tf1/README.md."


class Row(NamedTuple):
    """What a row of the coverage page gave.

    Attributes:
        inputs: arrays by name.
        weights: the variables' initial values, in the order in which they were made.
        outputs: arrays by name; the parts of a state as "state.c", "state[0].c".
        printed: what the article's lines print.
        variables: the variables' names, in the order of `weights`.
        warnings: what TensorFlow logged; each kind is logged once, in the first row.
    """

    inputs: dict[str, np.ndarray]
    weights: list[np.ndarray]
    outputs: dict[str, np.ndarray]
    printed: str
    variables: list[str]
    warnings: list[str]


class Mistake(NamedTuple):
    """What came of a mistake.

    Attributes:
        what: the mistake in a sentence.
        code: the lines that make it.
        error: the error's type; None if there was none.
        text: the error's message; None if there was none.
        gives: what the lines return where they raise nothing.
        warnings: what TensorFlow logged.
    """

    what: str
    code: str
    error: str | None
    text: str | None
    gives: object
    warnings: list[str]


class Tab(NamedTuple):
    """What the lines of a chapter's first tab made.

    Attributes:
        lines: the lines that ran, and are shown.
        prelude: what ran before them, to make what they take for granted.
        gives: type and shape of each value that they made, by name.
        error: how they failed, and None if they didn't.
    """

    lines: str
    prelude: str
    gives: dict
    error: str | None


class Training(NamedTuple):
    """A worked example, trained at the article's settings on TensorFlow 1.4.1.

    Attributes:
        initial: the weights before the first step, in the order they were made.
        final: the weights after the last step.
        losses: float32 (epochs, steps), of each step before its update.
        accuracies: float64 (epochs, steps), of each step's batch; None for the sine.
        test_losses: float32 (epochs, batches) of the sine's test windows after each
            epoch; None for MNIST.
        predictions: the sine: float32 (epochs, 1000) for seed 0, (1, 1000) after the
            last epoch for the others. MNIST: uint8 (28000,), the digits said of the
            test images after the last epoch.
        series: the sine, training and test points, as NumPy 1.14 computes them; None
            for MNIST.
    """

    initial: list[np.ndarray]
    final: list[np.ndarray]
    losses: np.ndarray
    accuracies: np.ndarray | None
    test_losses: np.ndarray | None
    predictions: np.ndarray
    series: tuple[np.ndarray, np.ndarray] | None


class Script(NamedTuple):
    """What a program of data/scripts/ gave, run as it is.

    Attributes:
        printed: what it printed.
        sha256: of the program's text as it ran.
        results: arrays by name: the losses of its steps, its answers, and the data
            that it made.
        initial: the weights before the first step, by the variable's name. Those of
            the optimizer are only in the checkpoints: see `script`.
        final: the weights after the last step.
    """

    printed: str
    sha256: str
    results: dict[str, np.ndarray]
    initial: dict[str, np.ndarray]
    final: dict[str, np.ndarray]


class Recipe(NamedTuple):
    """What the old lines of a recipe gave.

    Attributes:
        lines: the lines that ran, and are shown.
        before: what ran before them, to make what they take for granted.
        after: what ran after them, to fetch the results.
        results: arrays by name; the parts of a list or a state as "outputs[0]",
            "state.c". Empty where the lines failed.
        texts: what else they gave, by name, such as the variables' names.
        error: how the lines failed, and None if they didn't.
    """

    lines: str
    before: str
    after: str
    results: dict[str, np.ndarray]
    texts: dict
    error: str | None


def row(name: str, version: str = ARTICLES) -> Row:
    """Give what a row of the article's API gave, as "A1.5".

    Raises:
        KeyError: there is no such row, or no such version.
        FileNotFoundError, ValueError: as `book.data.frozen.read` raises them.

    Source:
        data/oracle/api.py; the rows are those of the page on coverage.
    """
    texts = _known(_texts("api", version), name, "row")
    inputs, weights, outputs = (
        _arrays("api", version, f"{name}/{part}/")
        for part in ("inputs", "weights", "outputs")
    )
    return Row(inputs, _in_order(weights), outputs, **texts)


def parameters(name: str, version: str = ARTICLES) -> list[str] | None:
    """Give the parameters of a function or class, as "tf.nn.dynamic_rnn".

    Returns:
        Each as it stands in the signature, "scope=None"; None where this version has
        no such function.

    Raises:
        KeyError: it was not asked for.

    Source:
        data/oracle/interfaces.py.
    """
    return _known(_texts("parameters", version), name, "function")


def mistake(name: str, version: str = ARTICLES) -> Mistake:
    """Give what came of a mistake, as "one_cell_three_layers".

    Raises:
        KeyError: there is no such mistake.

    Source:
        data/oracle/interfaces.py.
    """
    return Mistake(**_known(_texts("mistakes", version), name, "mistake"))


def tab(chapter: str, version: str = ARTICLES) -> Tab:
    """Give what the lines of a chapter's tab "TensorFlow 1 (2017)" made, as "05".

    Raises:
        KeyError: that chapter's lines did not run.

    Source:
        data/oracle/tabs.py.
    """
    return Tab(**_known(_texts("tabs", version), chapter, "chapter"))


def training(name: str, seed: int = 0) -> Training:
    """Give a worked example's training, as "e4", from one of five seeds.

    E3 starts from the initial weights of E2 with the same seed.

    Raises:
        FileNotFoundError: there is no such example or seed.
        ValueError: the file disagrees with its checksum.

    Source:
        data/oracle/worked_examples.py; chapters 13 to 18 look at what it gave.
    """
    arrays = _arrays(f"{name}-{seed}", ARTICLES)
    sine = "test series" in arrays
    return Training(
        initial=_in_order(arrays, "initial "),
        final=_in_order(arrays, "final "),
        losses=arrays["losses"],
        accuracies=None if sine else arrays["right"] / 128,  # images in a batch
        test_losses=arrays["test losses"] if sine else None,
        predictions=arrays["predictions" if sine else "test answers"],
        series=(arrays["train series"], arrays["test series"]) if sine else None,
    )


def script(name: str, version: str = ARTICLES) -> Script:
    """Give what a program of data/scripts/ gave, as "waves".

    1.15.5 started from the weights that 1.4.1 began with. `unpack(name, folder,
    "scripts")` gives the checkpoints, before.ckpt and after.ckpt, as files.

    Raises:
        KeyError: there is no such program, or no such version.

    Source:
        data/oracle/scripts.py; the chapter "Moving the code" takes them to Keras 3.
    """
    told = _known(_texts("scripts", version), name, "program")
    with zipfile.ZipFile(io.BytesIO(_content("scripts.zip", version))) as archive:
        content = archive.read(f"{name}/example.npz")
    arrays = (_load(content, f"{part}/") for part in Script._fields[2:])
    return Script(told["printed"], told["sha256"], *arrays)


def recipe(title: str, version: str = ARTICLES) -> Recipe:
    """Give what the old lines of a recipe gave, as "CTC", of sines.

    Args:
        title: the heading in the chapter of recipes; `recipes` lists them.
        version: which TensorFlow ran them.

    Raises:
        KeyError: there is no such recipe, or no such version.
        FileNotFoundError, ValueError: as `book.data.frozen.read` raises them.

    Source:
        data/oracle/recipes.py.
    """
    told = _known(_texts("recipes", version), title, "recipe")
    return Recipe(**told, results=_arrays("recipes", version, f"{title}/"))


def recipes() -> list[str]:
    """Give the titles of the recipes whose old lines ran, in alphabetical order."""
    return sorted(_texts("recipes", ARTICLES))


def layouts(kind: str = "checkpoints", version: str = ARTICLES) -> dict[str, dict]:
    """Give what is told of each frozen model.

    Args:
        kind: "checkpoints" as tf.train.Saver writes them, "graphs", frozen, or
            "trained", worked examples after training; these of 1.4.1 only.
        version: which TensorFlow made them.

    Returns:
        By name: "what" it is; for a checkpoint also its "file" and the "variables" in
        it, with their shapes. For a script what `script` reads.

    Source:
        data/oracle/checkpoints.py and trained.py.
    """
    return _texts(kind, version)


def unpack(
    name: str, folder: Path, kind: str = "checkpoints", version: str = ARTICLES
) -> tuple[Path, dict[str, np.ndarray]]:
    """Write the files of a frozen model into a folder.

    Args:
        name: a key of `layouts`.
        folder: where to write; it exists.
        kind: as for `layouts`.
        version: which TensorFlow made it.

    Returns:
        The path to give to whatever reads it, and its example: arrays called
        "inputs/…", "results/…" and "variables/…".

    Raises:
        KeyError: there is no such model.
        FileNotFoundError, ValueError: as `book.data.frozen.read` raises them.
    """
    told = _known(layouts(kind, version), name, "model")
    content = _content(f"{kind}.zip", version)
    files = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.namelist():
            path = PurePosixPath(entry)
            if path.parent == PurePosixPath(name):
                files[path.name] = archive.read(entry)
    example = _load(files.pop("example.npz"))
    atomic.write({folder / file: content for file, content in files.items()})
    return folder / told.get("file", "frozen.pb"), example


def apart(original: Mapping[str, np.ndarray], **worlds: Mapping) -> pd.DataFrame:
    """Give how far other results are from the original's.

    Args:
        original: arrays by name, such as `row("A1.5").outputs`.
        **worlds: the same results from elsewhere, by the name of the world. Each is a
            mapping whose values are tensors or nests of them: `{"state": state}` is
            compared with "state.c" and "state.h".

    Returns:
        The largest difference of each array (rows) in each world (columns).

    Raises:
        ValueError: a world lacks an array, has one too many, or of another shape.
    """
    columns = {}
    for world, results in worlds.items():
        found = dict(
            pair for name, value in results.items() for pair in leaves(name, value)
        )
        if set(found) != set(original):
            raise ValueError(
                f"{world} has {sorted(found)}. Expected the original's names, "
                f"{sorted(original)}."
            )
        for name, array in original.items():
            if np.shape(found[name]) != array.shape:
                raise ValueError(
                    f"{name} of {world} has the shape {np.shape(found[name])}. "
                    f"Expected the original's, {array.shape}."
                )
        columns[world] = {
            name: float(np.abs(np.asarray(found[name], np.float64) - array).max())
            for name, array in original.items()
        }
    return pd.DataFrame(columns, index=list(original))


@functools.cache
def _content(name: str, version: str) -> bytes:
    """Give the bytes of a frozen file of one version."""
    _known(dict.fromkeys(VERSIONS), version, "version")
    return frozen.read(FOLDER / version / name, _RESTORE)


def _texts(name: str, version: str) -> dict:
    """Give the texts in a frozen JSON file."""
    return json.loads(_content(f"{name}.json", version))


def _arrays(name: str, version: str, start: str = "") -> dict[str, np.ndarray]:
    """Give the arrays in a frozen .npz file whose names begin so, without that."""
    return _load(_content(f"{name}.npz", version), start)


def _load(content: bytes, start: str = "") -> dict[str, np.ndarray]:
    """Give the arrays in the bytes of an .npz file; it cannot hold objects."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {n.removeprefix(start): arrays[n] for n in arrays if n.startswith(start)}


def _in_order(arrays: Mapping, start: str = "") -> list[np.ndarray]:
    """Give the arrays whose names are a number, behind `start`, in its order."""
    numbers = [int(key.removeprefix(start)) for key in arrays if key.startswith(start)]
    return [arrays[f"{start}{number}"] for number in sorted(numbers)]


def _known(texts: Mapping, name: str, kind: str):
    """Give an entry, or say which ones there are."""
    if name not in texts:
        raise KeyError(
            f"There is no {kind} {name!r} in the frozen files. Expected one of "
            f"{', '.join(sorted(texts))}."
        )
    return texts[name]
