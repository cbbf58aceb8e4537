"""The site's own parts, one by one."""

from types import SimpleNamespace

import nbformat.v4
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from myst_nb.core.render import MimeData
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book.site import claims, folds, images, pages

# --- Claims ----------------------------------------------------------------------


def page_with(*outputs, kind="stream"):
    document = new_document("page")
    for text in outputs:
        document.append(nodes.literal_block(text, text, classes=["output", kind]))
    return document


def test_claims_are_set_apart_in_the_order_of_the_output():
    page = page_with("before\n✓ one holds\n✓ two holds\nafter\nmore")
    found = claims.read_claims(page)
    assert [claim.sentence for claim in found] == ["one holds", "two holds"]
    assert [type(part).__name__ for part in page] == [
        "literal_block",
        "bullet_list",
        "literal_block",
    ]
    assert [part.astext() for part in page] == [
        "before",
        "✓ one holds\n\n✓ two holds",
        "after\nmore",
    ]


def test_every_claim_has_an_id_of_its_own():
    page = page_with("✓ it holds\n✓ it holds", "✓ 它成立\n✓ it holds")
    targets = [claim.target for claim in claims.read_claims(page)]
    assert targets == [
        "claim-it-holds",
        "claim-it-holds-2",
        "claim",
        "claim-it-holds-3",
    ]
    assert [item["ids"][0] for item in page.findall(nodes.list_item)] == targets


@pytest.mark.parametrize(
    ("text", "kind"),
    [("a shape\nx ✓ in the middle\n ✓ indented", "stream"), ("✓ an error", "stderr")],
)
def test_other_outputs_are_left_alone(text, kind):
    page = page_with(text, kind=kind)
    assert claims.read_claims(page) == []
    assert [part.astext() for part in page] == [text]


def test_pages_read_in_parallel_are_merged_and_pages_read_again_forgotten():
    one, other = SimpleNamespace(), SimpleNamespace()
    app = SimpleNamespace(env=other)
    found = [claims.Claim("it holds", "claim-it-holds", "A section")]
    claims.claims_by_page(other).update(a=found, b=found)
    claims.pages_with_list(other).update({"list", "b"})
    claims.on_merge(app, one, {"a", "list", "c"}, other)
    assert claims.claims_by_page(one) == {"a": found}
    assert claims.on_updated(app, one) == ["list"]
    claims.on_purge(app, one, "a")
    claims.on_purge(app, one, "list")
    claims.on_purge(app, one, "never read")
    assert claims.claims_by_page(one) == {}
    assert claims.on_updated(app, one) == []


# --- A small book, built again after each change -----------------------------------


def code(source, output=None, tags=()):
    outputs = [nbformat.v4.new_output("stream", text=output)] if output else []
    return nbformat.v4.new_code_cell(
        source, outputs=outputs, execution_count=1, metadata={"tags": list(tags)}
    )


def write_notebook(path, title, *cells):
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "python3"}
    notebook.cells = [nbformat.v4.new_markdown_cell(f"# {title}"), *cells]
    nbformat.write(notebook, path)


@pytest.fixture
def small_book(tmp_path):
    """Give a folder of a book with a list of claims, and what builds it."""
    source = tmp_path / "source"
    source.mkdir()
    text = (
        "# Book\n\nFirst words.\n\n```{toctree}\n:glob:\n\n*\n```\n\n```{claims}\n```\n"
    )
    (source / "index.md").write_text(text)

    def build(jobs=1):
        extensions = [
            "myst_nb",
            "book.site.claims",
            "book.site.folds",
            "book.site.pages",
        ]
        settings = {"extensions": extensions, "nb_execution_mode": "off"}
        html = tmp_path / "html"
        with patch_docutils(), docutils_namespace():
            Sphinx(
                source,
                None,
                html,
                tmp_path / "doctrees",
                "html",
                confoverrides={**settings, "html_title": "A book", "language": "en"},
                status=None,
                warningiserror=True,
                parallel=jobs,
            ).build()
        return {
            path.stem: BeautifulSoup(path.read_text("utf-8"), "html.parser")
            for path in html.glob("*.html")
        }

    return source, build


def listed(page):
    return [link.get_text() for link in page.select("section section ul.claims a")]


def test_a_book_without_claims_says_so(small_book):
    source, build = small_book
    write_notebook(source / "a.ipynb", "A", code("1", "one\n"))
    index = build()["index"]
    assert index.select_one(".claims-count").get_text() == "0 claims in 0 chapters."
    assert listed(index) == []


def test_the_list_follows_the_notebooks(small_book):
    source, build = small_book
    write_notebook(source / "a.ipynb", "A", code("1", "✓ one\n"))
    write_notebook(source / "b.ipynb", "B", code("1", "✓ two\n✓ three\n"))
    built = build(jobs=2)
    assert listed(built["index"]) == ["one", "two", "three"]
    count = built["index"].select_one(".claims-count").get_text()
    assert count == "3 claims in 2 chapters."
    for link in built["index"].select("section section ul.claims a"):
        page, target = link["href"].split(".html#")
        shown = built[page].find(id=target)
        assert shown.get_text().strip() == f"✓ {link.get_text()}"

    write_notebook(source / "a.ipynb", "A", code("1", "✓ four\n"))
    assert listed(build()["index"]) == ["four", "two", "three"]
    (source / "b.ipynb").unlink()
    index = build()["index"]
    assert listed(index) == ["four"]
    assert index.select_one(".claims-count").get_text() == "1 claim in 1 chapter."


def test_the_list_says_under_which_heading_a_claim_stands(small_book):
    source, build = small_book
    cells = [
        code("a", "✓ before any section\n"),
        nbformat.v4.new_markdown_cell("## What `x` is"),
        code("b", "✓ one\n"),
        code("c", "✓ two\n"),
        nbformat.v4.new_markdown_cell("### And *why*?"),
        code("d", "✓ three\n"),
    ]
    write_notebook(source / "a.ipynb", "A", *cells)
    parts = build()["index"].select(".claims-heading, section section ul.claims")
    assert [" ".join(part.get_text().split()) for part in parts] == [
        "✓ before any section",
        *("What x is", "✓ one ✓ two"),
        *("And why?", "✓ three"),
    ]


def test_the_list_counts_the_theorems(small_book):
    source, build = small_book
    cells = [code("a", "✓ one\n"), code("b", "✓ theorem: two\n", ["checks"])]
    write_notebook(source / "a.ipynb", "A", *cells)
    index = build()["index"]
    count = index.select_one(".claims-count").get_text()
    assert count == "2 claims in 1 chapter, 1 theorem among them."
    assert listed(index) == ["one", "theorem: two"]


def test_folds_say_what_lies_in_them(small_book):
    source, build = small_book
    cells = [
        code("a", "a\n", ["solution"]),
        code("c", "c\n", ["hide-output"]),
        code("d", "d\n", ["hide-input"]),
        code("e", "e\n", ["hide-input", "hide-output"]),
        code("f", "f\n", ["raises-exception"]),
        code("g", "✓ one\n✓ theorem: two\n", ["checks"]),
        code("h", "✓ three\n", ["checks"]),
        code("i", None, ["hide-input"]),
    ]
    write_notebook(source / "a.ipynb", "A", *cells)
    found = [
        (
            fold.summary.get_text("|"),
            bool(fold.select(".cell_input")),
            bool(fold.select(".cell_output")),
        )
        for fold in build()["a"].select("details")
    ]
    assert found == [
        ("Solution", True, True),
        ("Show the output|Hide the output", False, True),
        ("Show the code|Hide the code", True, False),
        ("Show the code and its output|Hide the code", True, True),
        ("2 checks", True, True),
        ("1 check", True, True),
        ("Show the code that draws the next figure|Hide the code", True, False),
    ]


def test_the_words_of_a_fold_are_its_name(small_book):
    source, build = small_book
    write_notebook(source / "a.ipynb", "A", code("a", "a\n", ["hide-output"]))
    summary = build()["a"].select_one("summary")
    assert not summary.has_attr("aria-label")
    assert summary.find("p") is None


def test_an_empty_heading_of_a_table_is_an_empty_cell(small_book):
    source, build = small_book
    table = "<table><tr><th></th><th>loss</th></tr></table>"
    (source / "table.md").write_text(f"# Table\n\n{table}\n")
    row = build()["table"].select_one("tr")
    assert [cell.name for cell in row.find_all(["th", "td"])] == ["td", "th"]


def test_a_page_describes_itself(small_book):
    source, build = small_book
    own = "---\nmyst:\n  html_meta:\n    description: My own.\n---\n# Own\n\nText.\n"
    (source / "own.md").write_text(own)
    (source / "quoted.md").write_text('# Quoted\n\nSay "a < b".\n')
    described = {
        name: [tag["content"] for tag in page.select("meta[name=description]")]
        for name, page in build().items()
    }
    assert described["index"] == ["First words. 0 claims in 0 chapters."]
    assert described["own"] == ["My own."]
    assert described["quoted"] == ["Say “a < b”."]
    assert described["search"] == ["A book"]


def test_a_description_ends_at_a_word():
    document = new_document("page")
    section = nodes.section("", nodes.title("", "T"), nodes.paragraph("", "word " * 80))
    document.append(section)
    text = pages.describe(document, "the title")
    assert text.endswith("word …")
    assert len(text) <= pages.LENGTH
    assert pages.describe(new_document("page"), "the title") == "the title"
    assert pages.describe(None, "the title") == "the title"


# --- Alternative texts --------------------------------------------------------------


def rendered(metadata, mime_type="image/png"):
    figure = nodes.figure("", nodes.image(uri="figure.png"))
    renderer = SimpleNamespace(
        render_image=lambda data: [figure],
        render_image_inline=lambda data: [nodes.image(uri="inline.png")],
    )
    data = MimeData(mime_type, "", output_metadata=metadata)
    return [images.AltText.handle_mime(renderer, data, inline) for inline in (0, 1)]


def test_an_image_gets_the_text_of_its_output():
    for found in rendered({"image/png": {"alt": "A sine."}}):
        assert [
            image["alt"] for node in found for image in node.findall(nodes.image)
        ] == ["A sine."]


def test_an_image_keeps_its_colours_where_they_are_values():
    for metadata, classes in [
        ({"alt": "A map.", "keep_colours": True}, ["keep-colours"]),
        ({"alt": "A sine."}, []),
    ]:
        for found in rendered({"image/png": metadata}):
            images = [image for node in found for image in node.findall(nodes.image)]
            assert [image["classes"] for image in images] == [classes]


@pytest.mark.parametrize(
    ("metadata", "mime_type"),
    [
        ({}, "image/png"),
        ({"image/png": {"width": 3}}, "image/png"),
        ({"image/png": "a sine"}, "image/png"),
        ({"image/png": {"alt": "A sine."}}, "text/plain"),
        ({"text/plain": {"alt": "A sine."}}, "text/plain"),
    ],
)
def test_other_outputs_are_left_to_their_renderer(metadata, mime_type):
    assert rendered(metadata, mime_type) == [None, None]


def test_the_folds_that_tags_ask_for():
    assert folds.fold_of([]) is None
    assert folds.fold_of(["nbval-ignore-output"]) is None
    assert folds.fold_of(["hide-cell", "solution"]).shut == "Solution"
