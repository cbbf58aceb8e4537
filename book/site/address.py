"""The public address of the course: a line of pyproject.toml, and where it is shown.

The line is `Repository = "https://…"` under `[project.urls]`. The site reads it there:
each page gets a link to the repository and, on GitHub, one that opens the course in a
codespace, and the directive ``get-it`` says how to get the course. README.md and
CITATION.cff cannot read; `make address` writes it into them. Without an address nothing
is shown, so no link leads nowhere.
"""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from book import atomic
from book.folders import ROOT

README = re.compile(r"(?<=<!-- address -->\n).*?(?=<!-- /address -->)", re.DOTALL)
CITATION = re.compile(r'(?m)^repository-code: "(.*)"\n')


def address(pyproject: Path = ROOT / "pyproject.toml") -> str | None:
    """Give the public address of the repository, or None where none is set.

    Raises:
        ValueError: what is set is no https address of a page on some host.
    """
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    found = project.get("urls", {}).get("Repository")
    if found is not None:
        parts = urlsplit(found)
        if parts.scheme != "https" or not parts.netloc or not parts.path.strip("/"):
            raise ValueError(
                f"{pyproject.name} has the Repository {found!r}. Expected an address "
                "such as https://example.org/owner/course; or take the line out."
            )
    return found and found.rstrip("/")


def commands(address: str) -> str:
    """Give the commands that get the course from its address."""
    name = address.rsplit("/", 1)[-1]
    return f"git clone {address}\ncd {name}\n"


def in_readme(text: str, address: str | None) -> str:
    """Give README.md with what it says of the address, between its two comments."""
    said = f"```\n{commands(address)}```\n" if address else ""
    found, count = README.subn(lambda _: said, text)
    if count != 1:
        raise ValueError(
            "README.md has no place for the address. Expected the lines "
            "<!-- address --> and <!-- /address -->; restore them."
        )
    return found


def in_citation(text: str, address: str | None) -> str:
    """Give CITATION.cff with the address as its last line, or without one."""
    text = CITATION.sub("", text).rstrip("\n") + "\n"
    return text + (f'repository-code: "{address}"\n' if address else "")


def main() -> None:
    """Write the address into README.md and CITATION.cff."""
    found = address()
    atomic.write(
        {
            path: say(path.read_text(encoding="utf-8"), found).encode()
            for path, say in (
                (ROOT / "README.md", in_readme),
                (ROOT / "CITATION.cff", in_citation),
            )
        }
    )
    print(f"README.md and CITATION.cff: {found or 'no public address'}")


class GetItDirective(SphinxDirective):
    """``{get-it}``: how to get the course; nothing where it has no address."""

    def run(self) -> list[nodes.Node]:
        """Gives the commands as a block of text."""
        self.env.note_dependency(ROOT / "pyproject.toml")
        if not (found := address()):
            return []
        text = commands(found)
        return [nodes.literal_block(text, text, language="text")]


def link_repository(app: Sphinx, config: Config) -> None:
    """Has the theme show a link to the repository on every page."""
    if found := address():
        config.html_theme_options["repository_url"] = found
        config.html_theme_options["use_repository_button"] = True


def add_launch_button(app, pagename, templatename, context, doctree) -> None:
    """Adds the button that opens the course in a codespace, if GitHub has it."""
    found = address()
    if found and urlsplit(found).netloc == "github.com":
        context.setdefault("header_buttons", []).append(
            {
                "type": "link",
                "url": found.replace("github.com", "codespaces.new", 1),
                "tooltip": "Open the course in a codespace",
                "icon": "fas fa-rocket",
                "label": "launch",
            }
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the directive and the links."""
    app.add_directive("get-it", GetItDirective)
    app.connect("config-inited", link_repository)
    app.connect("html-page-context", add_launch_button, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    main()
