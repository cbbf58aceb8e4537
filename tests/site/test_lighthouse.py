"""The script that measures the site, with a Lighthouse that only pretends."""

import gzip
import json
import os
import stat
import sys
from urllib.request import Request, urlopen

import pytest

from book.site import lighthouse

# It gives its page 100 everywhere, but in the second of three runs of chapters/slow,
# and in all but the second of chapters/poor.
FAKE = """\
#!{python}
import json, pathlib, sys
url, *options = sys.argv[2:]
path = next(o.split("=")[1] for o in options if o.startswith("--output-path"))
count = pathlib.Path({count!r})
run = int(count.read_text()) if count.exists() else 0
count.write_text(str(run + 1))
if "broken" in url:
    sys.exit("no browser today")
score = 0.5 if ("slow" in url) == (run % 3 == 1) and "good" not in url else 1
names = next(o.split("=")[1] for o in options if "only-categories" in o).split(",")
audit = {{"numericValue": 1500, "numericUnit": "millisecond"}}
json.dump({{
    "categories": {{name: {{"score": score}} for name in names}},
    "audits": {{name: audit for name in {audits}}},
}}, open(path, "w"))
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Give a folder of built pages; npx is the fake, and there is a browser."""
    tools = tmp_path / "bin"
    tools.mkdir()
    npx = tools / "npx"
    npx.write_text(
        FAKE.format(
            python=sys.executable,
            count=str(tmp_path / "count"),
            audits=list(lighthouse.TIMES),
        )
    )
    npx.chmod(npx.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CHROME_PATH", "/a/browser")
    monkeypatch.setattr(lighthouse, "LIGHTHOUSE", ["npx", "lighthouse"])
    built = tmp_path / "html"
    (built / "chapters").mkdir(parents=True)
    (built / "index.html").write_text("<p>" + "text " * 100)
    return built


def test_a_median_hides_one_bad_run(site, capsys):
    assert lighthouse.main(["chapters/good", "chapters/slow"], site) == 0
    said = capsys.readouterr().out
    assert said.count("100") == 2 * 2 * 4
    assert said.count("1.50") == 2 * 2 * 4
    assert said.endswith("Every goal is met.\n")


def test_a_page_below_the_goals_fails(site, capsys):
    assert lighthouse.main(["chapters/poor"], site) == 8
    said = capsys.readouterr().out
    assert "chapters/poor, mobile: performance 50, wanted 90" in said
    assert "chapters/poor, desktop: performance 50, wanted 95" in said


def test_no_report_is_an_error_that_says_why(site):
    with pytest.raises(RuntimeError, match="no browser today"):
        lighthouse.main(["chapters/broken"], site)


def test_what_is_missing_is_named(site, monkeypatch, capsys):
    monkeypatch.delenv("CHROME_PATH")
    monkeypatch.setattr(lighthouse, "BROWSERS", ["no-such-browser"])
    assert lighthouse.main([], site) == 1
    assert "CHROME_PATH" in capsys.readouterr().err
    monkeypatch.setenv("PATH", "")
    assert lighthouse.main([], site) == 1
    assert "Node.js" in capsys.readouterr().err
    assert lighthouse.main([], site / "nowhere") == 1
    assert "make book" in capsys.readouterr().err


def test_texts_are_served_packed(site):
    with lighthouse.served(site) as address:
        plain = urlopen(f"{address}/index.html").read()
        asked = Request(f"{address}/index.html", headers={"Accept-Encoding": "gzip"})
        packed = urlopen(asked)
        assert packed.headers["Content-Encoding"] == "gzip"
        body = packed.read()
    assert len(body) < len(plain)
    assert gzip.decompress(body) == plain == (site / "index.html").read_bytes()


def test_the_longest_page_of_each_part_is_measured(tmp_path):
    toc = tmp_path / "_toc.yml"
    toc.write_text(
        json.dumps(
            {
                "format": "jb-book",
                "root": "index",
                "parts": [
                    {"chapters": [{"file": "a"}, {"file": "b"}]},
                    {"chapters": [{"file": "c"}, {"file": "x/claims"}]},
                ],
            }
        )
    )
    (tmp_path / "x").mkdir()
    for name, length in (("a", 1), ("b", 2), ("c", 3), ("x/claims", 2)):
        (tmp_path / f"{name}.html").write_text("x" * length)
    assert lighthouse.pages(tmp_path, toc) == ["index", "b", "c", "x/claims"]
