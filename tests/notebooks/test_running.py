"""Running notebooks."""

import nbformat.v4 as v4
import pytest
from nbclient.exceptions import CellTimeoutError

from book.notebooks import files, running
from book.notebooks.files import IGNORED, NotebookError


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def test_running_twice_changes_no_byte_and_counts_from_one(save):
    path = save(
        "import os\nprint('a')\nprint('b')",
        "print(os.getcwd() == os.path.realpath(os.curdir))",
        "os.path.basename(os.getcwd()) == " + repr("{folder}"),
        "",
        ("import sys\nprint('50 %', file=sys.stderr)\nprint('done')", [IGNORED]),
        ("import json\njson.loads('')", ["raises-exception"]),
    )
    text = path.read_text().replace("{folder}", path.parent.name)
    path.write_text(text)
    run = running.execute(path)
    assert path.read_text() == text
    assert run.seconds > 0
    assert files.write(run.notebook, path)
    assert not files.write(running.execute(path).notebook, path)
    cells = files.read(path).cells
    assert [c.execution_count for c in cells] == [1, 2, 3, None, 4, 5]
    assert cells[0].outputs == [stream("a\nb\n")]
    assert cells[2].outputs[0].data == {"text/plain": "True"}
    assert cells[4].outputs == [stream("done\n")]
    (error,) = cells[5].outputs
    assert error.ename == "JSONDecodeError"
    assert "site-packages" not in str(error)
    assert "json/__init__" not in str(error)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("\nunits = 1\n1 / 0", r"cell 2 \(units = 1\): ZeroDivisionError: division"),
        ("import os\nos._exit(1)", r"cell 2 \(import os\): the kernel died"),
    ],
)
def test_a_cell_that_fails_is_named_and_the_file_stays(source, reason, save):
    path = save("1", "", source, "2")
    before = path.read_bytes()
    with pytest.raises(NotebookError, match=rf"^01_small, {reason}"):
        running.execute(path)
    assert path.read_bytes() == before


def test_a_cell_that_takes_too_long_is_named(save, monkeypatch):
    path = save("1", "while True: pass")

    def execute(client):
        for number, cell in enumerate(client.nb.cells):
            client.on_cell_execute(cell=cell, cell_index=number)
        raise CellTimeoutError

    monkeypatch.setattr(running.NotebookClient, "execute", execute)
    message = r"cell 2 \(while True: pass\): it took more than 1800 seconds"
    with pytest.raises(NotebookError, match=message):
        running.execute(path)
