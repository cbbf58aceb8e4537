"""The pieces to play with: where they stand, and the scripts that bring them to life.

The directive ``{play} NAME`` puts a piece into a page, below its heading in
chapters/play.md. In a chapter a paragraph that is nothing but a link to it,
``[Draw a digit](play.md#digit)``, becomes the piece, and the link its caption: so the
notebook reads well elsewhere. What follows a question mark sets the piece up:
``play.md#shapes?units=5`` names its settings as an address does.

A page gets the scripts and the rules, NAME.css, of its pieces alone; the scripts are
fetched when a piece comes near the window. A script puts what it makes into a
``div.play-live``. Before it has, without JavaScript, on paper and
in the PDF a still picture stands in its place, which stills.py makes.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from posixpath import relpath

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from book.site import handed
from book.site.language import _

PAGE = "chapters/play"

# The type of a script that a browser leaves alone, until play.js runs it.
LATER = "text/plain"


@dataclass(frozen=True)
class Piece:
    """A piece to play with.

    Attributes:
        alt: what its still picture, assets/play/NAME.png, shows.
        scripts: under assets/play/, in the order in which they run.
        chapter: the number of the one that hands it arrays; they are there for its
            scripts as the constant NAMEArrays.
        still: the settings with which stills.py takes that picture.
    """

    alt: str
    scripts: tuple[str, ...]
    chapter: str = ""
    still: str = ""


PIECES: dict[str, Piece] = {
    "digit": Piece(
        _(
            "A handwritten digit as 28 rows of 28 pixels, beside a strip of colours, "
            "the outputs of 64 units after each row. Below, the ten digits with their "
            "probabilities, and curves of how these changed from row to row."
        ),
        ("digit-reader.js", "digit.js"),
        chapter="17",
        still="read=14",
    ),
    "cell": Piece(
        _(
            "One LSTM cell with all its numbers: a drawing in which the memory flows "
            "through gates that are more or less open, the equations with numbers in "
            "place, and two charts of memory, output and gates over five steps."
        ),
        ("cell.js",),
        still="step=5",
    ),
    "shapes": Piece(
        _(
            "Shapes across the eras: a form with a network's settings, three tables "
            "that give the shapes of its inputs, outputs, states and weights in "
            "TensorFlow 1, Keras 3 and PyTorch side by side, and the code for each."
        ),
        ("shapes-of.js", "shapes.js"),
    ),
}


class Play(nodes.figure):
    """A piece in its place: its name, its settings, a caption among its children."""


class PlayLink(nodes.General, nodes.Inline, nodes.TextElement):
    """A link to a piece on its page."""


class PlayDirective(Directive):
    """``{play} NAME``: the piece of that name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Gives the piece's place."""
        if self.arguments[0] not in PIECES:
            known = ", ".join(PIECES)
            raise self.error(
                f"No piece is called {self.arguments[0]!r}. Expected one of: {known}."
            )
        return [_place(*self.arguments)]


def _place(name: str, settings: str = "") -> Play:
    return Play(name=name, settings=settings)


def place_links(app: Sphinx, doctree: nodes.document) -> None:
    """Turns links to pieces into the pieces, or into links that keep their settings.

    Raises:
        ValueError: a link names no piece.
    """
    for link in list(doctree.findall(addnodes.pending_xref)):
        if link.get("reftarget") != PAGE or not link.get("reftargetid"):
            continue
        name, _mark, settings = link["reftargetid"].partition("?")
        if name not in PIECES:
            raise ValueError(
                f"{app.env.docname} links to play.md#{name}; the pieces are: "
                f"{', '.join(PIECES)}."
            )
        target = PlayLink("", "", *link.children, target=link["reftargetid"])
        paragraph = link.parent
        if isinstance(paragraph, nodes.paragraph) and len(paragraph) == 1:
            place = _place(name, settings)
            place += nodes.caption("", "", target)
            paragraph.replace_self(place)
        else:
            link.replace_self(target)


def resolve_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Gives the links to pieces their addresses."""
    for link in list(doctree.findall(PlayLink)):
        uri = f"{app.builder.get_relative_uri(docname, PAGE)}#{link['target']}"
        link.replace_self(
            nodes.reference("", "", *link.children, refuri=uri, internal=True)
        )


def visit_play(translator, node: Play) -> None:
    """Opens a piece: its script fills the place that has its name."""
    piece = PIECES[node["name"]]
    without_script = _("This needs JavaScript.")
    up = relpath("_static", translator.builder.current_docname.rpartition("/")[0])
    translator.body.append(
        f'<figure class="play" id="{node["name"]}" data-play="{node["name"]}" '
        f'data-settings="{escape(node["settings"])}">\n'
        f'<img class="play-still" src="{up}/play/{node["name"]}.png" '
        f'alt="{escape(piece.alt)}" loading="eager" fetchpriority="low">\n'
        f"<noscript><p>{escape(without_script)}</p></noscript>\n"
    )


def depart_play(translator, node: Play) -> None:
    """Closes a piece."""
    translator.body.append("</figure>\n")


def add_scripts(app, pagename, templatename, context, doctree) -> None:
    """Adds the scripts and the rules of a page's pieces to it."""
    if doctree is None or app.builder.name != "html":
        return
    names = {node["name"] for node in doctree.findall(Play)}
    if names:
        app.add_css_file("play/play.css")
        app.add_js_file("play/play.js", loading_method="defer")
    for name in sorted(names):
        app.add_css_file(f"play/{name}.css")
        arrays = [f"{name}-arrays.js"] if PIECES[name].chapter else []
        for script in [*arrays, *PIECES[name].scripts]:
            app.add_js_file(f"play/{script}", type=LATER, **{"data-play": name})


def write_arrays(app: Sphinx) -> None:
    """Writes what the chapters hand to the pieces, before any page asks for it."""
    if app.builder.name != "html":
        return
    folder = Path(app.outdir, "_static/play")
    folder.mkdir(parents=True, exist_ok=True)
    for name, piece in PIECES.items():
        if piece.chapter:
            script = handed.script(name, piece.chapter)
            (folder / f"{name}-arrays.js").write_text(script, encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the directive, the pieces' form and their links."""
    app.setup_extension("book.site.language")
    app.add_node(Play, html=(visit_play, depart_play))
    app.add_node(PlayLink)
    app.add_directive("play", PlayDirective)
    app.connect("doctree-read", place_links)
    app.connect("doctree-resolved", resolve_links)
    app.connect("html-page-context", add_scripts)
    app.connect("builder-inited", write_arrays)
    app.connect("source-read", handed.leave_out)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
