"""Derivatives of figures at an event of the entry with respect to numbers of the mission, held against finite differences of the flight.

The exact ones come from flight/gradient.py. Beside them the same programs that fly every landing fly small changes to both sides, side by
side: they say how far the switches hold as they were flown, and give the difference quotient that the derivative has to agree with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from skycrane.core.errors import InputError
from skycrane.flight.sequence import sequence_of, what_flies
from skycrane.mission import Mission

_SMALLEST, _STEP = 1e-10, 10.0**0.5  # of a parameter's size: the changes flown beside are a geometric row
_LAGRANGE = 4  # points of the polynomial through control cycles


class Derivative(NamedTuple):
    """d(figure)/d(parameter) in the units of both.

    `sides`: "both", or "above" or "below" where switches hold for changes in that direction alone. `holds` is the largest change (below,
    above) flown with the same switches; `difference` the quotient of finite differences there, NaN where one side alone holds.
    """

    parameter: str
    value: float
    sides: str
    holds: tuple[float, float]
    difference: float


@dataclass(frozen=True)
class Gradient:
    """Derivatives of one figure at one event: its value, the time of the event [s], and one derivative a parameter."""

    figure: str
    value: float
    time: float
    derivatives: tuple[Derivative, ...]


def event_gradient(
    mission: Mission, figure: str, parameters: Sequence[str], on_flight: Callable[[], None] = lambda: None
) -> Gradient:
    """Derivatives of a figure, `parachute_deploy.height_above_areoid_m`, with respect to numbers of the mission file.

    The flight is the nominal one, guidance tables held; `on_flight` is called once the question stands. InputError for a figure or
    parameter that has no such derivative, for an event that does not happen, and where a switch is crossed by changes of either sign.
    """
    event, name = _figure(figure)
    for key in parameters:
        mission.value(key)
    if not 1 <= len(parameters) <= 8 or len(set(parameters)) != len(parameters):
        raise InputError(f"wrt names {len(parameters)} parameters, must be 1 to 8, each once")
    from skycrane.flight import engine

    engine.configure()
    from skycrane.flight import dispersions, gradient, threefry
    from skycrane.flight.models import assemble
    from skycrane.flight.tables import make_tables

    p = what_flies(mission.parameters)
    tables, models = make_tables(p), assemble(p)
    if event == "parachute_deploy" and "parachute" not in sequence_of(p):
        raise InputError(f"{figure}: {event} does not happen in a mission without a parachute phase")
    if event == "height_reached" and p.success.condition != "height":
        raise InputError(f'{figure}: {event} does not happen unless success.condition is "height"')
    free, further = gradient.untriggered(models, p, tables)
    directions = gradient.directions_of(models, p, parameters)
    sizes = [abs(dispersions.mean(p, key)) or 1.0 for key in parameters]
    on_flight()
    beside = _fly_beside(p, free, further, tables, directions, sizes)
    moment = _moment(p, event, beside.values[:, :, 0], beside.time)
    path = gradient.fly_with_tangents(
        free, further, tables, directions, threefry.case_keys(0, np.array(0)), moment.fired + 10 * _cycle()
    )
    found = []
    for n, key in enumerate(parameters):
        exact = _at_event(path, moment, name, n)
        found.append(_checked(key, exact, beside, moment, name, n, figure))
    return Gradient(figure, _value(path, moment, name), moment.fired, tuple(found))


def _figure(figure: str) -> tuple[str, str]:
    from skycrane.flight.gradient import EVENTS, FIGURES

    event, _, name = figure.partition(".")
    if event not in EVENTS:
        raise InputError(
            f"of is {figure}, must begin with an event of the entry: {' or '.join(EVENTS)}, as in {EVENTS[0]}.mach"
        )
    if name not in FIGURES:
        raise InputError(f"of is {figure}, must name a figure: {event}. and one of {', '.join(FIGURES)}")
    return event, name


class _Moment(NamedTuple):
    """When the event fired, and the crossing of its condition that set it off: rows and times, and which condition."""

    condition: str
    row: int  # of the first cycle with the condition met
    crossing: float
    fired: float
    fired_row: int


class _Beside(NamedTuple):
    """Flights beside the nominal one (lane 0): what was observed (names, cycles, lanes), switches (cycles, lanes), changes."""

    time: np.ndarray
    values: np.ndarray
    switches: np.ndarray
    changes: np.ndarray  # (parameters, levels), of one side


def _cycle() -> float:
    from skycrane.flight.phases.entry import CYCLE

    return CYCLE


def _fly_beside(p: Any, free: Any, further: Any, tables: Any, directions: Any, sizes: list[float]) -> _Beside:
    """The nominal entry and small changes to both sides, in the lanes of the programs that fly every landing."""
    import jax

    from skycrane.flight import dispersions, engine, gradient
    from skycrane.flight.threefry import case_keys

    levels = (engine.WIDTH - 1) // (2 * len(directions))
    factors = _SMALLEST * _STEP ** np.arange(min(levels, 15))
    changes = np.array(sizes)[:, None] * factors
    steps = [(n, sign * h) for n, row in enumerate(changes) for h in row for sign in (-1.0, 1.0)]
    cases = [free, *(jax.tree.map(lambda x, d, s=step: x + s * d, free, directions[n]) for n, step in steps)]
    batch = dispersions.lanes(cases, engine.WIDTH)
    keys = np.repeat(case_keys(0, np.array([0])), engine.WIDTH, axis=0)
    quiet = np.zeros(engine.WIDTH)
    programs = engine.Programs(batch, further, keys, quiet, ("entry",))
    times, values, switches = [], [], []
    for segment in programs.fly(batch, further, keys, quiet):
        rows = jax.tree.map(np.asarray, segment.rows)
        with np.errstate(all="ignore"):
            seen = gradient.observed(batch, tables, _carry(rows))
        times.append(rows["time"])
        values.append(np.stack([np.broadcast_to(x, rows["time"].shape) for x in seen]))
        switches.append(_switches(rows))
    return _Beside(np.concatenate(times)[:, 0], np.concatenate(values, axis=1), np.concatenate(switches), changes)


def _carry(rows: Any) -> Any:
    """Rows in the shape of a carry, as far as it is observed."""
    from types import SimpleNamespace

    craft = SimpleNamespace(body=rows["body"], propellant=rows["propellant"], heat_load=rows["heat_load"])
    return SimpleNamespace(time=rows["time"], craft=craft, gusts=rows["gusts"], estimate=rows["estimate"])


def _switches(rows: Any) -> np.ndarray:
    """A number for every decision of a cycle: which thrusters fire, mode, side of the bank, ballast gone; shape (cycles, lanes)."""
    code = np.asarray(rows["mode"]) * 4.0 + np.sign(rows["bank_commanded"])
    for n, pulse in enumerate(rows["pulses"]):
        code = code + 2.0 ** (6 + 2 * n) * np.where(pulse > 0.0, np.where(pulse < 1.0, 1.0, 2.0), 0.0)
    return code + 1e7 * np.round(np.asarray(rows["mass"]) - np.asarray(rows["propellant"]))


def _moment(p: Any, event: str, values: np.ndarray, time: np.ndarray) -> _Moment:
    """Where the nominal flight meets the event's condition; values (names, cycles)."""
    from skycrane.flight.gradient import NAMES

    row = {name: values[NAMES.index(name)] for name in ("range", "armed", "slow", "height")}
    if event == "height_reached":
        met, waits = row["height"] < 0.0, 0.0
    else:
        met = ((row["armed"] < 0.0) & (row["range"] < 0.0)) | (row["slow"] < 0.0)
        waits = p.triggers.parachute.persistence
    met = met & (time > 20.0)
    if not met.any():
        raise InputError(f"{event} does not happen in the nominal flight of this mission")
    first = int(np.argmax(met))
    if event == "height_reached":
        which = ["height"]
    elif row["slow"][first] < 0.0 and not (row["armed"][first] < 0.0 and row["range"][first] < 0.0):
        which = ["slow"]
    else:
        which = [name for name in ("range", "armed") if row[name][first - 1] >= 0.0]
    if len(which) != 1:
        raise InputError(
            f"{event} is set off by two conditions in the same control cycle; there is no derivative across that switch"
        )
    crossing = _root(time, row[which[0]], first)
    if event == "height_reached":
        return _Moment(which[0], first, crossing, crossing, first)
    held = first + int(np.floor(waits / _cycle() + 1e-9))  # the first cycle in which it has held for longer
    return _Moment(which[0], first, crossing, float(time[held]), held)


def _root(time: np.ndarray, value: np.ndarray, after: int) -> float:
    """When a figure passes through zero between rows after - 1 and after: the cubic through four cycles, by bisection to rounding."""
    low, high = float(time[after - 1]), float(time[after])
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _interpolated(time, value, middle) >= 0.0 else (low, middle)
    return 0.5 * (low + high)


def _interpolated(time: np.ndarray, value: np.ndarray, t: float, slope: bool = False) -> float:
    """Value, or slope, of the cubic through the four control cycles around t."""
    i = int(np.clip(np.searchsorted(time, t) - 2, 0, len(time) - _LAGRANGE))
    x = (time[i : i + _LAGRANGE] - t) / _cycle()
    fit = np.polynomial.polynomial.Polynomial.fit(x, value[i : i + _LAGRANGE], 3, domain=[-1, 1], window=[-1, 1])
    return float(fit.deriv()(0.0)) / _cycle() if slope else float(fit(0.0))


def _value(path: Any, moment: _Moment, name: str) -> float:
    from skycrane.flight.gradient import NAMES

    if name == "t_s":
        return moment.fired
    value = _interpolated(path.time, path.values[NAMES.index(name)], moment.fired)
    return value % 360.0 if name == "longitude_deg" else value


def _at_event(path: Any, moment: _Moment, name: str, n: int) -> float:
    """dQ/dp = dQ/dp|t + (dQ/dt) (dt/dp), dt/dp = -(dc/dp)/(dc/dt)."""
    from skycrane.flight.gradient import NAMES

    c = NAMES.index(moment.condition)
    shift = -_interpolated(path.time, path.tangents[c, n], moment.crossing) / _interpolated(
        path.time, path.values[c], moment.crossing, slope=True
    )
    if name == "t_s":
        return shift
    q = NAMES.index(name)
    fixed = _interpolated(path.time, path.tangents[q, n], moment.fired)
    return fixed + _interpolated(path.time, path.values[q], moment.fired, slope=True) * shift


def _checked(key: str, exact: float, beside: _Beside, moment: _Moment, name: str, n: int, figure: str) -> Derivative:
    """The derivative with how far its switches hold, and the difference quotient of the flights beside that agree best."""
    from skycrane.flight.gradient import NAMES

    until = max(moment.fired_row, moment.row) + 1
    levels = beside.changes.shape[1]
    same = np.all(beside.switches[:until] == beside.switches[:until, :1], axis=0)
    first = 1 + 2 * levels * n
    below, above = same[first : first + 2 * levels : 2], same[first + 1 : first + 2 * levels : 2]
    reach = [float(beside.changes[n, k - 1]) if k else 0.0 for k in (_run(below), _run(above))]
    if not any(reach):
        raise InputError(
            f"{figure} crosses a switch for the smallest change of {key} to either side ({beside.changes[n, 0]:.1g}); "
            "it has no derivative here"
        )
    sides = "both" if all(reach) else "below" if reach[0] else "above"
    quotients = []
    for k in range(min(_run(below), _run(above))):
        low, high = (_flown(beside, moment, name, first + 2 * k + side, NAMES) for side in (0, 1))
        quotients.append((high - low) / (2.0 * beside.changes[n, k]))
    if len(quotients) > 1:
        best = 1 + int(np.argmin(np.abs(np.diff(quotients))))
        difference = float(quotients[best])
    else:
        difference = float(quotients[0]) if quotients else float("nan")
    return Derivative(key, exact, sides, (reach[0], reach[1]), difference)


def _run(good: np.ndarray) -> int:
    """How many of the smallest changes in a row are good."""
    return int(np.argmin(good)) if not good.all() else len(good)


def _flown(beside: _Beside, moment: _Moment, name: str, lane: int, names: Sequence[str]) -> float:
    """The figure at the event of a lane: its own crossing, and the same wait after it."""
    condition = beside.values[names.index(moment.condition), :, lane]
    row = moment.row
    while condition[row] >= 0.0:
        row += 1
    while condition[row - 1] < 0.0:
        row -= 1
    t = moment.fired + (_root(beside.time, condition, row) - moment.crossing)
    return t if name == "t_s" else _interpolated(beside.time, beside.values[names.index(name), :, lane], t)
