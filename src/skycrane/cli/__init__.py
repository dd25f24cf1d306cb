"""The commands of the terminal: `skycrane land`, `compare`, `missions`, `cite`, `doctor`. One thin module a command.

The last room: it asks the others to do the work, prints what a person wants to see and ends with a status that a script can use.
"""

from skycrane.cli.command_line import main

__all__ = ["main"]
