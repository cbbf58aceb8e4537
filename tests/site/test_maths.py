"""Formulas: LaTeX to MathML, the pages that show them, the font that draws them."""

import re
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book.site import maths
from book.site.mathml import FormulaError, characters, mathml


def parts(latex, **options):
    """Give the parts of a formula: tag, text and spaces."""
    return [
        (part.tag, part.text, part.get("lspace"), part.get("rspace"))
        for part in ET.fromstring(mathml(latex, **options)).iter()
        if not len(part)
    ]


def texts(latex):
    return [text for _, text, *_ in parts(latex)]


def test_a_formula_keeps_its_source():
    math = ET.fromstring(mathml("a <\n b"))
    assert math.get("data-latex") == "a < b"
    assert math.get("display") is None
    assert "".join(math.itertext()) == "a<b"
    assert ET.fromstring(mathml("x", display=True)).get("display") == "block"


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\foo x", r"unknown here: \foo"),
        (r"\text{cell\_fw}", "unknown here"),
        (r"\text{a $x$}", "unknown here"),
        (r"\frac{1}", "a part is missing in <mfrac>"),
        ("{a", "braces don't match"),
        ("a}", "braces don't match"),
        (r"\left( x", "extra left or missing right"),
        (r"\begin{aligned} a", "missing end"),
        ("x_", "missing super script or subscript"),
        ("a_b_c", "double subscripts"),
        ("a & b", "& out of place"),
        (r"a \\ b", "outside rows"),
        ("", "no available tokens"),
    ],
)
def test_what_cannot_be_drawn_is_refused(latex, said):
    with pytest.raises(FormulaError, match=re.escape(said)):
        mathml(latex)


def test_a_row_may_begin_with_a_bracket():
    math = ET.fromstring(mathml(r"\begin{aligned}[i, j] &= z \\ c' &= 1\end{aligned}"))
    rows = ["".join(row.itertext()) for row in math.iter("mtr")]
    assert rows == ["[i,j]=z", "c′=1"]
    sides = [cell.get("columnalign") for cell in math.iter("mtd")]
    assert sides == ["right", "left"] * 2


@pytest.mark.parametrize(
    ("latex", "apart"),
    [
        (r"2\cos(d)", ["2", None, "cos", "(", "d", ")"]),
        (r"\log p", ["log", None, "p"]),
        (r"-\log \tfrac{1}{2}", ["−", "log", None, "1", "2"]),
        (r"\tanh^2 j", ["tanh", "2", None, "j"]),
        (r"1 + \sin(t)", ["1", "+", "sin", "(", "t", ")"]),
    ],
)
def test_a_function_stands_apart_as_in_latex(latex, apart):
    assert texts(latex) == apart


def test_operators_have_the_space_of_latex():
    assert parts(r"h_{t-1}")[2] == ("mo", "−", "0", "0")
    assert parts("a / b")[1] == ("mo", "/", "0", "0")
    assert parts(r"a \odot b")[1] == ("mo", "⊙", "0.222em", "0.222em")
    assert parts(r"\odot") == [("mo", "⊙", "0", "0")]
    assert [part[1:] for part in parts(r"x \mathrel{+}= y")[1:3]] == [
        ("+", None, "0"),
        ("=", "0", None),
    ]
    assert parts(r"K^\top")[1][:2] == ("mi", "\N{DOWN TACK}")
    assert parts(r"\hat v")[1] == (
        "mo",
        "\N{MODIFIER LETTER CIRCUMFLEX ACCENT}",
        "0",
        "0",
    )


def test_brackets_grow_around_what_is_tall_only():
    for inner, grows in (("a + b", "false"), (r"\frac{a}{b}", "true")):
        math = ET.fromstring(mathml(rf"\left({inner}\right)"))
        assert [mo.get("stretchy") for mo in math.iter("mo") if mo.get("fence")] == [
            grows,
            grows,
        ]


def test_the_characters_are_those_that_a_browser_draws():
    assert characters(mathml(r"h + \sigma = \sqrt{\text{no}}")) == set(
        "h\N{PLANCK CONSTANT}+σ\N{MATHEMATICAL ITALIC SMALL SIGMA}=√no"
    )
    assert "\N{MATHEMATICAL ITALIC PARTIAL DIFFERENTIAL}" in characters(
        mathml(r"\partial")
    )


def test_the_font_has_what_is_used_and_no_more(tmp_path):
    path = tmp_path / "maths.woff"
    maths.cut_font({"x", "(", "√", "′"}, path)
    font = TTFont(path)
    assert {chr(code) for code in font.getBestCmap()} == {"x", "(", ")", "√", "′"}
    assert len(font.getGlyphOrder()) > 10  # the bracket in all its heights
    assert path.stat().st_size < 10_000


# --- In a book ---------------------------------------------------------------------


@pytest.fixture
def book(tmp_path):
    """Give the folder of a small book, and what builds it: name → parsed page."""
    (tmp_path / "index.md").write_text("# Book\n\n```{toctree}\n:glob:\n\n*\n```\n")
    html = tmp_path / "_html"
    settings = {
        "extensions": ["myst_nb", "book.site.language", "book.site.maths"],
        "exclude_patterns": ["_*"],
        "html_math_renderer": "mathml",
        "myst_enable_extensions": ["dollarmath"],
    }

    def build(jobs=1):
        with patch_docutils(), docutils_namespace():
            Sphinx(
                tmp_path,
                None,
                html,
                tmp_path / "_doctrees",
                "html",
                confoverrides=settings,
                status=None,
                warningiserror=True,
                parallel=jobs,
            ).build()
        return {
            path.stem: BeautifulSoup(path.read_text("utf-8"), "html.parser")
            for path in html.glob("*.html")
        }

    return tmp_path, build


def test_a_page_shows_its_formulas(book):
    source, build = book
    text = "# A\n\nSee ($x$, $y$).\n\n$$\nz\n$$ (last)\n"
    (source / "a.md").write_text(text)
    page = build()["a"]
    assert [held.get_text() for held in page.select(".held")] == ["(x,", "y)."]
    assert page.find("section").p.get_text() == "See (x, y)."
    (block,) = page.select("div.math")
    assert block.math["display"] == "block"
    assert block.select_one(".eqno").get_text() == "(1)"


def test_the_font_follows_the_pages(book):
    source, build = book

    def drawn():
        font = TTFont(source / "_html" / "_static" / maths.WRITTEN)
        return {chr(code) for code in font.getBestCmap()}

    (source / "a.md").write_text("# A\n\n$1$\n")
    (source / "b.md").write_text("# B\n\n$2$\n")
    build(jobs=2)
    assert drawn() == {"1", "2"}
    (source / "b.md").write_text("# B\n\n$3$\n")
    build()
    assert drawn() == {"1", "3"}
    (source / "b.md").unlink()
    build()
    assert drawn() == {"1"}


def test_a_formula_that_cannot_be_drawn_stops_the_build(book):
    source, build = book
    (source / "a.md").write_text("# A\n\nText.\n\nA formula: $\\nowhere <$.\n")
    with pytest.raises(SphinxError) as raised:
        build()
    assert "a.md" in str(raised.value)
    for part in ("line 5", r"unknown here: \nowhere", r"\nowhere <"):
        assert part in str(raised.value)


def test_it_is_shown_as_it_was_typed_where_warnings_pass():
    node = nodes.math("", r"\nowhere <")
    written = maths.written(node)
    assert written == r'<code class="formula-error">\nowhere &lt;</code>'


def test_a_cell_is_named_for_a_notebook():
    node = nodes.math("", "x")
    node.line = 80_008
    assert maths.place(node) == "cell 8, line 8"
