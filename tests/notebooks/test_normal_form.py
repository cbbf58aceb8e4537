"""The normal form of a notebook."""

import copy

import nbformat.v4 as v4
import pytest

from book.notebooks import normal_form
from book.notebooks.files import IGNORED
from book.notebooks.normal_form import normalise


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def display(data, **metadata):
    return v4.new_output("display_data", data, metadata=metadata)


def of(*cells):
    """Make a notebook of cells as they are; nbformat itself would mend their ids."""
    notebook = v4.new_notebook()
    notebook.cells = list(cells)
    return notebook


def with_outputs(*outputs, tags=()):
    """Normalise a notebook of one cell and give that cell's outputs."""
    cell = v4.new_code_cell("1", metadata={"tags": list(tags)}, outputs=list(outputs))
    cell.execution_count = 3
    return normalise(of(cell)).cells[0].outputs


def test_only_the_kernel_is_kept_of_a_notebooks_metadata():
    notebook = v4.new_notebook(
        metadata={"language_info": {"name": "python"}, "widgets": {}, "toc": {}}
    )
    assert normalise(notebook).metadata == {
        "kernelspec": {
            "name": "python3",
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
        }
    }


def test_only_sorted_tags_are_kept_of_a_cells_metadata():
    cells = [
        v4.new_code_cell("1", metadata={"tags": ["b", "a"], "execution": {"t": "1"}}),
        v4.new_markdown_cell("text", metadata={"tags": [], "collapsed": True}),
    ]
    metadata = [c.metadata for c in normalise(of(*cells)).cells]
    assert metadata == [{"tags": ["a", "b"]}, {}]


@pytest.mark.parametrize(
    ("tag", "closed"),
    [
        ("solution", ["outputs_hidden", "source_hidden"]),
        ("checks", ["outputs_hidden", "source_hidden"]),
        ("hide-cell", ["outputs_hidden", "source_hidden"]),
        ("hide-input", ["source_hidden"]),
        ("hide-output", ["outputs_hidden"]),
        ("raises-exception", []),
    ],
)
def test_jupyterlab_closes_what_the_site_folds(tag, closed):
    opened = {"tags": [tag], "jupyter": {"source_hidden": False}, "collapsed": True}
    code, text = normalise(
        of(
            v4.new_code_cell("1", metadata=opened),
            v4.new_markdown_cell("", metadata=opened),
        )
    ).cells
    assert code.metadata.pop("tags") == text.metadata.pop("tags") == [tag]
    assert code.metadata == ({"jupyter": dict.fromkeys(closed, True)} if closed else {})
    assert text.metadata == {}


def test_valid_unique_ids_are_kept_and_others_made_from_the_source():
    cells = [v4.new_code_cell(source) for source in ("x", "x", "x", "y", "z")]
    cells[0].id, cells[1].id, cells[3].id = "kept", "kept", "not valid!"
    del cells[2]["id"]
    cells[4].id = "also-kept"
    first, second = ([c.id for c in normalise(of(*cells)).cells] for _ in range(2))
    assert first == second
    assert first[0] == "kept"
    assert first[2] == f"{first[1]}-2"
    assert first[4] == "also-kept"
    assert len(set(first)) == 5
    assert all(normal_form.VALID_ID.fullmatch(identity) for identity in first)


def test_consecutive_pieces_of_one_stream_are_joined():
    outputs = with_outputs(
        stream("a\n"), stream("b\n"), display({"text/plain": "x"}), stream("c\n")
    )
    assert [o.get("text") for o in outputs] == ["a\nb\n", None, "c\n"]


def test_overwritten_parts_of_lines_are_gone():
    (output,) = with_outputs(stream("start\n 10 %\r 5"), stream("0 %\r100 %\r\nend"))
    assert output.text == "start\n100 %\r\nend"


BARS = [
    "\repochs:   0%|     | 0/3 [00:00<?, ?it/s]"
    "\repochs: 33%|███▎ | 1/3 [00:01<00:02,  1.99s/it]\n",
    "epochs: 3it [00:00,  4.98it/s]",
    "0epoch [00:00, ?epoch/s]",
    "100%|██████| 3/3 [00:00<00:00,  4.74epoch/s, accuracy=0.9, loss=1.36]\n",
    " 88%|████▊ | 7/8 [01:07<00:08,  8.02s/epoch, loss=0.714] ",  # ended early
    "\n",
]


@pytest.mark.parametrize("bar", BARS)
def test_progress_bars_are_dropped(bar):
    assert [o.text for o in with_outputs(stream(bar, "stderr"), stream("done"))] == [
        "done"
    ]
    (kept,) = with_outputs(stream(bar))  # printed, it is an output like any other
    assert kept.name == "stdout"


@pytest.mark.parametrize("text", ["50 %", "Warning: [0.5 s]", BARS[1] + "\nWarning: x"])
def test_what_else_stands_on_stderr_is_dropped_where_outputs_are_not_compared(text):
    outputs = (stream(text, "stderr"), stream("done"))
    assert [o.text for o in with_outputs(*outputs)] == [text, "done"]
    assert [o.text for o in with_outputs(*outputs, tags=[IGNORED])] == ["done"]


def test_widgets_are_dropped():
    view = {normal_form.WIDGET_VIEW: {"model_id": "7"}, "text/plain": "Box()"}
    assert with_outputs(display(view)) == []


def test_only_the_alternative_text_is_kept_of_an_outputs_metadata():
    (output,) = with_outputs(
        display(
            {"image/png": "AAAA", "text/plain": "<Figure>"},
            **{"image/png": {"alt": "a curve", "width": 640}, "needs": "background"},
        )
    )
    assert output.metadata == {"image/png": {"alt": "a curve"}}
    known = {"image/png": {"alt": "a map", "keep_colours": True}}
    assert with_outputs(display({"image/png": "A"}, **known))[0].metadata == known
    (output,) = with_outputs(display({"image/png": "A"}, **{"image/png": {"width": 6}}))
    assert output.metadata == {}


def test_a_result_has_the_execution_count_of_its_cell():
    result = v4.new_output("execute_result", {"text/plain": "1"}, execution_count=9)
    assert with_outputs(result)[0].execution_count == 3


def test_a_traceback_keeps_the_frames_in_cells_only():
    error = v4.new_output(
        "error",
        ename="ValueError",
        evalue="no",
        traceback=["Cell In[1], line 1", "\x1b[36mFile \x1b[39m~/lib.py:1", "no"],
    )
    assert with_outputs(error)[0].traceback == ["Cell In[1], line 1", "no"]


def test_an_empty_code_cell_has_neither_count_nor_outputs():
    cell = v4.new_code_cell(" \n", execution_count=4, outputs=[stream("x")])
    (cell,) = normalise(of(cell)).cells
    assert cell.execution_count is None
    assert cell.outputs == []


def test_normalising_changes_no_argument_and_twice_is_as_once():
    cell = v4.new_code_cell(
        "1",
        metadata={"tags": [IGNORED], "x": 1},
        outputs=[stream("1\r2\r"), stream("\r3"), stream("bar", "stderr")],
        execution_count=1,
    )
    notebook = of(cell)
    before = copy.deepcopy(notebook)
    once = normalise(notebook)
    assert notebook == before
    assert normalise(once) == once
