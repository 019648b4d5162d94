"""Argument parsing and wording: types of options, and errors that suggest the nearest option or choice."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from rung.errors import InvalidQuery
from rung.nearest import suggest
from rung.queries import checked_country


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 row``, ``2,000 rows``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
    """The type of an option that takes a whole number from ``low`` to ``high`` (``None``: no upper limit)."""
    wanted = f"a whole number from {low:,} to {high:,}" if high is not None else f"a whole number of at least {low:,}"

    def parse(text: str) -> int:
        if not re.fullmatch(r"-?\d{1,18}", text) or int(text) < low or (high is not None and int(text) > high):
            raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}.")
        return int(text)

    return parse


def number(text: str) -> float:
    """The type of an option that takes a number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number.") from None


def one_word(text: str) -> str:
    """The type of an argument that is one word."""
    if text.split() != [text]:
        raise argparse.ArgumentTypeError(f"{text!r} is not one word; write it without blanks.")
    return text


def country_code(text: str) -> str:
    """The type of an option that takes an ISO 3166 alpha-2 code."""
    try:
        return checked_country(text)
    except InvalidQuery as error:
        raise argparse.ArgumentTypeError(f"{error.detail}.") from None


class Parser(argparse.ArgumentParser):
    """An ``ArgumentParser`` that keeps the line breaks of its examples, allows no abbreviated options and suggests names."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        options.setdefault("allow_abbrev", False)
        super().__init__(**options)

    def parse_known_args(  # type: ignore[override]  # argparse overloads it by the type of the namespace
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse; unknown options are refused here, where those of the command are known."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self._refuse(unknown[0])
        return found, unknown

    def _refuse(self, unknown: str) -> NoReturn:
        name = unknown.partition("=")[0]
        if name.startswith("-"):
            self.error(f"There is no option {name}. {suggest(name, self._option_string_actions)}".rstrip())
        self.error(f"{unknown!r} was left over. Write options before or after all other arguments; quote a text with spaces.")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Add the nearest choice to the message of ``argparse``."""
        if action.choices is not None and value not in action.choices:
            choices = [str(choice) for choice in action.choices]
            message = f"{value!r} is not one of {', '.join(choices)}. {suggest(str(value), choices)}".rstrip()
            raise argparse.ArgumentError(action, message)

    def error(self, message: str) -> NoReturn:
        """Print the error and the command for help; exit with code 2."""
        self.exit(2, f"rung: {message}\nTry: {self.prog} --help\n")
