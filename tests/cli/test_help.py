"""Help, version, suggestions and completion of the command line."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys

import pytest

from rung import __version__
from rung.cli.__main__ import main
from rung.cli.commands import COMMANDS, GROUPS, parser


def run_main(arguments, capsys):
    """The exit code, standard output and standard error of a run."""
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = stop.code
    out = capsys.readouterr()
    return code, out.out, out.err


def help_of(command, capsys):
    return run_main([command, "--help"], capsys)[1]


def examples(text):
    """The commands below `examples:`, without the comment after them."""
    lines = text.partition("examples:\n")[2].splitlines()
    return [line.strip().partition("   ")[0].strip() for line in lines if line.startswith("  rung ")]


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_lists_the_commands_in_groups(arguments, capsys):
    code, out, _ = run_main(arguments, capsys)
    assert code == 0
    for group, commands in GROUPS.items():
        section = out.partition(f"\n{group}:\n")[2].partition("\n\n")[0]
        assert [line.split()[0] for line in section.splitlines()] == list(commands)


def test_version(capsys):
    assert run_main(["--version"], capsys) == (0, f"rung {__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_has_examples_that_the_parser_accepts(command, capsys):
    found = examples(help_of(command, capsys))
    assert found, f"`rung {command} --help` has no examples"
    for example in found:
        words = shlex.split(example.partition("<")[0])
        options = parser(words[1]).parse_args(words[1:])
        assert callable(options.run), example


@pytest.mark.parametrize("command", COMMANDS)
def test_no_help_shows_marks_of_another_language(command, capsys):
    assert "``" not in help_of(command, capsys)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clasify", "CPO"], "There is no command clasify. Did you mean 'classify'?"),
        (["--versoin"], "There is no option --versoin. Did you mean '--version'?"),
        (["classify", "CPO", "--sectr", "private"], "There is no option --sectr. Did you mean '--sector'?"),
        (["classify", "CPO", "--sector", "goverment"], "Did you mean 'government'?"),
        (["ladders", "shwo", "reference"], "Did you mean 'show'?"),
        (["crosswalk", "reference", "head-of-product", "nine-levels", "odd"], "'odd' was left over"),
        (["classify", "CPO", "--ladder", "referense"], "the nearest are reference"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(arguments, said, capsys):
    code, out, err = run_main(arguments, capsys)
    assert (code, out) == (2, "")
    assert said in err


def test_a_misspelt_setting_is_an_error_that_names_the_nearest(capsys, monkeypatch):
    monkeypatch.setenv("RUNG_MAX_TITEL", "10")
    code, out, err = run_main(["ladders"], capsys)
    assert (code, out) == (2, "")
    assert "There is no setting RUNG_MAX_TITEL. Did you mean 'RUNG_MAX_TITLE'?" in err


def test_the_shell_gets_completions():
    pytest.importorskip("argcomplete")
    line = "rung cla"
    asked = {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)), "_ARGCOMPLETE_IFS": "\n"}
    # argcomplete writes to the file descriptor 8 and ends the process.
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -m rung.cli.__main__ 8>&1 9>/dev/null'],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["classify"], done.stderr


def test_a_command_is_parsed_without_the_modules_of_the_others():
    code = "import sys; from rung.cli.commands import parser; parser('ladders'); print('rung.api.app' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"


def test_every_command_has_a_parser():
    subparsers = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    assert set(COMMANDS) <= set(subparsers.choices)
