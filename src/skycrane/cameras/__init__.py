"""Eyes: the cameras of a landing and their pictures, made from a run folder alone.

Before it comes the record of a flight, after it the downlink that sends the pictures home. Mitsuba is imported in `render` only, when
the first picture is taken.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skycrane.cameras.pictures import Progress, take_pictures

__all__ = ["Progress", "take_pictures"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from skycrane.cameras import pictures

        return getattr(pictures, name)
    raise AttributeError(f"module 'skycrane.cameras' has no attribute {name!r}")
