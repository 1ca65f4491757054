"""The words of a draft of form 04 that are made from what the site's tables say."""

import pytest

from alertd.notices.form_words import post_of


@pytest.mark.parametrize(
    ("title", "unit", "post"),
    [
        ("Chủ tịch UBND xã Minh Châu", "UBND xã Minh Châu", "Chủ tịch"),
        ("Chủ tịch UBND phường", "UBND phường Ba Đình", "Chủ tịch"),
        ("Phó Chủ tịch Ủy ban nhân dân phường Ba Đình", "UBND phường Ba Đình", "Phó Chủ tịch"),
        ("Giám đốc Sở Công Thương", "Sở Công thương", "Giám đốc"),
        ("Chánh Văn phòng UBND Thành phố Hà Nội", "Văn phòng UBND Thành phố Hà Nội", "Chánh Văn phòng"),
        ("Chánh Thanh tra Thành phố", "Thanh tra Thành phố", "Chánh Thanh tra Thành phố"),
        ("Phó Trưởng Ban Quản lý Khu công nghệ cao", "Ban Quản lý Khu công nghệ cao", "Phó Trưởng Ban Quản lý Khu công nghệ cao"),
        ("Giám đốc", "", "Giám đốc"),
        ("", "Sở Y tế", ""),
        ("Sở Y tế", "Sở Y tế", "Sở Y tế"),
    ],
)  # fmt: skip
def test_above_a_signature_stands_the_post_without_the_body_that_the_letterhead_names(
    title: str, unit: str, post: str
) -> None:
    assert post_of(title, unit) == post
