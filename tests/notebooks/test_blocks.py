"""Finding the blocks of Python in a chapter's prose."""

import nbformat.v4

from book.notebooks import blocks


def notebook(*texts):
    cells = [nbformat.v4.new_markdown_cell(text) for text in texts]
    cells.insert(1, nbformat.v4.new_code_cell("# not prose"))
    return nbformat.v4.new_notebook(cells=cells)


def block(*lines, kind="python"):
    return "\n".join([f"```{kind}", *lines, "```"])


def test_a_section_has_the_lines_of_all_its_blocks():
    first = f"# A\n\nText.\n\n## B\n\n{block('one')}\n\nMore."
    second = f"Go on.\n\n{block('two', '', 'three')}\n"
    assert blocks.of(notebook(first, second)) == {"B": "one\n\ntwo\n\nthree\n"}


def test_each_section_has_its_own():
    found = blocks.of(notebook(*(f"### {title}\n\n{block(title)}" for title in "BA")))
    assert list(found.items()) == [("B", "B\n"), ("A", "A\n")]


def test_a_comment_is_no_heading():
    text = f"## B\n\n{block('# C')}\n\n{block('two')}"
    assert blocks.of(notebook(text)) == {"B": "# C\n\ntwo\n"}


def test_other_blocks_and_none_give_nothing():
    text = f"# A\n\n{block('ls', kind='bash')}\n\n{block('plain', kind='')}"
    assert blocks.of(notebook(text)) == {}
    assert blocks.of(notebook("# A")) == {}
