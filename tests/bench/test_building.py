import stat

import pytest

from book.bench import building

LOG = """#!/bin/sh
test -e "$2/_build" && before=again || before=new
mkdir -p "$2/_build"
grep -c 'learn [0-9]' "$2/{chapter}" >> "$2/log"
echo "$before $PYTHONPATH" >> "$2/log"
"""


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "root"
    (root / "chapters").mkdir(parents=True)
    (root / "_build").mkdir()
    (root / ".venv").mkdir()
    (root / building.CHANGED).write_text('[\n"**You will learn**\\n",\n"more"\n]\n')
    return root


def command(tmp_path, monkeypatch, script):
    path = tmp_path / "jupyter-book"
    path.write_text(script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(building, "COMMAND", path)


def test_builds_a_copy_from_nothing_and_after_a_change(course, tmp_path, monkeypatch):
    command(tmp_path, monkeypatch, LOG.format(chapter=building.CHANGED))
    folder = tmp_path / "empty"
    folder.mkdir()
    before = (course / building.CHANGED).read_bytes()
    table = building.measure(2, folder, course)
    copy = folder / "course"
    log = (copy / "log").read_text().splitlines()
    assert log == ["0", f"new {copy}", "1", f"again {copy}"] * 2
    assert table.what.tolist() == ["from nothing", "one chapter changed"]
    assert (table.low <= table.seconds).all()
    assert (table.seconds <= table.high).all()
    assert (course / building.CHANGED).read_bytes() == before
    assert not (copy / ".venv").exists()


def test_the_chapters_of_a_copy_are_run_and_compared(course, tmp_path, monkeypatch):
    command(tmp_path, monkeypatch, '#!/bin/sh\necho "$PWD" "$@" > log\n')
    check = (str(building.COMMAND), *building.CHECK[1:])
    monkeypatch.setattr(building, "CHECK", check)
    folder = tmp_path / "empty"
    folder.mkdir()
    table = building.check(folder, "quick", course)
    copy = folder / "course"
    expected = f"{copy} -m pytest --nbval -q chapters --chapters=quick\n"
    assert (copy / "log").read_text() == expected
    assert table.what.tolist() == ["quick chapters"]
    assert table.seconds[0] > 0


def test_a_chapter_that_gives_something_else_is_told(course, tmp_path, monkeypatch):
    command(tmp_path, monkeypatch, "#!/bin/sh\necho '03: cell 4 differs'\nexit 1\n")
    monkeypatch.setattr(building, "CHECK", (str(building.COMMAND),))
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(building.CommandFailed, match="03: cell 4 differs"):
        building.check(folder, "all", course)


def test_a_site_that_does_not_build_is_refused(course, tmp_path, monkeypatch):
    command(tmp_path, monkeypatch, "#!/bin/sh\necho 'no such page' >&2\nexit 1\n")
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(building.CommandFailed, match="no such page"):
        building.measure(1, folder, course)


def test_a_chapter_without_the_sentence_is_refused(tmp_path):
    notebook = tmp_path / "03.ipynb"
    notebook.write_text("{}")
    with pytest.raises(ValueError, match="CHANGED"):
        building.change(notebook, 1)
