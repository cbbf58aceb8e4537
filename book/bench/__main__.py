"""Measure how fast LSTMs are trained, in many ways: `make bench`.

    python -m book.bench [--quick] [TABLE …]

Each table goes to data/benchmarks/. A full run takes about two hours, on a machine
that does nothing else. PyTorch is measured where .peers/ has it, and TensorFlow 1.4.1
where `make oracle` has installed it.
"""

import argparse
import sys
import time

from book.bench import machine, tables
from book.bench.rounds import WayFailed
from book.data import benchmarks
from book.folders import ROOT


def main(arguments: list[str] | None = None) -> None:
    """Run the command; see the top of this file.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.
    """
    parser = argparse.ArgumentParser(
        prog="python -m book.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--quick", action="store_true",
        help="a few steps, kept in _build/benchmarks/: shows that everything runs",
    )  # fmt: skip
    parser.add_argument(
        "names", nargs="*", metavar="TABLE", help=f"of {', '.join(tables.TABLES)}"
    )
    given = parser.parse_args(arguments)
    for name in given.names:
        if name not in tables.TABLES:
            parser.error(f"no table {name!r}; there are {', '.join(tables.TABLES)}.")
    effort = tables.QUICK if given.quick else tables.FULL
    folder = ROOT / "_build" / "benchmarks" if given.quick else benchmarks.FOLDER
    for name in given.names or tables.TABLES:
        start = time.monotonic()
        try:
            table = tables.measure(name, effort)
        except (WayFailed, ValueError) as error:
            sys.exit(str(error))
        if name == "ways" and not given.quick:  # so that two runs can be compared
            benchmarks.keep_earlier(name, folder)
        benchmarks.write(name, table.assign(**machine.described()), folder)
        if not given.quick:
            tables.written(name)
        print(f"{table.to_string(index=False)}\n{time.monotonic() - start:.0f} seconds")


if __name__ == "__main__":
    main()
