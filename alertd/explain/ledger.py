"""The ledger of a file's days, from the copy that rules see and what its source said before. It counts nothing itself."""

from alertd.explain.records import Record
from alertd.model.asof import AsOf
from alertd.model.dataset import Dataset
from alertd.model.files import FILES
from alertd.model.ledger import Ledger, known_of, ledger


def days_of(dataset: Dataset, record: Record, at: AsOf) -> Ledger | None:
    """Whose which day was; None for what is no file, or has not begun, or is not seen by rules."""
    copy = next((copy for copy in record.copies if copy.preferred), None)
    if dataset.name != FILES.name or copy is None or record.seen is None or record.numbers is None:
        return None
    begin = record.seen["accepted_at"] or record.seen["submitted_at"] or copy.first_seen_at
    if begin > at.now:
        return None
    versions = [
        known_of(version.fields, version.known_from) for version in record.versions if version.source == copy.source
    ]
    ended = copy.given["ended_at"] or copy.given["returned_at"] or copy.assumed_end_at
    return ledger(
        [*versions, known_of(copy.given, copy.version_since)],
        at.calendar,
        begin=begin,
        ended=None if record.seen["is_open"] else ended,
        now=at.now,
        exact_since=copy.first_seen_at,
        due_number=record.numbers["due_day_no"],
        stop_number=record.numbers["stop"],
    )
