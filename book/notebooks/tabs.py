"""The tabs in which a chapter shows the same lines for three worlds."""

import re

WORLDS = {"tf1": "TensorFlow 1 (2017)", "today": "The same, today", "keras": "Keras 3"}
"""The tabs of a set: each one's key, which the site synchronises by, and its title."""

_TAB = re.compile(
    r"^::::\{tab-item\} (?P<title>[^\n]+)\n(?:^:[^\n]+\n)*"
    r"^```python\n(?P<lines>.*?)^```\n^::::$",
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
