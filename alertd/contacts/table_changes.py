"""What a new content of the tables changed: who is new, who left, whose address or days are others; a few lines. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from alertd.model.directory import Contact, Directory, UnitRow, fold_name

_MOST = 12  # changes that are named one by one; the others are counted
_LINE = 240  # characters of a line, file and time included it is one line in a message
_WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "new": "thêm {name} ({unit})",
        "gone": "bỏ {name} ({unit})",
        "address": "{name} ({unit}) đổi thư điện tử thành {to}",
        "no_address": "{name} ({unit}) không còn thư điện tử",
        "until": "{name} ({unit}) giữ nhiệm vụ đến hết {to}",
        "ends": "{name} ({unit}) hoạt động đến hết {to}",
        "days": "{name} ({unit}) đổi thời gian giữ nhiệm vụ",
        "other": "{name} ({unit}) đổi thông tin",
        "rows": "thêm {new} dòng, bỏ {gone} dòng",
        "more": "và {count} thay đổi khác",
        "nothing": "cách viết, không đổi nội dung",
    },
    "en": {
        "new": "{name} ({unit}) is new",
        "gone": "{name} ({unit}) is gone",
        "address": "{name} ({unit}) has another e-mail address, {to}",
        "no_address": "{name} ({unit}) has no e-mail address any more",
        "until": "{name} ({unit}) is named until {to}",
        "ends": "{name} ({unit}) ends on {to}",
        "days": "{name} ({unit}) is named for other days",
        "other": "{name} ({unit}) is described otherwise",
        "rows": "{new} rows are new, {gone} are gone",
        "more": "and {count} further changes",
        "nothing": "its spelling, not what it says",
    },
}


def what_changed(table: str, before: Directory, after: Directory, language: str) -> list[str]:
    """The changes of one table, several to a line; at least one line."""
    words = _WORDS[language]
    if table == "contacts":
        found = list(_people(before, after, words))
    elif table == "units":
        found = list(_units(before.by_code, after.by_code, words))
    else:
        found = _rows(getattr(before, table), getattr(after, table), words)
    if len(found) > _MOST:
        found = [*found[:_MOST], words["more"].format(count=len(found) - _MOST)]
    return _lines(found or [words["nothing"]])


def _people(before: Directory, after: Directory, words: Mapping[str, str]) -> Iterator[str]:
    """Somebody is who has a name in a role of a unit; in another role he is new there."""
    was, now = _by_place(before), _by_place(after)
    for place, contact in now.items():
        unit = after.name_of(contact.unit)
        if place not in was:
            yield words["new"].format(name=contact.name, unit=unit)
        elif (old := was[place]) != contact:
            yield _said(old, contact, unit, words)
    for place, contact in was.items():
        if place not in now:
            yield words["gone"].format(name=contact.name, unit=before.name_of(contact.unit))


def _by_place(directory: Directory) -> dict[tuple[str, str, str], Contact]:
    return {(contact.unit, contact.role, fold_name(contact.name)): contact for contact in directory.contacts}


def _said(old: Contact, new: Contact, unit: str, words: Mapping[str, str]) -> str:
    if old.email.casefold() != new.email.casefold():
        return words["address" if new.email else "no_address"].format(name=new.name, unit=unit, to=new.email)
    if old.valid_to != new.valid_to and new.valid_to is not None and old.valid_from == new.valid_from:
        return words["until"].format(name=new.name, unit=unit, to=_day(new.valid_to))
    other = "days" if (old.valid_from, old.valid_to) != (new.valid_from, new.valid_to) else "other"
    return words[other].format(name=new.name, unit=unit)


def _units(was: Mapping[str, UnitRow], now: Mapping[str, UnitRow], words: Mapping[str, str]) -> Iterator[str]:
    for code, unit in now.items():
        if code not in was:
            yield words["new"].format(name=unit.name, unit=code)
        elif was[code] != unit:
            ends = unit.valid_to is not None and was[code].valid_to != unit.valid_to
            day = _day(unit.valid_to) if unit.valid_to else ""
            yield words["ends" if ends else "other"].format(name=unit.name, unit=code, to=day)
    for code, unit in was.items():
        if code not in now:
            yield words["gone"].format(name=unit.name, unit=code)


def _rows(was: Sequence[object], now: Sequence[object], words: Mapping[str, str]) -> list[str]:
    new, gone = len(set(now) - set(was)), len(set(was) - set(now))
    return [words["rows"].format(new=new, gone=gone)] if new or gone else []


def _lines(found: Sequence[str]) -> list[str]:
    lines = [""]
    for each in found:
        if lines[-1] and len(lines[-1]) + len(each) > _LINE:
            lines.append(each)
        else:
            lines[-1] = f"{lines[-1]}; {each}" if lines[-1] else each
    return lines


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
