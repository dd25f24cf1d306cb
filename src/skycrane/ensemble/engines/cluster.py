"""A Dask cluster: workers of this machine (LocalCluster), or those of a running scheduler. Needs the extra `skycrane[dask]`."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from skycrane.core.errors import InputError
from skycrane.ensemble.engines import Unit, fly_unit
from skycrane.ensemble.kept import Batch
from skycrane.ensemble.order import Order, ground_of

_PATIENCE = 8.0  # s to reach a scheduler


class Cluster:
    """The crew; a worker that dies costs the units that it had."""

    def __init__(self, order: Order, workers: int, scheduler: str | None) -> None:
        try:
            import dask
            from distributed import Client, LocalCluster
        except ImportError:
            raise InputError('engine "dask" needs Dask; install it with: pip install "skycrane[dask]"') from None
        self.order = order
        self._cluster: Any = None
        self._client: Any = None
        if scheduler is None:
            quiet = {"distributed.worker.profile.enabled": False}  # it looks at every thread a hundred times a second
            with dask.config.set(quiet):
                self._cluster = LocalCluster(n_workers=max(workers, 1), threads_per_worker=1, dashboard_address=None)
        try:
            self._client = _reach(Client, scheduler or self._cluster)
            staff = _same_everywhere(self._client, scheduler)
            self._ready = [self._client.submit(_get_ready, order, workers=[name], pure=False) for name in staff]
        except BaseException:
            self.end()
            raise

    def check(self) -> None:
        """Return once one of those there now is ready; they refuse an order that cannot be flown."""
        from distributed import as_completed

        if self._ready:
            next(iter(as_completed(self._ready, loop=self._client.loop))).result()

    def fly(self, units: Sequence[Unit]) -> Iterator[Batch]:
        """Batches as they come."""
        from distributed import as_completed

        futures = [self._client.submit(fly_unit, self.order, unit, pure=False, retries=2) for unit in units]
        for future in as_completed(futures, loop=self._client.loop):
            yield from future.result()
            future.release()

    def end(self) -> None:
        """Leave the cluster; one that was made here ends."""
        for each, patience in ((self._client, 10), (self._cluster, 3)):
            if each is not None:
                with contextlib.suppress(TimeoutError):  # its nannies end the workers all the same
                    each.close(timeout=patience)


def _get_ready(order: Order) -> None:
    ground_of(order).get_ready()


def _reach(connect: Any, address: Any) -> Any:
    try:
        return connect(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"scheduler {address} cannot be reached within {_PATIENCE:.0f} s ({type(error).__name__}); is it running, "
            "and is the address that which `dask scheduler` prints, such as tcp://host:8786?"
        ) from None


def _same_everywhere(client: Any, scheduler: str | None) -> list[str]:
    """The names of all workers; refuse such as would fly other bytes."""
    here, found = what_flies_here(), client.run(what_flies_here)
    for worker, there in found.items():
        for key, value in here.items():
            if there.get(key) != value:
                raise InputError(
                    f"worker {worker} of {scheduler or 'the cluster'} has {key} {there.get(key)}, this is {value}; make them the same"
                )
    return list(found)


def what_flies_here() -> dict[str, str]:
    """What decides about the bytes of a flight in this process."""
    from importlib import metadata

    from skycrane.flight.programs import source_digest

    return {
        "skycrane source": source_digest()[:12],
        **{name: metadata.version(name) for name in ("jax", "jaxlib", "numpy", "scipy")},
    }
