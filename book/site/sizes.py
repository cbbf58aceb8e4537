"""The pictures of a page: their sizes, so that nothing jumps when they come.

Each gets its width and height in pixels, which the browser keeps free for it. All but
one that stands before the first section are loaded as the reader comes near.
"""

import re
import struct
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

PICTURE = re.compile(r"<img\b[^>]*>")
SOURCE = re.compile(r'\ssrc="([^"]*)"')
SECTION = "<h2"


def size(path: Path) -> tuple[int, int] | None:
    """Gives the width and height of a PNG or an SVG in pixels, or None."""
    if path.suffix == ".png":
        return struct.unpack(">II", path.read_bytes()[16:24])
    if path.suffix == ".svg":
        box = ET.parse(path).getroot().get("viewBox")
        if box:
            width, height = (round(float(number)) for number in box.split()[2:])
            return width, height
    return None


def with_sizes(body: str, files: dict[str, Path], *, lazy: bool = True) -> str:
    """Gives a page's text with sizes for its pictures, and a time to load them.

    Args:
        body: the page's text, as HTML.
        files: a picture's name in the site → its file.
        lazy: whether pictures below the first section wait for the reader.
    """
    first_section = body.find(SECTION)

    def add(found: re.Match[str]) -> str:
        tag = found[0]
        source = SOURCE.search(tag)
        name = unquote(urlsplit(unescape(source[1])).path).rsplit("/", 1)[-1]
        added = ' decoding="async"'
        if lazy and " loading=" not in tag and found.start() > first_section:
            added += ' loading="lazy"'
        known = size(files[name]) if name in files else None
        if known and not re.search(r"\s(width|height|style)=", tag):
            added += ' width="{}" height="{}"'.format(*known)
        return f"<img{added}{tag[4:]}"

    return PICTURE.sub(add, body)


def add_sizes(app: Sphinx, pagename, templatename, context, doctree) -> None:
    """Adds them to a page that is about to be written."""
    if body := context.get("body"):
        files = {
            name: Path(app.srcdir, source)
            for source, name in app.builder.images.items()
        }
        context["body"] = with_sizes(body, files)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers it."""
    app.connect("html-page-context", add_sizes)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
