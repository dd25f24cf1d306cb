"""The compiled programs of a flight: fixed width, one a phase, run in segments so that progress can be told while it computes.

Every flight, alone or in an ensemble, goes through the same programs of WIDTH lanes; short chunks are padded with copies, lanes that
have finished are frozen, and nothing crosses lanes. That is what makes one seed the same bytes everywhere on one type of machine.
XLA's flags are pinned before JAX starts (docs/design/engine.md says why each is there).
"""

import importlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np

WIDTH = 64
SEGMENT = 200  # control cycles a call
GUIDANCE_EVERY = 20  # control cycles between updates of entry guidance

FLAGS = (
    "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=100000000"
    " --xla_cpu_prefer_vector_width=512 --xla_backend_optimization_level=1"
)


def configure() -> None:
    """Pin XLA's flags, 64-bit numbers and the generator. Call before anything else imports JAX."""
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_cpu_small_while_loop_byte_threshold" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {FLAGS}".strip()
    os.environ.setdefault(
        "TF_CPP_MIN_LOG_LEVEL", "3"
    )  # XLA tells of slow compilations on a busy machine; nobody can act on that
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_threefry_partitionable", True)


class Segment(NamedTuple):
    """Rows of SEGMENT control cycles, every leaf of shape (SEGMENT, WIDTH), and the events noted so far, of shape (WIDTH,)."""

    phase: str
    rows: Any
    events: Any
    last: bool


def phase_module(kind: str) -> Any:
    """The module of a phase."""
    return importlib.import_module(f"skycrane.flight.phases.{kind}")


def segment_program(tick: Callable[..., Any]) -> Callable[..., Any]:
    """A function (models, tables, carry, first cycle) -> (carry, rows): SEGMENT control cycles of one phase for all lanes."""
    import jax
    from jax import numpy as jnp

    from skycrane.core.settle import settled
    from skycrane.flight.landing_frame import scene
    from skycrane.flight.state import select

    def run(models: Any, tables: Any, carry: Any, first: Any) -> Any:
        scenes = settled(jax.vmap(lambda m: scene(m, tables))(models))

        def one(c: Any, n: Any) -> Any:
            cycle = first + n
            guide = cycle % GUIDANCE_EVERY == 0

            def lane(model: Any, place: Any, state: Any) -> Any:
                new, row = tick(model, tables, place, state, cycle, guide)
                return select(state.active, settled(new), state), settled(row)

            return jax.vmap(lane, axis_name="lane")(models, scenes, c)

        return jax.lax.scan(one, carry, jnp.arange(SEGMENT))

    return run


def start_program(start: Callable[..., Any]) -> Callable[..., Any]:
    """A function (models, tables, *states) -> carry for all lanes."""
    import jax

    return lambda models, tables, *state: jax.vmap(lambda m, *s: start(m, tables, *s))(models, *state)


class Programs:
    """The programs of one sequence of phases, compiled side by side on first use."""

    def __init__(self, models: Any, tables: Any, key: Any, noise: Any, phases: tuple[str, ...]) -> None:
        import jax

        from skycrane.flight.programs import load_or_compile
        from skycrane.flight.start import start_entry

        pool = ThreadPoolExecutor(max_workers=2)
        self.phases = phases
        self._starts: dict[str, Future[Any]] = {}
        self._segments: dict[str, Future[Any]] = {}
        state: tuple[Any, ...] = (key, noise)
        for kind in phases:
            module = phase_module(kind)
            begin = start_entry if kind == "entry" else module.start
            self._starts[kind] = pool.submit(
                load_or_compile, f"start-{kind}", partial(start_program, begin), (models, tables, *state)
            )
            carry = jax.eval_shape(start_program(begin), models, tables, *state)
            first = jax.ShapeDtypeStruct((), np.int64)
            self._segments[kind] = pool.submit(
                load_or_compile, f"fly-{kind}", partial(segment_program, module.tick), (models, tables, carry, first)
            )
            state = (carry,)
        pool.shutdown(wait=False)

    def fly(self, models: Any, tables: Any, key: Any, noise: Any) -> Iterator[Segment]:
        """Segments of every phase in order; a phase that no lane reaches is left out."""
        state: tuple[Any, ...] = (key, noise)
        for kind in self.phases:
            carry = self._starts[kind].result()(models, tables, *state)
            if not bool(np.any(carry.active)):
                return
            carry = getattr(phase_module(kind), "prepare", lambda m, t, c: c)(models, tables, carry)
            run, first = self._segments[kind].result(), 0
            while True:
                carry, rows = run(models, tables, carry, np.int64(first))
                first += SEGMENT
                last = not bool(np.any(carry.active))
                yield Segment(kind, rows, carry.events, last)
                if last:
                    break
            state = (carry,)
