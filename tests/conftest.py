"""What all tests share: shapes and types are checked, folders name the purpose, optional reference data is found or named."""

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
PURPOSES = ("unit", "physics", "validation", "journey", "web", "architecture")

# Array shapes and argument types of skycrane are checked while the tests run, and only then. Has to come before the
# first import of skycrane. SKYCRANE_TYPE_CHECKS=0 turns it off, to see what it costs.
if os.environ.get("SKYCRANE_TYPE_CHECKS", "1") != "0":
    from jaxtyping import install_import_hook

    install_import_hook("skycrane", "type_checks.check")

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure() -> None:
    """XLA's flags are set before any test computes with JAX: programs that were compiled without them are slow."""
    from skycrane.flight.engine import configure

    configure()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """tests/physics/... gets the marker `physics`, and so on, before `-m` is looked at."""
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        if folder in PURPOSES:
            item.add_marker(folder)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def flies(root: Path) -> None:
    """For tests of the whole house: skips while there is no `fly` yet."""
    if not any("def fly(" in path.read_text(encoding="utf-8") for path in (root / "src/skycrane/flight").glob("*.py")):
        pytest.skip("skycrane cannot fly yet")


@pytest.fixture(scope="session")
def reference_data() -> Callable[[str], Path]:
    """`reference_data("folder/file")` is the path of optional reference data; without it the test is skipped and says so.

    It lies in the folder that SKYCRANE_REFERENCE names, else in `shared` beside the checkout.
    """
    place = Path(os.environ.get("SKYCRANE_REFERENCE") or ROOT.parent / "shared")

    def find(name: str) -> Path:
        path = place / name
        if not path.exists():
            pytest.skip(f"reference data {name} is not in {place} (set SKYCRANE_REFERENCE)")
        return path

    return find


@pytest.fixture(scope="session")
def nominal() -> object:
    """The nominal Mars 2020 landing, flown once for all tests that read it."""
    from skycrane.flight import fly
    from skycrane.mission import load_mission

    return fly(load_mission("mars2020"))
