"""The chapters' notebooks as files: find, read and write them."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from book import atomic
from book.folders import CHAPTERS

IGNORED = "nbval-ignore-output"
"""The tag of a cell whose output is not compared."""

WITHIN_5_PERCENT = "within-5-percent"
"""The tag of a cell that shows what a training gave: decimals may differ by so much."""

CHECKS = "checks"
"""The tag of a section's last cell, which gathers the claims that are not in sight."""


class NotebookError(Exception):
    """A notebook that cannot be found, read or run to its end."""


def chapters(*numbers: str, folder: Path = CHAPTERS) -> list[Path]:
    """Give the chapters' notebooks in order: all, or those that were asked for.

    Args:
        numbers: numbers such as `03`, or whole names such as `05_basic_lstm_cell`.
        folder: where the notebooks lie.

    Raises:
        NotebookError: no notebook has that number or name.
    """
    paths = sorted(folder.glob("*.ipynb"))
    known = ", ".join(path.stem for path in paths) or f"none in {folder.name}/"
    for number in numbers:
        if not any(_is_called(path, number) for path in paths):
            raise NotebookError(
                f"There is no chapter {number!r}. Give a number such as 03 or a "
                f"whole name. The chapters are: {known}."
            )
    if not numbers:
        return paths
    return [p for p in paths if any(_is_called(p, number) for number in numbers)]


def number_of(path: Path) -> str:
    """Give a chapter's number, such as `03`, from its notebook's name."""
    return path.stem.partition("_")[0]


def _is_called(path: Path, number: str) -> bool:
    return number in (path.stem, number_of(path))


def tags(cell: NotebookNode) -> set[str]:
    """Give the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Give the code cells that hold code; empty ones are never run."""
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def read(path: Path) -> NotebookNode:
    """Give the notebook in a file as it stands there, nothing added or changed.

    Raises:
        NotebookError: the file is no notebook of format 4.
    """
    try:
        # nbformat.read would give cells without an id a new random one each time.
        notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
        version = notebook.nbformat
    except (ValueError, AttributeError) as error:
        raise NotebookError(
            f"{path.name} is not a notebook ({error}). "
            "Restore it from the repository, or save it again in JupyterLab."
        ) from error
    if version != 4:
        raise NotebookError(
            f"{path.name} has notebook format {version}; format 4 was expected. "
            "Open it in JupyterLab and save it."
        )
    return notebook


def write(notebook: NotebookNode, path: Path) -> bool:
    """Write a notebook, whole or not at all, and say whether the file changed.

    Raises:
        nbformat.ValidationError: the notebook does not follow the format.
    """
    content = as_text(notebook).encode()
    if path.exists() and path.read_bytes() == content:
        return False
    atomic.write({path: content})
    return True


def as_text(notebook: NotebookNode) -> str:
    """Give a notebook as the text of its file: sorted keys, indent 1, one newline."""
    nbformat.validate(notebook)
    return nbformat.v4.writes(notebook, indent=1).rstrip("\n") + "\n"
