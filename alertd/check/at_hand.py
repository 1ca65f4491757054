"""Look into a site's store while its rules are checked: only to read, for a limited time, harmless where there is none.

Whoever checks a rule may have no store yet, or none that he can read: what is written is checked all the same, and one line
says why the records were not looked at.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from alertd.alerts.cycles import last_cycle
from alertd.check import probing, rules_data
from alertd.check.health import Seen
from alertd.check.rules_data_faults import warnings_of
from alertd.errors import AlertdError, CannotRun, Fault, Said
from alertd.model.asof import AsOf
from alertd.model.calendar import WorkingCalendar
from alertd.rules.evaluate import live_mode
from alertd.rules.rulebook import Rulebook
from alertd.store.calendar import current
from alertd.store.database import HEAD, Store
from alertd.store.dialect import kept_by_us
from alertd.store.unwell import cure_for

_UNWELL: tuple[type[Exception], ...] = (AlertdError, SQLAlchemyError, OSError)
# A million records take three or four; beyond it the person who waits is told, and the check goes on.
SECONDS = 20.0


@dataclass
class AtHand:
    """``faults``: warnings of rules by what the records show. ``left_out``: why the records were not looked at; else empty."""

    faults: list[Fault] = field(default_factory=list)
    left_out: str = ""


def at_hand(url: str, book: Rulebook, calendar: WorkingCalendar, now: datetime, *, seconds: float = SECONDS) -> AtHand:
    """What the records in the store at ``url`` say of the rules that can run. Nothing is raised, made, upgraded or written."""
    if not book.compiled:
        return AtHand()
    results: list[AtHand] = []

    def probe() -> list[Seen]:
        results.append(_looked(url, book, calendar, now))
        return []

    late = probing.run([probing.Probe("store", probe)], seconds=seconds)
    if results:
        return results[0]
    if late and late[0].what.startswith("no answer"):
        return AtHand(
            left_out=_not_looked(f"no answer within {seconds:.0f} s", f"không trả lời trong {seconds:.0f} giây")
        )
    return AtHand(left_out=_not_looked("a fault of alertd's own", "lỗi của chính hệ thống"))


def _not_looked(en: str, vi: str) -> Said:
    return Said(
        f"the records in the store were not looked at: {en}", f"chưa xem được các bản ghi trong kho dữ liệu: {vi}"
    )


def _looked(url: str, book: Rulebook, calendar: WorkingCalendar, now: datetime) -> AtHand:
    try:
        store = Store(url)
    except AlertdError as error:
        return AtHand(left_out=_not_looked(str(error), str(error)))
    try:
        if nothing := _nothing_there(store):
            return AtHand(left_out=_not_looked(str(nothing), nothing.vi))
        with store.read() as session:
            last = last_cycle(session)
            moment = now if last is None else max(now, last)  # a store with a made-up clock may be ahead of this one
            at = AsOf(moment, current(session, calendar), live_mode(session, moment))
            return AtHand(warnings_of(rules_data.look(session, book.compiled.values(), at)))
    except _UNWELL + store.dialect.errors as error:
        # of an unforeseen error the type alone: its text may hold an address with a secret in it
        why = str(error) if isinstance(error, CannotRun) else type(error).__name__
        unwell = cure_for(error.__cause__) if error.__cause__ is not None else None
        return AtHand(left_out=_not_looked(why, why if unwell is None else f"{store.shown}: {unwell.vi}"))
    finally:
        store.close()


def _nothing_there(store: Store) -> Said | None:
    """Why the store has nothing to look at; to open a file that is not there would make it."""
    file = store.file
    if file is not None and (not file.is_file() or not file.stat().st_size):
        return Said(
            f"{file.name} is not there yet; `alertd run --once` reads the sources into it",
            f"chưa có tệp {file.name}; lệnh `alertd run --once` đọc các nguồn vào tệp này",
        )
    if file is not None and not kept_by_us(file):
        return Said(f"{file.name} is not kept by alertd", f"tệp {file.name} không phải kho dữ liệu của alertd")
    version = store.version()
    if version is None:
        return Said("the store is empty", "kho dữ liệu chưa có gì")
    if version > HEAD:
        return Said(
            f"it has schema {version}, this alertd {HEAD}; update alertd",
            f"kho dữ liệu có phiên bản {version}, chương trình này dùng phiên bản {HEAD}; đề nghị cập nhật alertd",
        )
    if version < HEAD:
        return Said(
            f"it has schema {version}, this alertd {HEAD}; `alertd db upgrade` brings it up to date",
            f"kho dữ liệu có phiên bản {version}, chương trình này dùng phiên bản {HEAD}; đề nghị chạy `alertd db upgrade`",
        )
    return None
