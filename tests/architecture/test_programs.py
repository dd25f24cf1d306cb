"""The cache of compiled programs forgets nothing that decides bits."""

import ast
from pathlib import Path

from skycrane.flight.programs import HOST_ONLY


def test_no_phase_uses_a_file_that_the_key_of_a_program_leaves_out(root: Path) -> None:
    flight = root / "src/skycrane/flight"
    inside = [f for f in flight.rglob("*.py") if f.stem not in (*HOST_ONLY, "__init__")]
    wrong = []
    for file in inside:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [f"{node.module}.{a.name}" for a in node.names] if isinstance(node, ast.ImportFrom) else []
            wrong += [
                f"{file.name}: {n}" for n in names if n.startswith("skycrane.flight.") and n.split(".")[2] in HOST_ONLY
            ]
    assert not wrong, wrong
