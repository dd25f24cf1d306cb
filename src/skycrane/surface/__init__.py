"""After wheels down: how the rover stands, what lies around it, whether it is well. Made from a run folder alone.

Before it comes the record of a flight; after it commissioning and the first drive. MuJoCo is imported when a rover is set down, not before.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skycrane.surface.assess import assess_site

__all__ = ["assess_site"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from skycrane.surface import assess

        return getattr(assess, name)
    raise AttributeError(f"module 'skycrane.surface' has no attribute {name!r}")
