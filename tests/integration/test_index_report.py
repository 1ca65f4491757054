"""The index report from a real store, on both databases: own files beside a plain count, what can be won, pace, readings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, update

from alertd.derive import index as derived
from alertd.model.asof import AsOf
from alertd.model.directory import Directory, UnitRow
from alertd.model.index import index_log_table
from alertd.model.period import period_of
from alertd.model.sync import sync_gaps_table
from alertd.model.words import GapCause, GapKind
from alertd.reports.index import Report, index_report, newest_period
from alertd.reports.items import Item
from alertd.reports.own_files import pending_steps, tally, terms_of
from alertd.reports.readings import units_read
from alertd.reports.winnable import Chance, Fate, Step, Work
from alertd.settings.shapes import Settings
from alertd.store.database import Store
from tests.integration.alerts_site import statements
from tests.integration.intake_site import Intake, Made, settings_of, site_of
from tests.integration.rules_site import Site, moment
from tests.stores import with_days

FIELDS = ("period", "unit", "indicator", "numerator", "denominator", "ratio", "score", "rank", "computed_at", "quality")
NOVEMBER = "2026-11"
UNITS = Directory(
    (
        UnitRow("H26", "UBND Thành phố Hà Nội", "city"),
        UnitRow("H26.1", "Sở Xây dựng", "department", "H26"),
        UnitRow("H26.2", "UBND phường Ba Đình", "ward", "H26"),
    )
)


class City:
    """``now``: local. Records come in through intake, readings of the index too."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.intake = store, site_of()
        self.calendar = self.intake.calendar
        self.site = Site(store, "2026-11-18 08:00", self.calendar)
        self.portal = settings_of(
            "portal",
            dataset="index_readings",
            fields=dict(zip(FIELDS, FIELDS, strict=True)),
            values={},
            covers="changes",
        )
        self.folder = folder
        self.configure()
        with_days(store, self.calendar)

    def configure(self, **more: Any) -> None:
        raw = {"units": {}, "sources": [self.portal], "folder": self.folder, "index": more}
        self.settings = Settings.model_validate(raw)

    def files(self, *records: dict[str, Any]) -> None:
        self.site.poll(*records)

    def duties(self, *records: dict[str, Any]) -> None:
        self.site.poll(*records, dataset="announcements", source="duties")

    def catalogue(self, *records: dict[str, Any]) -> None:
        self.site.poll(*records, dataset="procedures", source="catalogue")

    def gap(self, code: str, **given: Any) -> None:
        """As derive/gaps.py has it: a file of November that the portal has not got."""
        now = moment(self.site.now)
        row = {"source": "portal", "code": code, "unit": "H26.1", "raw_hash": 0, "missed": 0, "preferred": True}
        row |= {"first_seen_at": now, "version_since": now, "changed_at": now, "since": moment("2026-11-10 08:00")}
        row |= {"kind": GapKind.MISSING_THERE.value, "cause": GapCause.UNKNOWN.value, "is_open": True, "is_due": True}
        with self.store.write() as session:
            session.connection().execute(insert(sync_gaps_table).values(row | given))

    def read(self, *readings: dict[str, Any], at: str = "", follow: bool = True, period: str = NOVEMBER) -> None:
        """``at``: when they were computed, local; by default now."""
        records = [{"period": period, "unit": "H26", "computed_at": at or self.site.now} | each for each in readings]
        done = Intake(self.store, self.portal, self.intake, Made(records), moment(self.site.now)).poll()
        assert done.believed, done
        assert done.counts.rejected == 0, done
        if follow:
            with self.store.write() as session:
                derived.follow(session, self.settings, self.at(), self.settings.index.city(UNITS))

    def at(self, *, live: bool = True) -> AsOf:
        return AsOf(moment(self.site.now), self.calendar, live)

    def report(self, unit: str = "H26", period: str = "") -> Report:
        with self.store.read() as session:
            span = period_of(period) or newest_period(session, unit, self.at())
            city = self.settings.index.city(UNITS)
            return index_report(session, self.settings, UNITS, self.at(), unit, span, city=city)


@pytest.fixture
def city(store: Store, tmp_path: Path) -> City:
    return City(store, tmp_path)


def file(code: str, due: str | None, accepted: str = "2026-11-02", **given: Any) -> dict[str, Any]:
    made = {"code": code, "unit": "H26.1", "status": "processing", "accepted_at": f"{accepted}T09:00:00"}
    return made | ({"due_at": f"{due}T17:00:00"} if due else {}) | given


def done(code: str, due: str, on: str, accepted: str = "2026-11-02", **given: Any) -> dict[str, Any]:
    return file(code, due, accepted, status="done", ended_at=f"{on}T10:00:00", **given)


def duty(code: str, **days: Any) -> dict[str, Any]:
    return {"procedure": code, "legal_text": "01/2026/TT", "decision": f"QD-{code}", "field": "Đất đai", **days}


def fates(report: Report, indicator: str) -> dict[Fate, tuple[int, int | None, int | None]]:
    return {each.fate: (each.count, each.least, each.most) for each in report.chances if each.indicator == indicator}


def chance(report: Report, fate: Fate, indicator: str) -> Chance:
    return next(each for each in report.of(fate) if each.indicator == indicator)


def part(report: Report, code: str) -> Item:
    return next(each for group in report.groups for each in (group, *group.parts) if each.code == code)


# --- own files ---------------------------------------------------------------------------------------------------------
def verdict(record: Mapping[str, Any], calendar: Any, today: date, last: date, *, again_is_late: bool) -> str:
    """The same by reading one record slowly."""
    due, ended = _day(record.get("due_at")), _day(record.get("ended_at"))
    if due is None:
        return "without_due"
    due = calendar.effective_due(due)
    asked, answered = _day(record.get("supplement_requested_at")), _day(record.get("supplement_answered_at"))
    if again_is_late and (record.get("supplement_requests") or 0) > 1:
        return "late"
    if ended is not None:
        if asked and answered and asked <= due and (waited := calendar.number(answered) - calendar.number(asked)) > 0:
            return "late" if calendar.number(ended) > calendar.number(due) + waited else "on_time"
        return "late" if ended > due else "on_time"
    if asked is not None and answered is None:
        return "late" if asked > due else "on_time"
    if due < min(today, last):
        return "late"
    return "pending" if today <= due < last else "on_time"


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text[:10])


def _made_up(random: Random, number: int) -> dict[str, Any]:
    begin = date(2026, 10, 20) + timedelta(days=random.randrange(0, 29))
    due = begin + timedelta(days=random.randrange(0, 30))
    record = file(f"F{number}", due.isoformat(), begin.isoformat(), unit=random.choice(("H26.1", "H26.2")))
    if random.random() < 0.1:
        del record["due_at"]
    if random.random() < 0.4:
        asked = begin + timedelta(days=random.randrange(0, 12))
        record |= {"supplement_requests": random.choice((1, 1, 2)), "supplement_requested_at": f"{asked}T11:00:00"}
        if random.random() < 0.7:
            record["supplement_answered_at"] = f"{asked + timedelta(days=random.randrange(0, 9))}T12:00:00"
    if random.random() < 0.5 and ("supplement_requested_at" not in record or "supplement_answered_at" in record):
        since = _day(record.get("supplement_answered_at")) or begin
        record |= {"status": "done", "ended_at": f"{since + timedelta(days=random.randrange(0, 20))}T13:00:00"}
    return record


@pytest.mark.parametrize("period", [NOVEMBER, "2026-10"])
def test_own_files_are_counted_as_by_reading_each_of_them(city: City, period: str) -> None:
    random, span = Random(766), period_of(period)
    assert span is not None
    records = [_made_up(random, number) for number in range(300)]
    city.site.now = "2026-12-20 08:00" if period == "2026-10" else "2026-11-18 08:00"
    now = city.site.now.replace(" ", "T")
    times = ("ended_at", "supplement_requested_at", "supplement_answered_at", "accepted_at")
    records = [each for each in records if all((each.get(name) or "") <= now for name in times)]
    city.files(*records)
    today = _day(city.site.now)
    assert today is not None
    for again in (True, False):
        wanted = Counter(
            verdict(each, city.calendar, today, span.last, again_is_late=again)
            for each in records
            if span.holds(_day(each["accepted_at"]) or date.min)
        )
        assert len(wanted) >= 3
        for live in (True, False):
            at = city.at(live=live)
            terms = terms_of(span, at, again_is_late=again)
            with city.store.read() as session:
                found = tally(session, terms, at, None, since=None, weeks=4)
                steps, _ = pending_steps(session, terms, at, None)
            counted = {name: getattr(found, name) for name in ("on_time", "late", "pending", "without_due")}
            assert counted == {name: wanted[name] for name in counted}, (again, live)
            assert sum(step.count for step in steps) == wanted["pending"]


def test_files_of_the_running_month_can_be_saved_until_their_due_day_and_late_ones_cannot(city: City) -> None:
    city.files(
        file("A", "2026-11-20"),
        file("B", "2026-11-24"),
        file("C", "2026-12-03"),  # due after the period: on time, whatever happens
        file("D", "2026-11-10"),  # late, and open
        done("E", "2026-11-10", "2026-11-09"),
        file("F", "2026-11-20", supplement_requests=2),  # late by the second request
        file("G", "2026-11-19", supplement_requests=1, supplement_requested_at="2026-11-16T09:00:00"),
        file("H", "2026-10-20", "2026-10-01"),  # of the month before
    )
    city.read({"indicator": "TDGQ", "numerator": 3, "denominator": 7, "score": 8.57})
    report = city.report()
    assert fates(report, "TDGQ") == {Fate.SAVABLE: (2, 0, 572), Fate.LOST: (2, 0, 0)}
    savable = chance(report, Fate.SAVABLE, "TDGQ")
    assert savable.steps == (Step(date(2026, 11, 20), 1), Step(date(2026, 11, 24), 1))
    assert savable.records == ("A", "B")
    assert report.forecast is not None
    assert (report.forecast.least.on_time, report.forecast.most.on_time, report.forecast.tally.received) == (3, 5, 7)


def test_files_received_after_the_portal_counted_come_into_both(city: City) -> None:
    city.read({"indicator": "TDGQ", "numerator": 50, "denominator": 100, "score": 10}, at="2026-11-15 08:00")
    city.files(file("A", "2026-11-20"), file("B", "2026-11-20", "2026-11-17"))
    report = city.report()
    # 50/100 -> 52/101 of 20
    assert fates(report, "TDGQ") == {Fate.SAVABLE: (2, 0, 30)}


def test_a_unit_sees_its_own_files_and_the_city_all(city: City) -> None:
    city.files(file("A", "2026-11-20"), file("B", "2026-11-20", unit="H26.2"), file("C", "2026-11-20", unit=None))
    assert [sum(each.count for each in city.report(unit, NOVEMBER).chances) for unit in ("H26", "H26.1")] == [3, 1]


# --- procedures ----------------------------------------------------------------------------------------------------------
def _published(city: City, denominator: int) -> Report:
    """Two published, of them one in time; two within their five working days; two that are late."""
    city.duties(
        duty("1", decided_on="2026-11-02", published_on="2026-11-04"),
        duty("2", decided_on="2026-11-02", published_on="2026-11-16"),
        duty("3", decided_on="2026-11-13"),
        duty("4", decided_on="2026-11-12"),
        duty("5", decided_on="2026-11-03"),
        duty("6", decided_on="2026-11-04"),
        duty("7", decided_on="2026-10-13"),  # of the month before
    )
    city.read({"indicator": "PUBLIC_UPDATE_ON_TIME", "numerator": 1, "denominator": denominator, "score": 0.67})
    return city.report()


def test_procedures_within_their_days_win_and_late_ones_lower_the_figure(city: City) -> None:
    report = _published(city, 2)
    # 1/2 -> 3/4 of 4 points; published late: 1/2 -> 1/4
    assert fates(report, "PUBLIC_UPDATE_ON_TIME") == {Fate.SAVABLE: (2, 100, 100), Fate.LOWERS: (2, -100, -100)}
    savable = chance(report, Fate.SAVABLE, "PUBLIC_UPDATE_ON_TIME")
    assert savable.steps == (Step(date(2026, 11, 19), 1), Step(date(2026, 11, 20), 1))
    assert (savable.work, savable.records) == (Work.PUBLISH, ("4", "3"))
    assert savable in report.cheapest


def test_where_all_are_counted_already_late_ones_are_lost_and_those_in_time_win_more(city: City) -> None:
    report = _published(city, 6)
    assert fates(report, "PUBLIC_UPDATE_ON_TIME") == {Fate.SAVABLE: (2, 133, 133), Fate.LOST: (2, 0, 0)}


def test_the_last_day_is_still_in_time_and_the_day_after_it_is_late(city: City) -> None:
    city.duties(duty("1", decided_on="2026-11-11"), duty("2", in_force_on="2026-11-25"))  # both due on the 18th
    city.files(file("A", "2026-11-18"))
    found = {each.work: (each.fate, each.until) for each in city.report("H26", NOVEMBER).chances}
    day = date(2026, 11, 18)
    assert found == dict.fromkeys((Work.PUBLISH, Work.ANNOUNCE, Work.FINISH), (Fate.SAVABLE, day))
    city.site.now = "2026-11-19 08:00"
    found = {each.work: (each.fate, each.until) for each in city.report("H26", NOVEMBER).chances}
    assert found == {
        Work.PUBLISH: (Fate.LOWERS, None),
        Work.ANNOUNCE: (Fate.LOWERS, None),
        Work.FINISH: (Fate.LOST, None),
    }


def test_a_supplement_asked_for_on_the_due_day_takes_the_citizens_time_off_and_one_after_it_does_not(
    city: City,
) -> None:
    asked: dict[str, Any] = {"supplement_requests": 1, "supplement_answered_at": "2026-11-12T09:00:00"}
    city.files(
        done("A", "2026-11-10", "2026-11-12", **asked, supplement_requested_at="2026-11-10T09:00:00"),
        done("B", "2026-11-10", "2026-11-12", **asked, supplement_requested_at="2026-11-11T09:00:00"),
        done("C", "2026-11-10", "2026-11-13", **asked, supplement_requested_at="2026-11-10T09:00:00"),
        # the due date was moved for it, so it is not taken off once more
        done(
            "D",
            "2026-11-11",
            "2026-11-12",
            **asked,
            supplement_requested_at="2026-11-10T09:00:00",
            first_due_at="2026-11-09",
        ),
    )
    found = city.report("H26", NOVEMBER).forecast
    assert found is not None
    assert (found.tally.on_time, found.tally.late) == (1, 3)


def test_what_would_lower_the_figure_and_what_exists_for_the_province_alone_is_not_for_a_unit(city: City) -> None:
    _published(city, 2)
    numbers = {"indicator": "PUBLIC_UPDATE_ON_TIME", "numerator": 0, "denominator": 0}
    city.read(numbers | {"unit": "H26.1"}, {"unit": "H26.1", "indicator": "CKMB", "score": 8})
    report = city.report("H26.1")
    assert report.chances == ()
    assert [item.code for item in report.groups[0].parts] == []
    assert report.rows == ()


def test_what_is_to_be_announced_wins_until_its_day_but_perhaps_nothing(city: City) -> None:
    city.duties(
        duty("1", in_force_on="2026-12-02"),  # to be announced by 25 November
        duty("2", in_force_on="2026-11-10"),  # late
        duty("3", in_force_on="2027-02-01"),  # due after the period
    )
    city.read({"indicator": "PUBLISH_ON_TIME", "numerator": 10, "denominator": 20, "score": 3})
    report = city.report()
    assert fates(report, "PUBLISH_ON_TIME") == {Fate.SAVABLE: (1, 0, 14), Fate.LOWERS: (1, 0, -14)}
    assert chance(report, Fate.SAVABLE, "PUBLISH_ON_TIME").until == date(2026, 11, 25)


def test_missing_content_can_be_completed_until_the_period_ends(city: City) -> None:
    city.catalogue(
        {"code": "1", "unit": "H26.1", "content_complete": "true"},
        {"code": "2", "unit": "H26.1", "content_complete": "false"},
        {"code": "3", "unit": "H26.2", "content_complete": "false"},
    )
    city.read({"indicator": "PUBLIC_CONTENT_FULL", "numerator": 78, "denominator": 80, "score": 1.95})
    report = city.report()
    assert fates(report, "PUBLIC_CONTENT_FULL") == {Fate.SAVABLE: (2, 5, 5)}
    assert chance(report, Fate.SAVABLE, "PUBLIC_CONTENT_FULL").until == date(2026, 11, 30)
    assert chance(city.report("H26.1", NOVEMBER), Fate.SAVABLE, "PUBLIC_CONTENT_FULL").records == ("2",)
    city.site.now = "2026-12-02 08:00"
    assert fates(city.report("H26", NOVEMBER), "PUBLIC_CONTENT_FULL") == {Fate.LOST: (2, 0, 0)}


def test_files_that_the_portal_has_not_got_can_be_sent_but_not_those_of_a_ministrys_system(city: City) -> None:
    city.gap("A")
    city.gap("B", unit="H26.2")
    city.gap("C", cause=GapCause.MINISTRY_SYSTEM.value)
    city.gap("D", kind=GapKind.OTHER_DUE.value)
    city.gap("E", is_due=False)
    city.gap("F", is_open=False)
    city.gap("G", since=moment("2026-10-31 23:00"))
    city.read({"indicator": "DOSSIER_SYNC", "numerator": 90, "denominator": 100, "score": 5.4})
    # 90/100 -> 92/100, or 92/102 where they are not in the denominator, of 6
    assert fates(city.report(), "DOSSIER_SYNC") == {Fate.SAVABLE: (2, 1, 12)}
    assert chance(city.report(), Fate.SAVABLE, "DOSSIER_SYNC").records == ("A", "B")
    assert chance(city.report("H26.1", NOVEMBER), Fate.SAVABLE, "DOSSIER_SYNC").records == ("A",)


def test_of_nothing_nothing_can_be_won(city: City) -> None:
    report = city.report()
    assert (report.chances, report.computed_at, report.forecast, report.rows) == ((), None, None, ())
    assert (report.outlook.open, report.outlook.first) == (0, ())
    assert report.span.text == NOVEMBER


# --- the last savable moment -----------------------------------------------------------------------------------------
def test_what_a_section_will_not_finish_by_friday_at_its_pace_is_told_with_what_to_take_first(city: City) -> None:
    quick = [done(f"Q{n}", "2026-11-13", "2026-11-12", section="Quick") for n in range(40)]  # two a working day
    same_day = [done(f"S{n}", "2026-11-13", "2026-11-02", section="Slow") for n in range(40)]
    late = [done(f"L{n}", "2026-11-03", "2026-11-12", section="Slow") for n in range(40)]
    slow = [done(f"W{n}", "2026-11-13", "2026-11-12", section="Slow") for n in range(10)]  # one in two working days
    waiting: dict[str, Any] = {"supplement_requests": 1, "supplement_requested_at": "2026-11-16T09:00:00"}
    city.files(
        *quick,
        *same_day,
        *late,
        *slow,
        *(file(f"A{n}", "2026-11-20", section="Quick") for n in range(6)),
        file("B1", "2026-11-20", "2026-11-05", section="Slow"),
        file("B2", "2026-11-20", "2026-11-03", section="Slow", procedure="1.004227"),
        file("B3", "2026-11-18", section="Slow"),
        file("B4", "2026-11-23", section="Slow"),  # next week
        file("B5", "2026-11-12", section="Slow"),  # late already
        file("B6", "2026-11-20", section="Slow", **waiting),
        file("C1", "2026-11-19"),  # of no section, which has finished nothing
    )
    found = city.report().outlook
    assert (found.until, found.open, found.late) == (date(2026, 11, 20), 10, 3)
    assert [(each.section, each.open, each.late, each.finished) for each in found.sections] == [
        ("Slow", 3, 2, 10),
        (None, 1, 1, 0),
    ]
    assert found.sections[0].per_day == pytest.approx(0.5)
    assert [each.code for each in found.first] == ["B3", "C1", "B2", "B1"]
    assert found.first[2].procedure == "1.004227"
    city.site.now = "2026-11-20 17:30"  # the office has closed
    assert city.report("H26.1").outlook.late == 8


# --- readings ----------------------------------------------------------------------------------------------------------
GROUPS = {"CKMB": 11.28, "TDGQ": 14.77, "ONLINE": 9.25, "TTTT": 4.59, "MDSH": 7.85, "MDHL": 7.05}


def sums(total: float, unit: str = "H26") -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"indicator": code, "score": score, "unit": unit} for code, score in GROUPS.items()]
    return [{"indicator": "TOTAL", "score": total, "unit": unit, "rank": 33}, *found]


@pytest.mark.parametrize("follow", [True, False], ids=["brought up", "read since"])
def test_scores_stand_beside_last_month_at_the_same_age_and_a_day_ago(city: City, follow: bool) -> None:
    october = "2026-10"
    for at, score in (("2026-10-17 08:00", 51.0), ("2026-10-18 07:00", 52.0), ("2026-10-25 08:00", 53.0)):
        city.read({"indicator": "TOTAL", "score": score, "rank": 30}, at=at, period=october, follow=follow)
    for at, score in (("2026-11-16 08:00", 54.0), ("2026-11-17 08:00", 54.5), ("2026-11-18 08:00", 54.79)):
        city.read({"indicator": "TOTAL", "score": score, "rank": 33}, at=at, follow=follow)
    report = city.report()
    assert report.span.text == NOVEMBER
    assert report.periods == (NOVEMBER, october)
    total = report.total
    assert (total.score, total.since_day, total.since_period) == (5479, 29, 279)
    assert (total.last_rank, total.lost) == (30, 4521)
    assert report.computed_at == datetime(2026, 11, 18, 1, tzinfo=UTC)
    assert total.reading is not None
    assert total.reading.rank == 33


@pytest.mark.parametrize("follow", [True, False], ids=["brought up", "read since"])
def test_of_another_age_nothing_stands_beside_a_score(city: City, follow: bool) -> None:
    city.read({"indicator": "TOTAL", "score": 40.0, "rank": 30}, at="2026-10-02 08:00", period="2026-10", follow=follow)
    city.read({"indicator": "TOTAL", "score": 54.79, "rank": 33}, at="2026-11-18 08:00", follow=follow)
    total = city.report().total
    assert (total.score, total.since_period, total.last_rank) == (5479, None, None)


@pytest.mark.parametrize("follow", [True, False], ids=["brought up", "read since"])
def test_what_has_not_moved_since_a_day_ago_stands_beside_itself(city: City, follow: bool) -> None:
    """Without a time of computing an unchanged figure adds no reading: the last one is older than those beside it."""
    for at, score in (("2026-11-10 08:00", 10.0), ("2026-11-12 08:00", 11.0)):
        city.read({"indicator": "CKMB", "score": score}, at=at, follow=follow)
    for at, score in (("2026-11-17 08:00", 54.0), ("2026-11-18 08:00", 55.0)):
        city.read({"indicator": "TOTAL", "score": score}, at=at, follow=follow)
    report = city.report()
    assert (report.total.since_day, report.groups[0].since_day) == (100, 0)


def test_a_reading_that_goes_under_another_code_now_stands_once(city: City) -> None:
    city.read(*sums(54.79), *sums(54.80, "UBND xã Lạ"), follow=False)
    named = index_log_table.c.unit_named == "UBND xã Lạ"
    with city.store.write() as session:
        session.connection().execute(update(index_log_table).where(named).values(gone_at=city.at().now))
    assert [row.unit for row in city.report().rows] == ["H26"]


@pytest.mark.parametrize("follow", [True, False], ids=["brought up", "read since"])
def test_every_units_total_stands_beside_the_sum_of_its_groups(city: City, follow: bool) -> None:
    city.read(*sums(54.79), *sums(54.81, "H26.1"), *sums(54.80, "UBND xã Lạ"), follow=follow)
    city.read({"indicator": "TOTAL", "score": 50, "unit": "H26.2"}, follow=follow)
    report = city.report()
    found = {row.unit: (row.published, row.computed, row.reproduced) for row in report.rows}
    assert found == {
        "H26": (5479, 5479, True),
        "H26.1": (5481, 5479, False),
        "UBND xã Lạ": (5480, 5479, True),
        "H26.2": (5000, None, None),
    }
    assert report.total.differs_by is None
    assert city.report("H26.1").total.differs_by == 2
    with city.store.read() as session:
        assert units_read(session) == ["H26", "H26.1", "H26.2", "UBND xã Lạ"]


def test_null_stays_unknown_and_a_flag_of_the_portal_is_kept(city: City) -> None:
    flagged = {"indicator": "DOSSIER_SYNC", "numerator": 0, "denominator": 0, "quality": "NO_NATIONAL_REPORT_DATA"}
    city.read(flagged, {"indicator": "PUBLIC_CONTENT_FULL", "numerator": 87, "denominator": 89, "score": 1.96})
    report = city.report()
    item = part(report, "DOSSIER_SYNC")
    assert (item.score, item.lost, item.computed, item.differs_by) == (None, None, None, None)
    assert item.reading is not None
    assert item.reading.quality == "NO_NATIONAL_REPORT_DATA"
    assert (part(report, "PUBLIC_CONTENT_FULL").computed, part(report, "PUBLIC_CONTENT_FULL").lost) == (196, 4)


def test_the_newest_period_is_the_last_to_begin_and_of_those_the_shortest(city: City) -> None:
    for period in ("2026", "2026-Q4", "2026-10", "2026-11"):
        city.read({"indicator": "TOTAL", "score": 50}, period=period)
    assert city.report().span.text == NOVEMBER
    assert city.report().periods == ("2026-11", "2026-10", "2026-Q4", "2026")


def test_a_report_takes_as_many_statements_whatever_there_is(city: City) -> None:
    def count() -> int:
        with statements(city.store) as seen:
            city.report()
        return len(seen)

    city.read(*sums(54.79))
    city.files(file("A", "2026-11-20"))
    few = count()
    city.read(*(each for n in range(20) for each in sums(54.79, f"Đơn vị {n}")))
    city.files(*(file(f"A{n}", f"2026-11-{18 + n % 5}", section=f"Phòng {n}") for n in range(60)))
    assert count() == few
    assert few <= 30
