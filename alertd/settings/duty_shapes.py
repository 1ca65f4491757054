"""The frozen shapes of what a city asks for besides overdue files: index, sync, online rate, apologies, disputes, bulletin."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from alertd.model.apologies import CauseKind
from alertd.model.directory import Directory
from alertd.model.duration import Duration
from alertd.settings.kinds import Period, Shape


class Index(Shape):
    """How the index is counted; the formulas stand in reports/score.py with their source."""

    unit: str = Field(
        "", description="The unit as which the whole city stands in the replies; empty: that of kind city."
    )
    second_supplement_is_late: bool = Field(
        True, description="A file with more than one supplement request counts as late (the text is ambiguous)."
    )
    thresholds: dict[str, Annotated[float, Field(gt=0, le=100)]] = Field(
        {"REUSED_DIGITIZED_DATA": 80.0, "DOSSIER_RECEIVING_SATISFACTION": 90.0},
        description="Per indicator: the ratio (per cent) from which on it has its maximum; for those not named 100.",
    )
    same_age_days: int = Field(
        3,
        ge=0,
        le=15,
        description="A period is compared with the one before as it stood when it was as old, give or take so many days.",
    )
    weeks: int = Field(4, ge=1, le=26, description="Weeks of the past from which a section's pace is taken.")

    def city(self, directory: Directory) -> str:
        """The unit as which the whole city stands: the one named, else that of kind city; empty where there is none, or more."""
        if self.unit:
            return self.unit
        found = [unit.code for unit in directory.units if unit.kind == "city"]
        return found[0] if len(found) == 1 else ""


class Sync(Shape):
    """Which two sources are the city's and the portal's copies of the same files."""

    city: str = Field("", description="Name of the source with the city's copy. Empty: nothing is compared.")
    portal: str = Field("", description="Name of the source with the national portal's copy.")
    within: Period = Field(
        Duration.parse("10m"), description="So long after acceptance or end the two may still differ."
    )
    since: date | None = Field(
        None,
        description="Day from which on each of the two is to know what the other has taken on or ended; without it, the day of "
        "its first reading. What a whole list has open is asked for in any case.",
    )
    ministry_procedures: tuple[str, ...] = Field(
        (), description="Codes of procedures that run in a ministry's system: there but not here is normal for them."
    )


class Online(Shape):
    targets: Path | None = Field(
        None, description="unit,period,online: the share of files filed online (per cent) that a unit has to reach."
    )


class Changes(Shape):
    mass: int = Field(
        20, ge=2, description="From so many files on, one kind of change in one import is one finding, not one a file."
    )
    late_entry: int = Field(
        1,
        ge=0,
        le=60,
        description="An end that is entered up to so many working days after it happened needs no explanation.",
    )


class Apologies(Shape):
    drafts: bool = Field(True, description="Attach a draft of form 04 for each late file without an apology.")
    form: str = Field("form_04.docx", description="The form, a Word file among the templates; the office may edit it.")
    most: int = Field(50, ge=1, le=500, description="Drafts at most in one notice.")
    rules: tuple[str, ...] = Field(
        ("late-no-apology",), description="Rules whose notices carry the drafts: late files without an apology."
    )
    place: str = Field("", description="Place before the date of a draft (Hà Nội); empty: from the name of the site.")
    contact: str = Field(
        "",
        description="Whom the citizen may ask, as it stands in a draft: section, address, telephone; empty: left blank.",
    )
    causes: dict[CauseKind, tuple[str, ...]] = Field(
        {},
        description="Words by which a cause of delay is counted under a kind (staff, opinion, papers, survey, finance, system, "
        "entry, disaster), in the place of those that alertd knows for it; what none tells is other.",
    )


class Disputes(Shape):
    quiet: Period = Field(
        Duration.parse("3 working days"), description="So long at most a disputed alert is not repeated to its head."
    )
    corrected_within: Period = Field(
        Duration.parse("5 working days"),
        description="So long a source may take to correct what the office upheld; then the office hears that it has not.",
    )
    longest_exclusion: Annotated[int, Field(ge=1, le=366)] = Field(
        90, description="A record is excluded from a rule for so many days at most (calendar days)."
    )


class Bulletin(Shape):
    day: int = Field(5, ge=0, le=20, description="Working day of the month on which the draft is made; 0: never.")
    units_before: Period = Field(
        Duration.parse("2 working days"), description="So long before, each unit gets its own rows to look at."
    )
    min_files: int = Field(30, ge=1, description="A unit with fewer files in the month has no rank.")
    hide_below: int = Field(5, ge=0, description="Numbers of files below this are not printed; 0: all are.")
