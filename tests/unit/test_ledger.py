"""The ledger of a file's days against a plain loop over days, and the cases that a head would argue about."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from alertd.model.calendar import working_calendar
from alertd.model.ledger import Holder, Known, Ledger, ledger
from alertd.model.words import FileStatus

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Monday 19 October 2026 is a day off, Saturday 24 October is worked.
CALENDAR = working_calendar(zone=HANOI, days_off=[date(2026, 10, 19)], days_worked=[date(2026, 10, 24)])
FIRST = datetime(2026, 9, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 10, 30, 9, tzinfo=UTC)


def at(text: str) -> datetime:
    """2026-10-05 08:00, local."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI).astimezone(UTC)


def kept(*versions: Known, begin: str = "2026-10-01 08:00", now: str = "2026-10-30 16:00", **given: object) -> Ledger:
    made = {"ended": None, "exact_since": versions[0].since} | given
    return ledger(versions, CALENDAR, begin=at(begin), now=at(now), **made)  # type: ignore[arg-type]


def shares(found: Ledger) -> list[tuple[str, str, str, int, int]]:
    return [(span.holder.value, span.unit, span.section, span.days, span.late) for span in found.spans]


def due(day: str) -> int:
    return CALENDAR.due_number(date.fromisoformat(day))


# --- a plain loop ----------------------------------------------------------------------------------------------------
MOMENTS = st.integers(0, 60 * 24 * 4).map(lambda quarter: FIRST + timedelta(minutes=15 * quarter))
STATES = st.sampled_from((None, FileStatus.PROCESSING.value, FileStatus.SUPPLEMENT.value))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Known], datetime, datetime | None, int | None]:
    """Versions as alertd writes them: it sees the moves, one after the other."""
    seen = sorted(draw(st.lists(MOMENTS, min_size=1, max_size=6, unique=True)))
    begin, ended = draw(MOMENTS), draw(st.none() | MOMENTS)
    versions: list[Known] = []
    unit, since = None, None
    for moment in seen:
        new = draw(st.sampled_from(("A", "B", "C", None)))
        if new and unit and new != unit:
            since = moment
        asked = draw(st.none() | MOMENTS)
        versions.append(
            Known(
                moment,
                new,
                draw(st.sampled_from((None, "Phòng 1", "Phòng 2"))),
                draw(STATES),
                since,
                asked,
                draw(st.none() | MOMENTS),
            )
        )
        unit = new or unit
    return versions, begin, ended, draw(st.none() | st.integers(-5, 50))


def who(versions: list[Known], begin: datetime, moment: datetime) -> tuple[Holder, str]:
    """Who had it just before this moment: what was known last by then, looked up from the end."""
    present = next((v.unit for v in reversed(versions) if v.unit), None)
    waits = {v.requested_at for v in versions if v.requested_at}
    for asked in waits:
        answers = [v.answered_at for v in versions if v.requested_at == asked and v.answered_at]
        later = [other for other in waits if other > asked]
        ends = [answer for answer in answers if answer >= asked][-1:]
        end = min([*ends, *later, NOW + timedelta(days=900)])
        if asked < moment <= end:
            return Holder.CITIZEN, ""
    for place, version in enumerate(versions):
        until = versions[place + 1].since if place + 1 < len(versions) else NOW + timedelta(days=900)
        by_word = version.status == FileStatus.SUPPLEMENT and not version.requested_at and not version.answered_at
        if by_word and version.since < moment <= until:
            return Holder.CITIZEN, ""
    unit = section = ""
    for version in versions:
        if version is versions[0] or max(version.since, begin) < moment:
            unit, section = version.unit or unit, version.section or ""
    if not unit:
        unit = next((v.unit for v in versions if v.unit), "")
    if not unit or unit != present:
        return Holder.OTHER_UNIT, unit
    return (Holder.SECTION if section and section == versions[-1].section else Holder.UNIT), unit


@settings(max_examples=400, deadline=None)
@given(histories())
def test_each_working_day_is_counted_once_and_to_the_one_who_had_it_when_it_began(
    told: tuple[list[Known], datetime, datetime | None, int | None],
) -> None:
    versions, begin, ended, past = told
    due_number = None if past is None else CALENDAR.number(FIRST.date()) + past
    found = ledger(
        versions, CALENDAR, begin=begin, ended=ended, now=NOW, exact_since=versions[0].since, due_number=due_number
    )
    stop = ended if ended is not None and ended <= NOW else NOW
    day, last = CALENDAR.today(begin), CALENDAR.today(stop)
    zero = CALENDAR.received_number(begin)
    days: Counter[Holder] = Counter()
    while day <= last:
        if CALENDAR.is_working(day) and CALENDAR.number(day) > zero:
            days[who(versions, begin, CALENDAR.midnight(day))[0]] += 1
        day += timedelta(days=1)
    counted: Counter[Holder] = Counter()
    for span in found.spans:
        counted[span.holder] += span.days
    assert +counted == days
    assert found.days == max(0, CALENDAR.number(CALENDAR.today(stop)) - zero)
    if due_number is not None and stop >= begin:
        assert found.late == max(0, max(zero, CALENDAR.number(CALENDAR.today(stop))) - due_number)
    assert all(one.until <= two.since for one, two in zip(found.spans, found.spans[1:], strict=False))


# --- cases -----------------------------------------------------------------------------------------------------------
def test_a_file_that_never_moved_is_its_sections_alone() -> None:
    found = kept(Known(at("2026-10-01 09:00"), "A", "Phòng 1"), now="2026-10-09 10:00", due_number=due("2026-10-07"))
    assert shares(found) == [("section", "A", "Phòng 1", 6, 2)]
    assert not found.ended


def test_the_day_of_a_hand_over_counts_for_the_unit_that_gives_it_away() -> None:
    found = kept(
        Known(at("2026-10-01 08:00"), "A", "Phòng 1"),
        Known(at("2026-10-08 09:00"), "B", "Phòng 9", unit_since=at("2026-10-08 09:00")),
        now="2026-10-09 10:00",
        due_number=due("2026-10-06"),
    )
    assert shares(found) == [("other_unit", "A", "Phòng 1", 5, 2), ("section", "B", "Phòng 9", 1, 1)]


def test_where_the_source_says_since_when_the_unit_has_it_the_first_reading_does_not_matter() -> None:
    known = Known(at("2026-10-08 09:00"), "B", None, unit_since=at("2026-10-06 10:00"))
    assert shares(kept(known, now="2026-10-09 10:00")) == [("other_unit", "", "", 3, 0), ("unit", "B", "", 3, 0)]


def test_two_rounds_of_supplements_are_the_citizens_and_the_unit_gets_it_back_with_each_answer() -> None:
    rounds = [("2026-10-05 09:00", "2026-10-07 09:00"), ("2026-10-13 09:00", None)]
    versions = [Known(at("2026-10-01 08:00"), "A", "Phòng 1", "processing")]
    for asked, answered in rounds:
        versions.append(Known(at(asked), "A", "Phòng 1", "supplement", None, at(asked), None))
        if answered:
            versions.append(Known(at(answered), "A", "Phòng 1", "processing", None, at(asked), at(answered)))
    found = kept(*versions, now="2026-10-15 10:00", due_number=due("2026-10-12"), stop_number=due("2026-10-13"))
    assert shares(found) == [
        ("section", "A", "Phòng 1", 2, 0),
        ("citizen", "A", "", 2, 0),
        ("section", "A", "Phòng 1", 4, 1),
        ("citizen", "A", "", 2, 0),  # while the answer is awaited nothing gets later
    ]


def test_an_answer_before_the_request_is_the_answer_to_another_one() -> None:
    known = Known(at("2026-10-01 08:00"), "A", None, None, None, at("2026-10-06 09:00"), at("2026-10-02 09:00"))
    assert shares(kept(known, now="2026-10-08 09:00")) == [("unit", "A", "", 3, 0), ("citizen", "A", "", 2, 0)]


def test_a_status_word_without_times_counts_for_the_citizen_since_it_was_read() -> None:
    found = kept(
        Known(at("2026-10-01 08:00"), "A", None, "processing"),
        Known(at("2026-10-06 08:00"), "A", None, "supplement"),
        Known(at("2026-10-08 08:00"), "A", None, "processing"),
        now="2026-10-09 09:00",
    )
    assert shares(found) == [("unit", "A", "", 3, 0), ("citizen", "A", "", 2, 0), ("unit", "A", "", 1, 0)]


def test_a_unit_that_is_missing_for_once_keeps_its_days() -> None:
    found = kept(
        Known(at("2026-10-01 08:00"), "A"),
        Known(at("2026-10-05 08:00"), None),
        Known(at("2026-10-06 08:00"), "A"),
        now="2026-10-08 09:00",
    )
    assert shares(found) == [("unit", "A", "", 5, 0)]


def test_back_and_forth_each_unit_has_its_own_days() -> None:
    moves = [("2026-10-01 08:00", "A"), ("2026-10-05 08:00", "B"), ("2026-10-07 08:00", "A")]
    versions = [
        Known(at(when), unit, None, None, at(when) if place else None) for place, (when, unit) in enumerate(moves)
    ]
    assert shares(kept(*versions, now="2026-10-08 09:00")) == [
        ("unit", "A", "", 2, 0),
        ("other_unit", "B", "", 2, 0),
        ("unit", "A", "", 1, 0),
    ]


def test_received_after_closing_time_day_zero_is_the_next_working_day() -> None:
    known = Known(at("2026-10-01 08:00"), "A")
    assert kept(known, begin="2026-10-01 20:00", now="2026-10-05 09:00").days == 1


def test_a_file_that_ended_before_it_was_accepted_has_no_days() -> None:
    found = kept(Known(at("2026-10-01 08:00"), "A"), begin="2026-10-08 08:00", ended=at("2026-10-05 08:00"))
    assert (found.days, found.ended) == (0, True)
