"""The walls between the rooms: who may import whom. The contracts themselves are in pyproject.toml."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

HEAVY = ("jax", "jaxlib", "numpy", "scipy", "xarray", "netCDF4", "matplotlib", "pandas")
READING_ROOMS = ("mission", "record", "report", "experience", "downlink", "sound")


def run_python(code: str) -> str:
    """What a fresh interpreter prints; its error is the failure's text."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def identifiers(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for attribute in ("id", "attr", "arg", "name"):
            name = getattr(node, attribute, None)
            if isinstance(name, str):
                yield getattr(node, "lineno", 0), name


def test_no_import_goes_through_a_wall(root: Path) -> None:
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-logo'])"
    done = subprocess.run([sys.executable, "-c", lint], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_room_that_exists_is_named_plainly_in_its_contracts(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    lists = ("source_modules", "forbidden_modules")
    named = {name for contract in contracts for each in lists for name in contract.get(each, [])}
    still_optional = {name.removesuffix(".**") for name in named if name.endswith(".**")}
    rooms = {f"skycrane.{path.parent.name}" for path in (root / "src/skycrane").glob("*/__init__.py")}
    assert not (rooms & still_optional) - named, "pyproject.toml: add these rooms without .**"


def test_import_skycrane_and_help_stay_light(root: Path) -> None:
    if not (root / "src/skycrane/cli/__init__.py").exists():
        pytest.skip("there is no command line yet")
    modules = run_python("import sys, skycrane; print(*sys.modules)").split()
    assert not set(modules) & set(HEAVY), "import skycrane"
    code = """
import sys
sys.argv = ["skycrane", "--help"]
from skycrane.cli import main
try:
    main()
except SystemExit:
    pass
print("MODULES", *sys.modules)
"""
    modules = run_python(code).split("MODULES")[1].split()
    assert not set(modules) & set(HEAVY), "skycrane --help"


@pytest.mark.parametrize("room", READING_ROOMS)
def test_a_reading_room_loads_no_jax(room: str, root: Path) -> None:
    if not (root / "src/skycrane" / room / "__init__.py").exists():
        pytest.skip(f"there is no room {room} yet")
    code = f"""
import importlib, pkgutil, sys
import skycrane.{room} as room
for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
    importlib.import_module(module.name)
print(*sys.modules)
"""
    assert not set(run_python(code).split()) & {"jax", "jaxlib"}


def test_the_mind_does_not_see_the_truth(root: Path) -> None:
    """True states are the types of skycrane.flight.state. gnc imports none of them and has no name with `truth` in it."""
    seen = []
    for path in sorted((root / "src/skycrane/gnc").rglob("*.py")):
        seen += [f"{path.name} imports {name}" for name in imported_names(path) if name.startswith("skycrane.flight")]
        for line, name in identifiers(path):
            words = name.lower().split("_")
            if "truth" in name.lower() or words[0] == "true":
                seen.append(f"{path.name}:{line} names {name}")
    assert not seen, seen


def test_no_room_imports_the_front_door(root: Path) -> None:
    """`import skycrane` from inside a room would tie every room to every other one."""
    seen = [
        str(path.relative_to(root))
        for path in sorted((root / "src/skycrane").rglob("*.py"))
        if path.parent != root / "src/skycrane" and path.parent.name != "cli" and "skycrane" in imported_names(path)
    ]
    assert not seen, seen
