"""The README and the documentation do what they say: every example runs, and every link leads somewhere."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import blocks, commands, same
from tests.serving import serving

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("training_data/*.md"), *ROOT.glob("models/*.md")])
RUNNABLE = [page for page in PAGES if any(block.runs for block in blocks(page))]
LOCAL = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def service():
    """The service that the examples call, as `rung serve` starts it."""
    from rung import Normaliser
    from rung.api.app import create_app
    from rung.settings import Settings

    with serving(create_app(Normaliser.load(), Settings())) as url:
        yield url


def name(page):
    return str(page.relative_to(ROOT))


IMPORTED = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)
NEEDED = {"--report": "matplotlib", ".parquet": "pyarrow", "testclient": "httpx2", "duckdb": "pyarrow"}  # by what a page says


def lacking(page: Path) -> list[str]:
    """The packages that the examples of a page need and that are not installed."""
    code = "\n".join(block.text for block in blocks(page) if block.runs)
    wanted = {*IMPORTED.findall(code), *(package for said, package in NEEDED.items() if said in code)}
    return sorted(package for package in wanted if importlib.util.find_spec(package) is None)


@pytest.mark.parametrize("page", RUNNABLE, ids=name)
def test_the_examples_of_a_page_run_and_say_what_it_says(page, service, tmp_path, monkeypatch):
    if missing := lacking(page):
        pytest.skip(f"{name(page)} needs {', '.join(missing)}; install the extras: pip install -e '.[dev,recipes]'")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    namespace = {"__name__": "example"}
    for block in blocks(page):
        if block.prose:
            continue
        text = block.text.replace(LOCAL, service)
        if block.title:
            (tmp_path / block.title).write_text(text, encoding="utf-8")
        if block.kind == "python":
            exec(compile("\n" * (block.line - 1) + text, str(page), "exec"), namespace)
        elif block.kind == "console":
            run(page, block, service, tmp_path)


def run(page, block, service, folder):
    for command, expected in commands(block):
        if command.startswith("curl") and not shutil.which("curl"):
            pytest.skip("this page needs curl")
        done = subprocess.run(
            ["bash", "-c", command.replace(LOCAL, service)],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        got, where = done.stdout.replace(service, LOCAL), f"{name(page)}:{block.line}: $ {command}"
        assert same(expected, got), f"{where}\nit says:\n{expected}\nit gave:\n{got}"
        # A message of what is wrong is shown where something is meant to be.
        assert done.returncode == 0 or "rung: " in expected, f"{where}\nended with {done.returncode}:\n{got}"


def test_there_are_examples_to_run():
    assert {"README.md", "docs/api.md", "docs/client.md", "docs/command-line.md"} <= {name(page) for page in RUNNABLE}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_within_the_project_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{name(page)} links to {target}, which is not there"


def test_make_has_the_targets_that_the_readme_names():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in PAGES:
        for target in re.findall(r"`make ([a-z-]+)`", page.read_text(encoding="utf-8")):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{name(page)} names `make {target}`"


def test_every_command_of_rung_is_documented():
    from rung.cli.commands import COMMANDS

    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    missing = [command for command in COMMANDS if f"rung {command}" not in text]
    assert not missing, f"docs/command-line.md says nothing of {missing}"


WRITTEN = re.compile(r"(?:^|[|;&=]\s|\$ |/)(rung(?: [^`|;&>#\n]*)?)", re.MULTILINE)


def command_lines(page: Path):
    """The command lines of `rung` that a page only shows: in code within a sentence or a table, and in blocks of prose."""
    text = page.read_text(encoding="utf-8").replace("\\|", "|")
    for block in blocks(page):
        if block.runs:
            text = text.replace(block.text, "")
        elif block.kind in ("", "sh"):
            yield from (match[1] for match in WRITTEN.finditer(block.text))
    yield from (match[1] for code in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text) for match in WRITTEN.finditer(code))


OF_THE_PAST = ("CHANGELOG.md", "docs/upgrading.md")  # they name commands that are gone


@pytest.mark.parametrize("page", [page for page in PAGES if name(page) not in OF_THE_PAST], ids=name)
def test_commands_that_are_only_shown_are_commands_that_exist(page, capsys):
    """They are parsed, not run: a misspelt command or option fails. One that is named without its arguments may lack them."""
    from rung.cli.commands import parser

    for line in command_lines(page):
        words = shlex.split(line.replace("…", "X"))
        if len(words) > 1 and not words[1].isupper() and words[1] != "--version":
            with contextlib.suppress(SystemExit):
                parser(words[1]).parse_args(words[1:])
            message = capsys.readouterr().err
            assert not message or "arguments are required" in message, f"{name(page)}: {line}: {message}"


def test_a_page_whose_packages_are_missing_says_which(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nimport json\nfrom no_such_package.part import x\n```\n\n```sh\nimport neither\n```\n", encoding="utf-8"
    )
    assert lacking(page) == ["no_such_package"]


def test_the_citation_names_this_version():
    from rung import __version__

    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_every_flag_is_documented():
    """The code yields, appends, adds or returns flags as literals; the data lists the rest."""
    import yaml

    from rung.tables.report import FLAGS

    sources = [
        (ROOT / "service" / "rung" / name).read_text(encoding="utf-8") for name in ("render.py", "title/parse.py", "normaliser.py")
    ]
    made = {
        name
        for source in sources
        for name in re.findall(r'(?:flags\.append\(|yield |flags = \[f?|\(\*flags, |return \()f?"([a-z_]+)', source)
    }
    modifiers = yaml.safe_load((ROOT / "training_data" / "shared" / "modifiers.yaml").read_text(encoding="utf-8"))
    made |= {record["flag"] for record in (*modifiers["employment"].values(), *modifiers["flags"]) if "flag" in record}
    assert made == FLAGS.keys(), "the report says what each flag means"
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("## Flags")[2].partition("\n## ")[0]
    missing = [flag for flag in made if not re.search(rf"`{flag}[`:]", text)]
    assert not missing, f"docs/api.md says nothing of the flags {sorted(missing)}"
