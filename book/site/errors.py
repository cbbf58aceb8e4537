"""The error index in the site's search: a pasted message finds its entry.

A section of the chapter whose heading is a message, in code, is an entry. Its messages
are the lines "SomeError: …" that its cells print, and its blocks of plain text. The
search page gets all entries as data; errors.js, beside the other assets, compares the
words of a search with theirs.
"""

import json
import re
from dataclasses import dataclass

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

PAGE = "chapters/27_error_index"
MESSAGE = re.compile(r"(?m)^\w*(?:Error|Exception): .+$")
DATA = "error-index"  # the id of the data in the search page


@dataclass(frozen=True)
class Entry:
    """A section of the error index.

    Attributes:
        heading: the beginning of the message.
        target: the id of the section in its page.
        messages: what was printed, one line each, "SomeError: …".
    """

    heading: str
    target: str
    messages: tuple[str, ...]


def read_entries(doctree: nodes.document) -> list[Entry]:
    """Give the entries of a page, in their order.

    Raises:
        ValueError: a section has a message for its heading and prints none.
    """
    entries = []
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        if [type(part) for part in title] != [nodes.literal]:
            continue
        blocks = [block.astext() for block in section.findall(_is_message)]
        messages = tuple(MESSAGE.findall("\n".join(blocks)))
        if not messages:
            raise ValueError(
                f"The section {title.astext()!r} prints no message. Expected a line "
                "such as 'ValueError: …' among its outputs."
            )
        entries.append(Entry(title.astext(), section["ids"][0], messages))
    return entries


def _is_message(node: nodes.Node) -> bool:
    if not isinstance(node, nodes.literal_block):
        return False
    return "stream" in node["classes"] or node.get("language") == "text"


def entries_of(env: BuildEnvironment) -> list[Entry]:
    """Give the entries read so far."""
    return getattr(env, "book_errors", [])


def on_read(app: Sphinx, doctree: nodes.document) -> None:
    """Keeps the entries of the page, if it is the error index."""
    if app.env.docname == PAGE:
        app.env.book_errors = read_entries(doctree)


def on_purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forgets the entries when their page is about to be read again, or is gone."""
    if docname == PAGE:
        env.book_errors = []


def on_merge(app: Sphinx, env: BuildEnvironment, docnames, other) -> None:
    """Takes over what a parallel reader found."""
    if PAGE in docnames:
        env.book_errors = entries_of(other)


def add_to_search(app, pagename, templatename, context, doctree) -> None:
    """Adds the entries and the script that compares to the search page."""
    if pagename != "search":
        return
    uri = app.builder.get_relative_uri("search", PAGE)
    entries = [
        {
            "link": f"{uri}#{entry.target}",
            "heading": entry.heading,
            "messages": entry.messages,
        }
        for entry in entries_of(app.env)
    ]
    data = json.dumps(entries, ensure_ascii=False).replace("<", "\\u003c")
    app.add_js_file(None, body=data, type="application/json", id=DATA)
    app.add_js_file("errors.js", loading_method="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers what reads the entries and what hands them to the search page."""
    # Before book.site.claims sets the claims in the same outputs apart.
    app.connect("doctree-read", on_read, priority=400)
    app.connect("env-purge-doc", on_purge)
    app.connect("env-merge-info", on_merge)
    app.connect("html-page-context", add_to_search)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
