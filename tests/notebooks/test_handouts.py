"""Copies of the chapters without solutions."""

import nbformat.v4
import pytest

from book.notebooks import files, handouts


def code(source, *tags):
    return nbformat.v4.new_code_cell(
        source, execution_count=1, metadata={"tags": list(tags)}
    )


def notebook(*cells):
    made = nbformat.v4.new_notebook()
    made.cells = list(cells)
    return made


EXERCISE = nbformat.v4.new_markdown_cell("### Exercise 1: add")


def sources(made):
    return [cell.source for cell in made.cells]


def test_a_solution_leaves_one_empty_cell():
    given = notebook(
        code("a"), EXERCISE, code("b", "solution"), code("c", "solution"), code("d")
    )
    before = files.as_text(given)
    made = handouts.without_solutions(given)
    assert sources(made) == ["a", EXERCISE.source, "", "d"]
    assert made.cells[2].execution_count is None
    assert files.as_text(given) == before


@pytest.mark.parametrize("empty_first", [True, False])
def test_a_cell_to_try_in_that_is_there_is_enough(empty_first):
    pair = [code(""), code("b", "solution")]
    given = notebook(EXERCISE, *(pair if empty_first else pair[::-1]), EXERCISE)
    assert sources(handouts.without_solutions(given)) == [
        EXERCISE.source,
        "",
        EXERCISE.source,
    ]


def test_the_command_copies_what_it_is_asked_for(tmp_path, capsys):
    folder = tmp_path / "new" / "folder"
    chapter = files.chapters("05")[0]
    before = chapter.read_bytes()
    assert handouts.main([str(folder), "05"]) == 0
    assert f"without solutions to {folder}/:\n{chapter.name}" in capsys.readouterr().out
    [copied] = folder.iterdir()
    assert copied.name == chapter.name
    assert chapter.read_bytes() == before
    kept = files.read(copied).cells
    all_cells = files.read(chapter).cells
    hidden = [c.source for c in all_cells if handouts.SOLUTION in files.tags(c)]
    assert len(hidden) >= 3
    assert not set(hidden) & {cell.source for cell in kept}
    rest = [c for c in all_cells if handouts.SOLUTION not in files.tags(c)]
    assert [c for c in kept if c.source.strip()] == [c for c in rest if c.source]


def test_all_are_copied_or_none(tmp_path):
    sound = tmp_path / "01_sound.ipynb"
    files.write(notebook(code("a")), sound)
    broken = tmp_path / "02_broken.ipynb"
    broken.write_text("{")
    folder = tmp_path / "copies"
    with pytest.raises(files.NotebookError, match=r"02_broken\.ipynb"):
        handouts.write(folder, [sound, broken])
    assert not folder.exists()


def test_the_chapters_are_never_replaced(tmp_path, capsys):
    before = {path: path.read_bytes() for path in files.chapters()}
    assert handouts.main([str(handouts.CHAPTERS)]) == 2
    assert "Name another folder" in capsys.readouterr().err
    assert handouts.main([str(tmp_path), "99"]) == 2
    assert "There is no chapter '99'" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in files.chapters()} == before
    assert list(tmp_path.iterdir()) == []
