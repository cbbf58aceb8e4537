"""The built site, as the tests of the site share it: built once, strictly."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from filelock import FileLock

from book.folders import ROOT
from book.site.stills import BROWSERS


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Give the folder of the built pages; pytest's workers share one build."""
    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):  # a worker of xdist: its parent is everyone's
        shared = shared.parent
    built = shared / "site"
    with FileLock(f"{built}.lock"):
        if not (built / "log.txt").exists():
            _build(built)
    return built / "_build" / "html"


def _build(folder):
    command = Path(sysconfig.get_path("scripts"), "jupyter-book")
    strictly = ["-W", "-n", "--keep-going", "--all", "--path-output", folder]
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [command, "build", ROOT, *strictly], capture_output=True, text=True
    )
    if done.returncode:
        pytest.fail(f"the site does not build:\n{done.stdout}{done.stderr}")
    (folder / "log.txt").write_text(done.stdout, encoding="utf-8")


@pytest.fixture(scope="session")
def chromium():
    """Give the machine's own Chromium's path; without one, skip, but never in CI."""
    if found := next(filter(None, map(shutil.which, BROWSERS)), None):
        return found
    reason = f"no browser: none of {', '.join(BROWSERS)} is on the PATH"
    print(reason)
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
