"""alertd templates preview: a message with what stands now, or with made-up data, as mail, page, or as a telephone shows it."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from sqlmodel import Session

from alertd import wiring
from alertd.cli.common import clock_from, load, printable, show_json
from alertd.cli.desk import desk_of
from alertd.cli.phone import show_bubbles
from alertd.cli.site import open_site
from alertd.cli.templates_check import known, rules_of
from alertd.errors import Refused, Said, in_language
from alertd.model.asof import AsOf
from alertd.model.message import Message
from alertd.model.words import ChannelName
from alertd.notices import preview as previews
from alertd.notices.digest import Preview
from alertd.notices.render import button
from alertd.notices.templates import MESSAGES
from alertd.notices.writer import Desk
from alertd.settings.address import store_url
from alertd.settings.complaint import did_you_mean
from alertd.settings.shapes import Settings
from alertd.store.database import Store


class Format(StrEnum):
    TEXT = "text"
    HTML = "html"
    TELEGRAM = "telegram"
    SHORT = "short"


_FORMS = {
    ChannelName.TELEGRAM: (Format.TELEGRAM,),
    ChannelName.EMAIL: (Format.TEXT, Format.HTML),
    ChannelName.HTTP: (Format.SHORT,),
}
_SAMPLE = Said("sample data: {why}", "dữ liệu mẫu: {why}")
_NO_STORE = Said("there is no store yet", "chưa có cơ sở dữ liệu")
_NOTHING = Said("nothing stands that this message would tell of", "hiện không có việc nào để thông báo theo mẫu này")
_NOTHING_OF = Said(
    "nothing stands of {unit} that this message would tell of",
    "đơn vị {unit} hiện không có việc nào để thông báo theo mẫu này",
)
_EVENT = Said("it is written only when something happens", "thông báo này chỉ được viết khi có sự việc")
_LIVE = Said("what stands now, to {name} ({unit})", "số liệu hiện tại, gửi {name} ({unit})")
_COUNTED = Said("part {place} of {parts}: {length} of {most} characters", "phần {place}/{parts}: {length}/{most} ký tự")
_SUMMARY = Said(
    "the list is too long for the chat; it goes by mail", "danh sách quá dài đối với Telegram, được gửi qua thư"
)
_FAILED = Said(
    "the office's template fails, so the shipped text is shown: {what}",
    "mẫu của cơ quan bị lỗi nên hiện văn bản của hệ thống: {what}",
)
_WRITTEN = Said("written to {file}", "đã ghi vào {file}")


@dataclass(frozen=True)
class Wanted:
    """What was asked for."""

    name: str
    unit: str | None
    language: str | None
    sample: bool
    channel: ChannelName | None
    form: Format | None
    out: Path | None


def show_preview(config: Path | None, now: str | None, wanted: Wanted, *, as_json: bool) -> None:
    """Raises Refused for a template or a unit that is not known."""
    forms = _FORMS[wanted.channel] if wanted.channel else (wanted.form or Format.TEXT,)
    if wanted.form is not None and wanted.form not in forms:
        raise typer.BadParameter(f"by {wanted.channel} it goes as {' or '.join(forms)}")
    settings = load(config)
    spoken = wanted.language or settings.site.language
    found = _preview(settings, config, now, wanted)
    if found.preview.failed is not None:
        print(in_language(_FAILED, spoken).format(what=found.preview.failed), file=sys.stderr)
    message = previews.as_sent(found.preview.message)
    if as_json:
        show_json(_as_json(found, message))
        return
    print(found.said(spoken), file=sys.stderr)
    _show(found, message, wanted.form or forms[0], wanted.out, spoken)


@dataclass(frozen=True)
class _Found:
    """``why``: for which reason it is sample data; empty: it is not."""

    template: str
    preview: Preview
    at: datetime
    button: str
    why: Said | None = None

    def said(self, language: str) -> str:
        if self.why is not None:
            return in_language(_SAMPLE, language).format(why=in_language(self.why, language))
        return in_language(_LIVE, language).format(name=self.preview.recipient, unit=self.preview.unit)


def _preview(settings: Settings, config: Path | None, now: str | None, wanted: Wanted) -> _Found:
    templates = wiring.templates_of(settings)
    name = known(templates, wanted.name)
    at, why, live = clock_from(now).now(), _NO_STORE, None
    if not wanted.sample and _has_store(settings):
        with _site(config, now) as (session, desk, asof):
            codes = desk.reach.directory.by_code
            if wanted.unit is not None and wanted.unit not in codes:
                raise Refused(f"there is no unit {wanted.unit} in units.csv; {did_you_mean(wanted.unit, codes, 5)}")
            speaking = previews.in_language(desk, wanted.language) if wanted.language else desk
            live, at, why = (
                previews.of_now(session, speaking, asof, name, wanted.unit),
                asof.now,
                _why(name, wanted.unit),
            )
    told = live.message.language if live else (wanted.language or settings.site.language)
    shown = live or previews.of_sample(templates, name, told, settings.digest.lines, rules_of(settings, templates))
    label = button(templates, told) if name == f"{MESSAGES}/alert" or not name.startswith(MESSAGES) else ""
    asked = Said("asked for", "theo yêu cầu") if wanted.sample else why
    local = at.astimezone(settings.site.timezone)
    return _Found(name, shown, local, label, None if live else asked)


def _why(name: str, unit: str | None) -> Said:
    live = name in (f"{MESSAGES}/{kind}" for kind in ("alert", "digest", "city", "sample")) or not name.startswith(
        MESSAGES
    )
    if not live:
        return _EVENT
    return Said(_NOTHING_OF.format(unit=unit), _NOTHING_OF.vi.format(unit=unit)) if unit else _NOTHING


def _has_store(settings: Settings) -> bool:
    """A look must not make one."""
    unopened = Store(store_url(settings))
    try:
        return unopened.file is None or unopened.file.exists()
    finally:
        unopened.close()


@contextmanager
def _site(config: Path | None, now: str | None) -> Iterator[tuple[Session, Desk, AsOf]]:
    with open_site(config, now) as site:
        at = AsOf(site.clock.now(), site.calendar)
        with site.store.read() as session:
            yield session, desk_of(site, session, at, as_if=True), at


def _show(found: _Found, message: Message, form: Format, out: Path | None, language: str) -> None:
    if form is Format.TELEGRAM and out is None:
        console = Console(highlight=False, markup=False)
        counted = in_language(_COUNTED, language)
        time = f"{found.at:%H:%M}"
        show_bubbles(console, message.chat, time=time, button=found.button, counted=counted, language=language)
        if found.preview.summary:
            print(in_language(_SUMMARY, language))
        return
    texts = {
        Format.TEXT: f"{message.subject}\n\n{message.text}",
        Format.HTML: message.html,
        Format.TELEGRAM: "\n\n".join(message.chat),
        Format.SHORT: message.short,
    }
    if out is None and form is not Format.HTML:
        print(printable(texts[form]))
        return
    file = out or Path(tempfile.mkdtemp(prefix="alertd-")) / f"{found.template.rpartition('/')[2]}.html"
    file.write_text(texts[form], encoding="utf-8")
    print(in_language(_WRITTEN, language).format(file=file))


def _as_json(found: _Found, message: Message) -> dict[str, Any]:
    preview = found.preview
    return {
        "template": found.template,
        "sample": found.why is not None,
        "why": str(found.why or ""),
        "recipient": preview.recipient,
        "unit": preview.unit,
        "language": message.language,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "chat": list(message.chat),
        "short": message.short,
        "summary": preview.summary,
        "failed": str(preview.failed or ""),
    }
