"""What a page loads, and the icons that it draws without a script."""

import re
from types import SimpleNamespace

import pytest

from book.folders import ROOT
from book.site import head

ICONS = ROOT / "book" / "site" / "assets" / "icons.css"


@pytest.mark.parametrize(
    ("name", "body", "needed"),
    [
        ("copybutton.js", '<div class="highlight">', True),
        ("copybutton.js", "<p>", False),
        ("mystnb.0123.css", '<div class="cell docutils">', True),
        ("mystnb.0123.css", "<p>", False),
        ("design-tabs.js", '<div class="sd-card">', False),
        ("sphinx-design.min.css", '<div class="sd-card">', True),
        ("book.css", "", True),
    ],
)
def test_a_page_gets_what_it_needs(name, body, needed):
    assert head.is_needed(name, body) is needed


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ('<script src="a.js"></script>', '<script defer="defer" src="a.js"></script>'),
        ('<script async src="a.js"></script>', '<script async src="a.js"></script>'),
        ("<script>let a;</script>", "<script>let a;</script>"),
    ],
)
def test_scripts_wait_until_the_page_is_read(tag, written):
    assert head.deferred(lambda script: tag)(None) == written


def test_idle_settings_and_a_second_viewport_are_left_out():
    def file(name, body=None):
        return SimpleNamespace(filename=name, attributes={"body": body})

    context = {
        "body": "<p>",
        "metatags": '<meta name="viewport" content="a">\n<meta name="b">',
        "css_files": [file("book.css"), file("sphinx-design.min.css")],
        "script_files": [
            file(None, "DOCUMENTATION_OPTIONS.pagename = 'chapters/a';"),
            file(None, "const bookWords = {};"),
            file("book.js"),
        ],
        "js_tag": lambda script: "",
    }
    head.lighten(None, "a", "page.html", context, None)
    assert context["metatags"] == '<meta name="b">'
    assert [css.filename for css in context["css_files"]] == ["book.css"]
    assert [js.attributes["body"] for js in context["script_files"]] == [
        "const bookWords = {};",
        None,
    ]


@pytest.mark.slow
def test_pages_load_no_script_of_icons_and_have_a_drawing_for_each(site):
    drawn = set(re.findall(r"\.(fa-[a-z-]+)", ICONS.read_text("utf-8")))
    sizes = {"fa-lg"}
    for path in [*site.glob("chapters/*.html"), site / "search.html"]:
        text = path.read_text("utf-8")
        assert "fontawesome.js" not in text
        assert "MathJax" not in text
        assert text.count('name="viewport"') == 1
        marks = re.findall(r'<(?:i|span) class="([^"]*\bfa-[^"]*)"', text)
        names = {name for mark in marks for name in mark.split() if "fa-" in name}
        assert names - drawn - sizes <= {"fa-solid", "fa-brands", "fa-regular"}


def test_the_theme_s_script_measures_no_page():
    measures = ',"complete"===document.readyState?I():window.addEventListener("load",I)'
    assert head.without_measuring(f"a(){measures}}})();") == "a()})();"
    with pytest.raises(ValueError, match=r"a new version of the theme"):
        head.without_measuring("a()})();")
