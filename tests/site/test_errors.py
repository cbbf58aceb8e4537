"""The error index: its entries, as the search page gets them."""

import json
import re
from types import SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book.folders import ROOT
from book.notebooks import files
from book.site import errors

# --- Reading ------------------------------------------------------------------------


def section(title, *outputs):
    parts = [
        nodes.literal_block(text, text, **attributes) for text, attributes in outputs
    ]
    return nodes.section("", nodes.title("", "", *title), *parts, ids=["a-place"])


def page_of(*sections):
    document = new_document("page")
    document.extend(sections)
    return document


PRINTED = {"classes": ["output", "stream"]}
CODE = nodes.literal("", "It broke")


def test_an_entry_has_the_messages_that_its_cells_print():
    text = "before\nValueError: it broke: 3\n✓ mended\nTypeError: It broke again\n"
    found = errors.read_entries(page_of(section([CODE.deepcopy()], (text, PRINTED))))
    messages = ("ValueError: it broke: 3", "TypeError: It broke again")
    assert found == [errors.Entry("It broke", "a-place", messages)]


def test_a_block_of_plain_text_is_a_message_and_code_is_not():
    text, code = (
        ("ValueError: then", {"language": "text"}),
        (
            "ValueError: no",
            {"language": "ipython3"},
        ),
    )
    (found,) = errors.read_entries(page_of(section([CODE.deepcopy()], text, code)))
    assert found.messages == ("ValueError: then",)


@pytest.mark.parametrize("parts", [["In words"], ["On ", CODE]])
def test_other_sections_are_no_entries(parts):
    title = [nodes.Text(p) if isinstance(p, str) else p.deepcopy() for p in parts]
    assert (
        errors.read_entries(page_of(section(title, ("ValueError: x", PRINTED)))) == []
    )


def test_an_entry_without_a_message_is_refused():
    with pytest.raises(ValueError, match="'It broke' prints no message"):
        errors.read_entries(page_of(section([CODE.deepcopy()], ("nothing", PRINTED))))


def test_a_parallel_reader_s_entries_are_taken_over_and_old_ones_forgotten():
    one, other = SimpleNamespace(), SimpleNamespace(book_errors=["an entry"])
    errors.on_merge(None, one, {"another"}, other)
    assert errors.entries_of(one) == []
    errors.on_merge(None, one, {errors.PAGE}, other)
    assert errors.entries_of(one) == ["an entry"]
    errors.on_purge(None, one, "another")
    assert errors.entries_of(one) == ["an entry"]
    errors.on_purge(None, one, errors.PAGE)
    assert errors.entries_of(one) == []


# --- Built --------------------------------------------------------------------------


def test_the_search_page_alone_gets_the_entries(tmp_path, monkeypatch):
    monkeypatch.setattr(errors, "PAGE", "part/index_of_errors")
    page = tmp_path / "source" / "part" / "index_of_errors.ipynb"
    page.parent.mkdir(parents=True)
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "python3"}
    output = nbformat.v4.new_output("stream", text="ValueError: no </script>\n✓ fine\n")
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# Errors\n\n## `no </script>`\n\nWhy."),
        nbformat.v4.new_code_cell("1", outputs=[output], execution_count=1),
    ]
    nbformat.write(notebook, page)
    text = "# Book\n\n```{toctree}\npart/index_of_errors\n```\n"
    (tmp_path / "source" / "index.md").write_text(text)
    extensions = ["myst_nb", "book.site.claims", "book.site.errors"]
    settings = {"extensions": extensions, "nb_execution_mode": "off"}
    folders = [tmp_path / name for name in ("html", "doctrees")]
    for _ in range(2):  # the second time, nothing is read
        with patch_docutils(), docutils_namespace():
            options = {"confoverrides": settings, "status": None, "warning": None}
            source = tmp_path / "source"
            Sphinx(source, None, *folders, "html", **options).build()
    pages = {
        path.stem: BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in folders[0].rglob("*.html")
    }
    assert [n for n, page in pages.items() if page.find(id=errors.DATA)] == ["search"]
    (entry,) = json.loads(pages["search"].find(id=errors.DATA).string)
    assert entry["heading"] == "no </script>"
    assert entry["messages"] == ["ValueError: no </script>"]
    path, target = entry["link"].split("#")
    assert path == "part/index_of_errors.html"
    assert pages["index_of_errors"].find(id=target).name == "section"


# --- The chapter --------------------------------------------------------------------


def test_the_index_has_40_entries_and_each_begins_as_what_is_printed():
    notebook = files.read(ROOT / f"{errors.PAGE}.ipynb")
    entries = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            title = re.search(r"(?m)^### (`+) ?(.+?) ?\1$", cell.source)
            said = entries.setdefault(title[2], []) if title else None
            blocks = re.findall(r"(?s)```text\n(.*?)```", cell.source)
        elif said is not None:
            blocks = [o.text for o in cell.outputs if o.get("name") == "stdout"]
        if said is not None:
            said += [m for text in blocks for m in errors.MESSAGE.findall(text)]
    assert len(entries) >= 40
    for heading, messages in entries.items():
        assert messages, heading
        begins = heading[:30].rstrip(" .")
        assert any(begins in message for message in messages), (heading, messages)
