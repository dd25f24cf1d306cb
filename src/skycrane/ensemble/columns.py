"""What is kept of every case: the columns of summary.parquet and the channels of the decimated trajectories."""

from skycrane.record.schema import CHANNELS

#: channels kept of every event
STATE = (
    "speed_planet_relative", "flight_path_angle", "height_above_areoid", "height_above_ellipsoid", "height_above_terrain",
    "latitude", "longitude", "range_to_target", "crossrange_to_target", "mach", "dynamic_pressure", "density", "deceleration",
    "convective_heat_flux", "total_angle_of_attack", "mass", "propellant_mass", "parachute_load", "tilt",
)  # fmt: skip

#: channels kept of every trajectory; a vector gives one column an axis
TRAJECTORY = (
    "phase", "mode", "position_site", "velocity_site", "latitude", "longitude", "height_above_areoid", "height_above_terrain",
    "speed_planet_relative", "flight_path_angle", "azimuth", "range_to_target", "crossrange_to_target", "airspeed", "mach",
    "dynamic_pressure", "density", "deceleration", "convective_heat_flux", "heat_load", "bank_angle", "bank_angle_commanded",
    "total_angle_of_attack", "mass", "propellant_mass", "parachute_load", "thrust_total", "tilt", "navigation_position_error_site",
    "navigation_velocity_error_site", "rover_position_site",
)  # fmt: skip

SCALARS = tuple(each.name for each in CHANNELS if each.dims == ("time",))
_AXES = ("x", "y", "z")
_PEAKS = ("peak_heating", "peak_deceleration", "peak_dynamic_pressure")
_CANOPY = ("parachute_inflated", "parachute_peak_load", "parachute_second_peak_load")


def impact_key(body: str) -> str:
    """Event of a loose body meeting the ground."""
    fixed = {"heat_shield": "heatshield_impact", "backshell": "backshell_impact"}
    return fixed.get(body, body.replace("ballast", "ballast_impact"))


def event_keys(phases: tuple[str, ...]) -> tuple[str, ...]:
    """Every event that can happen in these phases, in the order in which the phases declare them."""
    from skycrane.flight.engine import phase_module
    from skycrane.flight.loose_bodies import BODIES

    keys = dict.fromkeys(("entry_interface", *_PEAKS))
    for kind in phases:
        keys |= dict.fromkeys(phase_module(kind).EVENTS)
    if "parachute" in phases:
        keys |= dict.fromkeys(_CANOPY)
    return tuple(keys | dict.fromkeys(impact_key(body) for body in BODIES))


def sample_columns() -> tuple[tuple[str, str, int | None], ...]:
    """(column, channel, component) of each column of the trajectories; component None for a scalar."""
    found: list[tuple[str, str, int | None]] = []
    dims = {each.name: each.dims for each in CHANNELS}
    for name in TRAJECTORY:
        if dims[name] == ("time",):
            found.append((name, name, None))
        else:
            found += [(f"{name}_{axis}", name, n) for n, axis in enumerate(_AXES)]
    return tuple(found)
