"""How often a due date was put off, and for which day an apology was: as merges leave them, on both databases."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from alertd.model.base import table_of
from alertd.model.files import FileHistory, files_table
from alertd.store.database import Store
from tests.integration.intake_site import FIELDS, Intake, file, settings_of

DUE_DAY = date(2026, 10, 9).toordinal()
MAPPED = {**FIELDS, "apology_at": "XinLoi", "new_due_at": "HenMoi"}


@pytest.fixture
def intake(store: Store) -> Intake:
    return Intake(store, settings_of(fields=MAPPED))


def read(intake: Intake, **given: Any) -> tuple[Any, Any]:
    """One more poll of the file, and what is stored of it then."""
    intake.poll([file(0, **given), file(1)])
    row = intake.row(0)
    return row.times_put_off, row.apology_due_day


def due(day: int, hour: int = 17) -> str:
    return f"2026-10-{day:02}T{hour}:00:00"


def put_off(intake: Intake, *steps: dict[str, Any]) -> list[Any]:
    return [read(intake, **step)[0] for step in steps]


def test_a_later_day_counts_and_an_earlier_one_or_another_hour_does_not(intake: Intake) -> None:
    days = [due(9), due(9, 18), due(8), due(9), due(14), due(13), due(16)]
    assert put_off(intake, *({"HenTra": day} for day in days)) == [0, 0, 0, 0, 1, 1, 2]


def test_a_day_off_that_means_the_same_working_day_is_no_later_one(intake: Intake) -> None:
    assert put_off(intake, {"HenTra": due(10)}, {"HenTra": due(11)}, {"HenTra": due(12)}, {"HenTra": due(13)}) == [
        0,
        0,
        0,
        1,
    ]


def test_by_the_minute_a_later_hour_counts(store: Store) -> None:
    intake = Intake(store, settings_of(fields=MAPPED, due_by="minute"))
    assert put_off(intake, {"HenTra": due(9)}, {"HenTra": due(9, 18)}) == [0, 1]


ASKED = [{"Ngay": "2026-10-01T08:00:00", "TraLoi": ""}]
ANSWERED = [{"Ngay": "2026-10-01T08:00:00", "TraLoi": "2026-10-04T08:00:00"}]


def test_the_date_that_follows_the_citizens_answer_is_no_putting_off(intake: Intake) -> None:
    steps: list[dict[str, Any]] = [
        {"HenTra": due(9)},
        {"HenTra": due(9), "BoSung": ASKED},
        {"HenTra": due(12), "BoSung": ASKED},  # while he is waited for
        {"HenTra": due(14), "BoSung": ANSWERED},  # with his answer
        {"HenTra": due(16), "BoSung": ANSWERED},  # and once more
    ]
    assert put_off(intake, *steps) == [0, 0, 0, 0, 1]


def test_nor_is_it_where_the_new_date_comes_some_polls_after_the_answer(intake: Intake) -> None:
    steps: list[dict[str, Any]] = [
        {"BoSung": ASKED},
        {"BoSung": ANSWERED},
        {"BoSung": ANSWERED, "HenMoi": due(14)},
        {"BoSung": ANSWERED, "HenMoi": due(16)},
    ]
    assert put_off(intake, *steps) == [0, 0, 0, 1]


def test_by_its_status_word_alone_it_is_known_that_it_waited(intake: Intake) -> None:
    steps = [{"TrangThai": "5"}, {"TrangThai": "4", "HenTra": due(14)}, {"TrangThai": "4", "HenTra": due(16)}]
    assert put_off(intake, *steps) == [0, 0, 1]


def test_what_a_new_mapping_changes_is_nobodys_putting_off(intake: Intake) -> None:
    read(intake)
    intake.settings = settings_of(fields={**MAPPED, "due_at": "HenKhac"})
    assert put_off(intake, {"HenKhac": due(14)}, {"HenKhac": due(16)}) == [0, 1]


def test_a_source_that_counts_itself_is_believed(store: Store) -> None:
    intake = Intake(store, settings_of(fields={**MAPPED, "times_put_off": "SoLan"}))
    steps = [{"SoLan": "1"}, {"SoLan": "1", "HenTra": due(14)}, {"SoLan": "2"}, {"SoLan": "1"}]
    assert put_off(intake, *steps) == [1, 1, 2, 1]


def test_of_a_file_that_was_put_off_before_it_was_read_once_is_known(store: Store) -> None:
    intake = Intake(store, settings_of(fields={**MAPPED, "first_due_at": "HenDau"}))
    first = {"HenDau": due(2)}
    assert put_off(intake, first, {**first, "HenTra": due(14)}) == [1, 2]


def test_a_file_that_was_answered_before_it_was_read_is_not_known_to_be_put_off(store: Store) -> None:
    intake = Intake(store, settings_of(fields={**MAPPED, "first_due_at": "HenDau"}))
    assert put_off(intake, {"HenDau": due(2), "BoSung": ANSWERED}) == [0]


def test_an_apology_is_for_the_day_that_stood_before_it(intake: Intake) -> None:
    days = [
        read(intake)[1],
        read(intake, HenTra=due(14), XinLoi=due(9))[1],
        read(intake, HenTra=due(20), XinLoi=due(9))[1],
    ]
    second = read(intake, HenTra=due(21), XinLoi=due(15))[1]
    none = read(intake, HenTra=due(21))[1]
    ordinals = [day and day - DUE_DAY for day in (*days, second, none)]
    assert ordinals == [None, 0, 0, 11, None]


def test_an_apology_that_was_there_from_the_beginning_is_for_the_due_date(intake: Intake) -> None:
    assert read(intake, XinLoi=due(12))[1] == DUE_DAY


def test_an_earlier_version_knows_how_often_it_had_been_put_off(intake: Intake, store: Store) -> None:
    put_off(intake, {"HenTra": due(9)}, {"HenTra": due(14)}, {"HenTra": due(16)})
    c = table_of(FileHistory).c
    with store.read() as session:
        rows = session.connection().execute(select(c.times_put_off).order_by(c.id)).scalars().all()
        now = session.connection().execute(select(files_table.c.times_put_off).order_by(files_table.c.code)).scalars()
        assert (rows, now.first()) == ([0, 1], 2)
