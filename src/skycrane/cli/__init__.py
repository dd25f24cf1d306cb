"""The commands of the terminal: `skycrane land`, `compare`, `missions`, `cite`, `doctor`. One thin module a command.

The last room: it asks the others to do the work, prints what a person wants to see and ends with a status that a script can use.
"""

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is returned. Without arguments they are those of the process, which then ends with it."""
    try:
        from skycrane.cli.command_line import main as run
    except KeyboardInterrupt:  # Ctrl-C while the commands are still being loaded
        print("skycrane: interrupted", file=sys.stderr)
        return 130
    return run(arguments)
