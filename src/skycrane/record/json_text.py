"""JSON as the run folder writes it: same content, same bytes; numpy welcome; what is not finite becomes null."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def to_json(content: Any) -> str:
    """Indented JSON text in the order given, without NaN or infinity."""
    return json.dumps(plain(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plain(content: Any) -> Any:
    """The same content made of dict, list, str, int, float, bool and None only."""
    if isinstance(content, Mapping):
        return {str(key): plain(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [plain(value) for value in content]
    if isinstance(content, (np.ndarray, np.generic)):
        return plain(content.tolist())
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content
