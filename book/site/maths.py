"""Formulas drawn without a script: MathML in the pages, and the font that draws it.

The font is STIX Two Math (SIL Open Font License), from the package ziamath, cut down to
the characters that the book's formulas use. A formula that cannot be drawn is a warning
of the build, with its place: `make book` fails there.
"""

import re
from html import escape
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.util.typing import ExtensionMetadata

from book.site.mathml import FormulaError, characters, mathml

FONT = "STIXTwoMath-Regular.ttf"
WRITTEN = "maths.woff"  # in _static, where maths.css expects it
OPENING = re.compile(r"[(\[“]*$")
CLOSING = re.compile(r"[.,;:!?)\]”…]*")
TAG = re.compile(r"<[^>]*>")
LONG = 30  # characters: about what a phone shows in a line
CELL = 10_000  # MyST-NB's line n of cell c is the line c * CELL + n

logger = logging.getLogger(__name__)


def characters_by_page(env: BuildEnvironment) -> dict[str, set[str]]:
    """Gives what the formulas read so far are drawn with: page name → characters."""
    if not hasattr(env, "book_formulas"):
        env.book_formulas = {}
    return env.book_formulas


def is_formula(node: nodes.Node) -> bool:
    """Whether a node of a page is a formula, in a line or on its own."""
    return isinstance(node, nodes.math | nodes.math_block)


def drawn(node: nodes.Element) -> str:
    """Gives a formula as MathML.

    Raises:
        FormulaError: it cannot be drawn.
    """
    return mathml(node.astext(), display=isinstance(node, nodes.math_block))


def read_formulas(app: Sphinx, doctree: nodes.document) -> None:
    """Keeps the characters of a page's formulas, and warns of what cannot be drawn."""
    found: set[str] = set()
    for node in doctree.findall(is_formula):
        try:
            found |= characters(drawn(node))
        except FormulaError as error:
            logger.warning(
                "This formula cannot be drawn: %s; %s\n%s",
                error,
                place(node),
                node.astext(),
                location=node,
            )
    if found:
        characters_by_page(app.env)[app.env.docname] = found


def place(node: nodes.Element) -> str:
    """Gives the line of a formula in its file, or the cell and the line in that."""
    cell, line = divmod(node.line or 0, CELL)
    return f"cell {cell}, line {line}" if cell else f"line {line}"


def on_purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forgets a page that is about to be read again, or is gone."""
    characters_by_page(env).pop(docname, None)


def on_merge(app: Sphinx, env: BuildEnvironment, docnames, other) -> None:
    """Takes over what a parallel reader found in its pages."""
    for docname in docnames & characters_by_page(other).keys():
        characters_by_page(env)[docname] = characters_by_page(other)[docname]


def hold_together(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keeps the punctuation beside a formula on the formula's line."""
    if app.builder.format != "html":
        return
    for formula in list(doctree.findall(nodes.math)):
        before, after = _beside(formula, -1), _beside(formula, 1)
        opening, closing = OPENING.search(before)[0], CLOSING.match(after)[0]
        if opening or closing:
            parts = [nodes.Text(opening), formula.deepcopy(), nodes.Text(closing)]
            held = nodes.inline("", "", *parts, classes=["held"])
            if closing:
                _put_beside(formula, 1, after[len(closing) :])
            if opening:
                _put_beside(formula, -1, before[: -len(opening)])
            formula.replace_self(held)


def _beside(node: nodes.Node, side: int) -> str:
    """Gives the text right before (-1) or after (1) a node, "" if there is none."""
    at = node.parent.index(node) + side
    found = node.parent[at] if 0 <= at < len(node.parent) else ""
    return str(found) if isinstance(found, nodes.Text) else ""


def _put_beside(node: nodes.Node, side: int, text: str) -> None:
    node.parent[node.parent.index(node) + side] = nodes.Text(text)


def visit_math(translator, node: nodes.math) -> None:
    """Writes a formula within a line; one that fills a phone's can scroll there."""
    formula = written(node)
    if len(TAG.sub("", formula)) > LONG:
        formula = f'<span class="long-formula">{formula}</span>'
    translator.body.append(formula)
    raise nodes.SkipNode


def visit_math_block(translator, node: nodes.math_block) -> None:
    """Writes a formula on a line of its own, with its number if it has one."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    translator.body.append(written(node))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})</span>')
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def written(node: nodes.Element) -> str:
    """Gives a formula as HTML; one that cannot be drawn, as it was typed."""
    try:
        return drawn(node)
    except FormulaError:
        return f'<code class="formula-error">{escape(node.astext())}</code>'


def write_font(app: Sphinx, exception: Exception | None) -> None:
    """Writes the font with the characters that the book's formulas use."""
    used = set().union(*characters_by_page(app.env).values())
    if exception is None and app.builder.format == "html" and used:
        cut_font(used, Path(app.outdir, "_static", WRITTEN))


def cut_font(used: set[str], path: Path) -> None:
    """Writes STIX Two Math with some characters only, and all their sizes.

    Args:
        used: the characters.
        path: the file to write, in the format WOFF.
    """
    options = subset.Options(
        flavor="woff", layout_features=[], hinting=False, name_IDs=[0, 1, 2, 5, 13, 14]
    )
    (package,) = find_spec("ziamath").submodule_search_locations
    font = subset.load_font(Path(package, "fonts", FONT), options)
    for table in font["cmap"].tables:  # a prime is always in a script: drawn for it
        table.cmap[ord("′")] = "minute.ssty"
    _keep_two_roots(font)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(used))
    cutter.subset(font)
    subset.save_font(font, path, options)


def _keep_two_roots(font: TTFont) -> None:
    """Leaves two heights of the sign of the root: as tall as a letter, as a fraction.

    Chromium leaves room for the widest of its forms, whichever it draws.
    """
    variants = font["MATH"].table.MathVariants
    root = variants.VertGlyphCoverage.glyphs.index(font.getBestCmap()[ord("√")])
    construction = variants.VertGlyphConstruction[root]
    del construction.MathGlyphVariantRecord[2:]
    construction.VariantCount = 2
    construction.GlyphAssembly = None


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers how formulas are written, and what collects their characters."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.add_css_file("maths.css")
    app.connect("doctree-read", read_formulas)
    app.connect("env-purge-doc", on_purge)
    app.connect("env-merge-info", on_merge)
    app.connect("doctree-resolved", hold_together)
    app.connect("build-finished", write_font)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
