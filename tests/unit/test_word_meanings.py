"""The table of what words mean: which words it has, and how an encoder's vectors become a few numbers."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pytest

from rung.title.occupation import Words
from rung.training import word_meanings
from rung.training.occupation_tables import Tables, Title
from rung.training.word_meanings import project


def test_vectors_are_turned_onto_the_axes_along_which_the_official_ones_differ() -> None:
    vectors = np.array([[1.0, 5.0, 0.0], [3.0, 5.0, 0.1], [2.0, 9.0, 0.0]])
    turned = project(vectors, np.array([True, True, False]), 1)
    assert np.allclose(np.abs(turned[:2, 0]), 1.0, atol=0.01)
    assert turned[0, 0] == pytest.approx(-turned[1, 0])
    whole = project(vectors, np.array([True, True, True]), 3)
    assert np.linalg.norm(whole[0] - whole[1]) == pytest.approx(np.linalg.norm(vectors[0] - vectors[1]))


def test_the_table_has_the_words_of_the_tables_and_frequent_ones_of_further_titles(tmp_path: Path, monkeypatch) -> None:
    titles = {"esco": [Title(0, "Chief Cook", "official"), Title(0, "Night Baker", "vacancy")], "soc": []}
    settings = {"meanings": {"axes": 1, "scale": 100, "least_titles": 2}}
    tables = Tables({}, titles, Words(frozenset(), {}), frozenset(), {}, settings)
    monkeypatch.setattr(word_meanings, "read_tables", lambda data: tables)
    monkeypatch.setattr(word_meanings, "embedding", lambda: lambda words: [[len(word), 1.0] for word in words])
    further = tmp_path / "titles.tsv.gz"
    further.write_bytes(gzip.compress(b"Waiter\t3\nHead Waiter\t1\nHead 42\t1\n42\t1\n"))
    (tmp_path / "occupations").mkdir()
    monkeypatch.setattr(sys, "argv", ["word_meanings", str(further), "--data", str(tmp_path)])
    word_meanings.main()
    lines = gzip.decompress((tmp_path / "occupations" / "meanings.tsv.gz").read_bytes()).decode().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert [word for word, _ in rows] == ["word", "baker", "chief", "cook", "head", "night", "waiter"]
    numbers = {word: int(number) for word, number in rows[1:]}
    assert abs(numbers["chief"]) == 50
    assert numbers["chief"] == -numbers["cook"]


def test_without_the_encoder_the_command_says_what_to_install(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(word_meanings, "embedding", lambda: None)
    monkeypatch.setattr(sys, "argv", ["word_meanings"])
    with pytest.raises(SystemExit):
        word_meanings.main()
    assert "pip install 'rung[baselines]'" in capsys.readouterr().err
