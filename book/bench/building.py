"""How long the site takes to build, from nothing and after a change; and the checks."""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pandas as pd

from book.folders import ROOT

LEFT_OUT = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info")
CHANGED = "chapters/03_lstm_from_scratch.ipynb"
COMMAND = Path(sysconfig.get_path("scripts"), "jupyter-book")
OPTIONS = ("-W", "-n", "--keep-going", "-q")
"""As `make book` builds."""
CHECK = (sys.executable, "-m", "pytest", "--nbval", "-q", "chapters")
"""Every chapter runs, as many at once as there are cores, and is compared."""


class CommandFailed(ValueError):
    """A command failed in the copy; the message ends with what it said."""


def timed(command: list, course: Path) -> float:
    """Run a command in a copy of the course; give the seconds.

    Raises:
        CommandFailed: it fails.
    """
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(course)},  # the copy's own extensions
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        raise CommandFailed(f"{Path(command[0]).name} failed in {course}:\n{said}")
    return time.perf_counter() - start


def build(course: Path) -> float:
    """Build a copy of the course; give the seconds.

    Raises:
        CommandFailed: it doesn't build.
    """
    return timed([COMMAND, "build", course, *OPTIONS], course)


def change(notebook: Path, number: int) -> None:
    """Change a sentence of a notebook, as an author would."""
    text = notebook.read_text(encoding="utf-8")
    heading = '**You will learn**\\n"'
    if heading not in text:
        raise ValueError(f"{notebook} has no {heading}: name another in CHANGED.")
    new = heading.replace("learn", f"learn {number}")
    notebook.write_text(text.replace(heading, new, 1), encoding="utf-8")


def measure(rounds: int, folder: Path, root: Path = ROOT) -> pd.DataFrame:
    """Build a copy of the course from nothing, and again after a chapter has changed.

    Args:
        rounds: how often.
        folder: an empty one, for the copy.
        root: the course.

    Returns:
        A row for each of the two: what, and seconds, low and high (median, least and
        greatest).

    Raises:
        CommandFailed: the site doesn't build.
    """
    course = copied(root, folder)
    original = (course / CHANGED).read_bytes()
    found = {"from nothing": [], "one chapter changed": []}
    for number in range(rounds):
        shutil.rmtree(course / "_build", ignore_errors=True)
        (course / CHANGED).write_bytes(original)
        found["from nothing"].append(build(course))
        change(course / CHANGED, number)
        found["one chapter changed"].append(build(course))
    table = pd.DataFrame(found)
    columns = {"seconds": table.median(), "low": table.min(), "high": table.max()}
    return pd.DataFrame(columns).rename_axis("what").reset_index()


def check(folder: Path, chapters: str = "all", root: Path = ROOT) -> pd.DataFrame:
    """Run the chapters of a copy of the course, and compare what they give.

    Args:
        folder: an empty one, for the copy.
        chapters: "all", or "quick", those that take under a minute.
        root: the course.

    Returns:
        One row: what, and seconds.

    Raises:
        CommandFailed: a chapter gives something else.
    """
    command = [*CHECK, f"--chapters={chapters}"]
    seconds = timed(command, copied(root, folder))
    return pd.DataFrame({"what": [f"{chapters} chapters"], "seconds": [seconds]})


def copied(root: Path, folder: Path) -> Path:
    """Copy a course without what was built and hidden; say where the copy is."""
    return shutil.copytree(root, folder / "course", ignore=LEFT_OUT)
