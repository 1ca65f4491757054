"""What of a source's readings cannot be right: told to the office once per source and kind, and closed when it is over.

A unit or an indicator that nobody knows is told by itself, also where another one is out of order already.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from alertd.intake.index_log import NAME
from alertd.intake.site import IntakeSite
from alertd.intake.values import Expected
from alertd.model.base import table_of
from alertd.model.period import period_of
from alertd.model.polls import Reject
from alertd.model.record_name import record_name
from alertd.store import troubles

_SHOWN = 3  # examples
_BY_NAME = (Expected.UNIT, Expected.ONE_UNIT, Expected.INDICATOR)  # what names one thing, reading after reading
_NAMELESS = {"vi": "không ghi đơn vị", "en": "no unit written"}
_rejects = table_of(Reject).c
_SAID: Mapping[str, Mapping[Expected, str]] = {
    "vi": {
        Expected.UNIT: "Nguồn “{source}”: số liệu Bộ chỉ số có {count} đơn vị không có trong units.csv ({first}). Số liệu vẫn được"
        " lưu. Đề nghị bổ sung vào units.csv, khai tên tương ứng trong [sources.values.unit], hoặc chọn đơn vị bằng index.only.",
        Expected.ONE_UNIT: "Nguồn “{source}”: số liệu Bộ chỉ số có {count} tên chỉ nhiều đơn vị ({first}). Số liệu vẫn được lưu. Đề"
        " nghị khai mã đơn vị trong [sources.values.unit].",
        Expected.INDICATOR: "Nguồn “{source}”: có {count} mã chỉ số chưa biết ({first}). Số liệu vẫn được lưu. Đề nghị kiểm tra xem"
        " Bộ chỉ số có thay đổi hay không.",
        Expected.BEGUN: "Nguồn “{source}”: có số liệu Bộ chỉ số của kỳ chưa bắt đầu ({first}). Số liệu vẫn được lưu. Đề nghị kiểm"
        " tra nguồn.",
        Expected.MAXIMUM: "Nguồn “{source}”: có {count} điểm vượt điểm tối đa ({first}). Số liệu vẫn được lưu. Đề nghị kiểm"
        " tra nguồn.",
        Expected.SUM: "Nguồn “{source}”: có {count} tổng điểm khác với tổng sáu nhóm ({first}). Số liệu vẫn được lưu. Đề nghị kiểm"
        " tra nguồn.",
    },
    "en": {
        Expected.UNIT: "The source “{source}”: its readings of the index name {count} units that units.csv does not know ({first})."
        " They are kept. Add them to units.csv, write them under [sources.values.unit], or leave them out by index.only.",
        Expected.ONE_UNIT: "The source “{source}”: its readings of the index have {count} names that several units share ({first})."
        " They are kept. Write the unit's code under [sources.values.unit].",
        Expected.INDICATOR: "The source “{source}”: {count} codes of indicators are not known ({first}). They are kept. See whether"
        " the index has changed.",
        Expected.BEGUN: "The source “{source}”: readings of a period that has not begun ({first}). They are kept. See to the"
        " source.",
        Expected.MAXIMUM: "The source “{source}”: {count} scores are above their maximum ({first}). They are kept. See to the"
        " source.",
        Expected.SUM: "The source “{source}”: {count} totals are not the sum of their six groups ({first}). They are kept. See to"
        " the source.",
    },
}


def told_before(session: Session, source: str, poll: int | None) -> frozenset[str]:
    """Units and indicators that the readings believed last (``poll``) could not be matched with; to be asked for before those are
    forgotten. Of readings that were not believed nobody heard."""
    named = select(_rejects.value).where(
        _rejects.source == source,
        _rejects.poll_id == poll,
        _rejects.field.in_(("unit", "indicator")),
        _rejects.dropped.is_(False),
    )
    return frozenset(session.connection().execute(named).scalars())


def tell(
    session: Session,
    source: str,
    remarked: Mapping[Expected, Sequence[str]],
    site: IntakeSite,
    now: datetime,
    before: Collection[str] = (),
) -> None:
    """``remarked``: the distinct values of what was last read, by what should have stood there; ``before``: see `told_before`."""
    wrong, well = [], []
    for what, sentence in _SAID[site.language].items():
        values = sorted(remarked.get(what, ()), key=lambda value: value in before)  # what is new comes first
        if values:
            examples = (_worded(what, value, site) for value in values[:_SHOWN])
            first = "; ".join(examples) + ("; …" if len(values) > _SHOWN else "")
            said = sentence.format(source=source, count=len(values), first=first)
            if what in _BY_NAME and values[0] not in before:
                troubles.instead(session, _subject(source, what), said, now=now)
            else:
                wrong.append((_subject(source, what), said))
        else:
            well.append(_subject(source, what))
    troubles.tell(session, wrong, now=now)
    troubles.over(session, well, now=now)


def _worded(what: Expected, value: str, site: IntakeSite) -> str:
    """A value as people read it, without the codes of readings; the forms are those of index_rows.py and index_log.py."""
    language = site.language
    if what is Expected.BEGUN:
        return _period(value, language)
    if what is Expected.UNIT and not value:
        return _NAMELESS[language]
    item, colon, figures = value.rpartition(": ")
    if not colon or what not in (Expected.MAXIMUM, Expected.SUM):
        return value
    if language == "vi":
        figures = figures.replace(".", ",")
    if what is Expected.MAXIMUM:
        return f"{record_name(NAME, item, language, site.directory)}, {figures}"
    period, _, unit = item.partition("/")
    said = f"{site.directory.name_of(unit)}, " if unit else ""
    return f"{said}{_period(period, language)}: {figures}"


def _period(text: str, language: str) -> str:
    span = period_of(text)
    return span.named(language) if span else text


def _subject(source: str, what: Expected) -> str:
    return f"readings:{source}:{what.value}"
