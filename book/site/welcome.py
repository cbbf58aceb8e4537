"""What the welcome page says and offers beyond its text.

``{at-a-glance}`` gives the course's figures, counted when the site is built, and
``{error-box}`` a place to paste an error message, which leads to the search. The
buttons beside it are sphinx-design's.
"""

import re
from dataclasses import dataclass
from html import escape
from importlib import metadata
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from book.claims import MARK
from book.data import tf1
from book.notebooks import files
from book.notebooks.handouts import SOLUTION
from book.site.language import _

EXERCISE = re.compile(r"### Exercise \d+: ")


@dataclass(frozen=True)
class Count:
    """How much there is in the course.

    Attributes:
        chapters: notebooks.
        claims: sentences that their outputs show as checked.
        exercises: those with a solution that ran.
    """

    chapters: int
    claims: int
    exercises: int


def count(paths: list[Path]) -> Count:
    """Count what is in some chapters.

    Raises:
        NotebookError: one of them can't be read.
    """
    claims = exercises = 0
    for path in paths:
        posed = False
        for cell in files.read(path).cells:
            posed |= EXERCISE.match(cell.source) is not None
            if posed and SOLUTION in files.tags(cell) and cell.execution_count:
                exercises += 1
                posed = False
            for output in cell.get("outputs", []):
                if output.get("name") == "stdout":
                    lines = output.text.splitlines()
                    claims += sum(line.startswith(MARK) for line in lines)
    return Count(len(paths), claims, exercises)


class AtAGlanceDirective(SphinxDirective):
    """``{at-a-glance}``: the course in figures."""

    def run(self) -> list[nodes.Node]:
        """Gives them as a list; the page is read again when a chapter changes."""
        paths = files.chapters()
        for path in paths:
            self.env.note_dependency(path)
        found = count(paths)
        solved = _("solved exercises") if self.config.solutions else _("exercises")
        today = ".".join(metadata.version("tensorflow").split(".")[:2])
        facts = [
            (f"{found.claims:,}", _("checked claims")),
            (str(found.chapters), _("chapters")),
            (str(found.exercises), solved),
            (f"TensorFlow {today}", _("runs all of it today")),
            (f"TensorFlow {tf1.ARTICLES}", _("ran the originals, of 2017")),
        ]
        items = nodes.bullet_list(classes=["at-a-glance"])
        for figure, words in facts:
            strong = nodes.strong("", figure)
            text = nodes.paragraph("", "", strong, nodes.Text(f" {words}"))
            items += nodes.list_item("", text)
        return [items]


class ErrorBox(nodes.General, nodes.Element):
    """Where an error message is pasted and searched for."""


class ErrorBoxDirective(SphinxDirective):
    """``{error-box}``: a form that searches the site for what is pasted."""

    def run(self) -> list[nodes.Node]:
        """Gives the form's place."""
        return [ErrorBox()]


def visit_error_box(translator, node: ErrorBox) -> None:
    """Writes the form: a plain one, which needs no script."""
    builder = translator.builder
    action = builder.get_relative_uri(builder.current_docname, "search")
    label, button = _("Paste an error message"), _("Find its cure")
    example = "No module named 'tensorflow.contrib'"
    translator.body.append(
        f'<form class="error-box" action="{action}" method="get">\n'
        f'<label for="error-message">{escape(label)}</label>\n'
        f'<textarea id="error-message" name="q" rows="3" required spellcheck="false" '
        f'placeholder="{escape(example)}"></textarea>\n'
        f'<button class="sd-btn sd-btn-primary">{escape(button)}</button>\n'
        "</form>\n"
    )
    raise nodes.SkipNode


def skip(translator, node: nodes.Node) -> None:
    """Leaves the form out where nothing can be searched."""
    raise nodes.SkipNode


STYLED = ("chapters/index", "chapters/teach")


def add_styles(app, pagename, templatename, context, doctree) -> None:
    """Adds their looks to the welcome page and to the teachers'."""
    if pagename in STYLED:
        app.add_css_file("welcome.css")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers both directives."""
    app.add_node(ErrorBox, html=(visit_error_box, None), singlehtml=(skip, None))
    app.add_directive("at-a-glance", AtAGlanceDirective)
    app.add_directive("error-box", ErrorBoxDirective)
    app.connect("html-page-context", add_styles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
