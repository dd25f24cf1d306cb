"""Where Earth is, against the planetary ephemeris of the landing day."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skycrane.downlink import earth
from skycrane.mission.parameters.downlink import StationParameters
from skycrane.planet import time as clocks


@pytest.mark.parametrize("utc", ["2021-02-18T20:30:00", "2021-02-18T20:43:48.8"])
def test_light_time_direction_and_axes_are_those_of_the_ephemeris(
    utc: str, reference_data: Callable[[str], Path]
) -> None:
    """DE438 to what the approximate elements state (0.1 s, 0.02 deg); IAU_MARS to 0.01 deg."""
    spice = pytest.importorskip("spiceypy")
    kernels = [
        str(reference_data(f"data/m2020_spice_small/{name}"))
        for name in ("naif0012.tls", "pck00010.tpc", "de438s_slice_1h.bsp")
    ]
    spice.furnsh(kernels)
    try:
        now = spice.str2et(utc)
        away, delay = spice.spkpos("399", now, "J2000", "XCN", "4")
        axes = spice.pxform("J2000", "IAU_MARS", now)
    finally:
        spice.kclear()
    days = clocks.days_since_j2000(clocks.parse_utc(utc))
    assert float(earth.light_time(days)) == pytest.approx(delay, abs=0.1)
    angle = np.arccos(earth.earth_from_mars(days) @ (away / np.linalg.norm(away)))
    assert np.degrees(angle) < 0.02
    np.testing.assert_allclose(earth.mars_axes(days), axes, atol=np.radians(0.01))


def test_mars_stood_over_madrid_and_goldstone_and_not_over_canberra() -> None:
    """The landing was heard through Goldstone and Madrid."""
    days = clocks.days_since_j2000(clocks.parse_utc("2021-02-18T20:55:00"))
    toward = earth.earth_from_mars(days)
    places = {"Goldstone": (35.2, -116.9), "Madrid": (40.2, -4.2), "Canberra": (-35.2, 149.0)}
    up = {
        name: np.degrees(
            earth.elevation_of_mars(
                StationParameters(id=name, latitude=np.radians(a), longitude=np.radians(b)), days, toward
            )
        )
        for name, (a, b) in places.items()
    }
    assert up["Goldstone"] > 10.0
    assert up["Madrid"] > 10.0
    assert up["Canberra"] < -20.0
