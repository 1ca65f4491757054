"""What messages say of a bulletin is what its page prints: the same rates, and what was agreed to be wrong by its own name."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alertd.model.asof import AsOf
from alertd.model.calendar import working_calendar
from alertd.monthly import headline_of, result_of
from alertd.reports.bulletin import UPHELD, Amended, Bulletin, Row
from alertd.reports.bulletin_charts import poster
from alertd.reports.bulletin_html import page
from alertd.reports.bulletin_voice import Voice
from alertd.reports.charts import Bars

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2024, 10, 2, 3, 0, tzinfo=UTC)
AT = AsOf(NOW, working_calendar(zone=ZONE, days_off=[]))
VI = Voice("vi", ZONE, 5)
AMENDED = (
    Amended("H26.1", "UBND phường 1", "late", "10", "12"),
    Amended("H26.1", "UBND phường 1", UPHELD, "", "3"),
    Amended("H26.2", "UBND phường 2", UPHELD, "", "1"),
)


def unit(number: int, rate: float) -> Row:
    counts = {"received": 400, "ended": 400, "on_time": 340, "late": 60, "on_time_rate": rate, "online_rate": 63.57}
    return Row(f"H26.{number}", f"UBND phường {number}", "communes", rank=number, **counts)  # type: ignore[arg-type]


ROWS = tuple(unit(number, 99.95 - number) for number in range(1, 13))
CITY = replace(unit(0, 84.35), unit="", rank=None)
MADE = Bulletin("2024-09", 1, "Thành phố", NOW, NOW, 30, 5, ROWS, CITY, amended=AMENDED)
MADE = replace(MADE, history=(("2024-08", 91.77), ("2024-09", 84.35)))


def test_a_rate_reads_in_a_message_as_on_the_page() -> None:
    found = headline_of(MADE, AT)
    assert (found.on_time_rate, found.rate_before, found.online_rate) == (84.4, 91.8, 63.6)
    for row in ROWS:
        assert VI.number(result_of(row, MADE).on_time_rate, 1) == VI.cell(row, "on_time_rate")
    assert headline_of(replace(MADE, city=replace(CITY, on_time_rate=None)), AT).on_time_rate is None


def test_what_the_office_upheld_is_counted_apart_from_what_changed_since_the_edition_before() -> None:
    found = headline_of(MADE, AT)
    assert (found.amended, found.upheld) == (1, 4)


def test_a_first_edition_says_that_it_is_one_above_what_the_office_upheld() -> None:
    first, later = page(MADE, VI), page(replace(MADE, edition=2), VI)
    assert first.index("Đây là lần công bố đầu tiên của tháng này.") < first.index("Số phản ánh được chấp nhận")
    assert "Đây là lần công bố đầu tiên" not in later


def test_a_picture_of_the_best_and_the_last_alone_says_so() -> None:
    bars = [part for part in poster(MADE, VI).charts if isinstance(part, Bars)]
    assert [len(each.labels) for each in bars] == [10]
    assert bars[0].title.endswith("Phường, xã (5 đơn vị cao nhất, 5 đơn vị thấp nhất)")
    (whole,) = (part for part in poster(replace(MADE, rows=ROWS[:10]), VI).charts if isinstance(part, Bars))
    assert whole.title.endswith("Phường, xã")
