"""/stats: what was transcribed by hour, day or week, as a chart with a text; of oneself, for admins of everybody."""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardMarkup, InputMediaPhoto, Message
from babel.dates import format_skeleton

from handlers.address import TELEGRAM
from handlers.buttons import button, keyboard
from handlers.dependencies import Chart, DrawChart, Say
from handlers.people import AccessRules, People, Usage
from transcription import Period, Statistics

LABELLED = 5
"""About so many of the bars have a label: more don't fit on a phone."""
FAILURES = 5
MODELS = 4
"""How many are named; the most frequent ones."""


WEEK_S = 7 * 86400.0


class ToggleWeekly(CallbackData, prefix="weekly"):
    """An admin's button: begins or ends the weekly note."""

    period: Period


class ShowStats(CallbackData, prefix="stats"):
    """A button that shows another period."""

    period: Period


@dataclass(frozen=True, slots=True)
class StatsPage:
    """What /stats shows to one person, in their language."""

    user_id: int
    people: People
    usage: Usage
    access: AccessRules
    draw_chart: DrawChart
    say: Say
    locale: str

    async def show(self, period: Period) -> tuple[str, bytes | None, InlineKeyboardMarkup]:
        """Text, picture and buttons."""
        is_admin = self.user_id in self.access.admins
        statistics = await self.usage.statistics(TELEGRAM, period, None if is_admin else self.user_id)
        picture = await self.draw_chart(self._chart(statistics)) if statistics.notes else None
        is_weekly = (await self.people.get(self.user_id)).weekly_at is not None if is_admin else None
        return stats_text(statistics, self.say, is_admin=is_admin), picture, self._keyboard(period, is_weekly)

    def _chart(self, statistics: Statistics) -> Chart:
        bars = statistics.bars
        step = -(-len(bars) // LABELLED)
        return Chart(
            self.say("stats-chart", period=statistics.period),
            [bar.audio_s / 60 for bar in bars],
            [
                "" if place % step else self._label(statistics.period, bar.starts_at)
                for place, bar in enumerate(reversed(bars))
            ][::-1],
        )

    def _label(self, period: Period, at: datetime) -> str:
        return f"{at:%H}:00" if period is Period.HOUR else str(format_skeleton("MMMd", at, locale=self.locale))

    def _keyboard(self, now: Period, is_weekly: bool | None) -> InlineKeyboardMarkup:
        row = [
            button(self.say("stats-button", period=period), ShowStats(period=period), is_chosen=period is now)
            for period in Period
        ]
        if is_weekly is None:
            return keyboard(row)
        text = self.say("stats-weekly-button", state="on" if is_weekly else "off")
        return keyboard(row, [button(text, ToggleWeekly(period=now))])


def stats_text(statistics: Statistics, say: Say, *, is_admin: bool) -> str:
    """The numbers in words; those of the machine are the owner's only."""
    lines = [
        say("stats-title", period=statistics.period, count=len(statistics.bars), own="no" if is_admin else "yes"),
        "",
    ]
    lines.append(say("stats-notes", notes=statistics.notes, audio_s=statistics.audio_s))
    if is_admin:
        lines.append(say("stats-people", people=statistics.people))
    if statistics.wait_s:
        median_s, p95_s = statistics.wait_s
        lines.append(say("stats-wait", median_s=median_s, p95_s=p95_s))
    if is_admin and statistics.rtf:
        speeds = [f"{model} {rtf:.3f}" for model, rtf in list(statistics.rtf.items())[:MODELS]]
        lines.append(say("stats-speed", speeds=", ".join(speeds)))
    if statistics.failures:
        kinds = [f"{error} {count}" for error, count in list(statistics.failures.items())[:FAILURES]]
        lines.append(say("stats-failures", count=sum(statistics.failures.values()), kinds=", ".join(kinds)))
    return "\n".join(lines)


async def on_stats(
    message: Message, *, people: People, usage: Usage, access: AccessRules, draw_chart: DrawChart, say: Say, locale: str
) -> None:
    """Show the last days; numbers of people are not for groups."""
    if message.chat.type != ChatType.PRIVATE:
        await message.reply(say("owner-in-private"))
        return
    page = StatsPage(message.chat.id, people, usage, access, draw_chart, say, locale)
    text, picture, buttons = await page.show(Period.DAY)
    if picture:
        await message.answer_photo(BufferedInputFile(picture, "stats.png"), caption=text, reply_markup=buttons)
    else:
        await message.answer(text, reply_markup=buttons)


async def on_button(
    query: CallbackQuery,
    callback_data: ShowStats | ToggleWeekly,
    *,
    people: People,
    usage: Usage,
    access: AccessRules,
    draw_chart: DrawChart,
    say: Say,
    locale: str,
) -> None:
    """Show another period in the same message, or begin or end an admin's weekly note."""
    assert isinstance(query.message, Message)
    user_id = query.from_user.id
    if isinstance(callback_data, ToggleWeekly) and user_id in access.admins:
        due_at = None if (await people.get(user_id)).weekly_at else time.time() + WEEK_S
        await people.set_weekly(user_id, due_at)
        await query.answer(say("stats-weekly-set", state="on" if due_at else "off"))
    else:
        await query.answer()
    page = StatsPage(user_id, people, usage, access, draw_chart, say, locale)
    text, picture, buttons = await page.show(callback_data.period)
    with suppress(TelegramBadRequest):  # the same as before, or deleted meanwhile
        if picture:
            media = InputMediaPhoto(media=BufferedInputFile(picture, "stats.png"), caption=text)
            await query.message.edit_media(media, reply_markup=buttons)
        elif query.message.photo:
            await query.message.edit_caption(caption=text, reply_markup=buttons)
        else:
            await query.message.edit_text(text, reply_markup=buttons)


def build_router() -> Router:
    """/stats and its buttons."""
    router = Router(name="stats")
    router.message.register(on_stats, Command("stats"))
    for kind in (ShowStats, ToggleWeekly):
        router.callback_query.register(on_button, kind.filter(), F.message.chat.type == ChatType.PRIVATE)
    return router
