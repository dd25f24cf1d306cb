"""The reader of the command line: what is wrong with it is said in one sentence, with the nearest right word where one is near."""

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

BAD_INPUT = 2
_BELOW_ZERO = re.compile(r"-\.?\d.*")
_NUMBERS = {"int": "a whole number", "float": "a number"}
_NO_NUMBER = re.compile(r"argument (?P<option>\S+): invalid (?P<kind>int|float) value: '(?P<word>.*)'")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Status 2."""
        if wrong := _NO_NUMBER.fullmatch(message):
            message = f"{wrong['option']} is {wrong['word'] or 'empty'}, must be {_NUMBERS[wrong['kind']]}"
        self.exit(BAD_INPUT, f"{self.prog}: {message}; `{self.prog} --help` shows what is allowed\n")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse, but each command refuses itself what it does not know, and `--until -3h` is a value, not another option."""
        found, unknown = super().parse_known_args(None if args is None else _joined(args), namespace)
        if unknown:
            self._refuse_unknown(unknown)
        return found, unknown

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        from skycrane.mission.schema import nearest  # a word was wrong: there is time to look for the right one

        near = nearest(value, list(map(str, action.choices)))
        allowed = ", ".join(map(str, action.choices))
        if action.option_strings:
            self._refuse(f"{action.option_strings[-1]} is {value}, must be one of {allowed}", near)
        self._refuse(f"there is no `{self.prog} {value}`", near and f"`{self.prog} {near}`", f"; there is {allowed}")

    def _refuse_unknown(self, words: Sequence[str]) -> NoReturn:
        from skycrane.mission.schema import nearest

        option = next((word for word in words if word.startswith("-")), None)
        if option is None:
            self.error(f"{' '.join(words)} is more than it takes")
        bare = {each.lstrip("-"): each for each in self._option_string_actions}
        near = nearest(option.partition("=")[0].lstrip("-"), bare)
        self._refuse(f"there is no option {option}", near and bare[near])

    def _refuse(self, what: str, near: str | None, otherwise: str = "") -> NoReturn:
        """End with the nearest right word, or with what there is and where to read about it."""
        if near:
            self.exit(BAD_INPUT, f"{self.prog}: {what}; did you mean {near}?\n")
        self.error(what + otherwise)


def _joined(words: Sequence[str]) -> list[str]:
    """The words, a value below zero joined to the option before it: argparse would take `-3h` for an option."""
    joined: list[str] = []
    for word in words:
        if joined and re.fullmatch(r"--[a-z-]+", joined[-1]) and _BELOW_ZERO.fullmatch(word):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined
