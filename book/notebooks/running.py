"""Running the chapters' notebooks."""

import time
from pathlib import Path
from typing import NamedTuple

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from book.notebooks.files import NotebookError, code_cells, read
from book.notebooks.normal_form import KERNELSPEC, normalise

CELL_TIMEOUT = 1800  # seconds


class Run(NamedTuple):
    """What running a notebook gave: the notebook in normal form, and its seconds."""

    notebook: NotebookNode
    seconds: float


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
            "unchanged. Run the chapter in JupyterLab up to that cell and fix it."
        ) from error
    return Run(normalise(notebook), time.perf_counter() - start)
