"""Lander vision as a position fix: horizontal position on the map, with the published errors.

A first fix after the coarse matches, then one every interval, each with an independent error on top of the map's own. The system
that looks at pictures takes this class's place later: same call, same answer. Source: Johnson et al. 2022; Mohan et al. 2021.
"""

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.mission.parameters.sensing import PositionFixParameters
from skycrane.sensing.measurements import PositionFix


@component
class PositionFixVision(PositionFixParameters):
    """Position fixes with given errors while the ground is in reach."""

    sources = ("johnson2022", "mohan2021")

    def fix(
        self, east: Scalar, north: Scalar, prior_error: Scalar, due: Scalar, first: Scalar, noise: tuple[Scalar, Scalar]
    ) -> PositionFix:
        """A fix when `due`; none when the prior error [m] is larger than the search can bridge. `first` marks the coarse fix."""
        sigma = fn.where(first > 0.5, self.coarse_sigma, self.fine_sigma)
        found = (due > 0.5) & (prior_error < self.initial_error_bound)
        return PositionFix(
            east + self.map_bias[0] + sigma * noise[0],
            north + self.map_bias[1] + sigma * noise[1],
            sigma,
            fn.where(found, 1.0, 0.0),
        )
