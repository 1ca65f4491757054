"""The data of a record as lines: which source says what, where they differ, how it was before, what rules see."""

from collections.abc import Iterator

from alertd.explain.explanation import Explanation
from alertd.explain.records import Copy, Version
from alertd.explain.voice import Voice
from alertd.model.dataset import Dataset


def data_lines(found: Explanation, voice: Voice) -> Iterator[str]:
    record, dataset = found.record, found.dataset
    for copy in record.copies:
        yield "; ".join(_copy(found, copy, voice))
    for name, values in found.differences.items():
        told = "; ".join(f"{source} = {voice.value(name, value)}" for source, value in values.items())
        yield voice.say("differ", field=voice.field(dataset, name), values=told)
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
    if copy.gone_at is not None:
        yield voice.say("copy_gone", source=copy.source, at=voice.moment(copy.gone_at))
    else:
        yield voice.say("copy_seen" if copy.preferred else "copy_other", source=copy.source)
    yield voice.say("copy_changed", at=voice.moment(copy.changed_at))
    fresh = found.freshness.get(copy.source)
    if fresh is not None and fresh.as_of is not None:
        yield voice.say("copy_as_of", at=voice.moment(fresh.as_of))
    if fresh is not None and fresh.doubt is not None:
        yield voice.word(fresh.doubt)
    if copy.unit_named:
        yield voice.say("copy_unit", name=copy.unit_named)


def _version(dataset: Dataset, version: Version, voice: Voice) -> str:
    told = (
        f"{voice.field(dataset, name)} {voice.value(name, value)}"
        for name, value in version.fields.items()
        if value is not None and name in dataset.fields
    )
    start, end = voice.moment(version.known_from), voice.moment(version.known_to)
    return voice.say("version", source=version.source, start=start, end=end, values="; ".join(told))
