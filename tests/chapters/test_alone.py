"""A chapter that was downloaded alone says what it needs."""

import subprocess
import sys

from book.notebooks import files

ALONE = """
import sys
from IPython.core.interactiveshell import InteractiveShell

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "book":
            raise ModuleNotFoundError("No module named 'book'")

sys.meta_path.insert(0, Refuse())
InteractiveShell.instance(colors="nocolor").run_cell(sys.argv[1])
"""


def test_without_the_course_the_first_cell_says_what_to_do():
    first = files.code_cells(files.read(files.chapters()[0]))[0].source
    command = [sys.executable, "-c", ALONE, first]
    said = subprocess.run(command, capture_output=True, text=True).stdout
    assert "No module named 'book'" in said.splitlines()[-1]
    assert "get the whole course" in said
