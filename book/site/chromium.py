"""The machine's own Chromium, which prints, photographs and measures the site."""

import shutil
from collections.abc import Iterable

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""The names under which it is looked for."""


def found(names: Iterable[str] = NAMES) -> str | None:
    """Give the path of the first of these programs on the PATH, or None."""
    return next(filter(None, map(shutil.which, names)), None)
