"""Density and wind that vary along the path: a Gauss-Markov process in distance travelled, one for density, two for wind.

`begin` draws the first departure, `advance` carries it over a stretch of path; `planet/atmosphere/air.py` adds it to the profile.
"""

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3
from skycrane.mission.parameters.atmosphere import AtmosphereDay
from skycrane.planet.atmosphere.air import Gusts

TOP = 60e3  # height above which the strengths no longer grow [m]; Mars-GRAM's own statistics flatten near there
_LEAST = 1e-9  # strength that stands for none, so that its logarithm exists


def begin(height: Scalar, normals: Vec3, day: AtmosphereDay) -> Gusts:
    """Stationary first departure at a height above the areoid [m] from three standard normals."""
    density, wind = strengths(height, day)
    return Gusts(density * normals.x, wind * normals.y, wind * normals.z)


def advance(
    gusts: Gusts,
    distance_travelled: Scalar,
    height: Scalar,
    normals: Vec3,
    day: AtmosphereDay,
    height_before: Scalar | None = None,
) -> Gusts:
    """The departure after a stretch of path [m], at its new height above the areoid [m].

    x' = f (s'/s) x + s' sqrt(1 - f^2) n with f = exp(-d/L): exact for any length of stretch, correlation exp(-d/L), standard
    deviation s(height) everywhere when `height_before` is given (without it s'/s = 1, and the strength follows its height with
    a lag of one correlation length). Assumes one correlation length for all three, none between them, normal departures.
    Source: Gelb, Applied Optimal Estimation (1974), 3.8; shape of s from Mars-GRAM (Justh and Justus 2008).
    """
    density, wind = strengths(height, day)
    kept = fn.exp(-distance_travelled / day.perturbation_correlation)
    fresh = fn.sqrt(fn.maximum(1.0 - kept * kept, 0.0))
    if height_before is None:
        keep_density = keep_wind = kept
    else:
        density_before, wind_before = strengths(height_before, day)
        keep_density, keep_wind = kept * density / density_before, kept * wind / wind_before
    return Gusts(
        density=keep_density * gusts.density + fresh * density * normals.x,
        wind_east=keep_wind * gusts.wind_east + fresh * wind * normals.y,
        wind_north=keep_wind * gusts.wind_north + fresh * wind * normals.z,
    )


def strengths(height: Scalar, day: AtmosphereDay) -> tuple[Scalar, Scalar]:
    """Standard deviation of density (fraction) and of each wind component [m/s]: log-linear in height from 0 to 60 km."""
    share = fn.clip(height / TOP, 0.0, 1.0)
    return (
        _between(day.perturbation_sigma_ground, day.perturbation_sigma_60km, share),
        _between(day.wind_perturbation_sigma, day.wind_perturbation_sigma_60km, share),
    )


def _between(ground: Scalar, top: Scalar, share: Scalar) -> Scalar:
    """Ground value to top value, straight in the logarithm."""
    low, high = fn.maximum(ground, _LEAST), fn.maximum(top, _LEAST)
    return low * fn.exp(share * fn.log(high / low))
