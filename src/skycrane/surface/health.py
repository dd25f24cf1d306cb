"""Health check after landing: what the run did, held against limits, subsystem by subsystem, and whether commissioning may begin.

A subsystem is nominal, at caution or at fault by the worst of its checks; what the mission file puts into `[[rover.faults]]` counts
like a check. Commissioning is a go when the rover rests and nothing that it lives on is at fault. The limits are those of
`[rover.health]`; what no limit is known for is said to be so.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from skycrane.mission.parameters.rover import SUBSYSTEMS

STEFAN_BOLTZMANN = 5.670374419e-8  # [W/(m^2 K^4)]
SPECIFIC_HEAT = (
    900.0  # [J/(kg K)] aluminium, of which boxes and boards mostly are; nothing leaks out in a quarter of an hour
)
ORDER = ("nominal", "caution", "fault")
ESSENTIAL = (
    "power",
    "thermal",
    "computers",
    "radio",
    "mobility",
)  # without one of these there is nothing to commission with


@dataclass(frozen=True)
class Check:
    """One figure of the run against its limits; a limit is broken beyond `caution` and beyond `fault`, downwards where `fault` is
    the lower."""

    what: str
    value: float
    unit: str
    caution: float | None = None
    fault: float | None = None
    downwards: bool = False

    @property
    def state(self) -> str:
        """nominal, caution or fault; a figure that is not there is a caution."""
        if not np.isfinite(self.value):
            return "caution"
        sign = -1.0 if self.downwards else 1.0
        for state, limit in (("fault", self.fault), ("caution", self.caution)):
            if limit is not None and sign * self.value > sign * limit:
                return state
        return "nominal"

    def sentence(self) -> str:
        """The figure and the limit that it breaks, or keeps."""
        if not np.isfinite(self.value):
            return f"{self.what} is not in the record"
        limit = self.fault if self.state == "fault" or self.caution is None else self.caution
        side = "at least" if self.downwards else "at most"
        bound = "" if limit is None else f", {side} {limit:.4g}"
        return f"{self.what} {self.value:.4g} {self.unit}".rstrip() + bound


def health(record: Any, parameters: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Table of subsystems and the decision, from a record, its mission's parameters and the assessment of its site."""
    checks = {**_inside(record, parameters), **_outside(record, parameters, found)}
    rows = [_row(name, checks[name], parameters.rover.faults) for name in SUBSYSTEMS]
    broken = [each["subsystem"] for each in rows if each["state"] == "fault" and each["subsystem"] in ESSENTIAL]
    go = not broken and bool(found["pose"]["at_rest"])
    cautions = [each["subsystem"] for each in rows if each["state"] != "nominal"]
    if not found["pose"]["at_rest"]:
        why = "the rover does not come to rest"
    elif broken:
        why = f"{', '.join(broken)} at fault"
    else:
        why = f"with an eye on {', '.join(cautions)}" if cautions else "all subsystems nominal"
    return {"go": go, "sentence": f"{'Go' if go else 'No go'} for commissioning: {why}.", "subsystems": rows}


def _inside(record: Any, parameters: Any) -> dict[str, list[Check]]:
    """Power, thermal, computers, and the stage that flew away."""
    limits, touchdown = parameters.rover.health, record.event("touchdown")
    assert touchdown is not None, "a site is assessed after touchdown only"
    awake = parameters.navigation_start.lead_time + touchdown.t_s
    charge = 1.0 - (limits.landing_load - limits.generator_power) * awake / limits.battery_energy
    air = _at(touchdown, "temperature")
    return {
        "power": [
            Check(
                "battery charge",
                100.0 * min(charge, 1.0),
                "%",
                100.0 * limits.battery_caution,
                100.0 * limits.battery_fault,
                downwards=True,
            )
        ],
        "thermal": [
            Check("hottest heat shield", _wall(record, limits), "K", limits.wall_caution, limits.wall_fault),
            Check(
                "electronics at touchdown",
                limits.electronics_start + limits.landing_load * awake / (limits.electronics_mass * SPECIFIC_HEAT),
                "K",
                limits.electronics_caution,
                limits.electronics_fault,
            ),
            Check("air at touchdown", air, "K", limits.air_warmest),
            Check("air at touchdown", air, "K", limits.air_coldest, downwards=True),
        ],
        "computers": [_shock(record, limits)],
        "descent_stage": [
            Check(
                "propellant at touchdown",
                _at(touchdown, "propellant_mass"),
                "kg",
                limits.propellant_caution,
                downwards=True,
            ),
            Check("its impact from the rover", _impact(record), "m", limits.stage_distance_caution, downwards=True),
        ],
    }


def _impact(record: Any) -> float:
    """How far from the rover the descent stage came down [m]."""
    found = (record.outcome.get("descent_stage_impact") or {}).get("distance_from_rover_m")
    return float("nan") if found is None else float(found)


def _at(event: Any, name: str) -> float:
    value = event.state.get(name)
    return float("nan") if value is None else float(value)


def _shock(record: Any, limits: Any) -> Check:
    return Check(
        "largest deceleration", _largest(record, "deceleration"), "g", limits.shock_caution, limits.shock_fault
    )


def _wall(record: Any, limits: Any) -> float:
    """Hottest wall of the heat shield [K]: it radiates what the air gives at the stagnation point, q = e s T^4."""
    flux = _largest(record, "convective_heat_flux")
    return float((flux / (limits.wall_emissivity * STEFAN_BOLTZMANN)) ** 0.25)


def _outside(record: Any, parameters: Any, found: dict[str, Any]) -> dict[str, list[Check]]:
    """Radio, mobility, mast, arm, cameras, microphones."""
    rover, limits = parameters.rover, parameters.rover.health
    tilt, degrees = found["pose"]["tilt_deg"], np.degrees
    moving = Check("tilt", tilt, "deg", float(degrees(limits.tilt_deploy)), float(degrees(rover.tilt_limit)))
    carried = [each["load_N"] / found["weight_N"] for each in found["wheels"]]
    covered = [each for each in parameters.cameras if each.carried_by == "rover" and each.lens_cover]
    return {
        "radio": [moving],
        "mobility": [
            Check("tilt", tilt, "deg", float(degrees(rover.tilt_limit)), float(degrees(rover.tip_over))),
            Check(
                "largest wheel load of the landing",
                _largest(record, "wheel_load_peak" if "wheel_load_peak" in record.channels else "wheel_load"),
                "N",
                limits.wheel_load_caution,
                limits.wheel_load_fault,
            ),
            Check("load on the belly", found["belly_load_N"], "N", 1.0),
            Check("least share of the weight on a wheel", 100.0 * min(carried), "%", 1.0, downwards=True),
        ],
        "mast": [moving],
        "arm": [moving],
        "cameras": [Check("lens covers still on", float(len(covered)), f"of {len(parameters.cameras)} cameras")],
        "microphones": [
            _shock(record, limits),
            *(
                [
                    Check(
                        "dust off the ground, over its threshold",
                        _largest(record, "plume_dust"),
                        "",
                        limits.dust_caution,
                    )
                ]
                if "plume_dust" in record.channels
                else []
            ),
        ],
    }


def _row(name: str, checks: list[Check], faults: tuple[Any, ...]) -> dict[str, Any]:
    told = [(each.state, each.sentence()) for each in checks]
    told += [(each.severity, each.reason) for each in faults if each.subsystem == name]
    state = max((each[0] for each in told), key=ORDER.index, default="nominal")
    reasons = dict.fromkeys(sentence for each, sentence in told if each == state)
    return {
        "subsystem": name,
        "state": state,
        "reason": "; ".join(reasons) if reasons else "not reported broken; no figure of the run speaks of it",
        "checks": [
            {"what": c.what, "value": c.value, "unit": c.unit, "caution": c.caution, "fault": c.fault, "state": c.state}
            for c in checks
        ],
    }


def _largest(record: Any, name: str) -> float:
    if name not in record.channels:
        return float("nan")
    values = np.asarray(record.channels[name].values, float)
    return float(np.nanmax(values)) if np.isfinite(values).any() else float("nan")
