"""Answering the rows of a stream, in slices of time between which other requests run."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from time import perf_counter

from rung.api.limits import LONG_TEXT, SLICE, Incomplete
from rung.api.stream_ends import Body, Outlet, Pace
from rung.errors import TableError
from rung.tables.answers import Deduplicator, RowKey, Task
from rung.tables.delimited import Block
from rung.tables.opening import Table
from rung.tables.table import BLANK, Fault
from rung.tables.workers import InProcess

MEMORY = 2_000  # titles whose answers one stream caches


class Stream:
    """One stream of rows."""

    def __init__(
        self, table: Table, classifier: InProcess, task: Task, body: Body, outlet: Outlet, pace: Pace, threads: Executor
    ) -> None:
        """``threads`` answer the rows that take long."""
        self._table, self._body, self._outlet, self._pace = table, body, outlet, pace
        self._classifier, self._threads, self._occupation = classifier, threads, task.occupation
        self._deduplicator = Deduplicator(classifier.submit, task.fields, MEMORY)
        self._blank = str(table.form.blank)
        self._began = perf_counter()

    async def run(self) -> None:
        """Answer all rows.

        Raises:
            Disconnected: the client closed the connection.
            TableError: a row is too long, and nothing was answered yet.
            Incomplete: a later row is too long; the answer says so in its last row.
        """
        table, outlet = self._table, self._outlet
        cutter = table.cutter(table.start)
        if table.opening:
            await outlet.write(table.opening.decode("utf-8", "surrogateescape"))
        try:
            await self._answer(cutter.feed(table.rest))
            async for data in self._body.pieces():
                await self._answer(cutter.feed(data))
            await self._answer(cutter.feed(b"", last=True))
        except TableError as error:
            if outlet.started:
                ((written, _),) = self._classifier.submit([Fault(error.detail)])()
                await outlet.write(table.empty_row + written)
                raise Incomplete(error.detail) from error
            raise
        await outlet.end()

    async def _answer(self, block: Block | None) -> None:
        """Answer a block of rows; after each slice of time, send what is ready and let other requests run."""
        ready: list[str] = []
        for key, head in zip(block.keys, block.heads, strict=True) if block else ():
            ready.append(head + (self._blank if key is BLANK else await self._one(key)))
            if perf_counter() - self._began > SLICE:
                await self._pass_on(ready)
                ready.clear()
        if ready:
            await self._outlet.write("".join(ready))
        if perf_counter() - self._began > SLICE:  # cutting rows takes time too
            await self._pass_on([])

    async def _pass_on(self, ready: list[str]) -> None:
        """Send what is ready, let other requests run, and begin another slice."""
        if ready:
            await self._outlet.write("".join(ready))
        await self._body.give_way()
        self._began = perf_counter()

    async def _one(self, key: RowKey) -> str:
        await self._pace.row()
        if self._occupation or _long(key):
            pending = await asyncio.get_running_loop().run_in_executor(self._threads, self._deduplicator.submit, [key])
        else:
            pending = self._deduplicator.submit([key])
        return str(pending.result()[0].written)


def _long(key: RowKey) -> bool:
    return isinstance(key, tuple) and sum(map(len, key)) > LONG_TEXT
