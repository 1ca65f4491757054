"""Which columns of a source are kept: those that are mapped, and nothing else. Pure."""

import difflib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from alertd.errors import SourceFailed
from alertd.intake.sources.remarks import TOO_LONG, Remarks
from alertd.model.source import Raw
from alertd.settings.source_shapes import SourceSettings

_SHOWN = 200  # characters of an overlong value that go on, so that a person recognises it
_LISTED = 30  # column names in a message
_NAME = 60  # characters of each


def kept_columns(settings: SourceSettings) -> dict[str, str]:
    """Their top columns that are read → what for (our field, or ``as_of``).

    A name with a dot stands there twice, in full and by its first part, for it may reach into an object or be one name.
    """
    columns: dict[str, str] = {}
    for ours, theirs in settings.taken.items():
        columns.setdefault(theirs.root, ours)
        columns.setdefault(theirs.column or theirs.root, ours)
    if isinstance(settings.as_of, dict) and (name := settings.as_of.get("field", "")) and name not in settings.taken:
        columns.setdefault(name.split(".")[0], "as_of")
        columns.setdefault(name, "as_of")
    return columns


def keep(raw: Mapping[str, Any], columns: Collection[str], place: str, limit: int | None, remarks: Remarks) -> Raw:
    """The mapped part of a record; of a value longer than ``limit`` characters (None: any) only the beginning."""
    kept = {name: raw[name] for name in columns if name in raw}
    if limit is None:
        return kept
    for name, value in kept.items():
        length = _longest(value)
        if length > limit:
            remarks.add(TOO_LONG, f"{place}, column {name}: {length:,} characters, at most {limit:,} are read")
            kept[name] = _shortened(value, limit)
    return kept


def _longest(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        value = list(value.values())
    return max(map(_longest, value), default=0) if isinstance(value, list) else 0


def _shortened(value: Any, limit: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= limit else f"{value[:_SHOWN]}… ({len(value)} characters)"
    if isinstance(value, list):
        return [_shortened(item, limit) for item in value]
    if isinstance(value, dict):
        return {key: _shortened(item, limit) for key, item in value.items()}
    return value


def clean_name(name: object) -> str:
    """A column's name as it is compared: composed (NFC), without space around it or line breaks in it."""
    return " ".join(unicodedata.normalize("NFC", str(name)).split())


def locate(header: Sequence[object], settings: SourceSettings, place: str) -> dict[int, str]:
    """Positions of the mapped columns in a header → their names as config.toml writes them.

    Raises SourceFailed("schema"): a mapped column is not there, or is there twice.
    """
    names = [clean_name(name) for name in header]
    found: dict[int, str] = {}
    for ours, theirs in settings.taken.items():
        _find(names, {theirs.column or theirs.root, theirs.root}, f"{theirs.root} (for {ours})", place, found)
    if isinstance(settings.as_of, dict) and (name := settings.as_of.get("field", "")) and name not in settings.taken:
        _find(names, {name}, f"{name} (for as_of)", place, found)
    return found


def _find(names: list[str], spellings: set[str], shown: str, place: str, found: dict[int, str]) -> None:
    for spelling in sorted(spellings, key=len, reverse=True):
        cleaned = clean_name(spelling)
        if names.count(cleaned) > 1:
            times = names.count(cleaned)
            raise SourceFailed(
                "schema",
                f"{place}: the column {cleaned!r} is there {times} times; give each its own name",
                vi=f"{place}: cột {cleaned!r} có {times} lần; đề nghị đặt cho mỗi cột một tên riêng",
            )
        if cleaned in names:
            found[names.index(cleaned)] = spelling
            return
    raise absent(shown, min(spellings, key=len), names, place)


def absent(shown: str, wanted: str, names: Sequence[str], place: str, said: str = "") -> SourceFailed:
    """What is missing, what is there, and what may have been meant; ``said``: what the source says of it."""
    names = [name if len(name) <= _NAME else f"{name[: _NAME - 1]}…" for name in names]
    by_folded = {name.casefold(): name for name in names if name}
    near = difflib.get_close_matches(clean_name(wanted).casefold(), by_folded, n=1)
    meant = by_folded[near[0]] if near else ""
    more = ", …" if len(by_folded) > _LISTED else ""
    there = ", ".join([name for name in names if name][:_LISTED]) + more
    english = f"{place}: no column {shown}; there are: {there or 'none'}" + (
        f"; did you mean {meant!r}?" if meant else "."
    )
    vietnamese = f"{place}: không có cột {wanted}; hiện có: {there or 'không cột nào'}" + (
        f" (có phải là {meant!r}?)" if meant else ""
    )
    cell = next((name for name in names if name), "")
    if len(by_folded) == 1 and (marks := [mark for mark in ";,\t|" if mark in cell]):
        shown_mark = {"\t": "\\t"}.get(marks[0], marks[0])
        english += f' All of it stands in one column: is delimiter = "{shown_mark}" meant?'
        vietnamese += f'. Cả dòng nằm trong một cột: có phải dấu phân cách là delimiter = "{shown_mark}"?'
    return SourceFailed(
        "schema",
        f"{english} Correct [sources.fields], or the source{said}",
        vi=f"{vietnamese}. Đề nghị sửa [sources.fields] hoặc tên cột của nguồn{said}",
    )


def header_position(rows: Sequence[Sequence[object]], settings: SourceSettings) -> int:
    """Which of the first rows is the header: the one with the most mapped names, for lists often begin with a title."""
    wanted = {clean_name(name) for name in kept_columns(settings)}
    hits = [len(wanted & {clean_name(cell) for cell in row}) for row in rows]
    if any(hits):
        return hits.index(max(hits))
    return next((position for position, row in enumerate(rows) if any(map(clean_name, row))), 0)
