"""nbval notices every change of a stored output that matters.

The outputs stored in the model chapters are altered, one thing at a time, and each
alteration must make its cell fail. A long chapter is not trained again for that: its
own stored outputs stand for those of a new run. A short one is run once in truth, with
several cells altered: those must fail and no others.
"""

import copy
import re
import subprocess
import sys

import pytest
from nbval.plugin import IPyNbFile, NbCellError

from book.claims import MARK
from book.folders import CHAPTERS, ROOT
from book.notebooks import files, nbval_plugin, running
from book.notebooks.nbval_plugin import DECIMAL, OutputText, TrainedText
from book.pieces import ARRAYS

MODELS = ["05_basic_lstm_cell", "13_sine_one_unit", "16_mnist_stacked"]


# --- the alterations: each gives an altered copy of a cell, or None if it has no such


def in_text(pattern, replacement):
    """Alter the first match in the texts that a cell printed or displayed."""

    def alter(cell):
        cell = copy.deepcopy(cell)
        for output in cell.outputs:
            for holder, key in (
                (output, "text"),
                (output.get("data", {}), "text/plain"),
                (output, "evalue"),
            ):
                text = holder.get(key, "")
                holder[key] = re.sub(pattern, replacement, text, count=1)
                if holder[key] != text:
                    return cell
                if not text:
                    del holder[key]
        return None

    return alter


def moved(relative, absolute):
    """Move a decimal number up by a part of its size and a constant."""

    def replacement(match):
        number = float(match[0])
        return repr(number + relative * abs(number) + absolute)

    return replacement


def without_figure(cell):
    cell = copy.deepcopy(cell)
    for output in cell.outputs:
        if "image/png" in output.get("data", {}):
            cell.outputs.remove(output)
            return cell
    return None


def with_another_alt(cell):
    cell = copy.deepcopy(cell)
    for output in cell.outputs:
        if "image/png" in output.get("data", {}):
            output.metadata["image/png"] = {"alt": "something that is not shown"}
            return cell
    return None


def with_other_colours(cell):
    cell = copy.deepcopy(cell)
    for output in cell.outputs:
        if known := output.get("metadata", {}).get("image/png"):
            known["keep_colours"] = not known.get("keep_colours", False)
            return cell
    return None


def unrun(cell):
    cell = copy.deepcopy(cell)
    cell.execution_count, cell.outputs = None, []
    return cell


def decimal(cell):
    """Move a decimal by twice what the cell's comparison allows, or more."""
    trained = files.WITHIN_5_PERCENT in files.tags(cell)
    return in_text(DECIMAL, moved(0.1 if trained else 0.01, 1e-4))(cell)


ALTERATIONS = {
    "figure removed": without_figure,
    "alternative text": with_another_alt,
    "colours kept": with_other_colours,
    "claim": in_text(rf"(?m)^({MARK}.*\s)(\w+)", r"\1not \2"),
    "shape": in_text(
        r"\((\d*)(\d)(?=[,)])", lambda m: f"({m[1]}{(int(m[2]) + 1) % 10}"
    ),
    "decimal": decimal,
    # Not the exponent of a decimal, which is a part of that.
    "integer": in_text(
        r"(?<![\w.])(?<!e[-+])\d+(?![\w.])", lambda m: str(int(m[0]) + 1)
    ),
    "name": in_text(r"[A-Za-z_]{3,}", lambda m: m[0][1:]),
    "cell un-run": unrun,
}
COMPARED_ONLY = set(ALTERATIONS) - {"figure removed", "cell un-run"}
tolerated = in_text(DECIMAL, moved(1e-4, 1e-7))


# --- stored outputs in place of a new run


class Replay:
    """A kernel that gives stored outputs instead of running anything."""

    def __init__(self, outputs):
        messages = [(output.output_type, output) for output in outputs]
        messages.append(("status", {"execution_state": "idle"}))
        self.messages = [
            {
                "msg_type": kind,
                "parent_header": {"msg_id": "replay"},
                "content": content,
            }
            for kind, content in copy.deepcopy(messages)
        ]

    def is_alive(self):
        return True

    def execute_cell_input(self, source, allow_stdin):
        return "replay"

    def await_reply(self, msg_id, timeout):
        pass

    await_idle = await_reply

    def get_message(self, stream, timeout):
        return self.messages.pop(0)


def failure(item, stored):
    """Give why a cell fails if `stored` stands in its file, or None if it passes."""
    run, item.cell = item.cell, copy.deepcopy(stored)
    item.parent.kernel = Replay(run.outputs)
    try:
        item.runtest()
        nbval_plugin.check_run(item)
    except NbCellError as error:
        return str(error)
    finally:
        item.cell = run
    return None


@pytest.fixture
def cells(request):
    """Collect a notebook's code cells as nbval does."""

    def collect(path):
        assert path.exists(), f"the model chapter {path.name} is missing"
        items = list(IPyNbFile.from_parent(request.session, path=path).collect())
        for item in items:
            nbval_plugin.pytest_itemcollected(item)
        return [item for item in items if item.cell.source.strip()]

    return collect


def chapter(name):
    return CHAPTERS / f"{name}.ipynb"


def alterations(items):
    """Give (cell, kind, altered copy) for all that can be altered in a chapter."""
    for item in items:
        compared = files.IGNORED not in files.tags(item.cell)
        for kind, alter in ALTERATIONS.items():
            if compared or kind not in COMPARED_ONLY:
                altered = alter(item.cell)
                if altered is not None:
                    yield item, kind, altered


@pytest.mark.parametrize("name", MODELS)
def test_every_alteration_of_a_stored_output_is_noticed(name, cells):
    items = cells(chapter(name))
    for item in items:
        assert failure(item, item.cell) is None
    for item, kind, altered in alterations(items):
        assert failure(item, altered), f"{item.name}: {kind}\n{altered}"


@pytest.mark.parametrize("name", MODELS)
def test_a_decimal_within_the_tolerance_is_the_same(name, cells):
    moved_cells = [
        (item, altered)
        for item in cells(chapter(name))
        if (altered := tolerated(item.cell)) is not None
    ]
    assert moved_cells
    for item, altered in moved_cells:
        assert failure(item, altered) is None, item.name


def test_the_model_chapters_offer_every_kind_of_alteration(cells):
    items = [item for name in MODELS for item in cells(chapter(name))]
    assert {kind for _, kind, _ in alterations(items)} == set(ALTERATIONS)


def test_arrays_handed_to_a_piece_are_not_compared_but_their_names_are(cells):
    (item,) = (
        item
        for item in cells(chapter("17_mnist_bidirectional"))
        if any(ARRAYS in output.get("data", {}) for output in item.cell.outputs)
    )
    others = copy.deepcopy(item.cell)
    for output in others.outputs:
        for array in output.get("data", {}).get(ARRAYS, {"arrays": {}})["arrays"]:
            output.data[ARRAYS]["arrays"][array]["base64"] = "AAAA"
    assert failure(item, others) is None
    assert failure(item, in_text("float16", "float32")(item.cell))


# --- true runs


SMALL = [
    "import matplotlib.pyplot as plt\nfrom IPython.display import display",
    "print('kernel  (133, 512)  float32')",
    "print('✓ the output is the new hidden state')",
    "print('loss', 0.123456)",
    "print('accuracy', 0.987654)",
    "print('steps', 328)",
    ("print('loss after training', 0.4321)", [files.WITHIN_5_PERCENT]),
    "units = 128",
    """\
import sys
print('epochs:  33%|███  | 1/3 [00:00<00:01,  1.99it/s]', file=sys.stderr)
print('trained')""",
    """\
fig, ax = plt.subplots(figsize=(2, 1))
display(fig, metadata={"image/png": {"alt": "an empty pair of axes"}})
plt.close(fig)""",
    """\
fig, ax = plt.subplots(figsize=(1, 1))
display(fig, metadata={"image/png": {"alt": "a square pair of axes"}})
plt.close(fig)""",
    """\
fig, ax = plt.subplots(figsize=(1, 1))
display(fig, metadata={"image/png": {"alt": "another square pair of axes"}})
plt.close(fig)""",
    "(32, 40, units)",
    ("raise ValueError(f'units must be positive, got {-units}')", ["raises-exception"]),
    ("print('gradient')\n'forget_gate'", []),
    (
        """\
import time
print(time.perf_counter())
fig, ax = plt.subplots(figsize=(1, 1))
display(fig)
plt.close(fig)""",
        [files.IGNORED],
    ),
    "print('the last cell', 1.5)",
]


@pytest.fixture
def source(request, save):
    """Give the path of the notebook to alter: the small one, or a chapter."""
    if request.param != "small":
        return chapter(request.param)
    path = save(*SMALL)
    files.write(running.execute(path).notebook, path)
    return path


def spread(notebook, kinds):
    """Alter the notebook in as many kinds as it offers, each in a cell of its own.

    Returns the kind by number of the code cell, as nbval counts them.
    """
    placed = {}
    numbered = list(enumerate(c for c in notebook.cells if c.cell_type == "code"))
    for kind, alter in kinds.items():
        for number, cell in numbered:
            ignored = files.IGNORED in files.tags(cell)
            if number in placed or ignored or not cell.source.strip():
                continue
            if (altered := alter(cell)) is not None:
                cell.update(altered)
                placed[number] = kind
                break
    return placed


@pytest.mark.slow
@pytest.mark.parametrize("source", ["small", MODELS[0]], indirect=True)
def test_a_run_fails_in_the_altered_cells_and_in_no_other(source, tmp_path, nbval):
    notebook = files.read(source)
    kinds = {**ALTERATIONS, "decimal within the tolerance": tolerated}
    placed = spread(notebook, kinds)
    expected = {"claim", "shape", "integer", "name", "cell un-run"}
    if source != chapter(MODELS[0]):
        expected = set(kinds)
    assert expected <= set(placed.values())
    path = tmp_path / "altered.ipynb"
    files.write(notebook, path)
    outcomes, _ = nbval(path)
    failed = {number for number, message in outcomes.items() if message}
    assert failed == {n for n, kind in placed.items() if kind in ALTERATIONS}
    for number in failed:
        un_run = placed[number] == "cell un-run"
        reason = "The stored cell was never run" if un_run else "Cell outputs differ"
        assert f"Cell {number}: {reason}" in outcomes[number]


@pytest.mark.slow
@pytest.mark.parametrize("source", ["small"], indirect=True)
def test_an_unaltered_notebook_passes_and_its_time_is_shown(source, nbval):
    outcomes, printed = nbval(source)
    assert outcomes == dict.fromkeys(range(len(SMALL)))
    assert re.search(r"seconds by chapter -*=*\n +\d+\.\d  .*01_small\.ipynb", printed)


@pytest.mark.slow
@pytest.mark.parametrize("source", ["small"], indirect=True)
def test_a_figure_removed_from_an_ignored_cell_is_noticed(source, nbval):
    notebook = files.read(source)
    notebook.cells[-2] = without_figure(notebook.cells[-2])
    files.write(notebook, source)
    outcomes, _ = nbval(source)
    assert [n for n, message in outcomes.items() if message] == [len(SMALL) - 2]
    assert "0 stored in the cell, 1 drawn now" in outcomes[len(SMALL) - 2]


# --- the tolerance


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("loss 0.5000", "loss 0.5004"),
        ("loss -0.5000", "loss -0.5004"),
        ("difference 2.4e-07", "difference 1.1e-07"),
        ("difference 0.0", "difference 3e-08"),
        ("difference 0.0", "difference -0.0"),
        ("[[1.2345e+02 9.0]]", "[[1.2346e+02 9.001]]"),
        ("it is 0.5.", "it is 0.5001."),
        ("0.1-0.2", "0.10001-0.20001"),
        ("no number", "no number"),
        ("1.e-03,", "1.0005e-03,"),
    ],
)
def test_close_decimals_are_equal(one, other):
    assert OutputText(one) == OutputText(other)
    assert not OutputText(one).__ne__(OutputText(other))
    assert hash(OutputText(one)) == hash(OutputText(other))
    assert [OutputText(one)] == [OutputText(other)]
    assert {"stdout": OutputText(one)} == {"stdout": OutputText(other)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("loss 0.500", "loss 0.502"),
        ("loss 0.5", "loss -0.5"),
        ("0.1-0.2", "0.1+0.2"),
        ("loss 0.5", "cost 0.5"),
        ("loss 0.5", "loss 0.5 "),
        ("loss 0.5", "loss 0.5 0.5"),
        ("loss nan", "loss 0.5"),
        ("loss 1.0", "loss 1"),
        ("(32000, 128)", "(32001, 128)"),
        ("42000 rows", "42001 rows"),
        ("there are 42000.", "there are 42001."),
        ("[42000. 1.]", "[42001. 1.]"),
        ("TensorFlow 2.2100.0", "TensorFlow 2.2101.0"),
        ("v2000.1", "v2000.2"),
        ("2.2000rc1", "2.2001rc1"),
        ("2026-01-02", "2026-01-03"),
        ("01.02.2026", "01.02.2027"),
        ("address 10.0.0.1", "address 10.0.0.2"),
        ("0x1e5", "0x1e6"),
        ("difference 1e-05", "difference 2e-05"),
    ],
)
def test_anything_else_must_be_the_same(one, other):
    assert OutputText(one) != OutputText(other)
    assert not OutputText(one).__eq__(OutputText(other))


def test_a_text_is_not_equal_to_what_is_no_text():
    assert OutputText("1") != 1
    assert OutputText("1.0") == "1.0001"
    assert OutputText("a") != "b"


# --- the plugin costs a run of the unit tests nothing


def test_the_plugin_imports_neither_nbval_nor_tensorflow():
    code = (
        "import sys, book.notebooks.nbval_plugin; "
        "print({'nbval', 'nbformat', 'tensorflow'} & set(sys.modules))"
    )
    printed = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert printed.strip() == "set()"


def test_without_nbval_no_notebook_is_collected(save):
    process = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--collect-only", "-q", "-n0"),
            *("-c", ROOT / "pyproject.toml", "-p", "no:cacheprovider"),
            save("1").parent,
        ],
        capture_output=True,
        text=True,
    )
    assert process.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, process.stdout


def test_what_a_training_gave_may_differ_by_5_percent():
    assert TrainedText("loss 0.100, epoch 3") == TrainedText("loss 0.104, epoch 3")
    assert TrainedText("loss 0.100") != TrainedText("loss 0.107")
    assert TrainedText("epoch 3") != TrainedText("epoch 4")
    assert TrainedText("loss 0.1") != TrainedText("accuracy 0.1")
    assert OutputText("loss 0.100") != OutputText("loss 0.104")
