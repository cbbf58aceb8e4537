"""Run the chapters' notebooks and write them in normal form.

Command line: `python -m book.notebooks [CHAPTER ...] [--normalise-only] [--check]`.
"""

import argparse
import sys
from pathlib import Path

import nbformat

from book.notebooks import files, run_times
from book.notebooks.normal_form import normalise
from book.notebooks.running import execute


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
        paths = files.chapters(*options.chapter)
    except files.NotebookError as error:
        print(error, file=sys.stderr)
        return 2
    failures = 0
    for path in paths:
        sound, seconds = _process(path, options.normalise_only, options.check)
        failures += not sound
        if sound and seconds is not None and not options.check:
            run_times.record({path.stem: seconds})
    return 1 if failures else 0


def _process(
    path: Path, normalise_only: bool, check: bool
) -> tuple[bool, float | None]:
    """Run and write one chapter; say if all went well, and the seconds if it ran."""
    print(f"{path.stem:<32}", end=" ", flush=True)
    try:
        if normalise_only:
            notebook, seconds = normalise(files.read(path)), None
        else:
            notebook, seconds = execute(path)
        if check:
            changed = path.read_bytes() != files.as_text(notebook).encode()
        else:
            changed = files.write(notebook, path)
    except (files.NotebookError, nbformat.ValidationError) as error:
        print("failed", flush=True)
        print(error, file=sys.stderr)
        return False, None
    duration = "" if seconds is None else f"{seconds:7.1f} s  "
    state = "unchanged" if not changed else "would change" if check else "changed"
    print(f"{duration}{state}", flush=True)
    return not (check and changed), seconds


if __name__ == "__main__":
    raise SystemExit(main())
