"""Whether a source can mean what it says: its dataset, its fields and words, what its kind needs. Nothing is opened."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from alertd.errors import Said
from alertd.model.dataset import Dataset, FieldType, Time
from alertd.model.datasets import TAKEN_IN
from alertd.settings.address import holds_password, plain
from alertd.settings.complaint import Complaint, KeyPath, did_you_mean, missing, to_write
from alertd.settings.index_checks import asking_complaints
from alertd.settings.index_shapes import INDEX_REPLIES
from alertd.settings.references import UNREAD
from alertd.settings.secret import Secret
from alertd.settings.source_shapes import SourceSettings
from alertd.settings.value_checks import PASSWORD_IN_ADDRESS, WHOLE_ADDRESS, address_complaints, fixed_time_complaints

# Without these a record has no code of its own; the code of an announcement is made of three.
NEEDED = {
    "announcements": ("procedure", "legal_text", "decision"),
    "index_readings": ("period", "unit", "indicator"),
}
_CODE = ("code",)
_YES_NO = ("true", "false")


def source_complaints(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    dataset = TAKEN_IN.get(source.dataset)
    if dataset is None:
        what = Said(f"unknown dataset {source.dataset!r}", f"không có tập dữ liệu {source.dataset!r}")
        yield Complaint((*path, "dataset"), what, did_you_mean(source.dataset, TAKEN_IN))
    else:
        if source.reply not in INDEX_REPLIES:  # whose fields alertd writes itself
            yield from _fields(source, dataset, path)
        yield from _words(source, dataset, path)
        yield from _events(source, dataset, path)
    yield from _kind(source, path)
    yield from asking_complaints(source, path)
    yield from _age(source, path)
    yield from _times(source, path)


def _fields(source: SourceSettings, dataset: Dataset, path: KeyPath) -> Iterator[Complaint]:
    given = {field.name: field for field in dataset.given}
    for name, theirs in source.fields.items():
        place = (*path, "fields", name)
        if name in dataset.fields and name not in given:
            what = Said("alertd derives this field itself", "hệ thống tự tính trường này")
            yield Complaint(place, what, Said("leave the line out", "đề nghị bỏ dòng này"))
        elif name not in given:
            what = Said(f"unknown field of {dataset.name}", f"tập dữ liệu {dataset.name} không có trường này")
            yield Complaint(place, what, did_you_mean(name, given))
        elif theirs.count and given[name].type is not FieldType.INTEGER:
            what = Said(
                "a count is a number, and this field is none", "count cho ra một số, trường này không phải là số"
            )
            cure = Said('use { last = "List", field = "Column" }', 'đề nghị dùng { last = "List", field = "Column" }')
            yield Complaint(place, what, cure)
    for name in NEEDED.get(dataset.name, _CODE):
        if name not in source.fields:
            what = Said(
                f"{name} is missing, {dataset.name} have no code without it",
                f"thiếu {name}, không có trường này thì bản ghi {dataset.name} không có mã",
            )
            cure = Said(
                f'write {name} = "THEIR COLUMN" under [sources.fields]',
                f'đề nghị viết {name} = "TÊN CỘT CỦA NGUỒN" dưới [sources.fields]',
            )
            yield Complaint((*path, "fields"), what, cure)


def _words(source: SourceSettings, dataset: Dataset, path: KeyPath) -> Iterator[Complaint]:
    for name, words in source.values.items():
        place = (*path, "values", name)
        field = dataset.fields.get(name)
        if name not in source.fields or field is None:
            what = Said("words for a field that is not mapped", "có bảng đổi giá trị cho một trường chưa khai báo")
            cure = Said(
                f"map {name} under [sources.fields], or correct its name here; mapped are {', '.join(source.fields)}",
                f"đề nghị khai báo {name} dưới [sources.fields], hoặc sửa tên ở đây; đã khai báo: {', '.join(source.fields)}",
            )
            yield Complaint(place, what, cure)
            continue
        known = field.words or (_YES_NO if field.type is FieldType.BOOLEAN else ())
        for theirs, ours in words.items():
            if known and ours not in known:
                what = Said(f"unknown word {ours!r} of {name}", f"trường {name} không có giá trị {ours!r}")
                yield Complaint((*place, theirs), what, did_you_mean(ours, known))


def _kind(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    match source.kind:
        case "http":
            yield from _http(source, path)
        case "spreadsheet":
            if not source.path:
                yield Complaint(path, missing("path"), to_write('path = "inbox/*.csv"'))
        case "database":
            if not source.query.strip():
                yield Complaint(path, missing("query"), to_write('query = "select … from …"'))
            yield from _database(source, path)


def _http(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    place = (*path, "url")
    if source.url is UNREAD:
        return
    if not source.url:
        yield Complaint(path, missing("url"), to_write('url = "https://host/path"'))
        return
    yield from address_complaints(
        source.url,
        place,
        secret=source.auth.kind != "none" or isinstance(source.url, Secret),
        cure=Said(
            'write auth = { … }, or url = { env = "NAME" } and keep the whole address there',
            'đề nghị viết auth = { … }, hoặc url = { env = "NAME" } và để toàn bộ địa chỉ trong biến môi trường đó',
        ),
    )
    yield from _auth(source, path)


def _auth(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    auth, place = source.auth, (*path, "auth")
    if auth.kind in ("bearer", "header") and auth.token is None:
        yield Complaint(place, missing("token"), to_write('token = { env = "NAME" }'))
    if auth.kind == "basic" and (auth.password is None or not auth.username):
        what = Said("basic needs a login and a password", "basic cần tên đăng nhập và mật khẩu")
        yield Complaint(place, what, to_write('username = "…", password = { env = "NAME" }'))
    if auth.kind == "none" and (auth.token or auth.password):
        what = Said("a secret without a kind", "có mật khẩu hoặc mã truy cập nhưng chưa nêu kind")
        cure = Said('write kind = "bearer", "basic" or "header"', 'đề nghị viết kind = "bearer", "basic" hoặc "header"')
        yield Complaint(place, what, cure)


def _database(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    place = (*path, "url")
    if source.url is UNREAD:
        return
    if not source.url:
        yield Complaint(path, missing("url"), to_write('url = { env = "NAME" }'))
        return
    try:
        parsed = make_url(plain(source.url))
    except (ArgumentError, ValueError):
        what = Said("no database address", "không phải là địa chỉ cơ sở dữ liệu")
        cure = Said(
            "write it as SQLAlchemy does: postgresql+psycopg://host/name",
            "đề nghị viết theo cách của SQLAlchemy: postgresql+psycopg://host/name",
        )
        yield Complaint(place, what, cure)
        return
    if isinstance(source.url, str) and (parsed.password or holds_password(source.url)):
        yield Complaint(place, PASSWORD_IN_ADDRESS, WHOLE_ADDRESS)


def _age(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    place, as_of = (*path, "as_of"), source.as_of
    if isinstance(as_of, dict):
        if len(as_of) != 1 or not {"field", "header"} >= set(as_of):
            what = Said("unknown way to tell the age of the data", "không có cách xác định thời điểm dữ liệu này")
            cure = Said(
                'write { field = "Column" } or { header = "Last-Modified" }',
                'đề nghị viết { field = "Column" } hoặc { header = "Last-Modified" }',
            )
            yield Complaint(place, what, cure)
        elif "header" in as_of and source.kind != "http":
            what = Said("only http has headers", "chỉ nguồn http mới có header")
            cure = Said(
                'write { field = "Column" }, "newest" or "poll"',
                'đề nghị viết { field = "Column" }, "newest" hoặc "poll"',
            )
            yield Complaint(place, what, cure)
    elif as_of not in ("poll", "newest", "filename"):
        what = Said(f"unknown word {as_of!r}", f"không có từ {as_of!r}")
        yield Complaint(place, what, did_you_mean(as_of, ("poll", "newest", "filename")))
    elif as_of == "filename" and source.kind != "spreadsheet":
        what = Said("only a spreadsheet has a file's name", "chỉ nguồn spreadsheet mới có tên tệp")
        yield Complaint(place, what, Said('write "poll" or "newest"', 'đề nghị viết "poll" hoặc "newest"'))


def _events(source: SourceSettings, dataset: Dataset, path: KeyPath) -> Iterator[Complaint]:
    """What is judged by its newest event has to give events."""
    if any(field.time is Time.EVENT for field in dataset.given if field.name in source.fields):
        return
    for key, asks in (("as_of", source.as_of == "newest"), ("sign_of_life", source.sign_of_life is not None)):
        if asks:
            what = Said(
                "no event is mapped (accepted_at, ended_at, …), so none can be the newest",
                "không lấy thời điểm nào từ nguồn (accepted_at, ended_at, …) nên không có thời điểm mới nhất",
            )
            cure = Said(
                "map a column of such times under [sources.fields], or leave this line out",
                "đề nghị khai báo cột thời điểm dưới [sources.fields], hoặc bỏ dòng này",
            )
            yield Complaint((*path, key), what, cure)


def _times(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    for name in ("every", "timeout"):
        yield from fixed_time_complaints(getattr(source, name), (*path, name))
    written = source.times.format
    if written != "iso" and not _reads_back(written):
        what = Said(f"{written!r} is no format of times", f"{written!r} không phải là định dạng thời gian")
        cure = Said('write "iso" or one like "%Y%m%d%H%M%S"', 'đề nghị viết "iso" hoặc dạng như "%Y%m%d%H%M%S"')
        yield Complaint((*path, "times", "format"), what, cure)


def _reads_back(written: str) -> bool:
    sample = datetime(2024, 9, 2, 8, 15, 30)  # noqa: DTZ001 (a text is written and read, no moment is meant)
    try:
        return datetime.strptime(sample.strftime(written), written).date() == sample.date()  # noqa: DTZ007
    except (ValueError, UnicodeError):
        return False
