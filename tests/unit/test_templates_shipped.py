"""The templates that alertd ships: all there in both languages, for every form, saying what an official expects to read."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from alertd.demo.chat_html import parsed
from alertd.model.freshness import Doubt
from alertd.model.reach import Instead
from alertd.notices import specimen, specimen_letters
from alertd.notices.filters import Form
from alertd.notices.letter import Letter, Section, Source, Task
from alertd.notices.render import Manner, render
from alertd.notices.templates import LANGUAGES
from alertd.rules.load import load_rules
from tests.notice_city import SHIPPED
from tests.notice_city import SHIPPED_TEMPLATES as TEMPLATES

RULES = (
    "announcements",
    "apology",
    "apology_late",
    "assignments",
    "changes",
    "default",
    "due_soon",
    "index_change",
    "index_points",
    "index_restated",
    "late_ends",
    "online_rate",
    "overdue_files",
    "procedures",
    "second_new_date",
    "second_supplement",
    "supplement_rate",
    "sync_differs",
    "sync_missing",
    "sync_missing_here",
)
MESSAGES = sorted(path.stem for path in (SHIPPED / "vi" / "messages").glob("*.txt"))


def blocks_of(language: str, name: str) -> set[str]:
    first = TEMPLATES.chain(name, language, Form.TEXT, own=False)[0]
    assert first.name == f"{language}/{name}"
    return set(first.compiled.blocks)


def said(letter: Letter, form: Form = Form.TEXT) -> str:
    done = render(TEMPLATES, letter, Manner(10))
    assert done.failed is None
    message = done.message
    return {Form.TEXT: message.text, Form.HTML: message.html, Form.CHAT: "\n".join(message.chat)}[form]


def one(language: str = "vi", **given: object) -> Letter:
    """A letter with one section."""
    letter = specimen.letter(language)
    return replace(letter, meant=None, sections=(replace(letter.sections[0], **given),))  # type: ignore[arg-type]


def test_a_rule_may_name_every_shipped_section_and_no_message() -> None:
    assert TEMPLATES.names() == set(RULES)


@pytest.mark.parametrize("name", [*RULES, *(f"messages/{name}" for name in MESSAGES)])
def test_every_template_has_the_same_blocks_in_both_languages(name: str) -> None:
    assert blocks_of("vi", name) == blocks_of("en", name)


def test_nothing_is_wrong_with_what_is_shipped() -> None:
    assert TEMPLATES.check() == []


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", RULES)
def test_every_section_is_written_in_every_form(name: str, language: str, form: Form) -> None:
    letter = specimen.letter(language)
    worded = replace(letter, sections=tuple(replace(section, template=name) for section in letter.sections))
    text = said(worded, form)
    item = letter.sections[0].items[0]
    if name in ("late_ends", "online_rate"):  # of a unit in a period
        item = replace(item, key=item.unit)
    named = (
        "procedure"
        if name in ("announcements", "supplement_rate")
        else "file"
        if name == "changes"
        else "indicator"
        if name.startswith("index_")
        else ""
    )
    assert (item.facts[named] if named else item.key) in text
    assert "118/2025" in text
    if form is Form.CHAT:
        parsed(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_rule_is_worded_by_the_template_that_it_names(language: str) -> None:
    book, _ = load_rules(SHIPPED.parent / "rules", language=language, units=(), templates=TEMPLATES.names())
    assert len(book.set.rules) >= 10
    made = specimen.letter(language)
    sample = made.sections[0].items[0]
    for rule in book.set.rules.values():
        item = replace(sample, facts={name: sample.facts[name] for name in rule.shows})
        part = replace(made.sections[0].parts[0], items=(item,))
        section = replace(made.sections[0], template=rule.template, dataset=rule.dataset.name, parts=(part,))
        done = render(TEMPLATES, replace(made, sections=(section,), tasks=(Task(section, item),)), Manner(10))
        assert done.failed is None, f"{rule.id}: {done.failed}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_count_and_how_it_changed_come_first(language: str) -> None:
    text = said(one(language, template="overdue_files"))
    lines = [line for line in text.splitlines() if line]
    at = next(place for place, line in enumerate(lines) if "Hồ sơ quá hạn" in line and "🔴" in line)
    assert lines[at + 1].startswith("12 ")
    assert ("tăng 3" if language == "vi" else "up by 3") in lines[at + 1]


def test_dates_and_numbers_are_written_as_the_language_writes_them() -> None:
    assert "1.234 hồ sơ" in said(one(total=1234))
    assert "1,234 files" in said(one("en", total=1234))
    assert "07/10/2026" in said(one(act_by=date(2026, 10, 7)))


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize(("language", "words"), [("vi", "chưa xác định"), ("en", "not known")])
def test_a_figure_of_a_source_in_doubt_is_never_given_as_current(language: str, words: str, form: Form) -> None:
    doubtful = (Source("one-stop", specimen.NOW, Doubt.FAILED.value),)
    letter = one(language, template="overdue_files", sources=doubtful, total=77)
    done = render(TEMPLATES, letter, Manner(10)).message
    assert words in said(letter, form)
    assert words in done.subject
    assert "77" not in done.subject
    assert "77 quá hạn" not in done.text.replace("hồ sơ ", "")
    assert ("số liệu cuối" if language == "vi" else "last figure") in said(letter, form)


@pytest.mark.parametrize("reason", list(Instead))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_office_reads_why_it_hears_instead_of_a_head(language: str, reason: Instead) -> None:
    section = specimen.letter(language).sections[0]
    part = replace(section.parts[0], reason=reason.value)
    text = said(one(language, parts=(part,)))
    assert ("Gửi Văn phòng vì" if language == "vi" else "Sent to the office because") in text


def test_a_rehearsal_says_first_whom_it_was_meant_for() -> None:
    message = render(TEMPLATES, specimen.letter("vi"), Manner(10)).message
    assert message.subject.startswith("[DIỄN TẬP – lẽ ra gửi Nguyễn Thị Lan, Phường Một]")
    assert message.text.splitlines()[0].startswith("*** DIỄN TẬP")
    assert message.chat[0].startswith("<b>DIỄN TẬP")


def test_a_deadline_beyond_the_confirmed_calendar_is_marked_and_explained() -> None:
    text = said(one(act_by=date(2027, 1, 4), act_by_provisional=True))
    assert "04/01/2027 (*)" in text
    assert "Lịch làm việc sau ngày 31/12/2026 chưa được xác nhận" in text
    plain = said(one(act_by=date(2026, 10, 7), act_by_provisional=False, parts=()))
    assert "(*)" not in plain


def test_the_mail_needs_nothing_from_elsewhere_and_stays_small() -> None:
    page = said(specimen.letter("vi"), Form.HTML)
    assert "<img" not in page
    assert "src=" not in page
    assert "url(" not in page
    assert len(page.encode()) < 100_000


def test_the_short_text_is_one_line_for_a_gateway() -> None:
    short = render(TEMPLATES, one(title="Hồ sơ quá hạn " * 50), Manner(10)).message.short
    assert len(short) <= 300
    assert "\n" not in short


def test_what_the_office_is_told_of_a_section_names_nobody_who_applied() -> None:
    section: Section = specimen.letter("vi").sections[0]
    assert not {"applicant", "citizen_name", "phone"} & section.items[0].facts.keys()


def test_in_the_mail_figures_stand_to_the_right_and_how_they_changed_is_read_from_the_left() -> None:
    found = specimen_letters.letter_of("city", "vi", specimen_letters.Case.SAMPLE)
    page = said(found, Form.HTML)
    for head, side in (("Nội dung", "left"), ("Số lượng", "right"), ("So với lần trước", "left")):
        assert re.search(rf"text-align:{side};\">{head}</th>", page), head


def test_the_city_digest_says_once_with_which_moment_its_figures_are_compared() -> None:
    found = specimen_letters.letter_of("city", "vi", specimen_letters.Case.SAMPLE)
    (first, *_) = found.more["summary"]
    same = replace(found, more={**found.more, "summary": (replace(first, since=found.more["since"], change=3),)})
    assert "tăng 3 so với lần trước" in said(same)
    page = said(same, Form.HTML)
    assert "tăng 3" in page
    assert "so với lần trước" not in page  # the head of the column says it
    earlier = found.more["since"] - timedelta(days=1)
    other = replace(found, more={**found.more, "summary": (replace(first, since=earlier, change=3),)})
    assert f"tăng 3 so với {earlier:%H:%M} ngày {earlier:%d/%m/%Y}" in said(other)
