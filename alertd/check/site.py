"""Faults of what people write for a site, besides those that each part finds by itself: what does not fit together."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from alertd.check.rules_data_faults import at_field
from alertd.errors import Fault, Said
from alertd.model.datasets import TAKEN_IN
from alertd.model.directory import Directory
from alertd.model.files import FILES
from alertd.model.index import INDEX_READINGS
from alertd.model.index_words import INDICATORS
from alertd.rules.condition_types import fields_in
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.rules.yaml_text import read_text
from alertd.settings.complaint import did_you_mean, named_places
from alertd.settings.shapes import Settings

# What alertd fills in by itself where no source gives it.
_KEPT = ("unit_since", "first_due_at", "times_put_off", "extensions", "maximum", "computed_at")


def misfits(settings: Settings, directory: Directory, rules: Rulebook) -> Iterator[Fault]:
    """Warnings: it runs like this, but somebody will hear nothing, or some rule find nothing, or too much."""
    yield from _nobody_in_the_office(settings, directory)
    yield from _datasets_without_source(settings, rules)
    yield from _of_the_index(settings, directory)
    yield from _of_the_drafts(settings, rules)
    for rule in rules.compiled.values():
        yield from _fields_without_source(settings, rule)


def _nobody_in_the_office(settings: Settings, directory: Directory) -> Iterator[Fault]:
    if directory.office and settings.units.contacts is not None:
        named = [contact for contact in directory.contacts if contact.unit == directory.office]
        if not any(contact.email or contact.phone for contact in named) and settings.telegram.token is None:
            office = directory.office
            what = Said(
                f"nobody of the city office ({office}) has an address, and it hears of all that nobody else hears",
                f"Văn phòng ({office}) chưa có ai có địa chỉ, trong khi mọi việc không có người nhận đều báo về Văn phòng",
            )
            cure = Said(
                f"add a row {office},head,NAME,TITLE,ADDRESS", f"đề nghị thêm dòng {office},head,HỌ TÊN,CHỨC VỤ,ĐỊA CHỈ"
            )
            yield Fault(str(settings.path(settings.units.contacts)), 0, 0, what, cure, warning=True)


def _of_the_index(settings: Settings, directory: Directory) -> Iterator[Fault]:
    """As which unit the whole city stands, and which indicators have a threshold; asked for once there are readings."""
    if all(source.dataset != INDEX_READINGS.name for source in settings.sources):
        return
    unit, file = settings.index.unit, str(settings.file)
    if unit and unit not in directory.by_code:
        what = Said(f"index.unit: unknown unit {unit!r}", f"index.unit: không có đơn vị {unit!r}")
        yield Fault(file, 0, 0, what, did_you_mean(unit, directory.by_code, 5), warning=True)
    elif not settings.index.city(directory):
        what = Said("index.unit: no unit stands for the whole city", "index.unit: chưa rõ đơn vị nào là toàn thành phố")
        cure = Said(
            "name it, or give one unit of units.csv the kind city",
            "đề nghị ghi mã đơn vị, hoặc đặt kind = city cho một đơn vị trong units.csv",
        )
        yield Fault(file, 0, 0, what, cure, warning=True)
    for code in settings.index.thresholds:
        if code not in INDICATORS:
            what = Said(f"index.thresholds: unknown indicator {code!r}", f"index.thresholds: không có chỉ số {code!r}")
            yield Fault(file, 0, 0, what, did_you_mean(code, INDICATORS, 5), warning=True)


def _of_the_drafts(settings: Settings, rules: Rulebook) -> Iterator[Fault]:
    """A rule that is not there brings no draft of an apology; the shipped name is nobody's slip."""
    if "rules" not in settings.apologies.model_fields_set:
        return
    there = {*rules.set.rules, *rules.set.set_aside}
    for name in settings.apologies.rules:
        if name not in there:
            what = Said(f"apologies.rules: unknown rule {name!r}", f"apologies.rules: không có quy tắc {name!r}")
            yield Fault(str(settings.file), 0, 0, what, did_you_mean(name, sorted(there), 5), warning=True)
        elif (rule := rules.set.rules.get(name)) is not None and rule.dataset.name != FILES.name:
            what = Said(f"apologies.rules: {name!r} is about no files", f"apologies.rules: {name!r} không về hồ sơ")
            cure = Said("take it out of the list", "đề nghị bỏ khỏi danh sách")
            yield Fault(str(settings.file), 0, 0, what, cure, warning=True)


def _datasets_without_source(settings: Settings, rules: Rulebook) -> Iterator[Fault]:
    fed = {source.dataset for source in settings.sources}
    hungry: dict[str, list[str]] = {}
    for rule in rules.set.rules.values():
        # what follows from others is worked out from what sources bring
        for name in rule.dataset.follows or (rule.dataset.name,):
            if name not in fed:
                hungry.setdefault(name, []).append(rule.id)
    for dataset, ids in hungry.items():
        named = ", ".join(sorted(ids))
        what = Said(
            f"no source brings {dataset}, so {named} will find nothing",
            f"không có nguồn nào cung cấp {dataset}, nên quy tắc {named} sẽ không tìm thấy gì",
        )
        cure = Said(
            f'add a source with dataset = "{dataset}", or take the rules away',
            f'đề nghị thêm nguồn có dataset = "{dataset}", hoặc bỏ các quy tắc đó',
        )
        yield Fault(str(settings.file), 0, 0, what, cure, warning=True)


def _fields_without_source(settings: Settings, compiled: CompiledRule) -> Iterator[Fault]:
    """Late and no apology known: without a column of apologies, that is everybody who is late."""
    dataset = compiled.rule.dataset
    sources = [source for source in settings.sources if source.dataset == dataset.name]
    mapped = {name for source in sources for name in source.taken}
    # what is worked out from the records of a source is no column of it
    given = {field.name for field in TAKEN_IN.get(dataset.name, dataset).given} - {*mapped, *_KEPT}
    conditions = (*compiled.when, *(level.condition for level in compiled.levels), compiled.measure)
    read = dict.fromkeys(name for each in conditions if each is not None for name in fields_in(each.node))
    empty = [name for name in read if name in given]
    if sources and empty:
        named = ", ".join(empty)
        what = Said(
            f"no source of {dataset.name} maps {named}, which this rule reads: always empty",
            f"không nguồn nào của {dataset.name} khai báo {named} mà quy tắc này dùng đến: luôn để trống",
        )
        cure = Said(
            f'write {empty[0]} = "THEIR COLUMN" under [sources.fields] of config.toml, or take the rule away',
            f'đề nghị viết {empty[0]} = "TÊN CỘT CỦA NGUỒN" dưới [sources.fields] trong config.toml, hoặc bỏ quy tắc này',
        )
        document, _ = read_text(compiled.rule.text, compiled.rule.file)
        if document is not None:  # it was read once
            yield at_field(document, empty[0], what, cure)


def located(settings: Settings, faults: Iterable[Fault]) -> Iterator[Fault]:
    """Those of config.toml that begin with the name of a key and stand nowhere yet, at that key."""
    places = named_places(settings.file)
    for fault in faults:
        if fault.file in (settings.file.name, str(settings.file)) and not fault.line:
            line, col, length = places.get(fault.what.partition(": ")[0], (0, 0, 0))
            yield replace(fault, file=str(settings.file), line=line, col=col, length=length)
        else:
            yield fault


def in_order(faults: Iterable[Fault], here: Path) -> list[Fault]:
    """Each once, sorted, with places as one would type them in the folder ``here``."""
    return sorted({replace(fault, file=_from(here, fault.file)) for fault in faults})


def _from(here: Path, file: str) -> str:
    path = Path(file)
    if not path.is_absolute():
        return os.path.normpath(file)
    return str(path.relative_to(here)) if path.is_relative_to(here) else file
