"""Small real proxies on loopback: HTTP CONNECT and SOCKS5, with a name and a password."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

NAME, PASSWORD = "anna", "s3cret/word"


class Proxy:
    """Lets through who knows `NAME` and `PASSWORD`, everywhere to the same port, and keeps where they wanted to go."""

    def __init__(self, kind: str, port: int) -> None:
        self.asked: list[str] = []
        self._talk = {"http": self._talk_http, "socks5": self._talk_socks}[kind]
        self._port = port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if await self._talk(reader, writer):
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
                await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        writer.close()

    async def _talk_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        known = f"Basic {base64.b64encode(f'{NAME}:{PASSWORD}'.encode()).decode()}" in head
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" if known else b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        self.asked.append(head.split()[1])
        return known

    async def _talk_socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\x05\x02")  # a name and a password, please
        await reader.readexactly(1)
        name, password = [(await reader.readexactly((await reader.readexactly(1))[0])).decode() for _ in range(2)]
        known = (name, password) == (NAME, PASSWORD)
        writer.write(b"\x01\x00" if known else b"\x01\x01")
        if known:
            *_, kind = await reader.readexactly(4)
            length = (await reader.readexactly(1))[0] if kind == 3 else 4
            host = await reader.readexactly(length)
            port = int.from_bytes(await reader.readexactly(2), "big")
            self.asked.append(f"{host.decode() if kind == 3 else '.'.join(map(str, host))}:{port}")
            writer.write(b"\x05\x00\x00\x01" + bytes(6))
        return known


@asynccontextmanager
async def running(kind: str, port: int) -> AsyncIterator[tuple[Proxy, str]]:
    """A proxy, and its address without credentials."""
    proxy = Proxy(kind, port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    try:
        yield proxy, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(1 << 16):
            writer.write(chunk)
            await writer.drain()
    writer.close()
