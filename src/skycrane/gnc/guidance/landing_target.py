"""Choosing the landing target: the nearest safe place that is clear of the backshell and within reach.

Safe places of the on-board map are a square lattice of a given spacing around the ellipse centre until the real hazard map takes its
place (same question, same answer). Without a divert the vehicle would stop about half its drift ahead; the backshell goes on along
its drift. Cost is the distance from the natural point; places closer to the backshell's path than the mandatory divert are out.
"""

from typing import NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3

_REACH = 3  # lattice points looked at to each side


class Choice(NamedTuple):
    """The target (site frame, on the ground) [m], its distance from the natural point and from the backshell's path [m]."""

    target: Vec3
    divert: Scalar
    clearance: Scalar


def choose_target(
    position: Vec3, velocity: Vec3, time_to_stop: Scalar, centre: Vec3, spacing: Scalar, clear_of: Scalar, reach: Scalar
) -> Choice:
    """Target for a position and velocity in the site frame; `time_to_stop` is the length of the approach [s]."""
    east = position.x + 0.5 * velocity.x * time_to_stop
    north = position.y + 0.5 * velocity.y * time_to_stop
    speed = fn.sqrt(velocity.x * velocity.x + velocity.y * velocity.y + 1e-6)
    ahead_e, ahead_n = velocity.x / speed, velocity.y / speed
    column = fn.floor((east - centre.x) / spacing + 0.5)
    row = fn.floor((north - centre.y) / spacing + 0.5)
    np = fn.namespace(east)
    side = np.arange(2 * _REACH + 1) - float(_REACH)
    e = (centre.x + (column + side) * spacing)[:, None] + 0.0 * side[None, :]
    n = (centre.y + (row + side) * spacing)[None, :] + 0.0 * side[:, None]
    along = fn.maximum((e - position.x) * ahead_e + (n - position.y) * ahead_n, 0.0)
    gap_e, gap_n = e - position.x - along * ahead_e, n - position.y - along * ahead_n
    clearance = fn.sqrt(gap_e * gap_e + gap_n * gap_n)
    divert = fn.sqrt((e - east) ** 2 + (n - north) ** 2)
    cost = divert + fn.where(clearance < clear_of, 1e6 - clearance * 1e3, 0.0) + fn.where(divert > reach, 1e5, 0.0)
    best = np.argmin(cost.ravel())
    pick = lambda grid: grid.ravel()[best]  # noqa: E731
    return Choice(Vec3(pick(e), pick(n), 0.0 * east), pick(divert), pick(clearance))
