"""A job's state as one file."""

import os
import types

import numpy as np
import pytest

from book.distributed import checkpoints
from book.distributed.jobs import JobError

TRAINED = {"units": 2, "seed": 0}


class Variable:
    def __init__(self, value):
        self.value = np.array(value)

    def numpy(self):
        return self.value

    def assign(self, value):
        assert np.shape(value) == self.value.shape
        self.value = value


def model(*values):
    """What a checkpoint needs of a Keras model; the chapter has a real one."""
    first, *others = map(Variable, values)
    optimizer = types.SimpleNamespace(variables=others)
    return types.SimpleNamespace(variables=[first], optimizer=optimizer)


def test_what_is_packed_is_unpacked_bit_for_bit():
    values = np.float32([[1 / 3, 2], [3, 4]]), np.int32(7), np.float32([0.1])
    losses = [float(np.float32(x)) for x in (2.3, 1 / 3)]
    content = checkpoints.pack(model(*values), losses, TRAINED)
    other = model(np.zeros((2, 2)), 0, np.zeros(1))
    assert checkpoints.unpack(other, content) == losses
    found = [other.variables[0], *other.optimizer.variables]
    for variable, value in zip(found, values, strict=True):
        np.testing.assert_array_equal(variable.value, value)
        assert variable.value.dtype == value.dtype


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "job.npz"
    path.write_bytes(checkpoints.pack(model(np.arange(50.0)), [2.5], TRAINED))
    return path


def test_one_of_the_same_job_passes_and_so_does_none(path):
    checkpoints.check(path, TRAINED)
    path.unlink()
    checkpoints.check(path, TRAINED)


def test_one_of_another_job_is_refused(path):
    with pytest.raises(JobError, match="kept with units 2, this job has 3"):
        checkpoints.check(path, TRAINED | {"units": 3})


def cut(content):
    return content[: len(content) // 2]


def flipped(content):
    middle = content.index(b"variable_0") + 300  # among its numbers
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [cut, flipped, lambda _: b"", lambda _: b"text"])
def test_a_damaged_one_is_refused(path, damage):
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(JobError, match="can't be read as a checkpoint"):
        checkpoints.check(path, TRAINED)


def test_nothing_in_it_is_executed(tmp_path):
    class Bad:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "made"),)

    path = tmp_path / "job.npz"
    np.savez(path, trained=np.array([Bad()], dtype=object))
    with pytest.raises(JobError, match="can't be read"):
        checkpoints.check(path, TRAINED)
    assert not (tmp_path / "made").exists()
