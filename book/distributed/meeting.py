"""The roll call: before anything is loaded, all processes of a job meet and compare."""

import contextlib
import json
import socket
import time

from book.distributed.jobs import JobError

LONGEST = 10_000  # bytes of a message; a longer one is none of ours


def call_roll(address, processes, about, seconds):
    """Wait for ranks 1 to processes - 1, compare what they say, and let all go on.

    Args:
        address: (host, port) to listen on; the host is this machine.
        processes: how many there are, with this one, rank 0.
        about: what rank 0 says of itself, a dictionary that JSON can hold.
        seconds: how long to wait.

    Raises:
        JobError: the port isn't free, a rank did not come, or one says something
            else than rank 0. All that came are told the same.

    Source:
        Chapter 30.
    """
    deadline, came, links = time.monotonic() + seconds, {0: about}, {}
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(listen(address))
        while len(came) < processes:
            server.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                link = stack.enter_context(server.accept()[0])
            except TimeoutError:
                break
            hello = receive(link, 2)
            if isinstance(rank := hello.get("rank"), int):
                came[rank], links[rank] = hello, link
        refusal = objection(came, processes, seconds)
        for link in links.values():
            send(link, {"refusal": refusal})
    if refusal:
        raise JobError(refusal)


def listen(address):
    """Give a socket that listens.

    Raises:
        JobError: the port is in use, or the host isn't this machine.
    """
    try:
        return socket.create_server(address)
    except OSError as error:
        host, port = address
        raise JobError(
            f"can't listen on {host}:{port} ({error.strerror}). Rank 0 runs on the "
            "machine that has this address, and the port must be free there."
        ) from error


def objection(came, processes, seconds):
    """Give what is wrong with those that came, as a text; None if nothing is."""
    if missing := sorted(set(range(processes)) - set(came)):
        ranks = ", ".join(map(str, missing))
        return (
            f"of {processes} processes, rank {ranks} did not come within {seconds} s. "
            "Start each rank once; is the coordinator's port reachable from there?"
        )
    for rank, about in came.items():
        for name in came[0]:
            if about.get(name) != came[0][name]:
                return (
                    f"{name} is {came[0][name]} on rank 0 and {about.get(name)} on "
                    f"rank {rank}; all hosts need the same."
                )
    return None


def answer(address, rank, about, seconds):
    """Tell rank 0 that this rank is there, and wait until it lets all go on.

    Args:
        address: (host, port) of rank 0.
        rank: this process's.
        about: as for `call_roll`.
        seconds: how long to try.

    Raises:
        JobError: rank 0 is not to be found, or refuses.

    Source:
        Chapter 30.
    """
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        reply = {}
        with (
            contextlib.suppress(OSError),  # rank 0 isn't there yet
            socket.create_connection(address, timeout=left) as link,
        ):
            send(link, {"rank": rank, **about})
            reply = receive(link, left + 2)
        if reply.get("refusal"):
            raise JobError(reply["refusal"])
        if "refusal" in reply:
            return
        time.sleep(0.1)
    raise JobError(
        f"rank {rank} found no coordinator at {address[0]}:{address[1]} within "
        f"{seconds} s. Is rank 0 running there, and the port reachable from here?"
    )


def send(link, message):
    """Send a dictionary as one line."""
    with contextlib.suppress(OSError):  # it has gone; its own side knows
        link.sendall(json.dumps(message).encode() + b"\n")


def receive(link, seconds):
    """Give the dictionary in the next line; an empty one if none comes in time."""
    link.settimeout(seconds)
    try:
        message = json.loads(link.makefile("rb").readline(LONGEST))
    except (OSError, ValueError):
        return {}
    return message if isinstance(message, dict) else {}
