"""Skycrane lands on Mars: a mission file goes in, a landing is flown, a run folder comes out.

>>> import skycrane as sc
>>> run = sc.fly(sc.load_mission("mars2020"), seed=1)  # doctest: +SKIP

The names below are loaded when they are first used: importing skycrane itself costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skycrane.cameras import take_pictures
    from skycrane.cli.cite import cite
    from skycrane.cli.publish import publish
    from skycrane.cli.watch import watch
    from skycrane.core.errors import InputError
    from skycrane.ensemble.run import run_ensemble
    from skycrane.mission import Mission, load_mission
    from skycrane.record import FlightRecord, open_run
    from skycrane.record.ensemble_folder import Ensemble, open_ensemble
    from skycrane.report.compare import compare_with_flight
    from skycrane.sound import record_sound
    from skycrane.surface import assess_site
    from skycrane.surface.manoeuvre.fly import fly

    __version__: str

#: public name -> the room that has it
_ROOMS = {
    "Ensemble": "skycrane.record.ensemble_folder",
    "FlightRecord": "skycrane.record",
    "InputError": "skycrane.core.errors",
    "Mission": "skycrane.mission",
    "assess_site": "skycrane.surface",
    "cite": "skycrane.cli.cite",
    "compare_with_flight": "skycrane.report.compare",
    "fly": "skycrane.surface.manoeuvre",
    "load_mission": "skycrane.mission",
    "open_ensemble": "skycrane.record.ensemble_folder",
    "open_run": "skycrane.record",
    "publish": "skycrane.cli.publish",
    "record_sound": "skycrane.sound",
    "run_ensemble": "skycrane.ensemble.run",
    "take_pictures": "skycrane.cameras",
    "watch": "skycrane.cli.watch",
}

__all__ = [
    "Ensemble",
    "FlightRecord",
    "InputError",
    "Mission",
    "__version__",
    "assess_site",
    "cite",
    "compare_with_flight",
    "fly",
    "load_mission",
    "open_ensemble",
    "open_run",
    "publish",
    "record_sound",
    "run_ensemble",
    "take_pictures",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name in _ROOMS:
        return getattr(import_module(_ROOMS[name]), name)
    raise AttributeError(f"module 'skycrane' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("skycrane")
    except PackageNotFoundError:
        return "0+not.installed"
