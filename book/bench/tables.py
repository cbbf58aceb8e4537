"""The tables of `make bench`: what is measured for each, and what is kept of it."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from book.bench import accuracy, building, limit, rounds, task, ways
from book.bench.rounds import Measured, Worker
from book.folders import ROOT

EPOCH = 328  # steps: the article's training images in batches of 128
SIZES = {  # by the axis along which the work grows
    "steps": (10, 30, 100, 300, 1000),
    "units": (8, 32, 128, 512),
    "batch": (8, 32, 128, 512, 1024),
    "layers": (1, 2, 3, 4),
}
MIDDLE = {"steps": 50, "units": 64, "batch": 32, "layers": 1}
"""What the other three are while one of them grows."""
FEATURES = 32  # numbers in an input vector of these
GROWING = (ways.ARTICLE, ways.BLOCK)
BATCHES = (8, 32, 128, 512)  # images in a batch of the article's network


class Effort(NamedTuple):
    """How long to measure.

    Attributes:
        steps: batches in a run.
        rounds: runs of each way.
        part: how much of each list of sizes is measured, from its beginning.
    """

    steps: int
    rounds: int
    part: slice = slice(None)


FULL = Effort(164, 5)
QUICK = Effort(2, 2, slice(2))
"""To see that everything works; its figures mean nothing."""


def compared(measured: dict[str, Measured], base: str, steps: int) -> pd.DataFrame:
    """Give a row for each way, beside the way that all are compared with.

    Args:
        measured: what was measured, by way.
        base: the way whose ratio is 1.
        steps: batches in a run.

    Returns:
        The columns way; seconds, low and high (median and quartiles of the rounds, for
        an epoch of 328 steps); ratio (of the medians), ratio_low and ratio_high (the
        quartiles of the rounds' ratios); first (seconds until the first run had ended)
        and memory (MB). None of them has a unit of its own.
    """
    rows = []
    of_base = np.array(measured[base].seconds)
    for name, way in measured.items():
        seconds = np.array(way.seconds) * EPOCH / steps
        low, median, high = np.percentile(seconds, [25, 50, 75])
        ratios = np.percentile(np.array(way.seconds) / of_base, [25, 75])
        ratio = np.median(way.seconds) / np.median(of_base)
        rows.append((name, median, low, high, ratio, *ratios, way.first, way.memory))
    columns = "way seconds low high ratio ratio_low ratio_high first memory"
    return pd.DataFrame(rows, columns=columns.split())


def check(measured: dict[str, Measured], base: str) -> None:
    """Refuse ways that trained something else than the first did.

    Raises:
        ValueError: a way's mean loss in its first run is over 5 % off. (Rounding parts
            equal trainings slowly: chapter 16.)
    """
    expected = measured[base].loss
    for name, way in measured.items():
        if not np.isnan(way.loss) and abs(way.loss / expected - 1) > 0.05:
            raise ValueError(
                f"{name} has a mean loss of {way.loss:.4f}, {base} {expected:.4f}: "
                "they don't train the same. Nothing was written."
            )


def all_ways(effort: Effort, folder: Path) -> pd.DataFrame:
    """Measure all ways that this machine has, on the article's task."""
    found, more = ways.own(), {".peers": ways.peers(), ".oracle": ways.tensorflow_1()}
    for place, others in more.items():
        found += others
        if not others:
            print(f"{place} isn't there: its ways are left out.")
    task.save(task.article(effort.steps), folder / "task.npz")
    measured = rounds.interleaved(found, folder / "task.npz", effort.rounds)
    check(measured, ways.ARTICLE)
    return compared(measured, ways.ARTICLE, effort.steps)


def settings(effort: Effort, folder: Path) -> pd.DataFrame:
    """Measure what threads, oneDNN, determinism, layout and precision change."""
    steps = max(1, effort.steps // 4)
    task.save(task.article(steps), folder / "task.npz")
    measured = rounds.interleaved(ways.settings(), folder / "task.npz", effort.rounds)
    return compared(measured, ways.EPOCH, steps)


def batch(effort: Effort, folder: Path) -> pd.DataFrame:
    """Measure the article's network with batches of other sizes: seconds an epoch."""
    rows = []
    kinds = [way for way in ways.own() if way.name in GROWING]
    images = effort.steps * 16  # the largest batch is to have some steps, too
    for size in BATCHES[effort.part]:
        steps = max(1, images // size)
        task.save(task.article(steps, size), folder / "task.npz")
        measured = rounds.interleaved(
            kinds, folder / "task.npz", max(2, effort.rounds - 2)
        )
        for name, way in measured.items():
            seconds = np.array(way.seconds) * EPOCH * 128 / (steps * size)
            rows.append((name, size, *np.percentile(seconds, [50, 25, 75])))
    return pd.DataFrame(rows, columns=["way", "batch", "seconds", "low", "high"])


def growth(effort: Effort, folder: Path) -> pd.DataFrame:
    """Measure a step of training while one of its sizes grows; and its memory."""
    rows = []
    for axis, sizes in SIZES.items():
        tasks = {}
        for size in sizes[effort.part]:
            at = MIDDLE | {axis: size}
            units = (at["units"],) * at["layers"]
            made = task.drawn(at["steps"], FEATURES, units, at["batch"], steps=2)
            task.save(made, folder / f"{size}.npz")
            tasks[size] = limit.flops(made)
        for way in ways.own():
            if way.name not in GROWING:
                continue
            worker = Worker(way, folder)
            try:
                for size, flops in tasks.items():
                    start = worker.make(folder / f"{size}.npz")
                    if size == min(tasks):
                        before = start["before"]
                    runs = [worker.ask("run") for _ in range(effort.rounds)]
                    spent = np.percentile(
                        [r["seconds"] / 2 for r in runs], [50, 25, 75]
                    )
                    held = runs[-1]["memory"] - before
                    rows.append((axis, size, way.name, *spent, held, flops))
            finally:
                worker.end()
    columns = "axis size way seconds low high memory flops"
    return pd.DataFrame(rows, columns=columns.split())


def profile(effort: Effort, folder: Path) -> pd.DataFrame:
    """Measure the operations of a step: how often each kind runs, and for how long."""
    task.save(task.article(1), folder / "task.npz")
    rows = []
    for network in ("dynamic_rnn", "unrolled", "BlockLSTM"):
        way = ways.here(network, "profiles:operations", network=network)
        measured = rounds.interleaved([way], folder / "task.npz", rounds=0)
        rows += [(network, *kind) for kind in measured[network].loss]
    columns = ["network", "operation", "count", "microseconds"]
    table = pd.DataFrame(rows, columns=columns)
    order = ["network", "microseconds"]
    return table.sort_values(order, ascending=[True, False])


def trained(name: str, designs: list, most: int) -> Callable:
    """Give the function that measures networks' accuracy on MNIST, and their time.

    What is finished is kept in _build/benchmarks/ until `written` lets go of it.

    Args:
        name: the table's.
        designs: of `book.bench.accuracy`.
        most: seeds of each design, unless the effort has fewer rounds.
    """

    def measure(effort: Effort, folder: Path) -> pd.DataFrame:
        from book.data import mnist

        data, kept = mnist.load_official(), kept_rows(name)
        if effort is QUICK:
            some = slice(effort.steps * accuracy.BATCH)
            data = data._replace(x_train=data.x_train[some], y_train=data.y_train[some])
            kept = folder / kept.name
        seeds = range(min(most, effort.rounds))
        return accuracy.measure(designs[effort.part], seeds, data, kept)

    return measure


def kept_rows(name: str) -> Path:
    """Say where the finished rows of a table are kept until it is written."""
    return ROOT / "_build" / "benchmarks" / f"{name}.rows.csv"


def written(name: str) -> None:
    """Let go of the rows that were kept for a table: a next run measures them anew."""
    kept_rows(name).unlink(missing_ok=True)


def built(effort: Effort, folder: Path) -> pd.DataFrame:
    """Measure how long the site takes to build."""
    return building.measure(1 if effort is QUICK else 3, folder)


def checked(effort: Effort, folder: Path) -> pd.DataFrame:
    """Measure how long the chapters take to be run and compared."""
    return building.check(folder, "quick" if effort is QUICK else "all")


TABLES: dict[str, Callable[[Effort, Path], pd.DataFrame]] = {
    "ways": all_ways,
    "settings": settings,
    "batch": batch,
    "growth": growth,
    "profile": profile,
    "accuracy": trained("accuracy", accuracy.DESIGNS, most=5),
    "pixels": trained("pixels", accuracy.PIXELS, most=3),
    "building": built,
    "checking": checked,
}


def measure(name: str, effort: Effort) -> pd.DataFrame:
    """Give a table of TABLES, measured now.

    Raises:
        WayFailed, ValueError: nothing was measured; the message says why.
    """
    with tempfile.TemporaryDirectory() as folder:
        return TABLES[name](effort, Path(folder))
