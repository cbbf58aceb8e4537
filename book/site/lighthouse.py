"""Lighthouse's marks for the built site, held to the course's goals.

`make lighthouse` serves the site as a host would, packed with gzip, and measures the
welcome page, the longest chapter of each part, and the page of claims, on a desktop and
on a mobile telephone, three times each. It needs Node.js, whose npx fetches Lighthouse,
and Chromium or Chrome; `CHROME_PATH` names another browser.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sphinx_external_toc.parsing import parse_toc_yaml

from book.folders import ROOT
from book.site import chromium

LIGHTHOUSE = ["npx", "--yes", "lighthouse@12"]
BROWSERS = [*chromium.NAMES, "chrome"]
RUNS = 3
PACKED = {".css", ".html", ".js", ".json", ".svg", ".txt"}

# Goals, from 0 to 100, in Lighthouse's names.
ALWAYS = {"accessibility": 100, "best-practices": 100, "seo": 100}
GOALS = {
    "desktop": {"performance": 95, **ALWAYS},
    "mobile": {"performance": 90, **ALWAYS},
}
# Shown beside the marks: Lighthouse's name, ours, and its unit.
TIMES = {
    "first-contentful-paint": "first paint, s",
    "largest-contentful-paint": "largest, s",
    "total-blocking-time": "blocked, s",
    "cumulative-layout-shift": "shift",
}


class Packing(SimpleHTTPRequestHandler):
    """Serves a folder, its texts packed with gzip, without a word on the terminal."""

    def do_GET(self) -> None:
        """Answers with the file, packed if it is a text and the browser takes that."""
        path = Path(self.translate_path(self.path))
        takes = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (takes and path.suffix in PACKED and path.is_file()):
            super().do_GET()
            return
        body = _packed(path, path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args) -> None:
        """Says nothing."""


@cache
def _packed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes())


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serves a folder on this machine while it is entered; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Packing, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def pages(site: Path, toc: Path = ROOT / "_toc.yml") -> list[str]:
    """Gives the pages to measure: the welcome page, one of each part, the claims."""
    book = parse_toc_yaml(toc)
    found = [book.root.docname]
    for part in book.root.subtrees:
        found.append(
            max(part.items, key=lambda page: (site / f"{page}.html").stat().st_size)
        )
    claims = next(page for page in book if page.endswith("/claims"))
    return list(dict.fromkeys([*found, claims]))


def tools() -> dict[str, str]:
    """Gives the environment to run Lighthouse in.

    Raises:
        FileNotFoundError: Node.js or a browser is missing; says which, and what to do.
    """
    if not shutil.which(LIGHTHOUSE[0]):
        raise FileNotFoundError(
            "npx was not found. Lighthouse runs on Node.js: install that (with npm), "
            "then `make lighthouse` again."
        )
    browser = os.environ.get("CHROME_PATH") or chromium.found(BROWSERS)
    if not browser:
        raise FileNotFoundError(
            f"No browser was found: none of {', '.join(BROWSERS)} is on the PATH. "
            "Install one, or set CHROME_PATH to its program."
        )
    return {**os.environ, "CHROME_PATH": browser}


def measure(url: str, device: str, environment: dict[str, str]) -> dict[str, float]:
    """Gives one run's marks, 0 to 100, and times: Lighthouse's name → number.

    Raises:
        RuntimeError: Lighthouse gave no report; holds what it said.
    """
    options = [
        "--quiet",
        "--throttling-method=simulate",
        f"--only-categories={','.join(GOALS[device])}",
        "--chrome-flags=--headless=new --no-sandbox",
        *(["--preset=desktop"] if device == "desktop" else []),
    ]
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        done = subprocess.run(
            [*LIGHTHOUSE, url, "--output=json", f"--output-path={report}", *options],
            env=environment,
            capture_output=True,
            text=True,
        )
        if done.returncode or not report.exists():
            raise RuntimeError(f"Lighthouse gave no report for {url}:\n{done.stderr}")
        return read(json.loads(report.read_text(encoding="utf-8")))


def read(report: dict) -> dict[str, float]:
    """Gives the marks and times of a report."""
    marks = {
        name: round(100 * (category["score"] or 0))
        for name, category in report["categories"].items()
    }
    for name in TIMES:
        audit = report["audits"][name]
        thousandth = audit.get("numericUnit") == "millisecond"
        marks[name] = audit["numericValue"] / (1000 if thousandth else 1)
    return marks


def middle(runs: list[dict[str, float]]) -> dict[str, float]:
    """Gives the median of each number over runs of one page."""
    return {name: median(run[name] for run in runs) for name in runs[0]}


def missed(marks: dict[str, float], device: str) -> list[str]:
    """Gives the goals that a page misses, in words."""
    return [
        f"{name} {marks[name]:.0f}, wanted {goal}"
        for name, goal in GOALS[device].items()
        if marks[name] < goal
    ]


def main(names: list[str], site: Path = ROOT / "_build" / "html") -> int:
    """Measures pages, prints a table, and gives how many times a goal was missed.

    Args:
        names: pages such as ``chapters/claims``; those of `pages` if there is none.
        site: the folder of the built site.
    """
    if not (site / "index.html").exists():
        print(f"{site} has no site. Build it first: make book", file=sys.stderr)
        return 1
    try:
        environment = tools()
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    heads = [*GOALS["mobile"], *TIMES.values()]
    print(" | ".join([f"{'page':32}", "device ", *heads]))
    failures = []
    with served(site) as address:
        for name in names or pages(site):
            for device in GOALS:
                url = f"{address}/{name}.html"
                marks = middle([measure(url, device, environment) for _ in range(RUNS)])
                row = [f"{name:32}", f"{device:7}"]
                row += [f"{marks[mark]:{len(mark)}.0f}" for mark in GOALS[device]]
                row += [f"{marks[time]:{len(said)}.2f}" for time, said in TIMES.items()]
                print(" | ".join(row), flush=True)
                failures += [
                    f"{name}, {device}: {said}" for said in missed(marks, device)
                ]
    print(*failures or ["Every goal is met."], sep="\n")
    return len(failures)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
