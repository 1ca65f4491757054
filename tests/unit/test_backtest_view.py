"""A replay as the terminal shows it: sums, the worst heads, each day, the difference; both languages, no terminal commands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alertd.cli.rules_backtest_view import show
from alertd.replay.outcome import Replayed
from alertd.replay.page_words import Voice
from tests.replayed_city import LATE, SINCE, city, message, replayed, report


def shown(
    capsys: pytest.CaptureFixture[str],
    after: Replayed,
    before: Replayed | None = None,
    *,
    language: str = "en",
    texts: bool = False,
) -> str:
    voice = Voice(language, {"H26.1": "Phường Một"}, {LATE: "Overdue files"})
    show(report(after, before, drafts=(LATE,)), voice, texts=texts)
    return capsys.readouterr().out


def test_without_a_comparison_the_sums_stand_first(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, replayed(message(SINCE, "1"), message(SINCE, "2", channel="telegram"), message(SINCE, "2")))
    assert "01/09/2026 to 07/09/2026 (7 days)" in out
    assert "3 messages, 2 recipients" in out
    assert "e-mail: 2, Telegram: 1" in out
    assert "Busiest day: Tue 01/09/2026 (3 messages)" in out
    assert out.count("off") == 2, "Saturday and Sunday"


def test_with_a_comparison_both_numbers_and_the_change_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    before = replayed(message(SINCE, "1"), found={(LATE, "a"): SINCE + timedelta(days=3)})
    after = replayed(message(SINCE, "1"), message(SINCE, "2"), found={(LATE, "a"): SINCE})
    out = shown(capsys, after, before)
    assert "Messages: 1 → 2 (+1)" in out
    assert "1 more, 0 fewer" in out
    assert "Newly disturbed: 1; Left in peace: 0" in out
    assert "Found earlier 1" in out
    first, second = [line for line in out.splitlines() if "Đồng chí" in line and line.rstrip()[-1] != "1"][:2]
    assert "Đồng chí 2" in first, "who is newly disturbed stands first"
    assert "Newly disturbed" in first
    assert "Đồng chí 1" in second


@pytest.mark.parametrize("language", ["vi", "en"])
def test_heads_beyond_the_table_are_counted(capsys: pytest.CaptureFixture[str], language: str) -> None:
    out = shown(capsys, city(40, 31), city(40, 31, shift=2), language=language)
    assert ("… và 20 người nữa" if language == "vi" else "… and 20 more") in out


def test_when_it_is_exact_and_what_is_assumed_stands_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    after = replace(replayed(), exact_from=SINCE + timedelta(days=1), reconstructed=("All sources answered.",))
    assert shown(capsys, after).endswith(
        "Exact from 02/09/2026 on.\nHow it was reconstructed:\n- All sources answered.\n"
    )


def test_days_that_would_be_held_and_rules_that_failed_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, replayed(message(SINCE, "1"), held=(SINCE,), faults={LATE: "division by zero"}))
    assert "on: 01/09/2026" in out
    assert "Rule Overdue files (overdue-files) did not run: division by zero" in out


def test_a_few_texts_are_shown_and_the_rest_counted(capsys: pytest.CaptureFixture[str]) -> None:
    many = [message(SINCE, str(n), subject=f"subject {n}", text="Kính gửi\n\nline") for n in range(5)]
    out = shown(capsys, replayed(*many), texts=True)
    assert out.count("Kính gửi") == 3
    assert "… and 2 more; --html and --json have them all." in out
    assert "Kính gửi" not in shown(capsys, replayed(*many))


def test_no_command_of_a_terminal_gets_through(capsys: pytest.CaptureFixture[str]) -> None:
    bad = "\x1b[2J\x07"
    after = replayed(message(SINCE, "1", name=bad, unit=bad, text=bad, subject=bad), faults={bad: bad}, version=bad)
    assert not {"\x1b", "\x07"} & set(shown(capsys, after, replayed(), texts=True))


def test_nothing_is_called_alike_that_is_found_elsewhere_or_cannot_be_sent(capsys: pytest.CaptureFixture[str]) -> None:
    before = replace(replayed(message(SINCE, "1"), found={(LATE, "a"): SINCE}), version="old")
    moved = replayed(message(SINCE, "1"), found={(LATE, "a"): SINCE + timedelta(days=1)})
    assert "come to the same" in shown(capsys, replayed(message(SINCE, "1"), found={(LATE, "a"): SINCE}), before)
    assert "No message changes, though records are found on other days." in shown(capsys, moved, before)
    assert "the very text in force" in shown(capsys, before, before)
    show(replace(report(moved, before), channels=False), Voice("en", {}, {}), texts=False)
    out = capsys.readouterr().out
    assert "No channel is set up in config.toml" in out
    assert "come to the same" not in out
