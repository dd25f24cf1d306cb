"""Draws docs/figures/downlink.svg from a run with pictures: `python docs/figures/downlink.py RUN docs/figures/downlink.svg`."""

import sys
from pathlib import Path

import matplotlib
from matplotlib import pyplot as plt

from skycrane.downlink import Homecoming, downlink
from skycrane.downlink.products import KINDS

INK, SOFT = "#8a4b2d", "#9a9a9a"


def draw(home: Homecoming, target: Path) -> None:
    """Passes above, products below: hollow where a product's first packet was sent, full where it was whole on Earth."""
    matplotlib.rcParams.update(
        {"svg.hashsalt": "skycrane", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    )
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(8.0, 4.6), sharex=True, layout="constrained", gridspec_kw={"height_ratios": [1, 1.4]}
    )
    names = list(home.network.orbiters)
    last = (home.stopped - home.landed) / 3600.0
    for each in home.network.passes(home.landed):
        start, end = ((t - home.landed) / 3600.0 for t in (each.rise, each.set))
        if start < last:
            above.barh(names.index(each.orbiter), end - start, left=start, color=SOFT, height=0.5)
    for contact in home.contacts:
        start, end = ((t - home.landed) / 3600.0 for t in (contact.start, contact.end))
        above.barh(names.index(contact.over.orbiter), end - start, left=start, color=INK, height=0.5)
    above.set_yticks(range(len(names)), names)
    kinds = [kind for kind in KINDS if any(j.product.kind == kind for j in home.journeys)]
    for journey in home.journeys:
        row = kinds.index(journey.product.kind)
        if journey.sent:
            below.plot((journey.sent[0] - home.landed) / 3600.0, row + 0.14, "o", mec=INK, mfc="none", ms=4)
        if journey.whole is not None:
            below.plot((journey.whole - home.landed) / 3600.0, row - 0.14, "o", color=INK, ms=4)
    below.set_yticks(range(len(kinds)), kinds)
    below.invert_yaxis()
    below.set_xlabel("hours after touchdown (hollow: first packet sent; full: whole on Earth)")
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    draw(downlink(sys.argv[1]), Path(sys.argv[2]))
