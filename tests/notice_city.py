"""A small city for tests of notices: units, people, rules, and alerts put into the store by hand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.calendar import working_calendar
from alertd.model.dataset import Dataset
from alertd.model.directory import Contact, Directory, Owner, UnitRow
from alertd.model.duration import Duration
from alertd.model.files import FILES, files_table
from alertd.model.freshness import Freshness
from alertd.model.notices import NoticeAlert, NoticeFile, notices_table
from alertd.model.procedures import announcements_table
from alertd.model.reach import Reach, Way
from alertd.model.rule import Addressee, Basis, Rule, RuleSet, To
from alertd.model.words import AlertState, ChannelName, Level, Role, Send
from alertd.notices.templates import Templates
from alertd.notices.writer import Desk
from alertd.settings.shapes import Digest, Settings, Site, Telegram, Units
from alertd.settings.source_shapes import SourceSettings
from alertd.store.database import Store

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = working_calendar(zone=ZONE, confirmed_until=date(2026, 12, 31))
NOW = datetime(2026, 10, 5, 8, 0, tzinfo=ZONE).astimezone(UTC)  # a Monday; the office has been open for half an hour
SHIPPED = Path(__file__).parents[1] / "templates"
SHIPPED_TEMPLATES = Templates(Path("/nowhere"), SHIPPED)

UNITS = (
    UnitRow("H26.1", "Phường Một"),
    UnitRow("H26.2", "Phường Hai"),
    UnitRow("H26.3", "Phường Ba"),
    UnitRow("H26.9", "Quận Cũ", valid_to=date(2025, 6, 30)),
    UnitRow("H26.VP", "Văn phòng UBND Thành phố"),
)
LAN = Contact("H26.1", Role.HEAD, "Nguyễn Thị Lan", "Chủ tịch UBND", email="lan@h.vn")
MINH = Contact("H26.2", Role.HEAD, "Trần Minh", email="minh@h.vn")
OFFICE = Contact("H26.VP", Role.HEAD, "Phạm Văn Phòng", email="vp@h.vn", phone="024 3825 3536")
PEOPLE = (LAN, MINH, OFFICE)

OVERDUE = Rule(
    id="overdue-files",
    version="v-overdue",
    file="rules/overdue-files.yaml",
    text="",
    dataset=FILES,
    fields=FILES.fields,
    title={"vi": "Hồ sơ quá hạn", "en": "Overdue files"},
    to=To(Addressee.UNIT_HEAD),
    send={Level.REMINDER: Send.DIGEST, Level.WARNING: Send.OFFICE_HOURS, Level.CRITICAL: Send.AT_ONCE},
    template="overdue_files",
    measure="working_days_late",
    shows=FILES.shows,
    basis=(
        Basis("Nghị định 118/2025/NĐ-CP", since=date(2025, 7, 1)),
        Basis("Nghị định 61/2018/NĐ-CP", until=date(2025, 6, 30)),
    ),
    action={"vi": "Giải quyết dứt điểm.", "en": "Finish them."},
    act_within=Duration.parse("2 working days"),
    repeat=Duration.parse("2 working days"),
)
APOLOGY = replace(
    OVERDUE,
    id="no-apology",
    version="v-apology",
    title={"vi": "Quá hạn chưa xin lỗi", "en": "Late without apology"},
    template="apology",
)
SOON = replace(
    OVERDUE,
    id="due-soon",
    version="v-soon",
    title={"vi": "Hồ sơ sắp đến hạn", "en": "Files due soon"},
    template="due_soon",
    measure="working_days_left",
    shows=(*FILES.shows, "working_days_left"),
    send={Level.REMINDER: Send.DIGEST},
    act_within=None,
    repeat=None,
)
ALL_RULES = (OVERDUE, APOLOGY, SOON)


def rule_set(*rules: Rule) -> RuleSet:
    return RuleSet({rule.id: rule for rule in rules}, "v1")


def settings(mode: str = "live", **digest: Any) -> Settings:
    source = SourceSettings(name="one-stop", dataset="files", kind="http", url="http://127.0.0.1", fields={"code": "c"})
    return Settings(
        folder=Path(),
        site=Site(mode=mode, name="Thành phố Hà Nội"),
        units=Units(),
        sources=(source,),
        digest=Digest(**digest),
        telegram=Telegram(),
    )


def reach_of(people: Sequence[Contact], day: date, chats: Mapping[str, str], **tables: Any) -> Reach:
    ways: dict[str, tuple[Way, ...]] = {}
    for contact in people:
        found = [Way(ChannelName.EMAIL, contact.email)] if contact.email else []
        if contact.person in chats:
            found.insert(0, Way(ChannelName.TELEGRAM, chats[contact.person]))
        if found:
            ways[contact.person] = tuple(found)
    return Reach(Directory(UNITS, tuple(people), office="H26.VP", **tables), day, ways)


def at(moment: datetime = NOW) -> AsOf:
    return AsOf(moment, CALENDAR)


def local(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def fresh(as_of: datetime = NOW, **given: Any) -> dict[str, Freshness]:
    return {"one-stop": Freshness("one-stop", "files", as_of, as_of, **given)}


@dataclass
class City:
    """A store with alerts, and the desk that tells of them."""

    store: Store
    rules: tuple[Rule, ...] = ALL_RULES
    people: tuple[Contact, ...] = PEOPLE
    chats: dict[str, str] = field(default_factory=dict)
    mode: str = "live"
    digest: dict[str, Any] = field(default_factory=dict)
    templates: Templates = SHIPPED_TEMPLATES
    freshness: dict[str, Freshness] = field(default_factory=fresh)
    owners: tuple[Owner, ...] = ()

    def desk(self, moment: datetime = NOW) -> Desk:
        day = CALENDAR.today(moment)
        reach = reach_of(self.people, day, self.chats, owners=self.owners)
        return Desk(settings(self.mode, **self.digest), rule_set(*self.rules), self.templates, reach, self.freshness)

    def finds(self, code: str, level: Level, *, rule: Rule = OVERDUE, unit: str | None = "H26.1", **given: Any) -> int:
        """A file, and an alert about it; ``late``: working days after its due date."""
        record = self.file(code, unit, late=given.pop("late", int(level) * 5), **given.pop("record", {}))
        row: dict[str, Any] = {
            "rule": rule.id,
            "rule_version": rule.version,
            "dataset": rule.dataset.name,
            "key": code,
            "record_id": record,
            "source": "one-stop",
            "record_changed_at": NOW,
            "unit": unit,
            "level": int(level),
            "state": AlertState.OPEN.value,
            "reason": "opened",
            "opened_at": NOW,
            "changed_at": NOW,
            "acknowledged_by": "",
            "times_opened": 1,
        }
        with self.store.write() as session:
            made = insert(alerts_table).returning(alerts_table.c.id)
            return int(session.connection().execute(made, [row | given]).scalar_one())

    def file(self, code: str, unit: str | None, *, late: int = 0, **given: Any) -> int:
        """The record's number; one that is there already is taken as it is."""
        due = CALENDAR.day_of(CALENDAR.number(date(2026, 10, 5)) - late)
        row: dict[str, Any] = {
            "source": "one-stop",
            "code": code,
            "unit": unit,
            "raw_hash": 1,
            "first_seen_at": NOW,
            "version_since": NOW,
            "changed_at": NOW,
            "missed": 0,
            "preferred": True,
            "by_minute": False,
            "is_open": True,
            "waiting_for_citizen": False,
            "procedure": "1.004227",
            "section": "Bộ phận Một cửa",
            "status": "processing",
            "due_at": CALENDAR.midnight(due) + timedelta(hours=10),
            "due_day": due.toordinal(),
            "due_day_no": CALENDAR.number(due),
        }
        with self.store.write() as session:
            known = select(files_table.c.id).where(files_table.c.code == code)
            found = session.connection().execute(known).scalar()
            if found is not None:
                return int(found)
            made = insert(files_table).returning(files_table.c.id)
            return int(session.connection().execute(made, [row | given]).scalar_one())

    def duty(self, code: str, rule: Rule, level: Level, **given: Any) -> None:
        """An announcement that is late, and an alert about it."""
        row: dict[str, Any] = {
            "source": "one-stop",
            "code": code,
            "raw_hash": 1,
            "first_seen_at": NOW,
            "version_since": NOW,
        }
        row |= {"changed_at": NOW, "missed": 0, "preferred": True, "procedure": code.split("/", maxsplit=1)[0], **given}
        with self.store.write() as session:
            made = insert(announcements_table).returning(announcements_table.c.id)
            record = int(session.connection().execute(made, [row]).scalar_one())
        self._alert_only(code, rule, level, record, given.get("unit"))

    def _alert_only(self, code: str, rule: Rule, level: Level, record: int, unit: str | None) -> None:
        row: dict[str, Any] = {"rule": rule.id, "rule_version": rule.version, "dataset": rule.dataset.name, "key": code}
        row |= {"record_id": record, "source": "one-stop", "unit": unit, "level": int(level), "reason": "opened"}
        row |= {"state": "open", "opened_at": NOW, "changed_at": NOW, "acknowledged_by": "", "times_opened": 1}
        with self.store.write() as session:
            session.connection().execute(insert(alerts_table), [row])

    def change(self, code: str, **values: Any) -> None:
        with self.store.write() as session:
            session.connection().execute(update(alerts_table).where(alerts_table.c.key == code).values(values))

    def end(self, code: str, moment: datetime, *, ended: bool = True, reason: str = "resolved") -> None:
        """The file has ended (or only its alert has)."""
        self.change(code, state="resolved", reason=reason, resolved_at=moment, changed_at=moment)
        if ended:
            with self.store.write() as session:
                row = {"ended_at": moment, "is_open": False}
                session.connection().execute(update(files_table).where(files_table.c.code == code).values(row))

    def notices(self) -> list[Any]:
        with self.store.read() as session:
            return list(session.connection().execute(select(notices_table).order_by(notices_table.c.id)))

    def links(self) -> list[tuple[int, str, str]]:
        """Notice, key, why."""
        c = table_of(NoticeAlert).c
        with self.store.read() as session:
            rows = session.connection().execute(
                select(c.notice_id, alerts_table.c.key, c.why)
                .join(alerts_table, alerts_table.c.id == c.alert_id)
                .order_by(c.notice_id, alerts_table.c.key, c.alert_id)
            )
            return [tuple(row) for row in rows]

    def files(self) -> list[Any]:
        with self.store.read() as session:
            table = table_of(NoticeFile)
            return list(session.connection().execute(select(table).order_by(table.c.id)))

    def alert(self, code: str) -> Any:
        with self.store.read() as session:
            return session.connection().execute(select(alerts_table).where(alerts_table.c.key == code)).one()


def chat_of(notice: Any) -> list[str]:
    found: list[str] = json.loads(notice.chat)
    return found


def measured(dataset: Dataset, **given: Any) -> Rule:
    """A rule over another dataset."""
    return replace(OVERDUE, dataset=dataset, fields=dataset.fields, shows=dataset.shows, **given)
