"""What goes wrong on the bridles, as the bodies feel it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.core.errors import InputError
from skycrane.mission.parameters.touchdown import TouchdownFaultParameters
from skycrane.surface.chassis import WHEELS
from skycrane.surface.local_ground import SMALLEST_ROCK

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Faults:
    """All faults of a mission together; nothing is wrong with the defaults.

    Slope and wind towards east and north; rocks as (wheel, diameter, height, number among the faults)."""

    late: float = 0.0
    early: float = -np.inf
    stuck: tuple[int, ...] = ()
    jam: float = 1e9
    weak: tuple[tuple[int, float], ...] = ()
    rocks: tuple[tuple[int, float, float, int], ...] = ()
    slope: tuple[float, float] = (0.0, 0.0)
    wind: tuple[float, float] = (0.0, 0.0)


def faults_of(given: Sequence[TouchdownFaultParameters], vehicle: Any) -> Faults:
    """The faults of a mission. InputError where one names a bridle or an engine that there is not."""
    by_kind: dict[str, list[TouchdownFaultParameters]] = {}
    for number, each in enumerate(given):
        by_kind.setdefault(each.kind, []).append(each)
        for what, count in (("bridle", len(vehicle.bridles.top_x)), ("engine", len(vehicle.engines.place_x))):
            if getattr(each, what) > count:
                raise InputError(
                    f"touchdown.faults.{number}.{what} is {getattr(each, what)}, must be from 1 to {count}, as many as there are"
                )
        _check_sizes(number, each, vehicle.bridles)
    one = lambda kind, field, none: getattr(by_kind[kind][-1], field) if kind in by_kind else none  # noqa: E731
    towards = lambda kind, size: tuple(  # noqa: E731
        sum(size(f) * turn(f.azimuth) for f in by_kind.get(kind, [])) for turn in (np.sin, np.cos)
    )
    return Faults(
        late=one("late_cut", "delay", 0.0),
        early=one("early_cut", "height", -np.inf),
        stuck=tuple(f.bridle - 1 for f in by_kind.get("bridle_stuck", [])),
        jam=one("reel_jam", "length", 1e9),
        weak=tuple((f.engine - 1, f.factor) for f in by_kind.get("engine_weak", [])),
        rocks=tuple(
            (f.wheel - 1, f.diameter, f.height, n) for n, f in enumerate(given) if f.kind == "rock_under_wheel"
        ),
        slope=towards("slope", lambda f: np.tan(f.slope)),  # type: ignore[arg-type]
        wind=towards("lateral_wind", lambda f: f.speed),  # type: ignore[arg-type]
    )


def _check_sizes(number: int, fault: TouchdownFaultParameters, bridles: Any) -> None:
    """InputError for a reel that jams where it never is, and for a rock that falls through the grid of the ground."""
    name, short, full = f"touchdown.faults.{number}", bridles.initial_length, bridles.length
    if fault.kind == "reel_jam" and not short <= fault.length < full:
        raise InputError(
            f"{name}.length_m is {fault.length:g}, must be at least {short:g} and below {full:g}, initial_length_m and length_m of "
            "[vehicle.bridles]"
        )
    if fault.kind == "rock_under_wheel" and fault.diameter < SMALLEST_ROCK:
        raise InputError(
            f"{name}.diameter_m is {fault.diameter:g}, must be at least {SMALLEST_ROCK:g}: finer is the grain of the soil"
        )


def rocks_under(faults: Faults, hubs: Array, clear: float) -> Array:
    """Rows of `LocalGround.rocks` for rocks under wheels whose hubs are at (6, 2) [m] from the middle of the ground.

    InputError for a rock that reaches higher than `clear` [m], where the wheels are now.
    """
    for wheel, _, height, number in faults.rocks:
        if height >= clear:
            name = WHEELS[wheel].replace("_", " ")
            raise InputError(
                f"touchdown.faults.{number}.height_m is {height:g}, must be below {clear:.1f}: the rock would reach into the rover, whose "
                f"{name} wheel is so high over the ground where it is laid out"
            )
    return np.array([[*hubs[wheel], diameter, height] for wheel, diameter, height, _ in faults.rocks]).reshape(-1, 4)
