"""The site's own words in the language that `_config.yml` sets.

Texts of extensions go through `_`, of templates through ``{{ _('…') }}``, of scripts
through ``_("…", {name: value})``, for which language.js has a function. The
translations are in LANGUAGE/LC_MESSAGES/book.po, in the folder that `locale_dirs`
names, those of the pages beside it; in English, and where one is missing, the text
stays as it is.

`make gettext` extracts what there is to translate.
"""

import json
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po
from sphinx.application import Sphinx
from sphinx.locale import get_translation, get_translator
from sphinx.util.i18n import CatalogInfo
from sphinx.util.typing import ExtensionMetadata

from book import atomic
from book.folders import ROOT

SITE = Path(__file__).parent
CATALOGUE = "book"
EXTRACTED = ROOT / "_build/gettext/book.pot"
SOURCES = [("**.py", "python"), ("assets/**.js", "javascript"), ("**.html", "jinja2")]

_ = get_translation(CATALOGUE)
"""Gives a text of an extension in the site's language."""


def counted(number: int, one: str, more: str) -> str:
    """Give a text for a number: the one for 1, or the other with the number as {n}."""
    return one if number == 1 else more.format(n=number)


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


def own_texts(site: Path = SITE) -> Catalog:
    """Give the texts of the site's extensions, templates and scripts, untranslated."""
    catalogue = Catalog(project="LSTMs in TensorFlow", fuzzy=False)
    for file, line, text, comments, _context in sorted(
        extract_from_dir(
            site,
            SOURCES,
            {"**.html": {"silent": "false"}},  # a faulty template is an error
            directory_filter=lambda _folder: True,
        )
    ):
        catalogue.add(text, locations=[(file, line)], auto_comments=comments)
    return catalogue


def main() -> None:
    """Write the site's own texts beside those that Sphinx extracted from the pages."""
    catalogue = own_texts()
    file = BytesIO()
    write_po(file, catalogue, width=None, omit_header=False)
    EXTRACTED.parent.mkdir(parents=True, exist_ok=True)
    atomic.write({EXTRACTED: file.getvalue()})
    print(f"{EXTRACTED.relative_to(ROOT)}: {len(catalogue)} texts")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the catalogue, and what hands its words on."""
    for folder in app.config.locale_dirs:
        folder = Path(app.srcdir, folder)
        messages = folder / app.config.language / "LC_MESSAGES"
        words = CatalogInfo(str(messages), CATALOGUE, "utf-8")
        if (messages / words.po_file).exists() and words.is_outdated():
            words.write_mo(app.config.language)
        app.add_message_catalog(CATALOGUE, str(folder))
    app.add_js_file("language.js", loading_method="defer", priority=150)
    app.connect("html-page-context", add_language, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    main()
