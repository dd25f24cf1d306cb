"""Thousands of entries of a point mass a second: the fast three-degree-of-freedom ensemble of a mission file.

Each entry is flown from entry interface to the mission's height with a long step, without a record: where and how fast it ended, and its
hardest moment. `flight/fly.py` gives every entry's channels and events, at a hundredth of the speed or less.
"""

import math
import zlib
from collections.abc import Sequence

import numpy as np

from skycrane.core.errors import InputError
from skycrane.flight.point_mass_entries import PointMassEntries
from skycrane.flight.seeds import is_seed
from skycrane.flight.sequence import check_sequence, what_flies
from skycrane.mission.mission import Mission
from skycrane.mission.parameters import (
    BallisticEntryParameters,
    MissionParameters,
    PointMassParameters,
)

BATCH = 1024  # entries a call of the compiled program
STEP = 1.0  # s; errors of the end and of the peak stay under 2e-6 (docs/theory/point_mass.md)
LONGEST_STEP = 5.0  # s
_WIDTH = 64  # lanes that fly side by side inside it


def fly_point_masses(mission: Mission, seeds: Sequence[int], step: float = STEP) -> PointMassEntries:
    """Fly a point-mass mission once for each seed, with the dispersions that `fly` draws for it.

    Runge-Kutta of fourth order with a step of so many seconds; times, speeds and peaks are within 1e-4 of `fly` (relative). The same
    seed gives the same bytes in any company. InputError for what this way cannot fly: a commanded or slowly turned bank, gusts along
    the path, an ending other than a height.
    """
    for seed in seeds:
        if not is_seed(seed):
            raise InputError(f"seed is {seed!r}, must be a whole number from 0 to 2^63 - 1")
    if not 0.0 < step <= LONGEST_STEP:
        raise InputError(f"step is {step!r}, must be above 0 and at most {LONGEST_STEP:g} s")
    check_sequence(mission.parameters)
    p = what_flies(mission.parameters)
    _check(p)
    if not seeds:
        return PointMassEntries(*[np.zeros(0)] * len(PointMassEntries._fields))
    from skycrane.flight import engine

    engine.configure()
    import jax

    from skycrane.flight.dispersions import address
    from skycrane.flight.models import assemble
    from skycrane.flight.point_mass_batch import batch_program
    from skycrane.flight.programs import load_or_compile
    from skycrane.flight.soundness import check_soundness
    from skycrane.flight.tables import make_tables

    check_soundness(p, ("point_mass_entry",))
    tables, models = make_tables(p), jax.tree.map(np.asarray, assemble(p))
    dispersed = [(path, factor, d) for d in p.dispersions for path, factor in [address(p, d.key)] if path]
    sizes = np.array([(factor * d.sigma, factor * d.half_width, d.limit) for _, factor, d in dispersed])
    numbers = np.asarray([*seeds, *[seeds[-1]] * (-len(seeds) % BATCH)], dtype=np.uint64)
    batches = numbers.reshape(-1, BATCH // _WIDTH, _WIDTH)
    drawn = tuple((path, d.key, d.distribution) for path, _, d in dispersed)
    kind = (drawn, step, p.entry.duration_limit)
    program = load_or_compile(
        f"point-masses-{zlib.crc32(repr(kind).encode()):08x}",
        lambda: batch_program(*kind),
        (models, tables, sizes, batches[0]),
    )
    ends = [program(models, tables, sizes, batch) for batch in batches]
    joined = (np.concatenate([np.ravel(x) for x in column])[: len(seeds)] for column in zip(*ends, strict=True))
    return PointMassEntries(*joined)


def _check(p: MissionParameters) -> None:
    """InputError for what is not flown this way; each has its place in `fly`."""
    vehicle = p.vehicle
    if not isinstance(vehicle, PointMassParameters):
        raise InputError('vehicle.model is not "point_mass", which is all that fly_point_masses flies; use fly_many')
    if not isinstance(p.entry_guidance, BallisticEntryParameters):
        raise InputError("entry_guidance commands the bank, which fly_point_masses cannot; use fly_many")
    if p.triggers is not None or p.success.condition != "height":
        raise InputError(
            'fly_point_masses flies to a height alone (success.condition = "height", no [triggers]); use fly_many'
        )
    if p.atmosphere.perturbations:
        raise InputError(
            "atmosphere.perturbations is true, which fly_point_masses cannot fly; set it to false or use fly_many"
        )
    if math.isfinite(vehicle.bank_rate_limit) and len(vehicle.bank_angles) > 1:
        raise InputError(
            "vehicle.bank_rate_limit_deg_s is given, which fly_point_masses cannot fly; leave it out or use fly_many"
        )
