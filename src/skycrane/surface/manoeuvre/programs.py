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
from skycrane.surface.manoeuvre.faults import Faults, faults_of
from skycrane.surface.manoeuvre.ground_below import GroundBelow
from skycrane.surface.manoeuvre.mind import Mind

LONGEST = 400  # control cycles after the cut in which the rover must come to rest
_HOST_EVENTS = ("mobility_deploy", "rover_at_rest", "rover_dragged", "descent_stage_on_rover", "out_of_control")


class MultibodyPrograms(Programs):
    """As `engine.Programs`, for a mission with the touchdown model multibody: its parameters, and its terrain or None."""

    def __init__(
        self, mission: Any, terrain: Any, models: Any, tables: Any, key: Any, noise: Any, phases: tuple[str, ...]
    ) -> None:
        super().__init__(models, tables, key, noise, phases)
        self.mission, self.terrain, self.cases = mission, terrain, models
        self.lanes = _different(np.asarray(key), np.asarray(noise))
        self.landings: dict[int, Bodies] = {}
        self.held: dict[str, Any] = {}  # figures of the command to cut, from the segment in which it was given

    def fly_phase(
        self, kind: str, models: Any, scenes: Any, tables: Any, carry: Any, first: int = 0
    ) -> Generator[Segment, None, Any]:
        """Segments of one phase; of the sky crane and the start of the flyaway, all cycles in one."""
        if kind == "sky_crane":
            self._let_go(on_host(carry), on_host(tables))
        if kind not in ("sky_crane", "flyaway") or not self.landings:
            carry = yield from super().fly_phase(kind, models, scenes, tables, carry, first)
            return carry
        mind = Mind(
            kind, models, scenes, on_host(tables), carry, list(self.landings), len(self.mission.vehicle.engines.place_x)
        )
        if kind == "flyaway":
            self._command_cut(on_host(carry))
        rows = self._manoeuvre(mind, LONGEST if kind == "flyaway" else 6 * LONGEST)
        carry = mind.carry(carry, self._places(None))
        ended = on_host(carry)
        yield Segment(kind, rows, self._events(ended.events), kind == "sky_crane")
        if kind == "flyaway":
            lost = np.array([lane in self.landings and self.landings[lane].lost for lane in self.lanes])
            carry = pack(ended._replace(active=np.asarray(ended.active) & ~lost))
            for segment in super().fly_phase(kind, models, scenes, tables, carry, LONGEST):
                yield segment._replace(rows=segment.rows | _at_rest(rows, len(segment.rows["time"])))
        return carry

    # --------------------------------------------------------------------------------------------------------- pieces
    def _let_go(self, carry: Any, tables: Any) -> None:
        """The bodies of every landing that reached rover separation."""
        import jax

        p, given = self.mission, self.mission.touchdown
        assert isinstance(given, MultibodyTouchdownParameters), "this class flies the multibody touchdown"
        pick = lambda tree, n: jax.tree.map(lambda x: np.asarray(x)[n], tree)  # noqa: E731
        for lane in sorted(set(self.lanes)):
            begun = pick(carry, lane)
            if not begun.active:
                continue
            case = pick(self.cases, lane)
            below = GroundBelow(case, tables, landing_frame(case, tables), self.terrain)
            self.landings[lane] = Bodies(
                case, chassis(case.vehicle, p.rover), given, self.faults_in(lane), below, begun
            )

    def faults_in(self, lane: int) -> Faults:
        """What goes wrong in a lane: the mission's faults, in every one."""
        return faults_of(self.mission.touchdown.faults, self.mission.vehicle)

    def _command_cut(self, begun: Any) -> None:
        """Flight software cuts as the flyaway begins; a late cut is late."""
        for lane, landing in self.landings.items():
            landing.cut_command = float(np.asarray(begun.started)[lane]) + landing.faults.late

    def _manoeuvre(self, mind: Mind, most: int) -> dict[str, Any]:
        """Control cycles until every landing is done: all rows, (cycles, lanes of the batch)."""
        landings = list(self.landings.values())
        rows, readings = [], []
        flying, flown = [True] * len(landings), [False] * len(landings)
        for cycle in range(most + 1):
            go = [each and cycle < most for each in flying]
            row, orders = mind.think([each.flown(f, g) for each, f, g in zip(landings, flown, go, strict=True)], cycle)
            rows.append(row)
            readings.append([each.readings() for each in landings])
            flown = [order.active > 0.5 for order in orders]
            if not any(flown):
                break
            for landing, order in zip(landings, orders, strict=True):
                if order.active > 0.5:
                    landing.fly(order)
            flying = [f and not each.lost and not each.done for f, each in zip(flown, landings, strict=True)]
        return self._whole(rows) | self._told(readings)

    def _places(self, none: Any) -> list[Any]:
        """For each lane of the batch the place of its landing among all; `none` where it has none."""
        order = {lane: k for k, lane in enumerate(self.landings)}
        return [order.get(lane, none) for lane in self.lanes]

    def _whole(self, rows: list[Packed]) -> dict[str, Any]:
        """Rows (packed) of all cycles as the tree of the phase, leaves (cycles, lanes of the batch)."""
        stacked = [np.stack(each)[:, :, self._places(0)] for each in zip(*(row.arrays for row in rows), strict=True)]
        found: dict[str, Any] = Packed(rows[0].layout, stacked).unpack(1)
        there = np.array([place is not None for place in self._places(None)])
        return found | {"active": np.asarray(found["active"], bool) & there}

    def _told(self, readings: list[list[dict[str, list[float]]]]) -> dict[str, Any]:
        """Readings of all cycles as rows: a tuple of (cycles, lanes of the batch) for each name."""
        table, places = {}, self._places(0)
        for name in readings[0][0]:
            block = np.array([[each[name] for each in cycle] for cycle in readings])[:, places]
            table[name] = tuple(block[:, :, k] for k in range(block.shape[2]))
        return table

    def _events(self, events: Any) -> Any:
        """Events of flight software, with what the bodies did beside them."""
        found = dict(events)
        for key in _HOST_EVENTS:
            seen = [self.landings[n].noted.get(key) if n in self.landings else None for n in self.lanes]
            if any(each is not None for each in seen):
                when = np.array([NEVER if each is None else each[0] for each in seen])
                count = len(next(each for each in seen if each is not None)[1])
                nothing = (0.0,) * count
                figures = np.array([nothing if each is None else each[1] for each in seen]).T
                found[key] = (when, tuple(figures))
        cuts = np.array([self.landings[n].cut_at if n in self.landings else NEVER for n in self.lanes])
        for key in ("bridle_cut", "umbilical_cut"):
            _, self.held[key] = found.pop(key, (None, self.held.get(key, (np.zeros(len(cuts)),))))
            found[key] = (cuts, self.held[key])
        return found


def _at_rest(rows: dict[str, Any], cycles: int) -> dict[str, Any]:
    """Rows of a rover that stands while the stage flies on: the lander and the readings of its last row."""
    import jax

    last = {name: jax.tree.map(lambda x: np.asarray(x)[-1], rows[name]) for name in _STANDING}
    found: dict[str, Any] = jax.tree.map(lambda x: np.broadcast_to(x, (cycles, *x.shape)), last)
    return found


_STANDING = (
    "lander", "started", "tensions", "wheel_loads", "belly_load", "paid_out", "suspension", "unfolded", "umbilical", "deck_push",
    "dust",
)  # fmt: skip


def _different(key: np.ndarray, noise: np.ndarray) -> list[int]:
    """For each lane the first one with the same key and noise: the same flight."""
    seen: dict[tuple[Any, ...], int] = {}
    return [
        seen.setdefault((*row.tolist(), float(loud)), lane)
        for lane, (row, loud) in enumerate(zip(key, noise, strict=True))
    ]
