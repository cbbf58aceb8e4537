"""Files in data/ that never change: read only if they are what they were."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from book import atomic

CHECKSUMS = "SHA256SUMS"
"""The file in each folder that holds the others' checksums, as `sha256sum` has it."""


def read(path: Path, restore: str) -> bytes:
    """Give the bytes of a file that agrees with its checksum.

    Args:
        path: the file; its SHA-256 stands in SHA256SUMS, in the same folder.
        restore: what to do where it does not agree; the errors end with it.

    Raises:
        FileNotFoundError: the file, or SHA256SUMS, is missing.
        ValueError: SHA256SUMS does not name the file, or with another SHA-256.
    """
    checksums = path.with_name(CHECKSUMS)
    for file in (path, checksums):
        if not file.is_file():
            raise FileNotFoundError(
                f"{file} is missing. Expected {path.name} and {CHECKSUMS} in one "
                f"folder. {restore}"
            )
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    expected = _checksums(checksums).get(path.name, "nothing of it")
    if found != expected:
        raise ValueError(
            f"{path} has the SHA-256 {found}, but {CHECKSUMS} says {expected}. "
            f"One of the two was changed or is incomplete. {restore}"
        )
    return content


def write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files and their checksums: all of them, or none.

    Args:
        folder: where to write; made if it is not there.
        contents: what to write, by file name. Other files' lines in SHA256SUMS stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    checksums = folder / CHECKSUMS
    known = _checksums(checksums) if checksums.exists() else {}
    for name, content in contents.items():
        known[name] = hashlib.sha256(content).hexdigest()
        print(f"{known[name]}  {name}  {len(content) / 1e6:.1f} MB")
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(known.items()))
    files = {folder / name: content for name, content in contents.items()}
    atomic.write(files | {checksums: lines.encode()})


def _checksums(path: Path) -> dict[str, str]:
    """Give the checksums in a file, by file name."""
    lines = path.read_text("utf-8", "replace").splitlines()
    pairs = [line.split(maxsplit=1) for line in lines]
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
