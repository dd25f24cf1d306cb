"""From the words on the command line to a command, and from whatever happens to one sentence and an exit status."""

import argparse
import os
import shlex
import signal
import sys
from collections.abc import Sequence

from skycrane.cli import (
    cite,
    compare,
    ctrl_c,
    doctor,
    downlink,
    ensemble,
    gradient,
    land,
    missions,
    pictures,
    publish,
    refly,
    sensitivity,
    site,
    sound,
    terrain,
    watch,
)
from skycrane.cli.parser import BAD_INPUT, Parser
from skycrane.cli.screen import close_quietly
from skycrane.core.errors import DISK_FULL, InputError

DONE, DEFECT, LOSS, INTERRUPTED = 0, 1, 3, 130

_STORY = """\
exit status: 0 done, and the mission's success condition holds; 2 bad input; 3 the flight ended in a named loss;
130 interrupted; 1 a defect of skycrane"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is returned. Without arguments they are those of the process, which then ends with it."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        with ctrl_c.remembered():
            status = _run(words)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else DONE if end.code is None else BAD_INPUT
    except KeyboardInterrupt:
        status = _end(INTERRUPTED, "skycrane: interrupted")
    finally:
        close_quietly(sys.stdout)
    if arguments is None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the work is done: nothing is left to interrupt but the way out
        if status == INTERRUPTED:
            ctrl_c.leave_at_once(status)
    return status


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = Parser(
        prog="skycrane",
        description="Fly a Mars landing and see what happened, and why.",
        epilog=_STORY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for command in (
        land,
        pictures,
        sound,
        site,
        downlink,
        watch,
        publish,
        compare,
        ensemble,
        refly,
        sensitivity,
        gradient,
        missions,
        terrain,
        cite,
        doctor,
    ):
        command.add_to(commands)
    return top


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from skycrane import __version__

        print(f"skycrane {__version__}")
        parser.exit()


def _run(words: Sequence[str]) -> int:
    chosen = parser().parse_args(words)
    if chosen.command is None:
        parser().print_help()
        return DONE
    try:
        status: int = chosen.run(chosen)
    except InputError as error:
        return _end(BAD_INPUT, f"skycrane {chosen.command}: {error}")
    except KeyboardInterrupt:
        return _end(INTERRUPTED, f"skycrane {chosen.command}: interrupted")
    except Exception as error:
        if ctrl_c.was_pressed():
            return _end(INTERRUPTED, f"skycrane {chosen.command}: interrupted")
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            return _end(
                BAD_INPUT, f"skycrane {chosen.command}: no space is left to write on; free some, or write elsewhere"
            )
        if os.environ.get("SKYCRANE_DEBUG", "0") not in ("", "0"):
            raise
        return _unexpected(error, words)
    if ctrl_c.was_pressed() and status != INTERRUPTED:  # a command that ends with that has said so itself
        return _end(INTERRUPTED, f"skycrane {chosen.command}: interrupted")
    return status


def _unexpected(error: Exception, words: Sequence[str]) -> int:
    if "KeyboardInterrupt" in str(error):  # Ctrl-C inside a compiled program comes out as an error of that program
        return _end(INTERRUPTED, f"skycrane {words[0]}: interrupted")
    what = f"{type(error).__name__}: {error}"
    what = " ".join(what.split())
    what = what if len(what) <= 200 else what[:196] + " ..."
    again = f"SKYCRANE_DEBUG=1 {shlex.join(['skycrane', *words])}"
    return _end(
        DEFECT,
        f"skycrane: a defect of skycrane, not of your input ({what}); please report it with the output of: {again}",
    )


def _end(status: int, sentence: str) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return status
