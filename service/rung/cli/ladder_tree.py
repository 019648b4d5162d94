"""A ladder as a tree for the terminal: every position below its predecessor, with all fields of the ladder's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rung.ladders.conditions import NO_FACTS, Requirement, checked, wording
from rung.ladders.model import NOT_STATED, Ladder, LadderPosition

_TRACKS = {"ic": "IC", "manager": "manager", "either": "IC or manager", NOT_STATED: "track not stated"}
_LISTS = (
    ("duties", "does"), ("mastery", "mastery"), ("org_span", "reports up to it"), ("reports_to", "reports to"),
    ("works_with", "works with"), ("takes_in", "takes in"), ("criteria", "to get there"), ("likened_to", "likened to"),
)  # fmt: skip


def tree(ladder: Ladder) -> Any:
    """The tree: one trunk for each variant, one branch for each arm of a fork; a line of steps stays on one branch."""
    from rich.markup import escape
    from rich.tree import Tree

    root = Tree("\n".join(escape(line) if at else line for at, line in enumerate(_head(ladder))))
    for variant in dict.fromkeys(p.variant for p in ladder.positions):
        entries = {p.id: p for p in ladder.positions if p.variant == variant}
        trunk = root.add(f"[italic]{_variant(ladder, variant)}[/italic]") if variant else root
        later = {step for p in entries.values() for step in p.next}
        shown: set[str] = set()
        for first in (p for p in entries.values() if p.id not in later):
            if first.id not in shown:
                _grow(ladder, trunk, first, entries, shown)
    return root


def _grow(ladder: Ladder, branch: Any, entry: LadderPosition, entries: Mapping[str, LadderPosition], shown: set[str]) -> None:
    """Add a position and its successors: on the same branch, or below it if there are several.

    Another position that leads to the same step is added beside it, before the step; both then name the step.
    """
    shown.add(entry.id)
    node = branch.add("\n".join(lines(ladder, entry)))
    steps = [entries[step] for step in entry.next]
    for step in steps:
        if step.id in shown:
            node.add(f"[dim]→ {step.title}[/dim]")
            continue
        trunk = branch if len(steps) == 1 else node
        besides = [p for p in entries.values() if step.id in p.next and p.id not in shown and not _has_predecessor(p, entries)]
        if besides and trunk is branch:
            node.add(f"[dim]→ {step.title}[/dim]")
        for beside in besides:
            shown.add(beside.id)
            trunk.add("\n".join(lines(ladder, beside))).add(f"[dim]→ {step.title}[/dim]")
        if len(steps) == 1:
            _grow(ladder, trunk, step, entries, shown)
            continue
        shown.add(step.id)
        arm = node.add("\n".join(lines(ladder, step)))
        for later in step.next:
            if later in shown:
                arm.add(f"[dim]→ {entries[later].title}[/dim]")
            else:
                _grow(ladder, arm, entries[later], entries, shown)


def _has_predecessor(entry: LadderPosition, entries: Mapping[str, LadderPosition]) -> bool:
    return any(entry.id in other.next for other in entries.values())


def _head(ladder: Ladder) -> Iterable[str]:
    yield f"[bold]{ladder.label}[/bold]  [dim]{ladder.id}[/dim]"
    yield ladder.summary
    yield f"Seniority: {', '.join(ladder.seniority) or NOT_STATED}"
    if ladder.conditions:
        yield f"Holds where: {_wanted(ladder.conditions)}"
    if ladder.note:
        yield ladder.note
    yield f"Source: {ladder.source}"


def _variant(ladder: Ladder, variant: str) -> str:
    form = ladder.variant(variant)
    some = " or ".join(wording(c) for c in checked(form.any_of, NO_FACTS))
    return f"{form.label}  ({'; '.join(filter(None, (_wanted(form.conditions), some)))})"


def lines(ladder: Ladder, entry: LadderPosition) -> Iterable[str]:
    """The lines of a position: title and place first, then each field, with the reservation of its source."""
    from rich.markup import escape

    number = f"{entry.number}. " if entry.number is not None else ""
    means = ", ".join(f"{s.cell} {s.share:.0%}" for s in entry.reference) or "not mapped"
    also = (
        f"  [dim]also {escape(', '.join(s.title for s in entry.synonyms))}{_hedge(entry, 'synonyms')}[/dim]"
        if entry.synonyms
        else ""
    )
    track = _TRACKS[entry.track] + (" (judged)" if "track" in entry.judged else "")
    yield f"[bold]{number}{escape(entry.title)}[/bold]  [cyan]{track}[/cyan]  [green]{means}[/green]{also}"
    yield from (escape(line) for line in _details(ladder, entry))


def _details(ladder: Ladder, entry: LadderPosition) -> Iterable[str]:
    yield f"{entry.scope or 'scope not stated'}{_hedge(entry, 'scope')}"
    yield (
        f"people management: {entry.people_management}{_hedge(entry, 'people_management')}; "
        f"executive: {entry.executive}{_hedge(entry, 'executive')}"
    )
    for field in ("stage", "autonomy", "optional"):
        if getattr(entry, field):
            yield f"{field}: {getattr(entry, field)}{_hedge(entry, field)}"
    for field, says in _LISTS:
        if getattr(entry, field):
            yield f"{says}: {', '.join(_title(ladder, name) for name in getattr(entry, field))}{_hedge(entry, field)}"
    if entry.team:
        yield f"team: {', '.join(f'{name}: {count}' for name, count in entry.team).replace('..', ' to ')}{_hedge(entry, 'team')}"
    if entry.every_condition:
        yield f"{_wanted(entry.every_condition)}"
    for text in (f"next step: {dict(entry.modality)['next']}" if "next" in dict(entry.modality) else "", entry.note):
        if text:
            yield text
    judged = f"; judged here: {', '.join(entry.judged)}" if entry.judged else ""
    yield f"source: {entry.source or ladder.source}{judged}"


def _title(ladder: Ladder, name: str) -> str:
    """A position of the ladder by its title; any other text unchanged."""
    entry = ladder.find(name)
    return entry.title if entry else name


def _hedge(entry: LadderPosition, field: str) -> str:
    """The reservation with which the source states a field."""
    said = dict(entry.modality).get(field)
    return f" ({said})" if said else ""


def _wanted(requirements: tuple[Requirement, ...]) -> str:
    return "; ".join(wording(c) for c in checked(requirements, NO_FACTS))
