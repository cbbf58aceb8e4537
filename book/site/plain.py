"""The text of a node as one reads it aloud: no markup, no raw TeX, on one line."""

import re

from docutils import nodes

COMMANDS = {
    "beta": "β", "bmod": "mod", "cdot": "·", "dots": "…", "infty": "∞",
    "gamma": "\N{GREEK SMALL LETTER GAMMA}", "lfloor": "⌊", "odot": "⊙",
    "partial": "∂", "pm": "±", "rfloor": "⌋", "rho": "\N{GREEK SMALL LETTER RHO}",
    "sigma": "σ", "sqrt": "√", "sum": "Σ", "times": "×", "to": "→", "top": "T",
    "varepsilon": "ε",
}  # fmt: skip
SILENT = {"hat", "mathrel", "text", "mathrm", "left", "right", "operatorname"}
RAISED = str.maketrans("0123456789-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ")


def text_of(node: nodes.Node) -> str:
    """Give a node's text on one line: formulas in it without TeX."""
    return " ".join("".join(_parts(node)).split())


def _parts(node: nodes.Node):
    if isinstance(node, nodes.Text):
        yield node.astext()
    elif isinstance(node, nodes.math):
        yield formula(node.astext())
    elif not isinstance(node, nodes.Invisible | nodes.raw | nodes.math_block):
        for child in node.children:
            yield from _parts(child)
            if isinstance(child, nodes.Element) and not isinstance(child, nodes.Inline):
                yield " "


def formula(tex: str) -> str:
    r"""Give a short formula as plain text: ``h_{t-1}`` as h_(t-1), ``\sigma`` as σ."""
    text = re.sub(r"\\[,;:! ]", " ", tex)
    text = re.sub(r"\\([A-Za-z]+)", _command, text)
    text = re.sub(r"\^\{?(-?\d+|n)\}?", lambda m: m[1].translate(RAISED), text)
    text = re.sub(r"([_^])\{(\w)\}", r"\1\2", text)
    text = re.sub(r"([_^√])\{([^{}]*)\}", r"\1(\2)", text)
    return " ".join(re.sub(r"[\\{}]", "", text).split())


def _command(match: re.Match) -> str:
    name = match[1]
    return "" if name in SILENT else COMMANDS.get(name, name)
