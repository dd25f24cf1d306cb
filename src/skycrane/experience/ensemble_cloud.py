"""An ensemble for the page: where every case came down, and the ellipse."""

from pathlib import Path

from skycrane.experience.contents import Ellipse, EnsembleCase, EnsembleInfo
from skycrane.record.ensemble_folder import open_ensemble


def ensemble_cloud(folder: str | Path) -> EnsembleInfo:
    """The cloud of an ensemble folder. InputError names what is missing there."""
    ensemble = open_ensemble(folder)
    table = ensemble.summary
    cases = [
        EnsembleCase(
            case=int(number),
            east_m=_number(row.get("outcome.touchdown.east_m")),
            north_m=_number(row.get("outcome.touchdown.north_m")),
            outcome=str(row["outcome"]),
            sentence=str(row["sentence"]),
            success=bool(row["success"]),
        )
        for number, row in table.iterrows()
    ]
    found = ensemble.ellipse
    ellipse = None
    if found:
        ellipse = Ellipse(
            east_m=found["east_m"],
            north_m=found["north_m"],
            half_axes_m=list(found["half_axes_m"]),
            azimuth_deg=found["azimuth_deg"],
            share=found["share"],
        )
    return EnsembleInfo(
        n=ensemble.n,
        seed=int(ensemble.about["seed"]),
        landed=sum(each["success"] for each in cases),
        cases=cases,
        ellipse=ellipse,
    )


def _number(value: object) -> float | None:
    found = float(value) if isinstance(value, (int, float)) else float("nan")
    return found if found == found else None
