"""How fast LSTMs were trained: the tables that `make bench` wrote."""

import io
from pathlib import Path

import pandas as pd

from book.data import frozen
from book.folders import DATA

FOLDER = DATA / "benchmarks"
MACHINE = ["cores", "processor", "system", "versions", "date"]
"""The columns of each table that say where, with what and when it was measured."""
_RESTORE = "Restore it with git, or measure it again with `make bench`."


def load(name: str) -> pd.DataFrame:
    """Give a table, without the columns of the machine.

    Args:
        name: one of `book.bench.tables.TABLES`, or "ways_earlier": the file is
            NAME.csv, and data/benchmarks/README.md says what its columns are.

    Raises:
        FileNotFoundError: there is no such table.
        ValueError: the table disagrees with its checksum.
    """
    return _read(name).drop(columns=MACHINE)


def machine(name: str) -> pd.Series:
    """Give where, with what and when a table was measured.

    Args:
        name: as for `load`.

    Raises:
        FileNotFoundError, ValueError: as for `load`.
    """
    return _read(name)[MACHINE].iloc[0]


def write(name: str, table: pd.DataFrame, folder: Path = FOLDER) -> None:
    """Keep a table, whole or not at all, with its checksum.

    Args:
        name: of the table; the file is NAME.csv.
        table: its index is left out; its columns end with those of MACHINE.
        folder: where.

    Raises:
        ValueError: the table has no rows, or doesn't say where it was measured.
    """
    if not len(table) or list(table.columns[-len(MACHINE) :]) != MACHINE:
        raise ValueError(
            f"the table {name!r} has {len(table)} rows and the columns "
            f"{list(table.columns)}; expected rows, and {MACHINE} at the end."
        )
    text = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    frozen.write(folder, {f"{name}.csv": text.encode()})


def keep_earlier(name: str, folder: Path = FOLDER) -> None:
    """Keep a table beside the one that will replace it: as NAME_earlier.csv.

    Args:
        name: of the table; where there is none, nothing is kept.
        folder: where.

    Raises:
        FileNotFoundError, ValueError: as for `load`.
    """
    path = folder / f"{name}.csv"
    if path.exists():
        content = frozen.read(path, _RESTORE)
        frozen.write(folder, {f"{name}_earlier.csv": content})


def _read(name: str) -> pd.DataFrame:
    """Give a table that agrees with its checksum."""
    return pd.read_csv(io.BytesIO(frozen.read(FOLDER / f"{name}.csv", _RESTORE)))
