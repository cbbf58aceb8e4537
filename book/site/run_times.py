"""The table of the chapters' run times, for the page that shows it."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from book.notebooks import run_times
from book.site.language import _


class RunTimesDirective(SphinxDirective):
    """``{run-times}``: each chapter with a link, and the seconds that it runs."""

    def run(self) -> list[nodes.Node]:
        """Gives the table; a link without a text takes the title of its page."""
        self.env.note_dependency(run_times.TABLE)
        lines = ["| {} | {} |".format(_("chapter"), _("seconds")), "|---|---:|"]
        for chapter, seconds in run_times.read().items():
            lines.append(f"| [](/chapters/{chapter}.ipynb) | {seconds} |")
        place = nodes.Element()
        self.state.nested_parse(StringList(lines, str(run_times.TABLE)), 0, place)
        return place.children


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the directive."""
    app.add_directive("run-times", RunTimesDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
