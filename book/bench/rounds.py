"""Runs of many ways in turn, each in a process of its own that stays alive."""

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from book import runtime
from book.folders import ROOT

PATIENCE = 300  # seconds that one answer may take

QUIET = {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
"""Every process computes on the CPU, and says little."""


class Way(NamedTuple):
    """One way to train.

    Attributes:
        name: what the tables call it.
        function: "module:function" in `book.bench`: from a task to `run()`.
        options: of the function.
        environment: variables for its process, beside QUIET.
        command: the process: the Python and its arguments.
    """

    name: str
    function: str
    command: Sequence[str | Path]
    options: Mapping = {}
    environment: Mapping[str, str] = {}


class WayFailed(Exception):
    """A way's process ended, or gave no answer in time."""


class Worker:
    """A process that trains in one way.

    Args:
        way: which.
        folder: where to keep what it writes on its standard error.
    """

    def __init__(self, way: Way, folder: Path):
        """Start the process."""
        self.way = way
        self.errors = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115, `end` closes it
        # An old Python must not meet what today's TensorFlow and Python were told.
        given = {
            k: v for k, v in os.environ.items() if not k.startswith(("TF", "PYTH"))
        }
        given |= QUIET | {"PYTHONPATH": str(ROOT)} | dict(way.environment)
        self.process = subprocess.Popen(
            [str(part) for part in way.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=given,
            text=True,
        )

    def make(self, task: str | Path) -> dict:
        """Have the way made for a task, a file, and run once; give the answer.

        Raises:
            WayFailed: as for `ask`.
        """
        return self.ask(
            {
                "function": self.way.function,
                "options": dict(self.way.options),
                "task": str(task),
            }
        )

    def ask(self, question) -> dict:
        """Give the process's answer.

        Raises:
            WayFailed: there is none within PATIENCE seconds; with what it last wrote.
        """
        timer = threading.Timer(PATIENCE, self.process.kill)
        timer.start()
        line = ""
        try:
            with contextlib.suppress(OSError):  # it has ended
                self.process.stdin.write(json.dumps(question) + "\n")
                self.process.stdin.flush()
                line = self.process.stdout.readline()
        finally:
            timer.cancel()
        if not line:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=10)  # it may be about to say why
            self.process.kill()
            code = self.process.wait()
            self.errors.seek(0)
            said = self.errors.read().decode("utf-8", "replace").strip()[-2000:]
            raise WayFailed(f"{self.way.name}: no answer (exit code {code})\n{said}")
        return json.loads(line)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            with contextlib.suppress(OSError):
                stream.close()


def course(tensorflow: bool = True, **environment: str) -> dict[str, str]:
    """Give the environment of a process that computes as the chapters do.

    Args:
        tensorflow: whether TensorFlow is set up as well.
        **environment: what is to be otherwise.
    """
    base = runtime.ENVIRONMENT | {"BENCH_TENSORFLOW": "1" if tensorflow else "0"}
    return base | environment


class Measured(NamedTuple):
    """What was measured of one way.

    Attributes:
        seconds: of each round.
        first: seconds until the first run had ended, with all that it prepares.
        loss: the first run's mean loss.
        memory: MB, the most that the process has held.
        before: MB, the most that it had held before the way was made.
    """

    seconds: list[float]
    first: float
    loss: float
    memory: float
    before: float


def interleaved(ways, task, rounds, tell=print) -> dict[str, Measured]:
    """Measure ways side by side: each round runs each of them once, in turn.

    So a machine that is slower for a while is slower for all of them.

    Args:
        ways: what to measure.
        task: a file that `book.bench.task.save` wrote; or one for each way's name.
        rounds: how often each way runs after its first run.
        tell: where a line on each way goes.

    Returns:
        What was measured, by the way's name.

    Raises:
        WayFailed: a process ended or gave no answer in time. None is left behind.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        workers, firsts = {}, {}
        for way in ways:
            worker = Worker(way, folder)
            stack.callback(worker.end)
            path = task[way.name] if isinstance(task, Mapping) else task
            workers[way.name], firsts[way.name] = worker, worker.make(path)
            tell(f"{way.name}: first run {firsts[way.name]['seconds']:.1f} s")
        answers = {name: [] for name in workers}
        for _ in range(rounds):
            for name, worker in workers.items():
                answers[name].append(worker.ask("run"))
    return {
        name: Measured(
            [answer["seconds"] for answer in answers[name]],
            first["seconds"],
            first["result"],
            max(answer["memory"] for answer in [first, *answers[name]]),
            first["before"],
        )
        for name, first in firsts.items()
    }
