"""One PDF of the whole book: `make pdf`, or `python -m book.site.pdf [FILE]`.

The pages of the built site become one page, in the order of _toc.yml, behind a title
and a list of contents; Chromium prints it, with an outline, tagged for screen readers,
with page numbers. pdf.css says what looks other than on the screen. Nothing is fetched.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from book import atomic
from book.folders import ROOT
from book.site import chromium, citation
from book.site.address import address

SITE = ROOT / "_build" / "html"
FILE = ROOT / "_build" / "pdf" / "lstms-in-tensorflow.pdf"
IDLE = "a.headerlink, form, noscript, script, .sd-tab-set > input, .ways-in"
REFERS = {"id", "for", "aria-controls", "aria-labelledby", "aria-describedby"}
HEADINGS = ["h1", "h2", "h3", "h4"]
NBSP = "\N{NO-BREAK SPACE}"
FOOTER = (
    '<div style="font: 8pt sans-serif; text-align: center; width: 100%">'
    '<span class="pageNumber"></span></div>'
)


class PdfError(Exception):
    """The PDF can't be made; the message says what to do."""


def contents(toc: Path = ROOT / "_toc.yml") -> dict[str, list[str]]:
    """Give the book's pages by the captions of its parts, "" for the first page."""
    read = yaml.safe_load(toc.read_text(encoding="utf-8"))
    parts = {part["caption"]: part["chapters"] for part in read["parts"]}
    return {
        "": [read["root"]],
        **{name: [page["file"] for page in pages] for name, pages in parts.items()},
    }


def assemble(site: Path, parts: dict[str, list[str]]) -> str:
    """Give the pages of a site as one page, which lies in their folder.

    Ids get their page's name in front, links between pages lead within the one page,
    folds are open. A link to what isn't in the book, such as the search, is a text.

    Args:
        site: the folder of the built site.
        parts: as `contents` gives them; all pages lie in one folder.

    Raises:
        PdfError: a page isn't there.
    """
    read = {_name(page): _read(site, page) for page in _pages(parts)}
    styles = dict.fromkeys(
        str(link)
        for page in read.values()
        for link in page.select('head link[rel="stylesheet"]')
    )
    articles = {name: _article(page, name, read) for name, page in read.items()}
    titles = {name: article.h1.decode_contents() for name, article in articles.items()}
    reference = citation.read()
    title = escape(reference["title"]).replace(" ", "&nbsp;<wbr>")  # see _keep_spaces
    lines = [
        f"<p>{escape(line)}</p>"
        for line in (
            "; ".join(citation.authors(reference)),
            f"Version {reference['version']}",
            address(),
        )
        if line
    ]
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en" data-theme="light" data-mode="light">',
            f'<head><meta charset="utf-8"><title>{escape(reference["title"])}</title>',
            *styles,
            '<link rel="stylesheet" href="../_static/pdf.css">',
            '</head><body class="book">',
            f"<header><h1>{title}</h1>{''.join(lines)}</header>",
            f"<nav>{_list(parts, titles)}</nav>",
            '<main class="bd-main"><div class="bd-content">',
            '<div class="bd-article-container">',
            *map(str, articles.values()),
            "</div></div></main></body></html>\n",
        ]
    )


def _pages(parts: dict[str, list[str]]) -> Iterator[str]:
    for pages in parts.values():
        yield from pages


def _name(page: str) -> str:
    return page.rpartition("/")[2]


def _read(site: Path, page: str) -> BeautifulSoup:
    path = site / f"{page}.html"
    if not path.exists():
        raise PdfError(f"{path} isn't there. Build the site first: make book.")
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def _article(page: BeautifulSoup, name: str, book: dict) -> Tag:
    article = page.find("article", class_="bd-article")
    for tag in article.select(IDLE):
        tag.decompose()
    for tag in article.find_all(True):
        if tag.decomposed:
            continue
        for attribute in REFERS & tag.attrs.keys():
            tag[attribute] = f"{name}--{tag[attribute]}"
        if tag.name == "summary" and tag.find(class_="when-shut"):
            tag.decompose()
        elif tag.name in ("details", "summary"):
            tag.name = "div"  # what is shut isn't painted
        elif tag.name == "img":
            del tag["loading"]  # the page is never scrolled
        elif tag.name == "a" and "href" in tag.attrs:
            _lead_within(tag, name, book)
    for heading in article.find_all(HEADINGS):
        _keep_spaces(heading)
    article["id"] = name
    return article


def _keep_spaces(heading: Tag) -> None:
    """Has a heading's lines end with a space: the outline joins them as they are."""
    for text in heading.find_all(string=True):
        first, *words = text.split(" ")
        pieces = [first]
        for word in words:
            pieces += [NBSP, Tag(name="wbr", can_be_empty_element=True), word]
        text.replace_with(*pieces)


def _lead_within(link: Tag, name: str, book: dict) -> None:
    parts = urlsplit(link["href"])
    if parts.scheme:
        return
    page = parts.path.rpartition("/")[2].removesuffix(".html") or name
    if page in book:
        link["href"] = f"#{page}--{parts.fragment}" if parts.fragment else f"#{page}"
    else:
        link.unwrap()


def _list(parts: dict[str, list[str]], titles: dict[str, str]) -> str:
    items = []
    for caption, pages in parts.items():
        names = map(_name, pages)
        links = [f'<li><a href="#{name}">{titles[name]}</a></li>' for name in names]
        heading = f"<p>{escape(caption)}</p>" if caption else ""
        items.append(f"{heading}<ol>{''.join(links)}</ol>")
    return "".join(items)


def browser() -> str:
    """Give the path of Chromium.

    Raises:
        PdfError: there is none.
    """
    found = chromium.found()
    if found is None:
        raise PdfError(
            f"Chromium prints the PDF, and none of {', '.join(chromium.NAMES)} is on "
            "the PATH. Install it (on Debian: apt-get install chromium) and try again."
        )
    return found


def printed(page: Path, program: str) -> bytes:
    """Give a page as a PDF.

    Raises:
        PdfError: Chromium can't print it.
    """
    try:
        with sync_playwright() as playwright:
            launched = playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox"]
            )
            tab = launched.new_page(color_scheme="light")
            tab.set_default_timeout(0)  # a slow machine may take its time
            tab.goto(page.resolve().as_uri())
            return tab.pdf(
                format="A4",
                margin=dict.fromkeys(("top", "bottom", "left", "right"), "18mm"),
                outline=True,
                tagged=True,
                print_background=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=FOOTER,
            )
    except PlaywrightError as error:
        raise PdfError(f"Chromium can't print the book: {error.message}") from error


def make(site: Path, parts: dict[str, list[str]], path: Path) -> None:
    """Make the PDF of a built site: whole, or not at all.

    Raises:
        PdfError: a page is missing, or Chromium is or fails.
    """
    program = browser()
    html = assemble(site, parts)
    with tempfile.TemporaryDirectory(dir=site, prefix=".pdf-") as temporary:
        page = Path(temporary, "book.html")
        page.write_text(html, encoding="utf-8")
        content = printed(page, program)
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write({path: content})


def main(arguments: list[str] | None = None) -> int:
    """Make the PDF that the command line asks for; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m book.site.pdf",
        description="Make one PDF of the site that make book has built.",
    )
    parser.add_argument("file", nargs="?", type=Path, default=FILE)
    path = parser.parse_args(arguments).file
    try:
        make(SITE, contents(), path)
    except PdfError as error:
        print(error, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
