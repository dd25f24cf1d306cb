"""JSON as the run folder writes it: same content, same bytes; numpy and dataclasses welcome; what is not finite becomes null."""

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from skycrane.core.errors import InputError


def to_json(content: Any) -> str:
    """Indented JSON text in the order given, without NaN or infinity."""
    return json.dumps(plain(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plain(content: Any) -> Any:
    """The same content made of dict, list, str, int, float, bool and None only; a dataclass becomes a dict of its fields."""
    if dataclasses.is_dataclass(content) and not isinstance(content, type):
        return {each.name: plain(getattr(content, each.name)) for each in dataclasses.fields(content)}
    if isinstance(content, Mapping):
        return {str(key): plain(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [plain(value) for value in content]
    if isinstance(content, (np.ndarray, np.generic)):
        return plain(content.tolist())
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content


def read_json(file: Path, what: str, again: str) -> dict[str, Any] | None:
    """A JSON object of the run folder, None where there is none; InputError with the command `again` when it is damaged."""
    if not file.is_file():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise InputError(f"{file} is damaged (expected the JSON of {what}); make it anew with: {again}")
    return content
