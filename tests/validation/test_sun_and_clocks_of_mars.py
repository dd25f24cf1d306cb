"""The Sun and the clocks of Mars against published worked examples and SPICE."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skycrane.planet import time
from skycrane.planet.sun import sun_position

JEZERO = np.radians(77.45088572)


def test_mars24s_worked_example() -> None:
    """NASA GISS, Mars24 Sunclock, algorithm and worked examples: 6 January 2000, 00:00 UTC, at the prime meridian."""
    utc = time.parse_utc("2000-01-06T00:00:00Z")
    assert np.degrees(time.solar_longitude(utc)) == pytest.approx(277.18758, abs=2e-4)
    assert time.mars_sol_date(utc) == pytest.approx(44795.99976, abs=2e-5)
    assert time.clock(time.local_mean_solar_time(utc, 0.0)).startswith("23:59:39")
    assert np.degrees(time.equation_of_time(utc)) == pytest.approx(-5.18774, abs=2e-4)


def test_perseverance_landed_in_the_afternoon_of_early_spring() -> None:
    """Landing is given as 15:53:58 local mean solar time and Ls 5.6; the Sun stood at azimuth 257, elevation 39.5 degrees."""
    utc = time.parse_utc("2021-02-18T20:43:48Z")
    assert time.local_mean_solar_time(utc, JEZERO) == pytest.approx(15 + 53 / 60 + 58 / 3600, abs=45 / 3600)
    assert np.degrees(time.solar_longitude(utc)) == pytest.approx(5.64, abs=0.05)
    sun = sun_position(utc, np.radians(18.65), JEZERO)
    assert np.degrees(sun.azimuth) == pytest.approx(257.2, abs=0.3)
    assert np.degrees(sun.elevation) == pytest.approx(39.5, abs=0.1)


@pytest.mark.parametrize("utc", ["2021-02-18T20:25:00", "2021-02-18T20:43:48", "2021-02-18T21:15:00"])
def test_the_sun_stands_where_spice_has_it(utc: str, reference_data: Callable[[str], Path]) -> None:
    spice = pytest.importorskip("spiceypy")
    for kernel in ("naif0012.tls", "pck00010.tpc", "de438s_slice_1h.bsp"):
        spice.furnsh(str(reference_data(f"data/m2020_spice_small/{kernel}")))
    try:
        et = spice.utc2et(utc)
        to_sun = spice.pxform("J2000", "IAU_MARS", et) @ spice.spkpos("10", et, "J2000", "NONE", "4")[0]
    finally:
        spice.kclear()
    latitude = np.arctan(np.tan(np.radians(18.444627154)) * (3396.19 / 3376.2) ** 2)
    up = np.array([np.cos(latitude) * np.cos(JEZERO), np.cos(latitude) * np.sin(JEZERO), np.sin(latitude)])
    east = np.array([-np.sin(JEZERO), np.cos(JEZERO), 0.0])
    direction = to_sun / np.linalg.norm(to_sun)
    theirs = np.array([direction @ east, direction @ np.cross(up, east), direction @ up])
    ours = sun_position(time.parse_utc(utc), float(latitude), JEZERO)
    assert np.degrees(np.arccos(np.clip(theirs @ ours.direction, -1, 1))) < 0.05
    assert ours.distance == pytest.approx(np.linalg.norm(to_sun) / 149597870.7, abs=1e-4)


def test_a_clock_never_shows_sixty() -> None:
    assert time.clock(23.9999999999) == "00:00:00.000"
    assert time.clock(12.5) == "12:30:00.000"
