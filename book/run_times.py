"""The page that says how long each chapter runs, kept by `make notebooks`."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from book import notebooks

PAGE = notebooks.CHAPTERS / "run_times.md"
HEADER = "| chapter | seconds |\n|---|---:|\n"
ROW = re.compile(r"\| \[.*\]\((?P<name>\w+)\.ipynb\) \| (?P<seconds>\d+) \|\n")
STEP = 5  # seconds: times are rounded up, so that noise changes no row


def read(page: Path = PAGE) -> dict[str, int]:
    """Give what the page says: a chapter's file name without its end, and its seconds.

    Raises:
        ValueError: the page has no table of run times.
    """
    return {row["name"]: int(row["seconds"]) for row in ROW.finditer(_split(page)[1])}


def record(measured: Mapping[str, float], page: Path = PAGE) -> None:
    """Put new run times on the page; chapters that are gone leave it.

    Args:
        measured: seconds by chapter, each named as its file without the end.
        page: the Markdown page with the table, which lies beside the chapters.

    Raises:
        ValueError: the page has no table of run times.
    """
    before, _, after = _split(page)
    rounded = {name: -(-seconds // STEP) * STEP for name, seconds in measured.items()}
    times = read(page) | rounded
    rows = "".join(
        f"| [{_title(path)}]({path.name}) | {times[path.stem]:.0f} |\n"
        for path in notebooks.chapters(folder=page.parent)
        if path.stem in times
    )
    temporary = page.with_name(f".{page.name}.{os.getpid()}.tmp")
    temporary.write_text(before + HEADER + rows + after, encoding="utf-8")
    temporary.replace(page)


def _split(page: Path) -> tuple[str, str, str]:
    """Give the page as the text before the table, its rows and the text after it."""
    before, header, rest = page.read_text(encoding="utf-8").partition(HEADER)
    if not header:
        raise ValueError(
            f"{page.name} has no table of run times; expected the lines {HEADER!r}. "
            "Restore it from the repository."
        )
    end = 0
    while row := ROW.match(rest, end):
        end = row.end()
    return before, rest[:end], rest[end:]


def _title(path: Path) -> str:
    first = notebooks.read(path).cells[0].source.splitlines()[0]
    return first.removeprefix("# ")
