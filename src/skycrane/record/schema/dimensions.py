"""The directions in which a channel has more than one value. Sizes of machine dimensions come from the mission that was flown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dimension:
    """One dimension: its meaning, and its labels where they are the same for every mission."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("time", "seconds since entry interface"),
    Dimension("axis", "axis of a vector: x, y, z of its frame (east, north, up in the site frame)", ("x", "y", "z")),
    Dimension("quaternion", "component of an attitude quaternion, scalar first", ("w", "x", "y", "z")),
    Dimension("thruster", "reaction-control thruster"),
    Dimension("engine", "descent engine"),
    Dimension("bridle", "bridle between descent stage and rover"),
    Dimension("beam", "radar beam"),
    Dimension("wheel", "rover wheel"),
    Dimension("suspension", "joint of the rocker-bogie", ("rocker_left", "rocker_right", "bogie_left", "bogie_right")),
    Dimension("body", "body that was let go: ballast, heat shield, backshell, descent stage"),
)
