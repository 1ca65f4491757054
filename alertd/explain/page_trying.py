"""A trial of a draft as lines and a table for an office clerk: what it finds, what that changes, samples with their reason."""

from collections.abc import Callable, Iterator, Sequence

from alertd.explain.trial import Compared, Sample, Trial
from alertd.explain.verdicts import Part, Verdict
from alertd.explain.voice import Voice
from alertd.model.words import Level
from alertd.rules.speak_condition import name_of, number_of, said

_FEW = 0.01  # share of the records below which an empty value is told as "under 1%"


def head_lines(found: Trial, voice: Voice, unit: str = "") -> Iterator[str]:
    """What was tried, on what, and what it comes to."""
    rule, number = found.draft.rule, _numbers(voice)
    yield voice.say("try_head", rule=rule.id, title=rule.name(voice.language), file=rule.file)
    yield voice.say(
        "try_at_unit" if unit else "try_at",
        time=voice.time(found.at.now),
        day=voice.day(found.at.today),
        records=number(found.records),
        dataset=voice.name(rule.dataset),
        unit=voice.unit(unit),
    )
    yield ""
    if not found.records and not unit:
        yield voice.say("try_no_records")
        return
    levels = (f"{voice.word(level)} {number(found.of_level(level))}" for level in Level if found.of_level(level))
    yield (
        voice.say("try_found", count=number(found.alerts), levels=", ".join(levels))
        if found.alerts
        else voice.say("try_none")
    )
    if found.of_level(0):
        yield voice.say("try_excluded", count=number(found.of_level(0)))
    if found.unreached:
        yield voice.say("try_unreached", levels=", ".join(voice.word(level) for level in found.unreached))
    yield _against(found, voice)


def _against(found: Trial, voice: Voice) -> str:
    force, number = found.force, _numbers(voice)
    if force is None:
        return voice.say("try_alone")
    version = force.rule.version
    if version == found.draft.rule.version:
        return voice.say("try_same_text", version=version)
    if found.compared is None:
        return voice.say("try_other_dataset", version=version)
    totals = {name: sum(getattr(found.compared, name).values()) for name in Compared.__slots__}
    if not any(totals[name] for name in ("new", "gone", "worse", "milder")):
        return voice.say("try_no_change", version=version)
    return voice.say("try_against", version=version, **{name: number(count) for name, count in totals.items()})


def unit_table(found: Trial, voice: Voice) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    """The columns and a row for each unit; columns in which nothing stands are left out."""
    columns = [
        voice.say("try_unit"),
        *(voice.word(level) for level in Level),
        voice.say("try_out"),
        voice.say("try_sum"),
    ]
    columns += [voice.say("try_new"), voice.say("try_gone")]
    rows = []
    for unit in found.units:
        counts: list[int] = [found.found.get((unit, level), 0) for level in (*Level, 0)]
        counts.append(sum(counts[:-1]))
        counts += [each.get(unit, 0) for each in _moved(found.compared)]
        rows.append((voice.unit(unit), counts))
    kept = [place for place in range(len(columns) - 1) if any(counts[place] for _, counts in rows)]
    number = _numbers(voice)
    told = [(unit, *(number(counts[place]) if counts[place] else "" for place in kept)) for unit, counts in rows]
    return [columns[0], *(columns[place + 1] for place in kept)], told


def sample_lines(found: Trial, voice: Voice) -> Iterator[str]:
    """Samples with the reason; then what narrowly misses, and of what there is nothing to compare."""
    number = _numbers(voice)
    yield from _samples(voice.say("try_worst"), found.worst, voice)
    if found.compared is not None:
        for key, samples, counts in (
            ("try_only_draft", found.new, found.compared.new),
            ("try_only_force", found.gone, found.compared.gone),
        ):
            yield from _samples(voice.say(key, count=number(sum(counts.values()))), samples, voice)
    if found.misses:
        yield ""
        yield voice.say("try_misses")
    for miss in found.misses:
        part = voice.say("try_no_level") if miss.node is None else f"[ ] {said(miss.node, voice.language)}"
        key = "try_miss_empty" if miss.empty else "try_miss"
        yield f"  {voice.say(key, part=part, count=number(miss.count), empty=number(miss.empty))}"
        yield from (f"    - {line}" for sample in miss.samples for line in _sample(sample, voice, missing=True))
    if found.empty:
        yield ""
        yield voice.say("try_empty")
    for name, (count, of) in found.empty.items():
        told = name_of(found.draft.rule.fields[name], voice.language)
        share = _share(count, of, voice)
        yield "  " + voice.say("try_empty_field", field=told, count=number(count), records=number(of), share=share)


def _samples(heading: str, samples: Sequence[Sample], voice: Voice) -> Iterator[str]:
    if not samples:
        return
    yield ""
    yield heading
    yield from (f"  - {line}" for sample in samples for line in _sample(sample, voice, missing=False))


def _sample(sample: Sample, voice: Voice, *, missing: bool) -> Iterator[str]:
    """One line: whose it is, how bad, and the values by which that is so (or of the part that does not hold)."""
    verdict = sample.verdict
    told = [sample.key, voice.unit(sample.unit)]
    if sample.level is not None:
        told.append(voice.word(sample.level))
    failing = [part for part in verdict.parts if not part.holds and (part.level is None or missing)]
    parts = failing if failing and (missing or verdict.level is None) else list(verdict.parts)
    values = "; ".join(_values(verdict, parts, voice))
    yield f"{' · '.join(told)}: {values}"


def _values(verdict: Verdict, parts: Sequence[Part], voice: Voice) -> Iterator[str]:
    """Each value once; what is measured first."""
    if verdict.rule.measure and verdict.measure is not None:
        yield f"{verdict.measured} = {voice.value(verdict.rule.measure, verdict.measure)}"
    known = {name: value for part in parts for name, value in part.values.items()}
    for name, value in known.items():
        if name in verdict.rule.fields and name != verdict.rule.measure:
            yield f"{name_of(verdict.rule.fields[name], voice.language)} = {voice.value(name, value)}"


def _moved(compared: Compared | None) -> Iterator[dict[str | None, int]]:
    yield dict(compared.new) if compared is not None else {}
    yield dict(compared.gone) if compared is not None else {}


def _share(count: int, of: int, voice: Voice) -> str:
    share = count / of if of else 0.0
    return f"< {number_of(1, voice.language)}%" if share < _FEW else f"{number_of(round(share * 100), voice.language)}%"


def _numbers(voice: Voice) -> Callable[[int], str]:
    return lambda count: number_of(count, voice.language)
