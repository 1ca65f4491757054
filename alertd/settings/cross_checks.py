"""Faults that no single key shows: what needs one another, what contradicts, what would betray a secret. Nothing is opened."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from alertd.settings.address import POSTGRESQL, SQLITE, database_url, holds_password, is_loopback, plain
from alertd.settings.calendar import unknown_country
from alertd.settings.complaint import Complaint, KeyPath, complaint_of
from alertd.settings.kinds import Shape
from alertd.settings.references import UNREAD
from alertd.settings.secret import Secret
from alertd.settings.shape_complaints import OWN
from alertd.settings.shapes import Bounces, Calendar, Email, Http, Limits, Store, Telegram
from alertd.settings.source_checks import source_complaints
from alertd.settings.source_shapes import SourceSettings
from alertd.settings.value_checks import address_complaints, fixed_time_complaints

MAX_SOURCES = 200  # a job each; beyond it the polls of one machine queue up behind each other
_BETRAYS = re.compile(r"authori[sz]ation|cookie|(?<!page)(?<!next)token|secret|passw|api[-_]?key", re.IGNORECASE)

_S = TypeVar("_S", bound=Shape)


def cross_complaints(raw: dict[str, Any], folder: Path) -> Iterator[Complaint]:
    """Each part that is well formed by itself is judged, so that all faults come at once. ``raw``: with secrets read."""
    for key in OWN & set(raw):
        yield Complaint((key,), "unknown key", "leave it out")
    yield from _judged(Store, raw, "store", lambda store: _store(store, folder))
    yield from _judged(Calendar, raw, "calendar", _calendar)
    yield from _judged(Telegram, raw, "telegram", _telegram)
    yield from _judged(Email, raw, "email", _email)
    yield from _judged(Http, raw, "http", _http)
    yield from _judged(Limits, raw, "run", _limits)
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
        yield Complaint(("sources",), f"{len(raw)} sources, at most {MAX_SOURCES}", "split the site or join feeds")
    first: dict[str, int] = {}
    for number, table in enumerate(raw):
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str) and first.setdefault(name, number) != number:
            yield Complaint(("sources", number, "name"), f"a second source named {name!r}", "give each its own name")
        if isinstance(table, dict):
            yield from _betrayed(
                table.get("headers"),
                ("sources", number, "headers"),
                'auth = { kind = "header", header = "…", token = { env = "NAME" } }',
            )
            yield from _betrayed(
                table.get("parameters"),
                ("sources", number, "parameters"),
                'url = { env = "NAME" } and keep the whole address there',
            )
        source = _read(SourceSettings, table)
        if source is not None:
            yield from source_complaints(source, ("sources", number))


def _betrayed(table: Any, path: KeyPath, write: str) -> Iterator[Complaint]:
    for name, value in table.items() if isinstance(table, dict) else ():
        if isinstance(value, str) and _BETRAYS.search(name):
            yield Complaint((*path, name), "a secret in config.toml itself", f"write {write}")


def _store(store: Store, folder: Path) -> Iterator[Complaint]:
    path = ("store", "url")
    if store.url is UNREAD:
        return
    try:
        url = database_url(plain(store.url), folder)
    except ValueError as error:
        yield complaint_of(path, str(error))
        return
    if url.drivername not in (*POSTGRESQL, *SQLITE):
        yield Complaint(
            path,
            f"alertd keeps its data in SQLite or PostgreSQL, not in {url.drivername}",
            "write sqlite:///alertd.db or postgresql+psycopg://host/name",
        )
    if url.drivername in SQLITE and url.database in (None, "", ":memory:"):
        yield Complaint(path, "no file is named", "write sqlite:///alertd.db")
    if isinstance(store.url, str) and (url.password or holds_password(store.url)):
        yield Complaint(
            path, "a password in the address", 'write url = { env = "NAME" } and keep the whole address there'
        )


def _calendar(calendar: Calendar) -> Iterator[Complaint]:
    if cure := unknown_country(calendar.country):
        yield Complaint(("calendar", "country"), f"no country {calendar.country!r} is known", cure)
    for day in sorted(set(calendar.days_off) & set(calendar.days_worked)):
        yield Complaint(("calendar", "days_worked"), f"{day} is a day off and a day worked", "keep one of the two")
    if len(set(calendar.weekend)) == 7:
        yield Complaint(("calendar", "weekend"), "no day of the week is left to work", 'write ["sat", "sun"]')


def _telegram(telegram: Telegram) -> Iterator[Complaint]:
    yield from address_complaints(
        telegram.base_url,
        ("telegram", "base_url"),
        secret=telegram.token is not None,
        cure='write token = { env = "NAME" }',
    )


def _http(http: Http) -> Iterator[Complaint]:
    secret = any(isinstance(value, Secret) for value in http.headers.values())
    cure = 'write headers = { Authorization = { env = "NAME" } }'
    if http.url:
        yield from address_complaints(http.url, ("http", "url"), secret=secret, cure=cure)
    yield from _betrayed(http.headers, ("http", "headers"), '{ env = "NAME" }')
    yield from fixed_time_complaints(http.timeout, ("http", "timeout"))


def _email(email: Email) -> Iterator[Complaint]:
    if email.host and not email.sender:
        yield Complaint(("email",), "sender is missing", 'write sender = "alertd <alertd@example.gov.vn>"')
    if any(mark in email.sender for mark in "\r\n"):
        yield Complaint(("email", "sender"), "a line break in the address", "write it on one line")
    if email.host and email.security == "none" and not is_loopback(email.host):
        yield Complaint(
            ("email", "security"), f"none is accepted for loopback only, not for {email.host}", "use starttls or tls"
        )
    if email.username and email.password is None:
        yield Complaint(("email",), "password is missing", 'write password = { env = "NAME" }')
    if email.password is not None and not email.username:
        yield Complaint(("email",), "username is missing", 'write username = "…"')
    yield from fixed_time_complaints(email.timeout, ("email", "timeout"))
    yield from _bounces(email.bounces)


def _bounces(bounces: Bounces) -> Iterator[Complaint]:
    path = ("email", "bounces")
    if bounces.host and bounces.folder is not None:
        yield Complaint((*path, "folder"), "a mailbox and a folder", "keep one of the two")
    if bounces.host and bounces.security == "none" and not is_loopback(bounces.host):
        cure = "use tls or starttls"
        yield Complaint((*path, "security"), f"none is accepted for loopback only, not for {bounces.host}", cure)
    if bounces.host and not (bounces.username and bounces.password is not None):
        cure = 'write username = "…" and password = { env = "NAME" }'
        yield Complaint(path, "a mailbox needs a login", cure)
    if not (bounces.mailbox.isascii() and bounces.mailbox.isprintable() and bounces.mailbox):
        cure = "give it a name in plain letters, as the server has it (modified UTF-7)"
        yield Complaint((*path, "mailbox"), f"no name of a mailbox: {bounces.mailbox!r}", cure)
    yield from fixed_time_complaints(bounces.every, (*path, "every"))


def _limits(limits: Limits) -> Iterator[Complaint]:
    for name in ("every", "deliver_every", "lease", "give_up_after"):
        yield from fixed_time_complaints(getattr(limits, name), ("run", name))
