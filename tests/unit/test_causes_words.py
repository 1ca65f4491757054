"""Of which kind a cause is, by its words; and what is taken out of what people write."""

import pytest

from alertd.model.apologies import CauseKind
from alertd.model.cause_words import SHIPPED, called, kind_of
from alertd.model.masked import MASK, masked


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Do thiếu cán bộ địa chính", CauseKind.STAFF),
        ("Đang CHỜ Ý KIẾN của Sở Tài chính", CauseKind.OPINION),
        ("cho y kien so tai chinh", CauseKind.OPINION),
        ("Ảnh hưởng bão số 5", CauseKind.DISASTER),
        ("chưa có thông báo của phường", CauseKind.OTHER),
        ("Lỗi phần mềm, lại thiếu người", CauseKind.SYSTEM),
        ("", CauseKind.OTHER),
        ("lãnh đạo đi họp", CauseKind.OTHER),
    ],
)
def test_the_first_words_that_tell_a_kind_count(text: str, kind: CauseKind) -> None:
    assert kind_of(text) is kind


def test_an_office_has_words_of_its_own() -> None:
    own = {CauseKind.STAFF: ("đi họp",)}
    assert kind_of("lãnh đạo đi họp", own) is CauseKind.STAFF
    assert kind_of("thiếu cán bộ", own) is CauseKind.OTHER


def test_every_kind_is_called_something_and_no_word_stands_for_two() -> None:
    words = [word for kind in SHIPPED.values() for word in kind]
    assert len(words) == len(set(words))
    assert set(SHIPPED) | {CauseKind.OTHER} == set(CauseKind)
    for language in ("vi", "en"):
        assert all(called(kind, language) for kind in CauseKind)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("gọi 0912 345 678 không được", f"gọi {MASK} không được"),
        ("CCCD 001085012345, sai tên", f"CCCD {MASK}, sai tên"),
        ("+84912345678", MASK),
        ("024.3825.1234", MASK),
        ("thư an.nguyen@gmail.com", f"thư {MASK}"),
        (
            "hồ sơ 000.00.15.H26-240902-0003 và H26.15-240902-0004",
            "hồ sơ 000.00.15.H26-240902-0003 và H26.15-240902-0004",
        ),
        ("từ 05/11/2026 10/11/2026", "từ 05/11/2026 10/11/2026"),
        ("thủ tục 1.004227, 12 ngày", "thủ tục 1.004227, 12 ngày"),
    ],
)
def test_numbers_of_people_are_taken_out_and_codes_and_days_stay(text: str, kept: str) -> None:
    assert masked(text) == kept
