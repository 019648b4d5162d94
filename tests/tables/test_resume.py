"""Nothing lost: a run that was killed, or ran out of room, is resumed and ends as if it had never been stopped."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from rung import TableError
from rung.tables import journal, sources
from rung.tables.answers import Setup
from rung.tables.files import BatchJob, run
from rung.types import Limits
from tests.tables.conftest import ROOT, TITLES, Heard, rung
from tests.tables.slow_run import PHASES
from tests.tables.test_files import write_rows

RUN = Path(__file__).parent / "slow_run.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


def start(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(RUN), "batch", *map(str, arguments)]
    return subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, start_new_session=True, **options)


def finished(process: subprocess.Popen[bytes]) -> str:
    _, said = process.communicate(timeout=120)
    return said.decode()


class Runs:
    """Runs forked from one process that has the model already, so that kills meet their work; ``phase`` is what the last was at."""

    def __init__(self, folder: Path) -> None:
        self._phase = folder / "phase"
        self._phase.write_bytes(b"\0")
        self._server = subprocess.Popen(
            [sys.executable, str(RUN), "--serve"],
            env={**ENVIRONMENT, "SLOW_RUN_PHASE": str(self._phase)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, *arguments: object) -> int:
        with self._phase.open("r+b") as file:  # not truncated: the runs have it mapped
            file.write(b"\0")
        self._server.stdin.write(json.dumps(["batch", *map(str, arguments)]) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def status(self) -> int:
        return int(self._server.stdout.readline())

    @property
    def phase(self) -> str:
        return PHASES[self._phase.read_bytes()[0]]

    def kill(self, pid: int, wait: float, phase: str | None, then: float) -> str | None:
        """Kill a run some time after it began, or once it comes to a phase after that; what it was at, ``None`` if ended."""
        time.sleep(wait)
        deadline = time.monotonic() + 60
        while phase and self.phase != phase and time.monotonic() < deadline and not ended(pid):
            time.sleep(0.0002)
        time.sleep(then)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self.phase if self.status() == -signal.SIGKILL else None

    def close(self) -> None:
        self._server.stdin.close()
        self._server.wait(60)
        self._server.stdout.close()


def ended(pid: int) -> bool:
    return not _runs(pid)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    made = Runs(tmp_path_factory.mktemp("runs"))
    yield made
    made.close()


def kill_and_resume(runs: Runs, folder: Path, name: str, kills: int, seed: int) -> Counter[str]:
    """Kill runs at random moments and resume them; gives what those that were at work were at. The end must equal a whole run's."""
    rng = random.Random(seed)
    write_rows(folder / f"in.{name}", 1_200)
    whole, out = folder / f"whole.{name}", folder / f"out.{name}"
    began = time.monotonic()
    runs.start(folder / f"in.{name}", whole, "--processes", 1)
    assert runs.status() == 0
    lasts = time.monotonic() - began
    met, options = Counter[str](), []
    for _ in range(4 * kills):  # a run may end before it is killed: then it is started again, but not for ever
        if met.total() - met["ended"] >= kills:
            break
        # A third of the kills comes at any moment of a run, the others within a phase, however short it is.
        phase = rng.choice((None, None, "reading", "answering", "writing", "renaming"))
        wait = 0.0 if phase == "renaming" else rng.uniform(0.0, 0.6 * lasts)  # what is resumed takes less than all
        then = rng.uniform(0.0, 0.06) if phase == "renaming" else 0.0
        pid = runs.start(folder / f"in.{name}", out, *options, "--processes", rng.choice((1, 1, 1, 2)))
        met[runs.kill(pid, wait, phase, then) or "ended"] += 1
        options = ["--resume"]
        if out.exists() and not list(folder.glob("out.*.part")) and rng.random() < 0.9:
            assert out.read_bytes() == whole.read_bytes()  # whole before it was killed: start over, so that every kill counts
            options = ["--overwrite"]
    runs.start(folder / f"in.{name}", out, "--resume", "--processes", 1)
    assert runs.status() == 0
    assert out.read_bytes() == whole.read_bytes()
    assert not list(folder.glob("*.part*"))
    return met


@pytest.mark.parametrize(("name", "kills"), [("csv", 4), ("ndjson.gz", 3), ("parquet", 4)])
def test_a_killed_run_is_resumed_byte_for_byte(runs, tmp_path, name, kills) -> None:
    kill_and_resume(runs, tmp_path, name, kills, seed=kills)


@pytest.mark.slow
def test_kills_at_random_moments_of_every_phase_lose_nothing(runs, tmp_path) -> None:
    met = Counter[str]()
    for number, name in enumerate(("csv", "tsv", "csv.gz", "csv.zst", "ndjson", "ndjson.gz", "parquet")):
        folder = tmp_path / str(number)
        folder.mkdir()
        met += kill_and_resume(runs, folder, name, 8, seed=number)
    print(f"kills: {dict(met)}")
    assert met.total() - met["ended"] >= 50
    assert {"reading", "answering", "writing", "renaming"} <= met.keys()


def test_processes_that_answer_end_with_the_one_that_was_killed(tmp_path) -> None:
    write_rows(tmp_path / "in.csv", 60_000)
    process = start(tmp_path / "in.csv", tmp_path / "out.csv", "--processes", 2)
    children: list[int] = []
    deadline = time.monotonic() + 60
    while len(children) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
        children = [int(c) for c in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    assert len(children) >= 2
    time.sleep(2)  # until they have started to watch
    process.kill()
    process.wait()
    process.stderr.close()
    while any(_runs(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_runs(child) for child in children)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_process_that_is_killed_for_want_of_memory_ends_the_run_with_a_message_and_a_state_to_resume(tmp_path) -> None:
    write_rows(tmp_path / "in.csv", 20_000)
    process = start(tmp_path / "in.csv", tmp_path / "out.csv", "--processes", 2)
    deadline = time.monotonic() + 60
    while not (tmp_path / "out.csv.part.json").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[-1]), signal.SIGKILL)
    said = finished(process)
    assert process.returncode == 2
    assert "was killed" in said
    assert "continue with --resume" in said
    assert (tmp_path / "out.csv.part.json").exists()


def test_ctrl_c_ends_at_once_with_a_state_to_resume(tmp_path) -> None:
    write_rows(tmp_path / "in.csv", 20_000)
    process = start(tmp_path / "in.csv", tmp_path / "out.csv")
    part = tmp_path / "out.csv.part.json"
    deadline = time.monotonic() + 60
    while not part.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to every process of the run
    said = finished(process)
    assert process.returncode == 130
    assert "continue with --resume" in said
    assert "Traceback" not in said
    assert part.exists()
    assert not (tmp_path / "out.csv").exists()


def test_a_full_disk_ends_with_a_message_and_is_resumed_when_there_is_room(tmp_path) -> None:
    write_rows(tmp_path / "in.csv", 3_000)
    finished(start(tmp_path / "in.csv", tmp_path / "whole.csv"))
    process = start(
        tmp_path / "in.csv",
        tmp_path / "out.csv",
        "--processes",
        1,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),  # as a disk with so much room
    )
    said = finished(process)
    assert process.returncode == 2
    assert "continue with --resume" in said
    assert "Traceback" not in said
    finished(start(tmp_path / "in.csv", tmp_path / "out.csv", "--resume"))
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


@pytest.fixture
def stopped(tmp_path, carry, monkeypatch):
    """A run that stopped half-way, as an error of the disk stops one."""
    monkeypatch.setattr(sources, "CHUNK", 200)
    monkeypatch.setattr(journal, "EVERY", 0.0)
    (tmp_path / "in.csv").write_text("title\n" + "".join(f"{TITLES[n % 8]} {n}\n" for n in range(100)))
    real, calls = journal.Journalled.write, iter(range(1_000))

    def write(self, data) -> None:
        if next(calls) == 5:
            self._file.write(data[:10])  # what came through before the disk was full
            raise OSError(28, "No space left on device")
        real(self, data)

    with monkeypatch.context() as patched:
        patched.setattr(journal.Journalled, "write", write)
        with pytest.raises(OSError, match="No space"):
            carry("in.csv", "out.csv")
    carry("in.csv", "whole.csv")
    return tmp_path


def test_a_resumed_run_does_only_what_is_left(stopped, carry) -> None:
    heard = Heard()
    summary = carry("in.csv", "out.csv", heard, resume=True)
    assert any(note.startswith("resuming after") for note in heard.notes)
    assert summary.rows == 100
    assert (stopped / "out.csv").read_bytes() == (stopped / "whole.csv").read_bytes()


def test_resuming_what_is_whole_does_nothing_and_says_so(stopped, carry) -> None:
    heard = Heard()
    before = (stopped / "whole.csv").stat().st_mtime_ns
    assert carry("in.csv", "whole.csv", heard, resume=True) is None
    assert "nothing to resume" in heard.notes[0]
    assert (stopped / "whole.csv").stat().st_mtime_ns == before


def test_a_run_is_not_resumed_with_other_options_limits_or_content(stopped, carry) -> None:
    with pytest.raises(TableError, match=r"--reading was \[\], is \[\"nine-levels\"\]"):
        carry("in.csv", "out.csv", resume=True, readings=("nine-levels",))
    with pytest.raises(TableError, match=r"--occupation was false, is true"):
        carry("in.csv", "out.csv", resume=True, occupation=True)
    job = BatchJob(str(stopped / "in.csv"), str(stopped / "out.csv"), resume=True, processes=1)
    with pytest.raises(TableError, match=r"RUNG_MAX_TITLE\) was 500, is 5"):
        run(job, Setup(limits=Limits(title=5)), Heard())
    path = stopped / "in.csv"
    kept = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Product", b"PRODUCT"))
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))  # size and time as before
    with pytest.raises(TableError, match="the input's content has changed"):
        carry("in.csv", "out.csv", resume=True)
    assert (stopped / "out.csv.part").exists()


def test_an_input_that_vanished_is_named_and_the_state_stays(stopped) -> None:
    (stopped / "in.csv").rename(stopped / "away.csv")
    done = rung(stopped / "in.csv", stopped / "out.csv", "--resume")
    assert done.returncode == 2
    assert b"No such file" in done.stderr
    assert (stopped / "out.csv.part").exists()


def test_an_unfinished_run_is_not_overwritten_unasked(stopped, carry) -> None:
    with pytest.raises(TableError, match="--resume"):
        carry("in.csv", "out.csv")
    carry("in.csv", "out.csv", overwrite=True)
    assert (stopped / "out.csv").read_bytes() == (stopped / "whole.csv").read_bytes()


def test_two_runs_do_not_write_the_same_file(tmp_path) -> None:
    first = journal.Journalled(tmp_path / "out.csv", {}, resume=False, overwrite=False)
    with pytest.raises(TableError, match="another run is writing"):
        journal.Journalled(tmp_path / "out.csv", {}, resume=False, overwrite=True)
    first.discard()


def test_pipes_are_not_resumed(tmp_path) -> None:
    (tmp_path / "in.csv").write_bytes(b"title\nPM\n")
    for source, target in (("-", tmp_path / "out.csv"), (tmp_path / "in.csv", "-")):
        done = rung(source, target, "--resume", input=b"title\nPM\n")
        assert done.returncode == 2
        assert b"cannot be resumed" in done.stderr
