"""The tables of the chapters' run times and of the site's builds, for their page."""

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from book.data import benchmarks
from book.notebooks import run_times
from book.site.language import _


class Table(SphinxDirective):
    """A directive that gives a table of things and their seconds."""

    def table(
        self, source: Path, headings: list[str], rows: dict[str, list[int]]
    ) -> list[nodes.Node]:
        """Gives the table.

        Args:
            source: the file that it comes from.
            headings: of all columns.
            rows: seconds, by what stands in the first column (in Markdown).
        """
        self.env.note_dependency(source)
        cells = [headings, ["---"] + ["---:"] * (len(headings) - 1)]
        cells += [[name, *map(str, seconds)] for name, seconds in rows.items()]
        lines = [f"| {' | '.join(row)} |" for row in cells]
        place = nodes.Element()
        self.state.nested_parse(StringList(lines, str(source)), 0, place)
        return place.children


class RunTimesDirective(Table):
    """``{run-times}``: each chapter with a link, the seconds that it runs, the sum."""

    def run(self) -> list[nodes.Node]:
        """Gives the table."""
        times = run_times.read()
        rows = {link(name): [seconds] for name, seconds in times.items()}
        rows[_("all, one after the other")] = [sum(times.values())]
        return self.table(run_times.TABLE, [_("chapter"), _("seconds")], rows)


class UnrolledTimesDirective(Table):
    """``{unrolled-times}``: chapters that were made faster, before and since."""

    def run(self) -> list[nodes.Node]:
        """Gives the table."""
        since, before = run_times.read(), run_times.read(run_times.UNROLLED)
        rows = {link(name): [before[name], since[name]] for name in before}
        headings = [_("chapter"), _("unrolled"), "`BlockLSTM`"]
        return self.table(run_times.UNROLLED, headings, rows)


class BuildTimesDirective(Table):
    """``{build-times}``: seconds that the site takes to build, and all checks of it."""

    def run(self) -> list[nodes.Node]:
        """Gives the table."""
        table = benchmarks.load("building").set_index("what")
        texts = {
            "from nothing": _("everything, from nothing"),
            "one chapter changed": _("again, after a change in one chapter"),
        }
        rows = {text: [round(table.seconds[what])] for what, text in texts.items()}
        (seconds,) = benchmarks.load("checking").seconds
        rows[_("all chapters, run and compared")] = [round(seconds)]
        self.env.note_dependency(benchmarks.FOLDER / "checking.csv")
        headings = [_("what"), _("seconds")]
        return self.table(benchmarks.FOLDER / "building.csv", headings, rows)


def link(name: str) -> str:
    """Gives a link to a chapter, whose text is the title of its page."""
    return f"[](/chapters/{name}.ipynb)"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the directives."""
    app.add_directive("run-times", RunTimesDirective)
    app.add_directive("unrolled-times", UnrolledTimesDirective)
    app.add_directive("build-times", BuildTimesDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
