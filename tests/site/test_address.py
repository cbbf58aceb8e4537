"""The public address: read in one place, shown in several."""

from types import SimpleNamespace

import pytest

from book.folders import ROOT
from book.site import address

HERE = "https://github.com/owner/course"


def test_the_address_is_read_from_the_projects_file(tmp_path):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(f'[project]\n[project.urls]\nRepository = "{HERE}/"\n')
    assert address.address(pyproject) == HERE
    pyproject.write_text("[project]\n[project.urls]\n")
    assert address.address(pyproject) is None
    pyproject.write_text("[project]\n")
    assert address.address(pyproject) is None


@pytest.mark.parametrize(
    "wrong", ["", "github.com/a/b", "http://a.b/c", "https://a.b/"]
)
def test_what_is_no_address_is_refused(tmp_path, wrong):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(f'[project]\n[project.urls]\nRepository = "{wrong}"\n')
    with pytest.raises(ValueError, match=r"Expected an address such as https://"):
        address.address(pyproject)


@pytest.mark.parametrize("name", ["README.md", "CITATION.cff"])
def test_what_is_written_is_the_address_that_is_set(name):
    say = {"README.md": address.in_readme, "CITATION.cff": address.in_citation}[name]
    text = (ROOT / name).read_text("utf-8")
    assert say(text, address.address()) == text, "run make address"
    shown = say(text, HERE)
    assert shown.count(HERE) == 1
    assert say(shown, HERE) == shown
    assert say(shown, None) == say(text, None)
    assert HERE not in say(text, None)


def test_a_readme_without_a_place_for_it_is_refused():
    with pytest.raises(ValueError, match="no place for the address"):
        address.in_readme("# A course\n", HERE)


def test_the_command_writes_both(tmp_path, monkeypatch, capsys):
    for name in ("README.md", "CITATION.cff"):
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"))
    monkeypatch.setattr(address, "ROOT", tmp_path)
    monkeypatch.setattr(address, "address", lambda: HERE)
    address.main()
    assert f"git clone {HERE}\ncd course\n" in (tmp_path / "README.md").read_text()
    citation = (tmp_path / "CITATION.cff").read_text()
    assert f'\nrepository-code: "{HERE}"\n' in citation
    assert HERE in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "launched"),
    [
        (HERE, "https://codespaces.new/owner/course"),
        ("https://example.org/owner/course", None),
        (None, None),
    ],
)
def test_pages_lead_to_the_repository_and_to_a_codespace(found, launched, monkeypatch):
    monkeypatch.setattr(address, "address", lambda: found)
    config = SimpleNamespace(html_theme_options={})
    address.link_repository(None, config)
    assert config.html_theme_options.get("repository_url") == found
    context = {}
    address.add_launch_button(None, "page", "page.html", context, None)
    buttons = context.get("header_buttons", [])
    assert [button["url"] for button in buttons] == ([launched] if launched else [])
