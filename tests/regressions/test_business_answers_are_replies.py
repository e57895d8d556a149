"""What handlers answer on behalf of a business account replies to the note that it is about."""

from tests.regressions.conftest import Live


async def test_a_refusal_replies_to_the_note_that_is_one_too_many(live: Live) -> None:
    """The server drops the reply where it names its chat, as aiogram's shortcut does."""
    owner, customer = [(await live.people.add_user())["id"] for _ in range(2)]
    connection = (await live.people.connect_business(owner))["id"]
    notes = [
        await live.people.send(customer, file=b"OggS", media={"duration": 3}, business_connection_id=connection)
        for _ in range(4)
    ]
    await live.handle()
    *_, answer = (await live.people.chat(customer, connection))["messages"]
    assert answer["text"].startswith("I still have 3 notes of yours")
    assert answer["reply_to_message"]["message_id"] == notes[-1]["message_id"]
