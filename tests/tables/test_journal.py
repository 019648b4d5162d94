"""What an output may replace, two runs at one output, and journals that are not of this run."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import orjson
import pytest

from rung import TableError
from rung.tables import journal
from rung.tables.journal import Journalled, beside


def begin(path: Path, identity: dict[str, object] | None = None, *, resume: bool = False, overwrite: bool = True) -> Journalled:
    return Journalled(path, identity or {}, resume=resume, overwrite=overwrite)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "out.csv"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/null")])
@pytest.mark.parametrize("overwrite", [True, False])
def test_what_is_no_file_is_never_replaced(out, make, overwrite) -> None:
    make(out)
    before = out.lstat()
    with pytest.raises(TableError, match=r"not a regular file|is a folder"):
        begin(out, overwrite=overwrite)
    assert os.path.samestat(before, out.lstat())
    assert list(out.parent.iterdir()) == [out]


def test_through_a_link_the_file_is_replaced_and_the_link_stays(tmp_path, out) -> None:
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target.csv"
    target.write_text("old")
    out.symlink_to(target)
    sink = begin(out)
    sink.write(b"new")
    sink.finish()
    assert out.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.parametrize("bits", [0o600, 0o640, 0o664])
@pytest.mark.parametrize("convert", [None, lambda part, path: path.write_bytes(part.read())])
def test_a_file_that_is_replaced_keeps_its_permissions(out, bits, convert) -> None:
    out.write_text("private")
    out.chmod(bits)
    sink = Journalled(out, {}, resume=False, overwrite=True, convert=convert)
    assert mode(beside(out)[0]) == bits
    sink.write(b"x")
    sink.finish()
    assert (mode(out), out.read_bytes()) == (bits, b"x")


def test_a_new_file_gets_the_usual_permissions_and_its_journal_is_private(out, monkeypatch) -> None:
    monkeypatch.setattr(journal, "EVERY", 0.0)
    sink = begin(out)
    sink.mark({"place": {}, "summary": {}})
    assert mode(beside(out)[1]) == 0o600
    sink.finish()
    umask = os.umask(0)
    os.umask(umask)
    assert mode(out) == 0o666 & ~umask


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to(path.parent / "victim")])
def test_nothing_is_written_through_what_lies_beside(out, monkeypatch, make) -> None:
    monkeypatch.setattr(journal, "EVERY", 0.0)
    make(out.with_name("out.csv.part"))
    with pytest.raises(TableError, match=r"not a regular file|cannot be written"):
        begin(out)
    out.with_name("out.csv.part").unlink()
    make(out.with_name("out.csv.part.json.new"))
    sink = begin(out)
    sink.mark({"place": {}, "summary": {}})
    sink.finish()
    assert list(out.parent.iterdir()) == [out]


def test_a_run_that_waited_for_the_lock_does_not_destroy_what_was_finished(out, monkeypatch) -> None:
    """The first run finishes between the second's opening of the part and its lock."""
    first = begin(out)
    first.write(b"whole")
    real = fcntl.flock

    def late(file, how) -> None:
        monkeypatch.setattr(fcntl, "flock", real)
        first.finish()
        real(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(TableError, match="was finished by another run meanwhile"):
        begin(out, resume=True, overwrite=False)
    assert out.read_bytes() == b"whole"
    assert list(out.parent.iterdir()) == [out]


def test_one_that_was_to_overwrite_begins_a_part_of_its_own(out, monkeypatch) -> None:
    first = begin(out)
    first.write(b"whole")
    real = fcntl.flock

    def late(file, how) -> None:
        monkeypatch.setattr(fcntl, "flock", real)
        first.finish()
        real(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    second = begin(out)
    assert out.read_bytes() == b"whole"
    second.write(b"second")
    second.finish()
    assert out.read_bytes() == b"second"


ENTRY = {"identity": {"the model": "a"}, "written": 0, "state": {"place": {}, "summary": {}}}


@pytest.mark.parametrize(
    "content",
    [b"{}", b"[]", b"null", b"1", b'"x"', b"not json", b"", b'{"identity":{}}', b'{"identity":[],"written":0}']
    + [orjson.dumps(ENTRY | change) for change in ({"written": "x"}, {"written": -1}, {"state": {}}, {"identity": {"x": 1}})],
)
def test_a_journal_of_other_json_is_named_and_left_alone(out, content) -> None:
    part, path = beside(out)
    part.write_bytes(b"precious")
    path.write_bytes(content)
    with pytest.raises(TableError, match="no journal of this version of rung batch"):
        begin(out, {"the model": "a"}, resume=True, overwrite=False)
    assert (part.read_bytes(), path.read_bytes()) == (b"precious", content)


def test_a_resume_names_what_changed(out) -> None:
    part, path = beside(out)
    part.write_bytes(b"")
    identity = {"the model": "a" * 64, "the longest title (RUNG_MAX_TITLE)": 500, "--reading": ["x"]}
    path.write_bytes(orjson.dumps(ENTRY | {"identity": identity}))
    with pytest.raises(TableError) as refused:
        begin(out, identity | {"the model": "b" * 64, "the longest title (RUNG_MAX_TITLE)": 5}, resume=True, overwrite=False)
    assert refused.value.detail == (
        f"the unfinished run of {out} cannot go on: the model has changed; the longest title (RUNG_MAX_TITLE) was 500, is 5. "
        "Repeat the command as it was, or start again with --overwrite"
    )
    sink = begin(out, identity, resume=True, overwrite=False)
    assert sink.state == ENTRY["state"]
    sink.close()
