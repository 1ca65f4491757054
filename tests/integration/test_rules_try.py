"""Trials of a draft on both databases: what it finds now, beside the rule in force, with samples and narrow misses."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from alertd.check.compared import compared_fields, takes_in
from alertd.explain.document_trying import trial_document
from alertd.explain.page_trying import head_lines, sample_lines, unit_table
from alertd.explain.trial import Trial
from alertd.explain.trying import trial
from alertd.explain.voice import Voice
from alertd.model.asof import AsOf
from alertd.model.base import metadata
from alertd.rules.evaluate import live_mode
from alertd.rules.speak_condition import said as in_words
from tests.integration.explain_site import NOW, OVERDUE, Office, own_office
from tests.integration.rules_site import rule

LATE = "H26.1-260801-0001"  # six working days late
UNKNOWN = "H26.1-260801-0007"  # five, of a unit that nobody knows
OLD = "H26.1-241201-0011"  # hundreds
PORTAL = "H26.1-260801-0008"  # six, and its source gives no status


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with own_office(request, tmp_path_factory.mktemp("trying"), "trying") as made:
        yield made


def tried(office: Office, text: str, now: str = NOW, *, unit: str = "", samples: int = 5) -> Trial:
    draft = rule(text, "overdue")
    with office.open(now) as site, site.store.read() as session:
        at = AsOf(site.clock.now(), site.calendar, live_mode(session, site.clock.now()))
        return trial(
            session,
            draft,
            site.rules.compiled.get("overdue"),
            at,
            language="vi",
            unit=unit,
            samples=samples,
            asked=[(field, takes_in(draft, field)) for field in compared_fields(draft)],
        )


def said(found: Trial, office: Office, language: str = "vi") -> str:
    with office.open(NOW) as site:
        voice = Voice(language, site.settings.site.timezone, site.directory)
        columns, rows = unit_table(found, voice)
        table = [" | ".join(cells) for cells in (columns, *rows)]
        return "\n".join([*head_lines(found, voice), *table, *sample_lines(found, voice)])


def keys(samples: object) -> list[str]:
    assert isinstance(samples, tuple)
    return [sample.key for sample in samples]


def test_the_very_text_that_is_in_force_finds_what_a_cycle_finds(office: Office) -> None:
    found = tried(office, OVERDUE)
    with office.open(NOW) as site, site.store.read() as session:
        cycle = site.rules.compiled["overdue"]
        same = trial(session, cycle, cycle, found.at, language="vi")
    assert same.compared is None
    assert same.found == found.found == {("H26.1", 2): 2, ("H26.1", 3): 1, (None, 2): 1, ("H26.2", 0): 1}
    assert "Giống hệt bản đang áp dụng" in said(same, office)


def test_a_changed_step_is_compared_record_by_record(office: Office) -> None:
    found = tried(office, OVERDUE.replace("1, warning: 5, critical: 10", "6, warning: 100, critical: 200"))
    assert found.compared is not None
    totals = {name: sum(getattr(found.compared, name).values()) for name in ("new", "gone", "worse", "milder", "same")}
    assert totals == {"new": 0, "gone": 1, "worse": 0, "milder": 2, "same": 1}
    assert found.compared.gone == {None: 1}
    assert keys(found.gone) == [UNKNOWN]
    assert keys(found.worst) == [OLD, LATE, PORTAL]
    assert [level.word for level in found.unreached] == ["warning"]
    text = said(found, office)
    assert "thêm 0, bớt 1, nặng lên 0, nhẹ đi 2, giữ nguyên 1." in text
    assert "Lưu ý: không có gì ở mức cảnh báo." in text
    assert "Chỉ bản đang áp dụng tìm thấy (1)" in text
    assert "1 fewer, 0 worse, 2 milder" in said(found, office, "en")


def test_what_only_the_draft_finds_is_shown_with_its_values(office: Office) -> None:
    found = tried(office, OVERDUE.replace("is_open and due_at", "due_at").replace(", not waiting_for_citizen", ""))
    assert keys(found.new) == ["H26.1-260801-0003", "H26.1-260801-0002"]
    line = next(each for each in said(found, office).splitlines() if "- H26.1-260801-0003" in each)
    assert "Sở Xây dựng (H26.1) · nhắc việc: số ngày làm việc quá hạn = 3" in line


def test_a_narrow_miss_names_the_one_part_that_does_not_hold(office: Office) -> None:
    found = tried(office, OVERDUE.replace("not waiting_for_citizen", "status = 'processing', not waiting_for_citizen"))
    misses = {"" if miss.node is None else in_words(miss.node, "vi"): miss for miss in found.misses}
    assert keys(misses[""].samples) == ["H26.1-260801-0004"]  # due later: no level is reached
    state = misses["có trạng thái là đang xử lý"]
    assert keys(state.samples) == [PORTAL]
    assert (state.count, state.empty) == (1, 1)  # for want of a value: its source gives none
    assert PORTAL not in keys(found.worst)
    assert found.empty["status"] == (1, 6)  # of those that are open, have a due date and wait for nobody
    text = said(found, office)
    assert "[ ] có trạng thái là đang xử lý: 1, trong đó 1 vì không có dữ liệu" in text
    assert "trạng thái: 1 trên 6 (17%); so sánh với giá trị trống không bao giờ đúng" in text


def test_a_trial_may_be_of_one_unit(office: Office) -> None:
    found = tried(office, OVERDUE, unit="H26.2")
    assert found.records == 1
    assert found.found == {("H26.2", 0): 1}
    assert "Loại trừ 1." in said(found, office)
    assert "Không tìm thấy gì." in said(found, office)


def test_a_trial_of_an_earlier_moment_sees_what_had_happened_by_then(office: Office) -> None:
    early = tried(office, OVERDUE, "2026-09-01T08:00+07:00")
    assert not early.at.live
    assert "H26.1-260801-0003" in keys(early.worst)  # it ended on the third
    assert "H26.1-260801-0003" not in keys(tried(office, OVERDUE).worst)


def test_a_rule_with_a_name_of_its_own_stands_alone(office: Office) -> None:
    with office.open(NOW) as site, site.store.read() as session:
        at = AsOf(site.clock.now(), site.calendar, live_mode(session, site.clock.now()))
        found = trial(session, rule(OVERDUE, "another"), None, at, language="vi", samples=0)
    assert found.compared is None
    assert found.worst == ()
    assert "Chưa có quy tắc nào đang áp dụng mang tên này." in said(found, office)
    assert trial_document(found, "vi")["levels"] == {"reminder": 0, "warning": 3, "critical": 1}


def test_nothing_is_written(office: Office) -> None:
    def counted() -> dict[str, int]:
        with office.store.read() as session:
            tables = {table.name: select(func.count()).select_from(table) for table in metadata.sorted_tables}
            return {name: session.connection().execute(asked).scalar_one() for name, asked in tables.items()}

    before = counted()
    tried(office, OVERDUE.replace("reminder: 1", "reminder: 2"))
    assert counted() == before
