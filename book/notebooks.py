"""Run the chapters' notebooks and write them in one normal form.

A notebook holds its outputs, and they are compared when the tests run. So that a
re-run with the same results changes no line of the file, everything that differs
from run to run or from editor to editor is left out of it.

Command line: `python -m book.notebooks [CHAPTER ...] [--normalise-only] [--check]`.
"""

import argparse
import copy
import hashlib
import os
import re
import sys
import time
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
KERNELSPEC = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}
IGNORED = "nbval-ignore-output"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_TIMEOUT = 1800  # seconds

VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class NotebookError(Exception):
    """A notebook that cannot be found, read or run to its end."""


class Run(NamedTuple):
    """What running a notebook gave: the notebook in normal form, and its seconds."""

    notebook: NotebookNode
    seconds: float


def chapters(*numbers: str, folder: Path = CHAPTERS) -> list[Path]:
    """Give the chapters' notebooks in order: all, or those that were asked for.

    Args:
        numbers: numbers such as `03`, or whole names such as `03_basic_lstm_cell`.
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


def _is_called(path: Path, number: str) -> bool:
    return number in (path.stem, path.stem.partition("_")[0])


def tags(cell: NotebookNode) -> set[str]:
    """Give the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Give the code cells that hold code; empty ones are never run."""
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def read(path: Path) -> NotebookNode:
    """Give the notebook in a file as it stands there, nothing added or mended.

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
    text = as_text(notebook)
    if path.exists() and path.read_bytes() == text.encode():
        return False
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(text.encode())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def as_text(notebook: NotebookNode) -> str:
    """Give a notebook as the text of its file: sorted keys, indent 1, one newline."""
    nbformat.validate(notebook)
    return nbformat.v4.writes(notebook, indent=1).rstrip("\n") + "\n"


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Give a copy of a notebook that holds only what a reader or a test needs.

    - Metadata: the kernel's name for the notebook, sorted tags for a cell, the
      alternative text for an image.
    - Ids of cells: kept where valid and unique, else made from the cell's source.
    - Outputs: consecutive pieces of one stream joined, overwritten lines and
      widgets gone. No progress bars (stderr) in a cell whose output is not compared.
    - Tracebacks: only the frames in the notebook's own cells, since the others name
      files of the machine.
    """
    notebook = copy.deepcopy(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC})
    taken = set()
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(
            {"tags": sorted(tags(cell))} if tags(cell) else {}
        )
        cell.id = _identify(cell, taken)
        taken.add(cell.id)
        if cell.cell_type == "code":
            if not cell.source.strip():
                cell.execution_count, cell.outputs = None, []
            cell.outputs = _normalise_outputs(cell)
    return notebook


def _identify(cell: NotebookNode, taken: set[str]) -> str:
    present = cell.get("id")
    if (
        isinstance(present, str)
        and VALID_ID.fullmatch(present)
        and present not in taken
    ):
        return present
    base = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


def _normalise_outputs(cell: NotebookNode) -> list[NotebookNode]:
    kept = []
    for output in cell.outputs:
        if output.output_type == "stream":
            if output.name == "stderr" and IGNORED in tags(cell):
                continue
            last = kept[-1] if kept else {}
            if last.get("output_type") == "stream" and last.name == output.name:
                last.text += output.text
                continue
        elif output.output_type == "error":
            output.traceback = [t for t in output.traceback if not _is_elsewhere(t)]
        else:
            if WIDGET_VIEW in output.data:
                continue
            output.metadata = nbformat.from_dict(
                {
                    kind: {"alt": value["alt"]}
                    for kind, value in output.metadata.items()
                    if kind.startswith("image/") and "alt" in value
                }
            )
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
        kept.append(output)
    for output in kept:
        if output.output_type == "stream":
            output.text = OVERWRITTEN.sub("", output.text)
    return kept


def _is_elsewhere(frame: str) -> bool:
    """Tell whether a frame of a traceback lies in a file, not in a cell."""
    return COLOUR.sub("", frame).lstrip().startswith("File ")


def execute(path: Path, timeout: float = CELL_TIMEOUT) -> Run:
    """Run a notebook in a new kernel and give it in normal form; the file stays.

    The kernel starts in the notebook's own folder, as in JupyterLab and in nbval.

    Args:
        path: the notebook.
        timeout: seconds that a cell may take.

    Raises:
        NotebookError: a cell fails, takes too long or ends the kernel. It names the
            notebook, the cell by the number that it has in JupyterLab, the first
            line of the cell and the error.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import (
        CellExecutionError,
        CellTimeoutError,
        DeadKernelError,
    )

    notebook = normalise(read(path))
    for cell in code_cells(notebook):
        cell.execution_count, cell.outputs = None, []
    begun = []
    client = NotebookClient(
        notebook,
        kernel_name=KERNELSPEC["name"],
        timeout=timeout,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # no warning that it runs locally
        resources={"metadata": {"path": str(path.resolve().parent)}},
        on_cell_execute=lambda cell, cell_index: begun.append(cell),
    )
    start = time.perf_counter()
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        if isinstance(error, CellExecutionError):
            reason = f"{error.ename}: {error.evalue}"
        elif isinstance(error, CellTimeoutError):
            reason = f"it took more than {timeout:g} seconds"
        else:
            reason = "the kernel died"
        first_line = begun[-1].source.strip().splitlines()[0]
        raise NotebookError(
            f"{path.stem}, cell {len(begun)} ({first_line}): {reason}. The file is "
            "unchanged. Run the chapter in JupyterLab up to that cell and mend it."
        ) from error
    return Run(normalise(notebook), time.perf_counter() - start)


def main(arguments: list[str] | None = None) -> int:
    """Run and normalise chapters from the command line; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m book.notebooks",
        description="Run the chapters and write them in normal form.",
    )
    parser.add_argument(
        "chapter", nargs="*", help="a number such as 03 (default: every chapter)"
    )
    parser.add_argument("--normalise-only", action="store_true", help="do not run them")
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail where a file would change",
    )
    options = parser.parse_args(arguments)
    try:
        paths = chapters(*options.chapter, folder=CHAPTERS)
    except NotebookError as error:
        print(error, file=sys.stderr)
        return 2
    from book import run_times

    page, failures = CHAPTERS / "run_times.md", 0
    for path in paths:
        sound, seconds = _process(path, options.normalise_only, options.check)
        failures += not sound
        if sound and seconds is not None and page.exists() and not options.check:
            run_times.record({path.stem: seconds}, page)
    return 1 if failures else 0


def _process(
    path: Path, normalise_only: bool, check: bool
) -> tuple[bool, float | None]:
    """Run and write one chapter; say if all went well, and the seconds if it ran."""
    print(f"{path.stem:<32}", end=" ", flush=True)
    try:
        if normalise_only:
            notebook, seconds = normalise(read(path)), None
        else:
            notebook, seconds = execute(path)
        if check:
            changed = path.read_bytes() != as_text(notebook).encode()
        else:
            changed = write(notebook, path)
    except (NotebookError, nbformat.ValidationError) as error:
        print("failed", flush=True)
        print(error, file=sys.stderr)
        return False, None
    duration = "" if seconds is None else f"{seconds:7.1f} s  "
    state = "unchanged" if not changed else "would change" if check else "changed"
    print(f"{duration}{state}", flush=True)
    return not (check and changed), seconds


if __name__ == "__main__":
    raise SystemExit(main())
