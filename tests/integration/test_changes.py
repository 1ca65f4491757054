"""Changes of watched dates that have to be explained: read as a source gives them, found among the versions that are kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, RowMapping, select

from alertd.derive import changes
from alertd.derive.evidence import change, files_of
from alertd.model.asof import AsOf
from alertd.model.changes import CHANGES, field_changes_table
from alertd.settings.duty_shapes import Changes, Sync
from alertd.settings.shapes import Settings
from alertd.store.database import Store
from tests.integration.intake_site import FIELDS, HANOI, MONDAY, Intake, file, files, settings_of, site_of
from tests.stores import with_days

READ = {
    **FIELDS,
    "procedure": "TTHC",
    "section": "Phong",
    "apology_at": "XinLoi",
    "extended_at": "GiaHan",
}


_GIVEN: dict[str, Any] = {"changes": Changes(mass=5), "sync": Sync(city="one-stop", portal="portal")}
SETTINGS = Settings.model_construct(**_GIVEN)


@dataclass
class City:
    """A source that is read each hour, and looked at after each reading. The first of its files is due on Friday 9 October."""

    store: Store
    more: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.intake = Intake(self.store, self._source())
        with_days(self.store, self.intake.site.calendar)

    def _source(self, **more: Any) -> Any:
        given = {"fields": READ, "max_drop": 1.0, "max_rise": 100.0, "max_shift": 1.0}
        return settings_of(**{**given, **self.more, **more})

    def read(self, *records: dict[str, Any], at: str = "", look: bool = True) -> list[Row[Any]]:
        """``at``: local, 2026-10-05 08:00; else an hour later."""
        if at:
            self.intake.now = moment(at)
        polled = self.intake.poll(list(records), hours=0)
        assert polled.believed, polled
        if look:
            self.look()
        self.intake.now += timedelta(hours=1)
        return self.found()

    def look(self) -> None:
        with self.store.write() as session:
            at = AsOf(self.intake.now, self.intake.site.calendar)
            changes.follow(session, SETTINGS, at)

    def found(self) -> list[Row[Any]]:
        with self.store.read() as session:
            wanted = select(field_changes_table).order_by(field_changes_table.c.code)
            return list(session.connection().execute(wanted).all())

    def listed(self, code: str) -> Sequence[RowMapping]:
        with self.store.rehearse() as session:
            found = change(session, code)
            assert found is not None
            return files_of(session, found, AsOf(self.intake.now, self.intake.site.calendar), 1)

    def kinds(self) -> list[str]:
        return [row.kind for row in self.found()]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@pytest.fixture
def city(store: Store) -> City:
    return City(store)


def local(row: Row[Any], name: str) -> str:
    return local_of(getattr(row, name))


def local_of(value: datetime | None) -> str:
    return "" if value is None else f"{value.astimezone(HANOI):%Y-%m-%d %H:%M}"


def test_an_end_that_moves_to_an_earlier_day_is_found_once_with_its_before_and_after(city: City) -> None:
    assert city.read(file(0)) == []
    assert city.read(file(0, KetThuc="2026-10-14T09:00:00"), at="2026-10-14 10:00") == []
    (row,) = city.read(file(0, KetThuc="2026-10-09T09:00:00", Phong="Phòng 1", TTHC="1.004227"))
    assert row.kind == "end_moved_back"
    assert row.code == f"{row.file}/end_moved_back/20261014T040000Z"
    assert (row.source, row.unit, row.file) == ("one-stop", "H26.1", file(0)["Ma"])
    assert (row.procedure, row.section, row.files) == ("1.004227", "Phòng 1", 1)
    assert (local(row, "before_at"), local(row, "after_at")) == ("2026-10-14 09:00", "2026-10-09 09:00")
    assert (local(row, "seen_at"), local(row, "due_at")) == ("2026-10-14 11:00", "2026-10-09 17:00")
    assert row.explained_at is None
    assert row.preferred
    assert city.read(file(0, KetThuc="2026-10-09T09:00:00", Phong="Phòng 2")) == [row]
    city.look()
    assert city.found() == [row]


def test_an_end_that_moves_within_its_day_or_later_is_nothing_to_explain(city: City) -> None:
    city.read(file(0, KetThuc="2026-10-14T09:00:00"), at="2026-10-14 10:00")
    assert city.read(file(0, KetThuc="2026-10-14T08:00:00")) == []
    assert city.read(file(0, KetThuc="2026-10-15T08:00:00")) == []
    assert city.read(file(0)) == []
    assert city.read(file(0, KetThuc="2026-10-16T08:00:00")) == []


def test_by_the_minute_a_minute_counts(store: Store) -> None:
    city = City(store, more={"due_by": "minute"})
    city.read(file(0, KetThuc="2026-10-14T09:00:00"), at="2026-10-14 10:00")
    assert [row.kind for row in city.read(file(0, KetThuc="2026-10-14T08:59:00"))] == ["end_moved_back"]


def test_an_end_that_was_taken_away_and_set_anew_earlier_is_compared_with_the_one_before(city: City) -> None:
    city.read(file(0, KetThuc="2026-10-14T09:00:00"), at="2026-10-14 10:00")
    assert city.read(file(0)) == []
    (row,) = city.read(file(0, KetThuc="2026-10-08T09:00:00"))
    assert (local(row, "before_at"), local(row, "after_at")) == ("2026-10-14 09:00", "2026-10-08 09:00")


def test_an_end_in_time_of_a_file_that_had_been_seen_open_and_late(city: City) -> None:
    ends = {
        0: "2026-10-09T16:00:00",  # in time, though open and late on the second working day after
        1: "2026-10-08T16:00:00",
        2: "2026-10-12T16:00:00",  # late all the same
        3: "2026-10-09T16:00:00",  # due later, so it had not been late yet
    }
    due = {3: {"HenTra": "2026-10-13T17:00:00"}}
    opened = [file(number, **due.get(number, {})) for number in ends]
    ended = [{**each, "KetThuc": ends[number], "TrangThai": "9"} for number, each in enumerate(opened)]
    city.read(*opened)
    city.read(*opened, at="2026-10-13 08:00")
    rows = city.read(*ended)
    assert [(row.kind, row.file) for row in rows] == [("end_moved_back", file(number)["Ma"]) for number in (0, 1)]
    assert {(row.before_at, local(row, "open_at")) for row in rows} == {(None, "2026-10-13 08:00")}


def test_who_is_slow_to_enter_an_end_has_the_working_day_after_for_it(city: City) -> None:
    city.read(*files(2))
    city.read(*files(2), at="2026-10-12 08:00")
    rows = city.read(file(0, KetThuc="2026-10-09T16:00:00"), file(1, KetThuc="2026-10-08T16:00:00"))
    assert [row.file for row in rows] == [file(1)["Ma"]]


def test_who_waited_for_the_citizen_or_had_ended_by_its_word_is_not_said_to_have_been_late(city: City) -> None:
    asked = [{"Ngay": "2026-10-08T09:00:00", "TraLoi": ""}]
    city.read(file(0, BoSung=asked, TrangThai="5"), file(1, TrangThai="9"), file(2, TrangThai="5"))
    city.read(
        file(0, BoSung=asked, TrangThai="5"), file(1, TrangThai="9"), file(2, TrangThai="5"), at="2026-10-20 08:00"
    )
    ended = [file(number, KetThuc="2026-10-08T16:00:00", TrangThai="9") for number in range(3)]
    assert city.read(*ended) == []


def test_old_data_prove_no_more_than_what_they_knew(store: Store) -> None:
    city = City(store, more={"as_of": {"field": "Luc"}, "stale_after": "30d"})
    city.read(file(0, Luc="2026-10-05T08:00:00"))
    city.read(file(0, Luc="2026-10-09T15:00:00"), at="2026-10-14 08:00")  # a list of Friday, read on Wednesday
    assert city.read(file(0, Luc="2026-10-14T09:00:00", KetThuc="2026-10-09T16:00:00")) == []


def test_a_due_date_that_moves_later_with_nothing_on_record_is_found(city: City) -> None:
    city.read(file(0))
    (row,) = city.read(file(0, HenTra="2026-10-16T17:00:00"))
    assert row.kind == "due_moved_later"
    assert (local(row, "before_at"), local(row, "after_at")) == ("2026-10-09 17:00", "2026-10-16 17:00")
    assert row.due_at is None


def test_what_is_no_later_due_date(city: City) -> None:
    moves = (
        ("2026-10-09T17:00:00", "2026-10-08T17:00:00"),  # earlier
        ("2026-10-09T08:00:00", "2026-10-09T17:00:00"),  # the same day
        ("2026-10-10T17:00:00", "2026-10-12T17:00:00"),  # Saturday means Monday anyway
        ("", "2026-10-16T17:00:00"),  # the first one that is set
        ("2026-10-09T17:00:00", ""),
    )
    city.read(*[file(number, HenTra=before) for number, (before, _) in enumerate(moves)])
    assert city.read(*[file(number, HenTra=after) for number, (_, after) in enumerate(moves)]) == []


def test_a_due_date_that_is_taken_away_and_comes_back_later_is_compared_with_the_one_before(city: City) -> None:
    city.read(file(0))
    assert city.read(file(0, HenTra="")) == []
    (row,) = city.read(file(0, HenTra="2026-10-30T17:00:00"))
    assert (local(row, "before_at"), local(row, "after_at")) == ("2026-10-09 17:00", "2026-10-30 17:00")


EXPLAINED: dict[str, dict[str, Any]] = {
    "apology": {"XinLoi": "2026-10-05T09:00:00"},
    "extension": {"GiaHan": "2026-10-05T09:00:00"},
    "answered": {"BoSung": [{"Ngay": "2026-10-02T09:00:00", "TraLoi": "2026-10-05T09:00:00"}]},
}


def explained(due: str) -> list[dict[str, Any]]:
    return [file(number, HenTra=due, **more) for number, more in enumerate(EXPLAINED.values())]


def test_what_is_on_record_explains_a_later_due_date_once(city: City) -> None:
    city.read(*files(3))
    assert city.read(*explained("2026-10-16T17:00:00"), at="2026-10-05 10:00") == []
    rows = city.read(*explained("2026-10-23T17:00:00"), at="2026-10-12 10:00")
    assert [local(row, "before_at") for row in rows] == ["2026-10-16 17:00"] * 3


def test_what_is_entered_later_closes_it_and_the_row_stays(city: City) -> None:
    city.read(*files(3))
    moved = files(3, HenTra="2026-10-16T17:00:00")
    found = city.read(*moved)
    assert [row.explained_at for row in found] == [None] * 3
    rows = city.read(*explained("2026-10-16T17:00:00"), at="2026-10-06 10:00")
    assert [row.explained_by for row in rows] == list(EXPLAINED)
    assert {local(row, "explained_at") for row in rows} == {"2026-10-06 10:00"}
    assert all(row.changed_at > before.changed_at for row, before in zip(rows, found, strict=True))
    assert [(row.before_at, row.after_at, row.seen_at) for row in rows] == [
        (row.before_at, row.after_at, row.seen_at) for row in found
    ]
    assert city.read(*moved) == rows, "an explanation once read stays"


def test_an_apology_for_a_day_to_come_explains_nothing_yet(city: City) -> None:
    city.read(file(0))
    assert len(city.read(file(0, HenTra="2026-10-16T17:00:00", XinLoi="2026-10-12T09:00:00"))) == 1
    assert city.found()[0].explained_at is None


def test_a_source_that_tells_of_waiting_by_its_word_alone_explains_by_it(city: City) -> None:
    city.read(file(0, TrangThai="5"))
    city.read(file(0))
    assert city.read(file(0, HenTra="2026-10-16T17:00:00")) == []
    assert [row.kind for row in city.read(file(0, HenTra="2026-10-23T17:00:00"))] == ["due_moved_later"]


def test_what_is_put_back_is_closed(city: City) -> None:
    ended = {"KetThuc": "2026-10-14T09:00:00", "TrangThai": "9"}
    city.read(file(0), file(1, **ended), at="2026-10-14 10:00")
    city.read(file(0, HenTra="2026-10-16T17:00:00"), file(1, **{**ended, "KetThuc": "2026-10-09T09:00:00"}))
    assert city.kinds() == ["due_moved_later", "end_moved_back"]
    rows = city.read(file(0), file(1, **ended))
    assert [row.explained_by for row in rows] == ["put_back", "put_back"]
    assert city.read(file(0), file(1)) == rows, "opened again is neither"


def test_an_end_that_is_taken_away_explains_nothing(city: City) -> None:
    city.read(file(0, KetThuc="2026-10-14T09:00:00"), at="2026-10-14 10:00")
    city.read(file(0, KetThuc="2026-10-09T09:00:00"))
    (row,) = city.read(file(0))
    assert row.explained_at is None
    assert len(city.read(file(0, KetThuc="2026-10-09T09:00:00"))) == 1


def test_many_of_one_kind_in_one_import_are_one_row(city: City) -> None:
    city.read(*files(6))
    (row,) = city.read(*files(5, HenTra="2026-10-16T17:00:00", TTHC="1"), file(5, HenTra="2026-10-08T17:00:00"))
    assert row.code == f"poll {row.poll}/due_moved_later"
    assert row.poll == city.intake.polls()[-1].id
    assert (row.files, row.file, row.unit, row.procedure, row.section) == (5, None, "H26.1", "1", None)
    assert (row.before_at, row.after_at) == (None, None)
    other = [file(number, HenTra="2026-10-19T17:00:00", TTHC="1") for number in range(4)]
    singles = [each for each in city.read(*other, file(4, HenTra="2026-10-16T17:00:00", TTHC="1")) if each.files == 1]
    assert len(singles) == 4, "fewer than that are told one by one"


def test_a_mass_change_of_several_units_names_none(city: City) -> None:
    city.read(*files(5))
    moved = [file(number, HenTra="2026-10-16T17:00:00", DonVi=f"H26.{number % 2 + 1}") for number in range(5)]
    (row,) = city.read(*moved)
    assert (row.files, row.unit) == (5, None)


def test_a_mass_change_is_closed_when_each_of_its_files_is_explained(city: City) -> None:
    moved = {"HenTra": "2026-10-16T17:00:00"}
    city.read(*files(5))
    city.read(*files(5, **moved))
    apology = {"XinLoi": "2026-10-05T11:00:00"}
    (row,) = city.read(
        *[file(number, **moved, **apology) for number in range(4)], file(4, **moved), at="2026-10-05 12:00"
    )
    assert row.explained_at is None
    (row,) = city.read(*[file(number, **moved, **apology) for number in range(4)], file(4))
    assert row.explained_at is not None


def test_one_import_may_move_ends_of_many_and_a_due_date(city: City) -> None:
    city.read(*files(6, KetThuc="2026-10-14T09:00:00"), at="2026-10-14 10:00")
    rows = city.read(
        *files(5, KetThuc="2026-10-08T09:00:00"), file(5, KetThuc="2026-10-14T09:00:00", HenTra="2026-10-15")
    )
    assert [(row.kind, row.files) for row in rows] == [("due_moved_later", 1), ("end_moved_back", 5)]


def test_what_a_changed_mapping_moves_is_no_change_of_the_source(city: City) -> None:
    city.read(file(0, Moi="2026-10-16T17:00:00"), file(1, Moi="2026-10-16T17:00:00"))
    city.intake.settings = city._source(fields={**READ, "due_at": "Moi"})
    assert city.read(file(0, Moi="2026-10-16T17:00:00"), file(1, Moi="2026-10-16T17:00:00")) == []
    assert city.intake.polls()[-1].remapped
    city.read(file(0, Moi="2026-10-19T17:00:00"), file(1, Moi="2026-10-16T17:00:00"))
    assert city.kinds() == ["due_moved_later"]


def test_a_changed_table_of_units_hides_nothing(city: City) -> None:
    city.read(file(0))
    city.intake.site = site_of(units=city.intake.site.directory.units[:3])
    assert [row.kind for row in city.read(file(0, HenTra="2026-10-16T17:00:00"))] == ["due_moved_later"]


def test_of_two_sources_the_one_that_counts_is_looked_at(city: City) -> None:
    city.intake.site = replace(city.intake.site, authorities={"one-stop": 10, "portal": 5})
    city.read(file(0))
    city.intake.settings = city._source(name="portal")
    city.read(file(0), file(1))
    rows = city.read(file(0, HenTra="2026-10-16T17:00:00"), file(1, HenTra="2026-10-16T17:00:00"))
    assert [row.file for row in rows] == [file(1)["Ma"]]


def test_several_readings_between_two_looks_are_told_apart(city: City) -> None:
    city.read(file(0))
    city.read(file(0, HenTra="2026-10-12T17:00:00"), look=False)
    city.read(file(0, HenTra="2026-10-13T17:00:00"), look=False)
    rows = city.read(file(0, HenTra="2026-10-13T17:00:00", TTHC="2"))
    assert [(local(row, "before_at")[:10], local(row, "after_at")[:10]) for row in rows] == [
        ("2026-10-09", "2026-10-12"),
        ("2026-10-12", "2026-10-13"),
    ]


def test_a_look_after_nothing_was_read_writes_nothing(city: City) -> None:
    city.read(file(0))
    rows = city.read(file(0, HenTra="2026-10-16T17:00:00"))
    city.intake.now += timedelta(days=30)
    city.look()
    assert city.found() == rows


LEFT: dict[str, Any] = {"TTHC": "1.004227", "Phong": "Phòng 1"}


def again(number: int, **given: Any) -> dict[str, Any]:
    return file(number, **{**LEFT, **given})


def test_a_file_that_vanished_and_came_back_with_a_new_code(city: City) -> None:
    city.read(again(0), *files(3, TiepNhan="2026-09-02T08:00:00")[1:])
    others = files(3, TiepNhan="2026-09-02T08:00:00")[1:]
    assert city.read(again(7, HenTra="2026-10-30T17:00:00"), *others) == [], "it may have been left out for once"
    (row,) = city.read(again(7, HenTra="2026-10-30T17:00:00"), *others)
    assert (row.kind, row.file, row.file_before) == ("came_back", file(7)["Ma"], file(0)["Ma"])
    assert (local(row, "before_at"), local(row, "after_at")) == ("2026-10-09 17:00", "2026-10-30 17:00")
    assert local(row, "seen_at") == "2026-10-05 10:00"
    assert city.read(again(7, HenTra="2026-10-30T17:00:00"), *others) == [row]
    (row,) = city.read(again(7, HenTra="2026-10-30T17:00:00"), again(0), *others)
    assert row.explained_by == "put_back"


def test_a_file_that_comes_back_days_after_it_vanished(city: City) -> None:
    city.read(again(0), file(1))
    city.read(file(1))
    city.read(file(1))
    city.read(file(1, HenTra="2026-10-08"), at="2026-10-08 08:00")
    assert [row.file for row in city.read(file(1, HenTra="2026-10-08"), again(7))] == [file(7)["Ma"]]
    city.read(file(1, HenTra="2026-10-08"))
    city.read(file(1, HenTra="2026-10-08"))
    rows = city.read(file(1, HenTra="2026-10-08"), again(8))
    assert [(row.file_before, row.file) for row in rows] == [
        (file(0)["Ma"], file(7)["Ma"]),
        (file(7)["Ma"], file(8)["Ma"]),
    ]


def test_what_differs_is_another_file(city: City) -> None:
    times = [f"2026-09-01T08:0{number}:00" for number in range(5)]
    other: tuple[dict[str, Any], ...] = (
        {"Phong": "Phòng 2"},
        {"TTHC": "1.004228"},
        {"TiepNhan": "2026-09-01T08:02:01"},
        {"DonVi": "H26.2"},
        {"TTHC": ""},
    )
    city.read(file(99), *[again(number, TiepNhan=time) for number, time in enumerate(times)])
    came = [again(number + 10, **{"TiepNhan": times[number], **more}) for number, more in enumerate(other)]
    city.read(file(99), *came)
    assert city.read(file(99), *came) == []


@pytest.mark.parametrize(("other", "found"), [("portal", ["came_back"]), ("land registry", [])])
def test_the_portal_s_copy_under_the_first_code_is_no_sign_that_the_file_was_handed_on(
    city: City, other: str, found: list[str]
) -> None:
    city.intake.site = replace(city.intake.site, authorities={"one-stop": 10, other: 5})
    city.intake.settings = city._source(name=other)
    city.read(again(0), file(9))
    city.intake.settings = city._source()
    city.read(again(0), file(9))
    for _ in range(2):
        city.read(again(7), file(9))
    assert city.kinds() == found


def test_two_that_could_be_meant_are_none(city: City) -> None:
    city.read(again(0), again(1), again(2, TTHC="2"), file(9))
    # two vanished and one came; one vanished and two came
    now: Sequence[dict[str, Any]] = [again(3), again(4, TTHC="2"), again(5, TTHC="2"), file(9)]
    city.read(*now)
    assert city.read(*now) == []
    assert city.read(*now, again(6, TTHC="2")) == []


def test_one_that_had_ended_has_not_vanished(city: City) -> None:
    city.read(again(0, KetThuc="2026-10-02T09:00:00"), again(1, TrangThai="9", TTHC="2"), file(9))
    now = [again(3), again(4, TTHC="2"), file(9)]
    city.read(*now)
    assert city.read(*now) == []


def test_a_file_that_stood_beside_it_before_is_no_new_one(city: City) -> None:
    city.read(again(0), again(1), file(9))
    city.read(again(1), file(9))
    assert city.read(again(1), file(9)) == []


def test_many_that_come_back_are_one_row(city: City) -> None:
    before = [again(number, TiepNhan=f"2026-09-01T08:0{number}:00") for number in range(5)]
    city.read(*before)
    now = [again(number + 10, TiepNhan=f"2026-09-01T08:0{number}:00") for number in range(5)]
    city.read(*now)
    (row,) = city.read(*now)
    assert (row.kind, row.files, row.file, row.unit, row.section) == ("came_back", 5, None, "H26.1", "Phòng 1")


def test_many_that_come_back_are_listed_with_both_codes_and_closed_when_each_is_back_again(city: City) -> None:
    before = [again(number, TiepNhan=f"2026-09-01T08:0{number}:00") for number in range(5)]
    now = [again(number + 10, TiepNhan=f"2026-09-01T08:0{number}:00", HenTra="2026-10-30") for number in range(5)]
    city.read(*before, file(30), file(31))
    city.read(file(30), file(31))
    (row,) = city.read(*now, file(31))
    listed = city.listed(row.code)
    assert [(each["file_before"], each["file"]) for each in listed] == [
        (one["Ma"], other["Ma"]) for one, other in zip(before, now, strict=True)
    ]
    assert {(each["unit"], local_of(each["before_at"]), local_of(each["after_at"])) for each in listed} == {
        ("H26.1", "2026-10-09 17:00", "2026-10-30 00:00")
    }
    # what vanishes now makes the same rows be looked at again: they were told, also where they are few by now
    (row,) = city.read(*now, before[0], file(31))
    assert (row.files, row.explained_by) == (5, None)
    assert [each["why"] for each in city.listed(row.code)] == ["put_back", *[None] * 4]
    (row,) = city.read(*before, file(31))
    assert (row.files, row.explained_by) == (5, "put_back")


def test_codes_of_another_column_are_no_new_codes(city: City) -> None:
    city.read(again(0, Khac="H26.1-260901-7777"), file(9, Khac="H26.1-260901-7778"))
    city.intake.settings = city._source(fields={**READ, "code": "Khac"})
    now = [again(0, Khac="H26.1-260901-7777"), file(9, Khac="H26.1-260901-7778")]
    city.read(*now)
    assert city.read(*now) == []


def test_the_fields_of_the_dataset_are_columns_of_its_table() -> None:
    assert {each.name for each in CHANGES.given} <= set(field_changes_table.c.keys())
    assert MONDAY.tzinfo is not None
