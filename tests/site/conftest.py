"""The built site, as the tests of the site share it: built once, strictly."""

import functools
import http.server
import os
import subprocess
import sysconfig
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import sync_playwright

from book.folders import ROOT
from book.site.chromium import NAMES, found


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
    if program := found():
        return program
    reason = f"no browser: none of {', '.join(NAMES)} is on the PATH"
    print(reason)
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser(chromium):
    """Give Chromium, without a window."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def address(site):
    """Serve the built pages; give the address of their root."""

    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Silent, directory=site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def open_piece(browser, site):
    """Give a function that opens a piece to play with, in its page from its folder.

    It gives the page and the piece, and fails for what the page should not have done.
    """

    @contextmanager
    def opened(
        name, page="chapters/play", width=1280, theme="light", clock=False, **options
    ):
        """Open a piece; the page may end in settings, after a # and the name."""
        settings = page.partition("#")[2]
        file = (site / f"{page.partition('#')[0]}.html").as_uri()
        viewport = {"width": width, "height": 900}
        with browser.new_context(viewport=viewport, **options) as context:
            for key in ("mode", "theme"):
                context.add_init_script(f"localStorage.setItem('{key}', '{theme}')")
            tab, wrong = context.new_page(), []

            def heard(message):
                if message.type in ("error", "warning"):
                    wrong.append(message.text)

            def asked(request):
                if not request.url.startswith(("file:", "data:")):
                    wrong.append(request.url)

            tab.on("console", heard)
            tab.on("pageerror", lambda error: wrong.append(str(error)))
            tab.on("request", asked)
            if clock:
                tab.clock.install()
            tab.goto(f"{file}{settings and '#'}{settings}")
            tab.wait_for_load_state("load")
            piece = tab.locator(f"figure.play[data-play={name}]")
            if options.get("java_script_enabled", True):
                piece.scroll_into_view_if_needed()
                piece.locator(".play-live").wait_for()
            yield tab, piece
        assert wrong == []

    return opened
