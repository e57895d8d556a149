"""Streaming reader of multipart forms: the file goes to where uploads lie as it comes, fields stay in memory."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.errors import ApiError
from api.uploads import IncomingFile, Uploads
from transcription import File

MAX_FIELDS_BYTES = 64 << 10
"""Of all that is not the file: names, values and headers of fields."""
LINK_FIELD = "url"
MAX_LINK = 4096
"""Characters of a link."""
IDLE_S = 60.0
"""A client from which nothing comes for so long is gone."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was received, and the other fields of its form; those with several values have the last one."""

    file: File
    name: str
    sha256: str
    fields: Mapping[str, tuple[str, ...]]

    def last(self, name: str) -> str | None:
        """A field's value."""
        return self.fields[name][-1] if name in self.fields else None


@dataclass(slots=True)
class _Form:
    """What a multipart parser has found so far; `pending` are bytes of the file that are to be written."""

    file_field: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    pending: list[bytes] = field(default_factory=list)
    file_name: str | None = None
    is_whole: bool = False
    _header: tuple[bytes, bytes] = (b"", b"")
    _options: Mapping[bytes, bytes] = field(default_factory=dict)
    _value: bytearray | None = None
    _bytes: int = 0

    @property
    def callbacks(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in dir(self) if name.startswith("on_")}

    def on_part_begin(self) -> None:
        self._options, self._header, self._value = {}, (b"", b""), bytearray()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header = self._header[0] + data[start:end], self._header[1]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header = self._header[0], self._header[1] + data[start:end]

    def on_header_end(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            _, self._options = parse_options_header(value)
        self._header = (b"", b"")

    def on_headers_finished(self) -> None:
        if self._name == self.file_field and self.file_name is None:
            self.file_name = self._options.get(b"filename", b"").decode(errors="replace")
            self._value = None

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._value is None:
            self.pending.append(data[start:end])
        else:
            self._count(end - start)
            self._value += data[start:end]

    def on_part_end(self) -> None:
        if self._value is not None:
            self.fields.setdefault(self._name, []).append(self._value.decode(errors="replace"))

    def on_end(self) -> None:
        self.is_whole = True

    @property
    def _name(self) -> str:
        return self._options.get(b"name", b"").decode(errors="replace")

    def _count(self, size: int) -> None:
        self._bytes += size
        if self._bytes > MAX_FIELDS_BYTES:
            raise ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "form-too-big", "The form's fields are too large.")


async def receive_upload(
    request: Request, uploads: Uploads, file_field: str = "file", *, takes_links: bool = False
) -> Upload:
    """Read a multipart request to its end; where links are followed, one may stand in for the file.

    Raises `ApiError`; nothing is left of its file then.
    """
    length = request.headers.get("Content-Length", "")
    uploads.check(int(length) if length.isdecimal() else None)
    kind, options = parse_options_header(request.headers.get("Content-Type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        sentence = f"Send the file as the field {file_field} of a multipart/form-data body."
        raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-multipart", sentence)
    form = _Form(file_field)
    async with uploads.receive() as file:
        await _read(request, MultipartParser(options[b"boundary"], form.callbacks), form, file)  # type: ignore[arg-type]
        link = _link(form) if takes_links else None
        if form.file_name is None and link is None:
            sentence = f"There is no field {file_field} with a file."
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "no-file", sentence, param=file_field)
    fields = {name: tuple(values) for name, values in form.fields.items()}
    if link:
        await uploads.erase(file.id)
        return Upload(File.at(link), "", "", fields)
    return Upload(File(file.id, file.sha256, file.size), form.file_name or "", file.sha256, fields)


def _link(form: _Form) -> str | None:
    """The link that stands in for a file. Raises `ApiError` (422) for one beside a file, and for what is none."""
    link = form.fields.get(LINK_FIELD, [""])[-1].strip()
    if not link:
        return None
    if form.file_name is not None:
        sentence = f"Send either a file or {LINK_FIELD}, not both."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "file-and-link", sentence, param=LINK_FIELD)
    if len(link) > MAX_LINK or not File.at(link).is_link:
        sentence = f"{LINK_FIELD}: a link begins with http:// or https:// and has at most {MAX_LINK} characters."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-parameter", sentence, param=LINK_FIELD)
    return link


async def _read(request: Request, parser: MultipartParser, form: _Form, file: IncomingFile) -> None:
    try:
        async with aclosing(_chunks(request)) as chunks:
            async for chunk in chunks:
                parser.write(chunk)
                for part in form.pending:
                    await file.write(part)
                form.pending.clear()
    except FormParserError:
        form.is_whole = False
    if not form.is_whole:
        raise ApiError(HTTPStatus.BAD_REQUEST, "invalid-form", "The body is no valid multipart form.")


async def _chunks(request: Request) -> AsyncGenerator[bytes]:
    """The body as it comes. Raises `ApiError` (408) where nothing comes any more."""
    stream = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(IDLE_S):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ApiError(HTTPStatus.REQUEST_TIMEOUT, "request-timeout", "Nothing came any more.") from None
        yield chunk
