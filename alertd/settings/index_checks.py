"""Whether a source can be asked as it says: a body, a reply of the index, its periods and where they stand. Nothing is opened."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from alertd.errors import Said
from alertd.model.index import INDEX_LOG
from alertd.model.index_words import GROUPS
from alertd.model.period import period_of
from alertd.settings.address import plain
from alertd.settings.complaint import Complaint, KeyPath, did_you_mean, missing, to_write
from alertd.settings.index_shapes import GIVEN, INDEX_REPLIES, PLACEHOLDERS, IndexAsked, placeholders, words_of
from alertd.settings.source_shapes import SourceSettings

_MEANS = {1: ("a month", "một tháng"), 3: ("a quarter", "một quý"), 12: ("a year", "một năm")}


def asking_complaints(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    if source.body and source.method != "POST":
        what = Said("a GET has no body", "GET không gửi kèm nội dung (body)")
        yield Complaint((*path, "body"), what, to_write('method = "POST"'))
    if source.reply in INDEX_REPLIES:
        yield from _reply(source, path)
        yield from _periods(source, path)
        yield from _places(source, path)
    elif source.index != IndexAsked():
        what = Said("periods are asked for of the index alone", "chỉ số liệu Bộ chỉ số mới hỏi theo kỳ")
        yield Complaint((*path, "index"), what, to_write('reply = "index_rows" | "index_evaluation"'))


def _reply(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    if source.kind != "http":
        what = Said(
            f"only http has replies, not {source.kind}", f"chỉ nguồn http mới có reply, {source.kind} thì không"
        )
        cure = Said(
            "leave reply out, and write the columns under [sources.fields]",
            "đề nghị bỏ reply và khai các cột dưới [sources.fields]",
        )
        yield Complaint((*path, "reply"), what, cure)
    if source.dataset != INDEX_LOG.name:
        what = Said(f"{source.reply} gives readings of the index", f"{source.reply} cho số liệu Bộ chỉ số")
        yield Complaint((*path, "dataset"), what, to_write(f'dataset = "{INDEX_LOG.name}"'))
    if {ours: theirs.column for ours, theirs in source.fields.items()} != GIVEN:
        what = Said("what this reply gives is known", "đã biết các trường của dạng trả lời này")
        cure = Said("leave [sources.fields] out", "đề nghị bỏ [sources.fields]")
        yield Complaint((*path, "fields"), what, cure)
    if source.paging.style != "none":
        what = Said("a reply of the index has no pages", "số liệu Bộ chỉ số không chia trang")
        yield Complaint((*path, "paging"), what, Said("leave it out", "đề nghị bỏ bảng này"))
    if source.index.group and source.index.group not in GROUPS:
        what = Said(f"unknown group {source.index.group!r}", f"không có nhóm chỉ số {source.index.group!r}")
        yield Complaint((*path, "index", "group"), what, did_you_mean(source.index.group, GROUPS))


def _periods(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    asked = source.index
    if not asked.running and not asked.periods:
        what = missing("index.running")
        yield Complaint((*path, "index"), what, to_write('index = { running = "month" }'))
    for text in asked.periods:
        if period_of(text) is None:
            what = Said(f"{text!r} is no period", f"{text!r} không phải là kỳ số liệu")
            cure = Said("write it like 2024-09, 2024-Q3 or 2024", "đề nghị viết như 2024-09, 2024-Q3 hoặc 2024")
            yield Complaint((*path, "index", "periods"), what, cure)


def _places(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    """Where the period stands in what is asked."""
    url, asked = plain(source.url), source.index
    used = False
    for key, value in (("url", url), ("parameters", source.parameters), ("body", source.body)):
        for name in dict.fromkeys(placeholders(value)):
            used = True
            if name not in PLACEHOLDERS:
                what = Said(f"no placeholder {{{name}}}", f"không có chỗ điền {{{name}}}")
                yield Complaint((*path, key), what, did_you_mean(name, PLACEHOLDERS))
            else:
                yield from _without_meaning(name, asked, (*path, key))
    try:
        host = urlsplit(url).netloc
    except ValueError:  # told of the address itself
        host = ""
    if any(placeholders(host)):
        what = Said("a placeholder in the server's name", "chỗ điền nằm trong tên máy chủ")
        cure = Said("write it behind the server's name", "đề nghị chỉ viết sau tên máy chủ")
        yield Complaint((*path, "url"), what, cure)
    several = len(asked.periods) + (asked.before + 1 if asked.running else 0)
    if several > 1 and not used:
        what = Said(
            f"{several} periods would be asked for by the same request", f"{several} kỳ số liệu sẽ cùng một câu hỏi"
        )
        cure = Said(
            "write {period}, or {year} and {month}, where url, parameters or body names the period",
            "đề nghị viết {period}, hoặc {year} và {month}, ở chỗ nêu kỳ trong url, parameters hoặc body",
        )
        yield Complaint((*path, "index"), what, cure)


def _without_meaning(name: str, asked: IndexAsked, place: KeyPath) -> Iterator[Complaint]:
    """``{month}`` of a year."""
    for months in sorted(asked.lengths()):
        span = period_of({1: "2024-09", 3: "2024-Q3", 12: "2024"}[months])
        if span is not None and name not in words_of(span):
            length, length_vi = _MEANS[months]
            what = Said(f"{{{name}}} says nothing of {length}", f"{{{name}}} không có nghĩa với {length_vi}")
            yield Complaint(place, what, did_you_mean("", words_of(span)))
