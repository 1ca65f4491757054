"""What somebody means by a version: the folder, what is in force, a set or a rule by its hash; as texts by rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session

from alertd.errors import Refused, Said
from alertd.model.alerts import RuleVersion
from alertd.model.base import table_of
from alertd.rules import releases
from alertd.rules.folder import read_texts
from alertd.rules.releases import Released

FOLDER, LIVE = "folder", "live"
_SHORT = 4  # characters of a version that are enough to name it, where only one begins so
_v = table_of(RuleVersion).c


@dataclass(frozen=True, slots=True)
class Chosen:
    """``texts`` by rule; ``one``: it is a rule's version, so that nothing else is compared. ``name``: as it is shown."""

    name: str
    texts: Mapping[str, str]
    one: bool = False


def chosen(session: Session, word: str, folder: Path, *, live: bool) -> Chosen:
    """Raises Refused for what nobody knows, or what could be several."""
    if word == FOLDER:
        try:
            return Chosen(FOLDER, read_texts(folder))
        except OSError as error:
            why = error.strerror
            raise Refused(
                Said(f"the folder of rules cannot be read: {why}", f"không đọc được thư mục quy tắc: {why}")
            ) from None
    sets = releases.history(session)
    if word == LIVE:
        running = releases.in_force(session) if live else next(iter(sets), None)
        if running is None:
            raise Refused(Said("no set has been in force here yet", "chưa có bộ quy tắc nào có hiệu lực"))
        return _of_set(session, running)
    found = {each.version: each for each in reversed(sets) if _means(word, each.version)}
    rules = session.connection().execute(select(_v.version, _v.rule, _v.text)).all() if not found else []
    texts = {row.version: (row.rule, row.text) for row in rules if _means(word, row.version)}
    if len(found) + len(texts) != 1:
        many = bool(found or texts)
        raise Refused(_several(word) if many else _unknown(word))
    if found:
        return _of_set(session, next(iter(found.values())))
    (version, (rule, text)) = next(iter(texts.items()))
    return Chosen(version, {rule: text}, one=True)


def _of_set(session: Session, released: Released) -> Chosen:
    return Chosen(released.version, releases.texts_of(session, released))


def _means(word: str, version: str) -> bool:
    return len(word) >= _SHORT and version.startswith(word)


def _several(word: str) -> Said:
    return Said(
        f"several versions begin with {word!r}; write more of it (`alertd rules history` lists them)",
        f"có nhiều phiên bản bắt đầu bằng {word!r}; xin ghi dài hơn (xem `alertd rules history`)",
    )


def _unknown(word: str) -> Said:
    return Said(
        f"there is no version {word!r}; write folder, live, or a version that `alertd rules history` lists",
        f"không có phiên bản {word!r}; ghi folder, live hoặc một phiên bản có trong `alertd rules history`",
    )
