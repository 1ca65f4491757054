"""The report of sync as lines of text, as rows of its lists, and as one JSON document. Pure.

A cause that the data do not show is called unknown; no line says that a unit has not sent something before that is known.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from alertd.model import called
from alertd.model.sync import SYNC_GAPS
from alertd.model.words import GapCause
from alertd.reports import voice as common
from alertd.reports.sync import SyncReport, System
from alertd.reports.sync_files import DifferentFile, Packet, Sends
from alertd.reports.sync_waterfall import Figure

_WIDE = 24  # signs of the longest bar
PACKET_COLUMNS = ("code", "unit", "procedure", "record", "value", "in_figure", "cause")

PHRASES: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "title": "Đồng bộ với Cổng Dịch vụ công quốc gia, {period}: {whose}",
        "city": "toàn thành phố",
        "as_of": "Hồ sơ tiếp nhận trong kỳ, có ngày hẹn trả, tính đến {at}.",
        "columns": "|nguồn|số liệu lúc|tiếp nhận|đúng hạn|tỷ lệ đúng hạn (%)",
        "by_city": "Theo thành phố",
        "by_portal": "Theo Cổng",
        "gap": "Chênh lệch: {points} điểm phần trăm, {files} hồ sơ hai hệ thống tính khác nhau.",
        "no_gap": "Hai hệ thống tính như nhau.",
        "unknown_gap": "Chưa có hồ sơ của cả hai hệ thống trong kỳ để so sánh.",
        "bars": "nguyên nhân|điểm phần trăm|hồ sơ|bản ghi gửi lại|",
        "left_out": "Không so sánh {files} hồ sơ chỉ có ở một hệ thống mà hệ thống kia chưa chắc phải có.",
        "doubt": "Số liệu của {source} chưa đủ tin cậy ({why}); trên đây là theo lần đọc được gần nhất, chưa kết luận.",
        "since": "Nguồn {source} được đọc từ {at}; hồ sơ trước đó có thể chưa đầy đủ.",
        "open": "Hiện còn chênh lệch quá thời hạn đồng bộ: {kinds}.",
        "none_open": "Hiện không còn hồ sơ chênh lệch quá thời hạn đồng bộ.",
        "resend": "Cần gửi lại lên Cổng: {records}. Danh sách: alertd sync --csv TỆP, từng nguyên nhân: --out THƯ MỤC.",
        "no_resend": "Không có bản ghi nào cần gửi lại.",
        "end": "kết thúc {n}",
        "pause": "tạm dừng {n}",
        "pause_end": "hết tạm dừng {n}",
        "due_date": "ngày hẹn trả {n}",
        "never_read": "chưa đọc được lần nào",
        "failed": "nguồn không trả lời",
        "not_believed": "lần đọc cuối bất thường",
        "stale": "số liệu đã cũ",
        "no_sign_of_life": "không có phát sinh mới",
        "on_time_here": "đúng hạn theo thành phố",
        "on_time_there": "đúng hạn theo Cổng",
    },
    "en": {
        "title": "Sync with the national portal, {period}: {whose}",
        "city": "the whole city",
        "as_of": "Files received in the period that have a due date, as of {at}.",
        "columns": "|source|data as of|received|on time|on time (%)",
        "by_city": "By the city",
        "by_portal": "By the portal",
        "gap": "Gap: {points} percentage points, {files} files that the two systems count otherwise.",
        "no_gap": "The two systems count alike.",
        "unknown_gap": "There are not yet files of both systems in the period to be compared.",
        "bars": "cause|points|files|to send again|",
        "left_out": "{files} files are not compared: only one system has them, and the other need not have them.",
        "doubt": "{source} is in doubt ({why}); this is by what was read last, and proves nothing of now.",
        "since": "{source} is read since {at}; files from before may be incomplete.",
        "open": "Differing for longer than they may: {kinds}.",
        "none_open": "No file differs for longer than it may.",
        "resend": "To be sent to the portal again: {records}. Lists: alertd sync --csv FILE, by cause: --out FOLDER.",
        "no_resend": "There is no record to be sent again.",
        "end": "{n} ends",
        "pause": "{n} pauses",
        "pause_end": "{n} ends of pauses",
        "due_date": "{n} due dates",
        "never_read": "never read",
        "failed": "it did not answer",
        "not_believed": "its last reading was not believed",
        "stale": "its data are old",
        "no_sign_of_life": "nothing new has happened",
        "on_time_here": "on time by the city",
        "on_time_there": "on time by the portal",
    },
}


# Records to be sent again, counted by what they are and of which bar.
Sent = Mapping[tuple[Sends, GapCause], int]


def by_record(sent: Sent) -> Counter[Sends]:
    found: Counter[Sends] = Counter()
    for (sends, _), n in sent.items():
        found[sends] += n
    return found


def by_cause(sent: Sent) -> Counter[GapCause]:
    found: Counter[GapCause] = Counter()
    for (_, cause), n in sent.items():
        found[cause] += n
    return found


@dataclass(frozen=True, slots=True)
class Voice(common.Voice):
    """Of the report of sync."""

    phrases: ClassVar = PHRASES

    def word(self, word: str) -> str:
        return called.WORDS[self.language].get(word, word)


def head(found: SyncReport, voice: Voice) -> Iterator[str]:
    whose = voice.say("city") if found.unit is None else voice.directory.name_of(found.unit)
    yield voice.say("title", period=found.span.named(voice.language), whose=whose)
    yield voice.say("as_of", at=voice.moment(found.counted_at))


def figures(found: SyncReport, voice: Voice) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Columns and rows: the two figures side by side."""
    rows = [
        _figure(voice, voice.say("by_city"), found.systems[0], found.city),
        _figure(voice, voice.say("by_portal"), found.systems[1], found.portal),
    ]
    return voice.say("columns").split("|"), rows


def _figure(voice: Voice, label: str, system: System, figure: Figure) -> Sequence[str]:
    counts = (voice.number(figure.received), voice.number(figure.on_time), voice.hundredths(figure.hundredths))
    return (label, system.source, voice.moment(system.as_of), *counts)


def gap(found: SyncReport, voice: Voice) -> str:
    if found.gap is None:
        return voice.say("unknown_gap")
    if not found.differ:
        return voice.say("no_gap")
    return voice.say("gap", points=voice.hundredths(found.gap), files=voice.number(found.differ))


def bars(found: SyncReport, voice: Voice, sent: Sent) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Columns and rows: the waterfall; a bar that raises the portal's figure is drawn in another sign."""
    longest = max((abs(bar.hundredths) for bar in found.bars), default=0)
    rows: list[Sequence[str]] = []
    of_cause = by_cause(sent)
    for bar in found.bars:
        length = -(-abs(bar.hundredths) * _WIDE // longest) if longest else 0
        drawn = ("█" if bar.hundredths >= 0 else "░") * length
        counts = (voice.number(bar.files), voice.number(of_cause[bar.cause]))
        rows.append((voice.word(bar.cause), voice.hundredths(bar.hundredths), *counts, drawn))
    return voice.say("bars").split("|"), rows


def notes(found: SyncReport, voice: Voice, sent: Sent) -> Iterator[str]:
    for system in found.systems:
        if system.doubt is not None:
            yield voice.say("doubt", source=system.source, why=voice.say(system.doubt.value))
        if system.first_read is not None and system.first_read.astimezone(voice.zone).date() > found.span.first:
            yield voice.say("since", source=system.source, at=voice.moment(system.first_read))
    if found.left_out:
        yield voice.say("left_out", files=voice.number(found.left_out))
    kinds = [f"{voice.word(kind)} {voice.number(n)}" for kind, n in found.gaps.kinds.items() if n]
    yield voice.say("open", kinds=", ".join(kinds)) if kinds else voice.say("none_open")
    sends = by_record(sent)
    records = [voice.say(each.value, n=voice.number(sends[each])) for each in Sends if sends[each]]
    yield voice.say("resend", records=", ".join(records)) if records else voice.say("no_resend")


def document(found: SyncReport, zone: ZoneInfo, sent: Sent) -> dict[str, Any]:
    """Shares are given in per cent; moments in ISO 8601 with the site's offset."""
    sends, of_cause = by_record(sent), by_cause(sent)
    return {
        "unit": found.unit,
        "period": found.span.text,
        "counted_at": _iso(found.counted_at, zone),
        "city": _figure_json(found.city, found.systems[0], zone),
        "portal": _figure_json(found.portal, found.systems[1], zone),
        "gap": None if found.gap is None else found.gap / 100,
        "bars": [
            {
                "cause": bar.cause.value,
                "files": bar.files,
                "points": bar.hundredths / 100,
                "exact": float(bar.points * 100),
                "resend": of_cause[bar.cause],
            }
            for bar in found.bars
        ],
        "agree": found.agree,
        "left_out": found.left_out,
        "open": {
            "kinds": {kind.value: n for kind, n in found.gaps.kinds.items()},
            "causes": {cause.value: n for cause, n in found.gaps.causes.items()},
        },
        "resend": {each.value: sends[each] for each in Sends},
    }


def _figure_json(figure: Figure, system: System, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "source": system.source,
        "as_of": _iso(system.as_of, zone),
        "doubt": None if system.doubt is None else system.doubt.value,
        "received": figure.received,
        "on_time": figure.on_time,
        "rate": None if figure.hundredths is None else figure.hundredths / 100,
    }


def file_columns(voice: Voice) -> list[str]:
    fields, language = SYNC_GAPS.fields, voice.language
    names = [field.name for field in _shown()]
    labels = [getattr(fields[name], language) for name in names]
    return [*labels, voice.say("on_time_here"), voice.say("on_time_there")]


def file_row(file: DifferentFile, voice: Voice) -> list[str]:
    values = asdict(file)
    texts = [_cell(values[field.name], voice) for field in _shown()]
    return [*texts, _cell(file.on_time_here, voice), _cell(file.on_time_there, voice)]


def packet_row(packet: Packet, zone: ZoneInfo) -> list[str]:
    """For a program that sends: words and times as they are in JSON."""
    value = _iso(packet.value, zone) or ""
    figure = "true" if packet.in_figure else "false"
    return [
        packet.code,
        packet.unit or "",
        packet.procedure or "",
        packet.sends.value,
        value,
        figure,
        packet.cause.value,
    ]


def _shown() -> list[Any]:
    names = set(DifferentFile.__dataclass_fields__)
    return [field for field in SYNC_GAPS.declared if field.name in names]


def _cell(value: Any, voice: Voice) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return {"vi": ("không", "có"), "en": ("no", "yes")}[voice.language][value]
    if isinstance(value, datetime):
        return f"{value.astimezone(voice.zone):%d/%m/%Y %H:%M}"
    return voice.word(str(value))


def _iso(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat()
