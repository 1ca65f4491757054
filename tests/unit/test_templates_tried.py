"""Templates tried whole before anybody gets them: where a fault stands, in both languages; what splits, is cut or too long."""

import io
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from alertd.check.lengths import longest_line, segments, size
from alertd.check.templates import faults_of, names, tried
from alertd.cli.phone import WIDTH, show_bubbles
from alertd.errors import Fault
from alertd.model.message import Message
from alertd.model.words import ChannelName
from alertd.notices import chat
from alertd.notices.render import KINDS
from alertd.notices.specimen_letters import LONGEST, Case, letter_of
from alertd.notices.templates import LANGUAGES, Templates
from tests.notice_city import OVERDUE, SHIPPED, SHIPPED_TEMPLATES

LINES = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vi" / "messages").mkdir(parents=True)
    return tmp_path


def faults(folder: Path, source: str, name: str = "vi/overdue_files.txt") -> list[Fault]:
    (folder / name).write_text(source, encoding="utf-8")
    return faults_of(Templates(folder, SHIPPED), {}, LINES)


def test_everything_shipped_passes_with_common_and_with_the_worst_data() -> None:
    found = list(tried(SHIPPED_TEMPLATES, {}, LINES))
    assert [str(fault) for each in found for fault in each.faults] == []
    assert len(found) == len(names(SHIPPED_TEMPLATES)) * len(LANGUAGES) * len(Case)
    for each in found:
        message = each.message
        assert len(message.chat) <= 4
        assert all(chat.length(part) <= 4096 for part in message.chat)
        assert len(message.subject) <= 180
        assert len(message.short) <= 300
        assert len(message.html.encode()) < 100_000
        assert each.case is Case.WORST or longest_line(message.text) < 400


def test_what_is_said_of_the_files_that_a_figure_counts_is_tried(folder: Path) -> None:
    said = "{% block behind %}{% for file in item.behind if not file.ended %}{{ file.cod }}{% endfor %}{% endblock %}"
    assert [fault.what for fault in faults(folder, said, "vi/late_ends.txt") if "cod" in fault.what]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worst_case_is_as_bad_as_it_gets(language: str) -> None:
    letter = letter_of("alert", language, Case.WORST)
    section = letter.sections[0]
    assert sum(len(part.items) for part in section.parts) == 500
    assert len(LONGEST) == 160
    assert "<b>" in LONGEST
    assert " " not in LONGEST
    assert {len(text) for text in (section.title, letter.to.name, section.parts[0].name)} == {160}
    empty = letter_of("alert", language, Case.EMPTY).sections[0].items[0]
    assert {value for name, value in empty.facts.items() if name != "code"} == {None}
    assert letter_of("alert", language, Case.NOTHING).sections == ()


def test_every_kind_of_message_is_among_those_that_are_tried() -> None:
    assert {name.removeprefix("messages/") for name in names(SHIPPED_TEMPLATES) if "/" in name} == set(KINDS)


def test_a_rule_lends_its_words_to_the_sample() -> None:
    (each,) = tried(
        SHIPPED_TEMPLATES, {OVERDUE.id: OVERDUE}, LINES, only=["overdue_files"], languages=["en"], cases=[Case.SAMPLE]
    )
    assert "Overdue files" in each.message.text
    assert "Finish them." in each.message.text
    assert "61/2018" not in each.message.text  # no longer in force


# A template and what is said of it: place, English, Vietnamese; a clerk mends it from that alone.
SAID = {
    "{% block title %}\n  {{ section.titel }}{% endblock %}": (
        "2:14: 'alertd.notices.letter.Section object' has no attribute 'titel'; did you mean 'title'?",
        "2:14: không có thuộc tính 'titel'; có phải là 'title'?",
    ),
    "{% block figure %}{{ sektion.total }}{% endblock %}": (
        "1:22: 'sektion' is undefined; did you mean 'section'?",
        "1:22: không có giá trị nào tên là 'sektion'; có phải là 'section'?",
    ),
    "{% block figure %}{{ item.key }}{% endblock %}": (
        "1:22: 'item' is undefined; this block gets letter, section, change, levels",
        "1:22: không có giá trị nào tên là 'item'; khối này được dùng: letter, section, change, levels",
    ),
    "{% block item %}{{ facts.due_att }}{% endblock %}": (
        "1:26: 'dict object' has no attribute 'due_att'; did you mean 'due_at'?",
        "1:26: không có thuộc tính 'due_att'; có phải là 'due_at'?",
    ),
    "{% block title %}<table>{{ section.title }}</table>{% endblock %}": (
        (
            "1:18: a chat cannot read this: <table> is not one of the tags that a chat knows; Telegram knows a b blockquote code i "
            "pre s u alone; for emphasis use the filters b, i, mono, and write &lt; for <"
        ),
        (
            "1:18: Telegram không đọc được: thẻ <table> không hợp lệ hoặc chưa đóng; Telegram chỉ nhận các thẻ a b blockquote "
            "code i pre s u; muốn nhấn mạnh, dùng bộ lọc b, i, mono; viết &lt; thay cho dấu <"
        ),
    ),
    "{% block title %}<b>{{ section.title }}{% endblock %}": (
        (
            "1:18: not well-formed as a mail: <b has no counterpart; close every tag in the block that opens it, the inner one "
            "first; for emphasis use the filters b, i, mono"
        ),
        (
            "1:18: thư HTML sai cấu trúc: <b không có thẻ tương ứng; đóng mọi thẻ ngay trong khối đã mở thẻ, thẻ bên trong trước; "
            "muốn nhấn mạnh, dùng bộ lọc b, i, mono"
        ),
    ),
}


@pytest.mark.parametrize(("source", "said"), SAID.items())
def test_a_fault_names_line_column_and_cure_in_both_languages(folder: Path, source: str, said: tuple[str, str]) -> None:
    (fault, *more) = faults(folder, source)
    assert more == []
    file = f"{folder / 'vi' / 'overdue_files.txt'}:"
    assert (fault.said("en").removeprefix(file), fault.said("vi").removeprefix(file)) == said
    assert fault.length > 0


@pytest.mark.parametrize(
    ("source", "en", "vi"),
    [
        ("{% block title %}{% for a in letter.site * 50 %}{% for b in letter.site * 50 %}{% endfor %}{% endfor %}{% endblock %}",
         "loops go round more than 100,000 times", "các vòng lặp chạy quá 100,000 lượt"),
        ("{% block title %}{% include 'own/vi/default.txt' %}{% endblock %}", "no other file", "tệp khác"),
        ("{% block title %}{{ ''.__class__ }}{% endblock %}", "unsafe", "không được truy cập thuộc tính '__class__'"),
        ("{% block title %}{{ section.title", "end of", "chưa đóng hết thẻ"),
        ("{% block title %}{{ section.title | dayy }}{% endblock %}", "No filter named 'dayy'", "bộ lọc nào tên là 'dayy'"),
        ("{% block title %}{{ 1 / 0 }}{% endblock %}", "division by zero", "chia cho số không"),
    ],
)  # fmt: skip
def test_what_must_not_run_is_a_fault_that_is_understood(folder: Path, source: str, en: str, vi: str) -> None:
    (fault,) = faults(folder, source)
    assert en in fault.said("en")
    assert vi in fault.said("vi")
    assert not fault.warning


def test_all_faults_of_a_file_are_told_at_once(folder: Path) -> None:
    found = faults(
        folder, "{% block title %}{{ section.titel }}{% endblock %}\n{% block todo %}{{ letter.unitt }}{% endblock %}"
    )
    assert [fault.line for fault in found] == [1, 2]


def test_a_frame_that_no_mail_program_reads_is_found(folder: Path) -> None:
    page = (SHIPPED / "frame.html").read_text("utf-8").replace("</table>", "", 1)
    found = faults(folder, page, "frame.html")
    assert any("not well-formed as a mail" in fault.what for fault in found)


def test_words_that_are_too_many_are_warned_of(folder: Path) -> None:
    long = "Đề nghị đồng chí chỉ đạo. " * 40
    found = faults(folder, f"{{% block todo %}}{long}{{% endblock %}}")
    assert [fault.warning for fault in found] == [True]
    assert "có dòng dài" in found[0].said("vi")
    short = faults(folder, "{% block short %}" + long + "{% endblock %}", "vi/messages/digest.txt")
    assert any("tin nhắn bị cắt" in fault.said("vi") for fault in short)


def test_a_file_that_is_as_shipped_is_not_tried_again(folder: Path) -> None:
    shipped = (SHIPPED / "vi" / "overdue_files.txt").read_bytes()
    (folder / "vi" / "overdue_files.txt").write_bytes(shipped)
    templates = Templates(folder, SHIPPED)
    assert templates.changed() == frozenset()
    (folder / "vi" / "overdue_files.txt").write_bytes(shipped + b"{# x #}")
    assert templates.changed() == {"vi/overdue_files.txt"}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("ế" * 70, 1),
        ("ế" * 71, 2),
        ("ế" + "a" * 133, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("🏛" * 36, 2),
    ],
)
def test_a_text_message_is_counted_as_gateways_count_it(text: str, count: int) -> None:
    assert segments(text) == count


def test_what_becomes_of_a_long_message_is_said_for_each_way() -> None:
    two = Message("s", "t", html="<p>", chat=("a" * 3000, "b" * 1000), short="x…")
    assert size(two, ChannelName.TELEGRAM, summary=False).verdict.vi == "tách 2 tin"
    assert size(two, ChannelName.TELEGRAM, summary=True).verdict == "counts alone; the list by mail"
    assert (size(two, ChannelName.HTTP, summary=False).verdict, size(two, ChannelName.HTTP, summary=False).fine) == (
        "cut",
        False,
    )
    assert size(Message("s", "t", html="x" * 200_000), ChannelName.EMAIL, summary=False).verdict.vi == "quá lớn: 200 kB"


def bubbles(*parts: str, terminal: bool = False, button: str = "") -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        force_terminal=terminal,
        highlight=False,
        markup=False,
        width=100,
        color_system="standard" if terminal else None,
    )
    counted = "{place}/{parts} {length} of {most}"
    show_bubbles(console, parts, time="08:00", button=button, counted=counted, language="vi")
    return out.getvalue()


def test_a_telephone_shows_bold_links_and_the_length_of_each_part() -> None:
    shown = bubbles('<b>Quá hạn</b> &lt;12&gt; <a href="https://alertd.example/x">xem</a>', "b" * 90, button="Đã nhận")
    assert "│ *Quá hạn* <12> xem [1]" in shown
    assert "[1] https://alertd.example/x" in shown
    assert "1/2 16 of 4.096" in shown
    assert "[ Đã nhận ]" in shown.split("2/2")[0].split("1/2")[1]
    assert "\x1b[1mQuá hạn\x1b[0m" in bubbles("<b>Quá hạn</b>", terminal=True)


def test_a_bubble_is_as_wide_as_a_telephone_whatever_stands_in_it() -> None:
    shown = bubbles(f"🔴 <b>{'Nguyễn' * 30}</b>\n\nmột hai ba " + "bốn " * 30)
    assert {cell_len(line) for line in shown.splitlines() if line and line[0] in "╭│╰"} == {WIDTH + 4}
