"""What a job accepts, and what its processes must have in common."""

import pytest

from book.distributed.jobs import Job, JobError


def job(tmp_path, **changed):
    settings = {"coordinator": "127.0.0.1:9500", "processes": 2, "rank": 0}
    return Job(**settings | {"checkpoint": str(tmp_path / "job.npz")} | changed)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"coordinator": "127.0.0.1"}, "expected HOST:PORT"),
        ({"coordinator": ":9500"}, "expected HOST:PORT"),
        ({"coordinator": "a:70000"}, "expected HOST:PORT"),
        ({"rank": 2}, "expected one from 0 to 1"),
        ({"rank": -1}, "expected one from 0 to 1"),
        ({"processes": 3, "rank": 2}, "batch is 128, no multiple of 3"),
        ({"images": 130}, "images is 130, no multiple of 128"),
        ({"epochs": 0}, "epochs is 0; expected 1 or more"),
        ({"checkpoint": "no/such/folder/job.npz"}, "isn't there; make it"),
    ],
)
def test_what_cannot_be_run_is_refused(tmp_path, changed, message):
    with pytest.raises(JobError, match=message):
        job(tmp_path, **changed)


def test_its_address_and_its_steps(tmp_path):
    one = job(tmp_path, coordinator="host.example:9500", images=1280, epochs=3)
    assert one.address == ("host.example", 9500)
    assert one.steps == 30


def test_ranks_of_one_job_agree_and_other_settings_do_not(tmp_path):
    assert job(tmp_path).about == job(tmp_path, rank=1, checkpoint="b.npz").about
    for changed in (
        {"units": 31},
        {"processes": 4},
        {"epochs": 2},
        {"seed": 1},
        {"once": True},
    ):
        assert job(tmp_path, **changed).about != job(tmp_path).about
    assert {"jax", "keras", "tensorflow"} <= job(tmp_path).about.keys()


def test_what_is_resumed_may_have_other_processes_and_epochs(tmp_path):
    assert job(tmp_path, processes=4, epochs=9).trained == job(tmp_path).trained
    assert job(tmp_path, units=31).trained != job(tmp_path).trained
