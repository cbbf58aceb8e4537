"""The site in another language: what there is to translate, and two pages of it."""

import ast
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from bs4 import BeautifulSoup

from book.folders import ROOT
from book.site import language

PAGES = ["chapters/notation", "chapters/10_sequence_mask"]
TRANSLATED = {
    "chapters/notation": {"Notation": "符号"},
    "chapters/10_sequence_mask": {"Summary": "小结"},
    "book": {"Solution": "解答"},
}


def called(path):
    """Give the texts that a module or a script hands to `_`."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        return set(re.findall(r'(?<![\w.])_\(\s*"([^"]*)"', source))
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [call for call in calls if getattr(call.func, "id", "") == "_"]
    given = [call.args[0] for call in named]
    return {text.value for text in given if isinstance(text, ast.Constant)}


def test_every_text_of_the_site_is_extracted():
    texts = {message.id for message in language.own_texts() if message.id}
    files = [*language.SITE.rglob("*.py"), *language.SITE.rglob("*.js")]
    used = [called(path) for path in files]
    assert set().union(*used) <= texts
    assert "Solution" in texts
    # Their values have names, so that a translation can turn their order.
    assert [text for text in texts if re.search(r"\{\d*\}|%[sd]", text)] == []


def test_the_texts_of_a_template_are_extracted(tmp_path):
    (tmp_path / "some.html").write_text("<p>{{ _('A text') }}</p>{% if a %}{% endif %}")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/some.js").write_text('_("{n} rows", {n: 3});')
    texts = [message.id for message in language.own_texts(tmp_path)]
    assert texts == ["", "{n} rows", "A text"]


@pytest.mark.slow
def test_two_pages_in_chinese(tmp_path):
    messages = tmp_path / "locale/zh_CN/LC_MESSAGES"
    for name, words in TRANSLATED.items():
        catalogue = Catalog(locale="zh_CN")
        for text, translated in words.items():
            catalogue.add(text, translated)
        path = messages / f"{name}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue)
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    sphinx = settings["sphinx"]["config"]
    sphinx.update(language="zh_CN", locale_dirs=[str(tmp_path / "locale")])
    for name, content in {
        "_config.yml": settings,
        "_toc.yml": {
            "format": "jb-book",
            "root": PAGES[0],
            "chapters": [{"file": PAGES[1]}],
        },
    }.items():
        text = yaml.safe_dump(content, allow_unicode=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    subprocess.run(
        [
            Path(sysconfig.get_path("scripts"), "jupyter-book"), "build", ROOT,
            "--config", tmp_path / "_config.yml", "--toc", tmp_path / "_toc.yml",
            "--path-output", tmp_path,
        ],
        check=True,
    )  # fmt: skip
    notation, chapter = (
        BeautifulSoup(
            (tmp_path / f"_build/html/{page}.html").read_text(), "html.parser"
        )
        for page in PAGES
    )
    assert notation.html["lang"] == "zh-CN"
    assert notation.h1.get_text().startswith("符号")
    headings = [heading.get_text() for heading in chapter("h2")]
    assert any(heading.startswith("小结") for heading in headings)
    assert chapter.find("summary", string=re.compile("解答"))
