"""Official titles whose head names another family than their code: each stands in ``overrides.yaml`` with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from rung.title.clean import Cleaner
from rung.title.family_heads import HeadFinder
from rung.training import build
from rung.training.families import compile_families, family_records, longest_prefix, prefixes, read_table
from rung.training.sources import graded_family, read_yaml

DATA = Path(__file__).parents[2] / "training_data"
TABLES = {"onet.tsv.gz": ("soc", "code", "title"), "esco.tsv.gz": ("isco", "isco", "label")}


@pytest.fixture(scope="module")
def overruled() -> dict[tuple[str, str], list[str]]:
    """The official titles by (family, head) whose head names another family than the code."""
    lexicon = build.lexicon_dict(DATA, graded_family(DATA))
    heads, cleaner, records = HeadFinder(*compile_families(DATA, lexicon)), Cleaner(lexicon["patterns"]), family_records(DATA)
    found: dict[tuple[str, str], list[str]] = {}
    for file, (scheme, code, name) in TABLES.items():
        by_code = prefixes(records, scheme)
        for row in read_table(DATA / "occupations" / file):
            clean = cleaner.clean(row[name])
            head = heads.strong(clean)
            if head is not None and head[0] != longest_prefix(by_code, row[code]):
                found.setdefault(head, []).append(row[name])
    return found


@pytest.fixture(scope="module")
def explained() -> dict[tuple[str, str], str]:
    """The reason of each (family, head)."""
    rows = read_yaml(DATA / "occupations" / "overrides.yaml")["overrides"]
    return {(row["family"], head): row["reason"] for row in rows for head in row["heads"]}


def test_every_title_that_a_head_overrules_has_a_reason(overruled, explained) -> None:
    new = {f"{head} ({family})": titles for (family, head), titles in overruled.items() if (family, head) not in explained}
    assert not new, "add these heads to training_data/occupations/overrides.yaml with a reason, or change the heads of a family"


def test_every_reason_is_of_some_title(overruled, explained) -> None:
    assert not sorted(set(explained) - set(overruled)), "no official title is overruled by these any more; take them out"


def test_few_reasons_say_that_rung_is_wrong(overruled, explained) -> None:
    wrong = sum(len(titles) for key, titles in overruled.items() if explained.get(key, "").startswith("wrong"))
    assert wrong <= sum(map(len, overruled.values())) * 0.15


def test_a_reason_says_more_than_a_word(explained) -> None:
    assert all(len(reason.split()) >= 3 for reason in explained.values())
