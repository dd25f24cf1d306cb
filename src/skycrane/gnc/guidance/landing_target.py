"""Choosing the landing target: the safest place within reach that is clear of the backshell.

Without a divert the vehicle would stop about half its drift ahead, at the natural point; the backshell goes on along its drift. Cost is
the distance from the natural point plus `failure_weight` times the probability of a bad landing there; places closer to the backshell's
path than the mandatory divert and places beyond the reach are out. Candidates are the safest cell of each block of the on-board map
(terrain/safe_targets.py), or, for a mission without terrain, a square lattice of equally safe places. Source of the kind: Nelessen et al.
2019; the weight is assumed.
"""

from typing import NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.interpolation import take
from skycrane.core.vector import Vec3

_REACH = 3  # lattice points looked at to each side
_BLOCKS = 18  # blocks of the map looked at to each side


class Choice(NamedTuple):
    """The target (site frame, on the ground) [m], its distance from the natural point and from the backshell's path [m], its risk."""

    target: Vec3
    divert: Scalar
    clearance: Scalar
    failure: Scalar


class SafeTargets(NamedTuple):
    """The safest cell of each block of the on-board map, row by row from the south-west, arrays of shape (side^2,).

    Place of the cell [m, site frame] and its probability of a bad landing.
    """

    east: Scalar
    north: Scalar
    failure: Scalar
    west: Scalar  # edge of the first block [m]
    south: Scalar
    block: Scalar  # width of a block [m]
    side: Scalar


class Candidates(NamedTuple):
    """Places to land at: arrays of one shape."""

    east: Scalar
    north: Scalar
    failure: Scalar


def natural_point(position: Vec3, velocity: Vec3, time_to_stop: Scalar) -> Vec3:
    """Where an approach of that length [s] would end without a divert (site frame)."""
    east = position.x + 0.5 * velocity.x * time_to_stop
    return Vec3(east, position.y + 0.5 * velocity.y * time_to_stop, 0.0 * east)


def on_lattice(point: Vec3, centre: Vec3, spacing: Scalar) -> Candidates:
    """The lattice points around a place; all of them equally safe."""
    column = fn.floor((point.x - centre.x) / spacing + 0.5)
    row = fn.floor((point.y - centre.y) / spacing + 0.5)
    side = fn.namespace(point.x).arange(2 * _REACH + 1) - float(_REACH)
    e = (centre.x + (column + side) * spacing)[:, None] + 0.0 * side[None, :]
    n = (centre.y + (row + side) * spacing)[None, :] + 0.0 * side[:, None]
    return Candidates(e.ravel(), n.ravel(), 0.0 * e.ravel())


def on_map(point: Vec3, targets: SafeTargets) -> Candidates:
    """The safest cell of each block around a place; beyond the edge of the map the blocks at the edge count again."""
    np = fn.namespace(point.x)
    side = np.arange(2 * _BLOCKS + 1) - float(_BLOCKS)
    last = targets.side - 1.0
    column = fn.clip(fn.floor((point.x - targets.west) / targets.block) + side, 0.0, last)
    row = fn.clip(fn.floor((point.y - targets.south) / targets.block) + side, 0.0, last)
    index = np.asarray((row[:, None] * targets.side + column[None, :]).ravel()).astype("int32")
    return Candidates(*(take(each, index) + 0.0 for each in targets[:3]))


def choose_target(
    position: Vec3,
    velocity: Vec3,
    time_to_stop: Scalar,
    places: Candidates,
    clear_of: Scalar,
    reach: Scalar,
    failure_weight: Scalar = 0.0,
) -> Choice:
    """Target for a position and velocity in the site frame; `time_to_stop` is the length of the approach [s]."""
    natural = natural_point(position, velocity, time_to_stop)
    speed = fn.sqrt(velocity.x * velocity.x + velocity.y * velocity.y + 1e-6)
    ahead_e, ahead_n = velocity.x / speed, velocity.y / speed
    e, n = places.east, places.north
    along = fn.maximum((e - position.x) * ahead_e + (n - position.y) * ahead_n, 0.0)
    gap_e, gap_n = e - position.x - along * ahead_e, n - position.y - along * ahead_n
    clearance = fn.sqrt(gap_e * gap_e + gap_n * gap_n)
    divert = fn.sqrt((e - natural.x) ** 2 + (n - natural.y) ** 2)
    cost = divert + failure_weight * places.failure
    cost = cost + fn.where(clearance < clear_of, 1e6 - clearance * 1e3, 0.0) + fn.where(divert > reach, 1e5, 0.0)
    best = fn.namespace(natural.x).argmin(cost)
    return Choice(Vec3(e[best], n[best], 0.0 * natural.x), divert[best], clearance[best], places.failure[best])
