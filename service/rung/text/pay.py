"""The yearly pay that a text states: amounts and ranges in known currencies, by the year, the month or the hour."""

from __future__ import annotations

import re
from collections.abc import Mapping

_THOUSAND = 1000.0
_BEFORE, _BEHIND = 30, 60  # characters around a currency in which its amount is searched
# "150,000.00", "70.000", "140", "22.50"
_NUMBER = r"(\d{1,3}(?:[,.]\d{3})+(?!\d)(?:[,.]\d{2}(?!\d))?|\d{1,6}(?:[,.]\d{1,2})?(?![\d]|[,.]\d))(?: ?(k)\b)?"
_TO = r" ?(?:-{1,2}|–|—|to|and) ?"
_GROUPS = re.compile(r"[,.](?=\d{3})")


class Pay:
    """Reads the yearly pay of a text, in thousands of dollars."""

    def __init__(self, currencies: Mapping[str, float], periods: Mapping[str, float], least: float, most: float) -> None:
        """``currencies``: the value of one of each sign or code in dollars; ``periods``: how many of each period make a year.

        Amounts below ``least`` or above ``most`` (thousands of dollars) are ignored.
        """
        self._currencies, self._periods = currencies, periods
        self._least, self._most = least, most
        signs = "|".join(re.escape(name) for name in currencies if not name.isalnum())
        codes = "|".join(re.escape(name) for name in currencies if name.isalnum())
        either = "|".join(filter(None, (signs, rf"\b(?:{codes})" if codes else "")))
        behind = rf"(?: ?({codes})\b)?" if codes else "()"
        period = rf"(?: ?(?:per|an?|/)? ?({'|'.join(map(re.escape, periods))})\b)?" if periods else "()"
        first = rf"(?:({either}) ?|(?<![\w.,]))"
        self._amounts = re.compile(rf"{first}{_NUMBER}{behind}(?:{_TO}(?:{either})? ?{_NUMBER}{behind})?{period}")

    def of(self, text: str) -> float:
        """The mean of all yearly amounts in a readable text, in thousands of dollars; 0 if it states none."""
        matches = (match for start, end in self._near(text) for match in self._amounts.finditer(text, start, end))
        yearly = [amount for match in matches for amount in self._yearly(*match.groups(default=""))]
        return sum(yearly) / len(yearly) if yearly else 0.0

    def _near(self, text: str) -> list[list[int]]:
        """The disjoint spans around currencies, in order, so that only these are searched for amounts."""
        found: list[int] = []
        for name in self._currencies:
            at = text.find(name)
            while at >= 0:
                found.append(at)
                at = text.find(name, at + 1)
        stretches: list[list[int]] = []
        for at in sorted(found):
            if stretches and at - _BEFORE <= stretches[-1][1]:
                stretches[-1][1] = at + _BEHIND
            else:
                stretches.append([max(0, at - _BEFORE), at + _BEHIND])
        return stretches

    def _yearly(self, sign: str, low: str, k: str, code: str, high: str, high_k: str, high_code: str, period: str) -> list[float]:
        """The plausible yearly amounts of one match: an amount or a range."""
        name = sign or code or high_code
        if not name:
            return []
        amounts = [_thousands(low, k)]
        if high:
            amounts.append(_thousands(high, high_k))
            if amounts[0] * _THOUSAND < amounts[1]:  # "140-200k", "70-90,000": the lower one is in thousands too
                amounts[0] *= _THOUSAND
        worth = self._currencies[name]
        if period and amounts[-1] < self._least:
            worth *= self._periods[period]
        return [worth * amount for amount in amounts if self._least <= worth * amount <= self._most]


def _thousands(number: str, k: str) -> float:
    """The value of a written number, in thousands."""
    value = float(_GROUPS.sub("", number).replace(",", "."))
    return value if k else value / _THOUSAND
