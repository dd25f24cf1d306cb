"""The way home: relay orbiters, ground stations, radio and on-board store. It takes no part in the flight; `skycrane downlink` reads it."""

from dataclasses import dataclass

from skycrane.core.quantity import choice, quantity, sections, switch


@dataclass(frozen=True)
class OrbiterParameters:
    """One relay orbiter: its orbit when the entry begins, and its two radio links.

    The orbit is given in axes that coincide with the planet-fixed ones at entry interface and then stand still among the stars. Heights
    are above the equatorial radius.
    """

    id: str = choice("short name, such as MRO")
    title: str = choice("what it is, for a person")
    periapsis_height: float = quantity("km", "lowest height of the orbit", above=50, at_most=100000)
    apoapsis_height: float = quantity("km", "highest height of the orbit", above=50, at_most=100000)
    inclination: float = quantity("deg", "orbit against the equator", at_least=0, at_most=180)
    node: float = quantity("deg", "east longitude of the ascending node at entry interface", at_least=-360, at_most=360)
    periapsis_argument: float = quantity("deg", "from the ascending node to periapsis", at_least=-360, at_most=360)
    mean_anomaly: float = quantity("deg", "at entry interface", at_least=-360, at_most=360)
    reference_rate: float = quantity("kbit/s", "rate that the proximity link carries over 1000 km", above=0)
    slowest_rate: float = quantity(
        "kbit/s", "lowest step of the proximity link", default=1.0, above=0, source="[prox1_2013] lowest coded rate"
    )
    fastest_rate: float = quantity("kbit/s", "highest step of the proximity link", above=0)
    earth_rate: float = quantity("kbit/s", "rate of the orbiter's own link to Earth", above=0)
    bent_pipe: bool = switch("hears the landing and passes it on to Earth at once", default=False)
    landing_rate: float = quantity(
        "kbit/s",
        "fixed rate of the proximity link during the landing and in the pass that it falls into",
        default=8.0,
        above=0,
        source="assumed: a landing keeps one slow, robust rate, 2 to 32",
    )

    def check(self) -> str | None:
        """Heights and rates stand in order."""
        if self.apoapsis_height < self.periapsis_height:
            return f"apoapsis_height_km of orbiter {self.id} is below periapsis_height_km, must be at least that"
        if self.fastest_rate < self.slowest_rate:
            return f"fastest_rate_kbit_s of orbiter {self.id} is below slowest_rate_kbit_s, must be at least that"
        return None


@dataclass(frozen=True)
class StationParameters:
    """One ground station on Earth."""

    id: str = choice("short name, such as Madrid")
    latitude: float = quantity("deg", "geocentric latitude", at_least=-90, at_most=90)
    longitude: float = quantity("deg", "east longitude", at_least=-180, at_most=360)
    lowest_elevation: float = quantity(
        "deg",
        "it hears nothing below",
        default=10.0,
        at_least=0,
        below=90,
        source="assumed: horizon mask of a large dish, 6 to 15 deg",
    )


@dataclass(frozen=True)
class DownlinkParameters:
    """Store, radio and the network that carries what was recorded to Earth."""

    mask_angle: float = quantity(
        "deg",
        "an orbiter is heard above this elevation over the site, whatever the azimuth",
        default=10.0,
        at_least=0,
        below=90,
        source="assumed: as relay passes are planned, 5 to 15 deg; the site's own horizon is not known here",
    )
    packet_loss: float = quantity(
        "1",
        "share of packets that are lost on the proximity link, after coding and repeats",
        default=0.001,
        at_least=0,
        at_most=0.9,
        source="assumed: one in a thousand",
    )
    segment: int = quantity(
        "1",
        "bytes of a file in one packet",
        default=1000,
        at_least=64,
        at_most=1900,
        source="design: with its headers it fits the longest proximity frame, 2048 bytes",
    )
    retry: float = quantity(
        "h",
        "what has not been answered so long is sent or asked for again",
        default=6.0,
        above=0,
        source="assumed: longer than the wait for the next pass with Earth in view, 2 to 12 h",
    )
    store: float = quantity(
        "MB",
        "on-board store for products",
        default=2000.0,
        above=0,
        source="assumed: a part of a few gigabytes of flash",
    )
    processing: float = quantity(
        "s",
        "a picture is ready to send so long after it was taken",
        default=20.0,
        at_least=0,
        source="assumed: readout, compression and filing, 5 to 120 s",
    )
    blackout_heat_flux: float = quantity(
        "W/cm^2",
        "the plasma cuts the relay link above this stagnation heat flux",
        default=25.0,
        above=0,
        source="assumed: stands for the electron density at which 400 MHz is cut off, 15 to 45",
    )
    tone_heat_flux: float = quantity(
        "W/cm^2",
        "the plasma cuts the tones above this stagnation heat flux",
        default=80.0,
        above=0,
        source="assumed: 8.4 GHz needs a far denser plasma than 400 MHz, 50 to 120",
    )
    orbiters: tuple[OrbiterParameters, ...] = sections(OrbiterParameters, "relay orbiters")
    stations: tuple[StationParameters, ...] = sections(StationParameters, "ground stations")

    def check(self) -> str | None:
        """Names are there once; at least one of each."""
        for what, names in (
            ("orbiters", [each.id for each in self.orbiters]),
            ("stations", [each.id for each in self.stations]),
        ):
            if not names:
                return f"has no {what}, must have at least one"
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                return f"has {what} {twice} twice, must have each once"
        return None
