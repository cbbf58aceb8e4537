"""Files in data/ that never change: read only if they are what they were."""

import hashlib
import os
from pathlib import Path


def read(path: Path, restore: str) -> bytes:
    """Give the bytes of a file that agrees with the checksum beside it.

    Args:
        path: the file; its SHA-256 stands in NAME.sha256, as `sha256sum` prints it.
        restore: what to do where it does not agree; the errors end with it.

    Raises:
        FileNotFoundError: the file or its checksum is missing.
        ValueError: the file has another SHA-256.
    """
    checksum = path.with_name(f"{path.name}.sha256")
    for file in (path, checksum):
        if not file.is_file():
            raise FileNotFoundError(
                f"{file} is missing. Expected {path.name} and {checksum.name} in one "
                f"folder. {restore}"
            )
    content = path.read_bytes()
    expected = (checksum.read_text("utf-8", "replace").split() or [""])[0]
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ValueError(
            f"{path} has the SHA-256 {found}, but {checksum.name} says {expected!r}. "
            f"One of the two was changed or is incomplete. {restore}"
        )
    return content


def write(path: Path, content: bytes) -> None:
    """Write a file and, beside it, its SHA-256, each under its name only when whole.

    Args:
        path: the file to write; its SHA-256 goes to NAME.sha256, and to the screen.
        content: what to write.
    """
    line = f"{hashlib.sha256(content).hexdigest()}  {path.name}"
    checksum = path.with_name(f"{path.name}.sha256")
    unfinished = {f: f.with_name(f"{f.name}.part") for f in (path, checksum)}
    unfinished[path].write_bytes(content)
    unfinished[checksum].write_text(f"{line}\n", "ascii", newline="\n")
    for file, part in unfinished.items():
        os.replace(part, file)
    print(f"{line}  {len(content) / 1e6:.1f} MB")
