"""Frozen files and their checksums."""

import hashlib
import subprocess

import pytest

from book.data import frozen

ADVICE = "Make it again."


@pytest.fixture
def folder(tmp_path):
    """Give a folder with two frozen files, one written after the other."""
    folder = tmp_path / "new"
    frozen.write(folder, {"a.csv": b"one\n"})
    frozen.write(folder, {"b.csv": b"two\n"})
    return folder


def test_what_is_written_is_read(folder):
    assert frozen.read(folder / "a.csv", ADVICE) == b"one\n"
    assert frozen.read(folder / "b.csv", ADVICE) == b"two\n"


def test_sha256sum_can_check_them(folder):
    command = ["sha256sum", "--check", "--strict", frozen.CHECKSUMS]
    assert subprocess.check_output(command, cwd=folder) == b"a.csv: OK\nb.csv: OK\n"


def test_a_file_that_is_written_again_has_one_line(folder):
    frozen.write(folder, {"a.csv": b"new\n"})
    assert frozen.read(folder / "a.csv", ADVICE) == b"new\n"
    lines = (folder / frozen.CHECKSUMS).read_text().splitlines()
    assert [line.split()[1] for line in lines] == ["a.csv", "b.csv"]


@pytest.mark.parametrize("name", ["a.csv", frozen.CHECKSUMS])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError) as caught:
        frozen.read(folder / "a.csv", ADVICE)
    assert str(caught.value) == (
        f"{folder / name} is missing. Expected a.csv and SHA256SUMS in one folder. "
        "Make it again."
    )


def test_a_changed_file_is_refused(folder):
    (folder / "a.csv").write_bytes(b"One\n")
    one, changed = (hashlib.sha256(text).hexdigest() for text in (b"one\n", b"One\n"))
    with pytest.raises(ValueError, match="Make it again") as caught:
        frozen.read(folder / "a.csv", ADVICE)
    assert str(caught.value) == (
        f"{folder / 'a.csv'} has the SHA-256 {changed}, but SHA256SUMS says {one}. "
        "One of the two was changed or is incomplete. Make it again."
    )


@pytest.mark.parametrize("text", ["", "\n", "no-checksum\n", "0  b.csv\n"])
def test_checksums_that_do_not_name_the_file_are_refused(folder, text):
    (folder / frozen.CHECKSUMS).write_text(text)
    with pytest.raises(ValueError, match="SHA256SUMS says nothing of it"):
        frozen.read(folder / "a.csv", ADVICE)


def test_windows_line_ends_are_read(folder):
    checksums = folder / frozen.CHECKSUMS
    checksums.write_bytes(checksums.read_bytes().replace(b"\n", b"\r\n"))
    assert frozen.read(folder / "a.csv", ADVICE) == b"one\n"
