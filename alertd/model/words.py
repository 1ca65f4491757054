"""Closed lists of words that stand in the store, in rules and in the JSON of the commands."""

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How bad a finding is; stored as its number so that "worse" is a comparison."""

    REMINDER = 1
    WARNING = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Level":
        return cls[word.upper()]


class AlertState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"  # the rule is gone, or the record is excluded


LIVE_STATES = (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.DISPUTED)


class Reason(StrEnum):
    """Why an alert changed, or why a notice was or was not sent; a verdict is a named reason, never a boolean."""

    OPENED = "opened"
    WORSE = "worse"
    EASED = "eased"
    REPEAT = "repeat"
    REOPENED = "reopened"
    MOVED = "moved"  # to another unit
    HANDED = "handed"  # its unit has another head, who has not heard of it
    RESOLVED = "resolved"  # by its own new row
    MOVED_ON = "moved_on"  # by time alone: due soon has become overdue
    GONE = "gone"  # absent from two believed whole snapshots
    EXCLUDED = "excluded"  # by an `except` of the rule
    RULE_REMOVED = "rule_removed"
    RULE_CHANGED = "rule_changed"
    RULE_RENAMED = "rule_renamed"  # the rule has another name and means the same: the alert goes on under it
    BASELINE = "baseline"  # known from the start of something: it stands in digests, no message tells of it
    UNTOLD = "untold"  # the rehearsal is over, in which the office alone heard of it: it is news to its head
    DISCARDED = "discarded"  # by the office, with all that a held cycle found
    RELEASED = "released"  # by the office, with all that a held cycle found
    CALENDAR_CHANGED = "calendar_changed"  # a day turned out to be off, or worked: it was never true
    MAPPING_CHANGED = "mapping_changed"  # its source was read in the wrong way: it was never true
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    UPHELD = "upheld"  # the office agrees that the figure is wrong
    REJECTED = "rejected"  # the office holds that it is right
    UNANSWERED = "unanswered"
    OUTSIDE_HOURS = "outside_hours"
    NOT_BELIEVED = "not_believed"
    SILENCED = "silenced"
    IN_DIGEST = "in_digest"
    NO_CONTACT = "no_contact"


class Cause(StrEnum):
    """By what an alert came to be as it is: what a record says, or everything else while its row was the same."""

    DATA = "data"
    SET_BACK = "set_back"  # data as well: its source has put the due date earlier, or given one at last
    TIME = "time"
    RULE = "rule"  # a rule that is new, or whose meaning changed
    CALENDAR = "calendar"
    OFFICE = "office"  # what it has thrown away


class CycleState(StrEnum):
    """What became of what a cycle found; only a held one is ever anything but done."""

    DONE = "done"
    HELD = "held"  # it waits for the office
    RELEASED = "released"
    DISCARDED = "discarded"
    OVER = "over"  # nothing that it held stands any more


class Send(StrEnum):
    """When a level is told: in the next digest, in office hours, or at any hour."""

    DIGEST = "digest"
    OFFICE_HOURS = "office_hours"
    AT_ONCE = "at_once"


class NoticeKind(StrEnum):
    ALERT = "alert"
    DIGEST = "digest"
    OFFICE = "office"
    SYSTEM = "system"


class NoticeState(StrEnum):
    PENDING = "pending"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    DEAD = "dead"


class PollState(StrEnum):
    RUNNING = "running"
    BELIEVED = "believed"
    UNCHANGED = "unchanged"  # 304, the same file, the same pages: confirms the last believed snapshot
    NOT_BELIEVED = "not_believed"  # it answered, and the guard did not believe it
    FAILED = "failed"  # it did not answer, or not with data


class Role(StrEnum):
    HEAD = "head"
    ACTING = "acting"
    DEPUTY = "deputy"
    LIAISON = "liaison"


class ChannelName(StrEnum):
    TELEGRAM = "telegram"
    EMAIL = "email"
    HTTP = "http"


class FileStatus(StrEnum):
    """States of a file; the numbers of the national sync record are in docs/rules.md."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PROCESSING = "processing"
    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    DONE = "done"
    RETURNED = "returned"


class Filed(StrEnum):
    """The way in which a file was handed in."""

    ONLINE = "online"
    COUNTER = "counter"
    POST = "post"


class AssignmentState(StrEnum):
    """States of an assignment in the document system."""

    NEW = "new"
    ACCEPTED = "accepted"
    WORKING = "working"
    DONE = "done"
    GIVEN_BACK = "given_back"  # not taken on
    CANCELLED = "cancelled"


class GapKind(StrEnum):
    """How the portal's copy of a file differs from the city's."""

    MISSING_THERE = "missing_there"  # accepted or ended here, not there at all
    MISSING_HERE = "missing_here"
    OTHER_END = "other_end"  # ended here, not there (or the other way round), or at another day
    OTHER_DUE = "other_due"
    OTHER_STATE = "other_state"


class GapCause(StrEnum):
    """Why two systems say different things of one file, as far as their own data show it."""

    PAUSE_NOT_SENT = "pause_not_sent"
    END_NOT_SENT = "end_not_sent"
    OTHER_DUE_DATE = "other_due_date"
    MINISTRY_SYSTEM = "ministry_system"  # its procedure runs in a system of a ministry
    UNKNOWN = "unknown"


class Grain(StrEnum):
    """Of whom a period's figures are."""

    CITY = "city"
    UNIT = "unit"
    FIELD = "field"  # of a unit, in one field of administration
    PROCEDURE = "procedure"  # of a procedure in the whole city


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"


class WatchedChange(StrEnum):
    """What happened to a watched field that has to be explained (thay đổi cần giải thích)."""

    END_MOVED_BACK = "end_moved_back"
    DUE_MOVED_LATER = "due_moved_later"  # with no apology and no extension on record
    CAME_BACK = "came_back"  # it vanished, and stands there again with a new code


class Explanation(StrEnum):
    """By what on record a change of a watched field has explained itself."""

    APOLOGY = "apology"
    EXTENSION = "extension"
    ANSWERED = "answered"  # the citizen has answered a request for papers, which sets a new due date
    PUT_BACK = "put_back"  # the value is as it was, or the first code is there again
