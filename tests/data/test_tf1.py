"""The frozen runs of TensorFlow 1, and how they are read."""

import ast
import hashlib
import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from book import runtime

runtime.setup(seed=0)  # before TensorFlow

import tensorflow as tf

from book.data import frozen, tf1
from book.folders import DATA, ROOT

API_ROWS = sorted({key.partition("/")[0] for key in tf1._texts("api", "1.4.1")})


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """Give a folder of frozen files that a test may damage."""
    monkeypatch.setattr(tf1, "FOLDER", tmp_path)
    tf1._content.cache_clear()
    yield tmp_path / "1.4.1"
    tf1._content.cache_clear()


@pytest.mark.parametrize("version", tf1.VERSIONS)
def test_all_frozen_files_agree_with_their_checksums(version):
    folder = tf1.FOLDER / version
    names = {path.name for path in folder.iterdir()} - {frozen.CHECKSUMS}
    assert set(frozen._checksums(folder / frozen.CHECKSUMS)) == names
    for name in names:
        frozen.read(folder / name, "")


def test_they_are_under_20_mb():
    assert sum(path.stat().st_size for path in tf1.FOLDER.rglob("*.*")) < 20e6


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("name", API_ROWS)
def test_a_row_has_a_weight_for_each_variable(name, version):
    row = tf1.row(name, version)
    assert len(row.weights) in (0, len(row.variables))
    assert row.printed or row.outputs
    if row.weights:
        assert row.inputs


def test_the_rows_are_those_of_the_coverage_page():
    page = (ROOT / "chapters" / "coverage.md").read_text()
    api = [f"A{part}.{i}" for part in range(1, 8) for i in range(1, 8)]
    covered = {row for row in api if f"| {row} |" in page}
    assert covered - set(API_ROWS) == {"A4.1"}  # a signature: tf1.parameters has it
    assert tf1.parameters("tf.nn.bidirectional_dynamic_rnn")[:2] == [
        "cell_fw",
        "cell_bw",
    ]


@pytest.mark.parametrize("name", ["e1", "e2", "e3", "e4", "e5", "e6"])
@pytest.mark.parametrize("seed", tf1.SEEDS)
def test_a_training_is_whole(name, seed):
    training = tf1.training(name, seed)
    epochs, steps = (150 if name == "e1" else 50), (85 if name < "e4" else 328)
    assert training.losses.shape == (epochs, steps)
    assert np.isfinite(training.losses).all()
    shapes = [weight.shape for weight in training.initial]
    assert shapes == [weight.shape for weight in training.final]
    assert len(shapes) == {"e1": 2, "e5": 4, "e6": 8}.get(name, 4)
    if name < "e4":
        curves = epochs if seed == 0 else 1
        assert training.predictions.shape == (curves, 1000)
        assert training.test_losses.shape == (epochs, 8)
        assert [len(part) for part in training.series] == [11_000, 1_100]
        assert training.accuracies is None
    else:
        assert training.accuracies.shape == (epochs, steps)
        assert training.predictions.shape == (28_000,)
        assert training.predictions.max() == 9
        assert training.series is training.test_losses is None


def test_e3_starts_where_e2_does():
    for seed in tf1.SEEDS:
        by_hand, looped = tf1.training("e3", seed), tf1.training("e2", seed)
        for one, other in zip(by_hand.initial, looped.initial, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("name", tf1.layouts())
def test_a_checkpoint_is_read_by_todays_tensorflow(name, version, tmp_path):
    path, example = tf1.unpack(name, tmp_path, version=version)
    told = tf1.layouts(version=version)[name]
    saved = dict(tf.train.list_variables(str(path)))
    assert saved == told["variables"]
    values = {
        key.removeprefix("variables/"): array
        for key, array in example.items()
        if key.startswith("variables/")
    }
    if "names_of" in name or name == "partitioned":  # saved under other names
        assert len(values) >= len(saved) > 0
        return
    assert set(values) == set(saved)
    for variable, array in values.items():
        found = tf.train.load_variable(str(path), variable)
        np.testing.assert_array_equal(found, array)


def test_the_trained_checkpoint_holds_the_final_weights(tmp_path):
    path, example = tf1.unpack("e6", tmp_path, "trained")
    training, told = tf1.training("e6"), tf1.layouts("trained")["e6"]["variables"]
    names = [  # in the order in which they were made
        f"bidirectional_rnn/{way}/multi_rnn_cell/cell_{layer}/basic_lstm_cell/{leaf}"
        for way in ("fw", "bw")
        for layer in (0, 1)
        for leaf in ("kernel", "bias")
    ]
    assert dict(tf.train.list_variables(str(path))) == told
    assert sorted(told) == sorted(names)
    for name, weight in zip(names, training.final, strict=True):
        np.testing.assert_array_equal(tf.train.load_variable(str(path), name), weight)
    answers = example["results/logits"].argmax(axis=1)
    np.testing.assert_array_equal(answers, training.predictions[:10])


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("name", tf1.layouts("graphs"))
def test_a_frozen_graph_gives_its_answer_today(name, version, tmp_path):
    path, example = tf1.unpack(name, tmp_path, "graphs", version)
    graph = tf.compat.v1.GraphDef.FromString(path.read_bytes())
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.import_graph_def(graph, name="")
        feed = {
            key.replace("inputs/", "") + ":0": array
            for key, array in example.items()
            if key.startswith("inputs/")
        }
        answer = session.run("answer:0", feed)
    np.testing.assert_allclose(answer, example["results/[2]"], rtol=0, atol=1e-6)


PROGRAMS = sorted(path.stem for path in (DATA / "scripts").glob("*.py"))


@pytest.mark.parametrize("version", tf1.VERSIONS)
def test_each_program_ran_as_it_stands(version):
    assert sorted(tf1.layouts("scripts", version)) == PROGRAMS
    for name in PROGRAMS:
        text = (DATA / "scripts" / f"{name}.py").read_bytes()
        digest = hashlib.sha256(text).hexdigest()
        assert tf1.script(name, version).sha256 == digest, "make oracle PARTS=scripts"


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_what_a_program_gave_is_whole(name, version, tmp_path):
    gave = tf1.script(name, version)
    losses, answers = gave.results["losses"], gave.results["answers"]
    assert len(losses) >= 60
    assert losses[-1] < losses[0] / 3
    assert answers.shape[0] == 100
    assert gave.printed.startswith(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}, right ")
    shapes = {name: array.shape for name, array in gave.initial.items()}
    assert shapes == {name: array.shape for name, array in gave.final.items()}
    after, _ = tf1.unpack(name, tmp_path, "scripts", version)
    for path, weights in (("before", gave.initial), ("after", gave.final)):
        path = after.with_name(f"{path}.ckpt")
        saved = dict(tf.train.list_variables(str(path)))
        adams = {name for name in saved if "/Adam" in name or "_power" in name}
        assert set(saved) - adams == set(weights)
        assert len(adams) == 2 * len(weights) + 2
        for name, array in weights.items():
            found = tf.train.load_variable(str(path), name)
            np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("name", PROGRAMS)
def test_both_versions_started_from_the_same_weights(name):
    old, last = (tf1.script(name, version) for version in tf1.VERSIONS)
    for variable, array in old.initial.items():
        np.testing.assert_array_equal(array, last.initial[variable])
    first = old.results["losses"][:60], last.results["losses"][:60]
    np.testing.assert_allclose(*first, rtol=0, atol=1e-4)


@pytest.mark.parametrize("version", tf1.VERSIONS)
@pytest.mark.parametrize("title", tf1.recipes())
def test_a_recipe_gave_numbers_or_texts(title, version):
    gave = tf1.recipe(title, version)
    if (title, version) == ("Own cells, private imports", tf1.LAST):
        assert gave.error.startswith("ImportError: cannot import name '_linear' from")
        assert gave.results == gave.texts == {}
        return
    assert gave.error is None
    assert gave.results or gave.texts
    for array in gave.results.values():
        assert array.dtype != object
        assert np.isfinite(array).all()


def test_a_recipe_s_arrays_are_its_own():
    gave = tf1.recipe("Steps in a list").results
    assert sorted(gave) == [*(f"outputs[{i}]" for i in range(3)), "state.c", "state.h"]
    np.testing.assert_array_equal(gave["outputs[2]"], gave["state.h"])
    assert tf1.recipe("Settings and summaries").texts["hparams"]["units"] == 64


def test_no_message_holds_a_path_or_an_address():
    for path in tf1.FOLDER.rglob("*.json"):
        text = path.read_text()
        for trace in ("site-packages", "/home", "/tmp", "/root", ".oracle", "0x7"):
            assert trace not in text, (path, trace)


def test_what_is_not_there_is_named():
    with pytest.raises(KeyError, match="no row 'A9.9' .* Expected one of A1.1, A1.2"):
        tf1.row("A9.9")
    with pytest.raises(KeyError, match="no version '1.5' .* Expected one of 1.15.5, 1"):
        tf1.row("A1.5", "1.5")
    with pytest.raises(KeyError, match="no mistake 'none'"):
        tf1.mistake("none")
    with pytest.raises(KeyError, match="no function 'tf.nn.none'"):
        tf1.parameters("tf.nn.none")
    with pytest.raises(KeyError, match="no chapter '99'"):
        tf1.tab("99")
    with pytest.raises(FileNotFoundError, match=r"e9-0\.npz is missing"):
        tf1.training("e9")
    with pytest.raises(KeyError, match="no model 'none'"):
        tf1.unpack("none", ROOT)
    with pytest.raises(KeyError, match="no program 'none' .* one of reverser, tagger"):
        tf1.script("none")
    with pytest.raises(KeyError, match="no recipe 'none' .* one of Beam search, CRF"):
        tf1.recipe("none")
    with pytest.raises(KeyError, match=r"no version '1\.5'"):
        tf1.recipe("CTC", "1.5")


def test_a_changed_file_is_refused(copy):
    frozen.write(copy, {"tabs.json": b"{}"})
    (copy / "tabs.json").write_bytes(b'{"05": {}}')
    with pytest.raises(ValueError, match=r"SHA256SUMS says .*see data/tf1/README\.md"):
        tf1.tab("05")


def test_arrays_that_hold_objects_are_refused(copy):
    path = copy / "e1-0.npz"
    copy.mkdir()
    np.savez(path, losses=np.array([print], dtype=object))
    frozen.write(copy, {"e1-0.npz": path.read_bytes()})
    with pytest.raises(ValueError, match="allow_pickle=False"):
        tf1.training("e1")


def test_how_far_worlds_are_apart():
    original = {"output": np.zeros((2, 3)), "state.c": np.ones(4, np.float32)}
    state = SimpleNamespace(_fields=("c",), c=tf.constant([1.0, 1, 1, 1.5]))
    table = tf1.apart(
        original, today={"output": np.full((2, 3), -0.25), "state": state}
    )
    assert table.to_dict() == {"today": {"output": 0.25, "state.c": 0.5}}


def test_worlds_that_are_not_comparable_are_refused():
    original = {"output": np.zeros((2, 3))}
    with pytest.raises(ValueError, match=r"keras has \['state'\]. Expected .*'output'"):
        tf1.apart(original, keras={"state": np.zeros((2, 3))})
    with pytest.raises(ValueError, match=r"shape \(3, 2\). Expected .* \(2, 3\)"):
        tf1.apart(original, keras={"output": np.zeros((3, 2))})


@pytest.mark.parametrize(
    "path",
    sorted(
        path for room in ("oracle", "scripts") for path in (DATA / room).glob("*.py")
    ),
    ids=lambda path: f"{path.parent.stem}-{path.stem}",
)
def test_a_script_is_written_for_python_3_6(path):
    tree = ast.parse(path.read_text(), feature_version=(3, 6))
    roots = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    allowed = {"numpy", "tensorflow"} | set(sys.stdlib_module_names)
    allowed |= {script.stem for script in path.parent.glob("*.py")}
    assert roots <= allowed


def test_the_lists_pin_each_package_with_a_hash():
    for name in ("tf1.4.txt", "tf1.15.txt"):
        text = (DATA / "oracle" / name).read_text()
        packages = text.replace("\\\n", "").splitlines()
        assert len(packages) >= 4
        assert all("==" in line and "--hash=sha256:" in line for line in packages)


@pytest.fixture(scope="module")
def made(script):
    return script("make_tf1")


class TestTheScript:
    def test_a_missing_python_is_one_line(self, made, monkeypatch, tmp_path, capsys):
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
        monkeypatch.setattr(made, "ENVIRONMENTS", tmp_path / "none")
        with pytest.raises(SystemExit) as left:
            made.main([])
        assert left.value.code == (
            "Neither python3.6 nor pyenv gives a Python 3.6, which TensorFlow 1 needs. "
            "Nothing else does: the course reads the frozen files in data/tf1/."
        )
        assert not (tmp_path / "none").exists()

    def test_another_python_is_refused(self, made):
        with pytest.raises(made.MissingPython, match="is not a Python 3.6"):
            made.find_python("3.6", sys.executable)

    def test_an_unknown_part_is_named(self, made, capsys):
        with pytest.raises(SystemExit):
            made.main(["e7"])
        assert "no such part: e7" in capsys.readouterr().err

    def test_a_failed_installation_leaves_nothing(self, made, monkeypatch, tmp_path):
        bad = tmp_path / "lists"
        bad.mkdir()
        (bad / "tf1.4.txt").write_text("no-such-package==1 --hash=sha256:00\n")
        monkeypatch.setattr(made, "SCRIPTS", bad)
        monkeypatch.setattr(made, "ENVIRONMENTS", tmp_path / "environments")
        monkeypatch.setattr(made, "find_python", lambda version, named: sys.executable)
        with pytest.raises(
            RuntimeError, match=r"pip could not install TensorFlow 1\.4"
        ):
            made.environment("1.4.1")
        assert list((tmp_path / "environments").iterdir()) == []

    def test_a_failing_script_says_why(self, made):
        with pytest.raises(RuntimeError, match=r"none\.py a failed:\n.*none\.py"):
            made.call(sys.executable, "none", "a")

    def test_the_lines_are_the_notebooks(self, made):
        assert json.loads(json.dumps(made.lines_of_tabs()))["23"].startswith("import")
        assert made.lines_of_recipes()["CTC"].startswith("labels = tf.SparseTensor(")

    def test_a_script_does_not_inherit_what_today_s_tensorflow_sets(
        self, made, monkeypatch, tmp_path
    ):
        monkeypatch.setattr(made, "SCRIPTS", tmp_path)
        code = "import os; assert 'TF2_BEHAVIOR' not in os.environ"
        (tmp_path / "look.py").write_text(code)
        monkeypatch.setenv("TF2_BEHAVIOR", "1")
        made.call(sys.executable, "look")
