"""The figures of the report, in the order of the landing. Each is a function from a view to a drawn figure, or to what is missing."""

from collections.abc import Callable

from skycrane.report.figures.approach import altitude_speed, ground_track
from skycrane.report.figures.entry import attitude_rates, bank, loads
from skycrane.report.figures.figure import Drawn, Missing
from skycrane.report.figures.mind import navigation_error
from skycrane.report.figures.parachute import mach_pressure
from skycrane.report.figures.powered import bridles, throttles
from skycrane.report.view import ReportView

FIGURES: tuple[Callable[[ReportView], Drawn | Missing], ...] = (
    altitude_speed,
    loads,
    mach_pressure,
    bank,
    attitude_rates,
    throttles,
    ground_track,
    bridles,
    navigation_error,
)

__all__ = ["FIGURES", "Drawn", "Missing"]
