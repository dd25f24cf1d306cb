"""What an ensemble is asked to fly, in a form that travels to other processes and machines, and what is prepared from it once in each."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from skycrane.flight import engine
from skycrane.mission import Mission
from skycrane.mission.parameters.point_mass import PointMassParameters
from skycrane.record.quantity_path import paths_in

EVERY = 1.0  # s between samples of a kept trajectory
_PIECE = 128  # the number of samples is a multiple of it


@dataclass(frozen=True)
class Order:
    """The mission as text, the master seed, seconds between samples, and the figures wanted: (column, expression) each."""

    mission: str
    seed: int
    every: float = EVERY
    figures: tuple[tuple[str, str], ...] = field(default=())

    @cached_property
    def samples(self) -> int:
        """Samples of a trajectory: the longest flight allowed and two hundred seconds of flyaway, rounded up."""
        from skycrane.mission import read_mission_text

        limit = read_mission_text(self.mission).parameters.entry.duration_limit
        return (int(np.ceil((limit + 200.0) / self.every)) // _PIECE + 1) * _PIECE


def order_of(mission: Mission, seed: int, every: float = EVERY) -> Order:
    """The order for a mission: its requirements and as-flown figures. InputError for a figure that cannot be read."""
    from skycrane.flight.fly import refuse_multibody

    refuse_multibody(mission)  # here the file of the user is known
    figures = [(f"figure.{each.key}", each.figure) for each in mission.parameters.requirements]
    figures += [(f"flown.{each.key}", each.quantity) for each in mission.flown or ()]
    for _, expression in figures:
        paths_in(expression)
    return Order(mission.to_toml(), seed, every, tuple(figures))


class Ground:
    """Everything computed on the ground for an order: parameters, tables, nominal models, compiled programs."""

    def __init__(self, order: Order) -> None:
        from skycrane.flight.fly import refuse_multibody
        from skycrane.flight.sequence import check_sequence, sequence_of, what_flies
        from skycrane.mission import read_mission_text

        self.order = order
        self.mission = read_mission_text(order.mission)
        check_sequence(self.mission.parameters)
        refuse_multibody(self.mission)
        engine.configure()
        from skycrane.flight import dispersions, models
        from skycrane.flight.site_ground import site_ground
        from skycrane.flight.soundness import check_soundness
        from skycrane.flight.tables import make_tables

        self.p = what_flies(self.mission.parameters)
        self.sequence = sequence_of(self.p)
        self.recorded = isinstance(self.p.vehicle, PointMassParameters)  # kept from records, one by one
        check_soundness(self.p, self.sequence)
        self.dispersed = dispersions.in_use(self.p)
        ground = site_ground(self.p)
        self.tables, self.terrain = make_tables(self.p, ground=ground), ground.terrain
        self.models = models.assemble(self.p)
        self._fall: Any = None

    @cached_property
    def programs(self) -> engine.Programs:
        """The compiled programs of the mission's phases."""
        from skycrane.flight import dispersions

        batch = dispersions.lanes([self.models], engine.WIDTH)
        keys = np.zeros((engine.WIDTH, 2), np.uint32)
        return engine.Programs(batch, self.tables, keys, np.ones(engine.WIDTH), self.sequence)

    def get_ready(self) -> None:
        """What flies has its programs in memory, and what their making took has been given back."""
        from skycrane.core.heap import give_back

        if not self.recorded:
            self.programs.wait()
            import skycrane.ensemble.batch  # noqa: F401  what is kept of a case is worked out there
        give_back()

    def fall(self, models: Any, releases: Any) -> Any:
        """Paths of the loose bodies of a batch (flight/loose_bodies.py); lanes first."""
        if self._fall is None:
            from skycrane.flight import loose_bodies
            from skycrane.flight.programs import load_or_compile

            self._fall = load_or_compile("loose-bodies", lambda: loose_bodies.fall, (models, self.tables, releases))
        return self._fall(models, self.tables, releases)


@lru_cache(maxsize=1)
def ground_of(order: Order) -> Ground:
    """The ground of an order, prepared once in a process."""
    return Ground(order)


def check_order(mission: Mission) -> None:
    """Refuse, before anything is written, what cannot be flown: InputError says why."""
    Ground(order_of(mission, 0))
