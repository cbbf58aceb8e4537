"""Processes that take turns, their tables, and the command."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

from book.bench import __main__ as command
from book.bench import accuracy, machine, rounds, tables, task, ways, worker
from book.bench.rounds import Measured, Way, WayFailed, interleaved
from book.data import benchmarks

PRODUCTS = Way("products", "limit:numpy_products", ways.HERE)


@pytest.fixture
def small(tmp_path):
    made = task.drawn(time=2, features=3, units=(4,), batch=5, steps=2)
    task.save(made, tmp_path / "task.npz")
    return tmp_path / "task.npz"


def test_ways_take_turns(small):
    told = []
    found = interleaved(
        [PRODUCTS, PRODUCTS._replace(name="again")], small, rounds=3, tell=told.append
    )
    assert list(found) == ["products", "again"]
    assert [len(way.seconds) for way in found.values()] == [3, 3]
    assert all(0 < way.before <= way.memory for way in found.values())
    assert len(told) == 2


def test_a_way_that_fails_says_why_and_leaves_no_process(small, monkeypatch):
    started = []

    class Watched(rounds.Worker):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            started.append(self.process)

    monkeypatch.setattr(rounds, "Worker", Watched)
    wrong = Way("wrong", "limit:numpy_products", ways.HERE, {"colour": "red"})
    with pytest.raises(WayFailed, match=r"(?s)wrong: no answer.*'colour'"):
        interleaved([PRODUCTS, wrong], small, rounds=1)
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)


def test_a_way_that_hangs_is_ended(small, monkeypatch):
    monkeypatch.setattr(rounds, "PATIENCE", 0.2)
    hangs = Way("hangs", "", (sys.executable, "-c", "import time; time.sleep(60)"))
    with pytest.raises(WayFailed, match="hangs: no answer"):
        interleaved([hangs], small, rounds=1)


def test_a_process_is_told_only_what_its_way_says(monkeypatch):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    show = "import os, sys; sys.stdin.readline(); print(os.environ.get('{}', 'null'))"
    for environment, expected in (({}, None), ({"TF_ENABLE_ONEDNN_OPTS": "0"}, 0)):
        code = show.format("TF_ENABLE_ONEDNN_OPTS")
        way = Way("tells", "", (sys.executable, "-c", code), {}, environment)
        told = rounds.Worker(way, None)
        assert told.ask("run") == expected
        told.end()


@pytest.mark.slow
def test_jax_trains_the_same(small):
    (jax,) = [way for way in ways.own() if "JAX" in way.name]
    found = interleaved([ways.here("loop", "session:fed"), jax], small, rounds=0)
    assert found["loop"].loss == pytest.approx(found[jax.name].loss, abs=1e-5)


def test_a_worker_answers_each_question(small, monkeypatch):
    monkeypatch.delenv("BENCH_TENSORFLOW", raising=False)
    way = {"function": "limit:numpy_products", "options": {}, "task": str(small)}
    first, second = worker.answers([way, "run"])
    for answer in (first, second):
        assert json.loads(json.dumps(answer)) is not None
        assert answer["seconds"] > 0
        assert answer["memory"] > 10


# --- which ways there are


def test_peers_and_tensorflow_1_are_left_out_where_they_are_not(tmp_path, monkeypatch):
    monkeypatch.setattr(ways, "PEERS", tmp_path)
    assert ways.peers() == []
    assert ways.tensorflow_1(tmp_path) == []
    for python in ("bin/python", "1.4.1-0/bin/python"):
        (tmp_path / python).parent.mkdir(parents=True)
        (tmp_path / python).touch()
    names = ["PyTorch", "PyTorch, one thread", "Keras fit on PyTorch"]
    assert [way.name for way in ways.peers()] == names
    (old,) = ways.tensorflow_1(tmp_path)
    assert old.command[-1].exists()


@pytest.mark.parametrize("of", [ways.own, ways.settings])
def test_each_way_has_a_name_of_its_own_and_a_function(of):
    names = [way.name for way in of()]
    assert len(set(names)) == len(names) > 10
    for way in of():
        module, _, function = way.function.partition(":")
        text = (ways.ROOT / "book" / "bench" / f"{module}.py").read_text("utf-8")
        assert f"def {function}(" in text


# --- the tables


def test_ratios_are_of_medians_and_quartiles_of_rounds():
    base = Measured([2.0, 4.0, 6.0], 9.0, 0.5, 100.0, 50.0)
    other = base._replace(seconds=[1.0, 1.0, 6.0])
    table = tables.compared({"base": base, "other": other}, "base", steps=164)
    row = table.set_index("way").loc["other"]
    assert row[["seconds", "low", "high"]].tolist() == [2.0, 2.0, 7.0]
    assert row["ratio"] == 0.25
    assert row[["ratio_low", "ratio_high"]].tolist() == [0.375, 0.75]
    assert row[["first", "memory"]].tolist() == [9.0, 100.0]


def test_a_way_that_trains_something_else_is_refused():
    base = Measured([1.0], 1.0, 1.0, 1.0, 1.0)
    near, none = base._replace(loss=1.04), base._replace(loss=float("nan"))
    tables.check({"base": base, "near": near, "none": none}, "base")
    with pytest.raises(ValueError, match="far has a mean loss of 1.0600"):
        tables.check({"base": base, "far": base._replace(loss=1.06)}, "base")


def test_the_machine_is_described():
    told = machine.described()
    assert list(told) == benchmarks.MACHINE
    assert told["cores"] >= 1
    assert "tensorflow" in told["versions"]


@pytest.fixture
def kept(tmp_path, monkeypatch):
    def measure(effort, folder):
        assert folder.is_dir()
        return pd.DataFrame({"way": ["one"], "seconds": [effort.steps]})

    monkeypatch.setattr(tables, "TABLES", {"ways": measure, "growth": measure})
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(benchmarks, "FOLDER", tmp_path)
    return tmp_path


def test_the_command_keeps_each_table(kept):
    command.main([])
    for name in ("ways", "growth"):
        assert benchmarks.load(name)["seconds"].tolist() == [tables.FULL.steps]
        assert benchmarks.machine(name)["cores"] == machine.cores()


def test_a_second_run_keeps_the_ways_of_the_first(kept):
    command.main([])
    assert not (kept / "ways_earlier.csv").exists()
    first = (kept / "ways.csv").read_bytes()
    command.main(["growth"])
    assert not (kept / "ways_earlier.csv").exists()
    command.main(["ways"])
    assert (kept / "ways_earlier.csv").read_bytes() == first
    assert benchmarks.load("ways_earlier")["way"].tolist() == ["one"]


def test_a_quick_run_keeps_its_tables_elsewhere(kept):
    command.main(["--quick", "ways"])
    files = [str(p.relative_to(kept)) for p in sorted(kept.rglob("*.csv"))]
    assert files == ["_build/benchmarks/ways.csv"]


def test_an_unknown_table_is_refused(kept, capsys):
    with pytest.raises(SystemExit):
        command.main(["speed"])
    assert "no table 'speed'; there are ways, growth" in capsys.readouterr().err


def test_a_failure_writes_nothing(kept, monkeypatch):
    def fail(effort, folder):
        raise WayFailed("it stood still")

    monkeypatch.setitem(tables.TABLES, "ways", fail)
    with pytest.raises(SystemExit, match="it stood still"):
        command.main(["ways"])
    assert list(kept.glob("*.csv")) == []


def test_a_table_without_its_machine_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected rows, and"):
        benchmarks.write("ways", pd.DataFrame({"way": ["one"]}), tmp_path)
    assert np.size(list(tmp_path.iterdir())) == 0


# --- what is frozen


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("ways", ways.ARTICLE),
        ("ways_earlier", ways.ARTICLE),
        ("settings", ways.EPOCH),
    ],
)
def test_a_frozen_table_agrees_with_itself(name, base):
    table = benchmarks.load(name).set_index("way")
    assert table.index[0] == base
    assert table.ratio.iloc[0] == 1
    assert table.seconds.between(table.low, table.high).all()
    np.testing.assert_allclose(table.ratio, table.seconds / table.seconds.iloc[0], 1e-4)
    assert (table["first"] > 0).all()


def test_what_was_trained_is_frozen():
    table = benchmarks.load("accuracy")
    names = [design[:2] for design in accuracy.DESIGNS]
    seeds = table.groupby(["network", "kind"], sort=False).seed.agg(list)
    assert list(seeds.index) == names
    assert all(each == list(range(5)) for each in seeds)
    for design in accuracy.DESIGNS:
        mine = table[(table.network == design.network) & (table.kind == design.kind)]
        weights = accuracy.draw(design, 0)
        assert set(mine.parameters) == {sum(weight.size for weight in weights)}
        assert set(mine.epochs) == {design.epochs}


def test_builds_are_frozen():
    table = benchmarks.load("building")
    assert table.what.tolist() == ["from nothing", "one chapter changed"]
    assert table.seconds.between(table.low, table.high).all()


def test_the_operations_of_a_step_are_frozen():
    table = benchmarks.load("profile").set_index(["network", "operation"])["count"]
    assert table["BlockLSTM", "BlockLSTM"] == 2  # one for each layer
    products = table["dynamic_rnn"].reindex(["MatMul", "_FusedMatMul"])
    assert products.sum() == 2 * 28 * 3


def test_what_grows_is_frozen():
    table = benchmarks.load("growth")
    assert {
        axis: tuple(part["size"].unique()) for axis, part in table.groupby("axis")
    } == tables.SIZES
    assert table.seconds.between(table.low, table.high).all()


def test_a_changed_table_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmarks, "FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"make bench"):
        benchmarks.load("ways")
