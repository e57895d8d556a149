from __future__ import annotations

import io
from pathlib import Path

import aiohttp
import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import BufferedInputFile, InputMediaPhoto

from sandbox import RateLimits, SandboxOptions, run_sandbox

UNLIMITED = RateLimits(enabled=False)
TINY = SandboxOptions(rates=UNLIMITED, max_download_bytes=10, max_upload_bytes=10)
EXPIRED = SandboxOptions(rates=UNLIMITED, file_link_ttl_s=0.0)


async def test_a_voice_message_can_be_fetched(people, bot):
    """What the sender claims of a file is passed on, true or not; its bytes arrive as they were sent."""
    ann = await people.add_user()
    claims = {"duration": 99_999, "mime_type": "text/plain", "file_name": "../../etc/passwd"}
    await people.send(ann["id"], "caption", file=b"OggS\0data", kind="audio", media=claims)
    (update,) = await bot.get_updates()
    audio = update.message.audio

    assert (audio.duration, audio.mime_type, audio.file_name) == (99_999, "text/plain", "../../etc/passwd")
    assert (update.message.caption, audio.file_size) == ("caption", 9)
    file = await bot.get_file(audio.file_id)
    assert (await bot.download_file(file.file_path, io.BytesIO())).read() == b"OggS\0data"


async def test_equal_content_has_one_unique_id_and_many_file_ids(people, bot):
    """Sent twice and forwarded: file_unique_id stays, file_id does not, and the origin is named."""
    ann = await people.add_user(first_name="Ann")
    first = await people.send(ann["id"], file=b"OggS")
    second = await people.send(ann["id"], file=b"OggS")
    third = await people.forward(ann["id"], first["message_id"], from_chat_id=ann["id"])
    other = await people.send(ann["id"], file=b"else")

    voices = [message["voice"] for message in (first, second, third)]
    assert len({voice["file_unique_id"] for voice in voices}) == 1
    assert len({voice["file_id"] for voice in voices}) == 3
    assert other["voice"]["file_unique_id"] != voices[0]["file_unique_id"]
    *_, forwarded, _ = await bot.get_updates()
    assert forwarded.message.forward_origin.sender_user.first_name == "Ann"


@pytest.mark.parametrize("options", [TINY], indirect=True)
async def test_files_over_the_limits_are_refused(people, bot):
    """getFile and uploads have their own limits and their own errors."""
    ann = await people.add_user()
    sent = await people.send(ann["id"], file=b"x" * 11)

    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(sent["voice"]["file_id"])
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(ann["id"], BufferedInputFile(b"x" * 11, "notes.txt"))


@pytest.mark.parametrize("options", [EXPIRED], indirect=True)
async def test_a_link_expires_and_is_renewed_by_get_file(server, people, bot):
    """An old link is a 404; what is no file_id is told apart from one whose file can't be had."""
    ann = await people.add_user()
    sent = await people.send(ann["id"], file=b"OggS")
    file = await bot.get_file(sent["voice"]["file_id"])

    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/file/bot{server.token}/{file.file_path}") as response,
    ):
        assert response.status == 404
    with pytest.raises(TelegramBadRequest, match="wrong file_id or the file is temporarily unavailable"):
        await bot.get_file("SB" + "x" * 40)
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await bot.get_file("nonsense")


async def test_in_local_mode_files_of_any_size_lie_on_the_disk(tmp_path):
    """getFile names the whole path, writes a file anew that vanished, and nothing is served over HTTP."""
    async with run_sandbox(SandboxOptions(local_dir=tmp_path, max_download_bytes=1)) as server:
        ann = await server.client.add_user()
        sent = await server.client.send(ann["id"], file=b"OggS")
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                asked = f"{server.url}/bot{server.token}/getFile?file_id={sent['voice']['file_id']}"
                async with session.get(asked) as response:
                    path = Path((await response.json())["result"]["file_path"])
                assert path.read_bytes() == b"OggS"  # noqa: ASYNC240 - four bytes in a test
                path.unlink()  # noqa: ASYNC240 - as above
            link = f"{server.url}/file/bot{server.token}/{path.relative_to(tmp_path)}"
            async with session.get(link) as response:
                assert response.status == 404


async def test_a_document_is_sent_with_a_caption_and_again_by_its_id(people, bot):
    """Multipart from aiogram, formatted caption, then the same file by file_id; captions end at 1024 units."""
    ann = await people.add_user()
    notes = BufferedInputFile(b"text", "notes.txt")
    sent = await bot.send_document(ann["id"], notes, caption="<i>yours</i>", parse_mode="HTML")
    again = await bot.send_document(ann["id"], sent.document.file_id)

    assert (sent.document.file_name, sent.caption, sent.caption_entities[0].type) == ("notes.txt", "yours", "italic")
    assert again.document.file_unique_id == sent.document.file_unique_id
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_document(ann["id"], sent.document.file_id, caption="x" * 1025)
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await sent.edit_text("x")
    assert (await sent.edit_caption(caption="new")).caption == "new"


def picture(width: int, height: int) -> BufferedInputFile:
    """The beginning of a PNG of this size."""
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4)
    return BufferedInputFile(header, "picture.png")


async def test_a_photo_is_sent_and_takes_the_place_of_another_content(people, bot):
    """It has the size that is in the file; a text goes where a photo comes, and the keyboard with it."""
    ann = await people.add_user()
    photo = await bot.send_photo(ann["id"], picture(640, 400), caption="first")
    assert (photo.photo[-1].width, photo.photo[-1].height, photo.caption) == (640, 400, "first")
    edited = await bot.edit_message_media(
        InputMediaPhoto(media=picture(320, 200), caption="second"), chat_id=ann["id"], message_id=photo.message_id
    )
    assert (edited.photo[-1].width, edited.caption) == (320, "second")
    text = await bot.send_message(ann["id"], "words")
    edited = await bot.edit_message_media(
        InputMediaPhoto(media=picture(320, 200)), chat_id=ann["id"], message_id=text.message_id
    )
    assert (edited.text, edited.caption, edited.photo[-1].height) == (None, None, 200)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (picture(9000, 2000), "PHOTO_INVALID_DIMENSIONS"),
        (picture(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (BufferedInputFile(b"%PDF", "picture.png"), "IMAGE_PROCESS_FAILED"),
    ],
)
async def test_what_is_no_photo_is_refused(people, bot, content, reason):
    """A document may have any size and content; a photo may not."""
    ann = await people.add_user()
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.send_photo(ann["id"], content)
