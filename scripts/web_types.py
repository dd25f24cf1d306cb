"""Writes web/src/data/schema.ts: what run.json says and which channels, phases and events there are, as TypeScript.

`python scripts/web_types.py` writes it; `--check` only says whether it is current.
"""

import sys
import types
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from skycrane.experience import contents
from skycrane.record.callouts import CALLOUTS
from skycrane.record.event import SEVERITIES
from skycrane.record.schema import CHANNELS, SCHEMA_VERSION

TARGET = Path(__file__).resolve().parents[1] / "web/src/data/schema.ts"
_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null", Any: "unknown"}


def typescript() -> str:
    """The text of the file."""
    parts = [
        "// Written by scripts/web_types.py from skycrane.record.schema and skycrane.experience.contents. Do not edit.\n",
        f"export const BUNDLE_SCHEMA = {contents.BUNDLE_SCHEMA};",
        f"export const RECORD_SCHEMA = {SCHEMA_VERSION};\n",
        _union("ChannelName", [each.name for each in CHANNELS]),
        _union("Severity", SEVERITIES),
        _union("EventStem", CALLOUTS),
    ]
    parts += [_interface(each) for each in vars(contents).values() if _is_shown(each)]
    return "\n".join(parts) + "\n"


def _is_shown(kind: Any) -> bool:
    """What becomes an interface: the parts of run.json, and dataclasses of other rooms that stand in it."""
    return is_typeddict(kind) or (isinstance(kind, type) and is_dataclass(kind))


def _union(name: str, words: Any) -> str:
    return f"export type {name} =\n" + "\n".join(f"  | '{word}'" for word in words) + ";\n"


def _interface(kind: type) -> str:
    hints = get_type_hints(kind, include_extras=True)
    lines = [f"/** {(kind.__doc__ or '').strip()} */", f"export interface {kind.__name__} {{"]
    for name, hint in hints.items():
        optional = get_origin(hint) is NotRequired
        lines.append(f"  {name}{'?' if optional else ''}: {_type(get_args(hint)[0] if optional else hint)};")
    return "\n".join([*lines, "}\n"])


def _type(hint: Any) -> str:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " | ".join(_type(each) for each in inner)
    if origin is Literal:
        return " | ".join(f"'{each}'" for each in inner)
    if origin is list:
        return f"Array<{_type(inner[0])}>"
    if origin is dict:
        return f"Record<{_type(inner[0])}, {_type(inner[1])}>"
    return hint.__name__ if _is_shown(hint) else _PLAIN[hint]


def main() -> int:
    """0 when the file is (now) current."""
    text = typescript()
    if "--check" not in sys.argv:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    current = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
    if not current:
        print(f"{TARGET} is not what the record says; run: python scripts/web_types.py", file=sys.stderr)
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
