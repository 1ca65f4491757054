"""A message as it would be worded now, on both databases: with what stands, for one reader, in one language; nothing is written."""

from alertd.model.words import Level
from alertd.notices.digest import Preview
from alertd.notices.preview import as_sent, in_language, of_now, of_sample
from alertd.store.database import Store
from tests.notice_city import APOLOGY, OVERDUE, SHIPPED_TEMPLATES, City, at


def seen(city: City, name: str, unit: str | None = None, language: str = "") -> Preview | None:
    with city.store.read() as session:
        desk = in_language(city.desk(), language) if language else city.desk()
        return of_now(session, desk, at(), name, unit)


def test_a_section_is_shown_with_what_stands_for_the_reader_with_the_most(store: Store) -> None:
    city = City(store)
    city.finds("A-1", Level.WARNING)
    city.finds("B-1", Level.REMINDER, unit="H26.2")
    city.finds("B-2", Level.CRITICAL, unit="H26.2")
    city.finds("B-2", Level.REMINDER, unit="H26.2", rule=APOLOGY)
    most = seen(city, "overdue_files")
    assert most is not None
    assert (most.recipient, most.unit) == ("Trần Minh", "H26.2")
    assert "B-2" in most.message.text
    assert "2 hồ sơ" in most.message.text
    assert "Quá hạn chưa xin lỗi" not in most.message.text  # worded by another template
    lan = seen(city, "overdue_files", "H26.1")
    assert lan is not None
    assert "A-1" in lan.message.text
    assert "B-2" not in lan.message.text
    both = seen(city, "messages/alert", "H26.2")
    assert both is not None
    assert "Quá hạn chưa xin lỗi" in both.message.text
    assert city.notices() == []


def test_what_was_told_already_is_shown_all_the_same_and_digests_are_those_of_now(store: Store) -> None:
    city = City(store)
    city.finds("A-1", Level.WARNING, told_level=int(Level.WARNING), told_at=at().now)
    assert "A-1" in seen_text(city, "overdue_files")
    assert "A-1" in seen_text(city, "messages/digest")
    assert "Bản tin thành phố" in seen_text(city, "messages/city")
    assert "Kính gửi: Đồng chí Nguyễn Thị Lan" in seen_text(city, "messages/sample", "H26.1")


def seen_text(city: City, name: str, unit: str | None = None) -> str:
    found = seen(city, name, unit)
    assert found is not None
    return found.message.text


def test_another_language_than_the_readers_can_be_asked_for(store: Store) -> None:
    city = City(store)
    city.finds("A-1", Level.WARNING)
    for language, words in (("vi", "quá hạn chưa giải quyết"), ("en", "overdue and not finished")):
        found = seen(city, "overdue_files", language=language)
        assert found is not None
        assert found.message.language == language
        assert words in found.message.text, found.message.text


def test_where_nothing_stands_there_is_nothing_to_show_but_a_sample(store: Store) -> None:
    city = City(store)
    assert seen(city, "overdue_files") is None
    assert seen(city, "messages/held") is None  # of an event
    made = of_sample(SHIPPED_TEMPLATES, "overdue_files", "vi", 10, {OVERDUE.id: OVERDUE})
    assert "Giải quyết dứt điểm." in made.message.text
    assert as_sent(made.message).text.rstrip().endswith("Thông báo số 1234 · mã kiểm tra K7QM-2XHD")
