"""Buttons under a message."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup


def button(text: str, data: CallbackData, *, is_chosen: bool = False) -> InlineKeyboardButton:
    """A button that calls back with this data; what is so now has a tick."""
    return InlineKeyboardButton(text=f"✓ {text}" if is_chosen else text, callback_data=data.pack())


def keyboard(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Rows of buttons, from top to bottom; empty ones are left out."""
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def in_rows(buttons: list[InlineKeyboardButton], columns: int) -> list[list[InlineKeyboardButton]]:
    """Buttons in rows of at most so many."""
    return [buttons[at : at + columns] for at in range(0, len(buttons), columns)]
