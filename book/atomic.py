"""Files that appear whole or not at all."""

import os
from collections.abc import Mapping
from pathlib import Path


def write(contents: Mapping[Path, bytes]) -> None:
    """Write files under other names, and give them their own when all are whole.

    Args:
        contents: what to write, by path; the folders exist.

    Raises:
        OSError: a file cannot be written. Then none is changed, and nothing is left.
    """
    parts = {
        path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in contents
    }
    try:
        for path, part in parts.items():
            part.write_bytes(contents[path])
        for path, part in parts.items():
            os.replace(part, path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
