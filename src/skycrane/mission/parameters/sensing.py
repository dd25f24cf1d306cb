"""The senses as data: inertial unit, radar, lander vision. Equations are in sensing/."""

from dataclasses import dataclass

from skycrane.core.quantity import quantity, table


@dataclass(frozen=True)
class InertialUnitParameters:
    """Gyros and accelerometers (sensing/inertial_unit.py); errors are three components in body axes."""

    gyro_bias: tuple[float, ...] = table("deg/h", "constant gyro error", default=(0.0, 0.0, 0.0))
    gyro_scale: tuple[float, ...] = table("ppm", "gyro scale-factor error", default=(0.0, 0.0, 0.0))
    gyro_misalignment: tuple[float, ...] = table("arcsec", "small rotation of the gyro axes", default=(0.0, 0.0, 0.0))
    gyro_noise: float = quantity("deg/rt_h", "angle random walk", default=0.0, at_least=0)
    accelerometer_bias: tuple[float, ...] = table("ug", "constant accelerometer error", default=(0.0, 0.0, 0.0))
    accelerometer_scale: tuple[float, ...] = table("ppm", "accelerometer scale-factor error", default=(0.0, 0.0, 0.0))
    accelerometer_misalignment: tuple[float, ...] = table(
        "arcsec", "small rotation of the accelerometer axes", default=(0.0, 0.0, 0.0)
    )
    accelerometer_noise: float = quantity("m/s/rt_s", "velocity random walk", default=0.0, at_least=0)


@dataclass(frozen=True)
class RadarParameters:
    """Doppler radar with several narrow beams (sensing/radar.py)."""

    off_nadir: tuple[float, ...] = table("deg", "angle of each beam from the body x axis")
    clock: tuple[float, ...] = table("deg", "angle of each beam about the body x axis, from z towards y")
    range_low: float = quantity("m", "no return below", at_least=0)
    range_high: float = quantity("m", "no return above", above=0)
    speed_high: float = quantity("m/s", "no return above this speed along the beam", above=0)
    incidence_high: float = quantity("deg", "no return beyond this angle from the local vertical", above=0, at_most=90)
    range_noise: float = quantity("1", "1-sigma error of slant range as a fraction", at_least=0)
    range_noise_floor: float = quantity("m", "1-sigma error of slant range at least", at_least=0)
    doppler_noise: float = quantity("m/s", "1-sigma error of the speed along the beam", at_least=0)
    dropout: float = quantity("1", "probability that a beam gives nothing in one cycle", at_least=0, below=1)
    outlier: float = quantity("1", "probability that a beam gives a wild value in one cycle", at_least=0, below=1)
    outlier_size: float = quantity("1", "size of a wild value as a fraction of range", at_least=0)
    lock_cycles: float = quantity(
        "1", "good cycles in a row before a beam is trusted", default=3.0, at_least=1, source="assumed: 2 to 5 cycles"
    )
    blocked_by_lander: tuple[float, ...] = table("1", "1 for a beam that the hanging lander blocks, else 0")
    failed_beam: float = quantity("1", "number of a dead beam, 0 for none", default=0.0, at_least=0)

    def check(self) -> str | None:
        """One entry a beam; limits in order."""
        if not len(self.off_nadir) == len(self.clock) == len(self.blocked_by_lander):
            return "off_nadir_deg, clock_deg and blocked_by_lander must be of one length"
        if self.failed_beam not in range(len(self.off_nadir) + 1):
            return f"failed_beam is {self.failed_beam:g}, must be a whole number from 0 (none) to {len(self.off_nadir)}"
        if self.range_low >= self.range_high:
            return "range_low_m must be below range_high_m"
        return None


@dataclass(frozen=True)
class PositionFixParameters:
    """Lander vision as a position fix with published errors (sensing/lander_vision.py); one that looks at pictures comes later."""

    start_height: float = quantity("m", "images are used below this navigated height over terrain", above=0)
    coarse_time: float = quantity("s", "first image to first position fix", above=0)
    coarse_sigma: float = quantity("m", "1-sigma error of the first fix, each horizontal axis", at_least=0)
    fine_sigma: float = quantity("m", "1-sigma error of each later fix, each horizontal axis", at_least=0)
    map_bias: tuple[float, ...] = table("m", "error of the map, east and north", default=(0.0, 0.0))
    interval: float = quantity("s", "time between fixes", above=0)
    stop_height: float = quantity("m", "no fix below this navigated height over terrain", above=0)
    initial_error_bound: float = quantity("m", "a larger initial error cannot be matched", above=0)
