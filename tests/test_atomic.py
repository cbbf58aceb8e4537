import os

import pytest

from book import atomic


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "some.csv"
    path.write_bytes(b"old")
    return path


def test_files_are_written_and_nothing_else_is_left(path):
    atomic.write({path: b"new", path.with_name("other"): b""})
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == {
        "some.csv": b"new",
        "other": b"",
    }


def test_a_write_that_breaks_off_changes_nothing_and_leaves_nothing(path, monkeypatch):
    write_bytes = type(path).write_bytes

    def full_disk(part, content):
        write_bytes(part, content[:1])
        if content == b"second":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", full_disk)
    with pytest.raises(OSError, match="No space left"):
        atomic.write({path: b"first", path.with_name("other"): b"second"})
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_gets_its_name_only_when_all_are_whole(path, monkeypatch):
    replace, seen = os.replace, []

    def spy(part, target):
        seen.append([p.read_bytes() for p in sorted(path.parent.glob(".*.part"))])
        replace(part, target)

    monkeypatch.setattr(os, "replace", spy)
    atomic.write({path: b"first", path.with_name("other"): b"second"})
    assert seen == [[b"second", b"first"], [b"second"]]
