import pytest

from book.notebooks import files, run_times


@pytest.fixture
def record(save, tmp_path):
    """Give what records times of two chapters and gives the table."""
    for name in ("01_one", "02_two"):
        save("1 + 1", name=f"{name}.ipynb")
    table = tmp_path / "run_times.csv"
    table.write_text("chapter,seconds\n")

    def record(measured):
        run_times.record(measured, table, tmp_path)
        return table.read_text()

    return record


def test_times_are_rounded_up_and_kept_in_the_chapters_order(record):
    record({"02_two": 61.2})
    assert record({"01_one": 5.0}) == "chapter,seconds\n01_one,5\n02_two,65\n"


def test_a_new_time_replaces_the_old_and_leaves_the_rest(record):
    record({"01_one": 10, "02_two": 20})
    assert record({"01_one": 31}) == "chapter,seconds\n01_one,35\n02_two,20\n"


def test_a_chapter_that_is_gone_leaves_the_table(record, tmp_path):
    record({"01_one": 10, "02_two": 20})
    (tmp_path / "01_one.ipynb").unlink()
    assert record({"02_two": 20}) == "chapter,seconds\n02_two,20\n"


@pytest.mark.parametrize("text", ["", "# Times\n", "chapter;seconds\n01_one;5\n"])
def test_another_table_is_refused(text, tmp_path):
    table = tmp_path / "run_times.csv"
    table.write_text(text)
    with pytest.raises(ValueError, match="Restore it from the repository"):
        run_times.record({"01_one": 1}, table, tmp_path)
    assert table.read_text() == text


def test_every_chapter_has_its_time():
    assert list(run_times.read()) == [path.stem for path in files.chapters()]
