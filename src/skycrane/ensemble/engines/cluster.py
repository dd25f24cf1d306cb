"""A Dask cluster: workers of this machine (LocalCluster), or those of a running scheduler. Needs the extra `skycrane[dask]`."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from skycrane.core.errors import InputError
from skycrane.ensemble.batch import Batch
from skycrane.ensemble.engines import Unit, fly_unit
from skycrane.ensemble.order import Order

_PATIENCE = 8.0  # s to reach a scheduler


def fly_on_cluster(order: Order, units: Sequence[Unit], workers: int, scheduler: str | None) -> Iterator[Batch]:
    """Batches as they come; a worker that dies costs the units that it had."""
    try:
        from distributed import Client, LocalCluster, as_completed
    except ImportError:
        raise InputError('engine "dask" needs Dask; install it with: pip install "skycrane[dask]"') from None
    cluster: Any = None
    if scheduler is None:
        cluster = LocalCluster(n_workers=max(workers, 1), threads_per_worker=1, dashboard_address=None)
    try:
        client: Any = _reach(Client, scheduler or cluster)
        with contextlib.closing(client):
            _same_everywhere(client, scheduler)
            first, *rest = units
            yield from client.submit(
                fly_unit, order, first, pure=False, retries=2
            ).result()  # compiles what is missing, once
            futures = [client.submit(fly_unit, order, unit, pure=False, retries=2) for unit in rest]
            for future in as_completed(futures, loop=client.loop):
                yield from future.result()
                future.release()
    finally:
        if cluster is not None:
            with contextlib.suppress(TimeoutError):  # its nannies end the workers all the same
                cluster.close(timeout=3)


def _reach(connect: Any, address: Any) -> Any:
    try:
        return connect(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"scheduler {address} cannot be reached within {_PATIENCE:.0f} s ({type(error).__name__}); is it running, "
            "and is the address that which `dask scheduler` prints, such as tcp://host:8786?"
        ) from None


def _same_everywhere(client: Any, scheduler: str | None) -> None:
    """Refuse workers that would fly other bytes."""
    here = what_flies_here()
    for worker, there in client.run(what_flies_here).items():
        for key, value in here.items():
            if there.get(key) != value:
                raise InputError(
                    f"worker {worker} of {scheduler or 'the cluster'} has {key} {there.get(key)}, this is {value}; make them the same"
                )


def what_flies_here() -> dict[str, str]:
    """What decides about the bytes of a flight in this process."""
    from importlib import metadata

    from skycrane.flight.programs import source_digest

    return {
        "skycrane source": source_digest()[:12],
        **{name: metadata.version(name) for name in ("jax", "jaxlib", "numpy", "scipy")},
    }
