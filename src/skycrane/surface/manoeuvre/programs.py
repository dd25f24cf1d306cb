"""The flight with every body of the manoeuvre: compiled phases to rover separation, MuJoCo to rest, compiled flyaway to the end.

Flight software stays what it is, one compiled control cycle for all lanes (`mind`); between its cycles each landing is flown alone
(`bodies`). Lanes do not touch each other: a seed is the same landing beside others.
"""

from collections.abc import Generator
from typing import Any

import numpy as np

from skycrane.flight.engine import Programs, Segment, on_host
from skycrane.flight.landing_frame import landing_frame
from skycrane.flight.occurrences import NEVER
from skycrane.flight.packing import Packed, pack
from skycrane.mission.parameters import MultibodyTouchdownParameters
from skycrane.surface.chassis import chassis
from skycrane.surface.manoeuvre.bodies import Bodies
from skycrane.surface.manoeuvre.faults import faults_of
from skycrane.surface.manoeuvre.ground_below import GroundBelow
from skycrane.surface.manoeuvre.mind import Mind

LONGEST = 400  # control cycles after the cut in which the rover must come to rest
_HOST_EVENTS = ("mobility_deploy", "rover_at_rest", "rover_dragged", "descent_stage_on_rover", "out_of_control")


class MultibodyPrograms(Programs):
    """As `engine.Programs`, for a mission with the touchdown model multibody; `mission` are its parameters, `terrain` its ground or None."""

    def __init__(
        self, mission: Any, terrain: Any, models: Any, tables: Any, key: Any, noise: Any, phases: tuple[str, ...]
    ) -> None:
        super().__init__(models, tables, key, noise, phases)
        self.mission, self.terrain, self.cases, self.at_hand = mission, terrain, models, tables
        self.lanes = _different(np.asarray(key), np.asarray(noise))
        self.landings: dict[int, Bodies] = {}

    def fly_phase(
        self, kind: str, models: Any, scenes: Any, tables: Any, carry: Any, first: int = 0
    ) -> Generator[Segment, None, Any]:
        """Segments of one phase; of the sky crane and the start of the flyaway, all cycles in one."""
        if kind == "sky_crane":
            self._let_go(on_host(carry))
            mind = Mind(kind, models, scenes, tables, carry, len(self.mission.vehicle.engines.place_x))
            carry, rows, _ = self._manoeuvre(mind, carry, LONGEST * 6)
            yield Segment(kind, rows, self._events(on_host(carry).events), True)
        elif kind == "flyaway" and self.landings:
            mind = Mind(kind, models, scenes, tables, carry, len(self.mission.vehicle.engines.place_x))
            begun = on_host(carry)
            for lane, landing in self.landings.items():
                landing.cut_command = float(np.asarray(begun.started)[lane]) + landing.faults.late
            carry, rows, last = self._manoeuvre(mind, carry, LONGEST)
            ended = on_host(carry)
            yield Segment(kind, rows, self._events(ended.events), False)
            lost = np.array([self.landings[lane].lost if lane in self.landings else False for lane in self.lanes])
            carry = pack(ended._replace(active=np.asarray(ended.active) & ~lost))
            for segment in super().fly_phase(kind, models, scenes, tables, carry, LONGEST):
                yield segment._replace(rows=segment.rows | self._at_rest(last, len(segment.rows["time"])))
        else:
            carry = yield from super().fly_phase(kind, models, scenes, tables, carry, first)
        return carry

    # --------------------------------------------------------------------------------------------------------- pieces
    def _let_go(self, carry: Any) -> None:
        """The bodies of every landing that reached rover separation."""
        import jax

        p, given = self.mission, self.mission.touchdown
        assert isinstance(given, MultibodyTouchdownParameters), "this class flies the multibody touchdown"
        faults = faults_of(given.faults, p.vehicle)
        pick = lambda tree, n: jax.tree.map(lambda x: np.asarray(x)[n], tree)  # noqa: E731
        for lane in sorted(set(self.lanes)):
            begun = pick(carry, lane)
            if not begun.active:
                continue
            case = pick(self.cases, lane)
            below = GroundBelow(case, self.at_hand, landing_frame(case, self.at_hand), self.terrain)
            self.landings[lane] = Bodies(case, chassis(case.vehicle, p.rover), given, faults, below, begun)

    def _manoeuvre(self, mind: Mind, carry: Any, most: int) -> tuple[Any, Any, dict[str, Any]]:
        """Control cycles until every landing is done: the carry, all rows (cycles, lanes), and the last ones."""
        rows, readings = [], []
        flying = {lane: True for lane in self.landings}
        flown = dict.fromkeys(self.landings, False)
        for cycle in range(most + 1):
            go = {lane: flying[lane] and cycle < most for lane in flying}
            columns = {lane: each.flown(flown[lane], go[lane]) for lane, each in self.landings.items()}
            carry, row, orders = mind.think(carry, self._wide(columns), cycle)
            rows.append(row)
            readings.append({lane: each.readings() for lane, each in self.landings.items()})
            order = orders.unpack()
            active = np.asarray(order.active)
            if not active.any():
                break
            for lane, landing in self.landings.items():
                flown[lane] = bool(active[lane])
                if flown[lane]:
                    self._fly(landing, order, lane)
                flying[lane] = flown[lane] and not landing.lost and not landing.done
        whole = Packed(rows[0].layout, [np.stack(each) for each in zip(*(row.arrays for row in rows), strict=True)])
        found = whole.unpack(1) | self._told(readings)
        return carry, found, {name: value for name, value in _last(found).items()}

    def _fly(self, landing: Bodies, order: Any, lane: int) -> None:
        import jax

        mine = jax.tree.map(lambda x: x[lane], order)
        if landing.cut_at == NEVER and float(mine.time) >= landing.cut_command - 1e-9:
            landing.cut(float(mine.time))
        landing.fly(mine)

    def _wide(self, columns: dict[int, list[float]]) -> np.ndarray:
        """Columns (leaves, lanes); a copy has its original's, a lane without a landing anybody's: it is not active."""
        some = next(iter(columns.values()))
        return np.array([columns.get(lane, some) for lane in self.lanes]).T.copy()

    def _told(self, readings: list[dict[int, dict[str, list[float]]]]) -> dict[str, Any]:
        """Readings of all cycles as rows: a tuple of (cycles, lanes) for each name."""
        some = next(iter(readings[0].values()))
        table = {}
        for name, values in some.items():
            block = np.array([[each.get(lane, some)[name] for lane in self.lanes] for each in readings])
            table[name] = tuple(block[:, :, k] for k in range(len(values)))
        return table

    def _events(self, events: Any) -> Any:
        """Events of flight software, with what the bodies did beside them."""
        found = dict(events)
        for key in _HOST_EVENTS:
            seen = [self.landings[n].noted.get(key) if n in self.landings else None for n in self.lanes]
            if any(each is not None for each in seen):
                when = np.array([NEVER if each is None else each[0] for each in seen])
                figure = np.array([0.0 if each is None else each[1][0] for each in seen])
                found[key] = (when, (figure,))
        for key in ("bridle_cut", "umbilical_cut"):
            if key in found:
                when, figures = found[key]
                cuts = [self.landings[n].cut_event() if n in self.landings else None for n in self.lanes]
                own = np.array([w if c is None else c for w, c in zip(np.asarray(when), cuts, strict=True)])
                found[key] = (own, figures)
        return found

    def _at_rest(self, last: dict[str, Any], cycles: int) -> dict[str, Any]:
        """Rows of a rover that stands while the stage flies on."""
        import jax

        return jax.tree.map(lambda x: np.broadcast_to(x, (cycles, *x.shape)), last)


def _last(rows: dict[str, Any]) -> dict[str, Any]:
    """The lander and the readings of the last row of each lane, standing still."""
    import jax

    names = [name for name in ("lander", "started", *_readings(rows)) if name in rows]
    return {name: jax.tree.map(lambda x: np.asarray(x)[-1], rows[name]) for name in names}


def _readings(rows: dict[str, Any]) -> list[str]:
    return [name for name, value in rows.items() if isinstance(value, tuple) and name in READINGS]


READINGS = (
    "tensions", "wheel_loads", "belly_load", "paid_out", "suspension", "unfolded", "umbilical", "deck_push", "dust",
)  # fmt: skip


def _different(key: np.ndarray, noise: np.ndarray) -> list[int]:
    """For each lane the first one with the same key and noise: the same flight."""
    seen: dict[tuple[Any, ...], int] = {}
    return [seen.setdefault((*row.tolist(), float(loud)), lane) for lane, (row, loud) in enumerate(zip(key, noise, strict=True))]
