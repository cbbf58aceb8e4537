"""The command that photographs the pieces to play with."""

import io
import shutil
import sys

import pytest
from PIL import Image

from book.site import stills
from book.site.play import Piece

PAGE = """<!doctype html><html data-theme="light"><title>Play</title>
<style>
  body { margin: 0 }
  figure { border: 4px solid red; margin: 20px; width: 300px }
  .play-live { background: rgb(0, 0, 255); min-height: 100px }
  figure .live-only { display: grid; height: 150px }
</style>
<figure class="play" id="one" data-play="one"></figure>
<figure class="play" id="two" data-play="two"></figure>
<script>
  const live = document.createElement("div");
  live.className = "play-live";
  live.innerHTML = '<button class="live-only">Forward</button>';
  if (location.hash.endsWith("?green")) live.style.background = "rgb(0, 255, 0)";
  document.getElementById("one").append(live);
</script>
"""


BLUE, GREEN, WHITE = (0, 0, 255), (0, 255, 0), (255, 255, 255)


@pytest.fixture
def site(tmp_path):
    """Give a folder with a page of two pieces, of which one comes to life."""
    page = tmp_path / "html/chapters/play.html"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE)
    return tmp_path / "html"


@pytest.fixture
def run(site, tmp_path, monkeypatch):
    """Give a function that runs the command, and gives its status and its folder."""
    pieces = {name: Piece("What is seen.", ()) for name in ("one", "two")}
    monkeypatch.setattr(stills, "PIECES", pieces)
    monkeypatch.setattr(stills, "FOLDER", tmp_path)
    return lambda *arguments: stills.main([*arguments, "--site", str(site)])


@pytest.mark.slow
@pytest.mark.parametrize(("still", "colour"), [("", BLUE), ("green", GREEN)])
def test_a_piece_is_photographed_without_frame_and_buttons(
    run, tmp_path, monkeypatch, chromium, still, colour
):
    monkeypatch.setitem(stills.PIECES, "one", Piece("Seen.", (), still=still))
    assert run("one") == 0
    picture = Image.open(tmp_path / "one.png").convert("RGB")
    assert picture.size == (2 * 302, 2 * 102)  # two pixels for one, and a rim of one
    assert picture.getpixel((0, 0)) == WHITE
    assert picture.getpixel((300, 100)) == colour


@pytest.mark.slow
def test_where_one_piece_stays_dead_no_picture_is_written(
    run, tmp_path, chromium, capsys
):
    assert run() == 1
    assert "No script brings 'two' to life in" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.png"))


def test_what_is_missing_is_said(run, site, monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run("three")
    assert "no piece is called three; there are: one, two" in capsys.readouterr().err
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/" + name)
    (site / "chapters/play.html").unlink()
    assert run() == 1
    assert "Build the site first: make book." in capsys.readouterr().err
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert run() == 1
    assert "Chromium is missing: none of chromium, " in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    assert run() == 1
    assert "Playwright is missing." in capsys.readouterr().err


def test_a_picture_has_few_colours():
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    png = io.BytesIO()
    noise.save(png, "png")
    few = Image.open(io.BytesIO(stills._with_few_colours(png.getvalue())))
    assert 16 < len(few.getcolors()) <= stills.COLOURS
