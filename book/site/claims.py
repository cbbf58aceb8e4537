"""The book's claims: set apart where they are shown, and listed on one page.

``book.claims.claim`` prints "✓ " and a sentence when the sentence was found true. Here
every such line of a notebook's output becomes an item with an id of its own, and the
directive ``claims`` lists the items of the whole book, by chapter and by the heading
under which they stand, each with a link.
"""

from dataclasses import dataclass
from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from book.claims import MARK, THEOREM
from book.site.language import _, counted

WIDE, NARROW = 80, 34
"""Letters in a line of the page, at least: from 40 rem on, and on a phone."""


@dataclass(frozen=True)
class Claim:
    """One sentence that a notebook found true, and where.

    Attributes:
        sentence: what holds.
        target: the id of the line in the page that says so.
        heading: that of the section there, "" before the first.
    """

    sentence: str
    target: str
    heading: str


class ClaimList(nodes.General, nodes.Element):
    """Where the list of all claims goes, once every chapter has been read."""


class ClaimsDirective(SphinxDirective):
    """``{claims}``: the claims of the whole book, by chapter."""

    def run(self) -> list[nodes.Node]:
        """Gives the place of the list: its items come when all pages are known."""
        pages_with_list(self.env).add(self.env.docname)
        return [ClaimList()]


def claims_by_page(env: BuildEnvironment) -> dict[str, list[Claim]]:
    """Gives the claims read so far: page name → claims, in the page's order."""
    if not hasattr(env, "book_claims"):
        env.book_claims = {}
    return env.book_claims


def pages_with_list(env: BuildEnvironment) -> set[str]:
    """Gives the names of the pages that list the book's claims."""
    if not hasattr(env, "book_claim_pages"):
        env.book_claim_pages = set()
    return env.book_claim_pages


def read_claims(doctree: nodes.document) -> list[Claim]:
    """Gives the claims in a page's outputs, after setting each apart in the page.

    Args:
        doctree: a page as MyST-NB read it; its outputs on stdout are changed in place.
    """
    claims = []
    for block in list(doctree.findall(_is_stdout)):
        lines = block.astext().splitlines()
        if any(line.startswith(MARK) for line in lines):
            block.replace_self(_set_apart(lines, block, doctree, claims))
    return claims


def _is_stdout(node: nodes.Node) -> bool:
    return isinstance(node, nodes.literal_block) and "stream" in node["classes"]


def _set_apart(lines, block, doctree, claims) -> list[nodes.Node]:
    """Gives an output's lines as blocks of text and lists of claims, in their order."""
    parts: list[nodes.Node] = []
    for line in lines:
        if line.startswith(MARK):
            if not parts or not isinstance(parts[-1], nodes.bullet_list):
                parts.append(nodes.bullet_list(classes=["output", "claims"]))
            sentence = line.removeprefix(MARK).strip()
            item = _item(nodes.Text(sentence))
            item["ids"].append(_free_id(sentence, doctree))
            doctree.note_explicit_target(item)
            parts[-1].append(item)
            claims.append(Claim(sentence, item["ids"][0], _heading(block)))
        elif parts and isinstance(parts[-1], nodes.literal_block):
            text = f"{parts[-1].astext()}\n{line}"
            parts[-1] = _same_block(block, text)
        elif line.strip():
            parts.append(_same_block(block, line))
    return parts


def _heading(node: nodes.Node) -> str:
    """Gives the heading of the section that a node is in, "" for the page's own."""
    while node.parent and not isinstance(node, nodes.section):
        node = node.parent
    nested = isinstance(node.parent, nodes.section)
    return node.next_node(nodes.title).astext() if nested else ""


def _same_block(block: nodes.literal_block, text: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, **block.attributes)


def _free_id(sentence: str, doctree: nodes.document) -> str:
    base = nodes.make_id(f"claim {sentence}")
    free, number = base, 1
    while free in doctree.ids:
        number += 1
        free = f"{base}-{number}"
    return free


def on_read(app: Sphinx, doctree: nodes.document) -> None:
    """Keeps the claims of the page that was just read."""
    claims = read_claims(doctree)
    if claims:
        claims_by_page(app.env)[app.env.docname] = claims


def on_purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forgets a page that is about to be read again, or is gone."""
    claims_by_page(env).pop(docname, None)
    pages_with_list(env).discard(docname)


def on_merge(app: Sphinx, env: BuildEnvironment, docnames, other) -> None:
    """Takes over what a parallel reader found in its pages."""
    for docname in docnames:
        if docname in claims_by_page(other):
            claims_by_page(env)[docname] = claims_by_page(other)[docname]
        if docname in pages_with_list(other):
            pages_with_list(env).add(docname)


def on_updated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Gives the pages to write again: the lists, whatever else has changed."""
    return sorted(pages_with_list(env))


def on_resolved(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Puts the list of all claims in its place."""
    for place in list(doctree.findall(ClaimList)):
        place.replace_self(_list_of_claims(app, docname))


def _list_of_claims(app: Sphinx, docname: str) -> list[nodes.Node]:
    claims = claims_by_page(app.env)
    pages = [page for page in app.env.collect_relations() if page in claims]
    total = sum(len(claims[page]) for page in pages)
    theorems = sum(_is_theorem(claim) for page in pages for claim in claims[page])
    count = _("{claims} in {chapters}, {theorems} among them.")
    if not theorems:
        count = _("{claims} in {chapters}.")
    count = count.format(
        claims=counted(total, _("1 claim"), _("{n} claims")),
        chapters=counted(len(pages), _("1 chapter"), _("{n} chapters")),
        theorems=counted(theorems, _("1 theorem"), _("{n} theorems")),
    )
    contents = nodes.bullet_list(classes=["claims-contents"])
    sections: list[nodes.Node] = []
    for page in pages:
        uri = app.builder.get_relative_uri(docname, page)
        section = nodes.section(ids=[_section_id(page)])
        name = app.env.titles[page].astext()
        title = nodes.reference("", name, refuri=uri, internal=True)
        section.extend([nodes.title("", "", title), *_linked(claims[page], uri)])
        sections.append(section)
        link = nodes.reference("", name, refid=section["ids"][0], internal=True)
        number = counted(len(claims[page]), _("1 claim"), _("{n} claims"))
        text = nodes.paragraph("", "", link, nodes.Text(f": {number}"))
        item = nodes.list_item("", text)
        contents.append(item)
    sentence = nodes.paragraph("", count, classes=["claims-count"])
    return [sentence, *([contents] if pages else []), *sections]


def _section_id(page: str) -> str:
    return nodes.make_id(f"claims of {page}")


def height(claims: list[Claim], letters: int) -> int:
    """Gives the pixels that a chapter's claims take at most, headings and all.

    Args:
        claims: those of one chapter.
        letters: how many a line has at least.
    """
    headings = {claim.heading for claim in claims} - {""}
    lines = [-(-len(text) // letters) for text in headings]
    total = 120 + sum(24 + 26 * n for n in lines)
    return total + sum(7 + 26 * -(-len(claim.sentence) // letters) for claim in claims)


def add_heights(app: Sphinx, pagename, templatename, context, doctree) -> None:
    """Tells the browser how high the lists are that it hasn't laid out yet."""
    if pagename not in pages_with_list(app.env):
        return
    rules = {WIDE: [], NARROW: []}
    for page, claims in claims_by_page(app.env).items():
        for letters, found in rules.items():
            pixels = height(claims, letters)
            selector = f"article.bd-article #{_section_id(page)}"
            found.append(f"{selector}{{contain-intrinsic-size:auto {pixels}px}}")
    wide, narrow = map("".join, rules.values())
    style = f"<style>{wide}@media(max-width:40rem){{{narrow}}}</style>"
    context["metatags"] = context.get("metatags", "") + style


def _linked(claims: list[Claim], uri: str) -> list[nodes.Node]:
    parts: list[nodes.Node] = []
    for heading, group in groupby(claims, lambda claim: claim.heading):
        items = nodes.bullet_list(classes=["claims"])
        for claim in group:
            target = f"{uri}#{claim.target}"
            link = nodes.reference("", claim.sentence, refuri=target, internal=True)
            items.append(_item(link))
        above = nodes.paragraph("", heading, classes=["claims-heading"])
        parts += [above, items] if heading else [items]
    return parts


def _is_theorem(claim: Claim) -> bool:
    return claim.sentence.startswith(THEOREM)


def _item(sentence: nodes.Node) -> nodes.list_item:
    tick = nodes.inline("", MARK.strip(), classes=["tick"])
    return nodes.list_item("", nodes.paragraph("", "", tick, nodes.Text(" "), sentence))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the directive, and what reads the claims."""
    app.setup_extension("book.site.language")
    app.add_node(ClaimList)
    app.add_directive("claims", ClaimsDirective)
    app.connect("doctree-read", on_read)
    app.connect("env-purge-doc", on_purge)
    app.connect("env-merge-info", on_merge)
    app.connect("env-updated", on_updated)
    app.connect("doctree-resolved", on_resolved)
    app.connect("html-page-context", add_heights)
    return {
        "version": "1",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
