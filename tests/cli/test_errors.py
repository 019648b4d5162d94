"""What the command line says of a wrong value: which one, where it came from, and what it must be."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rung.cli.__main__ import main


def said(arguments, capsys):
    """The exit code and standard error of a command."""
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = stop.code
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("RUNG_PORT", "abc", "RUNG_PORT is 'abc'; it must be a whole number."),
        ("RUNG_PORT", "80000", "RUNG_PORT is '80000'; it must be at most 65,535."),
        ("RUNG_MAX_TITLE", "0", "RUNG_MAX_TITLE is '0'; it must be at least 1."),
        ("RUNG_BODY_SECONDS", "0", "RUNG_BODY_SECONDS is '0'; it must be more than 0."),
        ("RUNG_RATE", "fast", "RUNG_RATE is 'fast'; it must be a number."),
        ("RUNG_INSECURE", "perhaps", "RUNG_INSECURE is 'perhaps'; it must be true or false."),
        ("RUNG_LOG_LEVEL", "loud", "RUNG_LOG_LEVEL is 'loud'; it must be 'debug', 'info', 'warning' or 'error'."),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(name, value, sentence, capsys, monkeypatch):
    monkeypatch.setenv(name, value)
    assert said(["families"], capsys) == (2, f"rung: {sentence}\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["batch", "in.csv", "out.csv", "--sample", "x"], "argument --sample: 'x' is not a whole number of at least 1."),
        (["batch", "in.csv", "out.csv", "--processes", "0"], "argument --processes: '0' is not a whole number of at least 1."),
        (["classify", "CPO", "--products", "-3"], "argument --products: '-3' is not a whole number of at least 0."),
        (["classify", "CPO", "--min-confidence", "high"], "argument --min-confidence: 'high' is not a number."),
        (
            ["classify", "CPO", "--country", "gb"],
            "argument --country: country is 'gb'; it must be a country code of ISO 3166, two capital letters: GB, not UK.",
        ),
        (
            ["classify", "CPO", "--country", "ZZ"],
            "argument --country: country is 'ZZ'; it must be a country code of ISO 3166, two capital letters: GB, not UK.",
        ),
        (["classify", "CPO", "--min-precision", "high"], "argument --min-precision: 'high' is not a number."),
        (["serve", "--port", "80000"], "argument --port: '80000' is not a whole number from 0 to 65,535."),
    ],
)
def test_a_wrong_value_of_an_option_is_named(arguments, sentence, capsys):
    code, err = said(arguments, capsys)
    assert code == 2
    assert err.startswith(f"rung: {sentence}\n")


def test_an_output_that_cannot_be_written_is_named(capsys, tmp_path):
    target = tmp_path / "nowhere" / "ladders.svg"
    code, err = said(["ladders", "draw", "--out", str(target)], capsys)
    assert code == 2
    assert err == f"rung: {target} cannot be read or written: No such file or directory\n"


def test_a_folder_without_a_model_is_named_in_one_line(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("RUNG_MODEL", str(tmp_path))
    code, err = said(["classify", "CPO"], capsys)
    assert code == 2
    assert err == (
        f"rung: {tmp_path}/manifest.json cannot be read (No such file or directory); "
        "name the folder of a model with RUNG_MODEL, or build one with `rung train`\n"
    )


@pytest.mark.parametrize(
    ("arguments", "module", "sentence"),
    [
        (["corpus", "count", "ads.jsonl"], "scipy", "the command corpus needs scipy; install it with: pip install 'rung[train]'"),
        (
            ["evaluate", "--gold", "gold.jsonl"],
            "scipy",
            "the command evaluate needs scipy; install it with: pip install 'rung[train]'",
        ),
        (["mcp"], "mcp", "the command mcp needs mcp; install it with: pip install 'rung[mcp]'"),
    ],
)
def test_a_missing_extra_is_named(arguments, module, sentence):
    # In a process of its own, where nothing has imported the package yet.
    code = f"import sys; sys.modules[{module!r}] = None; from rung.cli.__main__ import main; sys.exit(main({arguments!r}))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (2, f"rung: {sentence}\n")
