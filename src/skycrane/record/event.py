"""One thing that happened: when, why, and how the vehicle was flying at that moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: From a note for the log to the loss of the vehicle; the ladder of F Prime and of flight operations.
SEVERITIES = ("DIAGNOSTIC", "ACTIVITY_LO", "ACTIVITY_HI", "WARNING_LO", "WARNING_HI", "FATAL")


@dataclass(frozen=True, repr=False)
class Event:
    """An event of the flight.

    `t_s` counts seconds from entry interface, `utc` is the time at the spacecraft. `because` says why it happened now: `condition` is a
    sentence, `values` what was seen, `thresholds` what it was held against. `state` holds every scalar channel at the event, in channel
    units.
    """

    key: str
    label: str
    t_s: float
    utc: str = ""
    severity: str = "ACTIVITY_HI"
    because: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise ValueError(f"event {self.key}: severity {self.severity!r} is none of {', '.join(SEVERITIES)}")

    def __repr__(self) -> str:
        return f"<Event {self.key} at {self.t_s:.3f} s>"

    def to_dict(self) -> dict[str, Any]:
        """The event as it stands in events.json."""
        return {
            "key": self.key,
            "label": self.label,
            "t_s": self.t_s,
            "utc": self.utc,
            "severity": self.severity,
            "because": dict(self.because),
            "state": dict(self.state),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Event":
        """The event from a row of events.json; a number that was not finite comes back as NaN."""
        state = {name: float("nan") if value is None else value for name, value in stored.get("state", {}).items()}
        return cls(
            key=stored["key"],
            label=stored["label"],
            t_s=stored["t_s"],
            utc=stored.get("utc", ""),
            severity=stored.get("severity", "ACTIVITY_HI"),
            because=stored.get("because", {}),
            state=state,
        )
