"""The architecture: which package may import which, no name of a family, job or level in the code, and short modules."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from rung.types import Organisation

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "service" / "rung"
DATA = ROOT / "training_data"
MODULES = sorted(PACKAGE.rglob("*.py"))
PAGE = sorted(path for path in (PACKAGE / "api" / "page").iterdir() if path.suffix in (".js", ".html", ".css"))

# Each package, and each module at the root, imports only what stands before it.
ORDER = [
    "schema",
    "parts",
    "types",
    "errors",
    "nearest",
    "settings",
    "memory",
    "cache",
    "kernel",
    "arrays",
    "numeric",
    "odds",
    "records",
    "tries",
    "markup",
    "grid",
    "queries",
    "title",
    "ladders",
    "text",
    "context",
    "decision",
    "artefact",
    "assemble",
    "evidence",
    "render",
    "titles",
    "normaliser",
    "quick",
    "notebook",
    "tables",
    "client",
    "training",
    "agents",
    "api",
    "cli",
]
LATER = {("types", "notebook")}  # a notebook asks a result to show itself; the import stands in the method
TRAINS = {"training", "cli"}  # the packages that may import what builds a model
LONGEST, USUAL = 400, 130  # lines: no module is longer; half are shorter


def package(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """The packages that a module imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "rung":
            inside = (node.module or "").split(".")[1:]
            yield from inside[:1] or [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("rung."))


def test_every_package_has_its_place_in_the_order():
    assert {package(path) for path in MODULES} - {"__init__"} == set(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_package_imports_only_what_stands_before_it(name):
    for path in (path for path in MODULES if package(path) == name):
        for other in set(imports(path)) - {name, "__version__"}:
            assert other in ORDER, f"{path} imports {other}"
            assert ORDER.index(other) < ORDER.index(name) or (name, other) in LATER, f"{path} imports {other}"
            assert other != "training" or name in TRAINS, f"{path} serves and must not import what trains"


def test_the_documentation_lists_every_package_in_that_order():
    text = (
        (ROOT / "docs" / "architecture.md")
        .read_text(encoding="utf-8")
        .partition("## Packages and modules")[2]
        .partition("\n## ")[0]
    )
    rows = [re.findall(r"`([a-z]+)(?:/|\.py)`", line.split("|")[1]) for line in text.splitlines() if line.startswith("| `")]
    listed = [name for row in rows for name in row]
    assert sorted(listed) == sorted(ORDER)
    for name in ORDER:
        for path in (path for path in MODULES if package(path) == name):
            above = [other for other in set(imports(path)) - {name} if other in ORDER and (name, other) not in LATER]
            at = next(number for number, row in enumerate(rows) if name in row)
            assert all(next(n for n, row in enumerate(rows) if other in row) <= at for other in above), f"{path}: {above}"


def test_the_documentation_names_files_that_are_there():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Where to look")[2]
    for name in re.findall(r"`([a-z_/]+\.(?:py|yaml))`", text):
        places = [ROOT, PACKAGE, DATA, DATA / "shared", DATA / "shared" / "levels"]
        assert name == "shared/statements/sv.yaml" or any((place / name).exists() for place in places), name


def test_modules_are_short():
    lengths = {str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST}
    assert statistics.median(lengths.values()) < USUAL


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """The string constants of a module with their lines, but for docstrings and examples.

    Examples are what ``Doc`` and ``Field`` say of the contract's fields, and constants whose name says EXAMPLE.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(id(node.value))
        elif (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Doc", "Field")) or (
            isinstance(node, ast.Assign) and "EXAMPLE" in getattr(node.targets[0], "id", "")
        ):
            aside.update(map(id, ast.walk(node)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside:
            yield node.lineno, node.value


def forms(heads: list) -> Iterator[str]:
    for head in heads:
        yield from head if isinstance(head, list) else head.get("forms", {}).get("en", ()) if isinstance(head, dict) else ()


@pytest.fixture(scope="module")
def names() -> re.Pattern[str]:
    """Ids of families and heads of titles in English, of several words each, and the labels of the reference grid."""
    families = [path.parent.name for path in DATA.glob("families/*/family.yaml")]
    graded = yaml.safe_load((DATA / "families.yaml").read_text(encoding="utf-8"))["families"]
    jobs = [form for family in graded for form in forms(family.get("heads", []))]
    for path in DATA.glob("families/*/family.yaml"):
        heads = yaml.safe_load(path.read_text(encoding="utf-8"))["heads"]
        jobs += heads.get("en", []) if isinstance(heads, dict) else forms(heads)
    for path in DATA.glob("families/*/grid.yaml"):
        jobs += [position["label"].lower() for position in yaml.safe_load(path.read_text(encoding="utf-8"))["positions"]]
    assert len(jobs) > 500
    stated = {field.replace("_", " ") for field in Organisation.__annotations__}  # what a form asks for is no name of a job
    jobs = [job for job in jobs if job not in stated]
    several = sorted({name for name in [*families, *(f["id"] for f in graded), *jobs] if re.search(r"[\s-]", name)})
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, several))})(?![\w-])", re.IGNORECASE)


@pytest.fixture(scope="module")
def levels() -> frozenset[str]:
    """Ids of levels; `head` is left out, since it is also what the main word of a title is called."""
    scale = yaml.safe_load((DATA / "scale.yaml").read_text(encoding="utf-8"))
    return frozenset(level["id"] for level in scale["levels"]) - {"head"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_code_names_no_family_no_job_and_no_level(path, names, levels):
    for line, text in strings(path):
        assert text not in levels, f"line {line} names a level: {text!r}"
        assert not (name := names.search(text)), f"line {line} names {name[0]!r} in {text!r}"


@pytest.mark.parametrize("path", PAGE, ids=lambda path: path.name)
def test_the_page_names_no_family_no_job_and_no_level(path, names, levels):
    """The texts of the page; its examples are in examples.json and sample.csv."""
    text = path.read_text(encoding="utf-8")
    assert not (name := names.search(text)), f"{path.name} names {name[0]!r}"
    quoted = {each for pair in re.findall(r'"([^"\n]*)"|`([^`\n]*)`', text) for each in pair}
    assert not quoted & levels
