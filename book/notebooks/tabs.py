"""The tabs in which a chapter shows the same lines for three worlds.

In a notebook they are plain Markdown: a title in bold, then a block of Python, thrice.
book.site.markdown makes tabs of them.
"""

import re

WORLDS = {"tf1": "TensorFlow 1 (2017)", "today": "The same, today", "keras": "Keras 3"}
"""The tabs of a set: each one's key, which the site synchronises by, and its title."""

OPEN = "today"
"""The key of the tab that is open at first."""

_TAB = re.compile(
    r"^\*\*(?P<title>[^*\n]+)\*\*\n\n```python\n(?P<lines>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def of(notebook) -> dict[str, str]:
    """Give the lines of a notebook's tabs, by their key in WORLDS.

    Args:
        notebook: as `book.notebooks.files.read` gives it.

    Returns:
        The lines of each tab; empty where the notebook has no tabs.

    Raises:
        ValueError: the notebook has two sets of tabs, or one with other titles.
    """
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    found = [(tab["title"], tab["lines"]) for tab in _TAB.finditer(text)]
    titles = [title for title, _ in found]
    if titles not in ([], list(WORLDS.values())):
        raise ValueError(
            f"The tabs are {titles}. Expected one set of three, titled "
            f"{list(WORLDS.values())}; see CONTRIBUTING.md."
        )
    return {key: lines for key, (_, lines) in zip(WORLDS, found, strict=False)}
