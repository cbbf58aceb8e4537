"""The commands of the Makefile, with Pythons that only pretend to install anything."""

import os
import shutil
import stat
import subprocess
import sys

import pytest

from book.folders import ROOT

COMMANDS = [
    "help",
    "book",
    "pdf",
    "check",
    "test",
    "lighthouse",
    "lab",
    "notebooks",
    "handouts",
    "oracle",
    "bench",
    "lock",
    "address",
    "gettext",
    "clean",
]

# It says it is some version; it notes what it is asked to make or install, or to run in
# the .venv it made; and it can lack the module venv or fail to install.
FAKE_PYTHON = """\
#!/bin/sh
version={version}
case "$1 $2" in
"-c import ensurepip, venv") exit {venv_missing} ;;
"-c "*) exec {real} -c '
import sys
sys.version_info = tuple(map(int, sys.argv[1].split(".")))
exec(sys.argv[2])' $version "$2" ;;
"-m venv")
    echo "venv $version" >> log
    rm -rf .venv; mkdir -p .venv/bin
    cp "$0" .venv/bin/python
    site='echo site $SOLUTIONS >> log; exit $SITE_STATUS'
    printf '#!/bin/sh\\n%s\\n' "$site" > .venv/bin/jupyter-book
    for tool in ruff codespell deptry lint-imports; do
        printf '#!/bin/sh\\necho %s $* >> log\\n' $tool > .venv/bin/$tool
    done
    chmod +x .venv/bin/* ;;
"-m pip")
    echo "pip $*" >> log
    printf '#!/bin/sh\\necho uv $* >> log; exit $UV_STATUS\\n' > .venv/bin/uv
    chmod +x .venv/bin/uv ;;
*) echo "$*" >> log ;;
esac
"""


class Project:
    """A folder with the Makefile; on the path is only what a test puts there."""

    def __init__(self, folder):
        self.folder = folder / "a clone"
        self.path = folder / "bin"
        self.folder.mkdir()
        self.path.mkdir()
        for tool in ("awk", "cat", "chmod", "cp", "find", "mkdir", "rm", "sed"):
            (self.path / tool).symlink_to(shutil.which(tool))
        shutil.copy(ROOT / "Makefile", self.folder)
        for name in ("requirements.lock", "pyproject.toml"):
            shutil.copyfile(ROOT / name, self.folder / name)
            self.age(name, seconds=60)

    def age(self, name, seconds):
        path = self.folder / name
        then = path.stat().st_mtime - seconds
        os.utime(path, (then, then))

    def python(self, name, version, venv_missing=0):
        script = self.path / name
        script.write_text(
            FAKE_PYTHON.format(
                version=version, venv_missing=venv_missing, real=sys.executable
            )
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)

    def make(self, *arguments, uv_status=0, site_status=0):
        # No variable of the make that may run this test: only what is named here.
        return subprocess.run(
            [shutil.which("make"), *arguments],
            cwd=self.folder,
            env={
                "PATH": str(self.path),
                "UV_STATUS": str(uv_status),
                "SITE_STATUS": str(site_status),
            },
            capture_output=True,
            text=True,
        )

    def log(self):
        """Give, and forget, what the fake tools noted."""
        log = self.folder / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


UV = "uv pip install --python .venv/bin/python --compile-bytecode"
INSTALLED = [
    "pip -m pip install --quiet --require-hashes -r .venv/uv.txt",
    f"{UV} --require-hashes -r requirements.lock",
    f"{UV} --no-deps --no-build-isolation -e .",
]


@pytest.mark.parametrize("arguments", [[], ["help"]])
def test_help_names_every_command_in_a_line(project, arguments):
    result = project.make(*arguments)
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["make", c] for c in COMMANDS]
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize("version", ["2.7.18", "3.10.13", "3.14.0"])
def test_wrong_python_gets_one_line_and_makes_nothing(project, version):
    project.python("python3", version)
    before = sorted(project.folder.iterdir())
    result = project.make("book")
    said, makes_own, *more = result.stderr.splitlines()
    assert said == (
        f"This course needs Python 3.11, 3.12 or 3.13; python3 is {version}. "
        "To name another: make book PYTHON=python3.12"
    )
    assert makes_own.startswith("make: ***")
    assert not more
    assert result.returncode != 0
    assert sorted(project.folder.iterdir()) == before


def test_named_python_that_is_wrong_is_not_passed_over_for_another(project):
    project.python("python3", "3.12.1")
    project.python("python3.10", "3.10.13")
    result = project.make("test", "PYTHON=python3.10")
    assert "python3.10 is 3.10.13" in result.stderr
    assert "make test PYTHON=python3.12" in result.stderr
    assert project.log() == []


def test_no_python_at_all(project):
    assert "python3 was not found" in project.make("book").stderr


def test_python_without_venv_names_the_package_that_has_it(project):
    project.python("python3", "3.11.2", venv_missing=1)
    result = project.make("book")
    assert "python3 (3.11.2) has no venv module" in result.stderr
    assert "apt-get install python3-venv" in result.stderr
    assert project.log() == []


def test_wrong_python3_gives_way_to_a_right_one_on_the_path(project):
    project.python("python3", "3.14.0")
    project.python("python3.12", "3.12.1")
    assert project.make("book").returncode == 0
    assert project.log() == ["venv 3.12.1", *INSTALLED, "site"]


def test_second_run_installs_nothing(project):
    project.python("python3", "3.13.0")
    assert project.make("book").returncode == 0
    assert project.log() == ["venv 3.13.0", *INSTALLED, "site"]
    assert "pip" not in project.make("-n", "book").stdout
    assert project.make("book").returncode == 0
    assert project.log() == ["site"]


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_changed_requirements_are_installed_in_the_same_environment(project, changed):
    project.python("python3", "3.11.7")
    project.make("book")
    project.log()
    project.age(".venv/ready", seconds=30)
    (project.folder / changed).touch()
    assert project.make("book", uv_status=1).returncode != 0
    assert project.log() == INSTALLED[:2]
    project.make("book")
    assert project.log() == [*INSTALLED, "site"]
    project.make("book")
    assert project.log() == ["site"]


def test_installation_cut_off_starts_anew(project):
    project.python("python3", "3.11.7")
    assert project.make("book", uv_status=1).returncode != 0
    assert project.log() == ["venv 3.11.7", *INSTALLED[:2]]
    assert project.make("book").returncode == 0
    assert project.log() == ["venv 3.11.7", *INSTALLED, "site"]


def test_stamp_without_content_is_no_stamp(project):
    project.python("python3", "3.11.7")
    project.make("book")
    project.log()
    (project.folder / ".venv/ready").write_text("")
    project.make("book")
    assert project.log() == ["venv 3.11.7", *INSTALLED, "site"]


def test_environment_whose_python_is_gone_is_made_anew(project):
    project.python("python3", "3.11.7")
    project.make("book")
    project.log()
    (project.folder / ".venv/bin/python").unlink()
    project.make("book")
    assert project.log() == ["venv 3.11.7", *INSTALLED, "site"]


def test_environment_of_another_python_than_the_named_one_is_made_anew(project):
    project.python("python3", "3.11.7")
    project.python("python3.13", "3.13.0")
    project.make("book")
    project.log()
    project.make("book", "PYTHON=python3.13")
    assert project.log() == ["venv 3.13.0", *INSTALLED, "site"]
    project.make("book")
    assert project.log() == ["site"]


def test_environment_of_a_folder_that_was_moved_is_made_anew(project):
    project.python("python3", "3.11.7")
    project.make("book")
    project.log()
    project.folder = project.folder.rename(project.folder.with_name("moved"))
    project.make("book")
    assert project.log() == ["venv 3.11.7", *INSTALLED, "site"]


def test_site_with_warnings_fails_the_second_time_too(project):
    project.python("python3", "3.11.7")
    pages_read = project.folder / "_build/.doctrees"
    pages_read.mkdir(parents=True)
    assert project.make("book", site_status=1).returncode != 0
    assert not pages_read.exists()


STYLE = ["ruff check", "ruff format --check", "codespell", "deptry .", "lint-imports"]


@pytest.mark.parametrize(
    ("arguments", "tests"),
    [
        (["test"], "-m pytest --nbval --cov"),
        (["check"], "-m pytest --nbval -m not slow --chapters=changed"),
        (["check", "CHAPTERS=quick"], "-m pytest --nbval -m not slow --chapters=quick"),
    ],
)
def test_every_check_is_run(project, arguments, tests):
    project.python("python3", "3.11.7")
    assert project.make(*arguments).returncode == 0
    assert project.log()[len(INSTALLED) + 1 :] == [*STYLE, tests]


def test_notebooks_of_one_chapter(project):
    project.python("python3", "3.11.7")
    project.make("notebooks", "CHAPTER=03")
    assert project.log()[-1] == "-m book.notebooks 03"


def test_the_pdf_is_made_of_a_site_that_was_just_built(project):
    project.python("python3", "3.11.7")
    assert project.make("pdf").returncode == 0
    assert project.log()[-2:] == ["site", "-m book.site.pdf"]
    assert project.make("pdf", site_status=1).returncode != 0
    assert project.log() == ["site"]


def test_solutions_are_left_out_when_the_command_says_so(project):
    project.python("python3", "3.11.7")
    project.make("book", "SOLUTIONS=no")
    assert project.log()[-1] == "site no"
    project.make("handouts", "CHAPTER=03")
    assert project.log() == ["-m book.notebooks.handouts _build/handouts 03"]


def test_clean_removes_what_was_made_and_keeps_the_rest(project):
    made = [
        "_build/html/index.html",
        "book/__pycache__/a.pyc",
        "chapters/.ipynb_checkpoints/03.ipynb",
        "data/mnist/.cache/a",
        "tests/__pycache__/a.pyc",
    ]
    kept = [".venv/ready", "book/a.py", "chapters/03.ipynb", "data/mnist/a.gz"]
    for name in made + kept:
        path = project.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert project.make("clean").returncode == 0
    assert [name for name in made if (project.folder / name).exists()] == []
    assert [name for name in kept if not (project.folder / name).exists()] == []


def test_ci_runs_every_check_and_the_quick_ones_with_each_other_python(project):
    shutil.copytree(ROOT / ".ci", project.folder / ".ci")
    for name in ("bash", "dirname", "env", "mktemp"):
        (project.path / name).symlink_to(shutil.which(name))
    project.python("python3.12", "3.12.1")
    project.python("python3.13", "3.12.1")  # not what its name says
    homes = project.folder.parent / "versions"
    for version in ("3.11.7", "3.13.0"):
        (homes / version / "bin").mkdir(parents=True)
        project.python(homes / version / "bin" / "python", version)
    log = project.folder / "log"
    for name, script in {
        "chromium": "",
        "git": "mkdir $4",
        # Whoever asks for an answer gets none; the first call makes .venv.
        "make": f'read answer || echo "$* CI=$CI" >> "{log}"\n'
        'if [ "$*" = test ]; then mkdir -p .venv/bin; cp '
        f'"{homes}/3.11.7/bin/python" .venv/bin/python; fi',
    }.items():
        (project.path / name).write_text(f"#!/bin/sh\n{script}\n")
        (project.path / name).chmod(0o755)
    temporary = project.folder.parent / "temporary"
    temporary.mkdir()
    result = subprocess.run(
        [project.folder / ".ci/run"],
        env={
            "PATH": str(project.path),
            "PYENV_ROOT": str(homes.parent),
            "TMPDIR": str(temporary),
        },
        input="an answer\n",
        text=True,
        capture_output=True,
    )
    assert result.returncode == 0, result.stderr
    first, *others = project.log()
    assert first == "test CI=true"
    pythons = ["python3.12", f"{homes}/3.13.0/bin/python"]
    for line, python in zip(others, pythons, strict=True):
        assert line.endswith(f"/course check CHAPTERS=quick PYTHON={python} CI=true")
    assert list(temporary.iterdir()) == []
