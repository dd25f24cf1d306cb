"""What an ensemble keeps of a batch of cases, as it travels from whoever flew it to whoever makes it safe."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from skycrane.record import FlightRecord


@dataclass
class Batch:
    """What is kept of some cases: columns of numbers and of words (cases,), fingerprints, and samples (columns, cases, samples)."""

    first: int
    numbers: dict[str, np.ndarray]
    words: dict[str, list[str]]
    fingerprint: np.ndarray
    samples: np.ndarray
    kept: dict[int, "FlightRecord"] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of cases."""
        return len(self.fingerprint)
