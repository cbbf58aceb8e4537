"""Figures that more than one chapter draws, and the one way to show them."""

from pathlib import Path

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.collections import QuadMesh
from matplotlib.image import AxesImage
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

plt.style.use(Path(__file__).with_name("book.mplstyle"))

BLUE, ORANGE, GREEN, PINK, AMBER, SKY, DARK = plt.rcParams["axes.prop_cycle"].by_key()[
    "color"
]
"""The colours of the style's cycle (Okabe and Ito's, told apart by all eyes)."""

GREY, LIGHT = "#999999", "#9CC8E8"
"""What stands back behind the curves, and a filled area under a text."""

INPUT, STATE, WEIGHT, STEP, LINE = "#DCEBF7", "#FBE3D2", "#EDEDED", "#DDF1E8", "#555555"
"""A diagram's colours: boxes of data, states, weights and operations; then lines."""

ALT_LENGTH = 20
"""Characters: a text that is shorter cannot say what a figure shows."""


def show(fig, alt):
    """Display a figure with a text for those who cannot see it, and close it.

    The output's metadata holds the text. It says too where colours are values, as in a
    heat map or beside a colour bar: a dark page turns over those of all other figures.

    Args:
        fig: a matplotlib figure.
        alt: what the figure shows and what is to be seen in it, at least
            ALT_LENGTH characters.

    Raises:
        ValueError: the text is too short to say that.
    """
    if len(alt) < ALT_LENGTH:
        raise ValueError(
            f"alt is {alt!r}; expected at least {ALT_LENGTH} characters that say it."
        )
    metadata = {"alt": alt}
    if fig.findobj(lambda artist: isinstance(artist, (AxesImage, QuadMesh))):
        metadata["keep_colours"] = True
    display(fig, metadata={"image/png": metadata})
    plt.close(fig)


class Diagram:
    """A drawing of boxes and arrows on a grid whose unit is one box height.

    Args:
        width: in grid units.
        height: in grid units.
        scale: inches to a grid unit.
    """

    def __init__(self, width, height, scale=0.55):
        """Make an empty drawing."""
        self.fig, self.ax = plt.subplots(figsize=(width * scale, height * scale))
        self.ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
        self.ax.axis("off")

    def box(self, x, y, text, shape=None, fill=INPUT, width=2.6, height=1.0):
        """Draw a box centred on (x, y) with a text and, below it, a tensor's shape.

        Returns:
            (x, y, width, height), for `arrow`.
        """
        corner = (x - width / 2, y - height / 2)
        style = "round,pad=0,rounding_size=0.15"
        self.ax.add_patch(
            FancyBboxPatch(
                corner,
                width,
                height,
                boxstyle=style,
                facecolor=fill,
                edgecolor=LINE,
            )
        )
        label = text if shape is None else f"{text}\n{shape}"
        self.ax.text(x, y, label, ha="center", va="center", fontsize=8.5)
        return x, y, width, height

    def arrow(self, start, end, label="", bend=0.0):
        """Draw an arrow from one box to another, or between two points (x, y)."""
        points = [_edge(start, end), _edge(end, start)]
        style = f"arc3,rad={bend}"
        self.ax.add_patch(
            FancyArrowPatch(
                *points, arrowstyle="-|>", mutation_scale=9, color=LINE,
                connectionstyle=style, shrinkA=1, shrinkB=1,
            )
        )  # fmt: skip
        if label:
            (x0, y0), (x1, y1) = points
            middle = ((x0 + x1) / 2, (y0 + y1) / 2 + 0.18)
            self.ax.text(*middle, label, ha="center", va="bottom", fontsize=8)

    def note(self, x, y, text, **kwargs):
        """Write a text at (x, y)."""
        self.ax.text(x, y, text, fontsize=8.5, ha="center", va="center", **kwargs)


def _edge(box, towards):
    """The middle of the side of a box (or the point itself) that faces another."""
    if len(box) == 2:
        return box
    x, y, width, height = box
    gap = abs(towards[0] - x) - (width + (towards[2] if len(towards) == 4 else 0)) / 2
    if gap > 0:  # one stands beside the other
        return x + (width / 2 if towards[0] > x else -width / 2), y
    return x, y + (height / 2 if towards[1] > y else -height / 2)


def lstm_cell(batch, features, units):
    """Draw one step of a `BasicLSTMCell` with the shape of every tensor in it.

    Args:
        batch: rows in a batch.
        features: numbers in an input vector.
        units: numbers in the output and in each half of the state.

    Returns:
        The matplotlib figure; pass it to `show`.
    """
    state, d = (batch, units), Diagram(17.4, 9.1)
    x = d.box(1.6, 2.4, "x, the input", (batch, features))
    h = d.box(1.6, 0.9, "h, the last output", state, STATE)
    c = d.box(1.6, 7.9, "c, the memory", state, STATE)
    both = d.box(4.9, 1.65, "[x, h]", (batch, features + units))
    kernel = d.box(4.9, 3.65, "kernel", (features + units, 4 * units), WEIGHT)
    bias = d.box(4.9, 5.5, "bias", (4 * units,), WEIGHT)
    gates = d.box(
        8.2, 3.65, "[x, h] · kernel\n+ bias", (batch, 4 * units), STEP, 2.8, 1.5
    )
    labels = ["f: keep", "i: write", "j: what to write", "o: show"]
    formulas = ["σ(f + forget_bias)", "σ(i)", "tanh(j)", "σ(o)"]
    boxes = []
    for y, label, formula in zip([6.2, 4.5, 2.8, 1.1], labels, formulas, strict=True):
        boxes.append(d.box(11.5, y, f"{label}\n{formula}", state, STEP, 2.8, 1.4))
        d.arrow(gates, boxes[-1])
    new_c = d.box(15.5, 7.9, "new c", state, STATE)
    new_h = d.box(15.5, 1.1, "new h = output", state, STATE)
    squash = d.box(15.5, 4.5, "tanh(new c)", state, STEP)
    for start, end in [
        (x, both), (h, both), (both, gates), (kernel, gates), (bias, gates), (c, new_c),
        *[(gate, new_c) for gate in boxes[:3]], (boxes[3], new_h),
        (new_c, squash), (squash, new_h),
    ]:  # fmt: skip
        d.arrow(start, end)
    d.note(15.5, 8.75, "new c = f · c + i · j", style="italic")
    d.note(15.5, 0.3, "new h = o · tanh(new c)", style="italic")
    return d.fig
