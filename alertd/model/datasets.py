"""All datasets by name. A new kind of record is a table with its field docs, and one line here."""

from alertd.model.dataset import Dataset
from alertd.model.files import FILES
from alertd.model.procedures import ANNOUNCEMENTS, PROCEDURES

DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in (FILES, ANNOUNCEMENTS, PROCEDURES)}
