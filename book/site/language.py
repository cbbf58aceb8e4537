"""The site's own words in the language that `_config.yml` sets.

Texts of extensions go through `_`, of templates through ``{{ _('…') }}``, of scripts
through a global function ``_("…", {name: value})``, which language.js defines. The
translations are the catalogues ``locale/LANGUAGE/LC_MESSAGES/book.po``; in English,
and where one is missing, the text stays as it is.
"""

import json
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.locale import get_translation, get_translator
from sphinx.util.typing import ExtensionMetadata

LOCALE = Path(__file__).with_name("locale")
CATALOGUE = "book"

_ = get_translation(CATALOGUE)
"""Gives a text of an extension in the site's language."""


def translations() -> dict[str, str]:
    """Give the texts that the site's language has words for: English → translated."""
    catalogue = getattr(get_translator(CATALOGUE), "_catalog", {})
    return {text: words for text, words in catalogue.items() if text and words != text}


def add_language(app, pagename, templatename, context, doctree) -> None:
    """Hands the words to a page's templates and scripts."""
    themes = context.get("_", app.builder.templates.environment.globals["gettext"])

    def translate(text):
        words = _(text)
        return themes(text) if words == text else words

    context["_"] = translate
    if words := translations():
        body = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
        app.add_js_file(None, body=f"const bookWords = {body};", priority=100)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the catalogue, and what hands its words on."""
    app.add_message_catalog(CATALOGUE, str(LOCALE))
    app.add_js_file("language.js", loading_method="defer", priority=150)
    app.connect("html-page-context", add_language, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
