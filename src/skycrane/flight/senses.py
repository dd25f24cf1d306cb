"""What the machine senses in one control cycle once it looks down, and what navigation makes of it.

Shared by every phase from the parachute to the sky crane: inertial unit, radar, lander vision, in this order.
"""

from typing import Any, NamedTuple

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, norm
from skycrane.flight import occurrences as occ
from skycrane.flight.ground import along_beam, lookout
from skycrane.flight.landing_frame import Scene
from skycrane.flight.randomness import Pair, draws_of_cycle
from skycrane.flight.state import Craft, select
from skycrane.flight.tables import Tables
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.sensing.measurements import RadarMeasurement
from skycrane.sensing.radar import RadarNoise

Draws = dict[str, Pair]  # of this cycle, by name
EVENTS = {"radar_lock": 2, "map_navigation_start": 2, "map_fix": 2}


class Senses(NamedTuple):
    """State of the senses between cycles: good turns in a row of each radar beam, last radar answer, time of the next map fix [s]."""

    good: tuple[Scalar, ...]
    radar: RadarMeasurement
    next_fix: Scalar


def no_senses(models: Any, zero: Scalar) -> Senses:
    """Nothing heard yet."""
    count = models.radar.count() if models.radar is not None else 0
    return Senses((zero,) * count, RadarMeasurement(zero, zero, zero, zero), zero + occ.NEVER)


def draws(models: Any, key: Any, cycle: Any, noise: Scalar) -> Draws:
    """Every random draw of a cycle: air, inertial unit, radar, lander vision."""
    normal = {"air": (2, noise * models.atmosphere.perturbations), "inertial_unit": (3, noise)}
    if models.radar is None:
        return draws_of_cycle(key, cycle, normal, {})
    normal |= {"radar": (1, noise), "lander_vision": (1, noise)}
    return draws_of_cycle(key, cycle, normal, {"radar_faults": (1, noise)})


def sense(
    models: Any,
    tables: Tables,
    scene: Scene,
    craft: Craft,
    estimate: Estimate,
    senses: Senses,
    events: occ.Occurrences,
    time: Scalar,
    cycle: Scalar,
    cycle_time: float,
    draws: Draws,
    radar_on: Scalar,
    lander_hangs: Scalar,
) -> tuple[Estimate, Senses, occ.Occurrences]:
    """Estimate, senses and events at the end of a cycle, from the true craft through the measurements alone. The number of the `cycle`
    says which radar beam's turn it is."""
    measured = models.inertial_unit.measure(
        craft.velocity_change, craft.turn, cycle_time, draws["inertial_unit"].numbers(6)
    )
    estimate = settled(models.navigation.propagate(models.planet, estimate, settled(measured), cycle_time))
    if models.radar is None:
        return estimate, senses, events
    frame = scene.frame
    estimate, senses, events = _look_down(
        models,
        tables,
        scene,
        craft,
        estimate,
        senses,
        events,
        time,
        cycle,
        cycle_time,
        draws,
        radar_on,
        lander_hangs,
        frame,
    )
    if models.lander_vision is not None:
        estimate, senses, events = _look_at_map(models, craft, estimate, senses, events, time, draws, frame)
    return estimate, senses, events


def _look_down(
    models: Any,
    tables: Tables,
    scene: Scene,
    craft: Craft,
    estimate: Estimate,
    senses: Senses,
    events: occ.Occurrences,
    time: Scalar,
    cycle: Scalar,
    cycle_time: float,
    draws: Draws,
    radar_on: Scalar,
    lander_hangs: Scalar,
    frame: Any,
) -> tuple[Estimate, Senses, occ.Occurrences]:
    turn = fn.namespace(cycle).mod(cycle, float(len(scene.beams)))
    mine = [turn == i for i in range(len(scene.beams))]
    beam, good = settled((_chosen(mine, scene.beams), _chosen(mine, senses.good)))
    axes = attitude.matrix(craft.body.attitude)
    begin = settled(lookout(models, tables, frame, craft.body.position))
    direction = settled(frame.vector(axes.apply(beam.direction)))
    reach, incidence = settled(along_beam(models, tables, frame, begin, direction))
    noise = RadarNoise(*draws["radar"].numbers(2), *draws["radar_faults"].numbers(2))
    moving = axes.undo(craft.body.velocity)
    measured, count = settled(models.radar.measure(beam, reach, incidence, moving, radar_on, lander_hangs, good, noise))
    turns = tuple(fn.where(now, count, before) for now, before in zip(mine, senses.good, strict=True))
    errors = (models.radar.range_noise, models.radar.range_noise_floor, models.radar.doppler_noise)
    new, accepted = settled(
        models.navigation.radar_update(estimate, frame, beam.direction, measured, errors, cycle_time)
    )
    height = models.navigation.height_over_terrain(new, frame)
    trusted = sum(fn.where(each >= models.radar.lock_cycles, 1.0, 0.0) for each in turns)
    locked = (accepted > 0.5) & (trusted > 2.5)
    events = occ.note(events, "radar_lock", locked, time, trusted, height)
    return new, Senses(turns, measured, senses.next_fix), events


def _chosen(mine: list[Scalar], each: Any) -> Any:
    """The one whose turn it is."""
    chosen = each[0]
    for now, other in zip(mine[1:], each[1:], strict=True):
        chosen = select(now, other, chosen)
    return chosen


def _look_at_map(
    models: Any,
    craft: Craft,
    estimate: Estimate,
    senses: Senses,
    events: occ.Occurrences,
    time: Scalar,
    draws: Draws,
    frame: Any,
) -> tuple[Estimate, Senses, occ.Occurrences]:
    vision = models.lander_vision
    height = models.navigation.height_over_terrain(estimate, frame)
    ready = occ.happened(events, "radar_lock") & (height < vision.start_height)
    starts = ready & (senses.next_fix >= occ.NEVER)
    events = occ.note(events, "map_navigation_start", ready, time, height, vision.start_height)
    next_fix = fn.where(starts, time + vision.coarse_time, senses.next_fix)
    due = (time >= next_fix - 1e-9) & (height > vision.stop_height)
    first = ~occ.happened(events, "map_fix")
    here, believed = frame.position(craft.body.position), frame.position(estimate.position)
    gap = norm(Vec3(here.x - believed.x, here.y - believed.y, 0.0 * here.x))
    fix = vision.fix(
        here.x, here.y, gap, fn.where(due, 1.0, 0.0), fn.where(first, 1.0, 0.0), draws["lander_vision"].numbers(2)
    )
    new, accepted = settled(models.navigation.map_update(estimate, frame, settled(fix)))
    events = occ.note(events, "map_fix", accepted > 0.5, time, gap, vision.initial_error_bound)
    next_fix = fn.where(due, time + vision.interval, next_fix)
    return select(due, new, estimate), senses._replace(next_fix=next_fix), events
