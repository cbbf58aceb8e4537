"""Every chapter has the form that readers, tests and the site rely on."""

import re
from itertools import groupby

import pytest
import yaml

from book.claims import MARK
from book.figures import ALT_LENGTH
from book.folders import CHAPTERS, ROOT
from book.notebooks import files
from book.notebooks.files import (
    CHECKS,
    IGNORED,
    WITHIN_5_PERCENT,
    code_cells,
    tags,
)
from book.notebooks.normal_form import normalise

CHAPTER_PATHS = files.chapters()
TAGS = {
    "hide-input",
    "hide-output",
    "hide-cell",
    "solution",
    "raises-exception",
    "searchable",
    CHECKS,
    IGNORED,
    WITHIN_5_PERCENT,
}
FOLDED = {"solution", "hide-cell", "hide-output", CHECKS}
SET_UP = """\
# No module named 'book'? A chapter needs the rest of its course around it:
# get the whole course, as its welcome page says, and open the chapter there.
from book import runtime

runtime.setup(seed=0)"""
MACHINE_PATH = re.compile(
    r"(?<![\w./])/(?:home|root|tmp|Users|var/folders)\b"  # but not example.org/home
    r"|\bC:\\"
    r"|(?:site|dist)-packages"
    rf"|{re.escape(str(ROOT))}\b"
)
NBVAL_COMMENT = re.compile(r"(?im)^\s*#+\s*(?:NBVAL|PYTEST_VALIDATE)_")


@pytest.fixture(scope="module", params=CHAPTER_PATHS, ids=lambda path: path.stem)
def chapter(request):
    return files.read(request.param)


def lines(cell):
    """Give the lines that a cell printed on standard output."""
    texts = [o.text for o in cell.get("outputs", []) if o.get("name") == "stdout"]
    return "".join(texts).splitlines()


def headings(notebook):
    """Give the headings of a notebook in order."""
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    return re.findall(r"(?m)^#{1,6} .+$", re.sub(r"(?ms)^```.*?^```", "", text))


def sections(notebook):
    """Give the cells under each heading, the heading's cell first."""
    found = [[]]
    for cell in notebook.cells:
        text = re.sub(r"(?ms)^```.*?^```", "", cell.source)
        if cell.cell_type == "markdown" and re.search(r"(?m)^#{1,6} ", text):
            found.append([])
        found[-1].append(cell)
    return found[1:]


def images(notebook):
    """Give (kind, output) for each image in the outputs of a notebook."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            for kind in output.get("data", {}):
                if kind.startswith("image/"):
                    yield kind, output


def test_there_are_chapters():
    assert CHAPTER_PATHS


def test_chapters_and_table_of_contents_are_the_same_set():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))

    def files(node):
        if isinstance(node, list):
            return [file for part in node for file in files(part)]
        if isinstance(node, dict):
            own = [node[key] for key in ("root", "file") if key in node]
            return own + [file for part in node.values() for file in files(part)]
        return []

    listed = [file for file in files(toc) if file.startswith("chapters/")]
    pages = [p for p in CHAPTERS.iterdir() if p.suffix in {".ipynb", ".md"}]
    assert toc["root"] == "chapters/index"
    assert sorted(listed) == sorted(f"chapters/{page.stem}" for page in pages)


# --- run in order, from the top, without a complaint


def test_every_cell_was_run_in_order(chapter):
    counts = [cell.execution_count for cell in code_cells(chapter)]
    assert counts == list(range(1, len(counts) + 1))


def test_nothing_was_written_to_standard_error(chapter):
    outputs = [o for cell in code_cells(chapter) for o in cell.outputs]
    assert [o.text for o in outputs if o.get("name") == "stderr"] == []


def test_errors_are_there_where_they_are_taught_and_only_there(chapter):
    for cell in code_cells(chapter):
        failed = any(o.output_type == "error" for o in cell.outputs)
        assert failed == ("raises-exception" in tags(cell)), cell.source


def test_no_path_of_a_machine_is_in_it(chapter):
    texts = [cell.source for cell in chapter.cells]
    for cell in code_cells(chapter):
        for output in cell.outputs:
            data = output.get("data", {}).items()
            texts += [str(v) for kind, v in data if not kind.startswith("image/")]
            texts += [output.get("text", ""), output.get("evalue", "")]
            texts += output.get("traceback", [])
    for text in texts:
        found = MACHINE_PATH.search(text)
        assert not found, text[max(0, found.start() - 60) : found.end() + 60]


def test_the_file_is_in_normal_form(request, chapter):
    path = CHAPTERS / f"{request.node.callspec.id}.ipynb"
    normal = files.as_text(normalise(chapter))
    assert path.read_text(encoding="utf-8") == normal, (
        "run python -m book.notebooks --normalise-only"
    )


# --- its parts


def test_the_first_cell_has_the_title_and_what_one_learns(chapter):
    first = chapter.cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# \S", first.source)
    assert "You will learn" in first.source
    assert sum(h.startswith("# ") for h in headings(chapter)) == 1


def test_the_first_code_cell_is_the_set_up(chapter):
    first = code_cells(chapter)[0]
    assert re.sub(r"seed=\d+", "seed=0", first.source) == SET_UP
    assert not tags(first)


def test_it_checks_at_least_three_claims_and_each_is_compared(chapter):
    claims = 0
    for cell in code_cells(chapter):
        here = sum(line.startswith(MARK) for line in lines(cell))
        claims += here
        assert not (here and IGNORED in tags(cell)), (
            f"no test compares this claim's cell:\n{cell.source}"
        )
    assert claims >= 3


def test_few_ticks_are_in_sight(chapter):
    """One or two where they carry the argument; the rest is in the section's fold."""
    for section in sections(chapter):
        here = [cell for cell in section if not FOLDED & tags(cell)]
        ticks = [line for cell in here for line in lines(cell) if line.startswith(MARK)]
        assert len(ticks) <= 3, ticks


def test_the_checks_of_a_section_are_gathered_at_its_end(chapter):
    for section in sections(chapter):
        gathered = [CHECKS in tags(cell) for cell in section]
        assert sum(gathered) <= 1, section[0].source
        assert not any(gathered[:-1]), section[0].source
        for cell in section:
            ticks = [line for line in lines(cell) if line.startswith(MARK)]
            assert CHECKS not in tags(cell) or len(ticks) == len(lines(cell)) > 0


def test_half_of_what_is_read_is_prose(chapter):
    texts = [cell.source for cell in chapter.cells if cell.cell_type != "code"]
    cited = r"\[[^]]*\]\(references\.md#\w+\)"  # counts as one word
    prose = sum(len(re.sub(cited, "cited", text).split()) for text in texts)
    code = 0
    for cell in code_cells(chapter):
        if not tags(cell) & {"hide-input", "hide-cell", "solution", CHECKS}:
            code += len(cell.source.split())
        if not tags(cell) & FOLDED:
            code += sum(len(line.split()) for line in lines(cell))
    assert prose >= code, f"{prose} words of prose, {code} of code and output"
    assert prose + code <= 5_000, f"{prose + code} words: more than one lesson"


def test_it_has_a_summary_and_exercises(chapter):
    found = headings(chapter)
    assert "## Summary" in found
    assert "## Exercises" in found


def test_each_exercise_has_a_solution_that_was_run(chapter):
    solutions = {}
    current = None
    for cell in chapter.cells:
        if cell.cell_type == "markdown":
            titles = re.findall(r"(?m)^#{1,3} .+$", cell.source)
            if titles:
                exercise = re.fullmatch(r"### Exercise (\d+): \S.*", titles[-1])
                current = int(exercise[1]) if exercise else None
                assert not exercise or cell.source.startswith(titles[-1]), titles
                if exercise:
                    assert current not in solutions, titles
                    solutions[current] = []
        elif "solution" in tags(cell):
            assert "hide-cell" in tags(cell), cell.source
            assert current is not None, f"no exercise has this solution: {cell.source}"
            assert cell.execution_count is not None, cell.source
            solutions[current].append(cell)
    assert list(solutions) == list(range(1, len(solutions) + 1))
    assert len(solutions) >= 3
    assert all(solutions.values()), {n: len(cells) for n, cells in solutions.items()}


def test_every_image_says_what_it_shows(chapter):
    for kind, output in images(chapter):
        alt = output.metadata.get(kind, {}).get("alt", "")
        assert len(alt.strip()) >= ALT_LENGTH, f"alternative text: {alt!r}"


# --- its code


def test_each_exercise_has_an_empty_cell_to_try_in_and_no_other_is_empty(chapter):
    expected, exercise = [], False
    for cell in chapter.cells:
        if cell.cell_type == "markdown":
            if titles := re.findall(r"(?m)^#{1,3} .+$", cell.source):
                exercise = titles[-1].startswith("### Exercise")
        elif exercise:
            expected.append(cell.id)
            exercise = False
    assert [c.id for c in chapter.cells if not c.source.strip()] == expected


def test_code_cells_are_short(chapter):
    for cell in code_cells(chapter):
        source = cell.source.splitlines()
        most = 30 if re.search(r"(?m)^class ", cell.source) else 20
        most = 80 if CHECKS in tags(cell) else most
        assert len(source) <= most, cell.source
        assert all(len(line) <= 88 for line in source), max(source, key=len)


def test_colours_have_names(chapter):
    for cell in code_cells(chapter):
        found = re.findall(r"""["']#\w{3,8}["']""", cell.source)
        assert found == [], "book.figures names the colours"


def test_prose_stands_between_code_cells(chapter):
    kinds = [
        (
            cell.cell_type == "code" and not {"solution", CHECKS} & tags(cell),
            cell.source,
        )
        for cell in chapter.cells
        if cell.source.strip()
    ]
    for is_code, run in groupby(kinds, key=lambda kind: kind[0]):
        sources = [source for _, source in run]
        assert not is_code or len(sources) <= 2, "\n---\n".join(sources)


def test_only_known_tags_and_no_comments_steer_the_tests(chapter):
    for cell in chapter.cells:
        assert tags(cell) <= TAGS, cell.source
        assert not NBVAL_COMMENT.search(cell.source), cell.source
        # With both, nothing of the cell would be checked.
        assert not {"raises-exception", IGNORED} <= tags(cell), cell.source


def test_at_most_3_code_cells_in_100_are_not_compared():
    """They show times and nothing else."""
    cells = [cell for path in CHAPTER_PATHS for cell in code_cells(files.read(path))]
    ignored = [cell.source for cell in cells if IGNORED in tags(cell)]
    assert len(ignored) <= 0.03 * len(cells), "\n---\n".join(ignored)
