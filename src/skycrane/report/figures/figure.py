"""What a figure hands to the page: a drawing with its caption, or the sentence that says why there is none."""

from dataclasses import dataclass

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawn:
    """A figure with its title, what it shows (for those who cannot see it) and what to look for."""

    name: str
    title: str
    figure: Figure
    alt: str
    caption: str


@dataclass(frozen=True)
class Missing:
    """A section that this flight does not have."""

    name: str
    title: str
    sentence: str
