"""What the search page is given to search in."""

import json

import nbformat
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book.site import plain, search

# --- Plain text ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("h_{t-1}", "h_(t-1)"),
        (r"\varepsilon(f + \text{forget bias})\, c", "ε(f + forget bias) c"),
        ("10^{-12}", "10⁻¹²"),
        ("h_{19}", "h_(19)"),
        (r"x_{i} \odot \tanh(c')", "x_i ⊙ tanh(c')"),
        (r"\sqrt{\hat v}", "√( v)"),
    ],
)  # fmt: skip
def test_a_formula_is_read_without_tex(tex, text):
    assert plain.formula(tex) == text


def test_text_is_one_line_without_displayed_formulas():
    linked = addnodes.pending_xref("", nodes.inline("", "a gate"))
    paragraph = nodes.paragraph("", "Of\n", linked, nodes.Text(" as in "))
    paragraph += [nodes.math("", r"\sigma"), nodes.math_block("", "x"), linked]
    assert plain.text_of(paragraph) == "Of a gate as in σ a gate"


# --- Sections -----------------------------------------------------------------------


def paragraph(*parts):
    return nodes.paragraph("", "", *parts)


def section(title, *content):
    return nodes.section(
        "", nodes.title("", title), *content, ids=[nodes.make_id(title)]
    )


def sections_of(*content):
    document = new_document("page")
    document += section("Page", *content)
    return search.read_sections(document)


def test_a_section_holds_its_own_prose_and_those_in_it_theirs():
    inner = section("Inner", paragraph(nodes.Text("Two.")))
    outer = section("Outer", paragraph(nodes.Text("One.")), inner)
    top, first, second = sections_of(paragraph(nodes.Text("Zero.")), outer)
    assert top == search.Section("", "Page", (), "Zero.", ())
    assert first == search.Section("outer", "Outer", ("Page",), "One.", ())
    assert second == search.Section("inner", "Inner", ("Page", "Outer"), "Two.", ())


def test_code_gives_names_and_no_prose():
    code = nodes.literal_block("", "x = tf.nn.dynamic_rnn(cell, inputs)  # fine")
    text = paragraph(nodes.Text("Set "), nodes.literal("", "return_state=True"))
    html = "<style>th.some_name {}</style><th>tf.contrib.crf</th><td>BasicLSTMCell</td>"
    printed = nodes.raw("", html, format="html")
    drawn = nodes.raw("", "other_name", format="latex")
    (top,) = sections_of(text, nodes.container("", code, printed, drawn))
    assert top.text == "Set return_state=True"
    names = ("return_state", "tf.nn.dynamic_rnn", "tf.contrib.crf", "BasicLSTMCell")
    assert top.names == names


def test_a_row_of_a_table_is_a_line():
    row = nodes.row()
    for text in ["gates", "i, j, f, o", ""]:
        row += nodes.entry("", paragraph(nodes.Text(text)))
    group = nodes.tgroup("", nodes.tbody("", row))
    (top,) = sections_of(nodes.table("", group), paragraph(nodes.Text("After.")))
    assert top.text == "gates · i, j, f, o\nAfter."


def test_a_term_is_an_entry_of_its_own():
    term = nodes.term("", "forget bias", ids=["term-forget-bias"])
    said = nodes.definition(
        "", paragraph(nodes.Text("A number. "), nodes.literal("", "forget_bias"))
    )
    terms = nodes.definition_list("", nodes.definition_list_item("", term, said))
    top, entry = sections_of(addnodes.glossary("", terms))
    assert top.text == ""
    assert entry == search.Section(
        "term-forget-bias", "forget bias", ("Page",), "A number. forget_bias",
        ("forget_bias",), is_term=True,
    )  # fmt: skip


# --- Built --------------------------------------------------------------------------


def test_the_search_page_alone_gets_the_data(tmp_path):
    page = tmp_path / "source" / "chapters" / "01_one.ipynb"
    page.parent.mkdir(parents=True)
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# One\n\n## A `</script>`\n\nA *word* & $h_t$."),
        nbformat.v4.new_code_cell("dynamic_rnn", execution_count=1),
    ]
    nbformat.write(notebook, page)
    text = "# Book\n\n```{toctree}\nchapters/01_one\n```\n"
    (tmp_path / "source" / "index.md").write_text(text)
    settings = {
        "extensions": ["myst_nb", "book.site.search"],
        "nb_execution_mode": "off",
        "myst_enable_extensions": ["dollarmath"],
    }
    folders = [tmp_path / name for name in ("html", "doctrees")]
    for _ in range(2):  # the second time, nothing is read
        with patch_docutils(), docutils_namespace():
            options = {"confoverrides": settings, "status": None, "warning": None}
            source = tmp_path / "source"
            Sphinx(source, None, *folders, "html", **options).build()
        html = folders[0]
        script = (html / "_static" / search.DATA).read_text("utf-8")
        data, stemmer = script.removeprefix("const searchData = ").split(";\n", 1)
        found = json.loads(data)
        assert found["pages"] == [
            ["index.html", "Book"],
            ["chapters/01_one.html", "One"],
        ]
        assert found["entries"][1:] == [
            [1, "", "One", [], "", "", 0],
            [1, "a-script", "A </script>", [], "A word & h_t.", "dynamic_rnn", 0],
        ]
        assert {"the", "how"} <= set(found["stopwords"])
        assert "Stemmer" in stemmer
        for path in [html / "index.html", html / "search.html"]:
            scripts = BeautifulSoup(path.read_text("utf-8"), "html.parser")("script")
            names = [s.get("src", "").partition("?")[0].split("/")[-1] for s in scripts]
            ours = [name for name in names if name in search.OURS]
            assert ours == (search.OURS if path.stem == "search" else [])
            assert "marks.js" in names
            if path.stem != "search":  # whose template, here the theme's, names them
                assert not set(names) & search.THEIRS
        written = {path.name for path in html.rglob("*.js")}
        assert not written & (search.THEIRS | {"searchindex.js"})
