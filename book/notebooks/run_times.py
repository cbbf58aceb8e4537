"""How long each chapter runs: kept in data/run_times.csv by `make notebooks`.

The site shows them, and the checks begin with the chapters that take longest.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from book import atomic
from book.folders import CHAPTERS, DATA

TABLE = DATA / "run_times.csv"
UNROLLED = DATA / "run_times_unrolled.csv"
"""As TABLE had chapters 16 and 17 when their steps were unrolled."""
STEP = 5  # seconds: times are rounded up, so that noise changes no row
COLUMNS = ["chapter", "seconds"]


def read(table: Path = TABLE) -> dict[str, int]:
    """Give the seconds of each chapter, named as its file without the end.

    Raises:
        ValueError: the file has other columns.
    """
    rows = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))
    if rows[:1] != [COLUMNS]:
        raise ValueError(
            f"{table.name} begins with {rows[:1]}; expected the columns {COLUMNS}. "
            "Restore it from the repository."
        )
    return {chapter: int(seconds) for chapter, seconds in rows[1:]}


def record(
    measured: Mapping[str, float], table: Path = TABLE, chapters: Path = CHAPTERS
) -> None:
    """Put new run times into the table; chapters that are gone leave it.

    Args:
        measured: seconds by chapter, each named as its file without the end.
        table: the CSV file.
        chapters: the folder of the notebooks.

    Raises:
        ValueError: the file has other columns.
    """
    rounded = {name: -(-seconds // STEP) * STEP for name, seconds in measured.items()}
    times = read(table) | {name: int(seconds) for name, seconds in rounded.items()}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        row for row in sorted(times.items()) if (chapters / f"{row[0]}.ipynb").exists()
    )
    atomic.write({table: text.getvalue().encode()})
