"""The switch that leaves all solutions out of the site."""

import nbformat.v4
import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book.notebooks import files
from book.site import solutions


def code(source, output, *tags):
    printed = nbformat.v4.new_output("stream", text=output)
    return nbformat.v4.new_code_cell(
        source, outputs=[printed], execution_count=1, metadata={"tags": list(tags)}
    )


@pytest.fixture
def build(tmp_path):
    """Give a function that builds a page with two solved exercises."""
    source = tmp_path / "source"
    source.mkdir()
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "python3"}
    markdown = nbformat.v4.new_markdown_cell
    notebook.cells = [
        markdown("# Title\n\n```{claims}\n```"),
        code("shown", "✓ in sight\n"),
        markdown("## Exercises\n\n### Exercise 1: one"),
        code("hiddenfirst", "✓ out of sight\n", "solution"),
        code("hiddensecond", "more\n", "solution"),
        markdown("### Exercise 2: two"),
        code("hiddenthird", "more\n", "solution"),
    ]
    nbformat.write(notebook, source / "index.ipynb")

    def run(**settings):
        html = tmp_path / "html"
        with patch_docutils(), docutils_namespace():
            Sphinx(
                source,
                None,
                html,
                tmp_path / "doctrees",
                "html",
                confoverrides={
                    "extensions": [
                        "myst_nb",
                        "book.site.claims",
                        "book.site.folds",
                        "book.site.solutions",
                    ],
                    "nb_execution_mode": "off",
                    "html_sourcelink_suffix": "",
                    **settings,
                },
                status=None,
                warningiserror=True,
            ).build()
        return html

    return run


def everything(html):
    files = [path for path in html.rglob("*") if path.suffix in (".html", ".js")]
    sources = (html / "_sources").rglob("*")
    return "".join(path.read_text("utf-8") for path in [*files, *sources])


def test_solutions_are_there_unless_asked_otherwise(build):
    assert everything(build()).count("hiddenfirst") >= 2


def test_no_trace_of_a_solution_is_left(build):
    html = build(solutions=False)
    assert "hidden" not in everything(html)
    assert "out of sight" not in everything(html)
    page = BeautifulSoup((html / "index.html").read_text("utf-8"), "html.parser")
    places = [place.get_text(strip=True) for place in page.select(".solve-it")]
    assert places == ["Solve it yourself."] * 2
    assert page.select_one(".claims-count").get_text() == "1 claim in 1 chapter."
    notebook = files.read(html / "_sources/index.ipynb")
    assert [c.source for c in notebook.cells if c.cell_type == "code"] == [
        "shown",
        "",
        "",
    ]


def test_the_environment_turns_the_switch_of_a_site_that_is_there(build, monkeypatch):
    for answer, shown in [("yes", True), ("no", False), ("yes", True)]:
        monkeypatch.setenv("SOLUTIONS", answer)
        html = build()
        for name in ("index.html", "_sources/index.ipynb"):
            assert ("hiddenfirst" in (html / name).read_text("utf-8")) == shown


def test_another_answer_is_refused(monkeypatch):
    monkeypatch.setenv("SOLUTIONS", "never")
    with pytest.raises(ValueError, match=r"'never'; expected yes or no"):
        solutions.asked_for(None)
