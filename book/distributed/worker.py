"""One process of a job, started by `launching`: meets the others, then trains."""

import json
import os
import sys
import threading

from book.distributed import checkpoints, meeting
from book.distributed.jobs import Job, JobError

REFUSED = 3
"""The exit status of a process whose job can't be run; starting it again won't help."""


def main() -> int:
    """Run the job that the command line holds as JSON.

    Returns:
        The exit status: 0, or REFUSED.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    job = Job(**json.loads(sys.argv[1]))
    try:
        if job.rank == 0:
            checkpoints.check(job.checkpoint, job.trained)
            meeting.call_roll(job.address, job.processes, job.about, job.wait)
        else:
            meeting.answer(job.address, job.rank, job.about, job.wait)
        import jax

        from book.distributed import training

        training.join(job)
        training.train(job)
    except JobError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(REFUSED)  # without waiting for those that can't come
    jax.distributed.shutdown()
    return 0


def _end_with_parent() -> None:
    """End this process when the one that started it has ended, however that came."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
