"""What a job is: who takes part, what is trained, and when it is kept."""

import dataclasses
from importlib import metadata
from pathlib import Path

MUST_AGREE = ("jax", "jaxlib", "keras", "numpy", "tensorflow")
"""The packages that must have one version on all hosts."""


class JobError(RuntimeError):
    """A job that can't begin or go on; the message says why, and what to do."""


@dataclasses.dataclass(frozen=True)
class Job:
    """What one process of a job is told.

    Attributes:
        coordinator: "HOST:PORT", an address of the machine that rank 0 runs on, and a
            port that is free there.
        processes: how many there are.
        rank: which of them this one is, 0 to processes - 1.
        units: of the LSTM.
        batch: images in a step, over all processes; a multiple of `processes`.
        images: training images, the first of MNIST's; a multiple of `batch`.
        epochs: how often all of them are read.
        rate: Adam's learning rate.
        seed: of the initial weights and of the order of the images.
        checkpoint: the file that rank 0 keeps the job in; an existing one is gone on
            from.
        once: whether the LSTM's gradients are summed over the processes once a step,
            instead of at each row.
        every: steps from one checkpoint to the next.
        wait: seconds to wait for the other processes, at the start and at the end.
        silence: seconds without a sign of life after which a process counts as dead.
        kill: after how many steps this process kills itself, to try that out.
    """

    coordinator: str
    processes: int
    rank: int
    checkpoint: str
    units: int = 30
    batch: int = 128
    images: int = 7_680
    epochs: int = 1
    rate: float = 0.01
    seed: int = 0
    once: bool = False
    every: int = 10
    wait: int = 60
    silence: int = 30
    kill: int | None = None

    def __post_init__(self) -> None:
        """Refuse what can't be run.

        Raises:
            JobError: a number is out of its range.
        """
        host, _, port = self.coordinator.rpartition(":")
        if not (host and port.isdecimal() and 0 < int(port) < 65536):
            raise JobError(
                f"the coordinator is {self.coordinator!r}; expected HOST:PORT, such as "
                "10.0.0.1:9500."
            )
        if not 0 <= self.rank < self.processes:
            raise JobError(
                f"rank {self.rank} of {self.processes} processes; expected one from 0 "
                f"to {self.processes - 1}."
            )
        for name in ("units", "batch", "images", "epochs", "every", "wait", "silence"):
            if getattr(self, name) < 1:
                raise JobError(f"{name} is {getattr(self, name)}; expected 1 or more.")
        for name, part in (("batch", self.processes), ("images", self.batch)):
            if getattr(self, name) % part:
                raise JobError(
                    f"{name} is {getattr(self, name)}, no multiple of {part}; all "
                    "processes must get equal shares of every batch."
                )
        if not Path(self.checkpoint).absolute().parent.is_dir():
            raise JobError(
                f"the folder of the checkpoint {self.checkpoint} isn't there; make it."
            )

    @property
    def address(self) -> tuple[str, int]:
        """The coordinator's host and port."""
        host, _, port = self.coordinator.rpartition(":")
        return host, int(port)

    @property
    def steps(self) -> int:
        """Of the whole job."""
        return self.epochs * self.images // self.batch

    @property
    def trained(self) -> dict:
        """What decides the weights, and so must be the same when a job is resumed."""
        names = ("units", "batch", "images", "rate", "seed", "once")
        return {name: getattr(self, name) for name in names}

    @property
    def about(self) -> dict:
        """What all processes must have in common: settings, and versions."""
        names = ("processes", "epochs", "every")
        versions = {name: metadata.version(name) for name in MUST_AGREE}
        return self.trained | {name: getattr(self, name) for name in names} | versions
