"""What a draft of form 04 says of one file, and how drafts are bundled: from its record, and from what was said of its delay."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from alertd.model.alerts import alerts_table
from alertd.model.apologies import BLANK, Form04, cause_alerts_table, causes_table
from alertd.model.asof import AsOf
from alertd.model.dataset import Scope
from alertd.model.directory import Directory, fold_name
from alertd.model.files import FILES, files_table
from alertd.model.masked import FILE_CODE, masked
from alertd.model.message import Attachment
from alertd.model.procedures import procedures_table
from alertd.notices.clean import one_line
from alertd.settings.shapes import Settings

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ZIP = "application/zip"
_f = files_table.c
_NAME = "du-thao-xin-loi"
_NO_NAME = re.compile(r"[^A-Za-z0-9.]+")
_BODY = re.compile(r"^(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân)?\s*(?:thành phố|tỉnh|TP\.?)?\s*", re.IGNORECASE)
_OF_A_COMMITTEE = re.compile(r"[\s,]+(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân)\b.*$", re.IGNORECASE)
_HALF_A_POST = re.compile(r"(?:phó\s+)?(?:chánh|trưởng)", re.IGNORECASE)  # "Chánh Thanh tra Thành phố" is one whole
_COMMITTEE = (fold_name("UBND"), fold_name("Ủy ban nhân dân"))
_EDGES = " \t\n.,:;-–"  # of a reason, before and behind which the letter has its own
_LONG = 400  # characters of a name of a procedure, and of a reason


def form_of(settings: Settings, directory: Directory, at: AsOf, row: Mapping[Any, Any]) -> Form04:
    """What a draft says of a file; see `columns` for the row."""
    unit = one_line(directory.name_of(row["unit"]) or (row["unit_named"] or ""))
    heads = directory.heads(row["unit"], at.today) if row["unit"] else []
    due = _day(at, row["due_at"])
    # a date that is over, or the very one that was missed, is none that can be promised
    later = row["new_due_at"] if row["new_due_at"] is not None and row["new_due_at"] > at.now else None
    return Form04(
        site=one_line(settings.site.name),
        unit=unit or BLANK,
        unit_upper=unit.upper() or BLANK,
        parent_upper=_parent(directory, row["unit"]).upper(),
        place=settings.apologies.place or _BODY.sub("", one_line(settings.site.name)) or BLANK,
        year=str(at.today.year),
        code=one_line(row["code"]),
        procedure=_text(row["procedure"]),
        procedure_name=_text(row["procedure_name"], _LONG),
        received_on=_day(at, row["accepted_at"] or row["submitted_at"]),
        due_on=due,
        days_late=str(row["days_late"] or ""),
        reason=_reason(masked(row["said"] or row["late_cause"] or ""), row["code"]),
        new_due_on=_day(at, later) if _day(at, later) != due else BLANK,
        section=_text(row["section"]),
        contact=settings.apologies.contact or BLANK,
        signer_title=(post_of(one_line(heads[0].title), unit) if heads else "").upper() or "THỦ TRƯỞNG ĐƠN VỊ",
        signer=one_line(heads[0].name) if heads else "",
    )


def post_of(title: str, unit: str) -> str:
    """The post alone, as it stands above a signature: the letterhead names the body already (Nghị định 30/2020/NĐ-CP)."""
    post = _OF_A_COMMITTEE.sub("", title)
    if unit and post.lower().endswith(unit.lower()):
        post = post[: -len(unit)].rstrip(_EDGES)
    return title if not post or _HALF_A_POST.fullmatch(post) else post


def columns(at: AsOf) -> tuple[ColumnElement[Any], ...]:
    """What `form_of` reads of a file."""
    late = FILES.fields["working_days_late"].sql(Scope(files_table, at.live))
    names = (
        "code",
        "unit",
        "unit_named",
        "procedure",
        "section",
        "accepted_at",
        "submitted_at",
        "due_at",
        "new_due_at",
    )
    p = procedures_table.alias("named").c
    named = select(func.min(p.name)).where(p.code == _f.procedure, p.preferred.is_(True)).correlate(files_table)
    return (
        *(_f[name] for name in (*names, "late_cause")),
        late.label("days_late"),
        named.scalar_subquery().label("procedure_name"),
        _said().label("said"),
    )


def bundle(letters: Sequence[Form04], made: Sequence[bytes], unit: str, day: date) -> Attachment:
    """One .docx as it is; several in a .zip, each under its file's code."""
    names = [name_of(letter.code) for letter in letters]
    if len(made) == 1:
        return Attachment(names[0], WORD, made[0])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # a .docx is compressed already
        for name, content in zip(names, made, strict=True):
            archive.writestr(zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0)), content)
    slug = _plain(unit.lower())[:40].strip("-")
    return Attachment(f"{_NAME}-{slug}{'-' if slug else ''}{day:%Y%m%d}.zip", _ZIP, packed.getvalue())


def name_of(code: str) -> str:
    """ASCII alone: mail programs and phones differ about everything else."""
    return f"{_NAME}-{_plain(code)[:80]}.docx"


def _said() -> ColumnElement[Any]:
    """The last cause that was said of the file's alerts."""
    c, link, about = causes_table.c, cause_alerts_table.c, alerts_table.alias("about").c
    last = (
        select(c.text)
        .join(cause_alerts_table, link.cause_id == c.id)
        .join_from(cause_alerts_table, about.id.table, about.id == link.alert_id)
        .where(about.dataset == FILES.name, about.key == _f.code)
        .order_by(c.at.desc(), c.id.desc())
        .limit(1)
    )
    return last.correlate(files_table).scalar_subquery()


def _day(at: AsOf, moment: datetime | None) -> str:
    return BLANK if moment is None else f"{at.calendar.local(moment):%d/%m/%Y}"


def _parent(directory: Directory, unit: str | None) -> str:
    """Whose name stands above the unit's own (Nghị định 30/2020/NĐ-CP); above a people's committee stands none."""
    own = directory.by_code.get(unit or "")
    if own is None or fold_name(own.name).startswith(_COMMITTEE):
        return ""
    return one_line(directory.name_of(own.parent))


def _reason(said: str, code: str) -> str:
    """As a sentence of a letter goes on with it, without the code that stands above. Words about other files as well are for no
    citizen to read: the unit writes them anew."""
    own = re.sub(re.escape(code) + r"(?!\d)", "", said, flags=re.IGNORECASE)
    return BLANK if FILE_CODE.search(own) else _text(own.strip(_EDGES), _LONG)


def _text(value: str | None, most: int = 160) -> str:
    return one_line(value or "", most) or BLANK


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    return _NO_NAME.sub("-", folded).strip("-.")
