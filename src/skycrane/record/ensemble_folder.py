"""The ensemble folder: what many landings leave behind, for readers that need no engine.

ensemble.json says what was flown and how; cases/ holds a hashed file for every 64 cases, from which summary.parquet is put together;
trajectories.zarr the sampled trajectories of all cases; scorecard.csv, losses.csv, ellipse.json and sensitivity.csv the answers.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.core.errors import InputError
from skycrane.record.run_folder import is_run

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from skycrane.record.flight_record import FlightRecord

ABOUT, MISSION, SUMMARY, SCORECARD, LOSSES, ELLIPSE, TRAJECTORIES, CASES, KEPT, PAGE, SENSITIVITY = (
    "ensemble.json", "mission.toml", "summary.parquet", "scorecard.csv", "losses.csv", "ellipse.json", "trajectories.zarr", "cases",
    "kept", "ensemble.html", "sensitivity.csv",
)  # fmt: skip
ENSEMBLE_SCHEMA = 1


@dataclass(frozen=True)
class Ensemble:
    """Many landings of one mission, read when asked for."""

    path: Path
    about: dict[str, Any]

    @cached_property
    def summary(self) -> "pd.DataFrame":
        """A row a case: inputs drawn, event states, outcome, figures; the index is the number of the case."""
        import pandas as pd

        return pd.read_parquet(_file(self.path, SUMMARY))

    @cached_property
    def scorecard(self) -> "pd.DataFrame":
        """A row a requirement: percentiles, margin, confidence interval, verdict, worst case."""
        import pandas as pd

        return pd.read_csv(_file(self.path, SCORECARD), index_col="key", keep_default_na=True)

    @cached_property
    def losses(self) -> "pd.DataFrame":
        """A row a named loss: how many cases, and which was the first."""
        import pandas as pd

        return pd.read_csv(_file(self.path, LOSSES), index_col="loss")

    @cached_property
    def ellipse(self) -> dict[str, Any] | None:
        """The landing ellipse: centre, half axes, azimuth; None where too few landed."""
        content: dict[str, Any] | None = json.loads(_file(self.path, ELLIPSE).read_text(encoding="utf-8"))
        return content

    @cached_property
    def sensitivity(self) -> "pd.DataFrame":
        """Rank correlation of every figure with every input drawn, the strongest first."""
        import pandas as pd

        return pd.read_csv(_file(self.path, SENSITIVITY))

    @cached_property
    def trajectories(self) -> "xr.Dataset":
        """Sampled trajectories of all cases over (case, time), read from disk where they are used."""
        import xarray as xr

        from skycrane.record.schema import CHANNELS

        stored = xr.open_zarr(_file(self.path, TRAJECTORIES), consolidated=False, chunks=None)
        units = {each.name: each for each in CHANNELS}
        columns = {}
        for n, name in enumerate(stored.attrs["columns"]):
            one = stored["samples"].isel(column=n)
            each = units.get(name) or units[name.rsplit("_", 1)[0]]
            one.attrs = {"long_name": each.long_name, **({} if each.is_flag else {"units": each.unit})}
            columns[name] = one
        return xr.Dataset(columns).assign_coords(
            time=("time", stored["time"].values), case=("case", stored["case"].values)
        )

    @property
    def kept(self) -> list[int]:
        """Cases whose whole record was kept."""
        return sorted(int(each.name) for each in (self.path / KEPT).glob("[0-9]*") if each.is_dir())

    def record(self, case: int) -> "FlightRecord":
        """The whole record of a case that was kept, its channels read where they are used. InputError for any other case."""
        from skycrane.record.open_run import open_run

        if case not in self.kept:
            known = ", ".join(map(str, self.kept[:5])) + (", ..." if len(self.kept) > 5 else "")
            raise InputError(
                f"case {case} was not kept, must be one of {known or 'none'}; fly it with: skycrane refly {self.path} {case}"
            )
        return open_run(self.path / KEPT / f"{case:06d}")

    @property
    def n(self) -> int:
        """Number of cases."""
        return int(self.about["n"])

    def __repr__(self) -> str:
        return f"Ensemble of {self.n} landings of {self.about['mission']}, seed {self.about['seed']} ({self.path})"


def open_ensemble(path: str | Path) -> Ensemble:
    """The ensemble in a folder. InputError names what is missing, damaged or not finished."""
    folder = Path(path)
    about = read_about(folder)
    if about.get("complete") is not True:
        raise InputError(f"{folder} is not finished; continue it with: {resume_command(folder, about)}")
    return Ensemble(folder, about)


def read_about(folder: Path) -> dict[str, Any]:
    """ensemble.json of a folder."""
    file = folder / ABOUT
    if not file.is_file():
        if is_run(folder):
            raise InputError(
                f"{folder} is the folder of one flight; expected an ensemble folder, made with: skycrane ensemble -n 64 --out ENS"
            )
        what = "lacks " + ABOUT if folder.is_dir() else "does not exist"
        raise InputError(
            f"{folder} {what}; expected an ensemble folder, made with: skycrane ensemble -n 64 --out {folder}"
        )
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
        schema = int(about["schema"])
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{file} is truncated or damaged (expected JSON); fly it again with: skycrane ensemble"
        ) from None
    if schema > ENSEMBLE_SCHEMA:
        raise InputError(
            f"{file} follows schema {schema}, this program knows up to {ENSEMBLE_SCHEMA}; run: pip install --upgrade skycrane"
        )
    return dict(about)


def resume_command(folder: Path, about: dict[str, Any]) -> str:
    """The command that continues an ensemble."""
    return (
        f"skycrane ensemble {folder / MISSION} -n {about.get('n')} --seed {about.get('seed')} --out {folder} --resume"
    )


def _file(folder: Path, name: str) -> Path:
    if not (folder / name).exists():
        raise InputError(f"{folder} lacks {name}; make it again with: {resume_command(folder, read_about(folder))}")
    return folder / name
