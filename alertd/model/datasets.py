"""All datasets by name. A new kind of record is a table with its field docs, and one line here."""

from alertd.model.assignments import ASSIGNMENTS
from alertd.model.changes import CHANGES
from alertd.model.dataset import Dataset
from alertd.model.files import FILES
from alertd.model.index import INDEX_LOG, INDEX_READINGS
from alertd.model.periods import UNIT_PERIODS
from alertd.model.procedures import ANNOUNCEMENTS, PROCEDURES
from alertd.model.sync import SYNC_GAPS

# What rules may name.
DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        FILES,
        ANNOUNCEMENTS,
        PROCEDURES,
        ASSIGNMENTS,
        INDEX_READINGS,
        SYNC_GAPS,
        UNIT_PERIODS,
        CHANGES,
    )
}
# What sources give, as it is taken in; what `follows` from it is worked out by derive/.
TAKEN_IN: dict[str, Dataset] = {
    dataset.name: dataset for dataset in (FILES, ANNOUNCEMENTS, PROCEDURES, ASSIGNMENTS, INDEX_LOG)
}
DERIVED: dict[str, Dataset] = {name: dataset for name, dataset in DATASETS.items() if dataset.follows}
