"""The flight with every body of the manoeuvre: compiled phases to rover separation, MuJoCo to rest, compiled flyaway to the end.

Flight software stays what it is, one compiled control cycle for all lanes (`mind`); between its cycles the bodies of all landings are
flown by MuJoCo (`bodies`). Lanes do not touch each other: a seed is the same landing beside others.
"""

from collections.abc import Generator, Iterator
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


class MultibodyPrograms(Programs):
    """As `engine.Programs`, for a mission with the touchdown model multibody: its parameters, and its terrain or None."""

    def __init__(
        self, mission: Any, terrain: Any, models: Any, tables: Any, key: Any, noise: Any, phases: tuple[str, ...]
    ) -> None:
        super().__init__(models, tables, key, noise, phases)
        self.mission, self.terrain, self.cases = mission, terrain, models
        self.lanes: list[int] = []
        self.bodies: Bodies | None = None
        self.flying: list[int] = []  # lanes of the landings of `bodies`, in order
        self.held: dict[str, Any] = {}  # figures of the command to cut, from the segment in which it was given

    def fly(self, models: Any, tables: Any, key: Any, noise: Any, terrain: Any = None) -> Iterator[Segment]:
        """Segments of every phase in order; the bodies ask the terrain of the mission themselves."""
        self.cases, self.lanes = models, self.same(np.asarray(key), np.asarray(noise))
        self.bodies, self.flying, self.held = None, [], {}
        yield from super().fly(models, tables, key, noise)

    def fly_phase(
        self, kind: str, models: Any, scenes: Any, tables: Any, carry: Any, first: int = 0
    ) -> Generator[Segment, None, Any]:
        """Segments of one phase; of the sky crane and the start of the flyaway, all cycles in one."""
        if kind == "sky_crane":
            self._let_go(on_host(carry), on_host(tables))
        if kind not in ("sky_crane", "flyaway") or self.bodies is None:
            carry = yield from super().fly_phase(kind, models, scenes, tables, carry, first)
            return carry
        mind = Mind(kind, models, scenes, on_host(tables), carry, len(self.mission.vehicle.engines.place_x))
        if kind == "flyaway":
            self._command_cut(self.bodies, on_host(carry))
        rows = self._manoeuvre(self.bodies, mind, LONGEST if kind == "flyaway" else 6 * LONGEST)
        carry = _copied(mind.carry, self.lanes)
        ended = on_host(carry)
        yield Segment(kind, rows, self._events(self.bodies, ended.events))
        if kind == "flyaway":
            lost = self._spread(self.bodies.lost, False)
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
        self.flying = [lane for lane in sorted(set(self.lanes)) if bool(np.asarray(carry.active)[lane])]
        if not self.flying:
            return
        cases, begun = jax.tree.map(lambda x: np.asarray(x)[self.flying], (self.cases, carry))
        rovers = [chassis(jax.tree.map(lambda x, k=k: x[k], cases.vehicle), p.rover) for k in range(len(self.flying))]
        below = GroundBelow(cases, tables, landing_frame(cases, tables), self.terrain)
        faults = [self.faults_in(lane) for lane in self.flying]
        self.bodies = Bodies(cases, rovers, given, faults, below, begun)

    def same(self, key: np.ndarray, noise: np.ndarray) -> list[int]:
        """For each lane the first one with the same key and noise: the same flight."""
        seen: dict[tuple[Any, ...], int] = {}
        return [
            seen.setdefault((*row.tolist(), float(loud)), lane)
            for lane, (row, loud) in enumerate(zip(key, noise, strict=True))
        ]

    def faults_in(self, lane: int) -> Faults:
        """What goes wrong in a lane: the mission's faults, in every one."""
        return faults_of(self.mission.touchdown.faults, self.mission.vehicle)

    def _command_cut(self, bodies: Bodies, begun: Any) -> None:
        """Flight software cuts as the flyaway begins; a late cut is late."""
        late = np.array([each.late for each in bodies.faults])
        bodies.cut_command = np.asarray(begun.started, float)[self.flying] + late

    def _manoeuvre(self, bodies: Bodies, mind: Mind, most: int) -> dict[str, Any]:
        """Control cycles until every landing is done: all rows, (cycles, lanes of the batch)."""
        rows, readings = [], []
        flying, flown = np.ones(len(self.flying), bool), np.zeros(len(self.flying), bool)
        for cycle in range(most + 1):
            go = flying & (cycle < most)
            column = np.zeros((mind.leaves, len(self.lanes)))
            column[:, self.flying] = bodies.flown(flown.astype(float), go.astype(float))
            row, orders = mind.think(column, cycle, self.flying)
            rows.append(row)
            readings.append(bodies.readings())
            flown = np.asarray(orders.active) > 0.5
            if not flown.any():
                break
            bodies.fly(orders, np.flatnonzero(flown))
            flying = flown & ~bodies.lost & ~bodies.done
        return self._whole(rows) | self._told(readings)

    def _places(self, none: Any) -> list[Any]:
        """For each lane of the batch the place of its landing among all; `none` where it has none."""
        order = {lane: k for k, lane in enumerate(self.flying)}
        return [order.get(lane, none) for lane in self.lanes]

    def _spread(self, values: Any, nothing: Any) -> np.ndarray:
        """Values of the landings for every lane of the batch; `nothing` where it has none."""
        return np.array([nothing if k is None else values[k] for k in self._places(None)])

    def _whole(self, rows: list[Packed]) -> dict[str, Any]:
        """Rows (packed) of all cycles as the tree of the phase, leaves (cycles, lanes of the batch)."""
        columns = zip(*(row.arrays for row in rows), strict=True)
        stacked = [np.stack([np.asarray(x) for x in each])[:, :, self.lanes] for each in columns]
        found: dict[str, Any] = Packed(rows[0].layout, stacked).unpack(1)
        return found

    def _told(self, readings: list[dict[str, np.ndarray]]) -> dict[str, Any]:
        """Readings of all cycles as rows: a tuple of (cycles, lanes of the batch) for each name."""
        places = self._places(0)
        table = {name: np.stack([each[name] for each in readings])[:, places] for name in readings[0]}
        return {name: tuple(block[:, :, k] for k in range(block.shape[2])) for name, block in table.items()}

    def _events(self, bodies: Bodies, events: Any) -> Any:
        """Events of flight software, with what the bodies did beside them."""
        found = dict(events)
        for key, (_, own) in {key: noted for each in bodies.noted for key, noted in each.items()}.items():
            seen = [None if k is None else bodies.noted[k].get(key) for k in self._places(None)]
            when = np.array([NEVER if each is None else each[0] for each in seen])
            figures = np.array([(0.0,) * len(own) if each is None else each[1] for each in seen]).T
            found[key] = (when, tuple(figures))
        cuts = self._spread(bodies.cut_at, NEVER)
        for key in ("bridle_cut", "umbilical_cut"):
            _, self.held[key] = found.pop(key, (None, self.held.get(key, (np.zeros(len(cuts)),))))
            found[key] = (cuts, self.held[key])
        return found


def _copied(carry: Packed, lanes: list[int]) -> Packed:
    """The same with each lane as the first of the same flight, which alone was flown."""
    return Packed(carry.layout, [np.asarray(each)[:, lanes] for each in carry.arrays])


def _at_rest(rows: dict[str, Any], cycles: int) -> dict[str, Any]:
    """Rows of a rover that stands while the stage flies on: the lander and the readings of its last row."""
    import jax

    last = {name: jax.tree.map(lambda x: np.asarray(x)[-1], rows[name]) for name in _STANDING}
    found: dict[str, Any] = jax.tree.map(lambda x: np.broadcast_to(x, (cycles, *x.shape)), last)
    return found


_STANDING = (
    "lander", "started", "tensions", "largest_tensions", "wheel_loads", "largest_wheel_loads", "belly_load", "paid_out", "suspension",
    "unfolded", "umbilical", "deck_push", "dust",
)  # fmt: skip
