"""What messages led to, as the terminal shows it: idle rules by name, numbers in both languages, nothing claimed of nothing."""

from datetime import date

import pytest

from alertd.check.noise import Counts, HeadNoise, Noise, RuleNoise
from alertd.cli.rules_noise import show
from alertd.replay.page_words import Voice

IDLE = Counts(notices=1040, answered=0, matters=52, ended=9, judged=50, in_time=2, hours=80.26)
BUSY = Counts(notices=30, answered=29, matters=30, ended=30, judged=30, in_time=30, hours=4.0)


def shown(capsys: pytest.CaptureFixture[str], *rules: RuleNoise, language: str = "en", **given: int) -> str:
    voice = Voice(
        language, {"H26.1": "Phường Một"}, {"overdue": "Hồ sơ quá hạn" if language == "vi" else "Overdue files"}
    )
    found = Noise(date(2026, 9, 5), 5, rules, given.get("rehearsed", 0))
    show(voice, found, rules, every=False)
    return capsys.readouterr().out


def rule(counts: Counts, name: str = "overdue", heads: int = 1) -> RuleNoise:
    return RuleNoise(name, counts, tuple(HeadNoise(f"p{n}", f"Lan {n}", "H26.1", counts) for n in range(heads)))


def test_a_rule_that_leads_to_nothing_is_named_with_its_numbers_and_a_cure(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, rule(IDLE), rule(BUSY, "useful"))
    assert (
        "Leads to nothing: Overdue files (overdue): sent 1,040, answered 0; of 50 matters ended within 5 days: 2."
        in out
    )
    assert "nothing: useful" not in out
    assert "alertd rules backtest" in out
    vi = shown(capsys, rule(IDLE), language="vi")
    assert "Không đem lại kết quả: Hồ sơ quá hạn (overdue): đã gửi 1.040 thông báo, có phản hồi 0; trong 50 việc" in vi
    assert "80,3" in vi


def test_where_every_rule_leads_to_something_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No rule sends much and leads to nothing." in shown(capsys, rule(BUSY))


def test_nothing_is_praised_where_nothing_was_sent(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, rule(Counts(), heads=0), rehearsed=12)
    assert "no notice was sent" in out
    assert "No rule sends much" not in out
    assert "12 notices of a rehearsal" in out


def test_recipients_beyond_the_table_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, rule(BUSY, heads=23))
    assert out.count("Phường Một (H26.1)") == 20
    assert "… and 3 more" in out
