"""The air and the wind as data: profiles with height above the areoid, and how the day may differ from them."""

from dataclasses import dataclass

from skycrane.core.quantity import choice, quantity, switch, table


@dataclass(frozen=True)
class AtmosphereDay:
    """How a particular day differs from the profile; the same for every atmosphere model."""

    density_scale: float = quantity("1", "density over the profile's, below about 60 km", default=1.0, above=0)
    density_scale_high: float = quantity(
        "1", "further factor on density, full above about 100 km", default=1.0, above=0
    )
    perturbations: bool = switch(
        "density and wind vary along the path (Gauss-Markov); drawn only with a seed", default=False
    )
    perturbation_sigma_ground: float = quantity(
        "1",
        "1-sigma density variation near the ground",
        default=0.01,
        at_least=0,
        source="[marsgram] 1.8 % at the ground at 20 N, of which a part is the day's bias",
    )
    perturbation_sigma_60km: float = quantity(
        "1",
        "1-sigma density variation at 60 km and above",
        default=0.10,
        at_least=0,
        source="[marsgram] 6.6 % at 50 km, 8.5 % at 60 km at 20 N, rounded up",
    )
    perturbation_correlation: float = quantity(
        "km",
        "correlation length along the path",
        default=20.0,
        above=0,
        source="assumed: small-scale waves, 10 to 50 km",
    )
    wind_perturbation_sigma: float = quantity(
        "m/s",
        "1-sigma of each wind component at the ground",
        default=5.0,
        at_least=0,
        source="assumed: 2 to 6 m/s near the ground",
    )
    wind_perturbation_sigma_60km: float = quantity(
        "m/s", "the same at 60 km and above", default=15.0, at_least=0, source="assumed: 5 to 20 m/s"
    )
    wind_east_offset: float = quantity("m/s", "constant eastward wind on top of the profile", default=0.0)
    wind_north_offset: float = quantity("m/s", "constant northward wind on top of the profile", default=0.0)
    wind_scale: float = quantity("1", "factor on the wind profile", default=1.0)
    wind_heights: tuple[float, ...] = table(
        "km",
        "heights of the wind profile",
        default=(0.0, 100.0),
        increasing=True,
        source="design: two knots of a profile without wind",
    )
    wind_east: tuple[float, ...] = table("m/s", "eastward wind at those heights", default=(0.0, 0.0))
    wind_north: tuple[float, ...] = table("m/s", "northward wind at those heights", default=(0.0, 0.0))

    def check(self) -> str | None:
        """Wind tables are of one length."""
        if not len(self.wind_heights) == len(self.wind_east) == len(self.wind_north):
            return "wind_heights_km, wind_east_m_s and wind_north_m_s must be of one length"
        return None


@dataclass(frozen=True)
class HydrostaticProfileParameters(AtmosphereDay):
    """Temperature against height; pressure and density follow from hydrostatic balance (planet/atmosphere/profile.py)."""

    base_height: float = quantity("km", "height above the areoid at which the base pressure holds", default=0.0)
    base_pressure: float = quantity("Pa", "pressure at the base height", above=0)
    temperature_heights: tuple[float, ...] = table("km", "heights above the areoid", increasing=True)
    temperatures: tuple[float, ...] = table("K", "temperatures at those heights", above=0)

    def check(self) -> str | None:
        """Temperature tables are of one length."""
        if len(self.temperature_heights) != len(self.temperatures):
            return "temperature_heights_km and temperatures_K must be of one length"
        return super().check()


@dataclass(frozen=True)
class ExponentialParameters(AtmosphereDay):
    """Density falling by e every scale height, at one temperature (planet/atmosphere/exponential.py)."""

    base_density: float = quantity("kg/m^3", "density at zero height", above=0)
    scale_height: float = quantity("m", "height over which density falls by e", above=0)
    temperature: float = quantity(
        "K",
        "temperature at all heights",
        default=210.0,
        above=0,
        source="assumed: one temperature at all heights, near the mean of the lowest 40 km of Mars",
    )


@dataclass(frozen=True)
class StandardAtmosphere1976Parameters(AtmosphereDay):
    """The US Standard Atmosphere 1976 (planet/atmosphere/standard_1976.py); Earth only."""

    version: str = choice("edition", "1976", default="1976")
