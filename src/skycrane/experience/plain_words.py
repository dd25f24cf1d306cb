"""The landing in the words of the public: phases, and why each event happens. The engineers' words stand in `record.callouts`."""

import re
from collections.abc import Mapping

#: key of the phase -> label, sentence
PHASES: Mapping[str, tuple[str, str]] = {
    "coast": ("Coming in", "Falling towards Mars, the air too thin to feel."),
    "entry": ("Fireball", "The air brakes the capsule. It steers by leaning to one side."),
    "parachute": ("Under the parachute", "One parachute, opened faster than sound, takes away most of the rest."),
    "powered_descent": ("Rockets", "Eight engines stop the fall and carry it to the safest spot in reach."),
    "sky_crane": ("Sky crane", "The rover hangs on three cords and is set down gently on its wheels."),
    "flyaway": ("Flyaway", "The cords are cut. The empty stage flies off to fall far away."),
    "landed": ("On the ground", "The rover stands on Mars."),
}

#: event key, a trailing number left out -> one sentence that a child understands
EVENTS: Mapping[str, str] = {
    "entry_interface": "The capsule reaches the top of the air. The clock starts here.",
    "target_out_of_reach": "From here the target is too far or too near; it flies at it as well as it can.",
    "guidance_start": "The air is thick enough now to be felt, so the capsule can start to steer.",
    "bank_reversal": "It was drifting off to one side, so the capsule leans over to the other.",
    "peak_heating": "The air in front is hottest now: all the speed turns into heat.",
    "peak_deceleration": "The air brakes hardest now. A person would feel many times their own weight.",
    "peak_dynamic_pressure": "The air pushes hardest against the shield now.",
    "heading_alignment_start": "It is slow enough to stop managing distance; now it only points at the target.",
    "straighten_up": "It throws off weights on one side so that it flies straight before the parachute opens.",
    "ballast_jettison": "A pair of heavy weights goes overboard, so that the capsule flies straight.",
    "parachute_deploy": "It is the right distance from the target, so the parachute is shot out.",
    "line_stretch": "The parachute's lines are pulled tight; now it can fill with air.",
    "parachute_peak_load": "The parachute pulls hardest now.",
    "parachute_second_peak_load": "The parachute breathes: it lets go a little and pulls once more.",
    "parachute_inflated": "The parachute is fully open.",
    "heatshield_separation": "Slower than sound now, it no longer needs the heat shield and drops it to see the ground.",
    "radar_lock": "The radar hears its echo: the lander knows how high it is.",
    "map_navigation_start": "It is low enough to take pictures and look for them on its map.",
    "map_fix": "It has found itself on the map. Now it knows where it is, to within metres.",
    "landing_target_selected": "It picks the safest spot that it can still reach.",
    "backshell_separation": "It lets go of the parachute: just high enough for the rockets to stop it in time.",
    "powered_descent_start": "After a second of free fall the engines light.",
    "powered_approach_start": "The engines are warm; it flies sideways out of the parachute's way and to its spot.",
    "constant_velocity": "It is above its spot and comes straight down at a steady speed.",
    "constant_deceleration": "Just enough height is left to slow to a walking pace.",
    "throttle_down": "It is nearly hovering; four of eight engines are shut down so as not to stir up dust.",
    "rover_separation": "It is steady, so the rover is lowered on three cords.",
    "bridle_taut": "A cord takes the rover's weight.",
    "bridle_deployed": "The cords are out to their full length.",
    "mobility_deploy": "The wheels snap down, ready for the ground.",
    "touchdown": "The first wheel touches Mars.",
    "touchdown_declared": "The engines carry less weight than before: the ground has taken the rover.",
    "bridle_cut": "The rover stands, so the cords are cut.",
    "umbilical_cut": "The cable to the rover is cut too.",
    "flyaway": "The stage flies away so that it does not fall on the rover.",
    "rover_at_rest": "The rover stands still on its six wheels.",
    "rock_under_wheel": "A rock was put where this wheel will come down, to see what happens.",
    "rover_dropped": "The cords held on too long: they lifted the rover again, and it fell back.",
    "rover_dragged": "The cords did not come loose, and the stage drags the rover along.",
    "descent_stage_capsized": "The rocket stage lies on its side in the air; its engines can no longer hold it up.",
    "descent_stage_on_rover": "The stage came down onto the rover.",
    "ground_contact": "It reached the ground.",
    "height_reached": "It reached the height at which this flight ends.",
    "convex_approach": "It worked out the way to its spot that needs the least fuel.",
    "convex_approach_failed": "No way of least fuel was found in time, so it takes the ordinary one.",
    "propellant_empty": "The tanks are empty.",
    "engine_out": "One engine did not light.",
    "descent_stage_contact": "The rocket stage came too close to the ground.",
    "out_of_control": "It turns faster than it can be steered.",
    "skip_out": "It came in too flat and bounces off the air.",
    "ballast_impact": "The weights that were thrown off reach the ground.",
    "heatshield_impact": "The heat shield reaches the ground.",
    "backshell_impact": "Parachute and backshell come down.",
    "descent_stage_impact": "The empty rocket stage falls to the ground, far from the rover.",
}


def plain(event_key: str, otherwise: str) -> str:
    """The sentence of an event, `bank_reversal_2` among them; `otherwise` for one that has none."""
    found = EVENTS.get(event_key) or EVENTS.get(re.sub(r"_\d+$", "", event_key))
    return found or otherwise
