"""The styles of the pages: one file for each kind of page, of the rules it can use.

The theme and the extensions bring a dozen style sheets, most of whose rules are for
what this book has not; a page waits for all of them before it shows anything. Once the
pages are written, the style sheets that a page names are joined, in their order, and a
rule whose classes, names and elements occur in no page and no script is left out.
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from posixpath import normpath

import tinycss2
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from book.atomic import write

FOLDER = "_static"
JOINED = "joined"

# What a page's head says for a style sheet, and for several that have been joined.
SHEET = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*>\n?')
ADDRESS = re.compile(r'\bhref="([^"?]*)')
MEDIUM = re.compile(r'\bmedia="([^"]*)"')
PARTS = re.compile(r'\bdata-parts="([^"]*)"')

TAG = re.compile(r"<([a-z][\w-]*)")
NAMED = re.compile(r'\b(?:class|id)="([^"]*)"')
WORD = re.compile(r"[A-Za-z_][\w-]*")
# In a selector: what :not(…) and the like take, what stands in brackets or after a
# colon; then a class, a name or an element.
BESIDE = re.compile(
    r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)|\[[^]]*\]|(?<!\\)::?[\w-]+"
)
ASKED = re.compile(r"(?:^|(?<=[\s>+~]))[A-Za-z][\w-]*|[.#](?:[\w-]|\\.)+")
URL = re.compile(r"""url\(\s*(["']?)([^"')]+)\1\s*\)|(?<=@import )(["'])([^"']+)\3""")
IMPORT = re.compile(r'@import url\("([^"]+)"\);')
PARSER = Path(__file__).read_bytes()  # what another one parsed isn't used
BARE = {"skip_comments": True, "skip_whitespace": True}


def words(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Gives the elements, classes and names of pages, and every word of scripts."""
    found: set[str] = set()
    for page in pages:
        found.update(TAG.findall(page))
        for names in set(NAMED.findall(page)):
            found.update(names.split())
    for script in scripts:
        found.update(WORD.findall(script))
    return found


def used(selector: str, known: set[str]) -> bool:
    """Whether a selector's classes, names and elements are all among those known."""
    asked = ASKED.findall(BESIDE.sub("", selector))
    return all(name.lstrip(".#").replace("\\", "") in known for name in asked)


def parsed(css: str) -> list[dict]:
    """Gives the rules of a style sheet, without its comments.

    Each is a dictionary of strings and lists: of a rule, `selectors` and `content`; of
    a group, its `condition` and its `rules`; of anything else, its `text`.
    """
    return _parsed(tinycss2.parse_stylesheet(css, **BARE))


def _parsed(rules: list) -> list[dict]:
    found = []
    for rule in rules:
        if rule.type == "qualified-rule":
            content = tinycss2.serialize(rule.content).strip()
            found.append({"selectors": _parted(rule.prelude), "content": content})
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            condition = f"@{rule.at_keyword} {tinycss2.serialize(rule.prelude).strip()}"
            inside = _parsed(tinycss2.parse_rule_list(rule.content, **BARE))
            found.append({"condition": condition, "rules": inside})
        else:
            found.append({"text": rule.serialize()})
    return found


def kept(rules: list[dict], known: set[str]) -> str:
    """Gives a style sheet without the rules that nothing uses.

    What it imports is for the caller to put in; see `_text`.

    Args:
        rules: what `parsed` gave.
        known: what `words` gave.
    """
    return "".join(_kept(rules, known))


def _kept(rules: list[dict], known: set[str]) -> Iterator[str]:
    for rule in rules:
        if "selectors" in rule:
            selectors = [each for each in rule["selectors"] if used(each, known)]
            if selectors:
                yield f"{','.join(selectors)}{{{rule['content']}}}\n"
        elif "rules" in rule:
            if text := kept(rule["rules"], known):
                yield f"{rule['condition']}{{{text}}}\n"
        else:
            yield rule["text"] + "\n"


def _parted(prelude: list) -> list[str]:
    """Gives the selectors of a list; a comma within brackets parts none."""
    parts: list[list] = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def moved(css: str, place: str) -> str:
    """Gives a style sheet whose relative addresses start at `FOLDER` and not at itself.

    Args:
        css: the style sheet.
        place: the folder, below `FOLDER`, in which it stood; empty for none.
    """

    def anew(match: re.Match) -> str:
        address = match[2] or match[4]
        if place and not re.match(r"[a-z]+:|[/#]", address):
            address = normpath(f"{place}/{address}")
        return f'url("{address}")'

    return URL.sub(anew, css)


class Remembered:
    """What `parsed` gives, from one build to the next: parsing all takes a second.

    Args:
        file: where it is kept.
    """

    def __init__(self, file: Path):
        """Reads what an earlier build kept, if it can be read."""
        self.file, self.earlier, self.rules = file, {}, {}
        with contextlib.suppress(OSError, ValueError):
            self.earlier = json.loads(file.read_text("utf-8"))

    def __call__(self, css: str) -> list[dict]:
        """Gives the rules of a style sheet, as `parsed` does."""
        key = hashlib.sha256(PARSER + css.encode()).hexdigest()
        self.rules[key] = self.earlier.get(key) or parsed(css)
        return self.rules[key]

    def keep(self) -> None:
        """Writes what was asked for."""
        if self.rules != self.earlier:
            write({self.file: json.dumps(self.rules).encode()})


def join(site: Path, rules_of: Callable[[str], list[dict]] = parsed) -> None:
    """Joins the style sheets of a built site, and has its pages ask for what came out.

    Pages that an earlier build left as they were are joined anew too: what was joined
    for them may lack a rule that a changed script or page needs now.

    Args:
        site: the folder of its pages.
        rules_of: how a style sheet is parsed.

    Raises:
        FileNotFoundError: a page names a style sheet that is not there.
    """
    folder = site / FOLDER
    pages = {
        path: path.read_text("utf-8")
        for path in sorted(site.rglob("*.html"))
        if folder not in path.parents
    }
    scripts = [path.read_text("utf-8") for path in sorted(folder.rglob("*.js"))]
    known = words(pages.values(), scripts)
    texts: dict[str, str] = {}
    written: dict[Path, bytes] = {}
    joined: set[Path] = set()
    for path, page in pages.items():
        sheets = list(SHEET.finditer(page))
        parts = [part for sheet in sheets for part in _parts(sheet[0], path, folder)]
        if not parts:
            continue
        for part in parts:
            if part not in texts:
                texts[part] = _text(folder, *part.partition("@")[::2], known, rules_of)
        text = "".join(texts[part] for part in parts).encode()
        file = folder / f"{JOINED}-{hashlib.sha256(text).hexdigest()[:12]}.css"
        joined.add(file)
        written[file] = text
        up = "../" * (len(path.relative_to(site).parts) - 1)
        link = (
            f'<link rel="stylesheet" href="{up}{FOLDER}/{file.name}" '
            f'data-parts="{" ".join(parts)}">\n'
        )
        start, end = sheets[0].span()
        changed = page[:start] + link + SHEET.sub("", page[end:])
        if changed != page:
            written[path] = changed.encode()
    write(written)
    for old in set(folder.glob(f"{JOINED}-*.css")) - joined:
        old.unlink()


def _parts(link: str, page: Path, folder: Path) -> list[str]:
    """Gives the style sheets of a link: paths below the folder, each with @MEDIUM."""
    if joined := PARTS.search(link):
        return joined[1].split()
    file = Path(normpath(page.parent / ADDRESS.search(link)[1]))
    medium = MEDIUM.search(link)
    return [f"{file.relative_to(folder).as_posix()}@{medium[1] if medium else ''}"]


def _text(folder: Path, name: str, medium: str, known: set[str], rules_of) -> str:
    """Gives what is kept of a file, with what it imports in place."""
    place = name.rpartition("/")[0]

    def imported(match: re.Match) -> str:
        return _text(folder, match[1], "", known, rules_of).rstrip()

    css = (folder / name).read_text(encoding="utf-8")
    text = IMPORT.sub(imported, moved(kept(rules_of(css), known), place))
    return f"@media {medium}{{{text}}}\n" if medium else text


def join_built(app: Sphinx, exception: Exception | None) -> None:
    """Joins the styles of a site that was built without an error."""
    if exception is None and app.builder.name == "html":
        remembered = Remembered(Path(app.doctreedir) / "styles.json")
        join(Path(app.outdir), remembered)
        remembered.keep()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers it after whatever else writes pages."""
    app.connect("build-finished", join_built, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
