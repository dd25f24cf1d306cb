"""The compiled programs of a flight: fixed width, one a phase, run in segments so that progress can be told while it computes.

Every flight, alone or in an ensemble, goes through the same programs of WIDTH lanes; short chunks are padded with copies, lanes that
have finished are frozen, and nothing crosses lanes. That is what makes one seed the same bytes everywhere on one type of machine.
XLA's flags are pinned before JAX starts (docs/design/engine.md says why each is there).
"""

import importlib
import os
import warnings
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from skycrane.flight import lanes

SEGMENT = 200  # control cycles a call
GUIDANCE_EVERY = 20  # control cycles between updates of entry guidance

FLAGS = (
    "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=2000000000,xla_cpu_use_multi_output_fusion=true,"
    "-runtime-memory-check-threshold=3000,-memory-check-merge-threshold=3000,-vectorize-memory-check-threshold=3000"
    " --xla_cpu_prefer_vector_width=512 --xla_backend_optimization_level=1"
)


def configure() -> None:
    """Pin XLA's flags, 64-bit numbers and the generator. Call before anything else computes with JAX.

    XLA reads its flags once, as it starts. Where JAX has computed before, they are left as they are and a RuntimeWarning says so: programs
    are slower then, are kept apart from the others on disk, and last digits differ.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    os.environ.setdefault(
        "TF_CPP_MIN_LOG_LEVEL", "3"
    )  # XLA tells of slow compilations on a busy machine; nobody can act on that
    import jax
    from jax._src import xla_bridge  # no public name tells whether XLA has started

    if "xla_cpu_small_while_loop_byte_threshold" not in flags:
        if xla_bridge.backends_are_initialized():
            warnings.warn(
                "JAX has computed in this process before skycrane could set XLA's flags: flights take twice as long and their last "
                "digits differ; call skycrane.flight.engine.configure() first",
                RuntimeWarning,
                stacklevel=2,
            )
        else:
            os.environ["XLA_FLAGS"] = f"{flags} {FLAGS}".strip()

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_threefry_partitionable", True)


WIDTH = lanes.width(configure)  # cases that fly side by side


def on_card() -> bool:
    """Whether JAX computes on a graphics card, which one process should have for itself."""
    return lanes.memory_of_card(configure) is not None


class Segment(NamedTuple):
    """Rows of SEGMENT control cycles, every leaf of shape (SEGMENT, WIDTH), and the events noted so far, of shape (WIDTH,).

    `part` counts how often the phase has gone on after its lanes had waited for each other; `packed` are the rows as they came, few
    arrays of shape (SEGMENT, leaves, WIDTH), of which `rows` are views.
    """

    phase: str
    rows: Any
    events: Any
    part: int = 0
    packed: Any = None


def phase_module(kind: str) -> Any:
    """The module of a phase."""
    return importlib.import_module(f"skycrane.flight.phases.{kind}")


class SegmentProgram:
    """A function (packed models, packed scenes, packed tables, packed carry, first cycle, memory) -> (packed carry, packed rows).

    SEGMENT control cycles of one phase for all lanes, fewer once every lane is done. Numbers of rows are written into `memory`, arrays
    that are given up to the program (`flight/row_memory.py`): rows that were not flown hold what lay there, and their `active` is False.
    """

    def __init__(self, tick: Callable[..., Any]) -> None:
        import jax
        from jax import numpy as jnp

        from skycrane.core.settle import settled
        from skycrane.flight.packing import Packed, pack
        from skycrane.flight.state import select

        def one(models: Any, scenes: Any, tables: Any, c: Any, cycle: Any) -> tuple[Any, Packed]:
            guide = cycle % GUIDANCE_EVERY == 0

            def lane(model: Any, place: Any, state: Any) -> Any:
                new, row = tick(model, tables, place, state, cycle, guide)
                return select(state.active, new, state), settled(row)

            new, row = jax.vmap(lane, axis_name="lane")(models, scenes, c)
            return new, pack(row, jnp.stack)

        self._one = jax.jit(one, inline=True)  # traced once: for the shapes of its rows and in the loop

    def _rows(self, *arguments: Any) -> Any:
        """Shapes of the packed rows, for arguments or their shapes."""
        import jax

        opened = lambda *packs_and_cycle: self._one(*(x.unpack() for x in packs_and_cycle[:-1]), packs_and_cycle[-1])[1]  # noqa: E731
        row = jax.eval_shape(opened, *arguments)
        return jax.tree.map(lambda x: jax.ShapeDtypeStruct((SEGMENT, *x.shape), x.dtype), row)

    def memory(self, *arguments: Any) -> list[Any]:
        """Shapes of the memory that is to be given up, for the other arguments or their shapes."""
        return [x for x in self._rows(*arguments).arrays if x.dtype != bool]

    def __call__(self, *arguments: Any) -> Any:
        """Run it."""
        import jax
        from jax import lax
        from jax import numpy as jnp

        from skycrane.core.settle import settled
        from skycrane.flight.packing import pack

        *packs, packed, first, given = arguments
        models, scenes, tables = settled(tuple(x.unpack() for x in packs))
        rows, numbers = self._rows(*packs, packed, first), iter(given)
        rows.arrays = [jnp.zeros(x.shape, bool) if x.dtype == bool else next(numbers) for x in rows.arrays]

        def body(state: Any) -> Any:
            n, c, rows = state
            c, row = self._one(models, scenes, tables, c, first + n)
            return n + 1, c, jax.tree.map(lambda old, new: lax.dynamic_update_index_in_dim(old, new, n, 0), rows, row)

        go_on = lambda state: (state[0] < SEGMENT) & jnp.any(state[1].active)  # noqa: E731
        begin = (jnp.zeros_like(first), settled(packed.unpack()), rows)
        _, end, rows = lax.while_loop(go_on, body, begin)
        return pack(end, jnp.stack), rows


def start_program(start: Callable[..., Any]) -> Callable[..., Any]:
    """A function (models, tables, *states) -> what `start` gives, for all lanes."""
    import jax

    return lambda models, tables, *state: jax.vmap(lambda m, *s: start(m, tables, *s))(models, *state)


def _packed_start(start: Callable[..., Any]) -> Callable[..., Any]:
    """As `start_program`, between packs."""
    from jax import numpy as jnp

    from skycrane.flight.packing import Packed, pack

    def run(models: Packed, tables: Packed, *state: Any) -> Packed:
        opened = (x.unpack() if isinstance(x, Packed) else x for x in state)
        return pack(start_program(start)(models.unpack(), tables.unpack(), *opened), jnp.stack)

    return run


def _after_the_flight(models: Any, tables: Any) -> tuple[str, Callable[..., Any], tuple[Any, ...]]:
    """The program that flies what was let go (flight/loose_bodies.py), as `load_or_compile` wants it."""
    import jax

    from skycrane.core.attitude import Quaternion
    from skycrane.core.vector import Vec3
    from skycrane.flight import loose_bodies

    number = jax.ShapeDtypeStruct((WIDTH,), np.float64)
    one = loose_bodies.Release(Vec3(*[number] * 3), Vec3(*[number] * 3), Quaternion(*[number] * 4))
    releases = tuple(one for _ in loose_bodies.BODIES)
    return "loose-bodies", lambda: loose_bodies.fall, (models, tables, releases)


def _given(program: Callable[..., Any]) -> Callable[..., Any]:
    """The program itself, for a builder that has nothing to build."""
    return program


#: the order in which programs are compiled, two at a time: what the story begins with, then what takes longest
_ORDER = (
    "start-scene",
    "start-entry",
    "fly-entry",
    "fly-sky_crane",
    "start-",
    "fly-powered_descent",
    "fly-parachute",
    "fly-",
)


def _compiled_as(name: str) -> int:
    """Place of a program in that order."""
    return next(n for n, begin in enumerate(_ORDER) if name.startswith(begin))


class Programs:
    """The programs of one sequence of phases, compiled side by side on first use."""

    def __init__(self, models: Any, tables: Any, key: Any, noise: Any, phases: tuple[str, ...]) -> None:
        import jax

        from skycrane.flight.landing_frame import scene
        from skycrane.flight.packing import pack
        from skycrane.flight.programs import load_or_compile
        from skycrane.flight.row_memory import RowMemory
        from skycrane.flight.start import start_entry

        self.phases = phases
        self._programs: dict[str, Future[Any]] = {}
        self._memory = RowMemory()
        self._tables: tuple[Any, Any] | None = None  # those flown last, and as they are handed to the programs
        self._missing: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = []
        after = _after_the_flight(models, tables)
        packed, tables = pack(models), pack(tables)
        scenes = self._small("start-scene", _packed_start(scene), (packed, tables))
        state: tuple[Any, ...] = (key, noise)
        for kind in phases:
            module = phase_module(kind)
            begin = _packed_start(start_entry if kind == "entry" else module.start)
            carry = self._small(f"start-{kind}", begin, (packed, tables, *state))
            arguments = (packed, scenes, tables, carry, jax.ShapeDtypeStruct((), np.int64))
            self._missing.append((f"fly-{kind}", partial(SegmentProgram, module.tick), arguments))
            state = (carry,)
        pool = ThreadPoolExecutor(max_workers=2)
        for job in sorted(self._missing, key=lambda job: _compiled_as(job[0])):
            self._programs[job[0]] = pool.submit(load_or_compile, *job)
        if "parachute" in phases and any(job[0].startswith("fly-") for job in self._missing):
            pool.submit(load_or_compile, *after)  # last, while a processor would be idle
        pool.shutdown(wait=False)

    def wait(self) -> None:
        """Return once every program is in memory; what went wrong with one is raised here."""
        for program in self._programs.values():
            program.result()

    def _small(self, name: str, program: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """The shapes that a program that runs once a phase gives: its own where it is there, else found by tracing."""
        import jax

        from skycrane.flight.programs import find

        there = find(name, arguments)
        if there is None:
            self._missing.append((name, partial(_given, program), arguments))
            return jax.eval_shape(program, *arguments)
        self._programs[name] = Future()
        self._programs[name].set_result(there)
        return there.gives

    def fly(self, models: Any, tables: Any, key: Any, noise: Any, terrain: Any = None) -> Iterator[Segment]:
        """Segments of every phase in order; a phase that no lane reaches is left out.

        `terrain`: what the ground of the tables was sampled from, where wheels are to meet it finer than they hold it.
        """
        import jax

        from skycrane.flight.packing import pack

        if self._tables is None or self._tables[0] is not tables:  # an ensemble flies all its batches with the same
            self._tables = tables, jax.device_put(pack(tables))
        given = self._tables[1]
        packed, *state = jax.device_put((pack(models), key, noise))
        scenes = self._programs["start-scene"].result()(packed, given)
        for kind in self.phases:
            carry = self._programs[f"start-{kind}"].result()(packed, given, *state)
            opened = on_host(carry)
            if not bool(np.any(opened.active)):
                return
            if hasattr(phase_module(kind), "prepare"):
                carry = pack(phase_module(kind).prepare(models, tables, opened, terrain))
            carry = yield from self.fly_phase(kind, packed, scenes, given, carry)
            state = (carry,)

    def fly_phase(
        self, kind: str, models: Any, scenes: Any, tables: Any, carry: Any, first: int = 0
    ) -> Generator[Segment, None, Any]:
        """Segments of one phase from cycle `first` on, everything packed; gives the carry that it ends with.

        A phase with a `go_on` has lanes that halt and wait for the others; it lets them fly on.
        """

        from skycrane.flight.packing import pack

        run, part, module = self._programs[f"fly-{kind}"].result(), 0, phase_module(kind)
        while True:
            memory = self._memory.take([x for x in run.gives[1].arrays if x.dtype != bool])
            carry, rows = run(models, scenes, tables, carry, np.int64(first), memory)
            first += SEGMENT
            opened = on_host(carry)
            last = not bool(np.any(opened.active))
            here = self._memory.shown(rows)
            yield Segment(kind, here.unpack(1), opened.events, part, here)
            if last and part == 0 and hasattr(module, "go_on"):
                opened, part = module.go_on(opened), 1
                carry, last = pack(opened), not bool(np.any(opened.active))
            if last:
                return carry


def on_host(packed: Any) -> Any:
    """The tree of a pack as NumPy views."""
    import jax

    return jax.tree.map(np.asarray, packed).unpack()
