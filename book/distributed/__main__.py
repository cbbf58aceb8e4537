"""The command: `python -m book.distributed --local 2 …`, or one line for each host."""

import argparse
import dataclasses
import sys

from book.distributed import launching
from book.distributed.jobs import Job, JobError

EPILOG = """
examples, on one machine:
  %(prog)s --local 2 --checkpoint /tmp/job.npz

on two hosts, the first of which has the address 10.0.0.1, one line on each:
  %(prog)s --coordinator 10.0.0.1:9500 --processes 2 --rank 0 --checkpoint job.npz
  %(prog)s --coordinator 10.0.0.1:9500 --processes 2 --rank 1 --checkpoint job.npz

Rank 0 keeps the job in its checkpoint; the others need none. After a failure, all start
again from there: by themselves with --restarts, else when their lines are given again.
All traffic is open to whoever can reach the port: use a private network.

exit status: 0; 1 where the job can't be run or has failed; 2 for a wrong option.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.

    Returns:
        The exit status: 0, or 1 where the job failed.
    """
    parser = argparse.ArgumentParser(
        prog="python -m book.distributed",
        description="Train an LSTM on MNIST's rows with several processes.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--local", type=int, metavar="N", help="N processes, all on this machine")
    add("--coordinator", metavar="HOST:PORT", help="where rank 0 runs, a free port")
    add("--processes", type=int, metavar="N", help="of the whole job")
    add("--rank", type=int, metavar="R", help="of the one on this host, from 0")
    add("--checkpoint", required=True, metavar="FILE", help="rank 0 keeps the job here")
    add("--restarts", type=int, default=0, metavar="N", help="after a failure")
    add("--platform", default="cpu", help="of JAX: cpu (default), cuda or tpu")
    add(
        "--kill",
        action="append",
        default=[],
        type=_rank_and_step,
        metavar="RANK@STEP",
        help="to try it: this rank kills itself after this step, the first time; given "
        "again, the second time, and so on",
    )
    kinds = {field.name: field for field in dataclasses.fields(Job)}
    numbers = ("units", "batch", "images", "epochs", "rate", "seed")
    for name in (*numbers, "every", "wait", "silence"):
        kind = float if name == "rate" else int
        default = kinds[name].default
        add(f"--{name}", type=kind, default=default, help=f"default: {default}")
    add("--once", action="store_true", help="sum the LSTM's gradients once a step")
    given = vars(parser.parse_args(arguments))
    local = given.pop("local")
    place = [given[name] for name in ("coordinator", "processes", "rank")]
    if (local is None) == (None in place) or (
        local and any(p is not None for p in place)
    ):
        parser.error("give --local, or --coordinator, --processes and --rank")
    watched = {name: given.pop(name) for name in ("restarts", "platform")}
    watched["kills"] = given.pop("kill")
    try:
        launching.run(_jobs(local, given), **watched)
    except JobError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _jobs(local: int | None, given: dict) -> list[Job]:
    """Give the jobs of this machine: one, or for --local all."""
    if local is None:
        return [Job(**given)]
    given |= {"coordinator": f"127.0.0.1:{launching.free_port()}", "processes": local}
    return [Job(**given | {"rank": rank}) for rank in range(local)]


def _rank_and_step(text: str) -> tuple[int, int]:
    rank, step = text.split("@")
    return int(rank), int(step)


if __name__ == "__main__":
    sys.exit(main())
