"""How to cite the course: the directive ``cite-it``, from CITATION.cff.

A reader copies the reference as text or as BibTeX, by the button that each block has.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from book.folders import ROOT
from book.site.address import address

CITATION = ROOT / "CITATION.cff"
KEY = "lstms-in-tensorflow"


def read(path: Path = CITATION) -> Mapping:
    """Give what CITATION.cff says.

    Raises:
        ValueError: it lacks a title, authors or a version.
    """
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    missing = {"title", "authors", "version"} - found.keys()
    if missing:
        raise ValueError(f"{path.name} has no {', '.join(sorted(missing))}.")
    return found


def authors(citation: Mapping) -> list[str]:
    """Give the authors' names, a person's with the family name first."""
    return [
        author.get("name") or f"{author['family-names']}, {author['given-names']}"
        for author in citation["authors"]
    ]


def as_text(citation: Mapping, url: str | None) -> str:
    """Give the reference in a line, with the course's address if it has one."""
    year = f" ({_year(citation)})" if _year(citation) else ""
    parts = [
        "; ".join(authors(citation)) + year,
        citation["title"],
        f"Version {citation['version']}",
        *([url] if url else []),
    ]
    return ". ".join(parts) + "."


def as_bibtex(citation: Mapping, url: str | None) -> str:
    """Give the reference as an entry of BibTeX."""
    names = [
        f"{{{author['name']}}}" if "name" in author else name
        for author, name in zip(citation["authors"], authors(citation), strict=True)
    ]
    fields = {
        "title": f"{{{citation['title']}}}",
        "author": " and ".join(names),
        "year": _year(citation),
        "version": citation["version"],
        "url": url,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@software{{{KEY},", *lines, "}"])


def _year(citation: Mapping) -> str | None:
    date = citation.get("date-released")
    return str(date)[:4] if date else None


class CiteItDirective(SphinxDirective):
    """``{cite-it}``: the reference, as text and as BibTeX."""

    def run(self) -> list[nodes.Node]:
        """Gives both as blocks that can be copied."""
        self.env.note_dependency(CITATION)
        citation, url = read(), address()
        texts = as_text(citation, url), as_bibtex(citation, url)
        blocks = [nodes.literal_block(t, t, language="text") for t in texts]
        blocks[0]["classes"].append("wrapped")
        return blocks


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the directive."""
    app.add_directive("cite-it", CiteItDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
