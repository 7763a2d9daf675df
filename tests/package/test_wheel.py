"""The wheel: whole, and at work from any folder."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]


def call(*words, cwd, **more):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "SHAREGPT_"))}
    words = [str(word) for word in words]
    return subprocess.run(words, cwd=cwd, env=environment | more, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from the tracked files."""
    folder = tmp_path_factory.mktemp("wheel")
    tracked = call("git", "ls-files", cwd=HOME).stdout.split("\n")
    for name in filter(None, tracked):
        if (HOME / name).is_file():
            (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "source" / name).write_bytes((HOME / name).read_bytes())
    words = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ".")
    done = call(sys.executable, *words, cwd=folder / "source")
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment of the wheel and of the packages that it needs, and an empty folder to work in."""
    folder = tmp_path_factory.mktemp("installed")
    assert call(sys.executable, "-m", "venv", "--without-pip", folder / "env", cwd=folder).returncode == 0
    python = folder / "env" / "bin" / "python"
    words = ("-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel)
    done = call(sys.executable, *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    place = call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).stdout.strip()
    # The packages of this environment, without what makes this tree importable in it.
    needed = [path for path in sys.path if path.endswith("site-packages")] or [sysconfig.get_path("purelib")]
    Path(place, "needed.pth").write_text("\n".join(needed), "utf-8")
    (folder / "work").mkdir()
    return folder / "env" / "bin", folder / "work"


def test_the_wheel_holds_every_module_and_every_file_beside_them(wheel):
    """Nothing that the code reads is left out: templates, views, prefect.yaml, the sample and the questions."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name.split("share/sharegpt-clean/")[-1] for name in archive.namelist()}
    tracked = call("git", "ls-files", "flows", "tasks", "schemas", "data", "prefect.yaml", cwd=HOME).stdout.split("\n")
    wanted = {name for name in tracked if name and not Path(name).name.startswith(".")}
    assert {name for name in wanted if name not in held and not name.endswith("README.md")} == set()


def test_a_command_works_from_an_empty_folder(installed):
    """The package is found, and no file of the source tree is needed."""
    bin_, work = installed
    done = call(bin_ / "sharegpt", "settings", "tokens.context", cwd=work)
    assert done.stdout.startswith("tokens.context = 2048"), done.stderr
    where = call(bin_ / "python", "-c", "import flows; print(flows.__file__)", cwd=work).stdout
    assert str(HOME) not in where


def test_another_package_of_our_names_is_told(installed):
    """A folder `tasks` of somebody else's that comes first is named, instead of an import error from within."""
    bin_, work = installed
    (work / "other" / "tasks").mkdir(parents=True)
    (work / "other" / "tasks" / "__init__.py").write_text("", "utf-8")
    done = call(bin_ / "sharegpt", "settings", cwd=work, PYTHONPATH=str(work / "other"))
    assert done.returncode == 1
    assert "needs its own package 'tasks'" in done.stderr


@pytest.mark.slow
def test_a_run_works_from_an_empty_folder(installed):
    """The shipped sample is run where nothing but the wheel is."""
    bin_, work = installed
    done = call(bin_ / "sharegpt", "run", "data/sample", "--data", "here", cwd=work)
    assert done.returncode == 0, done.stderr
    assert "99 samples" in done.stdout
    again = "from flows.api import clean; print(clean('data/sample', 'here').manifest.rows)"
    assert call(bin_ / "python", "-c", again, cwd=work).stdout == "99\n", "the Python API finds the shipped sample too"
