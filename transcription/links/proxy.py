"""A SOCKS5 proxy (RFC 1928) on loopback that connects through a gate: for a process whose own rules nobody checks."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from transcription.errors import LinkRefused
from transcription.links.addresses import Gate

VERSION, NO_PASSWORD, CONNECT, RESERVED = 5, 0, 1, 0
IPV4, NAME, IPV6 = 1, 3, 4
DONE, NOT_ALLOWED, UNREACHABLE, UNSUPPORTED = 0, 2, 4, 7
NOWHERE = bytes([RESERVED, IPV4, *bytes(6)])
"""The address that an answer has to name; nobody reads it."""
HANDSHAKE_S = 20.0
CHUNK_BYTES = 1 << 16


@dataclass(slots=True)
class Proxy:
    """Connections of one process. `has_refused` is whether one was to lead to an address that is not allowed."""

    gate: Gate
    port: int = 0
    has_refused: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its handshake to its end."""
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                connection = await self._accept(reader, writer)
            if connection:
                await _relay(reader, writer, *await asyncio.open_connection(sock=connection))
        except (OSError, asyncio.IncompleteReadError, UnicodeError):
            pass  # either side has hung up, or speaks something else
        finally:
            writer.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> socket.socket | None:
        """The connection that was asked for; None where there is none, which has been answered."""
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(bytes([VERSION, NO_PASSWORD]))
        _, command, _, kind = await reader.readexactly(4)
        host, port = await _host(reader, kind), int.from_bytes(await reader.readexactly(2))
        connection, answer = None, UNSUPPORTED
        if command == CONNECT:
            try:
                connection, answer = await self.gate.connect(host, port), DONE
            except LinkRefused:
                self.has_refused, answer = True, NOT_ALLOWED
            except OSError:
                answer = UNREACHABLE
        writer.write(bytes([VERSION, answer]) + NOWHERE)
        return connection


@asynccontextmanager
async def checking_proxy(gate: Gate) -> AsyncIterator[Proxy]:
    """A proxy at a free port, for as long as the block lasts."""
    proxy = Proxy(gate)
    connections: set[asyncio.Task[None]] = set()

    def on_connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(proxy.serve(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(on_connect, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == NAME:
        (length,) = await reader.readexactly(1)
        return (await reader.readexactly(length)).decode("ascii")
    family, size = (socket.AF_INET6, 16) if kind == IPV6 else (socket.AF_INET, 4)
    return socket.inet_ntop(family, await reader.readexactly(size))


async def _relay(
    near: asyncio.StreamReader, to_near: asyncio.StreamWriter, far: asyncio.StreamReader, to_far: asyncio.StreamWriter
) -> None:
    """Pass on what comes, both ways, until either side ends."""
    ways = [asyncio.create_task(_pass_on(near, to_far)), asyncio.create_task(_pass_on(far, to_near))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        to_far.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
