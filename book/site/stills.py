"""The still pictures of the pieces to play with: photographs of them in the built page.

Command line: `python -m book.site.stills [NAME ...] [--site FOLDER]`. It opens the page
of the pieces in Chromium, in light colours, and writes book/site/assets/play/NAME.png
with two pixels to each of the page. A piece is photographed with the settings that
PIECES names for it, as its script has made it by the time the page has loaded.
"""

import argparse
import io
import sys
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from book import atomic
from book.folders import ROOT
from book.site import chromium
from book.site.play import PAGE, PIECES, Piece

FOLDER = Path(__file__).with_name("assets") / "play"
PATIENCE = 10_000  # milliseconds, until a script has run
COLOURS = 64
"""Colours of a still picture: drawings need few, and it stays small."""

BARE = """
figure.play { border: 0; margin: 0; padding: 1px }
figure.play :is(figcaption, .live-only) { display: none !important }
"""
"""What a picture does without: a frame, which it gets in the page, a caption, and what
is of use only in a piece that lives."""


class StillError(Exception):
    """A piece that cannot be photographed, or no means to do it."""


def photograph(site: Path, pieces: Mapping[str, Piece]) -> dict[str, bytes]:
    """Give photographs of pieces, as PNG, by their names.

    Args:
        site: the folder of the built pages.
        pieces: what to photograph.

    Raises:
        StillError: Playwright, Chromium or the built page is missing, or a script
            brings no piece to life.
    """
    try:
        from playwright.sync_api import Error as PlaywrightError
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise StillError(
            "Playwright is missing. It comes with the extra `site`, which "
            "`make book` installs."
        ) from None
    if not (program := chromium.found()):
        raise StillError(
            f"Chromium is missing: none of {', '.join(chromium.NAMES)} is on the PATH. "
            "On Debian and Ubuntu: apt-get install chromium."
        )
    if not (page_file := site / f"{PAGE}.html").exists():
        raise StillError(f"There is no {page_file}. Build the site first: make book.")
    pictures = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        page = browser.new_page(
            viewport={"width": 1440, "height": 4000},  # no piece is higher
            device_scale_factor=2,
            color_scheme="light",
            reduced_motion="reduce",
        )
        for name, piece in pieces.items():
            address = page_file.resolve().as_uri()
            page.goto("about:blank")  # else another fragment would not load it anew
            page.goto(f"{address}#{name}{piece.still and '?'}{piece.still}")
            page.add_style_tag(content=BARE)
            figure = page.locator(f"figure.play[data-play={name}]")
            try:
                figure.locator("> .play-live").wait_for(timeout=PATIENCE)
            except PlaywrightError:
                raise StillError(
                    f"No script brings {name!r} to life in {page_file}."
                ) from None
            picture = figure.screenshot(animations="disabled")
            pictures[name] = _with_few_colours(picture)
        browser.close()
    return pictures


def _with_few_colours(picture: bytes) -> bytes:
    drawing = Image.open(io.BytesIO(picture)).convert("RGB")
    small = io.BytesIO()
    drawing.quantize(COLOURS, dither=Image.Dither.NONE).save(
        small, "png", optimize=True
    )
    return small.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Photograph pieces from the command line; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m book.site.stills",
        description="Photograph the pieces to play with in the built site.",
    )
    parser.add_argument("name", nargs="*", help="a piece (default: every one)")
    parser.add_argument(
        "--site",
        type=Path,
        default=ROOT / "_build/html",
        help="the folder of the built pages (default: _build/html)",
    )
    options = parser.parse_args(arguments)
    names = options.name or list(PIECES)
    if unknown := [name for name in names if name not in PIECES]:
        parser.error(f"no piece is called {unknown[0]}; there are: {', '.join(PIECES)}")
    try:
        pictures = photograph(options.site, {name: PIECES[name] for name in names})
    except StillError as error:
        print(error, file=sys.stderr)
        return 1
    atomic.write({FOLDER / f"{name}.png": png for name, png in pictures.items()})
    for name, png in pictures.items():
        print(f"{name}.png: {len(png) / 1000:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
