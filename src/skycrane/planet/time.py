"""Clocks of Mars: Mars Sol Date, local mean and true solar time, solar longitude. NumPy only; times in, plain numbers out.

Equations and constants: Allison and McEwen, Planetary and Space Science 48, 215 (2000), as updated in the Mars24 algorithm of NASA
GISS. Good to about 1 s of solar time and 0.01 deg of solar longitude between 1950 and 2050.
"""

from datetime import UTC, datetime

import numpy as np

#: TT - UTC [s]: 37 leap seconds since 2017 and 32.184 s (IERS Bulletin C 52); 1972 to 2017 by the table of leap seconds
_TT_MINUS_TAI = 32.184
_LEAP_SECONDS = (
    (1972, 1, 10), (1972, 7, 11), (1973, 1, 12), (1974, 1, 13), (1975, 1, 14), (1976, 1, 15), (1977, 1, 16), (1978, 1, 17),
    (1979, 1, 18), (1980, 1, 19), (1981, 7, 20), (1982, 7, 21), (1983, 7, 22), (1985, 7, 23), (1988, 1, 24), (1990, 1, 25),
    (1991, 1, 26), (1992, 7, 27), (1993, 7, 28), (1994, 7, 29), (1996, 1, 30), (1997, 7, 31), (1999, 1, 32), (2006, 1, 33),
    (2009, 1, 34), (2012, 7, 35), (2015, 7, 36), (2017, 1, 37),
)  # fmt: skip
_J2000 = 2451545.0
#: amplitude [deg], period [Julian years], phase [deg] of the planets' pull on the mean longitude
_PERTURBERS = np.array(
    [
        (0.0071, 2.2353, 49.409),
        (0.0057, 2.7543, 168.173),
        (0.0039, 1.1177, 191.837),
        (0.0037, 15.7866, 21.736),
        (0.0021, 2.1354, 15.704),
        (0.0020, 2.4694, 95.528),
        (0.0018, 32.8493, 49.095),
    ]
)


def parse_utc(text: str) -> datetime:
    """A moment from ISO text; UTC unless the text says otherwise. ValueError when it is no moment."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def days_since_j2000(utc: datetime) -> float:
    """Terrestrial time since J2000 [days of 86,400 s]."""
    leaps = [count for year, month, count in _LEAP_SECONDS if (utc.year, utc.month) >= (year, month)]
    offset = _TT_MINUS_TAI + (leaps[-1] if leaps else 10)
    since = utc - datetime(2000, 1, 1, 12, tzinfo=UTC)
    return since.total_seconds() / 86400.0 + offset / 86400.0


def orbit(days: float) -> tuple[float, float, float]:
    """Solar longitude, equation of centre and mean anomaly [rad] at terrestrial days since J2000."""
    mean_anomaly = 19.3871 + 0.52402073 * days
    mean_sun = 270.3871 + 0.524038496 * days
    amplitude, period, phase = _PERTURBERS.T
    pull = float(np.sum(amplitude * np.cos(np.radians(0.985626 * days / period + phase))))
    m = np.radians(mean_anomaly)
    centre = (
        (10.691 + 3.0e-7 * days) * np.sin(m)
        + 0.623 * np.sin(2 * m)
        + 0.050 * np.sin(3 * m)
        + 0.005 * np.sin(4 * m)
        + 0.0005 * np.sin(5 * m)
        + pull
    )
    return float(np.radians((mean_sun + centre) % 360.0)), float(np.radians(centre)), float(m)


def solar_longitude(utc: datetime) -> float:
    """Areocentric solar longitude Ls [rad], 0 at the northern spring equinox."""
    return orbit(days_since_j2000(utc))[0]


def mars_sol_date(utc: datetime) -> float:
    """Mean solar days at the prime meridian since the epoch of the Mars Sol Date (29 December 1873)."""
    return (days_since_j2000(utc) - 4.5) / 1.0274912517 + 44796.0 - 0.0009626


def local_mean_solar_time(utc: datetime, east_longitude: float) -> float:
    """Local mean solar time [h], 0 to 24, at an east longitude [rad]."""
    return float((24.0 * mars_sol_date(utc) + np.degrees(east_longitude) / 15.0) % 24.0)


def local_true_solar_time(utc: datetime, east_longitude: float) -> float:
    """Local true solar time [h], 0 to 24: what a sundial at an east longitude [rad] shows."""
    return float((local_mean_solar_time(utc, east_longitude) + equation_of_time(utc) * 12.0 / np.pi) % 24.0)


def equation_of_time(utc: datetime) -> float:
    """True minus mean solar time [rad]."""
    ls, centre, _ = orbit(days_since_j2000(utc))
    return float(np.radians(2.861 * np.sin(2 * ls) - 0.071 * np.sin(4 * ls) + 0.002 * np.sin(6 * ls)) - centre)


def sol_number(utc: datetime, landing: datetime, east_longitude: float) -> int:
    """Local mean solar days since the one of landing, which is sol 0."""
    shift = east_longitude / (2.0 * np.pi)
    return int(np.floor(mars_sol_date(utc) + shift) - np.floor(mars_sol_date(landing) + shift))


def clock(hours: float) -> str:
    """Hours as hh:mm:ss.mmm of a sol's own hours, minutes and seconds."""
    thousandths = round(hours * 3_600_000.0) % 86_400_000
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
