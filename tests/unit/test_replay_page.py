"""The page of a replay: whole, self-contained, escaped, readable without colours and without a script, in both languages."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from alertd.replay import page_texts
from alertd.replay.outcome import Replayed
from alertd.replay.page import page
from alertd.replay.page_phrases import KINDS, PHRASES, WEEKDAYS
from alertd.replay.page_words import Voice
from alertd.replay.report import reconstructed, said_of_exactness
from tests.replayed_city import LATE, SINCE, SOON, city, message, replayed, report

HOSTILE = """</td></svg><script>alert(1)</script><img src=x onerror=alert(1)>" ' & {0} {name} %s"""
_VOID = {"meta", "br", "img", "link", "hr", "rect", "line", "polyline", "circle"}


def voice(language: str = "vi") -> Voice:
    return Voice(language, {"H26.1": "Phường Một", "H26.2": "Phường Hai"}, {LATE: "Hồ sơ quá hạn"})


class _Balanced(HTMLParser):
    """Every element that is opened is closed, in its order; collects what the page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [f"{name}={value}" for name, value in attrs if name in ("src", "href") or name.startswith("on")]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def parsed(text: str) -> _Balanced:
    found = _Balanced()
    found.feed(text)
    assert found.open == []
    return found


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("heads", "days"), [(0, 1), (3, 31), (40, 31), (5, 366)])
@pytest.mark.parametrize("compared", [False, True])
def test_the_page_is_whole_and_loads_nothing(language: str, heads: int, days: int, compared: bool) -> None:
    before = city(heads, days, shift=min(heads, 2)) if heads else replayed()
    after = city(heads, days, text="Kính gửi") if heads else replayed()
    text = page(report(after, before if compared else None, drafts=(LATE,), texts=True), voice(language))
    found = parsed(text)
    assert found.loads == []
    assert not {"script", "link", "img", "iframe", "object", "form"} & found.tags
    assert "url(" not in text
    assert "http:" not in text
    assert "https:" not in text
    assert f'<html lang="{language}">' in text


@pytest.mark.parametrize("compared", [False, True])
def test_nothing_that_came_from_elsewhere_is_markup(compared: bool) -> None:
    given = {"name": HOSTILE, "unit": HOSTILE, "tells": {HOSTILE: 1}, "channel": HOSTILE}
    after = replayed(
        message(SINCE, HOSTILE, subject=HOSTILE, text=HOSTILE, **given),
        found={(HOSTILE, HOSTILE): SINCE},
        faults={HOSTILE: HOSTILE},
        reconstructed=(HOSTILE,),
        version=HOSTILE,
        exact_from=SINCE + timedelta(days=2),
    )
    before = replayed(message(SINCE, "other", **given), found={(HOSTILE, HOSTILE): SINCE + timedelta(days=1)})
    speaks = Voice("vi", {HOSTILE: HOSTILE}, {HOSTILE: HOSTILE})
    text = page(report(after, before if compared else None, site=HOSTILE, drafts=(HOSTILE,), texts=True), speaks)
    found = parsed(text)
    assert found.loads == []
    assert "script" not in found.tags
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "{0} {name} %s" in text, "braces in a name are no place for a value"


def test_numbers_stand_in_the_cells_so_that_the_map_is_read_without_its_colours() -> None:
    before = replayed(message(SINCE, "1"), message(SINCE, "2"), message(SINCE, "2"))
    after = replayed(message(SINCE, "1"), message(SINCE, "1"), message(SINCE + timedelta(days=1), "3"))
    text = page(report(after, before), voice())
    cells = re.findall(r'<td class="[^"]*h\d"[^>]*>([^<]*)</td>', text)
    assert sorted(cells) == sorted(["2▲", "1▲", "0▼"])


def test_who_is_newly_disturbed_stands_first_among_the_messages() -> None:
    before = replayed(message(SINCE, "1"), message(SINCE, "1"))
    after = replayed(message(SINCE, "1"), message(SINCE, "1"), message(SINCE, "2", name="Trần Minh"))
    text = page(report(after, before), voice())
    names = re.findall(r"<details><summary><b>([^<]*)</b>", text)
    assert names[0] == "Trần Minh"


def test_texts_beyond_the_room_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_texts, "_ROOM", 25)
    monkeypatch.setattr(page_texts, "_MOST", 3)
    messages = [message(SINCE, "1", text=f"text number {n}", subject="s") for n in range(4)]
    text = page(report(replayed(*messages), texts=True), voice("en"))
    assert "text number 0" in text
    assert "text number 1" not in text
    assert "2 messages stand without their text" in text
    assert "--json --texts" in text
    assert "1 messages were left out" in text


def test_a_page_without_texts_says_how_to_get_them() -> None:
    assert "--texts" in page(report(replayed(message(SINCE, "1"))), voice("en"))
    assert "--texts" not in page(report(replayed(message(SINCE, "1", text="x")), texts=True), voice("en"))


def test_a_long_time_is_shown_by_weeks() -> None:
    text = page(report(city(3, 366), city(3, 366, shift=1)), voice("en"))
    assert PHRASES["en"]["chart_weeks"] in text
    assert PHRASES["en"]["heat_weeks"] in text
    assert text.count("<circle") == 53


def exactness(**given: Any) -> str:
    after: Replayed = replace(replayed(), **given)
    return said_of_exactness(report(after), voice("en"))


def test_from_which_day_it_is_exact_is_said() -> None:
    assert exactness(exact_from=SINCE) == "Exact for the whole period."
    assert exactness(exact_from=SINCE + timedelta(days=2)) == "Exact from 03/09/2026 on."
    assert exactness(exact_from=None) == PHRASES["en"]["exact_never"]
    assert exactness(exact_from=SINCE + timedelta(days=99)) == PHRASES["en"]["exact_never"]


def test_of_two_replays_the_less_exact_one_is_told() -> None:
    later = replace(replayed(), exact_from=SINCE + timedelta(days=1), reconstructed=("b", "c"))
    both = report(replace(replayed(), reconstructed=("a", "b")), later)
    assert said_of_exactness(both, voice("en")) == "Exact from 02/09/2026 on."
    assert reconstructed(both, "en") == ["b", "c", "a"]
    text = page(both, voice("en"))
    assert "<p>Exact from 02/09/2026 on.</p>" in text
    assert re.findall(r"<li>(\w)</li>", text) == ["b", "c", "a"]


def test_both_languages_have_the_same_phrases_with_the_same_places() -> None:
    vi, en = PHRASES["vi"], PHRASES["en"]
    assert vi.keys() == en.keys()
    places = {name: (set(re.findall(r"{(\w+)}", vi[name])), set(re.findall(r"{(\w+)}", en[name]))) for name in vi}
    assert {name: both for name, both in places.items() if both[0] != both[1]} == {}
    assert KINDS["vi"].keys() == KINDS["en"].keys()
    assert len(WEEKDAYS["vi"]) == len(WEEKDAYS["en"]) == 7


def test_names_of_units_and_rules_are_those_of_the_site() -> None:
    text = page(report(replayed(message(SINCE, "1", tells={LATE: 2, SOON: 1}))), voice())
    assert "Phường Một (H26.1)" in text
    assert "Hồ sơ quá hạn (overdue-files): 2, files-due-soon: 1 (cảnh báo)" in text
