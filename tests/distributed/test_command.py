"""The command, and the watcher behind it: real processes, and real ends of them."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from book.distributed import __main__, compiled, launching, worker
from book.distributed.jobs import Job, JobError

COMMAND = [sys.executable, "-m", "book.distributed"]
SMALL = ["--batch", "8", "--images", "48", "--units", "3", "--every", "2"]


def end(process):
    """Give (exit status, output) of a process, which is over then."""
    try:
        return process.wait(200), process.communicate()[0]
    finally:
        process.kill()


def start(*options):
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([*COMMAND, *map(str, options)], **pipe)


def state(path):
    with np.load(path) as kept:
        return {name: kept[name] for name in kept.files}


# --- options


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--local", "2", "--rank", "0"],
        ["--coordinator", "127.0.0.1:9500", "--processes", "2"],
        ["--local", "2", "--kill", "one@two"],
    ],
)
def test_wrong_options_are_refused(capsys, options):
    with pytest.raises(SystemExit) as left:
        __main__.main([*options, "--checkpoint", "job.npz"])
    assert left.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_a_job_that_cannot_be_run_is_an_error(capsys):
    assert __main__.main(["--local", "3", "--checkpoint", "job.npz"]) == 1
    assert "no multiple of 3" in capsys.readouterr().err


# --- starting and ending, without JAX


def job(tmp_path, rank=0, **changed):
    port = changed.pop("port", None) or launching.free_port()
    path = str(tmp_path / "job.npz")
    return Job(f"127.0.0.1:{port}", 2, rank, checkpoint=path, **changed)


def test_what_a_process_refuses_is_told_and_not_tried_again(tmp_path, capfd):
    with pytest.raises(JobError, match="rank 1 did not come within 1 s"):
        launching.run([job(tmp_path, wait=1)], restarts=3)
    assert "start again" not in capfd.readouterr().out


def test_a_port_in_use_is_told(tmp_path):
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(JobError, match="can't listen"),
    ):
        launching.run([job(tmp_path, port=other.getsockname()[1])])


def test_two_hosts_with_different_settings_are_both_told(tmp_path):
    place = ["--coordinator", f"127.0.0.1:{launching.free_port()}", "--processes", 2]
    place += ["--checkpoint", tmp_path / "job.npz"]
    hosts = [start(*place, "--rank", 0), start(*place, "--rank", 1, "--units", 31)]
    for status, said in map(end, hosts):
        assert status == 1
        assert "error: units is 30 on rank 0 and 31 on rank 1" in said


def test_a_process_that_always_dies_is_given_up(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(launching.sys, "executable", shutil.which("false"))
    with pytest.raises(JobError, match="rank 0 ended with status 1"):
        launching.run([job(tmp_path)], restarts=2)
    assert capfd.readouterr().out.count("all start again") == 2


def test_no_process_outlives_its_parent(tmp_path):
    """Not even where the parent was given no time to end it."""
    told = json.dumps(vars(job(tmp_path, wait=100)))
    code = (
        "import subprocess, sys, time\n"
        f"command = [sys.executable, '-m', {worker.__name__!r}, {told!r}]\n"
        "child = subprocess.Popen(command, stdin=subprocess.PIPE)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(100)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 60
    while _is_there(child):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_there(process):
    command = ["ps", "-o", "stat=", "-p", str(process)]
    found = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return bool(found) and not found.startswith("Z")  # Z: ended, not yet asked after


# --- training


@pytest.mark.slow
@pytest.mark.parametrize("once", [[], ["--once"]], ids=["at each row", "once"])
def test_killed_in_mid_epoch_it_ends_as_one_undisturbed_process(
    tmp_path, monkeypatch, once
):
    """One process with two devices adds up in the same order: to the last bit."""
    killed, undisturbed = tmp_path / "killed.npz", tmp_path / "undisturbed.npz"
    options = [*SMALL, *once, "--epochs", 2, "--checkpoint"]
    kill = ["--restarts", 1, "--kill", "0@9"]
    status, said = end(start("--local", 2, *options, killed, *kill))
    assert status == 0, said
    assert "rank 0 was ended by SIGKILL; all start again" in said
    monkeypatch.setenv("XLA_FLAGS", "--xla_force_host_platform_device_count=2")
    status, said = end(start("--local", 1, *options, undisturbed))
    assert status == 0, said
    expected, found = state(undisturbed), state(killed)
    assert len(expected["losses"]) == 12
    assert expected.keys() == found.keys()
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name], name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("once", "arrays"),
    [([], {"at each row": 3, "once": 3}), (["--once"], {"at each row": 0, "once": 6})],
    ids=["at each row", "once"],
)
def test_so_many_arrays_are_summed_over_the_devices_in_a_step(
    tmp_path, monkeypatch, once, arrays
):
    """The LSTM's kernels and bias; the dense layer's kernel and bias, and the loss."""
    dump = f"--xla_dump_to={tmp_path} --xla_dump_hlo_as_text"
    flags = f"--xla_force_host_platform_device_count=2 {dump}"
    monkeypatch.setenv("XLA_FLAGS", flags)
    status, said = end(
        start("--local", 1, *SMALL, *once, "--checkpoint", tmp_path / "job.npz")
    )
    assert status == 0, said
    assert compiled.summed(tmp_path) == arrays


@pytest.mark.slow
def test_summed_once_the_losses_are_the_same(tmp_path):
    found = []
    for name, once in (("rows", []), ("once", ["--once"])):
        path = tmp_path / f"{name}.npz"
        status, said = end(start("--local", 2, *SMALL, *once, "--checkpoint", path))
        assert status == 0, said
        found.append(state(path)["losses"])
    np.testing.assert_allclose(*found, rtol=1e-5)


def test_without_a_program_there_is_nothing_to_count(tmp_path):
    with pytest.raises(ValueError, match="was XLA_FLAGS set for the job"):
        compiled.summed(tmp_path)
