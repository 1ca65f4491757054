"""The sets of rules that have been in force, with who changed and who released them; and what each machine's folder holds."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from alertd.model.base import moment, row_id


class RuleSetRow(SQLModel, table=True):
    """A set that came into force. Its texts stand in `rule_versions`. Only ever added; in mode live the newest that was not
    taken ``at_once`` is in force, whatever any folder says."""

    __tablename__ = "rule_sets"

    id: int | None = row_id()
    version: str = Field(index=True)  # hash of what its files say
    at: datetime = moment(nullable=False)  # from when on it is in force
    how: str  # at_once | first | go_live | released
    rules: str = Field(sa_type=Text)  # JSON: rule → version of its text
    set_aside: str = Field(default="{}", sa_type=Text)  # JSON: rule → why it cannot run, in English and Vietnamese
    changed_by: str = "[]"  # JSON: who made the change
    changed_at: datetime | None = moment()  # when alertd first saw the change
    released_by: str = ""  # empty: nobody was asked
    reason: str = Field(default="", sa_type=Text)
    quiet: bool = False  # what its new rules find at once is a baseline
    messages: int = 0  # that the next cycle was to send, as it was shown before the release
    heads: int = 0  # newly disturbed by it


class RuleFolderRow(SQLModel, table=True):
    """What the folder of rules on a machine held when it was looked at last, beside the set in force."""

    __tablename__ = "rule_folders"

    host: str = Field(primary_key=True)  # and path
    version: str
    since: datetime = moment(nullable=False)  # when this content was first seen there
    waiting: bool = False  # it is a change that nobody has released
    owners: str = "[]"  # JSON: to whom the changed files belong
    named: str = "[]"  # JSON: who said that the change is theirs
