"""What several test files share: small notebooks, and runs of nbval."""

import importlib.util
import os
import subprocess
import sys
from xml.etree import ElementTree

import nbformat.v4
import pytest

from book.folders import ROOT
from book.notebooks import files


@pytest.fixture(scope="session")
def script():
    """Give a script of data/ as a module."""

    def load(name):
        path = ROOT / "data" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def save(tmp_path):
    """Write a notebook of the given cells and give its path.

    A cell is its source, or a pair of its source and its tags.
    """

    def write(*cells, name="01_small.ipynb"):
        notebook = nbformat.v4.new_notebook()
        for number, cell in enumerate(cells):
            source, tags = (cell, []) if isinstance(cell, str) else cell
            notebook.cells.append(
                nbformat.v4.new_code_cell(
                    source, id=f"cell-{number}", metadata={"tags": tags}
                )
            )
        path = tmp_path / name
        files.write(notebook, path)
        return path

    return write


@pytest.fixture
def nbval(tmp_path):
    """Run nbval as this project sets it up; give each code cell's failure or None."""

    def run(path):
        report = tmp_path / "report.xml"
        process = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "--nbval", "--numprocesses=0"),
                *("-c", ROOT / "pyproject.toml", "--rootdir", ROOT),
                *("-p", "no:cacheprovider", "--color=no", f"--junitxml={report}"),
                path,
            ],
            cwd=tmp_path,
            env={k: v for k, v in os.environ.items() if k != "PYTEST_ADDOPTS"},
            capture_output=True,
            text=True,
        )
        assert report.exists(), process.stdout + process.stderr
        outcomes = {}
        for case in ElementTree.parse(report).iter("testcase"):
            number = int(case.get("name").removeprefix("Cell "))
            failures = [child for child in case if child.tag != "system-out"]
            outcomes[number] = "".join(f.text for f in failures) or None
        assert (process.returncode != 0) == any(outcomes.values()), process.stdout
        return outcomes, process.stdout

    return run
