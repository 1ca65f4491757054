"""What a dispute changes of what is told: no repeat to that head for some days, and nothing else; who hears the outcome."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from alertd.alerts import disputes
from alertd.alerts.disputes import Raised, Terms
from alertd.model.alerts import alerts_table
from alertd.model.disputes import disputes_table
from alertd.model.duration import Duration
from alertd.model.notices import notices_table
from alertd.model.words import Level
from alertd.notices.disputed import disputed
from alertd.notices.outcomes import tell_outcomes
from alertd.notices.second import send_again
from alertd.notices.tell import tell
from alertd.store.database import Store
from tests.notice_city import APOLOGY, LAN, NOW, City, at, local

CODE, OTHER = "H26.1-261001-0001", "H26.1-261001-0002"
TERMS = Terms(Duration.parse("3 working days"), Duration.parse("5 working days"), 90)
WHY = "đã trả kết quả ngày 01/10"


@pytest.fixture
def city(store: Store) -> City:
    """A file ten days late of which Lan has heard on Monday at 8; she disputes it at 9."""
    city = City(store)
    city.finds(CODE, Level.WARNING)
    told(city, NOW)
    dispute(city, CODE)
    return city


def told(city: City, moment: datetime) -> list[str]:
    """Why each alert was told by the message of this moment."""
    before = len(city.links())
    with city.store.write() as session:
        tell(session, city.desk(moment), at(moment), int(moment.timestamp()))
    return [why for _, _, why in city.links()[before:]]


def dispute(city: City, code: str, moment: datetime = NOW + timedelta(hours=1), person: str = LAN.person) -> None:
    with city.store.write() as session:
        raised = Raised(LAN.name, person)
        disputes.dispute(session, number(city, code), raised, reason=WHY, at=at(moment), terms=TERMS)


def number(city: City, code: str) -> int:
    with city.store.read() as session:
        c = alerts_table.c
        return int(session.connection().execute(select(c.id).where(c.key == code)).scalar_one())


def decide(city: City, what: str, moment: datetime, **given: Any) -> None:
    given = {"by": "Hoa", "reason": "đã đối chiếu", **given}
    if what == "uphold":
        given["terms"] = TERMS
    with city.store.write() as session:
        getattr(disputes, what)(session, number(city, CODE), at=at(moment), **given)


def outcomes(city: City, moment: datetime) -> int:
    with city.store.write() as session:
        return tell_outcomes(session, city.desk(moment), at(moment), 1)


def of_city(city: City, moment: datetime, since: datetime = NOW) -> dict[str, Any]:
    with city.store.read() as session:
        return disputed(session, city.desk(moment), at(moment), since)


def test_it_is_not_repeated_for_three_working_days_and_then_marked(city: City) -> None:
    assert told(city, local(7, 9)) == []  # two working days: it would have been repeated
    assert told(city, local(8, 8, 55)) == []
    assert told(city, local(8, 9, 5)) == ["repeat"]
    assert "đơn vị phản ánh số liệu ngày 05/10/2026, chờ Văn phòng trả lời" in city.notices()[-1].text


def test_another_record_of_the_same_head_is_repeated_all_the_same(city: City) -> None:
    city.finds(OTHER, Level.WARNING, told_at=NOW, told_level=2)
    assert told(city, local(7, 9)) == ["repeat"]
    assert [key for _, key, _ in city.links()][-1] == OTHER


def test_what_gets_worse_is_told_at_once(city: City) -> None:
    city.change(CODE, level=3)
    assert told(city, local(5, 10)) == ["worse"]
    assert "đơn vị phản ánh số liệu" in city.notices()[-1].text


def test_a_new_head_hears_of_it_and_is_reminded(city: City) -> None:
    city.change(CODE, handed_at=local(6, 8))
    assert told(city, local(6, 9)) == ["handed"]
    with city.store.write() as session:  # the quiet would have lasted
        session.connection().execute(update(disputes_table).values(quiet_until=local(30, 9)))
    assert told(city, local(8, 9)) == ["repeat"]


def test_the_second_channel_goes_on(city: City) -> None:
    city.chats = {LAN.person: "7"}
    with city.store.write() as session:
        session.connection().execute(update(notices_table).values(state="sent", sent_at=NOW - timedelta(hours=2)))
    with city.store.write() as session:
        assert send_again(session, city.desk(local(6, 8)), at(local(6, 8)), 2) == 1


def test_what_the_office_upheld_is_not_put_to_the_head_until_its_source_had_time(city: City) -> None:
    decide(city, "uphold", local(6, 9))
    assert told(city, local(13, 8, 55)) == []
    assert told(city, local(13, 9, 5)) == ["repeat"]
    assert "Văn phòng đã chấp nhận, chờ sửa tại nguồn" in city.notices()[-1].text


def test_rejected_it_is_repeated_as_its_rule_says(city: City) -> None:
    decide(city, "reject", local(6, 9))
    assert told(city, local(7, 9)) == ["repeat"]
    assert "phản ánh" not in city.notices()[-1].text.split("--")[0]


def test_the_unit_hears_every_outcome_once_and_in_office_hours(city: City) -> None:
    decide(city, "reject", local(6, 20))
    assert outcomes(city, local(6, 21)) == 0
    assert outcomes(city, local(7, 8)) == 1
    assert outcomes(city, local(7, 9)) == 0
    notice = city.notices()[-1]
    assert (notice.person, notice.kind, notice.unit) == (LAN.person, "system", "H26.1")
    assert f"{CODE} (Hồ sơ quá hạn), phản ánh lúc 09:00 ngày 05/10/2026: đã đối chiếu" in notice.text
    assert "Không chấp nhận: số liệu đúng, cảnh báo tiếp tục, đề nghị giải quyết" in notice.text


def test_who_disputed_by_the_office_hears_it_as_the_head(city: City) -> None:
    with city.store.write() as session:
        session.connection().execute(update(disputes_table).values(person=""))
    decide(city, "uphold", local(6, 9))
    assert outcomes(city, local(6, 10)) == 1
    notice = city.notices()[-1]
    assert notice.person == LAN.person
    assert "(sửa trước 09:00 ngày 13/10/2026)" in notice.text


def test_in_a_rehearsal_the_office_gets_the_outcome(city: City) -> None:
    decide(city, "reject", local(6, 9))
    city.mode = "rehearsal"
    assert outcomes(city, local(6, 10)) == 1
    assert (city.notices()[-1].person, city.notices()[-1].meant_for) == ("vp@h.vn", LAN.person)


def test_where_nobody_can_be_reached_the_outcome_waits(city: City) -> None:
    decide(city, "reject", local(6, 9))
    people, city.people = city.people, ()
    assert outcomes(city, local(6, 10)) == 0
    city.people = people
    assert outcomes(city, local(6, 11)) == 1


def test_the_office_reads_what_waits_what_is_late_and_what_was_decided(city: City) -> None:
    found = of_city(city, local(7, 8))
    (row,) = found["dispute_rows"]
    assert (found["disputes"], row["code"], row["name"], row["text"], row["days"]) == (1, CODE, LAN.name, WHY, 2)
    decide(city, "uphold", local(7, 9))
    found = of_city(city, local(8, 8))
    assert (found["disputes"], found["uncorrected_rows"]) == (0, [])
    assert [(each["code"], each["outcome"]) for each in found["settled_rows"]] == [(CODE, "corrected")]
    assert of_city(city, local(9, 8), since=local(8, 8))["settled_rows"] == []
    assert [each["code"] for each in of_city(city, local(14, 9))["uncorrected_rows"]] == [CODE]


def test_a_figure_of_the_index_is_called_by_words_to_the_office_and_to_the_unit(city: City) -> None:
    decide(city, "reject", local(6, 9))
    with city.store.write() as session:
        for table in (alerts_table, disputes_table):
            named = {"dataset": "index_readings", "key": "2026-09/H26.1/TOTAL"}
            session.connection().execute(update(table).where(table.c.key == CODE).values(named))
    (row,) = of_city(city, local(7, 8))["settled_rows"]
    assert row["code"] == "Chỉ số tháng 9/2026: tổng điểm"
    assert outcomes(city, local(7, 8)) == 1
    assert "Chỉ số tháng 9/2026: tổng điểm (Hồ sơ quá hạn), phản ánh lúc" in city.notices()[-1].text


def test_the_rate_counts_disputed_records_of_those_that_were_told_by_whatever_rule(city: City) -> None:
    city.rules = (*city.rules, APOLOGY)
    for place in range(2, 9):
        city.finds(f"H26.1-261001-000{place}", Level.WARNING)
    city.finds("H26.1-261001-0002", Level.WARNING, rule=APOLOGY)
    assert len(told(city, local(5, 11))) == 8
    city.finds("H26.2-261001-0001", Level.WARNING, unit="H26.2")
    told(city, local(5, 12))
    (rate,) = of_city(city, local(6, 8))["rate_rows"]
    assert (rate["unit"], rate["records"], rate["of"], rate["rate"]) == ("Phường Một", 1, 8, 12.5)
    assert of_city(city, local(5, 8, month=11))["rate_rows"] == []
