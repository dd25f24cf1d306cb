"""What `doctor` looks at: versions, devices, processors, the folder of compiled programs."""

import os
import platform
import re
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_ALWAYS = ("jax", "jaxlib", "numpy", "scipy", "xarray", "netCDF4", "clarabel", "matplotlib", "jaxtyping")

_WITHOUT_LLVM = (
    "Pictures take about twice as long as they could: Mitsuba finds no LLVM library that it can use (optional)."
)
_LLVM = {
    "linux": "sudo apt install libllvm19  (Debian, Ubuntu; Fedora: sudo dnf install llvm-libs; or set DRJIT_LIBLLVM_PATH)",
    "darwin": "brew install llvm",
}


def examine() -> dict[str, Any]:
    """Everything found, and advice: what is not as it should be, with the command that helps."""
    from skycrane.flight.engine import configure

    versions = _versions()
    if versions.get("jax"):
        configure()  # the flags are part of what a program is found by, and come before the devices are asked for
    devices, fault = _devices()
    engine = _picture_engine()
    return {
        "versions": versions,
        "devices": devices,
        "picture_engine": engine,
        "processors": _processors(),
        "system": platform.platform(),
        "executable": sys.executable,
        "cache": _cache(),
        "advice": _advice(versions, devices, fault, engine),
    }


def _versions() -> dict[str, str | None]:
    from skycrane import __version__

    found: dict[str, str | None] = {"python": platform.python_version(), "skycrane": __version__}
    for name in {each.lower(): each for each in (*_required(), *_ALWAYS)}.values():
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def _required() -> list[str]:
    """The packages that this installation of skycrane asks for, extras left out."""
    try:
        wanted = metadata.requires("skycrane") or []
    except metadata.PackageNotFoundError:
        return []
    return [re.split(r"[^A-Za-z0-9_.-]", each)[0] for each in wanted if "extra ==" not in each]


def _devices() -> tuple[list[str], str]:
    try:
        import jax

        return [" ".join(dict.fromkeys((device.platform, device.device_kind))) for device in jax.devices()], ""
    except Exception as error:  # whatever is wrong with jax is what a doctor has to report
        return [], f"{type(error).__name__}: {error}".splitlines()[0]


def _picture_engine() -> str | None:
    """Mitsuba's engine for pictures on this machine: the one asked for, or the fastest that works; None without Mitsuba."""
    if find_spec("mitsuba") is None:
        return None
    from skycrane.cameras.render.engine import fastest

    return os.environ.get("SKYCRANE_RENDERER") or fastest()


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _cache() -> dict[str, Any]:
    from skycrane.flight import cache_folder

    folder = cache_folder()
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    from skycrane.flight.pruning import unusable

    waste = sum(path.stat().st_size for path in unusable())
    return {
        "folder": str(folder),
        "files": len(sizes),
        "megabytes": sum(sizes) / 1e6,
        "unusable_megabytes": waste / 1e6,
    }


def _advice(
    versions: dict[str, str | None], devices: list[str], fault: str, engine: str | None
) -> list[dict[str, str]]:
    advice = []
    pip = f"{sys.executable} -m pip install"
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        advice.append({"what": f"Missing: {', '.join(missing)}.", "command": f"{pip} {' '.join(missing)}"})
    elif fault:
        advice.append({"what": f"jax does not start ({fault}).", "command": f"{pip} --force-reinstall jax jaxlib"})
    if sys.version_info < (3, 12):
        what = f"Python {platform.python_version()} gets an older JAX that flies less than half as fast; 3.12 or newer is better."
        advice.append(
            {
                "what": what,
                "command": "install Python 3.13 and skycrane anew with it (in a clone: rm -rf .venv && make land)",
            }
        )
    if engine == "scalar_rgb" and "SKYCRANE_RENDERER" not in os.environ:
        advice.append({"what": _WITHOUT_LLVM, "command": _LLVM.get(sys.platform, _LLVM["linux"])})
    if Path("/dev/nvidia0").exists() and devices and all(device.startswith("cpu") for device in devices):
        advice.append(
            {"what": "There is an NVIDIA GPU that jax does not use (optional).", "command": f'{pip} "jax[cuda13]"'}
        )
    return advice
