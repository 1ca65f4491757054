"""Faults that no single key shows: what needs one another, what contradicts, what would betray a secret. Nothing is opened."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from alertd.errors import Said
from alertd.settings.address import POSTGRESQL, SQLITE, database_url, holds_password, is_loopback, plain
from alertd.settings.calendar import unknown_country
from alertd.settings.complaint import Complaint, KeyPath, complaint_of, missing, to_write
from alertd.settings.duty_shapes import Sync
from alertd.settings.kinds import Shape
from alertd.settings.references import UNREAD
from alertd.settings.secret import Secret
from alertd.settings.shape_complaints import OWN
from alertd.settings.shapes import Bounces, Calendar, Email, Http, Limits, Store, Telegram
from alertd.settings.source_checks import source_complaints
from alertd.settings.source_shapes import SourceSettings
from alertd.settings.sync_checks import sync_complaints
from alertd.settings.value_checks import PASSWORD_IN_ADDRESS, WHOLE_ADDRESS, address_complaints, fixed_time_complaints

MAX_SOURCES = 200  # a job each; beyond it the polls of one machine queue up behind each other
_BETRAYS = re.compile(r"authori[sz]ation|cookie|(?<!page)(?<!next)token|secret|passw|api[-_]?key", re.IGNORECASE)

_S = TypeVar("_S", bound=Shape)
_UNKNOWN_KEY = Said("unknown key", "không có khóa này")
_KEEP_ONE = Said("keep one of the two", "đề nghị chỉ giữ một trong hai")


def cross_complaints(raw: dict[str, Any], folder: Path) -> Iterator[Complaint]:
    """Each part that is well formed by itself is judged, so that all faults come at once. ``raw``: with secrets read."""
    for key in OWN & set(raw):
        yield Complaint((key,), _UNKNOWN_KEY, Said("leave it out", "đề nghị bỏ đi"))
    yield from _judged(Store, raw, "store", lambda store: _store(store, folder))
    yield from _judged(Calendar, raw, "calendar", _calendar)
    yield from _judged(Telegram, raw, "telegram", _telegram)
    yield from _judged(Email, raw, "email", _email)
    yield from _judged(Http, raw, "http", _http)
    yield from _judged(Limits, raw, "run", _limits)
    yield from _judged(Sync, raw, "sync", lambda sync: sync_complaints(sync, raw.get("sources")))
    yield from _sources(raw.get("sources"))


def _judged(
    shape: type[_S], raw: dict[str, Any], table: str, judge: Callable[[_S], Iterator[Complaint]]
) -> Iterator[Complaint]:
    part = _read(shape, raw.get(table, {}))
    if part is not None:
        yield from judge(part)


def _read(shape: type[_S], raw: Any) -> _S | None:
    """The part, or None where its shape is at fault, which is reported elsewhere."""
    try:
        return shape.model_validate(raw)
    except ValidationError:
        return None


def _sources(raw: Any) -> Iterator[Complaint]:
    if not isinstance(raw, list):
        return
    if len(raw) > MAX_SOURCES:
        what = Said(f"{len(raw)} sources, at most {MAX_SOURCES}", f"có {len(raw)} nguồn, nhiều nhất là {MAX_SOURCES}")
        yield Complaint(
            ("sources",), what, Said("split the site or join feeds", "đề nghị chia hệ thống hoặc gộp các nguồn")
        )
    first: dict[str, int] = {}
    for number, table in enumerate(raw):
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str) and first.setdefault(name, number) != number:
            what = Said(f"a second source named {name!r}", f"đã có nguồn khác tên {name!r}")
            cure = Said("give each its own name", "đề nghị đặt tên riêng cho từng nguồn")
            yield Complaint(("sources", number, "name"), what, cure)
        if isinstance(table, dict):
            yield from _betrayed(
                table.get("headers"),
                ("sources", number, "headers"),
                to_write('auth = { kind = "header", header = "…", token = { env = "NAME" } }'),
            )
            yield from _betrayed(
                table.get("parameters"),
                ("sources", number, "parameters"),
                WHOLE_ADDRESS,
            )
            yield from _betrayed(table.get("body"), ("sources", number, "body"), to_write('{ env = "NAME" }'))
        source = _read(SourceSettings, table)
        if source is not None:
            yield from source_complaints(source, ("sources", number))


def _betrayed(table: Any, path: KeyPath, write: Said) -> Iterator[Complaint]:
    for name, value in table.items() if isinstance(table, dict) else ():
        yield from _betrayed(value, (*path, name), write)
        if isinstance(value, str) and _BETRAYS.search(name):
            what = Said("a secret in config.toml itself", "mật khẩu hoặc mã truy cập ghi trực tiếp trong config.toml")
            yield Complaint((*path, name), what, write)


def _store(store: Store, folder: Path) -> Iterator[Complaint]:
    path = ("store", "url")
    if store.url is UNREAD:
        return
    try:
        url = database_url(plain(store.url), folder)
    except ValueError as error:
        yield complaint_of(path, error)
        return
    if url.drivername not in (*POSTGRESQL, *SQLITE):
        yield Complaint(
            path,
            Said(
                f"alertd keeps its data in SQLite or PostgreSQL, not in {url.drivername}",
                f"alertd lưu dữ liệu trong SQLite hoặc PostgreSQL, không dùng {url.drivername}",
            ),
            Said(
                "write sqlite:///alertd.db or postgresql+psycopg://host/name",
                "đề nghị viết sqlite:///alertd.db hoặc postgresql+psycopg://host/name",
            ),
        )
    if url.drivername in SQLITE and url.database in (None, "", ":memory:"):
        yield Complaint(path, Said("no file is named", "chưa nêu tên tệp"), to_write("sqlite:///alertd.db"))
    if isinstance(store.url, str) and (url.password or holds_password(store.url)):
        yield Complaint(path, PASSWORD_IN_ADDRESS, WHOLE_ADDRESS)


def _calendar(calendar: Calendar) -> Iterator[Complaint]:
    if cure := unknown_country(calendar.country):
        what = Said(f"no country {calendar.country!r} is known", f"không có nước nào mã {calendar.country!r}")
        yield Complaint(("calendar", "country"), what, cure)
    for day in sorted(set(calendar.days_off) & set(calendar.days_worked)):
        what = Said(
            f"{day} is a day off and a day worked", f"ngày {day:%d/%m/%Y} vừa là ngày nghỉ vừa là ngày làm việc"
        )
        yield Complaint(("calendar", "days_worked"), what, _KEEP_ONE)
    if len(set(calendar.weekend)) == 7:
        what = Said("no day of the week is left to work", "không còn ngày làm việc nào trong tuần")
        yield Complaint(("calendar", "weekend"), what, to_write('["sat", "sun"]'))


def _telegram(telegram: Telegram) -> Iterator[Complaint]:
    yield from address_complaints(
        telegram.base_url,
        ("telegram", "base_url"),
        secret=telegram.token is not None,
        cure=to_write('token = { env = "NAME" }'),
    )


def _http(http: Http) -> Iterator[Complaint]:
    secret = any(isinstance(value, Secret) for value in http.headers.values())
    cure = to_write('headers = { Authorization = { env = "NAME" } }')
    if http.url:
        yield from address_complaints(http.url, ("http", "url"), secret=secret, cure=cure)
    yield from _betrayed(http.headers, ("http", "headers"), to_write('{ env = "NAME" }'))
    yield from fixed_time_complaints(http.timeout, ("http", "timeout"))


def _email(email: Email) -> Iterator[Complaint]:
    if email.host and not email.sender:
        yield Complaint(("email",), missing("sender"), to_write('sender = "alertd <alertd@example.gov.vn>"'))
    if any(mark in email.sender for mark in "\r\n"):
        what = Said("a line break in the address", "địa chỉ bị ngắt dòng")
        yield Complaint(("email", "sender"), what, Said("write it on one line", "đề nghị viết trên một dòng"))
    if email.host and email.security == "none" and not is_loopback(email.host):
        cure = Said("use starttls or tls", "đề nghị dùng starttls hoặc tls")
        yield Complaint(("email", "security"), _not_secured(email.host), cure)
    if email.username and email.password is None:
        yield Complaint(("email",), missing("password"), to_write('password = { env = "NAME" }'))
    if email.password is not None and not email.username:
        yield Complaint(("email",), missing("username"), to_write('username = "…"'))
    yield from fixed_time_complaints(email.timeout, ("email", "timeout"))
    yield from _bounces(email.bounces)


def _not_secured(host: str) -> Said:
    return Said(
        f"none is accepted for loopback only, not for {host}",
        f"chỉ được dùng none trên chính máy này, không dùng với {host}",
    )


def _bounces(bounces: Bounces) -> Iterator[Complaint]:
    path = ("email", "bounces")
    if bounces.host and bounces.folder is not None:
        what = Said("a mailbox and a folder", "vừa có hộp thư vừa có thư mục")
        yield Complaint((*path, "folder"), what, _KEEP_ONE)
    if bounces.host and bounces.security == "none" and not is_loopback(bounces.host):
        cure = Said("use tls or starttls", "đề nghị dùng tls hoặc starttls")
        yield Complaint((*path, "security"), _not_secured(bounces.host), cure)
    if bounces.host and not (bounces.username and bounces.password is not None):
        cure = Said(
            'write username = "…" and password = { env = "NAME" }',
            'đề nghị viết username = "…" và password = { env = "NAME" }',
        )
        yield Complaint(path, Said("a mailbox needs a login", "hộp thư cần tên đăng nhập và mật khẩu"), cure)
    if not (bounces.mailbox.isascii() and bounces.mailbox.isprintable() and bounces.mailbox):
        what = Said(f"no name of a mailbox: {bounces.mailbox!r}", f"không phải là tên hộp thư: {bounces.mailbox!r}")
        cure = Said(
            "give it a name in plain letters, as the server has it (modified UTF-7)",
            "đề nghị viết tên không dấu, đúng như trên máy chủ (modified UTF-7)",
        )
        yield Complaint((*path, "mailbox"), what, cure)
    yield from fixed_time_complaints(bounces.every, (*path, "every"))


def _limits(limits: Limits) -> Iterator[Complaint]:
    for name in ("every", "deliver_every", "lease", "give_up_after"):
        yield from fixed_time_complaints(getattr(limits, name), ("run", name))
