"""What the pages load: what each needs, and no script before the page is shown.

The theme and the extensions register their styles and scripts for all pages. Here a
page gets those of code, notebooks and panels only if it has some; scripts run once the
page has been read, in their order. The theme's own measures no block of the page: it
would have all of a long page laid out at once, and wide.js does that bit by bit.
"""

import re
from collections.abc import Callable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from book.atomic import write

VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\n?')

# Part of a file's name → what a page's text has where the file is needed.
NEEDED_FOR = {
    "clipboard": 'class="highlight',
    "copybutton": 'class="highlight',
    "design-tabs": 'class="sd-tab',
    "mystnb": 'class="cell',
    "sphinx-design": 'class="sd-',
}

# Settings of the theme's that are nothing but their defaults.
IDLE = re.compile(r"DOCUMENTATION_OPTIONS\.(pagename|search_as_you_type) = [^;]*;")


# The theme's script, and its last words, which measure the page once it is loaded.
THEME = "_static/scripts/pydata-sphinx-theme.js"
MEASURE = re.compile(
    r',"complete"===document\.readyState\?(\w+)\(\):window\.addEventListener\("load",\1\)'
)


def is_needed(name: str, body: str) -> bool:
    """Whether a page needs a style or a script.

    Args:
        name: the file's name.
        body: the page's text, as HTML.
    """
    return all(mark in body for part, mark in NEEDED_FOR.items() if part in name)


def deferred(js_tag: Callable[..., str]) -> Callable[..., str]:
    """Gives Sphinx's function that writes the tag of a script, for a deferred one.

    A script within the page stays where it is: it cannot be deferred.
    """

    def write(script) -> str:
        tag = js_tag(script)
        if " src=" in tag and not re.search(r"\s(defer|async)", tag):
            tag = tag.replace("<script", '<script defer="defer"', 1)
        return tag

    return write


def lighten(app: Sphinx, pagename, templatename, context, doctree) -> None:
    """Leaves a page the styles and scripts that it needs, and one viewport."""
    body = context.get("body") or ""
    context["metatags"] = VIEWPORT.sub("", context.get("metatags", ""))
    for kind in ("css_files", "script_files"):
        context[kind] = [
            file
            for file in context[kind]
            if is_needed(str(file.filename or ""), body)
            and not IDLE.fullmatch(file.attributes.get("body") or "")
        ]
    context["js_tag"] = deferred(context["js_tag"])


def without_measuring(script: str) -> str:
    """Gives the theme's script without the part that measures the whole page.

    Raises:
        ValueError: that part is not there: the theme is another version.
    """
    shorter, found = MEASURE.subn("", script)
    if not found:
        raise ValueError(
            f"{THEME} has no part like {MEASURE.pattern}. See what a new version of "
            "the theme does instead, and whether wide.js still has that to itself."
        )
    return shorter


def shorten_theme(app: Sphinx, exception: Exception | None) -> None:
    """Takes that part from the script of a site that was built without an error."""
    if exception is None and app.builder.name == "html":
        script = Path(app.outdir, THEME)
        text = without_measuring(script.read_text(encoding="utf-8"))
        write({script: text.encode()})


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers it after whatever else adds styles and scripts to a page."""
    app.connect("html-page-context", lighten, priority=950)
    app.connect("build-finished", shorten_theme)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
