"""One batch of an ensemble: up to WIDTH cases through the compiled programs, and what is kept of each, computed for all of them at once.

The numbers are those of a single flight's record, bit for bit: the same recorder, the same rules for events and losses, on arrays with a
lane for each case. Nothing crosses lanes, so a case is the same in any batch.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from skycrane.ensemble import columns
from skycrane.ensemble.events import EventTable
from skycrane.ensemble.figures import evaluate_figures, wanted
from skycrane.ensemble.fingerprint import Fingerprint
from skycrane.ensemble.flown_rows import FlownRows
from skycrane.ensemble.kept import Batch
from skycrane.ensemble.order import Ground
from skycrane.ensemble.outcomes import outcomes
from skycrane.ensemble.peaks import EntryPeaks
from skycrane.flight import engine

if TYPE_CHECKING:
    from skycrane.record import FlightRecord


def fly_batch(ground: Ground, first: int, count: int, keep: Sequence[int] = ()) -> Batch:
    """Cases first, first + 1, ... of the ensemble, at most WIDTH of them; the full records of those in `keep` come along."""
    if ground.recorded:
        from skycrane.ensemble.recorded import fly_recorded

        return fly_recorded(ground, first, count, keep)
    cases = np.arange(first, first + count)
    flight = _Flight(ground, cases, [n - first for n in keep if first <= n < first + count])
    return flight.batch()


class _Flight:
    """A batch while it is being flown."""

    def __init__(self, ground: Ground, cases: np.ndarray, kept: Sequence[int]) -> None:
        from skycrane.flight import dispersions, threefry
        from skycrane.flight.tables import known_at_entry
        from skycrane.flight.telling import Story

        self.ground, self.cases = ground, cases
        p, tables = ground.p, ground.tables
        keys = threefry.case_keys(ground.order.seed, cases)
        self.change = dispersions.drawn(p, keys)
        self.models = dispersions.lanes_of(ground.models, p, self.change, engine.WIDTH)
        self.keys = np.concatenate([keys, np.repeat(keys[-1:], engine.WIDTH - len(cases), axis=0)])
        self.want = wanted(ground.order.figures)
        self.rows = FlownRows(self.models, tables, engine.WIDTH, [path.channel for path in self.want.at])
        self.print = Fingerprint(engine.WIDTH)
        self.peaks = EntryPeaks(self.models, tables, engine.WIDTH)
        self.events = EventTable(self.rows)
        name = ground.mission.name
        known = known_at_entry(p) if kept else {}
        self.stories = {
            lane: Story(dispersions.lane(self.models, lane), tables, p.entry.utc, name, lane, None, known)
            for lane in kept
        }
        self._fly()

    def _fly(self) -> None:
        noise = np.ones(engine.WIDTH)
        ground = self.ground
        for segment in ground.programs.fly(self.models, ground.tables, self.keys, noise, ground.terrain):
            before = self.rows.total
            flown = self.rows.hear(segment)
            self.print.hear(segment.rows, flown, before)
            if segment.phase == "entry":
                self.peaks.hear(segment.rows, flown)
            self.events.hear(segment)
            for story in self.stories.values():
                story.hear(segment)
        self.rows.close()

    def batch(self) -> Batch:
        """What is kept, once the flight is over."""
        ground, rows, events = self.ground, self.rows, self.events
        events.add_peaks(self.peaks.finish())
        events.add_canopy(self.models)
        loose = events.add_impacts(self.models, ground)
        keys = columns.event_keys(ground.sequence)
        want = self.want
        times = events.written_times(keys)
        asked = events.written_times([path.key for path in want.at]) + np.array(
            [[path.offset] for path in want.at] or np.zeros((0, 1))
        )
        grid = np.arange(ground.order.samples)[:, None] * ground.order.every
        contacts = events.written_times(("touchdown", "ground_contact"))
        found = rows.look(np.concatenate([events.times(keys), asked]), grid, contacts)
        states = events.states(keys, found)
        told = outcomes(ground, self.models, events, found, (keys, times, states), loose, len(self.cases))
        numbers = self._numbers(keys, times, states, found, told)
        numbers |= evaluate_figures(ground.order.figures, want, (keys, times, states), found, told, rows)
        some = slice(0, len(self.cases))
        return Batch(
            first=int(self.cases[0]),
            numbers={name: np.asarray(x, float)[some] for name, x in numbers.items()},
            words={name: told.words[name] for name in ("outcome", "losses", "sentence")},
            fingerprint=self.print.value[some],
            samples=found.samples[:, some],
            kept=self._kept(),
        )

    def _numbers(self, keys: Any, times: Any, states: Any, found: Any, told: Any) -> dict[str, np.ndarray]:
        """The columns of numbers but for the figures."""
        from skycrane.flight import dispersions

        p = self.ground.p
        pad = engine.WIDTH - len(self.cases)
        result: dict[str, np.ndarray] = {"success": told.success}
        for d in self.ground.dispersed:
            result[f"drawn.{d.key}"] = np.pad(dispersions.mean(p, d.key) + self.change[d.key], (0, pad))
        for n, key in enumerate(keys):
            result[f"event.{key}.t_s"] = times[n]
            for name in columns.STATE:
                if name in states:
                    result[f"event.{key}.{name}"] = states[name][n]
        result["final.t_s"] = self.rows.end
        for name in columns.STATE:
            if name in found.final:
                result[f"final.{name}"] = found.final[name]
        return result | {f"outcome.{name}": x for name, x in told.numbers.items()}

    def _kept(self) -> dict[int, "FlightRecord"]:
        """Full records of the lanes that were asked for, as `fly` makes them."""
        from skycrane.flight import dispersions
        from skycrane.flight.fly import conclude, provenance_of
        from skycrane.flight.loose_flight import fly_loose_bodies
        from skycrane.flight.models import sources_of
        from skycrane.record import FlightRecord

        if not self.stories:
            return {}
        ground, kept = self.ground, {}
        lanes = list(self.stories)
        models = {lane: dispersions.lane(self.models, lane) for lane in lanes}
        for lane in lanes:  # one by one: lane n of their program is case n of a list
            story = self.stories[lane]
            alone = dispersions.lanes([models[lane]], engine.WIDTH)
            found = fly_loose_bodies([models[lane]], alone, ground.tables, [story])[0]
            channels, events, outcome = conclude(ground.p, models[lane], ground.tables, story, found)
            case = int(self.cases[lane])
            provenance = provenance_of(ground.mission, ground.order.seed, case, sources_of(models[lane]))
            kept[case] = FlightRecord(channels, events, outcome, ground.mission.to_toml(), provenance)
        return kept
