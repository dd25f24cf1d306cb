"""Doppler radar with narrow beams: slant range and speed along each beam to the local ground.

One beam a control cycle, in turn: one receiver serves them all (assumed). Range along beam b
to where it meets the ground (flight/ground.py), Doppler = v . b. No return beyond the limits on range, speed and incidence, while
blocked, or in a dropout; a beam is trusted after several good turns in a row. Assumes beams without width. Error model and beam angles are
assumed (the flight's are not public). Source of the kind: Pollard and Chen, A Radar Terminal Descent Sensor for the Mars Science
Laboratory Mission, 2009.
"""

from typing import NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, dot
from skycrane.mission.parameters.sensing import RadarParameters
from skycrane.sensing.measurements import RadarMeasurement


class Beam(NamedTuple):
    """Direction in body axes, number from 1, 1 where the lander can block it."""

    direction: Vec3
    number: Scalar
    blocked: Scalar


class RadarNoise(NamedTuple):
    """Draws of one cycle: range and speed standard normal, dropout and outlier uniform in [0, 1)."""

    range: Scalar
    speed: Scalar
    dropout: Scalar
    outlier: Scalar


@component
class Radar(RadarParameters):
    """Six-beam terminal descent radar by default; any number of beams."""

    sources = ("pollard2009",)

    def count(self) -> int:
        """Number of beams."""
        return len(self.off_nadir)

    def beams(self) -> tuple[Beam, ...]:
        """All beams, in the order of their turns."""
        return tuple(
            Beam(Vec3(fn.cos(tilt), fn.sin(tilt) * fn.sin(clock), fn.sin(tilt) * fn.cos(clock)), i + 1.0 + 0.0 * tilt, blocked)
            for i, (tilt, clock, blocked) in enumerate(
                zip(self.off_nadir, self.clock, self.blocked_by_lander, strict=True)
            )
        )  # fmt: skip

    def measure(
        self,
        beam: Beam,
        true_range: Scalar,
        incidence: Scalar,
        velocity_body: Vec3,
        on: Scalar,
        lander_hangs: Scalar,
        good: Scalar,
        noise: RadarNoise,
    ) -> tuple[RadarMeasurement, Scalar]:
        """Measurement of one cycle by one beam, and the count of that beam's good turns in a row; `good` is the count before.

        Slant range along the beam to the ground [m] and cosine of incidence there; planet-relative velocity in body axes;
        `on` is 1 while the radar is switched on and sees the ground; `lander_hangs` is 1 while the hanging lander can block beams.
        """
        speed = dot(velocity_body, beam.direction)
        seen = (
            (incidence > fn.cos(self.incidence_high)) & (true_range < self.range_high) & (true_range > self.range_low)
        )
        seen = seen & (abs(speed) < self.speed_high) & (on > 0.5) & (noise.dropout >= self.dropout)
        seen = seen & ((lander_hangs < 0.5) | (beam.blocked < 0.5)) & (abs(self.failed_beam - beam.number) > 0.5)
        sigma = fn.maximum(self.range_noise * true_range, self.range_noise_floor)
        wild = fn.where(noise.outlier < self.outlier, self.outlier_size * true_range, 0.0)
        count = fn.where(seen, good + 1.0, 0.0)
        measured = fn.where(seen, true_range + sigma * noise.range + wild, 0.0)
        doppler = fn.where(seen, speed + self.doppler_noise * noise.speed, 0.0)
        trusted = fn.where(seen & (count >= self.lock_cycles), 1.0, 0.0)
        return RadarMeasurement(measured, doppler, trusted, beam.number), count
