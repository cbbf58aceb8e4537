"""Run our scripts on TensorFlow 1 and keep what it gave: `make oracle`.

    python data/make_tf1.py [PART …]

TensorFlow 1.4.1 needs Python 3.6, and 1.15.5 Python 3.7. Each is installed into an
environment of its own under .oracle/, from a list with hashes in data/oracle/. Nothing
else in this project needs them: the chapters and their tests read what is kept in
data/tf1/. Without PART, all parts are run; data/tf1/README.md says what they are.
"""

import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from book.data import frozen, mnist, tf1
from book.folders import ROOT
from book.notebooks import blocks, files, tabs

SCRIPTS = ROOT / "data" / "oracle"
ENVIRONMENTS = ROOT / ".oracle"
PYTHONS = {"1.4.1": "3.6", "1.15.5": "3.7"}  # the newest that each TensorFlow has
LISTS = {"1.4.1": "tf1.4.txt", "1.15.5": "tf1.15.txt"}
SHORT = {  # parts of some seconds, of both versions, and the files that they write
    "api": ("api.npz", "api.json"),
    "interfaces": ("parameters.json", "mistakes.json"),
    "tabs": ("tabs.json",),
    "checkpoints": ("checkpoints.zip", "checkpoints.json", "graphs.zip", "graphs.json"),
    "scripts": ("scripts.zip", "scripts.json"),
    "recipes": ("recipes.json", "recipes.npz"),
}
RECIPES = "24b"  # the chapter
LONG = ("e1", "e2", "e3", "e4", "e5", "e6")  # trainings, of 1.4.1 alone
ON_IMAGES = ("e4", "e5", "e6")
SAVED = {"trained": ("trained.zip", "trained.json")}  # e6 of seed 0, as a checkpoint
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTHONHASHSEED": "0",  # the order of sets, and so of what they write
    "PYTHONDONTWRITEBYTECODE": "1",
}


class MissingPython(Exception):
    """A Python that TensorFlow 1 needs is not on this machine."""


def find_python(version: str, named: str | None = None) -> str:
    """Give the command of a Python.

    Args:
        version: such as "3.6".
        named: the command to take; None to look among the names and pyenv's.

    Raises:
        MissingPython: there is none, or the one that was named is another.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    known = [f"python{version}", *map(str, installed)]
    for command in [named] if named else known:
        if _version_of(command) == version:
            return command
    where = f"{named} is not" if named else f"Neither python{version} nor pyenv gives"
    raise MissingPython(
        f"{where} a Python {version}, which TensorFlow 1 needs. Nothing else does: the "
        "course reads the frozen files in data/tf1/."
    )


def _version_of(command: str) -> str | None:
    """Give a Python's version as "3.6", or None if the command is no Python."""
    if not shutil.which(command):
        return None
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    told = subprocess.run([command, "-c", code], capture_output=True, text=True)
    return told.stdout.strip() if told.returncode == 0 else None


def environment(version: str, named: str | None = None) -> Path:
    """Give the Python of an environment that has a TensorFlow 1; make it if need be.

    Args:
        version: "1.4.1" or "1.15.5".
        named: the Python to make it with, as for `find_python`.

    Raises:
        MissingPython: as `find_python` raises it.
        RuntimeError: the packages can't be installed; with what pip says.
    """
    wanted = SCRIPTS / LISTS[version]
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()[:8]
    folder = ENVIRONMENTS / f"{version}-{digest}"
    python = folder / "bin" / "python"
    if named or not python.exists():
        base = find_python(PYTHONS[version], named)
    if python.exists():
        return python
    ENVIRONMENTS.mkdir(exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="new-", dir=ENVIRONMENTS))
    try:
        subprocess.run([base, "-m", "venv", made], check=True)
        install = ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        told = subprocess.run(
            [made / "bin" / "python", *install, "-r", wanted],
            capture_output=True,
            text=True,
        )
        if told.returncode != 0:
            raise RuntimeError(
                f"pip could not install TensorFlow {version}:\n{told.stderr}"
            )
        made.rename(folder)  # whole, or not there
    except OSError:
        if not python.exists():  # else another process made it meanwhile
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return python


def call(python: Path, script: str, *arguments: object) -> None:
    """Run a script of data/oracle/ on TensorFlow 1.

    Raises:
        RuntimeError: it fails; with what it says.
    """
    # Today's TensorFlow sets TF2_BEHAVIOR, which 1.15 would follow.
    given = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "TF"))}
    told = subprocess.run(
        [python, "-W", "ignore", f"{script}.py", *map(str, arguments)],
        cwd=SCRIPTS,  # so that messages name a script without a path
        env=given | QUIET,
        capture_output=True,
        text=True,
    )
    if told.returncode != 0:
        given = " ".join(map(str, arguments))
        raise RuntimeError(f"{script}.py {given} failed:\n{told.stderr}")


def run_short(part: str, python: Path, out: Path) -> None:
    """Run one of SHORT's parts and leave its files in a folder."""
    arguments = []
    if part in LINES:
        arguments = [out / "lines.json"]
        arguments[0].write_text(json.dumps(LINES[part]()))
    call(python, part, *arguments, out)


def lines_of_tabs() -> dict[str, str]:
    """Give the lines of each chapter's first tab, by the chapter's number."""
    sets = {
        files.number_of(path): tabs.of(files.read(path)) for path in files.chapters()
    }
    return {chapter: found["tf1"] for chapter, found in sets.items() if found}


def lines_of_recipes() -> dict[str, str]:
    """Give the old lines of each recipe, by its title."""
    (path,) = files.chapters(RECIPES)
    return blocks.of(files.read(path))


LINES = {"tabs": lines_of_tabs, "recipes": lines_of_recipes}  # by part


def train(name: str, seed: int, python: Path, out: Path, epochs: int = 0) -> bytes:
    """Train a worked example and give the file that it wrote.

    Args:
        name: one of LONG.
        seed: of the initial weights.
        python: as `environment` gives it.
        out: a folder to work in; "e3" finds the file of "e2" there or in data/tf1/.
        epochs: 0 for the article's.
    """
    file = out / f"{name}-{seed}.npz"
    more = []
    if name in ON_IMAGES:
        more.append(_images(out))
    if name == "e3":
        made = out / f"e2-{seed}.npz"
        kept = tf1.FOLDER / tf1.ARTICLES / f"e2-{seed}.npz"
        more += ["--start", made if made.exists() else kept]
    if epochs:
        more += ["--epochs", epochs]
    call(python, "worked_examples", name, seed, file, *more)
    return file.read_bytes()


def save_trained(python: Path, out: Path) -> dict[str, bytes]:
    """Save the trained e6 as a checkpoint and give the files that hold it, by name.

    Args:
        python: as `environment` gives it.
        out: a folder to work in; the training is found there or in data/tf1/.
    """
    made = out / "e6-0.npz"
    kept = tf1.FOLDER / tf1.ARTICLES / made.name
    call(python, "trained", made if made.exists() else kept, _images(out), out)
    return {name: (out / name).read_bytes() for name in SAVED["trained"]}


@functools.cache
def _images(out: Path) -> Path:
    """Write MNIST's images where the scripts can read them."""
    path = out / "mnist.npz"
    part = out / "part.npz"
    data = mnist.load()
    np.savez(part, x_train=data.x_train, y_train=data.y_train, x_test=data.x_test)
    return part.rename(path)


def main(arguments: list[str] | None = None) -> None:
    """Run the script; see the top of this file.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = [*SHORT, *LONG, *SAVED]
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(known))
    parser.add_argument("--python36", metavar="COMMAND", help="a Python 3.6")
    parser.add_argument("--python37", metavar="COMMAND", help="a Python 3.7")
    given = parser.parse_args(arguments)
    if unknown := set(given.parts) - set(known):
        parser.error(f"no such part: {', '.join(sorted(unknown))}. There are: {known}")
    parts = given.parts or known
    named = {"1.4.1": given.python36, "1.15.5": given.python37}
    try:
        pythons = {v: environment(v, named[v]) for v in tf1.VERSIONS}
    except MissingPython as error:
        sys.exit(str(error))
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for version, python in pythons.items():
            made = _run(version, python, parts, Path(folder))
            changed = _changed(tf1.FOLDER / version, made)
            frozen.write(tf1.FOLDER / version, made)
            print(f"{version}: {len(made)} files; changed: {changed or 'none'}")
    print(f"{(time.monotonic() - start) / 60:.0f} minutes")


def _run(version: str, python: Path, parts: list[str], folder: Path) -> dict:
    """Run parts on one version and give the contents of their files, by name."""
    made = {}
    out = folder / version
    out.mkdir()
    for part in [part for part in SHORT if part in parts]:
        run_short(part, python, out)
        made |= {name: (out / name).read_bytes() for name in SHORT[part]}
        print(f"{version}: {part}")
    if version != tf1.ARTICLES:
        return made
    if not set(parts).isdisjoint(ON_IMAGES):
        _images(out)  # once, before several trainings ask for them
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for names in ([n for n in LONG if n != "e3"], ["e3"]):  # e3 starts from e2
            tasks = {
                f"{name}-{seed}.npz": pool.submit(train, name, seed, python, out)
                for name in reversed(names)  # the longest first
                if name in parts
                for seed in tf1.SEEDS
            }
            for name, task in tasks.items():
                made[name] = task.result()
                print(f"{version}: {name}")
    if "trained" in parts:
        made |= save_trained(python, out)
        print(f"{version}: trained")
    return made


def _changed(folder: Path, made: dict[str, bytes]) -> list[str]:
    """Give the names of the files that were there before and were others."""
    before = {name: folder / name for name in made if (folder / name).exists()}
    return [name for name, path in before.items() if path.read_bytes() != made[name]]


if __name__ == "__main__":
    main()
