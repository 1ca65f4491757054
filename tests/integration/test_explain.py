"""`explain` on both databases: over what real sources brought, what real rules found, and what real cycles told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from alertd.errors import CannotRun
from alertd.explain.document import document
from alertd.explain.explanation import Explanation, explain
from alertd.store.database import Store
from tests.integration.explain_site import NOW, OVERDUE, Office, own_office


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One that is only read."""
    with own_office(request, tmp_path_factory.mktemp("office"), "explain") as made:
        yield made


@pytest.fixture
def fresh(tmp_path: Path, store: Store) -> Office:
    """One whose sources may be changed."""
    made = Office(tmp_path, store)
    made.works()
    return made


def outcomes(found: Explanation) -> dict[str, str]:
    return {verdict.rule.id: verdict.outcome.value for verdict in found.verdicts}


def parts(found: Explanation, rule: str) -> list[bool | None]:
    (verdict,) = (verdict for verdict in found.verdicts if verdict.rule.id == rule)
    return [part.holds for part in verdict.parts]


def numbers(found: Explanation) -> list[int]:
    return [day.number for day in found.counts[0].days if day.number is not None]


def test_an_overdue_file_is_explained_from_its_days_to_the_notice_about_it(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0001")
    assert outcomes(found) == {"overdue": "alerts", "slow": "alerts", "worse": "alerts"}
    assert found.record.seen is not None
    assert numbers(found) == [1, 2, 3, 4, 5, 6]  # 31/8, 1/9, 3/9, 4/9, the worked Saturday, Monday 7/9
    assert found.record.seen["working_days_late"] == found.counts[0].late == 6
    story = next(story for story in found.stories if story.alert["rule"] == "overdue")
    assert [each["what"] for each in story.events] == ["opened"]
    assert [told["notice"]["recipient"] for told in story.told] == ["Nguyễn Thị Lan"]
    said = office.says("H26.1-260801-0001")
    for words in (
        "HỒ SƠ: H26.1-260801-0001",
        "T6  28/08/2026     –  ngày đến hạn, không tính",
        "T4  02/09/2026     –  ngày nghỉ, không tính, Ngày nghỉ theo config.toml",
        "T7  05/09/2026     5  ngày làm việc, Ngày làm việc theo config.toml",
        "Quá hạn 6 ngày làm việc, tính đến hết ngày 07/09/2026.",
        "overdue (Hồ sơ quá hạn): phát sinh, mức cảnh báo",
        "gửi Nguyễn Thị Lan qua thư điện tử (lan@h.example): chờ gửi",
        "đơn vị xử lý: Sở Xây dựng (H26.1)",
    ):
        assert words in said


def test_copies_that_differ_stand_side_by_side(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0001")
    assert [(copy.source, copy.preferred) for copy in found.record.copies] == [("one-stop", True), ("portal", False)]
    rows = {row.field: row for row in found.compared}
    assert rows["unit"].values == {"one-stop": "H26.1", "portal": "H26.2"}
    assert {name for name, row in rows.items() if row.differs} == {
        "unit",
        "due_at",
    }  # what is not given is no difference
    assert "Các nguồn ghi khác nhau: ngày hẹn trả" in office.says("H26.1-260801-0001")


def test_the_part_that_does_not_hold_is_named_with_its_value(office: Office) -> None:
    (waiting,) = office.explains("H26.1-260801-0002")
    assert outcomes(waiting)["overdue"] == "not_met"
    assert parts(waiting, "overdue")[:3] == [True, True, False]
    assert numbers(waiting) == [1, 2]
    assert [day.why.value for day in waiting.counts[0].days[-3:]] == ["paused", "weekend", "paused"] or waiting.counts
    (ended,) = office.explains("H26.1-260801-0003")
    assert parts(ended, "overdue")[0] is False
    assert numbers(ended) == [1, 2, 3]
    (later,) = office.explains("H26.1-260801-0004")
    assert outcomes(later)["overdue"] == "no_level"
    assert later.counts[0].left
    assert numbers(later) == [1, 2, 3, 4]
    said = office.says("H26.1-260801-0003")
    assert "chưa kết thúc = không" in said


def test_an_exclusion_is_named_with_its_reason(office: Office) -> None:
    (found,) = office.explains("H26.2-260801-0005")
    assert outcomes(found) == {"overdue": "excluded", "slow": "alerts", "worse": "alerts"}
    said = office.says("H26.2-260801-0005")
    assert "loại trừ (có đơn vị xử lý là “H26.2”): Bão số 5 (đến hết ngày 05/12/2026)" in said


def test_what_has_no_due_date_or_an_unknown_unit_says_so(office: Office) -> None:
    (without,) = office.explains("H26.1-260801-0006")
    assert without.not_due == ("due_at",)
    assert "ngày hẹn trả: không có, nên không tính" in office.says("H26.1-260801-0006")
    said = office.says("H26.1-260801-0007")
    assert "đơn vị ghi trong nguồn là Sở Lạ, không có trong danh sách đơn vị" in said
    assert "rơi vào ngày nghỉ, nên hạn là 31/08/2026" in said


def test_a_rule_with_a_deadline_of_its_own_counts_from_it(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0001")
    own = next(count for count in found.counts if count.rule == "slow")
    assert own.due.isoformat() == "2026-08-31"  # twenty working days after 3 August
    verdict = next(verdict for verdict in found.verdicts if verdict.rule.id == "slow")
    assert own.late == verdict.measure == 5
    reached = [(f"{day.day:%d/%m}", day.number) for day in own.path if day.number is not None]
    assert (reached[0], reached[-1], own.path[0].why.value) == (("04/08", 1), ("31/08", 20), "begun")
    said = office.says("H26.1-260801-0001")
    assert "hạn theo quy tắc slow: 31/08/2026" in said
    assert "tính từ thời điểm tiếp nhận:" in said


def test_a_procedure_is_explained_with_every_duty_to_announce_it(office: Office) -> None:
    found = office.explains("1.004227")
    assert [(each.dataset.name, each.key) for each in found] == [
        ("announcements", "1.004227/NĐ 1/12/QĐ"),
        ("announcements", "1.004227/NĐ 2/13/QĐ"),
        ("procedures", "1.004227"),
    ]
    late, in_time, procedure = found
    publish = next(count for count in late.counts if count.field == "publish_due_on")
    assert late.record.seen is not None
    assert publish.late == late.record.seen["publish_working_days_late"] == 5
    assert [outcomes(each) for each in (late, in_time, procedure)] == [
        {"unpublished": "alerts"},
        {"unpublished": "not_met"},
        {"incomplete": "alerts"},
    ]
    assert [each.key for each in office.explains("1.004227/NĐ 1/12/QĐ")] == ["1.004227/NĐ 1/12/QĐ"]


def test_of_a_long_count_the_months_in_between_are_summed_up(office: Office) -> None:
    (found,) = office.explains("H26.1-241201-0011")
    assert len(numbers(found)) == found.counts[0].late > 400
    said = office.says("H26.1-241201-0011")
    assert "tháng 03/2025: 21 ngày được tính, 10 ngày không tính" in said
    assert "T2  13/01/2025     1  ngày làm việc" in said
    assert "tháng 06/2026: 22 ngày được tính" in said
    assert said.count("  ngày làm việc\n") < 45
    every = office.says("H26.1-241201-0011", every_day=True)
    assert "tháng 03/2025" not in every
    assert "T2  03/03/2025    36  ngày làm việc" in every


def test_what_is_gone_is_not_seen_by_rules_and_its_alert_tells_the_rest(fresh: Office) -> None:
    for hour, before, after in (("09", "0008", "0009"), ("10", "0009", "0010")):  # two new snapshots without it
        fresh.change("portal.csv", f"H26.1-260801-{before},", f"H26.1-260801-{after},")
        fresh.works(f"2026-09-07T{hour}:00+07:00")
    (found,) = fresh.explains("H26.1-260801-0008", "2026-09-07T10:05+07:00")
    assert found.record.seen is None
    assert set(outcomes(found).values()) == {"not_asked"}
    assert [each["what"] for each in found.stories[0].events] == ["opened", "gone"]


def test_before_its_first_event_a_record_does_not_exist(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0001", "2026-08-01T08:00+07:00")
    assert not found.record.present
    assert set(outcomes(found).values()) == {"not_asked"}
    assert "Tại thời điểm này chưa phát sinh" in office.says("H26.1-260801-0001", "2026-08-01T08:00+07:00")


def test_it_looks_at_the_moment_that_is_asked_for(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0003", "2026-09-01T08:00+07:00")  # it ended on 3 September
    assert outcomes(found)["overdue"] == "alerts"
    assert numbers(found) == [1, 2]


def test_an_earlier_version_is_shown(fresh: Office) -> None:
    fresh.change(
        "one-stop.csv", "H26.1-260801-0001,H26.1,processing,2026-08-28", "H26.1-260801-0001,H26.1,processing,2026-09-30"
    )
    fresh.works("2026-09-07T09:00+07:00")
    assert "Trước đây, theo one-stop" in fresh.says("H26.1-260801-0001", "2026-09-07T09:05+07:00")


def test_a_code_that_nothing_has_is_answered_with_the_nearest(office: Office) -> None:
    for asked in ("H26.1-260801-001", "h26.1-260801-0001", "260801-0001"):
        with pytest.raises(CannotRun, match=r"H26\.1-260801-0001"):
            office.explains(asked)
    with pytest.raises(CannotRun, match="no record has the code"):
        office.explains("%")


def test_a_broken_rule_is_named_and_the_others_are_explained(office: Office) -> None:
    office.rule("broken", OVERDUE.replace("due_at is not null", "due_date is not null"))
    try:
        (found,) = office.explains("H26.1-260801-0001")
        said = office.says("H26.1-260801-0001")
    finally:
        (office.folder / "rules" / "broken.yaml").unlink()
    assert list(found.set_aside) == ["broken"]
    assert "Chưa dùng được vì có lỗi: broken" in said
    assert outcomes(found)["overdue"] == "alerts"


def test_an_alert_that_is_kept_says_until_when(fresh: Office) -> None:
    fresh.rule("kept", OVERDUE.replace("levels:", "ends_when: ended_at is not null\nlevels:"))
    fresh.works("2026-09-07T09:00+07:00")
    fresh.change(
        "one-stop.csv",
        "H26.1-260801-0001,H26.1,processing,2026-08-28,,,",
        "H26.1-260801-0001,H26.1,supplement,2026-08-28,,2026-09-07,",
    )
    fresh.works("2026-09-07T10:00+07:00")
    (found,) = fresh.explains("H26.1-260801-0001", "2026-09-07T10:05+07:00")
    assert (outcomes(found)["overdue"], outcomes(found)["kept"]) == ("not_met", "kept")
    said = fresh.says("H26.1-260801-0001", "2026-09-07T10:05+07:00")
    assert "điều kiện không còn, cảnh báo được giữ đến khi: có thời điểm kết thúc xử lý" in said


def test_what_a_source_wrote_cannot_move_the_cursor(fresh: Office) -> None:
    fresh.change("one-stop.csv", "Sở Lạ", "\x1b[31mSở Lạ")
    fresh.works("2026-09-07T09:00+07:00")
    said = fresh.says("H26.1-260801-0007", "2026-09-07T09:05+07:00")
    assert "Sở Lạ" in said
    assert "\x1b" not in said


def test_the_number_of_statements_depends_on_the_rules_alone(fresh: Office) -> None:
    def statements(key: str) -> int:
        asked: list[str] = []
        with fresh.open(NOW) as site, site.store.read() as session:
            event.listen(site.store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
            explain(session, site, key, site.clock.now())
        return len(asked)

    extra = "".join(f"1.004227,NĐ {n},{n}/QĐ,2026-08-24,,H26.1\n" for n in range(20, 40))
    before = statements("1.004227")
    path = fresh.folder / "publishing.csv"
    path.write_text(path.read_text(encoding="utf-8") + extra, encoding="utf-8")
    fresh.works("2026-09-07T09:00+07:00")
    assert statements("1.004227") == before


def test_the_document_holds_what_the_page_says(office: Office) -> None:
    (found,) = office.explains("H26.1-260801-0001")
    made: Any = document(found)
    assert made["fields"]["due_at"].startswith("2026-08-28T")
    assert made["due"][0]["working_days_late"] == 6
    (overdue,) = (rule for rule in made["rules"] if rule["rule"] == "overdue")
    assert (overdue["outcome"], overdue["level"], overdue["measure"]) == ("alerts", "warning", 6)
    assert made["alerts"][0]["notices"][0]["recipient"]


def test_in_english_it_says_the_same(office: Office) -> None:
    office.change("config.toml", "[site]\n", '[site]\nlanguage = "en"\n')
    try:
        said = office.says("H26.1-260801-0001")
    finally:
        office.change("config.toml", 'language = "en"\n', "")
    assert "6 working days late, up to and including 07/09/2026." in said
    assert "overdue (Overdue files): alerts, level warning" in said
