"""Starting a job's processes on this machine, watching them, starting them again."""

import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from book.distributed.jobs import Job, JobError
from book.distributed.worker import REFUSED

ENVIRONMENT = {
    "KERAS_BACKEND": "jax",
    "JAX_CPU_COLLECTIVES_IMPLEMENTATION": "gloo",
    "TF_CPP_MIN_LOG_LEVEL": "3",  # Keras loads TensorFlow, too
    "PYTHON_COLORS": "0",
}
"""What each process gets beside its parent's environment."""


class End(NamedTuple):
    """How a process ended: its rank, its exit status, and its last words."""

    rank: int
    status: int
    words: str

    @property
    def told(self) -> str:
        """The same as a text."""
        if self.status < 0:
            return f"rank {self.rank} was ended by {signal.Signals(-self.status).name}"
        return f"rank {self.rank} ended with status {self.status}"


def free_port() -> int:
    """Give a port of the loopback that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def run(
    jobs: Sequence[Job],
    restarts: int = 0,
    kills: Sequence[tuple[int, int]] = (),
    platform: str = "cpu",
) -> None:
    """Run those processes of a job that belong to this machine, to the end.

    Where one ends badly, the others are ended, and all start again from the
    checkpoint. What they print goes to standard output.

    Args:
        jobs: one for each process on this machine.
        restarts: how often they may be started again.
        kills: (rank, step) for the first start, the second and so on: this rank kills
            itself after this step, to try that out.
        platform: of JAX: "cpu", "cuda" or "tpu".

    Raises:
        JobError: the job can't be run, or it was started again too often.
    """
    for attempt in range(restarts + 1):
        rank, step = kills[attempt] if attempt < len(kills) else (None, None)
        marked = [
            dataclasses.replace(job, kill=step) if job.rank == rank else job
            for job in jobs
        ]
        end = _attempt(marked, platform)
        if end is None:
            return
        if end.status == REFUSED:
            raise JobError(end.words.splitlines()[-1].removeprefix("JobError: "))
        if attempt < restarts:
            print(f"{end.told}; all start again from the checkpoint", flush=True)
    raise JobError(f"{end.told}. Its last words:\n{end.words or '(none)'}")


def _attempt(jobs: Sequence[Job], platform: str) -> End | None:
    """Start the processes; give the first that ends badly, or None if none does."""
    with contextlib.ExitStack() as stack:
        running = {job.rank: stack.enter_context(_start(job, platform)) for job in jobs}
        while running:
            for rank, (process, errors) in list(running.items()):
                status = process.poll()
                if status:
                    errors.seek(0)
                    words = errors.read().decode(errors="replace").strip()
                    return End(rank, status, words[-2000:])
                if status == 0:
                    del running[rank]
            time.sleep(0.05)
    return None


@contextlib.contextmanager
def _start(job: Job, platform: str) -> Iterator[tuple[subprocess.Popen, IO[bytes]]]:
    """Start one process; at the end it has ended, if need be by force."""
    environment = os.environ | ENVIRONMENT | {"JAX_PLATFORMS": platform}
    if platform == "cpu":
        environment["CUDA_VISIBLE_DEVICES"] = ""
    told = json.dumps(dataclasses.asdict(job))
    command = [sys.executable, "-m", "book.distributed.worker", told]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=errors, env=environment
        )
        try:
            yield process, errors
        finally:
            process.kill()
            process.stdin.close()
            process.wait()
