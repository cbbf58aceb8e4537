"""The normal form of a notebook.

A notebook holds its outputs, and they are compared when the tests run. So that a
re-run with the same results changes no line of the file, everything that differs
from run to run or from editor to editor is left out of it.
"""

import copy
import hashlib
import re

import nbformat
from nbformat import NotebookNode

from book.notebooks.files import CHECKS, IGNORED, tags

KERNELSPEC = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}
CLOSED = {
    "source_hidden": {"solution", "hide-cell", "hide-input", CHECKS},
    "outputs_hidden": {"solution", "hide-cell", "hide-output", CHECKS},
}
"""What JupyterLab closes in a cell, and the tags that ask for it."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
IMAGE_KEYS = ["alt", "keep_colours"]  # of an image's metadata: what figures.show writes

VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)
PROGRESS = re.compile(
    r"[^\r\n]*\[[^\r\n]*(/s|s/\w+)\b[^\r\n]*\]"
)  # "5/9 [00:01, 4.9it/s]"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Give a copy of a notebook that holds only what a reader or a test needs.

    - Metadata: the kernel's name for the notebook; for a cell its sorted tags, and
      what JupyterLab closes because of them; for an image the alternative text, and
      whether its colours are values.
    - Ids of cells: kept where valid and unique, else made from the cell's source.
    - Outputs: consecutive pieces of one stream joined; overwritten lines, widgets and
      progress bars gone, and all of stderr in a cell whose output is not compared.
    - Tracebacks: only the frames in the notebook's own cells, since the others name
      files of the machine.
    """
    notebook = copy.deepcopy(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC})
    taken = set()
    for cell in notebook.cells:
        cell.metadata = _metadata(cell)
        cell.id = _identify(cell, taken)
        taken.add(cell.id)
        if cell.cell_type == "code":
            if not cell.source.strip():
                cell.execution_count, cell.outputs = None, []
            cell.outputs = _normalise_outputs(cell)
    return notebook


def is_progress(output: NotebookNode) -> bool:
    """Tell whether an output is a piece of stderr with progress bars only."""
    if output.output_type != "stream" or output.name != "stderr":
        return False
    lines = [line for line in re.split(r"[\r\n]+", output.text) if line.strip()]
    return all(PROGRESS.fullmatch(line.strip()) for line in lines)


def _metadata(cell: NotebookNode) -> NotebookNode:
    kept = {"tags": sorted(tags(cell))} if tags(cell) else {}
    closed = {part: True for part, when in CLOSED.items() if when & tags(cell)}
    if closed and cell.cell_type == "code":
        kept["jupyter"] = closed
    return nbformat.from_dict(kept)


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
            if is_progress(output):
                continue
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
                    kind: {key: value[key] for key in IMAGE_KEYS if key in value}
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
