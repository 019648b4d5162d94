"""The command line with small blocks and a journal entry after each: a small file then has many moments to be killed at.

With ``--serve`` it stays, the model loaded, and forks a run for each line of arguments (JSON) that it reads, so that a kill meets
work and not the start of Python. It answers with the run's process id, and with its exit status once it has ended. What a run is at
stands in the first byte of the file SLOW_RUN_PHASE.
"""

import json
import mmap
import os
import sys
import time
from functools import cache, wraps
from pathlib import Path

from rung.cli.__main__ import main
from rung.cli.commands import parser
from rung.normaliser import Normaliser
from rung.tables import answers, columnar, delimited, journal, ndjson, rows, sources, workers

PHASES = ("between", "reading", "answering", "writing", "renaming")
STEP = 0.01  # seconds that pass before and after steps which would else be over before a kill can meet one


def small() -> None:
    """Small blocks."""
    sources.CHUNK, sources.SAMPLE, rows.SAMPLE, rows.LARGE = 4_000, 4_000, 4_000, 2
    columnar.MOST, journal.EVERY = 64, 0.0


def mark_phases(path: str) -> None:
    """Let the methods of each phase say so while they run."""
    with Path(path).open("r+b") as file:
        at = mmap.mmap(file.fileno(), 1)

    def marked(owner: object, name: str, phase: str) -> None:
        call = getattr(owner, name)

        @wraps(call)
        def run(*arguments, **options):
            before, at[0] = at[0], PHASES.index(phase)
            try:
                return call(*arguments, **options)
            finally:
                at[0] = before

        setattr(owner, name, run)

    for owner, name in ((delimited.Delimited, "feed"), (ndjson.Ndjson, "feed"), (rows, "keys_of"), (sources, "_filled")):
        marked(owner, name, "reading")
    for owner, name in ((workers.InProcess, "submit"), (workers.WorkerPool, "_answers")):
        marked(owner, name, "answering")
    for name, phase in (("write", "writing"), ("mark", "writing"), ("finish", "renaming")):
        marked(journal.Journalled, name, phase)


def slow_steps() -> None:
    """Let time pass about each block's reading and writing, and between the steps of the end."""

    def slowed(owner: object, name: str) -> None:
        call = getattr(owner, name)

        @wraps(call)
        def run(*arguments, **options):
            time.sleep(STEP)
            done = call(*arguments, **options)
            time.sleep(STEP)
            return done

        setattr(owner, name, run)

    for owner, name in ((sources, "_filled"), (rows, "keys_of"), (journal.Journalled, "write"), (os, "fsync")):
        slowed(owner, name)
    whole = journal.Journalled.finish

    def finish(self: journal.Journalled) -> None:
        for name in ("replace", "unlink"):
            slowed(Path, name)
        whole(self)

    journal.Journalled.finish = finish


def serve() -> None:
    """Fork a run for each line."""
    parser()  # imports the commands
    normaliser = Normaliser.load()
    answers.Setup.load = cache(lambda _setup: normaliser)
    slow_steps()
    mark_phases(os.environ["SLOW_RUN_PHASE"])
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            os._exit(main(json.loads(line)))
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    small()
    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        sys.exit(main(sys.argv[1:]))
