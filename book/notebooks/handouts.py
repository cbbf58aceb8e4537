"""Copies of the chapters to hand out: without solutions.

Command line: `python -m book.notebooks.handouts FOLDER [CHAPTER ...]`, or
`make handouts`. The chapters themselves are only read.
"""

import argparse
import copy
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from book import atomic
from book.folders import CHAPTERS
from book.notebooks import files

SOLUTION = "solution"
"""The tag of a cell that solves the exercise above it."""


def without_solutions(notebook: NotebookNode) -> NotebookNode:
    """Give a copy of a notebook with an empty cell where each solution stood.

    A solution of several cells in a row leaves one empty cell; where the notebook has
    an empty cell there already, it leaves none. All else is as it was, outputs too.
    """
    notebook = copy.deepcopy(notebook)
    kept: list[NotebookNode] = []
    solved = False  # whether a solution was just left out
    for cell in notebook.cells:
        if SOLUTION in files.tags(cell):
            if not (solved or (kept and _is_empty(kept[-1]))):
                kept.append(_empty_in_place_of(cell))
            solved = True
        elif not (solved and _is_empty(cell)):
            kept.append(cell)
            solved = False
    notebook.cells = kept
    return notebook


def _is_empty(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and not cell.source.strip()


def _empty_in_place_of(cell: NotebookNode) -> NotebookNode:
    return nbformat.from_dict(
        {
            "cell_type": "code",
            "id": cell.id,
            "metadata": {},
            "source": "",
            "execution_count": None,
            "outputs": [],
        }
    )


def write(folder: Path, paths: list[Path]) -> None:
    """Write copies of chapters without solutions: all of them, or none.

    Args:
        folder: where the copies go, under the chapters' names; made if missing.
        paths: the chapters' notebooks.

    Raises:
        ValueError: the folder is one that a chapter lies in.
        NotebookError: a chapter can't be read.
        OSError: a copy can't be written.
    """
    if folder.resolve() in {path.resolve().parent for path in paths}:
        raise ValueError(
            f"The copies would replace the chapters in {folder}. Name another folder."
        )
    copies = {
        folder / path.name: files.as_text(without_solutions(files.read(path))).encode()
        for path in paths
    }
    folder.mkdir(parents=True, exist_ok=True)
    atomic.write(copies)


def main(arguments: list[str] | None = None) -> int:
    """Write the copies that the command line asks for; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m book.notebooks.handouts",
        description="Copy the chapters to a folder, without solutions.",
    )
    parser.add_argument("folder", type=Path, help="where the copies go")
    parser.add_argument(
        "chapter", nargs="*", help="a number such as 03 (default: every chapter)"
    )
    options = parser.parse_args(arguments)
    try:
        paths = files.chapters(*options.chapter, folder=CHAPTERS)
        write(options.folder, paths)
    except (files.NotebookError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Copied without solutions to {options.folder}/:")
    print(*(path.name for path in paths), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
