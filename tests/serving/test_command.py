"""`python -m book.serving` as a process: its address, its errors, its end."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest

from book.folders import ROOT
from book.serving import __main__ as command

BODY = b'{"words": ["ab"]}'


@pytest.fixture
def path(tmp_path, small):
    return small.save(tmp_path)


@pytest.fixture
def serve(path):
    """Start the server; give its process and a way to connect."""
    started = []

    def start(*options):
        process = subprocess.Popen(
            [sys.executable, "-m", "book.serving", path, "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        address = urlsplit(process.stdout.readline().strip())

        def connect():
            return http.client.HTTPConnection(
                address.hostname, address.port, timeout=30
            )

        return process, connect

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=30)


def ask(connection, body=BODY):
    connection.request("POST", "/languages", body)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def test_it_answers_at_the_address_that_it_prints(serve):
    _, connect = serve("--most", "4", "--wait", "0", "--threads", "2")
    status, answer = ask(connect())
    assert status == 200
    assert answer[0]["word"] == "ab"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_at_its_end_what_has_begun_is_answered(serve, number):
    process, connect = serve()
    begun = connect()
    begun.putrequest("POST", "/languages")
    begun.putheader("Content-Length", str(len(BODY)))
    begun.endheaders(BODY[:5])
    assert ask(connect())[0] == 200  # so the server has seen the one before
    process.send_signal(number)
    found = []
    reading = threading.Thread(target=lambda: found.append(begun.getresponse()))
    reading.start()
    time.sleep(0.3)
    assert process.poll() is None  # it waits for the rest
    begun.send(BODY[5:])
    reading.join(30)
    assert found[0].status == 200
    process.wait(30)
    with pytest.raises(OSError):
        ask(connect())


def test_a_folder_that_is_not_one(tmp_path, capsys):
    assert command.main([str(tmp_path / "none"), "--port", "0"]) == 1
    assert "model.json can't be read" in capsys.readouterr().err


def test_a_port_in_use(path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert command.main([str(path), "--port", str(taken.getsockname()[1])]) == 1
    assert "Choose another with --port" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option",
    [("--port", "65536"), ("--most", "0"), ("--wait", "-1"), ("--wait", "nan")],
)
def test_options_out_of_range(path, option, capsys):
    with pytest.raises(SystemExit) as ended:
        command.main([str(path), *option])
    assert ended.value.code == 2
    assert "is not" in capsys.readouterr().err
