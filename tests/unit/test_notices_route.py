"""Whose matter a finding is: the unit's head, the office, the owner of a field, a unit that the rule names."""

from dataclasses import replace
from datetime import date

import pytest

from alertd.model.directory import Contact, Owner, Successor
from alertd.model.reach import Instead, Reach
from alertd.model.rule import Addressee, To
from alertd.model.words import Role
from alertd.notices.route import Router
from tests.notice_city import LAN, MINH, OFFICE, OVERDUE, PEOPLE, reach_of

TODAY = date(2026, 10, 5)
UNHEARD = Contact("H26.3", Role.HEAD, "Không Địa Chỉ")


def heard(
    kind: Addressee, unit: str, field: str = "", *, named: str = "", reach: Reach | None = None
) -> tuple[str, str]:
    rule = replace(OVERDUE, to=To(kind, named))
    owners = (Owner("Đất đai", "publish", "H26.2"), Owner("", "announce", "H26.1"))
    successors = (Successor("H26.9", "Đất đai", "H26.1"), Successor("H26.9", "Hộ tịch", "H26.2"))
    found = reach or reach_of((*PEOPLE, UNHEARD), TODAY, {}, owners=owners, successors=successors)
    recipient = Router(found).recipient(rule, unit, field)
    assert recipient is not None
    return recipient.contact.name, recipient.instead.value if recipient.instead else ""


@pytest.mark.parametrize(
    ("kind", "unit", "field", "who", "instead"),
    [
        (Addressee.UNIT_HEAD, "H26.1", "", LAN, ""),
        (Addressee.UNIT_HEAD, "", "", OFFICE, Instead.NO_UNIT),
        (Addressee.UNIT_HEAD, "H99", "", OFFICE, Instead.NO_UNIT),
        (Addressee.UNIT_HEAD, "H26.3", "", OFFICE, Instead.NOT_REACHABLE),
        (Addressee.UNIT_HEAD, "H26.9", "Hộ tịch", MINH, ""),
        (Addressee.UNIT_HEAD, "H26.9", "Y tế", OFFICE, Instead.UNIT_ENDED),
        (Addressee.OFFICE, "H26.1", "", OFFICE, ""),
        (Addressee.OWNER_OF_PUBLISHING, "H26.1", "Đất đai", MINH, ""),
        (Addressee.OWNER_OF_PUBLISHING, "H26.1", "Y tế", OFFICE, Instead.NO_OWNER),
        (Addressee.OWNER_OF_ANNOUNCING, "", "Y tế", LAN, ""),
    ],
)
def test_who_hears(kind: Addressee, unit: str, field: str, who: Contact, instead: str) -> None:
    assert heard(kind, unit, field) == (who.name, instead)


def test_a_unit_that_the_rule_names_hears_of_all_units() -> None:
    assert heard(Addressee.UNIT, "H26.1", named="H26.2") == (MINH.name, "")


def test_where_nobody_at_all_can_be_reached_there_is_no_recipient() -> None:
    nobody = reach_of((UNHEARD,), TODAY, {})
    assert Router(nobody).recipient(OVERDUE, "H26.3", "") is None
