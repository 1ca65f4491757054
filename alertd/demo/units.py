"""What is true of the make-believe city: its units and procedures, read from the tables in data/. Nothing is made up here."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from alertd.model.directory import UnitRow

DATA = Path(__file__).parent / "data"
COMMUNE = "commune"  # the desk of a procedure that every ward and commune handles


@dataclass(frozen=True, slots=True)
class Procedure:
    """``unit`` answers for it in the catalogue; ``desk`` handles its files within ``days`` working days, in ``section``."""

    code: str
    name: str
    field: str
    unit: str
    desk: str
    days: int
    section: str
    level: int  # of online service: 3 partial, 4 whole
    fee: str


def units() -> list[UnitRow]:
    """All units that alertd's site knows, valid ones first."""
    return [
        UnitRow(row["code"], row["name"], row["kind"], row["parent"], _day(row["valid_from"]), _day(row["valid_to"]))
        for row in _rows("units.csv")
    ]


def procedures() -> list[Procedure]:
    return [
        Procedure(
            code=row["code"],
            name=row["name"],
            field=row["field"],
            unit=row["unit"],
            desk=row["desk"],
            days=int(row["days"]),
            section=row["section"],
            level=int(row["level"]),
            fee=row["fee"],
        )
        for row in _rows("procedures.csv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
