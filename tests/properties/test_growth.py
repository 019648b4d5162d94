"""No text costs more than its length earns: hostile ones of n and a quarter of n characters beside an ordinary one, by CPU time.

A text that costs no more than a few ordinary ones of its length passes at once. Any other is measured again at a quarter of its
length: linear work grows fourfold, quadratic work sixteenfold. Nothing depends on how fast or how busy the machine is: each figure
is a ratio of CPU times of this process, the least of several turns, and the bounds lie far from both.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest

from bench.plain import without_kernel
from rung import InvalidQuery, Limits, Normaliser, Query
from rung.errors import DataError
from rung.kernel import native
from rung.ladders.own import with_own_ladders
from rung.ladders.relations import Crosswalk
from tests.attack.hostile import UNITS
from tests.growth import cpu, too_steep

SINGLES = (
    ".", "!", "?", ";", " ", "\n", '"', "'", "(", ")", "[", "<", ">", "-", "–", "—", "*", "/", "|", "&", "#", "+", "%", ",", ":",
    "0", "7", "a", "é", "Ã", "\u00ad", "\u200b", "•", "…", "の", "С",
)  # fmt: skip
PAIRED = (".", "?", ";", " ", "\n", "'", "(", "<", ">", "-", "–", "/", "&", "7", "a", "é", "Ã", "\u200b", "•")
WORDS = (
    "pm/",
    "pm / ",
    "intern/",
    "senior ",
    "product manager, ",
    "&amp;",
    "&amp;lt;",
    "<li>",
    "<b ",
    "a.b",
    "Ãª",
    "a a a ab ",
    "m/w/d ",
)
PIECES = (*SINGLES, *map("".join, combinations(PAIRED, 2)), *WORDS, *UNITS.values())

ORDINARY = "You own the roadmap of one product. You lead two managers – and agree it with sales; they write the stories.\n"
TITLE, TEXT, COMPANY = 500, 24_000, 8_000
AT_ONCE = 8  # ordinary texts that a hostile one may cost without being measured again


def quietly(work: Callable[[], object]) -> Callable[[], object]:
    """The work, where a refusal is an answer, too."""

    def done() -> None:
        with contextlib.suppress(InvalidQuery, DataError):
            work()

    return done


def repeated(piece: str, length: int) -> str:
    """The piece up to a length, and a letter that spoils a match at its end."""
    return (piece * length)[: length - 1] + "x"


def grows(work: Callable[[int], Callable[[], object]], ordinary: float, length: int) -> str:
    """What is wrong with how work grows; empty where nothing is."""
    allowed = AT_ONCE * ordinary
    return "" if cpu(work(length), 1) <= allowed else too_steep(work, length, allowed)


@pytest.fixture(scope="module", params=["native", "plain"])
def normaliser(request) -> Iterator[Normaliser]:
    with without_kernel() if request.param == "plain" else contextlib.nullcontext():
        if request.param == "native" and native is None:
            pytest.skip("no compiled kernel: none was built, or RUNG_KERNEL=plain")
        yield Normaliser.load(limits=Limits(cache=0))


def growing(normaliser: Normaliser, field: str, length: int) -> dict[str, str]:
    """The pieces with which a field of a query costs more than its length earns."""

    def work(piece: str) -> Callable[[int], Callable[[], object]]:
        def of(size: int) -> Callable[[], object]:
            query = Query(**{"title": "PM", field: repeated(piece, size)})
            return quietly(lambda: normaliser.classify(query))

        return of

    ordinary = cpu(work(ORDINARY)(length))
    found = {piece: grows(work(piece), ordinary, length) for piece in PIECES}
    return {piece: said for piece, said in found.items() if said}


def test_a_description_takes_time_in_proportion_to_its_length(normaliser: Normaliser) -> None:
    assert growing(normaliser, "description", TEXT) == {}


def test_a_title_takes_time_in_proportion_to_its_length(normaliser: Normaliser) -> None:
    assert growing(normaliser, "title", TITLE) == {}


def test_a_company_takes_time_in_proportion_to_its_length(normaliser: Normaliser) -> None:
    assert growing(normaliser, "company", COMPANY) == {}


LADDER = "id: own\nlabel: Own\nsource: own\npositions:\n"


def chain(count: int) -> str:
    """A ladder of so many positions, each with a step to the one above it."""
    reference = "reference: [{position: product-manager, cell: mid/ic}]"
    rows = (f"  - id: p{n}\n    title: Product Manager {n}\n    {reference}\n    next: [p{n + 1}]\n" for n in range(count - 1))
    return f"{LADDER}{''.join(rows)}  - id: p{count - 1}\n    title: Product Manager {count - 1}\n"


def circle(count: int) -> str:
    """The same, with a step from the last to the first: it is refused."""
    return f"{chain(count)}    next: [p0]\n"


def apart(count: int) -> str:
    """Positions that nothing joins: refused as well."""
    return LADDER + "".join(f"  - {{id: p{n}, title: Product Manager {n}}}\n" for n in range(count))


@pytest.fixture(scope="module")
def crosswalk() -> Crosswalk:
    return Normaliser.load(limits=Limits(cache=0)).crosswalk


def loading(crosswalk: Crosswalk, folder: Path, text: str) -> Callable[[], object]:
    """Loading a ladder file with this text beside the built-in ladders."""
    folder.mkdir(exist_ok=True)
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return quietly(lambda: with_own_ladders(crosswalk, folder))


@pytest.mark.parametrize("ladder", [chain, circle, apart])
def test_a_ladder_file_costs_what_its_positions_earn(crosswalk: Crosswalk, tmp_path: Path, ladder: Callable[[int], str]) -> None:
    assert not too_steep(lambda count: loading(crosswalk, tmp_path / str(count), ladder(count)), 3_000, turns=2)


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "'", "? ", "&a [", "!!", "#", "\n", "a: b\n"])
def test_a_ladder_file_of_one_piece_takes_linear_time(crosswalk: Crosswalk, tmp_path: Path, piece: str) -> None:
    ordinary = cpu(loading(crosswalk, tmp_path / "chain", chain(200)))

    def work(count: int) -> Callable[[], object]:
        return loading(crosswalk, tmp_path / str(count), LADDER + piece * count)

    assert not too_steep(work, 20_000, AT_ONCE * ordinary, turns=2)
