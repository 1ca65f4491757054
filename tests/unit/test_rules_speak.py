"""Rules read back as sentences: every kind of node, both languages, and nothing of a rule left unsaid."""

from pathlib import Path

import pytest

from alertd.model.called import WORDS, YES_NO
from alertd.model.dataset import FieldType
from alertd.model.datasets import DATASETS
from alertd.model.words import GapCause
from alertd.rules.condition import read_condition
from alertd.rules.deadline import ADDED
from alertd.rules.load import load_rules
from alertd.rules.read import Known, read_rule
from alertd.rules.rulebook import CompiledRule
from alertd.rules.speak import speak
from alertd.rules.speak_condition import said
from alertd.rules.yaml_text import read_text

SHIPPED = Path(__file__).parents[2] / "rules"


def rule(text: str) -> CompiledRule:
    document, _ = read_text(text, "made.yaml")
    assert document is not None
    compiled, faults = read_rule(document, Known("vi", (), ()))
    assert compiled is not None, faults
    return compiled


# --- conditions ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("condition", "vi", "en"),
    [
        ("is_open", "chưa kết thúc", "is not ended"),
        ("not is_open", "đã kết thúc", "is ended"),
        ("is_open = false", "đã kết thúc", "is ended"),
        ("not (is_open <> true)", "chưa kết thúc", "is not ended"),
        ("due_at is null", "không có ngày hẹn trả", "has no date promised"),
        ("accepted_at is null", "chưa có thời điểm tiếp nhận", "has no time of acceptance"),
        ("accepted_at is not null", "có thời điểm tiếp nhận", "has a time of acceptance"),
        (
            "supplement_requests >= 2",
            "có số lần yêu cầu bổ sung từ 2 trở lên",
            "has the number of supplement requests at least 2",
        ),
        (
            "days_late > 1000.5",
            "có số ngày (lịch) quá hạn trên 1.000,5",
            "has the calendar days after the due date above 1,000.5",
        ),
        (
            "days_late between 1 and 5",
            "có số ngày (lịch) quá hạn từ 1 đến 5",
            ("has the calendar days after the due date between 1 and 5"),
        ),
        ("status = 'processing'", "có trạng thái là đang xử lý", "has the state “processing”"),
        (
            "status in ('done', 'returned')",
            "có trạng thái thuộc: đã xử lý xong, đã trả kết quả",
            ("has as its state one of: “done”, “returned”"),
        ),
        ("status not in ('done')", "có trạng thái không thuộc: đã xử lý xong", "has as its state none of: “done”"),
        ("section like 'Phòng%'", "có phòng, bộ phận bắt đầu bằng “Phòng”", "has a section that begins with “Phòng”"),
        ("section like '%đất%'", "có phòng, bộ phận chứa “đất”", "has a section that holds “đất”"),
        ("section not like 'a_b'", "có phòng, bộ phận không theo mẫu “a_b”", "has no section like “a_b”"),
        (
            "ended_at >= '2026-09-01'",
            "có thời điểm kết thúc xử lý từ 01/09/2026 trở đi",
            "has the time of end 01/09/2026 or later",
        ),
        (
            "due_at < '2026-09-01T08:30:00+07:00'",
            "có ngày hẹn trả trước 01/09/2026 08:30 (UTC+0700)",
            ("has the date promised before 01/09/2026 08:30 (UTC+0700)"),
        ),
        ("due_at < now", "có ngày hẹn trả trước thời điểm xét", "has the date promised before this moment"),
        (
            "working_days_since(submitted_at) > 3",
            "có số ngày làm việc từ thời điểm nộp đến nay trên 3",
            ("has the number of working days since the time of filing above 3"),
        ),
        (
            "working_days_until(due_at) = 0",
            "có số ngày làm việc đến ngày hẹn trả bằng 0",
            ("has the number of working days until the date promised 0"),
        ),
        (
            "coalesce(section, 'x') = 'x'",
            "có giá trị đầu tiên có được trong (phòng, bộ phận, “x”) là “x”",
            ("has the first that is given of (section, “x”) “x”"),
        ),
        (
            "abs(days_late - 3) < 2",
            "có giá trị tuyệt đối của (số ngày (lịch) quá hạn - 3) dưới 2",
            ("has the size of (calendar days after the due date - 3) below 2"),
        ),
        (
            "is_open and (days_late > 1 or due_at is null)",
            ("chưa kết thúc và (có số ngày (lịch) quá hạn trên 1 hoặc không có ngày hẹn trả)"),
            "is not ended and (has the calendar days after the due date above 1 or has no date promised)",
        ),
        (
            "not (is_open and days_late > 1)",
            "không thuộc trường hợp (chưa kết thúc và có số ngày (lịch) quá hạn trên 1)",
            ("is not one that (is not ended and has the calendar days after the due date above 1)"),
        ),
        (
            "not days_late > 1",
            "không thuộc trường hợp (có số ngày (lịch) quá hạn trên 1)",
            ("is not one that (has the calendar days after the due date above 1)"),
        ),
        ("section > 'B'", "có phòng, bộ phận đứng sau “B”", "has the section after “B” in order"),
        (
            "coalesce(is_open, false)",
            "có giá trị đầu tiên có được trong (chưa kết thúc, không)",
            ("has a first that is given of (not ended, no)"),
        ),
    ],
)
def test_a_condition_is_said_as_a_clerk_would(condition: str, vi: str, en: str) -> None:
    node, complaints = read_condition(condition, DATASETS["files"].fields)
    assert node is not None, complaints
    assert (said(node, "vi"), said(node, "en")) == (vi, en)


def test_every_yes_no_field_and_every_word_can_be_said() -> None:
    declared = [*ADDED, *(field for dataset in DATASETS.values() for field in dataset.declared)]
    yes_no = {field.holds or field.name for field in declared if field.type is FieldType.BOOLEAN}
    assert [set(YES_NO[language]) for language in ("vi", "en")] == [yes_no, yes_no]
    listed = {str(word) for field in declared for word in field.words}
    assert set(WORDS["vi"]) == listed
    assert all("_" not in word for word in listed - set(WORDS["en"]))


def test_a_gap_that_is_open_is_a_file_that_differs_and_not_one_that_has_not_ended() -> None:
    node, complaints = read_condition("is_open and not is_due", DATASETS["sync_gaps"].fields)
    assert node is not None, complaints
    assert said(node, "vi") == "còn chênh lệch và chưa quá thời hạn đồng bộ"
    assert said(node, "en") == "differs still and is within the time for synchronising"


def test_no_cause_of_a_gap_says_what_somebody_has_not_done() -> None:
    named = [WORDS[language][cause] for language in ("vi", "en") for cause in GapCause]
    assert [name for name in named if "gửi" in name or "sent" in name] == []


# --- rules -----------------------------------------------------------------------------------------------------------
WHOLE = """\
id: made
title: {vi: Chậm công khai, en: Late}
basis:
  - {text: Nghị định 118/2025/NĐ-CP, from: 2025-07-01}
  - {text: Nghị định 61/2018/NĐ-CP, until: 2025-06-30}
dataset: announcements
deadline: {counted_from: decided_on, within: 5 working days, within_if: {fast_track: 2 working days}}
when:
  - published_on is null
  - field = 'Đất đai' or field is null
measure: working_days_late
levels: {reminder: 1, warning: 5, critical: legal_text like 'Luật%'}
except:
  - {when: "unit = 'H26.1'", reason: "Bão số 5, công văn 123", from: 2026-12-01, until: 2026-12-05}
  - {when: unit is null, reason: chưa rõ đơn vị}
ends_when: decision is null
to: H26.VP
send: {reminder: digest, warning: at_once, critical: at_once}
repeat: 1 working day
act_within: 48h
action: {vi: Công khai ngay., en: Publish them.}
"""


def test_a_rule_is_one_sentence_that_says_all_of_it() -> None:
    assert speak(rule(WHOLE), "vi") == (
        "Báo cho thủ trưởng đơn vị H26.VP khi thủ tục chưa có ngày công khai và (có lĩnh vực là “Đất đai” hoặc không có lĩnh vực); "
        "hạn là 5 ngày làm việc sau ngày ký quyết định công bố, 2 ngày làm việc nếu theo trình tự rút gọn; "
        "nhắc việc từ 1, cảnh báo từ 5 ngày làm việc quá hạn, nghiêm trọng khi thủ tục có văn bản quy phạm pháp luật bắt đầu bằng "
        "“Luật”; trừ thủ tục có đơn vị chịu trách nhiệm là “H26.1” (Bão số 5, công văn 123; từ ngày 01/12/2026, đến hết ngày "
        "05/12/2026); trừ thủ tục không có đơn vị chịu trách nhiệm (chưa rõ đơn vị); cảnh báo giữ đến khi thủ tục không có số "
        "quyết định công bố; nhắc việc đưa vào bản tin hằng ngày, cảnh báo và nghiêm trọng gửi ngay; nhắc lại sau 1 ngày làm việc "
        "nếu chưa có phản hồi; căn cứ Nghị định 118/2025/NĐ-CP (từ ngày 01/07/2025) và Nghị định 61/2018/NĐ-CP (đến hết ngày "
        "30/06/2025); việc phải làm: Công khai ngay; thời hạn thực hiện: 48 giờ."
    )
    assert speak(rule(WHOLE), "en") == (
        "Tell the head of unit H26.VP when a procedure has no day of publication and (has the field of administration “Đất đai” or "
        "has no field of administration); due 5 working days after the day on which the decision was signed, 2 working days where "
        "it is on the fast track; reminder from 1, warning from 5 working days after the due date, critical when it has a legal "
        "text that regulates it that begins with “Luật”; except where it has the unit that answers for it “H26.1” (Bão số 5, công "
        "văn 123; from 01/12/2026, until 05/12/2026); except where it has no unit that answers for it (chưa rõ đơn vị); the alert "
        "stays until it has no number of the announcing decision; reminder in the daily digest, warning and critical at once; told "
        "again after 1 working day without an answer; by Nghị định 118/2025/NĐ-CP (from 01/07/2025) and Nghị định 61/2018/NĐ-CP "
        "(until 30/06/2025); to be done: Publish them; time for it: 48 hours."
    )


def test_the_shipped_rule_on_overdue_files() -> None:
    book, _ = load_rules(SHIPPED, language="vi", units=(), templates=())
    assert speak(book.compiled["overdue-files"], "vi").startswith(
        "Báo cho thủ trưởng đơn vị khi hồ sơ chưa kết thúc và có ngày hẹn trả; nhắc việc từ 1, cảnh báo từ 5, nghiêm trọng từ 10 "
        "ngày làm việc quá hạn; nhắc việc đưa vào bản tin hằng ngày, cảnh báo và nghiêm trọng gửi trong giờ làm việc; nhắc lại "
        "sau 2 ngày làm việc nếu chưa có phản hồi; căn cứ Nghị định 118/2025/NĐ-CP"
    )


def test_the_budget_of_a_rule_is_said() -> None:
    compiled = rule(WHOLE + "at_most: 1200 a day per head\n")
    assert "mỗi ngày báo riêng cho một người tối đa 1.200 thủ tục, số còn lại đưa vào bản tin hằng ngày;" in speak(
        compiled, "vi"
    )
    assert "at most 1,200 a day to one person by messages, the rest in his digest;" in speak(compiled, "en")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_shipped_rule_can_be_read(language: str) -> None:
    book, _ = load_rules(SHIPPED, language="vi", units=(), templates=())
    for compiled in book.compiled.values():
        sentence = speak(compiled, language)
        assert sentence.endswith(".")
        assert not {"{", "}", "_"} & set(sentence), sentence
