"""The Zarr store of sampled trajectories: one array over (column, case, sample), a file for every 64 cases.

A batch fills exactly one file (a shard), so it can be written, hashed and replaced alone; inside it every column is compressed by itself,
so that a reader of one channel reads that channel. The bytes of a file depend on its cases alone.
"""

from pathlib import Path
from typing import Any

import numpy as np

from skycrane.ensemble.columns import sample_columns
from skycrane.ensemble.order import Order
from skycrane.flight.engine import WIDTH
from skycrane.record.ensemble_folder import TRAJECTORIES


class TrajectoryStore:
    """Trajectories of an ensemble of n cases; made when it is not there, made longer when it is too short."""

    def __init__(self, folder: Path, order: Order, n: int) -> None:
        import zarr
        from zarr.codecs import ZstdCodec

        self.folder = folder
        self.columns = [name for name, _, _ in sample_columns()]
        group: Any = zarr.open_group(folder / TRAJECTORIES, mode="a")
        if "samples" not in group:
            group.attrs["columns"] = self.columns
            self._fixed(group, "time", "time", np.arange(order.samples) * order.every)
            group.create_array(
                "samples",
                shape=(len(self.columns), n, order.samples),
                chunks=(1, WIDTH, order.samples),
                shards=(len(self.columns), WIDTH, order.samples),
                dtype="float32",
                fill_value=float("nan"),
                compressors=ZstdCodec(level=1),  # level 3: half a percent smaller, half as much work again
                dimension_names=("column", "case", "time"),
            )
        self.samples: Any = group["samples"]  # the array
        if self.samples.shape[1] != n:
            self.samples.resize((len(self.columns), n, order.samples))
        self._fixed(group, "case", "case", np.arange(n))

    @staticmethod
    def _fixed(group: Any, name: str, dimension: str, values: np.ndarray) -> None:
        if name in group and group[name].shape == values.shape:
            return
        array = group.create_array(
            name,
            shape=values.shape,
            dtype=values.dtype,
            chunks=values.shape,
            dimension_names=(dimension,),
            overwrite=True,
        )
        array[:] = values

    def write(self, first: int, samples: np.ndarray) -> Path:
        """Put the samples of a batch, shape (columns, cases, samples up to some end), in their place; the file that holds them."""
        whole = np.full((*samples.shape[:2], self.samples.shape[2]), np.nan, np.float32)
        whole[:, :, : samples.shape[2]] = samples
        self.samples[:, first : first + samples.shape[1], :] = whole
        return self.file_of(first)

    def file_of(self, first: int) -> Path:
        """The file of the batch that begins with a case."""
        return self.folder / TRAJECTORIES / "samples" / "c" / "0" / str(first // WIDTH) / "0"
