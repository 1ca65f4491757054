"""The data of a record as lines: which source says what, where they differ, how it was before, what rules see."""

from collections.abc import Iterator

from alertd.explain.copies import Compared, Standing, standing
from alertd.explain.explanation import Explanation
from alertd.explain.records import Copy, Version
from alertd.explain.voice import Voice
from alertd.model.dataset import Dataset


def data_lines(found: Explanation, voice: Voice) -> Iterator[str]:
    record, dataset = found.record, found.dataset
    for copy in record.copies:
        yield "; ".join(_copy(found, copy, voice))
    yield from _side_by_side(found, voice)
    for version in record.versions:
        yield _version(dataset, version, voice)
    if record.seen is None:
        yield voice.say("no_seen" if record.copies else "no_copy")
        return
    if not record.present:
        yield voice.say("not_yet")
    for name, value in record.seen.items():
        if value is not None and name != dataset.key:
            yield f"- {voice.field(dataset, name)}: {voice.value(name, value)}"


def _copy(found: Explanation, copy: Copy, voice: Voice) -> Iterator[str]:
    authority = found.authorities.get(copy.source)
    name = voice.say("no_source" if authority is None else "authority", source=copy.source, authority=authority)
    if copy.gone_at is not None:
        yield voice.say("copy_gone", source=name, at=voice.moment(copy.gone_at))
    why = standing(copy, found.record.copies, found.authorities)
    if why is not Standing.GONE:
        said = voice.say("copy_seen" if copy.preferred else "copy_other", source=name, why=voice.word(why))
        yield said if copy.gone_at is None else voice.word(why)
    yield voice.say("copy_changed", at=voice.moment(copy.changed_at))
    fresh = found.freshness.get(copy.source)
    if fresh is not None and fresh.as_of is not None:
        yield voice.say("copy_as_of", at=voice.moment(fresh.as_of))
    if fresh is not None and fresh.doubt is not None:
        yield voice.word(fresh.doubt)
    if copy.unit_named:
        yield voice.say("copy_unit", name=copy.unit_named)


def _side_by_side(found: Explanation, voice: Voice) -> Iterator[str]:
    """A table: a line for each field, a column for each copy; marked where they differ."""
    if not found.compared:
        return
    fields = {row.field: voice.field(found.dataset, row.field) for row in found.compared}
    differ = [fields[row.field] for row in found.compared if row.differs]
    yield voice.say("differ", fields="; ".join(differ)) if differ else voice.say("agree")
    sources = list(found.compared[0].values)
    lines = [["", *sources]]
    lines += [
        [_mark(row) + fields[row.field], *(_cell(row, source, voice) for source in sources)] for row in found.compared
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(sources) + 1)]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _mark(row: Compared) -> str:
    return "≠ " if row.differs else "  "


def _cell(row: Compared, source: str, voice: Voice) -> str:
    return voice.value(row.field, row.values[source]) if source in row.given else voice.say("not_given")


def _version(dataset: Dataset, version: Version, voice: Voice) -> str:
    told = (
        f"{voice.field(dataset, name)} {voice.value(name, value)}"
        for name, value in version.fields.items()
        if value is not None and name in dataset.fields
    )
    start, end = voice.moment(version.known_from), voice.moment(version.known_to)
    return voice.say("version", source=version.source, start=start, end=end, values="; ".join(told))
