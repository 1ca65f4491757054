"""Every moment that is stored is either taken back when a clock was ahead, or stays as it is for a reason."""

from importlib import import_module
from pkgutil import iter_modules

from alertd import model
from alertd.model.base import Moment, metadata
from alertd.model.datasets import DATASETS, TAKEN_IN
from alertd.repair.clock import COLUMNS

RECORDS = {
    "file_copies",
    "file_history",
    "came_back_files",
    *(dataset.table.name for dataset in (*DATASETS.values(), *TAKEN_IN.values())),
}
# Sealed by the audit, or part of its evidence: when a message was written, tried, sent, answered, returned.
EVIDENCE = {"alert_events", "audit", "attempts", "returned_mails", "answers.at", "bulletins", "bulletin_previews"}
EVIDENCE |= {f"notices.{name}" for name in ("created_at", "sent_at", "confirmed_at", "bounced_at")}
# Of records, by which nothing is decided but whether they have changed.
MARKS = {"alerts.record_changed_at"}
# An upper bound of events: as long as one lies ahead, rules look at each event's own time.
BOUNDS = {"source_states.last_event_at"}
OF_THEIR_OWN = {"calendar", "notices.not_before", "notices.lease_until"}
# Ends that lie ahead by nature; they go back with the moment from which they were counted.
OF_THEIR_OWN |= {"disputes.quiet_until", "disputes.correct_by"}


def test_each_moment_is_taken_back_or_left_alone_on_purpose() -> None:
    for module in iter_modules(model.__path__):
        import_module(f"alertd.model.{module.name}")
    left = EVIDENCE | MARKS | BOUNDS | OF_THEIR_OWN
    taken = {f"{table.name}.{name}" for table, names in COLUMNS for name in names}
    moments = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        if table.name not in RECORDS and not table.name.startswith("stage_")
        for column in table.columns
        if isinstance(column.type, Moment)
    }
    assert {name for name in moments - taken if not {name, name.partition(".")[0]} & left} == set()
    assert taken - moments == set()
