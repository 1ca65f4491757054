"""Numbers and moments as people of the site read them. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal, get_group_symbol

NONE = "–"


def number(value: float | None, language: str, *, decimals: int = 0) -> str:
    """``1.234`` and ``98,50`` in Vietnamese, ``1,234`` and ``98.50`` in English; a dash for what is unknown."""
    if value is None:
        return NONE
    form = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=form, locale=language))


def thousands(language: str) -> str:
    """The sign between thousands."""
    return str(get_group_symbol(language))


def moment(value: datetime | None, zone: ZoneInfo, language: str) -> str:
    """``10:00 ngày 02/10/2024``; a dash for what is unknown."""
    if value is None:
        return NONE
    local = value.astimezone(zone)
    return f"{local:%H:%M} ngày {local:%d/%m/%Y}" if language == "vi" else f"{local:%H:%M} on {local:%d/%m/%Y}"
