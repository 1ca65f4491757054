"""Where in a source something could not be read, as people read it; no source, no store."""

import pytest

from alertd.intake.rejects import Rejects
from alertd.intake.values import Expected, Unreadable


@pytest.mark.parametrize(
    ("place", "vi"),
    [
        ("page 3 #17", "trang 3, bản ghi 17"),
        ("2026-09 #2", "2026-09, bản ghi 2"),
        ("Sheet1!row 5", "Sheet1, dòng 5"),
        ("one page a.csv row 2", "one page a.csv, dòng 2"),
        ("row 7", "dòng 7"),
        ("", ""),
    ],
)
def test_a_vietnamese_office_reads_the_place_in_its_language(place: str, vi: str) -> None:
    for language, said in (("vi", vi), ("en", place)):
        rejects = Rejects(language, "")
        rejects.drop(place, "K1", Unreadable("due_at", "x", Expected.ONCE))
        assert rejects._drops[0]["place"] == said
