"""The public addresses of the course: two lines of pyproject.toml, and where they show.

Under `[project.urls]`, `Repository = "https://…"` is where the sources are. The site
reads it there: each page gets a link to the repository, one to edit the page where its
host has such, and, on GitHub, one that opens the course in a codespace; the
directive ``get-it`` says how to get the course. README.md and CITATION.cff cannot read;
`make address` writes it into them.

`Homepage = "https://…"` is where the site is: each page then names its own address, and
what a link to it shows elsewhere (book.site.pages).

Without an address nothing of it is shown, so no link leads nowhere.
"""

import re
import tomllib
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from book import atomic
from book.folders import ROOT
from book.site.language import _

README = re.compile(r"(?<=<!-- address -->\n).*?(?=<!-- /address -->)", re.DOTALL)
CITATION = re.compile(r'(?m)^repository-code: "(.*)"\n')


PYPROJECT = ROOT / "pyproject.toml"
BRANCH = "main"
EDITORS = {  # by host
    "github.com": "{address}/edit/{branch}/{file}",
    "gitlab.com": "{address}/-/edit/{branch}/{file}",
    "codeberg.org": "{address}/_edit/{branch}/{file}",
}
NOTEBOOK_EDITORS = {  # where the host's editor would show a notebook as JSON
    "github.com": "https://github.dev{path}/blob/{branch}/{file}",
}


def address(pyproject: Path = PYPROJECT) -> str | None:
    """Give the public address of the repository, or None where none is set.

    Raises:
        ValueError: what is set is no https address of a page on some host.
    """
    found, parts = _url("Repository", pyproject)
    if found is not None and not (_is_public(parts) and parts.path.strip("/")):
        raise ValueError(
            f"{pyproject.name} has the Repository {found!r}. Expected an address "
            "such as https://example.org/owner/course; or take the line out."
        )
    return found and found.rstrip("/")


def homepage(pyproject: Path = PYPROJECT) -> str | None:
    """Give the public address of the built site, or None where none is set.

    Raises:
        ValueError: what is set is no https address.
    """
    found, parts = _url("Homepage", pyproject)
    if found is not None and not _is_public(parts):
        raise ValueError(
            f"{pyproject.name} has the Homepage {found!r}. Expected an address "
            "such as https://example.org/course; or take the line out."
        )
    return found and found.rstrip("/")


def _url(name: str, pyproject: Path) -> tuple[str | None, SplitResult]:
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    found = project.get("urls", {}).get(name)
    return found, urlsplit(found or "")


def _is_public(parts: SplitResult) -> bool:
    return parts.scheme == "https" and bool(parts.netloc)


def editor(address: str, file: str) -> str | None:
    """Give where a file of the repository is edited, or None where that is unknown.

    Args:
        address: of the repository.
        file: its path there, such as chapters/index.md.
    """
    host, path = urlsplit(address)[1:3]
    forms = {**EDITORS, **NOTEBOOK_EDITORS} if file.endswith(".ipynb") else EDITORS
    if host not in forms:
        return None
    return forms[host].format(address=address, path=path, branch=BRANCH, file=file)


def commands(address: str) -> str:
    """Give the commands that get the course from its address."""
    name = address.rsplit("/", 1)[-1]
    return f"git clone {address}\ncd {name}\n"


def in_readme(text: str, address: str | None) -> str:
    """Give README.md with what it says of the address, between its two comments."""
    said = f"```\n{commands(address)}```\n" if address else ""
    found, count = README.subn(lambda match: said, text)
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
        self.env.note_dependency(PYPROJECT)
        if not (found := address()):
            return []
        text = commands(found)
        return [nodes.literal_block(text, text, language="text")]


def set_homepage(app: Sphinx, config: Config) -> None:
    """Has each page name its own address as the one to be found by."""
    if found := homepage():
        config.html_baseurl = f"{found}/"


def add_links(app, pagename, templatename, context, doctree) -> None:
    """Adds a page's links to the repository, to a codespace and to an editor."""
    found = address()
    if not found:
        return
    on_github = urlsplit(found).netloc == "github.com"
    buttons = context.setdefault("header_buttons", [])
    buttons.append(
        {
            "type": "link",
            "url": found,
            "tooltip": _("Source repository"),
            "icon": "fab fa-github" if on_github else "fas fa-code-branch",
            "label": "source-repository-button",
        }
    )
    if on_github:
        buttons.append(
            {
                "type": "link",
                "url": found.replace("github.com", "codespaces.new", 1),
                "tooltip": _("Open the course in a codespace"),
                "icon": "fas fa-rocket",
                "label": "launch",
            }
        )
    if doctree is not None:
        source = app.env.doc2path(pagename, base=False)
        context["edit_this_page"] = editor(found, source)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the directive, the links and the site's own address."""
    app.add_directive("get-it", GetItDirective)
    app.connect("config-inited", set_homepage)
    app.connect("html-page-context", add_links, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    main()
