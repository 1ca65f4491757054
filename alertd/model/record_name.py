"""What a record is called where people read of it: by its code, or in words where its code is put together by alertd. Pure."""

from alertd.model import called
from alertd.model.changes import CHANGES
from alertd.model.directory import Directory
from alertd.model.index import INDEX_READINGS
from alertd.model.index_words import known
from alertd.model.period import period_of
from alertd.model.periods import UNIT_PERIODS
from alertd.model.words import Grain

_WORDS = {
    "vi": {
        "reading": "Chỉ số {when}: {what}",
        "result": "Kết quả {when}",
        "field": "lĩnh vực {name}",
        "procedure": "thủ tục {name}",
        "poll": "Lần đọc nguồn số {number}: {what}",
        "change": "{file}: {what}",
    },
    "en": {
        "reading": "Index, {when}: {what}",
        "result": "Results of {when}",
        "field": "field {name}",
        "procedure": "procedure {name}",
        "poll": "Reading {number} of the source: {what}",
        "change": "{file}: {what}",
    },
}


def record_name(dataset: str, code: str, language: str, directory: Directory | None = None) -> str:
    """``Chỉ số tháng 9/2026, Sở Xây dựng: tổng điểm``. ``directory`` None: without the unit, for it is named beside it. A code
    that is not put together as it should be stands as it is."""
    parts = code.split("/")
    if dataset == INDEX_READINGS.name and len(parts) > 2:
        return _reading(parts[0], "/".join(parts[1:-1]), parts[-1], language, directory)
    if dataset == UNIT_PERIODS.name and len(parts) > 1:
        return _result(parts[0], parts[1], parts[2:], language, directory)
    if dataset == CHANGES.name and len(parts) > 1:
        return _change(parts, language)
    return code


def has_words(dataset: str) -> bool:
    """Whether its records go by words: nobody writes their codes."""
    return dataset in (INDEX_READINGS.name, UNIT_PERIODS.name, CHANGES.name)


def _reading(period: str, unit: str, indicator: str, language: str, directory: Directory | None) -> str:
    found = known(indicator)
    what = indicator if found is None else _small(found.vi if language == "vi" else found.en)
    when = _when(period, language)
    if directory is not None and unit:
        when += f", {directory.name_of(unit)}"
    return _WORDS[language]["reading"].format(when=when, what=what)


def _result(period: str, grain: str, rest: list[str], language: str, directory: Directory | None) -> str:
    """The rest of the code as derive/period_rows.py puts it together: the unit, but of a procedure, then the name."""
    words = _WORDS[language]
    said = [words["result"].format(when=_when(period, language))]
    unit, name = ("", "/".join(rest)) if grain == Grain.PROCEDURE else (rest[0] if rest else "", "/".join(rest[1:]))
    if grain == Grain.CITY:
        said.append(called.WORDS[language].get(Grain.CITY, "the whole city"))
    if name:
        said.append(words[grain].format(name=name) if grain in words else name)
    if directory is not None and unit:
        said.append(directory.name_of(unit))
    return ", ".join(said)


def _change(parts: list[str], language: str) -> str:
    """``poll n/kind``, or ``file/kind/time``."""
    number = parts[0].removeprefix("poll ")
    if len(parts) == 2 and number != parts[0]:
        return _WORDS[language]["poll"].format(number=number, what=called.WORDS[language].get(parts[1], parts[1]))
    if len(parts) < 3:
        return "/".join(parts)
    what = called.WORDS[language].get(parts[-2], parts[-2])
    return _WORDS[language]["change"].format(file="/".join(parts[:-2]), what=what)


def _when(period: str, language: str) -> str:
    span = period_of(period)
    return span.named(language) if span else period


def _small(text: str) -> str:
    """Within a sentence; what is written in capitals stays so."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
