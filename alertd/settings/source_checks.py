"""Whether a source can mean what it says: its dataset, its fields and words, what its kind needs. Nothing is opened."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from alertd.model.dataset import Dataset, FieldType, Time
from alertd.model.datasets import DATASETS
from alertd.settings.address import holds_password, plain
from alertd.settings.complaint import Complaint, KeyPath, did_you_mean
from alertd.settings.references import UNREAD
from alertd.settings.secret import Secret
from alertd.settings.source_shapes import SourceSettings
from alertd.settings.value_checks import address_complaints, fixed_time_complaints

# Without these a record has no code of its own; the code of an announcement is made of three.
NEEDED = {"announcements": ("procedure", "legal_text", "decision")}
_CODE = ("code",)
_YES_NO = ("true", "false")


def source_complaints(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    dataset = DATASETS.get(source.dataset)
    if dataset is None:
        yield Complaint(
            (*path, "dataset"), f"unknown dataset {source.dataset!r}", did_you_mean(source.dataset, DATASETS)
        )
    else:
        yield from _fields(source, dataset, path)
        yield from _words(source, dataset, path)
        yield from _events(source, dataset, path)
    yield from _kind(source, path)
    yield from _age(source, path)
    yield from _times(source, path)


def _fields(source: SourceSettings, dataset: Dataset, path: KeyPath) -> Iterator[Complaint]:
    given = {field.name: field for field in dataset.given}
    for name, theirs in source.fields.items():
        place = (*path, "fields", name)
        if name in dataset.fields and name not in given:
            yield Complaint(place, "alertd derives this field itself", "leave the line out")
        elif name not in given:
            yield Complaint(place, f"unknown field of {dataset.name}", did_you_mean(name, given))
        elif theirs.count and given[name].type is not FieldType.INTEGER:
            yield Complaint(
                place, "a count is a number, and this field is none", 'use { last = "List", field = "Column" }'
            )
    for name in NEEDED.get(dataset.name, _CODE):
        if name not in source.fields:
            cure = f'write {name} = "THEIR COLUMN" under [sources.fields]'
            yield Complaint((*path, "fields"), f"{name} is missing, {dataset.name} have no code without it", cure)


def _words(source: SourceSettings, dataset: Dataset, path: KeyPath) -> Iterator[Complaint]:
    for name, words in source.values.items():
        place = (*path, "values", name)
        field = dataset.fields.get(name)
        if name not in source.fields or field is None:
            yield Complaint(place, "words for a field that is not mapped", did_you_mean(name, source.fields))
            continue
        known = field.words or (_YES_NO if field.type is FieldType.BOOLEAN else ())
        for theirs, ours in words.items():
            if known and ours not in known:
                yield Complaint((*place, theirs), f"unknown word {ours!r} of {name}", did_you_mean(ours, known))


def _kind(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    match source.kind:
        case "http":
            yield from _http(source, path)
        case "spreadsheet":
            if not source.path:
                yield Complaint(path, "path is missing", 'write path = "inbox/*.csv"')
        case "database":
            if not source.query.strip():
                yield Complaint(path, "query is missing", 'write query = "select … from …"')
            yield from _database(source, path)


def _http(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    place = (*path, "url")
    if source.url is UNREAD:
        return
    if not source.url:
        yield Complaint(path, "url is missing", 'write url = "https://host/path"')
        return
    yield from address_complaints(
        source.url,
        place,
        secret=source.auth.kind != "none" or isinstance(source.url, Secret),
        cure='write auth = { … }, or url = { env = "NAME" } and keep the whole address there',
    )
    yield from _auth(source, path)


def _auth(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    auth, place = source.auth, (*path, "auth")
    if auth.kind in ("bearer", "header") and auth.token is None:
        yield Complaint(place, "token is missing", 'write token = { env = "NAME" }')
    if auth.kind == "basic" and (auth.password is None or not auth.username):
        yield Complaint(
            place, "basic needs a login and a password", 'write username = "…", password = { env = "NAME" }'
        )
    if auth.kind == "none" and (auth.token or auth.password):
        yield Complaint(place, "a secret without a kind", 'write kind = "bearer", "basic" or "header"')


def _database(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    place = (*path, "url")
    if source.url is UNREAD:
        return
    if not source.url:
        yield Complaint(path, "url is missing", 'write url = { env = "NAME" }')
        return
    try:
        parsed = make_url(plain(source.url))
    except (ArgumentError, ValueError):
        yield Complaint(place, "no database address", "write it as SQLAlchemy does: postgresql+psycopg://host/name")
        return
    if isinstance(source.url, str) and (parsed.password or holds_password(source.url)):
        yield Complaint(
            place, "a password in the address", 'write url = { env = "NAME" } and keep the whole address there'
        )


def _age(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    place, as_of = (*path, "as_of"), source.as_of
    if isinstance(as_of, dict):
        if len(as_of) != 1 or not {"field", "header"} >= set(as_of):
            yield Complaint(
                place,
                "unknown way to tell the age of the data",
                'write { field = "Column" } or { header = "Last-Modified" }',
            )
        elif "header" in as_of and source.kind != "http":
            yield Complaint(place, "only http has headers", 'write { field = "Column" }, "newest" or "poll"')
    elif as_of not in ("poll", "newest", "filename"):
        yield Complaint(place, f"unknown word {as_of!r}", did_you_mean(as_of, ("poll", "newest", "filename")))
    elif as_of == "filename" and source.kind != "spreadsheet":
        yield Complaint(place, "only a spreadsheet has a file's name", 'write "poll" or "newest"')


def _events(source: SourceSettings, dataset: Dataset, path: KeyPath) -> Iterator[Complaint]:
    """What is judged by its newest event has to give events."""
    if any(field.time is Time.EVENT for field in dataset.given if field.name in source.fields):
        return
    for key, asks in (("as_of", source.as_of == "newest"), ("sign_of_life", source.sign_of_life is not None)):
        if asks:
            cure = "map a column of such times under [sources.fields], or leave this line out"
            yield Complaint(
                (*path, key), "no event is mapped (accepted_at, ended_at, …), so none can be the newest", cure
            )


def _times(source: SourceSettings, path: KeyPath) -> Iterator[Complaint]:
    for name in ("every", "timeout"):
        yield from fixed_time_complaints(getattr(source, name), (*path, name))
    written = source.times.format
    if written != "iso" and not _reads_back(written):
        yield Complaint(
            (*path, "times", "format"), f"{written!r} is no format of times", 'write "iso" or one like "%Y%m%d%H%M%S"'
        )


def _reads_back(written: str) -> bool:
    sample = datetime(2024, 9, 2, 8, 15, 30)  # noqa: DTZ001 (a text is written and read, no moment is meant)
    try:
        return datetime.strptime(sample.strftime(written), written).date() == sample.date()  # noqa: DTZ007
    except (ValueError, UnicodeError):
        return False
