import pytest

from book import notebooks, run_times

TABLE = f"# Times\n\nBefore.\n\n{run_times.HEADER}\nAfter.\n"


@pytest.fixture
def page(save, tmp_path):
    for name in ("01_one", "02_two"):
        path = save("1 + 1", name=f"{name}.ipynb")
        notebook = notebooks.read(path)
        title = notebooks.nbformat.v4.new_markdown_cell(f"# {name}: a title\n\nMore.")
        notebook.cells.insert(0, title)
        notebooks.write(notebook, path)
    page = tmp_path / "run_times.md"
    page.write_text(TABLE, encoding="utf-8")
    return page


def test_times_are_rounded_up_and_kept_in_the_chapters_order(page):
    run_times.record({"02_two": 61.2}, page)
    run_times.record({"01_one": 5.0}, page)
    assert run_times.read(page) == {"01_one": 5, "02_two": 65}
    assert page.read_text(encoding="utf-8") == TABLE.replace(
        run_times.HEADER,
        run_times.HEADER
        + "| [01_one: a title](01_one.ipynb) | 5 |\n"
        + "| [02_two: a title](02_two.ipynb) | 65 |\n",
    )


def test_a_new_time_replaces_the_old_and_leaves_the_rest(page):
    run_times.record({"01_one": 10, "02_two": 20}, page)
    run_times.record({"01_one": 31}, page)
    assert run_times.read(page) == {"01_one": 35, "02_two": 20}


def test_a_chapter_that_is_gone_leaves_the_page(page):
    run_times.record({"01_one": 10, "02_two": 20}, page)
    (page.parent / "01_one.ipynb").unlink()
    run_times.record({"02_two": 20}, page)
    assert run_times.read(page) == {"02_two": 20}


def test_a_page_without_a_table_is_refused(page):
    page.write_text("# Times\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no table of run times"):
        run_times.record({"01_one": 1}, page)
    assert page.read_text(encoding="utf-8") == "# Times\n"


def test_every_chapter_has_its_time_on_the_page():
    names = [path.stem for path in notebooks.chapters()]
    assert list(run_times.read()) == names
