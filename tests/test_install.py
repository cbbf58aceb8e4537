"""The lock installs what it names, whatever has been published since it was made.

A registry that only pretends stands in for the real one: for each locked package, a
wheel of that version with nothing in it but its name and what it asks for; and for each
package that another asks for with an extra, a newer release beside it.
"""

import hashlib
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from book.folders import ROOT
from book.runtime import DISTRIBUTION

LOCK = ROOT / "requirements.lock"
NEWER = "9999"  # a version that every lower bound admits


def locked():
    """Give the requirements of the lock that count for this Python, by name."""
    lines = re.findall(r"(?m)^(\w.*?) \\$", LOCK.read_text("utf-8"))
    requirements = map(Requirement, lines)
    return {
        canonicalize_name(requirement.name): requirement
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate()
    }


def asked(requirement):
    """Give what a locked package asks for, with the extras with which it is locked."""
    for line in metadata.requires(requirement.name) or []:
        other = Requirement(line)
        contexts = [{"extra": extra} for extra in ("", *requirement.extras)]
        if other.marker is None or any(map(other.marker.evaluate, contexts)):
            yield other


def with_extras():
    """Give the extras with which the locked packages ask for others, by name."""
    found = {}
    for requirement in locked().values():
        for other in asked(requirement):
            if other.extras:
                name = canonicalize_name(other.name)
                found.setdefault(name, set()).update(other.extras)
    return found


def wheel(folder, name, version):
    """Write a wheel that holds nothing but its name and what the real one asks for."""
    real = metadata.metadata(name)
    stem = f"{canonicalize_name(name).replace('-', '_')}-{version}"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    for field in ("Requires-Dist", "Provides-Extra"):
        lines += [f"{field}: {value}" for value in real.get_all(field, [])]
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        info = f"{stem}.dist-info"
        file.writestr(f"{info}/METADATA", "\n".join(lines) + "\n")
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        file.writestr(f"{info}/WHEEL", tags)
        file.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """Give a folder of wheels, and the lock with the hashes of those wheels."""
    folder = tmp_path_factory.mktemp("registry")
    lines = []
    for name, requirement in locked().items():
        (pin,) = requirement.specifier
        digest = wheel(folder, name, pin.version)
        extras = (
            f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        )
        lines.append(f"{name}{extras}=={pin.version} --hash=sha256:{digest}\n")
    for name in with_extras():
        wheel(folder, name, NEWER)
    return folder, lines


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Give the Python of a new environment, with the pip that comes with it."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder / "bin" / "python"


def installers(python):
    yield "pip", [python, "-m", "pip", "--isolated", "install"]
    uv = Path(sys.executable).with_name("uv")
    yield "uv", [uv, "pip", "install", "--no-config", "--python", python]


def dry_run(installer, python, registry, lines, tmp_path):
    folder, _ = registry
    lock = tmp_path / "requirements.lock"
    lock.write_text("".join(lines))
    return subprocess.run(
        [
            *dict(installers(python))[installer],
            *("--dry-run", "--no-index", "--find-links", folder),
            *("--require-hashes", "-r", lock),
        ],
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_newer_releases_change_nothing(installer, python, registry, tmp_path):
    done = dry_run(installer, python, registry, registry[1], tmp_path)
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert NEWER not in said
    for name, requirement in locked().items():
        (pin,) = requirement.specifier
        spelled = rf"{name.replace('-', '[-_.]')}(-|==){re.escape(pin.version)}\b"
        assert re.search(spelled, said, re.I), f"{name} {pin.version}: {said}"


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_a_lock_without_a_package_is_refused(installer, python, registry, tmp_path):
    lines = [line for line in registry[1] if not line.startswith("numpy==")]
    done = dry_run(installer, python, registry, lines, tmp_path)
    assert done.returncode != 0
    assert "numpy" in done.stderr


def test_what_is_asked_for_with_an_extra_is_locked_with_it():
    wanted, found = with_extras(), locked()
    assert "coverage" in wanted  # pytest-cov asks for coverage[toml]
    assert {n: extras - found[n].extras for n, extras in wanted.items()} == {
        name: set() for name in wanted
    }


def test_the_lock_names_no_registry():
    assert "://" not in LOCK.read_text("utf-8")


def test_uv_comes_first_by_its_hash(tmp_path):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (script,) = re.findall(r"sed -n '(.*)' requirements\.lock", makefile)
    command = ["sed", "-n", script.replace("$$", "$"), LOCK]
    first, *hashes = subprocess.check_output(command, text=True).splitlines()
    assert re.fullmatch(r"uv==[\d.]+ \\", first)
    assert all(re.fullmatch(r" +--hash=sha256:\w{64}( \\)?", line) for line in hashes)
    assert not hashes[-1].endswith("\\")
    assert not list(asked(locked()["uv"]))  # so any pip can install it


# --- the base dependencies are enough for what the chapters import

WITHOUT_EXTRAS = """
import importlib.metadata, pkgutil, sys
from packaging.utils import canonicalize_name

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in refused:
            raise ModuleNotFoundError(f"{name} is not among the base dependencies")

needed, refused = set(sys.argv[1].split(",")), set()
for module, owners in importlib.metadata.packages_distributions().items():
    if not needed & {canonicalize_name(owner) for owner in owners}:
        refused.add(module)
sys.meta_path.insert(0, Refuse())
from book import runtime
runtime.setup(seed=0)
import book, book.convert, book.data, book.taught
for package in (book, book.convert, book.data, book.taught):
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not found.ispkg:
            print(importlib.import_module(found.name).__name__)
"""


def base():
    """Give the names of all that is installed with the course and no extra."""
    names, new = set(), {(DISTRIBUTION, "")}
    while new:
        names |= new
        found = set()
        for name, extra in new:
            for line in metadata.requires(name) or []:
                other = Requirement(line)
                context = {"extra": extra}
                if other.marker is None or Marker(str(other.marker)).evaluate(context):
                    for wanted in ("", *other.extras):
                        found.add((canonicalize_name(other.name), wanted))
        new = found - names
    return {name for name, _ in names}


def test_what_chapters_and_the_converter_import_needs_the_base_dependencies_only():
    command = [sys.executable, "-c", WITHOUT_EXTRAS, ",".join(base())]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    wanted = "book.figures book.data.mnist book.taught.training book.convert.__main__"
    assert set(wanted.split()) <= set(done.stdout.split())


def test_the_converter_is_a_command_of_the_distribution():
    command = Path(sys.executable).with_name("lstm-convert")
    done = subprocess.run([command, "--help"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "usage: lstm-convert" in done.stdout
    assert "lstm-convert to-keras model.ckpt-1000 model.keras" in done.stdout
