"""Scene 2, second half: what the guard lets through in good faith is held before 150 heads are accused at 07:30."""

import pytest

from tests.acceptance.golden import golden
from tests.acceptance.world import World, overdue

SCENE = "02b_the_brake"
OVERDUE = overdue()
AN, CARTER, OFFICE = "an@hanoi.example", "carter@hanoi.example", "vanphong@hanoi.example"
KNOWN = "H26.1-260901-9999"


def code(number: int) -> str:
    return f"H26.{1 + number % 3}-260901-{number:04}"


@pytest.fixture
def held(world: World) -> World:
    """On Monday one file is late. On Tuesday at eight the due dates of seventy others have slipped into September."""
    world.rule("overdue", OVERDUE)
    world.file(KNOWN, "2026-09-28")
    for number in range(70):
        world.file(code(number), "2026-11-02", unit=f"H26.{1 + number % 3}")
    assert world.once("2026-10-05 08:00").code == 0
    for number in range(70):
        world.file(code(number), "2026-09-10")
    world.at("2026-10-06 08:00").alertd("sources", "accept", "one-stop", "--reason", "thử phanh đầu ra", at=True)
    ran = world.once()
    assert ran.code == 0, ran.err
    assert "held: what is new waits with cycle 2 for the office" in ran.out
    return world


def of_state(world: World, state: str) -> list[int]:
    return [notice["id"] for notice in world.notices() if notice["state"] == state]


def test_nobody_is_accused_and_the_office_is_asked_with_counts_and_samples(held: World) -> None:
    assert not any(
        code(number) in text for number in range(70) for text in [*held.texts_to(AN), *held.texts_to(CARTER)]
    )
    (asked,) = [text for text in held.texts_to(OFFICE) if "Cần quyết định" in text]
    golden(SCENE, "office_vi", asked)
    golden(SCENE, "digest_vi", held.texts_to(AN)[-1])
    golden(SCENE, "digest_en", held.texts_to(CARTER)[-1])
    assert len(of_state(held, "held")) == 3
    status = held.alertd("status", "--json", at=True)
    assert (status.code, status.json["held"][0]["alerts"], status.json["last_cycle"]["state"]) == (1, 70, "held")
    assert "alertd notices release --cycle 2" in status.json["needs_a_person"][0]
    doctor = held.alertd("doctor", "--json", at=True).json
    assert [each["state"] for each in doctor if each["subject"] == "cycle 2"] == ["warning"]
    before = len(held.mails_to(OFFICE))
    assert held.once("2026-10-06 08:15").code == 0
    assert len(held.mails_to(OFFICE)) == before  # it is asked once
    assert "giữ lại" in held.alertd("explain", code(0), at=True).out


def test_the_office_may_speak_english(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.configure(more="[guard]\nmax_heads = 1\n", site='language = "en"')
    world.file(KNOWN, "2026-09-28")
    world.once("2026-10-05 08:00")
    for number in range(6):
        world.file(code(number), "2026-09-10", unit=f"H26.{1 + number % 3}")
    world.once("2026-10-06 08:00")
    (asked,) = [text for text in world.texts_to(OFFICE) if "To be decided" in text]
    golden(SCENE, "office_en", asked)


def test_what_is_released_goes_out_as_it_was_shown_and_once(held: World) -> None:
    first, *_ = of_state(held, "held")
    shown = held.alertd("notices", "show", str(first), "--json").json["text"]
    ran = held.at("2026-10-06 09:00").alertd("notices", "release", str(first), "--reason", "số liệu đúng", at=True)
    assert (ran.code, ran.out) == (0, "cycle 2: 70 alerts are let go, 3 messages go with the next delivery\n"), ran.err
    held.once()
    (told,) = [text for text in held.texts_to(AN) if code(0) in text and "Bản tin" not in text]
    assert told.partition("\n")[2].split() == shown.split()
    golden(SCENE, "released_vi", told)
    golden(SCENE, "released_en", next(text for text in held.texts_to(CARTER) if code(2) in text))
    golden(SCENE, "office_released_vi", held.texts_to(OFFICE)[-1])
    again = held.alertd("notices", "release", "--cycle", "2", at=True)
    assert (again.code, "was released by" in again.out) == (0, True)
    other = held.alertd("notices", "discard", "--cycle", "2", at=True)
    assert (other.code, "was released by" in other.out) == (1, True)
    mails = len(held.mails_to(AN))
    held.once("2026-10-06 09:15")
    assert len(held.mails_to(AN)) == mails
    assert held.alertd("status", at=True).code == 0
    assert held.alertd("audit", "verify").code == 0


def test_what_is_discarded_stays_quiet_until_its_record_says_something_new(held: World) -> None:
    ran = held.at("2026-10-06 09:00").alertd("notices", "discard", "--cycle", "2", "--reason", "lỗi ngày hẹn", at=True)
    assert ran.code == 0, ran.err
    assert "70 alerts are withdrawn" in ran.out
    for time in ("2026-10-06 09:15", "2026-10-07 08:00"):
        assert held.once(time).code == 0
    assert [alert["key"] for alert in held.alerts("--state", "open")] == [KNOWN]
    assert of_state(held, "held") == []
    assert held.alertd("status", "--json", at=True).json["discarded"] == 70
    for number in range(70):
        held.file(code(number), "2026-11-02")
    held.file(code(0), "2026-09-09")  # this one is late, says its new row
    held.alertd("sources", "accept", "one-stop", "--reason", "đã sửa", at=True)
    held.once("2026-10-07 09:00")
    assert {alert["key"] for alert in held.alerts("--state", "open")} == {KNOWN, code(0)}
    assert code(0) in held.texts_to(AN)[-1]
    assert held.alertd("status", "--json", at=True).json["discarded"] == 0
    assert held.alertd("audit", "verify").code == 0


def test_data_that_are_repaired_end_the_hold_and_nobody_ever_hears(held: World) -> None:
    for number in range(70):
        held.file(code(number), "2026-11-02")
    held.alertd("sources", "accept", "one-stop", "--reason", "đã sửa", at=True)
    held.once("2026-10-06 09:00")
    assert of_state(held, "held") == []
    assert not any(code(number) in text for number in range(70) for text in held.texts_to(AN))
    golden(SCENE, "office_over_vi", held.texts_to(OFFICE)[-1])
    ran = held.alertd("notices", "release", "--cycle", "2", at=True)
    assert (ran.code, "was over by itself" in ran.out) == (1, True)
    held.once("2026-10-07 08:00")
    assert code(0) not in held.texts_to(AN)[-1]


def test_what_makes_no_sense_is_refused_with_the_cure(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(KNOWN, "2026-09-28")
    world.once("2026-10-05 08:00")
    for words in (("release",), ("discard", "1", "--cycle", "1"), ("release", "--cycle", "1", "--only")):
        ran = world.alertd("notices", *words, at=True)
        assert (ran.code, "--cycle" in ran.err) == (2, True)
    ran = world.alertd("notices", "release", "--cycle", "1", at=True)
    assert (ran.code, "cycle 1 was not held" in ran.err) == (2, True)
