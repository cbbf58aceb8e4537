"""The old lines that the chapter of recipes shows are those that TensorFlow 1 ran."""

import re

import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

from book.data import tf1
from book.notebooks import blocks, files

(PATH,) = files.chapters("24b_recipes")
SHOWN = blocks.of(files.read(PATH))


def test_each_recipe_with_old_lines_ran():
    assert tf1.recipes() == sorted(SHOWN), "make oracle PARTS=recipes"


@pytest.mark.parametrize("title", SHOWN)
@pytest.mark.parametrize("version", tf1.VERSIONS)
def test_tensorflow_1_ran_the_lines_that_are_shown(title, version):
    ran = tf1.recipe(title, version).lines
    assert ran == SHOWN[title], "make oracle PARTS=recipes"


def test_no_old_number_is_typed_into_the_chapter():
    """What TensorFlow 1 gave is read from its frozen files."""
    code = "\n".join(cell.source for cell in files.code_cells(files.read(PATH)))
    assert re.findall(r".*\d\.\d{5}.*", code) == []
