"""Compiled programs on disk: a flight that was compiled once on a machine starts in a moment the next time.

A program is found in two steps. A small pointer is named by everything that could change it: the source of the engine's rooms, the shapes
it is called with, versions, flags and processor; it is found without tracing. Where there is none, the program is traced and looked up
by the text that XLA is given, so that a change which leaves that text alone (another mission, a comment) costs no compilation. Programs
lie under the cache folder (SKYCRANE_CACHE, default ~/.cache/skycrane); a file that cannot be read is compiled anew, never trusted.
"""

import contextlib
import hashlib
import os
import pickle
import platform
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

#: files of the engine's rooms that work on results and never reach a compiled program; a test holds the phases to that
HOST_ONLY = (
    "catalogue", "coming_ground", "dispersions", "event_derivative", "facts", "fly", "gradient", "judgement", "loose_flight",
    "path_channels", "peaks", "point_mass_ensemble", "point_mass_record", "pruning", "recorder", "seeds", "sequence", "telling", "threefry",
)  # fmt: skip
_ONCE = {"xla_backend_optimization_level": 0}  # a program that runs once a phase is not worth half its compilation
_KEPT = 24  # programs kept in memory: those of two missions
#: called with the name of a program that is not here, before it is made; what it raises ends the flight that wanted it
before_making: Callable[[str], None] = lambda name: None  # noqa: E731
_kept: OrderedDict[Path, Any] = OrderedDict()
_lock = threading.Lock()
_ROOMS = ("core", "planet", "vehicle", "sensing", "gnc", "flight", "mission/parameters")


def cache_folder() -> Path:
    """Where compiled programs are kept."""
    named = os.environ.get("SKYCRANE_CACHE")
    base = os.environ.get("XDG_CACHE_HOME")
    return Path(named) if named else (Path(base) if base else Path.home() / ".cache") / "skycrane"


class Program:
    """A compiled program; called with the arguments it was made for, it gives the tree back."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled

    def __call__(self, *arguments: Any) -> Any:
        """Arrays of the shapes that it was made for."""
        import jax

        return self._compiled(*jax.tree.leaves(arguments))

    @property
    def gives(self) -> Any:
        """The tree that it gives, as shapes: what is called with it is found without tracing."""
        return self._compiled.out_info


def load_or_compile(name: str, build: Callable[[], Callable[..., Any]], arguments: tuple[Any, ...]) -> Program:
    """The compiled program `build()` for arguments of these shapes.

    `arguments` may be arrays or shapes. The result is called with arguments of the same structure. A program with a method `memory`, which
    gives shapes for these arguments, takes a list of such arrays as its last argument and may write into them: they are given up to it.
    """
    pointer = _pointer(name, arguments)
    program = find(name, arguments)
    if program is not None:
        return program
    with _alone(pointer):
        return find(name, arguments) or _make(name, build, arguments, pointer)


def _make(name: str, build: Callable[[], Callable[..., Any]], arguments: tuple[Any, ...], pointer: Path) -> Program:
    """Trace it, and compile what XLA is given unless that is there already."""
    import jax
    from jax.experimental.serialize_executable import serialize

    before_making(name)
    made, given_up = build(), len(jax.tree.leaves(arguments))
    shapes, tree = _shapes((*arguments, made.memory(*arguments)) if hasattr(made, "memory") else arguments)
    flat = lambda *x: made(*jax.tree.unflatten(tree, x))  # noqa: E731
    lowered = jax.jit(flat, keep_unused=True, donate_argnums=tuple(range(given_up, len(shapes)))).lower(*shapes)
    path = cache_folder() / f"{name}-{_digest(lowered.as_text(), str(lowered.out_tree), _machine())}.xla"
    compiled = _load(path)
    if compiled is None:
        compiled = lowered.compile(compiler_options=_ONCE if name.startswith("start-") else None)
        _store(path, lambda: pickle.dumps(serialize(compiled)))
    _store(pointer, lambda: f"{path.name}\n{stamp()}".encode())
    return _keep(pointer, compiled)


def find(name: str, arguments: tuple[Any, ...]) -> Program | None:
    """The compiled program for arguments of these shapes where this process or the disk has it, else None."""
    pointer = _pointer(name, arguments)
    with _lock:
        compiled = _kept.get(pointer)
    if compiled is None:
        compiled = _load(_pointed_at(pointer))
    return None if compiled is None else _keep(pointer, compiled)


def _keep(pointer: Path, compiled: Any) -> Program:
    """Keep the programs used last: the next flight of this process, another seed or another number, starts with them at once."""
    with _lock:
        _kept[pointer] = compiled
        _kept.move_to_end(pointer)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return Program(compiled)


def _pointer(name: str, arguments: tuple[Any, ...]) -> Path:
    """The small file that names the executable of these shapes."""
    shapes, tree = _shapes(arguments)
    return cache_folder() / f"{name}-{_digest(name, *map(str, shapes), str(tree), _machine(), source_digest())}.key"


def _shapes(arguments: tuple[Any, ...]) -> tuple[list[Any], Any]:
    import jax

    leaves, tree = jax.tree.flatten(arguments)
    return [jax.ShapeDtypeStruct(np_shape(x), np_dtype(x)) for x in leaves], tree


def np_shape(x: Any) -> tuple[int, ...]:
    """Shape of an array, a shape or a number."""
    return tuple(getattr(x, "shape", ()))


def np_dtype(x: Any) -> Any:
    """Kind of number of an array, a shape or a number."""
    import numpy as np

    return x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype


def _pointed_at(pointer: Path) -> Path | None:
    """The executable that a pointer file names, if both are there."""
    try:
        return pointer.with_name(pointer.read_text().partition("\n")[0])
    except (OSError, UnicodeDecodeError):
        return None


def _load(path: Path | None) -> Callable[..., Any] | None:
    from jax.experimental.serialize_executable import deserialize_and_load

    if path is None:
        return None
    try:
        with path.open("rb") as file:
            payload, inputs, outputs = pickle.load(file)
        return deserialize_and_load(payload, inputs, outputs)
    except (OSError, MemoryError):  # it is not there, or cannot be had just now: the file is not to blame
        return None
    except Exception as problem:  # a damaged or foreign file raises anything: the answer is to compile again
        if "RESOURCE_EXHAUSTED" not in str(problem):
            with contextlib.suppress(OSError):  # nor can every file be deleted
                path.unlink()
        return None


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time makes a program: others that want it wait and find it. Where files cannot be locked, each makes its own."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError, ImportError):
            import fcntl  # not on Windows

            path.parent.mkdir(parents=True, exist_ok=True)
            fcntl.flock(held.enter_context(path.with_suffix(".lock").open("w")), fcntl.LOCK_EX)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # where it could not be made it cannot be deleted
                path.with_suffix(".lock").unlink()


def _store(path: Path, content: Callable[[], bytes]) -> None:
    """Write beside, then rename: never half a file."""
    beside = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time, nothing else
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(content())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def _digest(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
    return digest.hexdigest()[:24]


@cache
def stamp() -> str:
    """What a pointer says of who can use it: this source, on this machine with these versions and flags."""
    return _digest(source_digest(), _machine())


@cache
def source_digest() -> str:
    """Hash of every file whose text decides what is computed."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for room in _ROOMS:
        for file in sorted((root / room).rglob("*.py")):
            if room == "flight" and file.stem in HOST_ONLY:
                continue
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


@cache
def _machine() -> str:
    """Versions, flags and processor."""
    import jax
    import jaxlib.version

    processor = ""
    try:
        with open("/proc/cpuinfo") as file:
            processor = next((line for line in file if line.startswith("flags")), "")
    except OSError:
        processor = platform.processor()
    return "|".join(
        (
            jax.__version__,
            jaxlib.version.__version__,
            platform.python_version(),
            platform.machine(),
            processor,
            os.environ.get("XLA_FLAGS", ""),
            jax.default_backend(),
        )
    )
