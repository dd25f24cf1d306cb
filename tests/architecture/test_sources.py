"""A source stands behind every number of a mission or planet file, and every source that is named exists."""

import dataclasses
import importlib
import math
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STRING = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\])*"|\'[^\']*\'')
NUMBER = re.compile(r"(?<![\w:-])[+-]?(?:\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?|inf|nan)(?![\w:-])")
BIB_KEY = re.compile(r"\[([a-z][\w:-]*)\]")
REASON = re.compile(r"\b(?:assumed|derived|design):")


def statements(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, `key = value`, comments) of each assignment; a table over several lines is one."""
    start, code, remark = 0, "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        bare = STRING.sub('""', line)
        value, _, comment = bare.partition("#")
        if not code and "=" not in value:
            continue
        start = start if code else number
        code, remark = f"{code} {value}", f"{remark} {comment}"
        if code.count("[") == code.count("]") and code.count("{") == code.count("}"):
            yield start, code, remark
            code, remark = "", ""


def data_files(root: Path) -> list[Path]:
    mission = root / "src/skycrane/mission"
    files = [*mission.glob("presets/*.toml"), *mission.glob("planets/*.toml")]
    return sorted(path for path in files if not path.stem.endswith("_flown"))


def test_every_number_of_a_mission_or_planet_file_has_a_source(root: Path) -> None:
    """As a trailing comment: [key of sources.bib], or `assumed:`, `derived:`, `design:` with the reason."""
    bare = []
    for path in data_files(root):
        for line, code, remark in statements(path.read_text(encoding="utf-8")):
            has_number = NUMBER.search(code.partition("=")[2])
            if has_number and not BIB_KEY.search(remark) and not REASON.search(remark):
                bare.append(f"{path.name}:{line} {code.strip()[:60]}")
    assert not bare, "\n".join(bare)


def test_every_source_that_is_named_is_in_sources_bib(root: Path) -> None:
    library = root / "src/skycrane/record/sources.bib"
    known = (
        set(re.findall(r"@\w+\s*\{\s*([^,\s]+)\s*,", library.read_text(encoding="utf-8")))
        if library.exists()
        else set()
    )
    named = {}
    for path in data_files(root):
        for line, _, remark in statements(path.read_text(encoding="utf-8")):
            named.update(dict.fromkeys(BIB_KEY.findall(remark), f"{path.name}:{line}"))
    for path in sorted((root / "src/skycrane/mission/presets").glob("*_flown.toml")):
        sources = re.findall(r'\bsource\s*=\s*"([^"]*)"', path.read_text(encoding="utf-8"))
        named.update({key: path.name for source in sources for key in BIB_KEY.findall(source)})
    assert not {key: place for key, place in named.items() if key not in known}


def test_no_source_is_listed_twice(root: Path) -> None:
    library = root / "src/skycrane/record/sources.bib"
    text = library.read_text(encoding="utf-8") if library.exists() else ""
    keys = re.findall(r"@\w+\s*\{\s*([^,\s]+)\s*,", text)
    assert len(keys) == len(set(keys)), sorted(key for key in set(keys) if keys.count(key) > 1)


def test_the_reader_of_numbers_sees_what_it_should() -> None:
    text = 'a = 1.0  # [way2022]\nb = [\n  1, # assumed: x\n  2,\n]\nc = "3"\nd = 2021-02-18T20:00:00Z\ne = -4e3 # no\n'
    found = [(line, bool(NUMBER.search(code.partition("=")[2])), remark) for line, code, remark in statements(text)]
    assert [(line, number) for line, number, _ in found] == [(1, True), (2, True), (6, False), (7, False), (8, True)]
    assert BIB_KEY.findall(found[0][2]) == ["way2022"]
    assert REASON.search(found[1][2])
    assert not REASON.search(found[4][2])


def parameter_fields() -> Iterator[tuple[str, "dataclasses.Field[Any]"]]:
    """Every number and row of numbers that a mission file may leave out, under the name of its class."""
    package = importlib.import_module("skycrane.mission.parameters")
    modules = [module.name for module in pkgutil.iter_modules(package.__path__)]
    for module in (package, *(importlib.import_module(f"{package.__name__}.{name}") for name in modules)):
        for name, found in vars(module).items():
            if not dataclasses.is_dataclass(found) or found.__module__ != module.__name__:
                continue
            for field in dataclasses.fields(found):
                counts = field.metadata.get("kind") in ("number", "table") and field.name in found.__annotations__
                if counts and field.default not in (dataclasses.MISSING, None):
                    yield f"{name}.{field.name}", field


def is_neutral(field: "dataclasses.Field[Any]") -> bool:
    """Zero, no limit, or a factor of one: a default that says that there is nothing."""
    values = field.default if isinstance(field.default, tuple) else (field.default,)
    return all(value == 0.0 or not math.isfinite(value) for value in values) or (
        "_scale" in field.name and set(values) == {1.0}
    )


def test_every_default_of_a_parameter_has_a_source() -> None:
    """As `source=`: [key of sources.bib], or `assumed:`, `derived:`, `design:` with the reason."""
    fields = dict(parameter_fields())
    assert len(fields) > 80, "the parameters are found"
    bare = [
        name
        for name, field in fields.items()
        if not is_neutral(field)
        and not BIB_KEY.search(field.metadata["source"])
        and not REASON.search(field.metadata["source"])
    ]
    assert not bare, "\n".join(bare)


def test_every_source_of_a_default_is_in_sources_bib(root: Path) -> None:
    text = (root / "src/skycrane/record/sources.bib").read_text(encoding="utf-8")
    known = set(re.findall(r"@\w+\s*\{\s*([^,\s]+)\s*,", text))
    named = {key: name for name, field in parameter_fields() for key in BIB_KEY.findall(field.metadata["source"])}
    assert named
    assert not {key: name for key, name in named.items() if key not in known}


def test_a_default_in_use_is_written_out_with_its_source_and_cited() -> None:
    from skycrane.mission.mission import read_mission_text

    mission = read_mission_text(
        'based_on = "teaching"\nname = "x"\n[vehicle.parachute]\nmodel = "disk_gap_band"\n[triggers]\nballast_interval_s = 1.0\n'
    )
    assert "oscillation_decay_s = 1.5  # default, assumed: 1 to 3 s" in mission.to_toml()
    assert "ballast_interval_s = 1.0\n" in mission.to_toml()
    assert "kwan2021" not in mission.sources
    inherited = read_mission_text('based_on = "teaching"\nname = "x"\n')
    assert "ballast_interval_s = 2.0  # default, [kwan2021]" in inherited.to_toml()
    assert "kwan2021" in inherited.sources
