"""Blanking: removes the names of jobs and levels from a text, so that only the duties are left.

Used where a model of duties is trained, and where it is measured with the title withheld. The expression is in the code and not in
``training_data/``, because it defines that measure (docs/accuracy.md): ``rung evaluate`` must compute it the same way for every
model, also where there is no training data.
"""

from __future__ import annotations

import re

_LEVELS = (
    r"(senior|sr\.?|snr|associate|assoc\.?|assistant|junior|jr\.?|lead|principal|staff|group|head|director|vp|avp|vice president"
    r"|chief|executive|managing|deputy)"
)
_NAMES = re.compile(
    rf"\b({_LEVELS}[ ,/&-]*(of )?(the )?)*((technical|digital|agile|mobile|data|growth) )?(product|produkt)[ -]*"
    r"(managers?|managerin|owners?|management|directors?|officers?|leads?|mgrs?)\b"
    r"|\b(senior|sr\.?|junior|jr\.?|principal|staff|group|associate|intern(ship)?|director|head of|vice president|vp|avp"
    r"|chief [a-z]+ officer|supervisor|supervisory)\b"
    r"|\b(GPM|APM|CPO|PMs?|POs?|GS-?1[0-9])\b",
    re.IGNORECASE,
)
_SPACES = re.compile(r" {2,}")


def blank(text: str) -> str:
    """The text without the words that name a job in product management or its level."""
    return _SPACES.sub(" ", _NAMES.sub(" ", text))
