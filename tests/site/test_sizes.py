"""The pictures of a page: their sizes, and when they are loaded."""

import re

import pytest
from matplotlib.image import imread

from book.folders import ROOT
from book.site.sizes import size, with_sizes

ASSETS = ROOT / "book" / "site" / "assets"
LOGO, PAGE = ASSETS / "logo.svg", ASSETS / "page.png"


def tags(body, **options):
    files = {"a b.png": PAGE, "logo.svg": LOGO}
    return re.findall("<img[^>]*>", with_sizes(body, files, **options))


def test_the_sizes_are_those_of_the_file(tmp_path):
    assert size(PAGE) == imread(PAGE).shape[1::-1]
    width, height = size(LOGO)
    assert f"0 0 {width} {height}" in LOGO.read_text()
    assert size(tmp_path / "a.gif") is None
    (tmp_path / "a.svg").write_text("<svg/>")
    assert size(tmp_path / "a.svg") is None


def test_a_picture_says_how_large_it_is():
    (tag,) = tags('<img alt="x" src="../_images/a%20b.png" />')
    assert 'width="{}" height="{}"'.format(*size(PAGE)) in tag
    assert 'decoding="async"' in tag
    assert tag.endswith('alt="x" src="../_images/a%20b.png" />')


@pytest.mark.parametrize("own", ['width="3"', 'style="width: 3px"'])
def test_a_size_of_its_own_stays(own):
    (tag,) = tags(f'<img src="logo.svg" {own}>')
    assert tag.count("width") == 1


def test_what_is_unknown_gets_no_size():
    (tag,) = tags('<img src="other.png">')
    assert "width" not in tag


def test_pictures_below_the_first_heading_wait_for_the_reader():
    body = '<img src="1"><h2>A</h2><img src="2"><img loading="eager" src="3">'
    lazy = ['loading="lazy"' in tag for tag in tags(body)]
    assert lazy == [False, True, False]
    assert not any("lazy" in tag for tag in tags(body, lazy=False))
