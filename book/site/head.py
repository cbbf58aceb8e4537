"""What the pages load: what each needs, and no script before the page is shown.

The theme and the extensions register their styles and scripts for all pages. Here a
page gets those of code, notebooks and panels only if it has some; scripts run once the
page has been read, in their order.
"""

import re
from collections.abc import Callable

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

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


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers it after whatever else adds styles and scripts to a page."""
    app.connect("html-page-context", lighten, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
