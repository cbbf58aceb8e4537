"""What chapters hand to the pieces to play with, as scripts of the site."""

import json

from sphinx.errors import ExtensionError

from book.notebooks import files
from book.pieces import ARRAYS


def script(piece: str, chapter: str) -> str:
    """Give the script that defines a piece's arrays: `const digitArrays = {…};`.

    Each array is there under its name, with its dtype, its shape and its numbers as
    base64, as `book.pieces.hand_over` left them in the chapter's stored outputs.

    Raises:
        ExtensionError: the chapter's outputs hold none for that piece.
    """
    (path,) = files.chapters(chapter)
    for cell in files.code_cells(files.read(path)):
        for output in cell.outputs:
            handed = output.get("data", {}).get(ARRAYS)
            if handed and handed["piece"] == piece:
                arrays = json.dumps(handed["arrays"], sort_keys=True)
                return f"const {piece}Arrays = {arrays};\n"
    raise ExtensionError(
        f"No output of {path.name} holds arrays for the piece {piece!r}. Expected a "
        f"cell with hand_over({piece!r}, …) that was run: make notebooks "
        f"CHAPTER={files.number_of(path)}."
    )


def leave_out(app, docname: str, source: list[str]) -> None:
    """Takes the arrays out of a chapter before MyST-NB reads it: no page shows them."""
    if ARRAYS not in source[0] or not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(ARRAYS, None)
    source[0] = json.dumps(notebook)
