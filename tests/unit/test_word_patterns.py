"""Patterns over words: each element of the language, and the matcher against an obvious one that tries every place."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rung.text.compiling import compile_patterns
from rung.text.patterns import Pattern, Patterns, PatternSet
from rung.text.tokens import tokenise

CLASSES = {"en": {"verb": ["run", "look after"], "stop": ["with"], "things": ["<verb> it"]}}
NUMBERS = {"three": 3}
EVERY = defaultdict(lambda: "x")


def found(pattern: str, text: str) -> list[str]:
    """The words of each match of one pattern."""
    patterns = Patterns(compile_patterns(PatternSet([Pattern("test", pattern, "en")], CLASSES, NUMBERS)))
    tokens = patterns.tokens(text)
    return [" ".join(map(tokens.word, range(p.start, p.end))) for p in patterns.find(tokens.letters)]


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("direct reports", "Direct  reports, direct reports", ["Direct reports", "direct reports"]),
        ("lead|run team", "lead team; run team; team", ["lead team", "run team"]),
        ("lead [the|a] team", "lead team. lead the team. lead big team", ["lead team", "lead the team"]),
        ("(head of | run) product", "head of product, run product", ["head of product", "run product"]),
        ("manag* people", "manages people, managing people, man people", ["manages people", "managing people"]),
        ("*verantwortung", "Personalverantwortung!", ["Personalverantwortung"]),
        ("lead ~2 team", "lead a big team; lead a very big team", ["lead a big team"]),
        ("lead ~2 team", "lead with a team; lead , team", []),
        ("lead ..2 team", "lead with a team; lead. The team", ["lead with a team"]),
        ("reports . none", "reports. None. Reports\nnone", ["reports . None", "Reports \n none"]),
        ("<verb> people", "run people, look after people", ["run people", "look after people"]),
        ("<things>", "look after it", ["look after it"]),
        ("reports : <n>", "Reports: 3 reports: three reports : 3000", ["Reports : 3", "reports : three"]),
        ("a", "a b a", ["a", "a"]),
        ("l'équipe", "L’ÉQUIPE", ["L ÉQUIPE"]),
        ("cross-functional|big team", "cross functional team, cross-functional team", ["cross functional team"] * 2),
        ("co-manag*", "co-managing", ["co managing"]),
        ("equipe", "équipe", ["équipe"]),
        (r"\( none \)", "reports (none)", ["( none )"]),
        ("don't", "don’t", ["don’t"]),
    ],
)
def test_elements(pattern: str, text: str, matches: list[str]) -> None:
    assert found(pattern, text) == matches


def test_captured_words_are_told() -> None:
    patterns = Patterns(compile_patterns(PatternSet([Pattern("test", "reports to {..2}", "en")], CLASSES, NUMBERS)))
    tokens = patterns.tokens("reports to the big boss")
    (place,) = patterns.find(tokens.letters)
    assert list(map(tokens.word, range(*place.inner))) == ["the", "big"]


def test_the_tables_do_not_depend_on_the_order_of_sets() -> None:
    program = (
        "import hashlib, json\n"
        "from rung.text.compiling import compile_patterns\n"
        "from rung.text.patterns import Pattern, PatternSet\n"
        "rows = [Pattern('test', text, 'en') for text in ('lead|run|own* team', 'a ~2 <verb>|b', '*er of {..2}')]\n"
        f"document, arrays = compile_patterns(PatternSet(rows, {CLASSES!r}, {NUMBERS!r}))\n"
        "print(json.dumps(document), *(hashlib.sha256(array.tobytes()).hexdigest() for array in arrays.values()))\n"
    )
    told = set()
    for seed in "123":
        command, environment = [sys.executable, "-c", program], {**os.environ, "PYTHONHASHSEED": seed}
        told.add(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert len(told) == 1


def test_markup_keeps_offsets() -> None:
    text = "<li>Sênior<b> p</b>m</li>line-manage -- x - 3-5 v1.2. <br/>don't"
    tokens = tokenise(text, EVERY)
    every = [tokens.word(at) for at in range(len(tokens.letters))]
    assert [word for word in every if word[0].isalnum()] == [
        "Sênior",
        "p",
        "m",
        "line",
        "manage",
        "x",
        "3",
        "5",
        "v1",
        "2",
        "don't",
    ]
    assert [tokens.text[slice(*tokens.span(at, at + 1))] for at in range(len(every))] == every
    assert every[-2] == "\n"


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "with", ",", "3"]), max_size=12)


@given(WORDS, st.sampled_from(["a [b] c", "a ~2 c", "a|b ..1 d", "(a b | c) d", "b <n>", "{a} [b|c] d"]))
def test_matches_are_those_of_a_regular_expression_over_whole_words(words: list[str], pattern: str) -> None:
    """The oracle spells the pattern out as an expression over blank-separated words."""
    spelt = {
        "a [b] c": r"a (?:b )?c ",
        "a ~2 c": r"a (?:(?!with|,)\S+ ){0,2}?c ",
        "a|b ..1 d": r"(?:a|b) (?:\S+ ){0,1}?d ",
        "(a b | c) d": r"(?:a b|c) d ",
        "b <n>": r"b 3 ",
        "{a} [b|c] d": r"a (?:(?:b|c) )?d ",
    }[pattern]
    text = " ".join(words) + " "
    expected = [m.group().strip() for m in re.finditer(rf"(?<!\S){spelt}", text)]
    assert found(pattern, text) == expected
