"""The built page inside this installation: made from `web/` when skycrane is built, and what to do where it was not."""

import sys
from pathlib import Path

from skycrane.core.errors import InputError

PAGE = Path(__file__).parent / "page"
#: the page as one script and one style sheet, for a single file
SINGLE_SCRIPT, SINGLE_STYLE = PAGE / "single" / "page.js", PAGE / "single" / "page.css"
_CHECKOUT = Path(__file__).parents[3]


def _from() -> str:
    """Where it was installed from: a checkout, or an index."""
    return f"--editable {_CHECKOUT}" if (_CHECKOUT / "web" / "package.json").is_file() else "skycrane"


def page_files() -> dict[str, Path]:
    """Address -> file of the page for servers. InputError when it was not built."""
    if not (PAGE / "index.html").is_file() or not SINGLE_SCRIPT.is_file():
        raise InputError(
            "the web page was not built in this installation of skycrane; "
            f"build it with: {sys.executable} -m pip install --no-deps --force-reinstall {_from()}"
        )
    found = {each.relative_to(PAGE).as_posix(): each for each in sorted(PAGE.rglob("*")) if each.is_file()}
    return {address: file for address, file in found.items() if not address.startswith("single/")}
