"""What is written in one iteration of the event loop leaves in one piece, and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rung.api.transport import JoiningTransport


class Recorder(asyncio.Transport):
    """A transport that records what it is told to do."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 80)})
        self.calls: list[object] = []
        self.closing = False

    def write(self, data: object) -> None:
        self.calls.append(data)

    def close(self) -> None:
        self.closing = True
        self.calls.append("close")

    def abort(self) -> None:
        self.closing = True

    def is_closing(self) -> bool:
        return self.closing


def calls(*steps: Callable[[JoiningTransport], None]) -> list[object]:
    """What reaches the transport by the next iteration but one of the event loop."""

    async def run() -> list[object]:
        recorder = Recorder()
        joining = JoiningTransport(recorder)
        for step in steps:
            step(joining)
        await asyncio.sleep(0)
        joining.write(b"later")
        await asyncio.sleep(0)
        return recorder.calls

    return asyncio.run(run())


def test_head_and_body_leave_together() -> None:
    assert calls(lambda t: t.write(b"head "), lambda t: t.write(b"body")) == [b"head body", b"later"]


def test_much_is_sent_at_once() -> None:
    assert calls(lambda t: t.write(b"x" * 70_000), lambda t: t.write(b"y")) == [b"x" * 70_000, b"y", b"later"]


def test_what_was_written_leaves_before_the_connection_closes() -> None:
    assert calls(lambda t: t.write(b"body"), JoiningTransport.close) == [b"body", "close"]


def test_nothing_is_written_to_a_connection_that_was_aborted() -> None:
    assert calls(lambda t: t.write(b"body"), lambda t: t.abort()) == []


def test_everything_else_is_asked_of_the_transport() -> None:
    async def run() -> object:
        return JoiningTransport(Recorder()).get_extra_info("peername")

    assert asyncio.run(run()) == ("192.0.2.1", 80)
