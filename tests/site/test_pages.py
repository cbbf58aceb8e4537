"""Every page of the site as built."""

from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from sphinx_external_toc.parsing import parse_toc_yaml

from book.claims import THEOREM
from book.data import benchmarks
from book.figures import ALT_LENGTH
from book.folders import ROOT
from book.notebooks import run_times

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(site):
    """Give the built pages: path → parsed page."""
    paths = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return {
        path: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in paths
    }


def local_target(site, path, link):
    """Give a link's file and fragment in the site, or None where it leads elsewhere."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    base = "/" + path.relative_to(site).as_posix()
    target = site / unquote(urlsplit(urljoin(base, link)).path).lstrip("/")
    if target.is_dir():
        target = target / "index.html"
    # What follows a question mark sets a piece to play with up.
    return target, unquote(parts.fragment).partition("?")[0]


def test_every_local_link_leads_somewhere(site, built):
    ids = {path: {tag["id"] for tag in page(id=True)} for path, page in built.items()}
    broken = []
    for path, page in built.items():
        for tag in page.find_all(["a", "link", "script", "img", "source", "form"]):
            link = tag.get("href") or tag.get("src") or tag.get("action")
            found = link and local_target(site, path, link)
            if not found:
                continue
            target, fragment = found
            if not target.exists():
                broken.append((path.name, link, "no such file"))
            elif fragment and target in ids and fragment not in ids[target]:
                broken.append((path.name, link, "no such place in the page"))
    assert broken == []


def test_nothing_is_loaded_from_another_host(site, built):
    loading = {
        ("script", "src"),
        ("link", "href"),
        ("img", "src"),
        ("source", "src"),
        ("iframe", "src"),
        ("form", "action"),
    }
    foreign = [
        (path.name, tag[attribute])
        for path, page in built.items()
        for name, attribute in loading
        for tag in page.find_all(name, attrs={attribute: True})
        if urlsplit(tag[attribute]).netloc
    ]
    assert foreign == []
    styles = [
        path.name
        for path in site.rglob("*.css")
        if "url(http" in path.read_text("utf-8").replace('"', "").replace("'", "")
        or "url(//" in path.read_text("utf-8").replace('"', "").replace("'", "")
    ]
    assert styles == []


def test_every_page_has_one_title_a_language_and_a_description(built):
    wrong = []
    for path, page in built.items():
        counts = {
            "h1": len(page.find_all("h1")),
            "title": len([tag for tag in page.select("head > title") if tag.string]),
            "description": len(page.select("meta[name=description][content]")),
            "language": int(page.html.get("lang") == "en"),
            "icon": len(page.select("link[rel=icon]")),
        }
        wrong += [(path.name, what, n) for what, n in counts.items() if n != 1]
    assert wrong == []


def test_every_image_has_a_text(built):
    silent = []
    for path, page in built.items():
        silent += [
            (path.name, img["src"]) for img in page("img") if "alt" not in img.attrs
        ]
        for img in page.select("article img"):
            if len(img.get("alt", "")) < ALT_LENGTH:
                silent.append((path.name, img["src"]))
    assert silent == []


def test_no_id_is_used_twice(built):
    for path, page in built.items():
        ids = [tag["id"] for tag in page.find_all(id=True)]
        assert sorted(ids) == sorted(set(ids)), path.name


def test_the_claims_page_lists_every_claim_and_links_to_it(site, built):
    path = site / "chapters" / "claims.html"
    links = built[path].select("article section section ul.claims a")
    items = {
        (place, item["id"]): item
        for place, page in built.items()
        for item in page.select(".cell_output ul.claims > li")
    }
    assert len(links) == len(items) > 0
    for link in links:
        item = items[local_target(site, path, link["href"])]
        assert item.get_text().strip() == f"✓ {link.get_text()}"
    chapters = {local_target(site, path, link["href"])[0] for link in links}
    count = built[path].select_one(".claims-count").get_text()
    theorems = sum(link.get_text().startswith(THEOREM) for link in links)
    assert theorems > 0
    assert count == (
        f"{len(links)} claims in {len(chapters)} chapters, "
        f"{theorems} theorems among them."
    )
    assert len(built[path].select(".claims-contents a")) == len(chapters)
    assert all(tag.get_text() for tag in built[path].select(".claims-heading"))


def test_the_page_of_run_times_has_each_chapter_by_its_title(site, built):
    path = site / "chapters" / "run_times.html"
    *rows, last = built[path].select("article table")[0].select("tbody tr")
    shown = {}
    for row in rows:
        link, seconds = row.find("a"), row.find_all("td")[1]
        target, _ = local_target(site, path, link["href"])
        title = built[target].find("h1").get_text().rstrip("#")
        assert link.get_text() == title
        shown[target.stem] = int(seconds.get_text())
    assert shown == run_times.read()
    assert int(last.find_all("td")[1].get_text()) == sum(shown.values())


def test_the_page_of_run_times_says_what_a_faster_way_to_train_saved(site, built):
    table = built[site / "chapters" / "run_times.html"].select("article table")[1]
    shown = {}
    for row in table.select("tbody tr"):
        name = Path(row.find("a")["href"]).stem
        shown[name] = [int(cell.get_text()) for cell in row.find_all("td")[1:]]
    before, since = run_times.read(run_times.UNROLLED), run_times.read()
    assert shown == {name: [before[name], since[name]] for name in before}
    assert all(now < then for then, now in shown.values())


def test_the_page_of_run_times_says_how_long_a_build_and_the_checks_take(site, built):
    table = built[site / "chapters" / "run_times.html"].select("article table")[2]
    shown = [int(row.find_all("td")[1].get_text()) for row in table.select("tbody tr")]
    tables = [benchmarks.load(name) for name in ("building", "checking")]
    assert shown == [round(seconds) for table in tables for seconds in table.seconds]


def test_every_chapter_can_be_downloaded_as_it_is(site, built):
    listed = [ROOT / f"{page}.ipynb" for page in parse_toc_yaml(ROOT / "_toc.yml")]
    notebooks = [notebook for notebook in listed if notebook.exists()]
    assert notebooks
    for notebook in notebooks:
        path = site / "chapters" / f"{notebook.stem}.html"
        links = built[path].select(
            "a.btn-download-source-button, .colophon a[download]"
        )
        assert len(links) == 2
        for link in links:
            target, _ = local_target(site, path, link["href"])
            assert target.read_bytes() == notebook.read_bytes()


def test_a_reader_can_walk_through_the_whole_course(site, built):
    order = list(parse_toc_yaml(ROOT / "_toc.yml"))
    path, walked = site / f"{order[0]}.html", [order[0]]
    while onward := built[path].select_one("a.right-next"):
        path, _ = local_target(site, path, onward["href"])
        walked.append(path.relative_to(site).with_suffix("").as_posix())
        assert len(walked) <= len(order)
    assert walked == order


def test_nothing_of_the_template_is_left_that_says_nothing(built):
    idle = [
        "Jupyter Book community",
        "Powered by",
        "By The",
        "Copyright",
        "Last updated",
    ]
    for path, page in built.items():
        text = page.get_text()
        assert [words for words in idle if words in text] == [], path.name
