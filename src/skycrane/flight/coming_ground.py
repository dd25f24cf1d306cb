"""The ground of a flight while it is made: in a thread, beside the start and the compilation, which need its shapes only."""

import threading
from concurrent.futures import Future
from typing import Any

import numpy as np

from skycrane.mission.ground import BUILT_IN
from skycrane.mission.parameters import MissionParameters


class ComingGround:
    """`site_ground` of a mission: begun when this is built, waited for by `put_into`.

    Only the built-in ground comes late: a terrain of the user's may be refused, which has to be said before anything is compiled.
    """

    def __init__(self, p: MissionParameters) -> None:
        self._found: Future[Any] = Future()
        self._late = p.site.terrain == BUILT_IN
        if self._late:
            threading.Thread(target=self._make, args=(p, self._found), daemon=True).start()
        else:
            from skycrane.flight.site_ground import site_ground

            self._found.set_result(site_ground(p))

    @staticmethod
    def _make(p: MissionParameters, found: "Future[Any]") -> None:
        from skycrane.flight.site_ground import site_ground

        try:
            found.set_result(site_ground(p))
        except BaseException as problem:  # raised again where it is waited for
            found.set_exception(problem)

    def stand_in(self, p: MissionParameters) -> Any:
        """Arrays of the shapes and types that are coming, all zero; the ground itself where nothing comes late."""
        if not self._late:
            return self._found.result()
        from skycrane.flight.ground import ground_table
        from skycrane.flight.site_ground import GRIDS, MAP_BLOCKS, SiteGround
        from skycrane.gnc.guidance.landing_target import SafeTargets

        sides = [2 * int(np.ceil(0.5 * width / spacing - 1e-9)) + 1 for width, spacing in GRIDS]
        ground = ground_table(
            tuple((spacing, np.zeros((n, n), np.float32)) for n, (_, spacing) in zip(sides, GRIDS, strict=True))
        )
        if p.powered_descent is None:
            return SiteGround(ground, None, None)
        cells, one = np.zeros(MAP_BLOCKS**2), np.zeros(())
        return SiteGround(ground, SafeTargets(cells, cells, cells, one, one, one, one), None)

    def put_into(self, tables: Any) -> Any:
        """The tables with the ground in the place of the stand-in."""
        found = self._found.result()
        return tables._replace(ground=found.heights, safe_targets=found.safe_targets)

    @property
    def terrain(self) -> Any:
        """What the ground was sampled from, as soon as it is there; None over level ground."""
        return self._found.result().terrain
