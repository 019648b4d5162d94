"""The wheel: one top-level name, which imports in an empty environment even beside a folder named `service`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("service", "models", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy so that the build leaves nothing in the working tree."""
    pytest.importorskip("hatchling")
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in NEEDED:
        path = ROOT / name
        copy = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, source / name)
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(out), str(source)]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True, timeout=300)
    (built,) = out.glob("rung-*.whl")
    return built


def test_it_holds_one_top_level_name_and_the_model(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"rung"}
    assert any(name.startswith("rung/models/") and name.endswith("manifest.json") for name in names)
    assert not any(part in name for name in names for part in ("training_data/", "tests/", ".pyc"))


def test_it_imports_in_an_empty_environment_beside_a_folder_named_service(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    packages = sysconfig.get_path("purelib", "venv", {"base": str(tmp_path / "env")})
    zipfile.ZipFile(wheel).extractall(packages)
    work = tmp_path / "work"
    (work / "service").mkdir(parents=True)
    (work / "service" / "__init__.py").write_text("raise ImportError('the wrong folder')\n")
    code = "import rung; print(rung.__version__, rung.__file__)"
    done = subprocess.run([python, "-c", code], cwd=work, capture_output=True, text=True, check=True, timeout=60)
    version, path = done.stdout.split()
    assert wheel.name.startswith(f"rung-{version}-")
    assert Path(path).is_relative_to(packages)
