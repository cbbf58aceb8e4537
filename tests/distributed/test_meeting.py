"""The processes of a job meet before anything is loaded; threads play them here."""

import json
import socket
import threading

import pytest

from book.distributed import launching, meeting
from book.distributed.jobs import JobError

SAME = {"keras": "3.15.0", "units": 30}


@pytest.fixture
def address():
    return "127.0.0.1", launching.free_port()


def meet(address, hosts, processes, seconds=1.0):
    """Give what each of the hosts, (rank, about), was told."""
    said = []

    def host(rank, about):
        try:
            if rank == 0:
                meeting.call_roll(address, processes, about, seconds)
            else:
                meeting.answer(address, rank, about, seconds)
            said.append((rank, "goes on"))
        except JobError as error:
            said.append((rank, str(error)))

    threads = [threading.Thread(target=host, args=each) for each in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(said) == len(hosts)
    return sorted(said)


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_all_go_on_once_all_are_there(address, processes):
    hosts = [(rank, SAME) for rank in reversed(range(processes))]
    said = meet(address, hosts, processes, seconds=20)
    assert said == [(rank, "goes on") for rank in range(processes)]


@pytest.mark.parametrize(("name", "other"), [("keras", "3.14.0"), ("units", 31)])
def test_one_that_differs_is_named_to_all(address, name, other):
    hosts = [(0, SAME), (1, SAME), (2, SAME | {name: other})]
    said = meet(address, hosts, 3, seconds=20)
    expected = f"{name} is {SAME[name]} on rank 0 and {other} on rank 2"
    assert [text.partition(";")[0] for _, text in said] == [expected] * 3


def test_those_that_do_not_come_are_named_to_those_that_did(address):
    said = meet(address, [(0, SAME), (2, SAME)], 4)
    assert all("rank 1, 3 did not come within 1.0 s" in text for _, text in said)
    assert [rank for rank, _ in said] == [0, 2]


def test_without_rank_0_the_others_say_where_they_looked(address):
    ((_, text),) = meet(address, [(1, SAME)], 2)
    assert f"no coordinator at 127.0.0.1:{address[1]} within 1.0 s" in text


def test_a_port_in_use_is_refused_at_once():
    with socket.create_server(("127.0.0.1", 0)) as other:
        name = "127.0.0.1", other.getsockname()[1]
        with pytest.raises(JobError, match=f"can't listen on 127.0.0.1:{name[1]}"):
            meeting.call_roll(name, 2, SAME, 60)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(JobError, match="Rank 0 runs on the machine"):
        meeting.call_roll(("192.0.2.1", 9500), 2, SAME, 60)  # reserved for examples


STRANGE = [
    b"GET / HTTP/1.1\r\n\r\n",
    b"[1, 2]\n",
    b"{}\n",
    b'{"rank": [0]}\n',
    b"x" * (meeting.LONGEST + 1),
    b"",
]


@pytest.mark.parametrize("sent", STRANGE)
def test_what_a_stranger_sends_counts_as_nothing(address, sent):
    roll = threading.Thread(target=meet, args=(address, [(0, SAME)], 2, 3.0))
    roll.start()
    link = None
    while link is None:
        try:
            link = socket.create_connection(address, timeout=1)
        except OSError:
            continue
    with link:
        link.sendall(sent)
    meeting.answer(address, 1, SAME, 3)  # all the same
    roll.join(30)


def test_an_answer_that_is_none_of_ours_is_not_believed(address):
    with meeting.listen(address) as server:

        def reply():
            link = server.accept()[0]
            link.sendall(json.dumps(["go on"]).encode() + b"\n")
            link.close()

        threading.Thread(target=reply, daemon=True).start()
        with pytest.raises(JobError, match="no coordinator"):
            meeting.answer(address, 1, SAME, 1)
