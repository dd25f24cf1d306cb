"""What the tests check while they run: arguments, results and array shapes of every function of skycrane.

An int may stand where a float is asked for. Constructors are left out: JAX builds a model's dataclass again and again with
whatever stands for its numbers (tracers, batches, axis numbers), and mission files are checked by the mission room itself.
"""

from collections.abc import Callable
from typing import Any

from beartype import BeartypeConf, beartype

_checked = beartype(conf=BeartypeConf(is_pep484_tower=True))


def check(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its types checked at every call."""
    return function if function.__name__ == "__init__" else _checked(function)
