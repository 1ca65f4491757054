"""What would change a verdict, and explanations of other moments than now, on both databases."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typer
from sqlalchemy import select

from alertd.cli.explain import explained, moment_of
from alertd.explain.candidates import How
from alertd.explain.changes import Changes, Effect
from alertd.explain.document import document
from alertd.explain.explanation import Explanation, explain
from alertd.explain.page import page
from alertd.explain.voice import Voice
from alertd.model.alerts import findings_table
from alertd.model.asof import AsOf
from alertd.model.files import files_table
from alertd.rules.evaluate import find
from alertd.store.database import Store
from tests.integration.explain_site import NOW, OVERDUE, Office, own_office

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with own_office(request, tmp_path_factory.mktemp("changes"), "changes") as made:
        made.rule("kept", OVERDUE.replace("levels:", "ends_when: ended_at is not null\nlevels:"))
        made.works("2026-09-07T08:01+07:00")
        yield made


@pytest.fixture
def fresh(tmp_path: Path, store: Store) -> Office:
    made = Office(tmp_path, store)
    made.works()
    return made


def changes(found: Explanation, rule: str = "overdue") -> Changes:
    return found.changes[rule]


def by_time(found: Explanation, rule: str = "overdue") -> list[tuple[str, str, int]]:
    zone = found.at.calendar.zone
    return [
        (f"{each.turn.since.astimezone(zone):%d/%m %H:%M}", each.effect.value, each.turn.level)
        for each in changes(found, rule).by_time
    ]


def by_data(found: Explanation, rule: str = "overdue") -> set[tuple[str, str, int]]:
    return {(each.field, each.effect.value, each.level) for each in changes(found, rule).by_data}


def values(found: Explanation, field: str, effect: Effect, rule: str = "overdue") -> list[object]:
    wanted = [each for each in changes(found, rule).by_data if (each.field, each.effect) == (field, effect)]
    return [value for each in wanted if each.how is not How.MISSING for value in each.values]


def at(office: Office, key: str, moment: str, now: str = NOW, language: str = "vi") -> Explanation:
    with office.open(now) as site:
        (found,) = explained(site, key, datetime.fromisoformat(moment), language)
        return found


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


def verdict(found: Explanation, rule: str = "overdue") -> tuple[str, str | None]:
    (judged,) = (each for each in found.verdicts if each.rule.id == rule)
    return judged.outcome.value, None if judged.level is None else judged.level.word


def said(found: Explanation, office: Office, language: str = "vi") -> str:
    with office.open(NOW) as site:
        voice = Voice(language, site.settings.site.timezone, site.directory)
        return "\n".join(page(found, voice))


def test_time_turns_a_file_that_is_due_later_step_by_step_and_says_when_it_is_told(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0004")  # due on Friday 11 September
    assert by_time(found) == [
        ("14/09 00:00", "alerts", 1),
        ("18/09 00:00", "worse", 2),
        ("25/09 00:00", "worse", 3),
    ]
    first = changes(found).by_time[0]
    assert first.turn.measure == 1
    assert first.told is not None
    assert f"{first.told:%d/%m %H:%M}" == "14/09 00:00"  # the rule says at_once
    text = said(found, office)
    assert (
        "- từ 14/09/2026: phát sinh, mức nhắc việc (số ngày làm việc quá hạn = 1); thông báo 00:00 14/09/2026" in text
    )
    assert "tăng lên mức nghiêm trọng" in text
    assert "from 14/09/2026 on: alerts, level reminder" in said(found, office, "en")


def test_the_turns_that_are_foretold_are_those_that_come(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0004")
    zone = found.at.calendar.zone
    foretold = {f"{each.turn.since.astimezone(zone):%d/%m}": each.turn.level for each in changes(found).by_time}
    came, level = {}, 0
    with office.open(NOW) as site, site.store.read() as session:
        for day in range(8, 28):
            at = AsOf(moment(f"2026-09-{day:02d}T08:00"), site.calendar)
            find(session, [site.rules.compiled["overdue"]], at)
            mine = select(findings_table.c.level).where(findings_table.c.key == "H26.1-260801-0004")
            now = session.connection().execute(mine).scalar() or 0
            if now != level:
                came[f"{day}/09"] = level = now
    assert came == foretold == {"14/09": 1, "18/09": 2, "25/09": 3}


def test_one_other_value_ends_an_alert_makes_it_worse_or_milder(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0001")  # six working days late: a warning
    assert {
        ("ended_at", "ends", 0),
        ("due_at", "ends", 0),
        ("due_at", "worse", 3),
        ("due_at", "milder", 1),
        ("status", "ends", 0),
        ("unit", "ends", 0),  # the unit that the exception names
    } <= by_data(found)
    (milder,) = values(found, "due_at", Effect.MILDER)
    assert isinstance(milder, datetime)
    assert f"{milder.astimezone(found.at.calendar.zone):%d/%m}" == "01/09"  # four days late from there
    assert values(found, "unit", Effect.ENDS) == ["H26.2"]
    assert "có thời điểm kết thúc xử lý vào thời điểm xét (08:00 07/09/2026)" in said(found, office)


def test_a_missing_value_is_among_the_changes(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0001")
    missing = [each.field for each in changes(found).by_data if each.how is How.MISSING]
    assert missing == ["due_at"]
    assert "không có ngày hẹn trả" in said(found, office)
    (without,) = office.explains("H26.1-260801-0006")  # it has no due date
    (due,) = (each for each in changes(without).by_data if each.field == "due_at")
    assert due.effect is Effect.ALERTS


def test_an_ended_file_would_alert_if_it_had_not_ended(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0003")
    assert ("is_open", "alerts", 2) in by_data(found)
    assert "phát sinh, mức cảnh báo, nếu chưa kết thúc" in said(found, office)


def test_an_exception_that_runs_out_is_a_change_by_time(office: Office) -> None:
    (found,) = office.explains("H26.2-260801-0005", "2026-11-30T08:00+07:00")  # excluded until 5 December
    assert by_time(found) == [("06/12 00:00", "alerts", 3)]
    assert values(found, "unit", Effect.ALERTS) == ["?"]
    assert "đơn vị xử lý là một giá trị khác, không nêu trong quy tắc" in said(found, office)


def test_an_alert_that_is_kept_is_not_said_to_end_before_what_ends_it(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0001")
    assert ("due_at", "ends", 0) in by_data(found, "overdue")
    ends = {field for field, effect, _ in by_data(found, "kept") if effect == "ends"}
    assert "ended_at" in ends
    assert "due_at" not in ends


def test_where_no_single_change_would_do_it_says_so(office: Office) -> None:
    office.rule("far", OVERDUE.replace("not waiting_for_citizen", "section = 'A', procedure = 'B', unit = 'C'"))
    try:
        (found,) = office.explains("H26.1-260801-0001")
        assert not changes(found, "far").by_time
        assert not changes(found, "far").by_data
        assert changes(found, "far").tried > 100
        assert "Không một thay đổi riêng lẻ nào làm thay đổi kết quả" in said(found, office)
        assert "No single change would" in said(found, office, "en")
    finally:
        (office.folder / "rules" / "far.yaml").unlink()


def test_a_day_of_the_law_moves_with_the_day_from_which_it_counts(office: Office) -> None:
    found = office.explains("1.004227/NĐ 1/12/QĐ")[0]
    assert {("decided_on", "ends", 0), ("published_on", "ends", 0)} <= by_data(found, "unpublished")


def test_nothing_is_left_of_the_values_that_were_tried(office: Office) -> None:
    with office.open(NOW) as site, site.store.read() as session:
        first, second = (explain(session, site, "H26.1-260801-0001", site.clock.now()) for _ in range(2))
        found = session.connection().execute(select(files_table.c.code, files_table.c.due_at)).all()
    assert first[0].changes == second[0].changes
    assert len(found) == len({code for code, _ in found}) + 1  # one code stands in two sources


# --- other moments ---------------------------------------------------------------------------------------------------
def test_a_look_back_shows_data_rules_and_alerts_of_then(fresh: Office) -> None:
    fresh.change("one-stop.csv", "0001,H26.1,processing,2026-08-28", "0001,H26.1,processing,2026-09-30")
    fresh.rule("overdue", OVERDUE.replace("reminder: 1, warning: 5", "reminder: 2, warning: 7"))
    fresh.works("2026-09-09T08:00+07:00")
    (now,) = fresh.explains("H26.1-260801-0001", "2026-09-09T09:00+07:00")
    assert verdict(now) == ("no_level", None)
    then = at(fresh, "H26.1-260801-0001", NOW, "2026-09-09T09:00+07:00")
    assert verdict(then) == ("alerts", "warning")
    assert then.record.seen is not None
    assert then.record.seen["working_days_late"] == 6
    assert then.in_force["overdue"].version != now.in_force["overdue"].version
    assert (now.in_force["overdue"].since, then.in_force["overdue"].since) == (
        moment("2026-09-09T08:00"),
        moment("2026-09-07T08:00"),
    )
    story = next(story for story in then.stories if story.alert["rule"] == "overdue")
    assert [event["what"] for event in story.events] == ["opened"]  # what came later is not known yet
    text = said(then, fresh)
    for words in (
        "Xét tại thời điểm 08:00 ngày 07/09/2026",
        "Nhìn lại thời điểm đã qua",
        "Các trường có lưu lịch sử đúng từ 08:00 07/09/2026, khi alertd đọc lần đầu.",
        "đã chạy ở lượt kiểm tra 08:00 07/09/2026",
        "áp dụng từ 08:00 07/09/2026",
    ):
        assert words in text
    made = document(then)
    assert made["look"]["back"] is True
    assert made["look"]["rules_known"] is True


def test_a_text_of_a_rule_that_came_back_is_told_by_the_set_that_ran(fresh: Office) -> None:
    for day, levels in (("08", "reminder: 2, warning: 8"), ("09", "reminder: 1, warning: 5")):
        fresh.rule("overdue", OVERDUE.replace("reminder: 1, warning: 5", levels))
        fresh.works(f"2026-09-{day}T08:00+07:00")
    told = [
        verdict(at(fresh, "H26.1-260801-0001", f"2026-09-{day}T10:00+07:00", "2026-09-09T12:00+07:00"))[1]
        for day in ("08", "09")
    ]
    assert told == ["reminder", "warning"]


def test_before_the_first_day_kept_it_says_what_stands_in_and_whose_rules_speak(office: Office) -> None:
    found = at(office, "H26.1-260801-0001", "2026-09-03T12:00+07:00")
    assert verdict(found) == ("alerts", "reminder")  # three days late then, by the rules of now
    assert found.stories == ()
    assert found.look is not None
    assert not found.look.rules_known
    text = said(found, office)
    assert "Trước 08:00 07/09/2026, khi alertd đọc lần đầu, chưa có ghi nhận nào" in text
    assert "Trước thời điểm đó chưa có lượt kiểm tra nào: dùng bộ quy tắc hiện nay." in text
    assert "No cycle had run by then" in said(found, office, "en")


def test_a_look_ahead_is_what_comes_if_nothing_changes(office: Office) -> None:
    found = at(office, "H26.1-260801-0004", "2026-09-18T08:00+07:00")
    assert verdict(found) == ("alerts", "warning")
    assert found.counts[0].late == 5
    assert "Dự kiến, nếu từ nay (08:00 07/09/2026) đến lúc đó dữ liệu" in said(found, office)
    assert document(found)["look"]["back"] is False


def test_a_moment_is_read_in_the_zone_of_the_site_and_a_day_alone_is_its_end() -> None:
    assert moment_of("2026-10-05", HANOI).isoformat() == "2026-10-05T23:59:59+07:00"
    assert moment_of("2026-10-05T08:00", HANOI).isoformat() == "2026-10-05T08:00:00+07:00"
    assert moment_of("2026-10-05T08:00Z", HANOI).isoformat() == "2026-10-05T08:00:00+00:00"
    with pytest.raises(typer.BadParameter, match="no time"):
        moment_of("5/10/2026", HANOI)
