"""Codes of which one reading gives several rows that do not say the same: told to the office once, closed when it is over.

Rows that are alike (a list that moved on while its pages were read) are no trouble: nothing is left out.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from alertd.intake import index_log
from alertd.intake.site import IntakeSite
from alertd.intake.stage import Staged
from alertd.model.record_name import record_name
from alertd.store import troubles

_SAID: Mapping[str, str] = {
    "vi": "Nguồn “{source}”: có {count} mã đứng ở nhiều dòng khác nhau trong một lần đọc ({first}). Mỗi mã chỉ dòng cuối được"
    " tính. Đề nghị kiểm tra nguồn, hoặc chọn cột mã khác trong [sources.fields].",
    "en": "The source “{source}”: {count} codes stand in several rows of one reading that do not say the same ({first}). Of each"
    " code the last row counts. See to the source, or choose another column for the code under [sources.fields].",
}


def tell(session: Session, source: str, dataset: str, staged: Staged, site: IntakeSite, now: datetime) -> None:
    subject = f"twice:{source}"
    if not staged.contradicted:
        troubles.over(session, [subject], now=now)
        return
    first = "; ".join(_named(dataset, code, site) for code in staged.contradictory)
    first += "; …" if staged.contradicted > len(staged.contradictory) else ""
    said = _SAID[site.language].format(source=source, count=staged.contradicted, first=first)
    troubles.tell(session, [(subject, said)], now=now)


def _named(dataset: str, code: str, site: IntakeSite) -> str:
    item = code.rpartition("@")[0] if dataset == index_log.NAME else code
    return record_name(dataset, item, site.language, site.directory)
