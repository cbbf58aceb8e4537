"""The blocks of Python that a chapter shows in its prose, and does not run."""

import re

_FENCE = re.compile(r"^```(?P<kind>\S*)\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)


def of(notebook) -> dict[str, str]:
    """Give the lines of a notebook's blocks, by the heading that they stand under.

    Args:
        notebook: as `book.notebooks.files.read` gives it.

    Returns:
        The lines of each section's blocks, an empty line between two blocks; no entry
        for a section without them.
    """
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    found, title, end = {}, "", 0
    for fence in _FENCE.finditer(text):
        titles = _HEADING.findall(text, end, fence.start())
        title, end = (titles[-1] if titles else title), fence.end()
        if fence["kind"] == "python":
            found.setdefault(title, []).append(fence["lines"])
    return {title: "\n".join(blocks) for title, blocks in found.items()}
