"""Keys in, answers out: each distinct key is classified once, and recent answers are cached within a bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, cast

from rung.cache import Computed
from rung.errors import InvalidQuery, TableError, UnknownLadder
from rung.ladders.crosswalk import find_ladder
from rung.normaliser import Normaliser
from rung.tables.columns import NameColumn, on_command_line
from rung.tables.forms import Form
from rung.tables.table import BLANK, COLUMNS, PREFIX, Cell, Fault, Key, added, cells, query
from rung.types import Limits, Part, Query, Result

FORMS = 4_096  # distinct answers whose written form a process caches: many titles share few answers

EMPLOYERS = 50_000  # cached names of employers


class AnswerFacts(NamedTuple):
    """The cells of an answer that a summary counts; ``reason`` says why a row has no answer."""

    status: str
    family: str | None
    level: str | None
    track: str | None
    confidence: float | None
    about: str | None = None
    question: str | None = None
    flags: str | None = None
    reason: str | None = None


Outcome = Result | InvalidQuery | Fault
WrittenAnswer = tuple[Any, AnswerFacts]  # the cells in their form, and the facts
RowKey = Key | Fault
Submit = Callable[[Sequence[RowKey]], Callable[[], list[WrittenAnswer]]]
Interned = dict[WrittenAnswer, WrittenAnswer]  # equal answers of all processes, each stored once


@dataclass(frozen=True, slots=True)
class Setup:
    """How a process gets its normaliser: the folder of the model (``None``: the newest shipped), of further ladders, and limits."""

    model: Path | None = None
    limits: Limits = field(default_factory=Limits)
    ladders: Path | None = None

    def load(self) -> Normaliser:
        """The normaliser; consecutive runs with the same setup share it.

        Raises:
            ArtefactError, DataError: a folder cannot be used.
        """
        return _load(self)


@lru_cache(maxsize=1)
def _load(setup: Setup) -> Normaliser:
    return Normaliser.load(setup.model, setup.limits, setup.ladders)


class Task(NamedTuple):
    """How keys are answered: the fields of a key, the readings to add, the form of the cells, whether to add occupation codes.

    ``name_column`` words how the caller names a column.
    """

    fields: tuple[str, ...]
    readings: tuple[str, ...]
    form: Form
    occupation: bool = False
    name_column: NameColumn = on_command_line

    def added(self) -> dict[str, type]:
        """The added columns and their types, in order."""
        return added(self.readings, occupation=self.occupation)

    def limits(self, limits: Limits) -> Limits:
        """The limits with a small cache, because deduplication answers repeated titles before the normaliser."""
        return replace(limits, cache=min(limits.cache, 1_000) if "description" in self.fields else 0)


def check_readings(normaliser: Normaliser, readings: Sequence[str]) -> None:
    """Check that there are ladders for these readings.

    Raises:
        TableError: there is no ladder of that name.
    """
    for ladder in readings:
        try:
            find_ladder(normaliser.crosswalk, ladder)
        except UnknownLadder as error:
            raise TableError(error.detail) from error


class KeyClassifier:
    """Classifies keys in this process."""

    def __init__(self, task: Task, normaliser: Normaliser) -> None:
        self._task = task
        self._normaliser = normaliser
        self._model = normaliser.model.short
        self._in_form = Computed[tuple[Cell, ...], WrittenAnswer](self._form, FORMS)

    def __call__(self, keys: Sequence[RowKey]) -> list[WrittenAnswer]:
        """One answer a key, in order; if a key cannot be answered, its cells say why."""
        outcomes = iter(self._outcomes([self._query_of(key) for key in keys if key != BLANK]))
        blank = self._task.form.blank, AnswerFacts("blank", None, None, None, None)
        return [blank if key == BLANK else self._written(next(outcomes)) for key in keys]

    def _written(self, outcome: Outcome) -> WrittenAnswer:
        """An outcome in its form."""
        return self._in_form[cells(outcome, self._model, self._task.readings, occupation=self._task.occupation)]

    def _form(self, answer: tuple[Cell, ...]) -> WrittenAnswer:
        return self._task.form(answer), AnswerFacts(*_counted(answer))

    def _query_of(self, key: RowKey) -> Query | Fault:
        """The query of a key, or what is wrong with it."""
        if isinstance(key, Fault):
            return self._with_way_out(key)
        try:
            return query(self._task.fields, key)
        except InvalidQuery as error:
            return self._with_way_out(Fault(error.detail, error.errors[0].field))
        except Exception as error:
            return _mistake(error)

    def _with_way_out(self, fault: Fault) -> Fault:
        """The fault, and how to leave the column unread if the row can be answered without it."""
        if fault.field in ("", "title"):
            return fault
        return Fault(f"{fault.reason}. To leave this column unread: {self._task.name_column(fault.field, '')}")

    def _outcomes(self, queries: Sequence[Query | InvalidQuery | Fault]) -> list[Outcome]:
        """The outcome of each query; an item that is not a query is its own outcome."""
        valid = [each for each in queries if isinstance(each, Query)]
        try:
            answers = iter(self._classify(valid))
        except Exception:
            answers = iter([self._classify_one(query) for query in valid])
        return [next(answers) if isinstance(each, Query) else each for each in queries]

    def _classify(self, queries: Sequence[Query]) -> Sequence[Outcome]:
        wanted: dict[Part, bool] = {"readings": bool(self._task.readings), "occupation": self._task.occupation}
        include = tuple(part for part, asked in wanted.items() if asked)
        decided = self._normaliser.decide_many(queries)
        return [each if isinstance(each, InvalidQuery) else self._normaliser.render(each, include) for each in decided]

    def _classify_one(self, query: Query) -> Outcome:
        """One query by itself."""
        try:
            return self._classify([query])[0]
        except Exception as error:
            return _mistake(error)


def _mistake(error: Exception) -> Fault:
    """The fault for a defect of Rung: one row must not end a run of a billion."""
    return Fault(f"this row could not be answered: {type(error).__name__}: {error}")


# The cells that a summary counts, in the order of ``AnswerFacts``.
_FACTS = ("status", "family", "level", "track", "confidence", "about", "question", "flags", "error")
_counted = itemgetter(*(list(COLUMNS).index(f"{PREFIX}{name}") for name in _FACTS))


class Employers(Computed[str, str]):
    """Maps the name of an employer to itself if it can change an answer, as a bank's can, and otherwise to "".

    So a title has the same key for nearly all employers.
    """

    def __init__(self, normaliser: Normaliser) -> None:
        super().__init__(lambda name: name if normaliser.employer_matters(name) else "", EMPLOYERS)

    def within(self, keys: Sequence[RowKey], at: int) -> Sequence[RowKey]:
        """The keys with the employer, at index ``at`` of each, replaced."""
        if set(map(type, keys)) == {tuple}:
            columns = list(zip(*cast(Sequence[tuple[str, ...]], keys), strict=True))  # by columns, because these loops run in C
            columns[at] = tuple(map(self.__getitem__, columns[at]))
            return list(zip(*columns, strict=True))
        return [(*key[:at], self[key[at]], *key[at + 1 :]) if isinstance(key, tuple) else key for key in keys]


class Slot:
    """Holds one answer for all rows with the same key; rows keep their slot when the cache drops it."""

    __slots__ = ("facts", "key", "written")

    def __init__(self, key: RowKey) -> None:
        self.key = key
        self.written: Any = None
        self.facts = UNANSWERED


UNANSWERED = AnswerFacts("", None, None, None, None)


class SlotCache:
    """The slots of recent keys, evicted as ``rung.cache.Recent`` evicts values.

    It is a class of its own because it looks up a whole block of keys at once, which ``Recent`` would do one call a key.
    """

    def __init__(self, size: int) -> None:
        self._half = max(size // 2, 1)
        self._young: dict[RowKey, Slot] = {}
        self._old: dict[RowKey, Slot] = {}

    def slots(self, keys: Sequence[RowKey], *, keep: bool) -> tuple[list[Slot], list[Slot]]:
        """The slot of each key, in order, and those of them that are new; if ``keep`` is false, none is cached."""
        young, new = (self._young if keep else {}), list[Slot]()
        slots = list(map(young.get, keys))  # most are cached, and this loop runs in C
        for at in [at for at, slot in enumerate(slots) if slot is None]:
            key = keys[at]
            slot = young.get(key)  # an earlier key of this block may have added it
            if slot is None:
                slot = self._old.pop(key, None) if keep else None
                if slot is None:
                    slot = Slot(key)
                    new.append(slot)
                young[key] = slot
            slots[at] = slot
        if len(self._young) >= self._half:
            self._young, self._old = {}, self._young
        return cast(list[Slot], slots), new


class PendingBlock:
    """The answers of a submitted block; ``result`` fills ``slots``."""

    def __init__(self, slots: list[Slot], new: list[Slot], collect: Callable[[], list[WrittenAnswer]], interned: Interned) -> None:
        self.slots = slots
        self._new = new
        self._collect = collect
        self._interned = interned

    def result(self) -> list[Slot]:
        """Wait for the answers. Blocks share slots, so they must be finished in the order of their submission."""
        if len(self._interned) >= FORMS:
            self._interned.clear()
        for slot, answered in zip(self._new, self._collect(), strict=True):
            slot.written, slot.facts = self._interned.setdefault(answered, answered)
        return self.slots


class Deduplicator:
    """Submits blocks of keys; a key that is cached is not submitted again."""

    def __init__(self, submit: Submit, fields: Sequence[str], memory: int, employers: Employers | None = None) -> None:
        self._submit = submit
        self._slots = SlotCache(memory)
        self._interned: Interned = {}
        # Repeated texts are rare and large, so they are deduplicated within a block but not cached.
        self._keep = "description" not in fields
        self._employers = employers if self._keep and "company" in fields else None
        self._at = fields.index("company") if self._employers is not None else 0

    def submit(self, keys: Sequence[RowKey]) -> PendingBlock:
        """Start answering a block."""
        if self._employers is not None:
            keys = self._employers.within(keys, self._at)
        slots, new = self._slots.slots(keys, keep=self._keep)
        return PendingBlock(slots, new, self._submit([slot.key for slot in new]), self._interned)
