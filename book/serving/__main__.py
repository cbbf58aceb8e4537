"""The command: `python -m book.serving FOLDER`."""

import argparse
import socket
import sys

import uvicorn

from book.serving import folder
from book.serving.app import application

EPILOG = """
example:
  %(prog)s FOLDER --port 8000
  curl http://127.0.0.1:8000/languages -d '{"words": ["haus"]}'

FOLDER holds a network and its alphabet, as chapter 31 writes them. The address is
printed when the server listens. SIGTERM or Ctrl-C ends it: requests that have begun are
answered, new ones are not taken.

exit status: 1 where the folder or the port can't be used; 2 for a wrong option.
"""
SECONDS_TO_END = 10


def main(arguments: list[str] | None = None) -> int:
    """Serve until a signal ends it.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.

    Returns:
        The exit status: 0, or 1 where the folder or the port can't be used.
    """
    parser = argparse.ArgumentParser(
        prog="python -m book.serving",
        description="Serve a network that tells languages apart.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("folder", metavar="FOLDER")
    add("--host", default="127.0.0.1", help="this machine alone, unless told otherwise")
    add("--port", type=_port, default=8000, help="0 takes one that is free")
    add("--most", type=_positive, default=32, help="words in a call of the network")
    add(
        "--wait",
        type=_milliseconds,
        default=2.0,
        metavar="MS",
        help="milliseconds that a word waits for others",
    )
    add("--threads", type=_positive, default=1, help="of a call of the network")
    given = parser.parse_args(arguments)
    try:
        model = folder.load(given.folder, given.threads)
    except folder.FolderError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        listening = socket.create_server((given.host, given.port))
    except OSError as error:
        print(
            f"{given.host}, port {given.port}: {error.strerror or error}. Choose "
            "another with --port; --port 0 takes one that is free.",
            file=sys.stderr,
        )
        return 1
    config = uvicorn.Config(
        application(model, given.most, given.wait / 1000),
        log_level="warning",
        timeout_graceful_shutdown=SECONDS_TO_END,
    )
    address, port = listening.getsockname()[:2]
    print(f"http://{address}:{port}", flush=True)
    uvicorn.Server(config).run(sockets=[listening])
    return 0


def _port(text: str) -> int:
    """Read a port's number."""
    if not 0 <= (number := int(text)) < 65_536:
        raise argparse.ArgumentTypeError(f"{number} is not between 0 and 65535")
    return number


def _positive(text: str) -> int:
    """Read a whole number over 0."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{number} is not over 0")
    return number


def _milliseconds(text: str) -> float:
    """Read a number of milliseconds, up to a second."""
    if not 0 <= (number := float(text)) <= 1000:
        raise argparse.ArgumentTypeError(f"{number} is not between 0 and 1000")
    return number


if __name__ == "__main__":
    sys.exit(main())
