"""The planet as data: gravity field, rotation, ellipsoid, gas. One file a planet in mission/planets/."""

from dataclasses import dataclass

from skycrane.core.quantity import choice, quantity, section


@dataclass(frozen=True)
class GasParameters:
    """The air as a perfect gas."""

    gas_constant: float = quantity("J/kg/K", "specific gas constant", above=0)
    heat_capacity_ratio: float = quantity("1", "ratio of specific heats", above=1, below=2)
    convective_heating_constant: float = quantity(
        "kg^0.5/m", "Sutton-Graves constant of stagnation-point heating", above=0
    )


@dataclass(frozen=True)
class PlanetParameters:
    """Numbers of a rotating oblate planet (equations in planet/planet.py)."""

    name: str = choice("name of the planet")
    gm: float = quantity("m^3/s^2", "gravitational parameter", above=0)
    reference_radius: float = quantity("m", "radius of the zonal coefficients", above=0)
    j2: float = quantity("1", "second zonal coefficient, positive for an oblate planet", default=0.0)
    j3: float = quantity("1", "third zonal coefficient", default=0.0)
    j4: float = quantity("1", "fourth zonal coefficient", default=0.0)
    rotation_rate: float = quantity("rad/s", "rotation about the z axis of the fixed frame")
    equatorial_radius: float = quantity("m", "ellipsoid, equatorial", above=0)
    polar_radius: float = quantity("m", "ellipsoid, polar", above=0)
    standard_gravity: float = quantity(
        "m/s^2", "gravity used by the atmosphere's hydrostatic balance at its base", above=0
    )
    gas: GasParameters = section(GasParameters, "the air as a perfect gas")

    def check(self) -> str | None:
        """The polar radius of a rotating planet is not larger than the equatorial one."""
        if self.polar_radius > self.equatorial_radius:
            return "polar_radius_m must not exceed equatorial_radius_m"
        return None
