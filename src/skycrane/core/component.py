"""What turns a class into a model: a frozen dataclass whose numbers JAX can see, batch and differentiate.

A model inherits its parameter class (mission/parameters) and adds the equations. Words and switches are static: they choose the
program; numbers and arrays are data: changing them never recompiles.
"""

import dataclasses
from typing import TypeVar

T = TypeVar("T")

_STATIC = ("word",)


def component(cls: type[T]) -> type[T]:
    """Register a class as frozen dataclass and pytree: words are static, the rest are leaves."""
    import jax

    cls = dataclasses.dataclass(frozen=True)(cls)
    fields = dataclasses.fields(cls)  # type: ignore[arg-type]
    static = [f.name for f in fields if f.metadata.get("kind") in _STATIC or f.metadata.get("static")]
    data = [f.name for f in fields if f.name not in static]
    jax.tree_util.register_dataclass(cls, data_fields=data, meta_fields=static)
    return cls
