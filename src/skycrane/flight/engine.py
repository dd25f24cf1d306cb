"""The compiled programs of a flight: fixed width, one a phase, run in segments so that progress can be told while it computes.

Every flight, alone or in an ensemble, goes through the same programs of WIDTH lanes; short chunks are padded with copies, lanes that
have finished are frozen, and nothing crosses lanes. That is what makes one seed the same bytes everywhere on one type of machine.
XLA's flags are pinned before JAX starts (docs/design/engine.md says why each is there).
"""

import os
from collections.abc import Callable
from typing import Any

WIDTH = 64
SEGMENT = 200  # control cycles a call

FLAGS = (
    "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=100000000"
    " --xla_cpu_prefer_vector_width=512"
)


def configure() -> None:
    """Pin XLA's flags, 64-bit numbers and the generator. Call before anything else imports JAX."""
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_cpu_small_while_loop_byte_threshold" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {FLAGS}".strip()
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_threefry_partitionable", True)


def batch_axes(tree: Any) -> Any:
    """0 for every leaf: all leaves of a batched tree carry the lanes first."""
    import jax

    return jax.tree.map(lambda _: 0, tree)


def segment_program(tick: Callable[..., Any], every: int) -> Callable[..., Any]:
    """A function (models, tables, carry, first cycle) -> (carry, rows): SEGMENT control cycles of one phase for all lanes.

    `every` is the number of cycles between guidance updates. Rows have shape (SEGMENT, WIDTH) a leaf.
    """
    import jax
    from jax import numpy as jnp

    from skycrane.flight.integrator import settled
    from skycrane.flight.state import select

    def run(models: Any, tables: Any, carry: Any, first: Any) -> Any:
        def one(c: Any, n: Any) -> Any:
            cycle = first + n
            guide = cycle % every == 0

            def lane(model: Any, state: Any) -> Any:
                new, row = tick(model, tables, state, cycle, guide)
                return select(state.active, settled(new), state), settled(row)

            return jax.vmap(lane, axis_name="lane")(models, c)

        return jax.lax.scan(one, carry, jnp.arange(SEGMENT))

    return run
