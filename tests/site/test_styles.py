"""The joined style sheets: what is kept of them, and that pages ask for them."""

import json
import re

import pytest

from book.site import styles

PAGE = """<html><head>
<link href="{up}_static/theme/base.css?digest=1" rel="stylesheet" />
<script defer src="{up}_static/one.js"></script>
<link rel="stylesheet" type="text/css" href="{up}_static/book.css?v=2" />
<link media="print" rel="stylesheet" type="text/css" href="{up}_static/print.css" />
</head><body class="wide"><p id="first">{text}</p></body></html>
"""


@pytest.mark.parametrize(
    ("selector", "used"),
    [
        ("p", True),
        ("table", False),
        ("p.wide", True),
        ("p.narrow", False),
        ("#first > p", True),
        ("#second p", False),
        ("p:not(.narrow)", True),
        (":is(.narrow, p) p::before", True),
        ('p[data-x="table"]:hover', True),
        ("html.wide *", True),
        (r".wide\:more", False),
        (":root", True),
    ],
)
def test_a_selector_is_used_if_all_that_it_names_is_there(selector, used):
    assert styles.used(selector, {"html", "p", "wide", "first"}) is used


def test_words_are_those_of_pages_and_scripts():
    page = '<p class="a b-c" id="d">not this</p>'
    assert styles.words([page], ['x.classList.add("e_f")']) == (
        {"p", "a", "b-c", "d", "x", "classList", "add", "e_f"}
    )


def test_a_rule_keeps_the_selectors_that_are_used_and_a_group_what_is_in_it():
    css = """/* a comment */
    p, .gone, p:is(.gone, .x) { color: red }
    .gone { color: blue }
    @media (width > 3px) { .gone { color: red } p { content: "a, b" } }
    @supports (x: y) { .gone { color: red } }
    @font-face { src: url(a.woff) }
    """
    assert styles.kept(styles.parsed(css), {"p"}).split("\n") == [
        "p,p:is(.gone, .x){color: red}",
        '@media (width > 3px){p{content: "a, b"}',
        "}",
        "@font-face { src: url(a.woff) }",
        "",
    ]


def test_addresses_start_at_the_folder_of_all_styles():
    css = "a{b:url(../x.svg) url('y.svg') url(data:z) url(#w)}"
    assert styles.moved(css, "theme") == (
        'a{b:url("x.svg") url("theme/y.svg") url("data:z") url("#w")}'
    )


@pytest.fixture
def site(tmp_path):
    for name, text in {
        "index.html": PAGE.format(up="", text="one"),
        "chapters/two.html": PAGE.format(up="../", text="two"),
        "_static/macros.html": "<link rel='stylesheet' href='{{ nowhere }}'>",
        "_static/one.js": "show('shown')",
        "_static/basic.css": "p { top: 0 } .gone { top: 0 }",
        "_static/theme/base.css": '@import "../basic.css"; p { color: url(a.png) }',
        "_static/book.css": ".shown { top: 1px } .late { top: 2px }",
        "_static/print.css": "p { top: 3px }",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def sheet(site, page):
    """Give the one style sheet that a page asks for."""
    (link,) = re.findall(r'<link [^>]*href="([^"]*)"', (site / page).read_text())
    return ((site / page).parent / link).resolve()


def test_pages_of_one_kind_share_one_style_sheet(site):
    styles.join(site)
    joined = sheet(site, "index.html")
    assert sheet(site, "chapters/two.html") == joined
    assert joined.read_text().split("\n") == [
        "p{top: 0}",
        'p{color: url("theme/a.png")}',
        ".shown{top: 1px}",
        "@media print{p{top: 3px}",
        "}",
        "",
    ]
    page = (site / "index.html").read_text()
    assert '<script defer src="_static/one.js"></script>' in page
    assert "{{ nowhere }}" in (site / "_static/macros.html").read_text()


def test_a_page_that_was_not_built_anew_gets_the_rules_that_a_new_one_needs(site):
    styles.join(site)
    first = sheet(site, "index.html")
    (site / "chapters/two.html").write_text(
        PAGE.format(up="../", text='<b class="late"></b>')
    )
    styles.join(site)
    second = sheet(site, "index.html")
    assert second == sheet(site, "chapters/two.html") != first
    assert ".late{top: 2px}" in second.read_text()
    assert not first.exists()
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*.html")}
    styles.join(site)
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*.html")} == before


def test_a_style_sheet_that_is_missing_is_named(site):
    (site / "_static/book.css").unlink()
    with pytest.raises(FileNotFoundError, match=r"book\.css"):
        styles.join(site)


def test_a_style_sheet_is_parsed_once_from_one_build_to_the_next(site, monkeypatch):
    file = site / "styles.json"
    asked = []

    def noted(css, parsed=styles.parsed):
        asked.append(css)
        return parsed(css)

    monkeypatch.setattr(styles, "parsed", noted)

    def build():
        asked.clear()
        remembered = styles.Remembered(file)
        styles.join(site, remembered)
        remembered.keep()
        return sheet(site, "index.html").read_text()

    first = build()
    assert len(asked) == 4
    assert (build(), asked) == (first, [])
    (site / "_static/print.css").write_text("p { top: 4px }")
    assert "4px" in build()
    assert asked == ["p { top: 4px }"]
    assert len(json.loads(file.read_text())) == 4  # the old one is forgotten
    file.write_text("{")  # cut off
    assert "4px" in build()
    monkeypatch.setattr(styles, "PARSER", b"another")
    build()
    assert len(asked) == 4
