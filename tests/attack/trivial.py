"""A server that does nothing, to find what the driver can do: ``python -m tests.attack.trivial`` prints its port and answers each
piece that comes with the same 6 kB."""

from __future__ import annotations

import asyncio
import socket

import uvloop

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 6000\r\n\r\n" + b" " * 6000


class Trivial(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.write = transport.write

    def data_received(self, _: bytes) -> None:
        self.write(ANSWER)


async def main() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        print(listener.getsockname()[1], flush=True)
        await asyncio.sleep(0)
        server = await asyncio.get_running_loop().create_server(Trivial, sock=listener)
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
