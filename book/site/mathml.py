r"""A formula in LaTeX as MathML, which browsers draw and screen readers read.

latex2mathml translates; here its result is brought to MathML Core, the part that
browsers draw, and what it lets pass without drawing it is refused. The formula as it
was written stays in the attribute ``data-latex``.
"""

import re
import unicodedata
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree as ET

from latex2mathml import exceptions
from latex2mathml.converter import convert

THIN = "0.167em"

# Elements with a fixed number of parts.
PARTS = {
    **dict.fromkeys(["mfrac", "msub", "msup", "munder", "mover", "mroot"], 2),
    **dict.fromkeys(["msubsup", "munderover"], 3),
}
SCRIPTS = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}

# Signs that stand for a thing and not for what is done with it, so without the space of
# an operator around them.
THINGS = set("\N{DOWN TACK}∂∞…⋯")

# What makes the brackets around it grow.
TALL = {"mfrac", "munder", "mover", "munderover", "msqrt", "mroot", "mtable"}

# The space on either side of an operator, where browsers have another than LaTeX; there
# is none within a script.
SPACE = {**dict.fromkeys("|/", "0"), **dict.fromkeys("⊙·", "0.222em")}

ERRORS = tuple(
    error
    for error in vars(exceptions).values()
    if isinstance(error, type) and issubclass(error, Exception)
)


class FormulaError(ValueError):
    """A formula that cannot be drawn."""


@cache
def mathml(latex: str, *, display: bool = False) -> str:
    """Give a formula as the element ``math``.

    Args:
        latex: the formula, as MathJax and LaTeX read it.
        display: whether it stands on a line of its own.

    Raises:
        FormulaError: it holds what is unknown here, or is not complete.
    """
    math = _translated(latex, "block" if display else "inline")
    _mend(math)
    _check(math)
    math.set("data-latex", " ".join(latex.split()))
    if not display:
        del math.attrib["display"]
    return ET.tostring(math, encoding="unicode")


def characters(formula: str) -> set[str]:
    """Give the characters that a browser draws a formula of `mathml` with.

    A name of one letter is drawn italic, with the letter that Unicode has for that, and
    a root with the sign of the root.
    """
    found: set[str] = set()
    for element in ET.fromstring(formula).iter():
        text = element.text or ""
        found |= set(text)
        if element.tag in ("msqrt", "mroot"):
            found.add("√")
        if element.tag == "mi" and len(text) == 1 and not element.get("mathvariant"):
            found.add(_italic(text))
    return found


def _italic(letter: str) -> str:
    """Give the mathematical italic of a letter; what has none stays."""
    if letter == "h":  # which Unicode had before the others
        return "\N{PLANCK CONSTANT}"
    name = re.sub("(LATIN|GREEK) (LUNATE )?|LETTER ", "", unicodedata.name(letter, ""))
    try:
        return unicodedata.lookup(f"MATHEMATICAL ITALIC {name}")
    except KeyError:
        return letter


def _translated(latex: str, display: str) -> ET.Element:
    bare = re.sub(r"\\.", "", latex)
    if bare.count("{") != bare.count("}"):
        raise FormulaError("its braces don't match")
    # What follows `aligned` may be a bracket: no option.
    rows = re.sub(r"\\begin\{aligned\}", r"\\begin{align*}{}", latex)
    rows = re.sub(r"\\end\{aligned\}", r"\\end{align*}", rows)
    try:
        text = convert(rows, display=display)
    except ERRORS as error:
        said = re.sub("(?<=[a-z])(?=[A-Z])", " ", type(error).__name__)
        raise FormulaError(said.removesuffix(" Error").lower()) from error
    text = text.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    return ET.fromstring(re.sub(r"&(?!#)", "&amp;", text))


def _mend(math: ET.Element) -> None:
    """Makes of latex2mathml's elements what MathML Core draws as LaTeX would."""
    for element in math.iter():
        if element.tag == "mo" and len(element):  # \mathrel{+}, a part of +=
            element.text = "".join(element.itertext())
            element[:] = []
            element.set("rspace", "0")
        if element.text in THINGS:
            element.tag = "mi"
        elif element.get("accent") and element[1].text == "^":  # a hat that stays small
            element[1].text = "\N{MODIFIER LETTER CIRCUMFLEX ACCENT}"
            element[1].set("stretchy", "false")
        elif element.tag == "mo" and element.text in SPACE:
            _set_space(element, SPACE[element.text])
    for element in list(math.iter()):
        if element.tag in SCRIPTS:
            for script in element[1:]:
                for operator in script.iter("mo"):
                    _set_space(operator, "0")
        if element.tag not in PARTS:
            _shrink_brackets(element)
            _set_functions_apart(element)
    *_, row = [math, *math]
    if len(row):  # nothing stands before the first part, and after the last
        for part, side in ((row[0], "lspace"), (row[-1], "rspace")):
            if part.tag == "mo":
                part.set(side, "0")
    for first, second in pairwise(math.iter("mo")):
        if first.get("rspace") == "0" and first.get("lspace") is None:
            second.set("lspace", "0")


def _shrink_brackets(row: ET.Element) -> None:
    r"""Leaves \left( and \right) as they are around what is no taller than they are.

    Chromium leaves room for the widest form of a bracket that may grow.
    """
    if TALL.isdisjoint(part.tag for part in row.iter()):
        for part in row:
            if part.get("fence"):
                part.set("stretchy", "false")


def _set_space(operator: ET.Element, space: str) -> None:
    operator.set("lspace", space)
    operator.set("rspace", space)


def _set_functions_apart(row: ET.Element) -> None:
    r"""Adds the thin space of LaTeX before and after \log, \tanh and their like."""
    parts = list(row)
    row[:] = []
    for at, part in enumerate(parts):
        before = parts[at - 1] if at else None
        if before is not None and (
            (_is_function(part) and _ends_a_thing(before))
            or (_is_function(before) and _begins_a_thing(part))
        ):
            row.append(ET.Element("mspace", width=THIN))
        row.append(part)


def _base(element: ET.Element) -> ET.Element:
    while element.tag in SCRIPTS and len(element):
        element = element[0]
    return element


def _is_function(element: ET.Element) -> bool:
    base = _base(element)
    return base.tag == "mi" and len(base.text or "") > 1


def _ends_a_thing(element: ET.Element) -> bool:
    base = _base(element)
    return base.tag not in ("mo", "mspace") or base.text in list(")]}")


def _begins_a_thing(element: ET.Element) -> bool:
    return _base(element).tag not in ("mo", "mspace") and not (
        element.tag == "mrow" and len(element) and element[0].get("fence")
    )


def _check(math: ET.Element) -> None:
    for element in math.iter():
        text = element.text or ""
        if "\\" in text or "$" in text:
            raise FormulaError(f"unknown here: {text}")
        if element.tag == "mi" and text in ("&", "{", "}"):
            raise FormulaError(f"{text} out of place")
        if len(element) != PARTS.get(element.tag, len(element)):
            raise FormulaError(f"a part is missing in <{element.tag}>")
        if element.get("linebreak"):
            raise FormulaError(r"\\ outside rows, such as aligned")
