"""Doppler radar with narrow beams: slant range and speed along each beam to the local ground.

Range along beam b to the ground below: r = h / cos(angle between b and the local vertical), Doppler = v . b. No return beyond the
limits on range, speed and incidence, while blocked, or in a dropout; a beam is trusted after several good cycles in a row.
Assumes level ground within the footprint of all beams; the relief of real terrain comes with the terrain's own height. Error model
and beam angles are assumed (the flight's are not public). Source of the kind: Pollard and Chen, A Radar Terminal Descent
Sensor for the Mars Science Laboratory Mission, 2009.
"""

from typing import NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, dot
from skycrane.mission.parameters.sensing import RadarParameters
from skycrane.sensing.measurements import RadarMeasurement


class RadarNoise(NamedTuple):
    """Draws for one cycle, one a beam: range and speed standard normal, dropout and outlier uniform in [0, 1)."""

    range: tuple[Scalar, ...]
    speed: tuple[Scalar, ...]
    dropout: tuple[Scalar, ...]
    outlier: tuple[Scalar, ...]


@component
class Radar(RadarParameters):
    """Six-beam terminal descent radar by default; any number of beams."""

    sources = ("pollard2009",)

    def count(self) -> int:
        """Number of beams."""
        return len(self.off_nadir)

    def beam(self, i: int) -> Vec3:
        """Direction of beam i, body axes."""
        s = fn.sin(self.off_nadir[i])
        return Vec3(fn.cos(self.off_nadir[i]), s * fn.sin(self.clock[i]), s * fn.cos(self.clock[i]))

    def measure(
        self,
        height: Scalar,
        down_body: Vec3,
        velocity_body: Vec3,
        on: Scalar,
        lander_hangs: Scalar,
        good: tuple[Scalar, ...],
        noise: RadarNoise,
    ) -> tuple[RadarMeasurement, tuple[Scalar, ...]]:
        """Measurement of one cycle and the count of good cycles of each beam.

        height over the ground [m]; local vertical (down) and planet-relative velocity in body axes; `on` is 1 while the radar is
        switched on and sees the ground; `lander_hangs` is 1 while the hanging lander can block beams.
        """
        ranges, speeds, valid, counts = [], [], [], []
        for i in range(self.count()):
            b = self.beam(i)
            slope = dot(b, down_body)
            true_range = height / fn.maximum(slope, 0.05)
            speed = dot(velocity_body, b)
            seen = (slope > fn.cos(self.incidence_high)) & (true_range < self.range_high) & (true_range > self.range_low)
            seen = seen & (abs(speed) < self.speed_high) & (on > 0.5) & (noise.dropout[i] >= self.dropout)
            seen = seen & ((lander_hangs < 0.5) | (self.blocked_by_lander[i] < 0.5))
            seen = seen & (abs(self.failed_beam - (i + 1.0)) > 0.5)
            sigma = fn.maximum(self.range_noise * true_range, self.range_noise_floor)
            wild = fn.where(noise.outlier[i] < self.outlier, self.outlier_size * true_range, 0.0)
            count = fn.where(seen, good[i] + 1.0, 0.0)
            ranges.append(fn.where(seen, true_range + sigma * noise.range[i] + wild, 0.0))
            speeds.append(fn.where(seen, speed + self.doppler_noise * noise.speed[i], 0.0))
            valid.append(fn.where(seen & (count >= self.lock_cycles), 1.0, 0.0))
            counts.append(count)
        return RadarMeasurement(tuple(ranges), tuple(speeds), tuple(valid)), tuple(counts)
