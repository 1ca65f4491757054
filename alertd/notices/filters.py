"""How values are written in a language and a form: dates, numbers, counts, bold. What templates may call. Pure."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from alertd.model import called
from alertd.model.index_words import known
from alertd.model.period import period_of
from alertd.notices import labels

NOTHING = "—"


class Form(StrEnum):
    """The three ways in which a message is written."""

    TEXT = "text"
    HTML = "html"
    CHAT = "chat"  # Telegram's HTML


def day(value: date | None, *, language: str) -> str:
    """``dd/MM/yyyy``; moments are already in the site's zone."""
    return NOTHING if value is None else format_date(value, "dd/MM/yyyy", locale=language)


def moment(value: datetime | None, *, language: str) -> str:
    """``07:30 ngày 05/10/2026``."""
    if value is None:
        return NOTHING
    return labels.MOMENT[language].format(time=f"{value:%H:%M}", day=day(value, language=language))


def number(value: float | None, *, language: str) -> str:
    """``1.234,5`` in Vietnamese, ``1,234.5`` in English."""
    return NOTHING if value is None else format_decimal(value, locale=language)


def things(count: int, dataset: str = "", *, language: str) -> str:
    """``1.234 hồ sơ``; what a dataset's records are called."""
    known = labels.THINGS[language]
    one, many = known.get(dataset, known[""])
    return f"{number(count, language=language)} {one if count == 1 else many}"


def thing(dataset: str, *, language: str) -> str:
    """``hồ sơ``: what many of them are called."""
    known = labels.THINGS[language]
    return known.get(dataset, known[""])[1]


def icon(word: str, *, language: str) -> str:  # noqa: ARG001 - one sign for all languages
    return labels.ICONS.get(word, "")


def changed(change: int, *, language: str) -> str:
    """``tăng 3``, ``giảm 2``, ``không đổi``."""
    more, less, same = labels.CHANGED[language]
    if change == 0:
        return same
    return (more if change > 0 else less).format(number(abs(change), language=language))


def level(word: str, *, language: str) -> str:
    return labels.LEVELS[language].get(word, word)


def value(given: Any, *, language: str) -> str:
    """Any fact, by its type."""
    if given is None or given == "":
        return NOTHING
    if isinstance(given, bool):
        return labels.YES_NO[language][0 if given else 1]
    if isinstance(given, datetime):
        # a moment at midnight is a day that somebody wrote without a time
        return day(given, language=language) if not (given.hour or given.minute) else moment(given, language=language)
    if isinstance(given, date):
        return day(given, language=language)
    if isinstance(given, int | float):
        return number(given, language=language)
    text = str(given)
    return called.WORDS[language].get(text) or called.CODES[language].get(text, text)


def indicator(code: str | None, *, language: str) -> str:
    """What a total, group or indicator of the index is called; a code that alertd does not know as it is."""
    found = known(code or "")
    return (found.vi if language == "vi" else found.en) if found else code or NOTHING


def period(text: str | None, *, language: str) -> str:
    """``tháng 9/2024``, ``quý III/2024``, ``năm 2024``; what is no such period as it is."""
    span = period_of(text or "")
    return span.named(language) if span else text or NOTHING


def sentence(text: str, *, language: str) -> str:  # noqa: ARG001 - alike in all languages
    """With a full stop, where it has none."""
    kept = text.rstrip()
    return kept if not kept or kept[-1] in ".!?…:;" else f"{kept}."


_WRITERS: dict[str, Callable[..., str]] = {
    "day": day,
    "moment": moment,
    "number": number,
    "things": things,
    "thing": thing,
    "icon": icon,
    "changed": changed,
    "level": level,
    "value": value,
    "indicator": indicator,
    "period": period,
    "sentence": sentence,
}
_TAGS = {"b": "b", "i": "i", "mono": "code"}


def filters(language: str, form: Form) -> dict[str, Callable[..., str]]:
    """All filters by name; marks of emphasis are nothing in plain text."""
    found: dict[str, Callable[..., str]] = {name: partial(write, language=language) for name, write in _WRITERS.items()}
    marks = {name: _plain if form is Form.TEXT else partial(_tagged, tag=tag) for name, tag in _TAGS.items()}
    return found | marks


def _plain(text: Any) -> str:
    return str(text)


def _tagged(text: Any, *, tag: str) -> Markup:
    return Markup(f"<{tag}>{escape(text)}</{tag}>")  # noqa: S704 - the text is escaped, the tag is ours
