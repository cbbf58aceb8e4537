"""What pages of the site tell machines: search engines and screen readers."""

import re
from html import escape
from textwrap import shorten

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from book.site.address import homepage
from book.site.language import _

DESCRIBED = "description"
PICTURE = "page.png"  # in book/site/assets
LENGTH = 180  # characters: what the result lists of search engines show

EMPTY_HEADING = re.compile(r"<th( [^>]*)?>(?:<p></p>)?</th>")


def describe(text_of: nodes.Node | None, title: str) -> str:
    """Gives a page's description: how its text begins, or the title if it has none.

    Args:
        text_of: the page as it was read, or None for a page that has no source.
        title: the site's title.
    """
    section = next(text_of.findall(nodes.section), None) if text_of else None
    prose = (nodes.paragraph, nodes.bullet_list, nodes.enumerated_list)
    parts = [part for part in section or [] if isinstance(part, prose)]
    text = " ".join(text.strip() for part in parts for text in part.astext().split())
    return shorten(text, LENGTH, placeholder=" …") or title


def add_description(app, pagename, templatename, context, doctree) -> None:
    """Adds the description to a page's head, unless its front matter gave one."""
    if 'name="description"' in context.get("metatags", ""):
        return
    text = escape(describe(doctree, app.config.html_title))
    meta = f'<meta name="description" content="{text}">\n'
    context["metatags"] = context.get("metatags", "") + meta


def leave_corners_empty(app, pagename, templatename, context, doctree) -> None:
    """Makes an empty heading of a table an empty cell."""
    if body := context.get("body"):
        context["body"] = EMPTY_HEADING.sub(r"<td\1></td>", body)


def card(doctree: nodes.document, site: str, home: str, uri: str) -> dict[str, str]:
    """Give what a link to a page shows elsewhere, by the names of OpenGraph.

    Args:
        doctree: the page.
        site: the site's title.
        home: the site's public address.
        uri: the page's address within it.
    """
    given = (meta for meta in doctree.findall(nodes.meta) if meta["name"] == DESCRIBED)
    own = next(given, {}).get("content")
    title = doctree.next_node(nodes.title)
    return {
        "og:type": "article",
        "og:site_name": site,
        "og:title": title.astext() if title else site,
        "og:description": own or describe(doctree, site),
        "og:url": f"{home}/{uri}",
        "og:image": f"{home}/_static/{PICTURE}",
        "og:image:alt": _("A page of the course: code, its shapes, two checked claims"),
        "twitter:card": "summary_large_image",
    }


def add_card(app, pagename, templatename, context, doctree) -> None:
    """Adds to a page's head what a link to it shows, if the site has an address."""
    home = homepage()
    if not home or doctree is None:
        return
    uri = app.builder.get_target_uri(pagename)
    for name, text in card(doctree, app.config.html_title, home, uri).items():
        meta = f'<meta property="{name}" content="{escape(text)}">\n'
        context["metatags"] = context.get("metatags", "") + meta


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers what changes a page's head and its tables."""
    app.connect("html-page-context", add_description)
    app.connect("html-page-context", leave_corners_empty)
    app.connect("html-page-context", add_card)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
