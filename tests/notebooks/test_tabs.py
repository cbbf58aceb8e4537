"""Finding the lines in a chapter's tabs."""

import nbformat.v4
import pytest

from book.notebooks import tabs

TAB = "**{title}**\n\n```python\n{lines}```\n\n"


def notebook(titles, lines="import this\n\nthis.d\n"):
    text = "".join(TAB.format(title=title, lines=lines) for title in titles)
    text = f"Before.\n\n{text}**After**, more.\n\n```python\nelsewhere\n```\n"
    cells = [nbformat.v4.new_markdown_cell(text), nbformat.v4.new_code_cell("1")]
    return nbformat.v4.new_notebook(cells=cells)


def test_the_lines_of_each_tab_are_found():
    found = tabs.of(notebook(tabs.WORLDS.values()))
    assert found == dict.fromkeys(tabs.WORLDS, "import this\n\nthis.d\n")


def test_a_notebook_without_tabs_has_none():
    assert tabs.of(notebook([])) == {}


@pytest.mark.parametrize("titles", [["Keras 3"], 2 * list(tabs.WORLDS.values())])
def test_other_tabs_are_refused(titles):
    with pytest.raises(
        ValueError, match=r"Expected one set of three, titled .*Keras 3"
    ):
        tabs.of(notebook(titles))
