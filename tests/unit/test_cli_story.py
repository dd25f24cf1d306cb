"""The printed story goes forward in time; what is known only afterwards is told at the end."""

import io

from skycrane.cli.screen import Screen
from skycrane.cli.telling import Storyteller
from skycrane.record import Event


def test_impacts_found_after_the_landing_are_told_together_at_the_end() -> None:
    out = io.StringIO()
    story = Storyteller(Screen(out))
    for key, t in (
        ("touchdown", 416.0),
        ("ballast_impact_1", 295.1),
        ("heatshield_impact", 360.8),
        ("descent_stage_impact", 442.9),
    ):
        story.hear(Event(key, key, t))
    story.end()
    told = out.getvalue().splitlines()
    assert [line[:8] for line in told[:2]] == ["E+416.0 ", "E+442.9 "]
    assert told[3] == "Meanwhile on the ground: ballast pair 1 at E+295.1 s, heat shield at E+360.8 s"
