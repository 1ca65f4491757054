"""Every rule that alertd ships, over records made by hand: what it finds, what it leaves alone, on both databases."""

from typing import Any

import pytest

from alertd.rules.compile import findings_select
from alertd.store.database import Store
from tests.integration.rules_site import HANOI, SHIPPED, Found, Site, shipped

NOW = "2026-10-05 08:00"  # a Monday
FILE: dict[str, Any] = {
    "code": "A",
    "unit": "H26.1",
    "status": "processing",
    "channel": "counter",
    "submitted_at": "2026-09-01T08:00:00",
    "accepted_at": "2026-09-01T09:00:00",
    "due_at": "2026-12-31T17:00:00",
}
DUTY: dict[str, Any] = {
    "procedure": "1.004227",
    "legal_text": "Luật A",
    "unit": "H26.1",
    "in_force_on": "2026-12-31",
}
Expected = tuple[str, int | None] | None
Cases = list[tuple[dict[str, Any], Expected]]


def found(store: Store, rule: str, basic: dict[str, Any], cases: Cases) -> Found:
    """What the rule finds of one record for each case, by the case's number."""
    site, compiled = Site(store, NOW), shipped().compiled[rule]
    dataset = compiled.rule.dataset.name
    named = "decision" if dataset == "announcements" else "code"
    site.poll(*(basic | given | {named: str(number)} for number, (given, _) in enumerate(cases)), dataset=dataset)
    return {key.rsplit("/", 1)[-1]: finding for key, finding in site.find(compiled).items()}


def meant(cases: Cases) -> Found:
    return {str(number): expected for number, (_, expected) in enumerate(cases) if expected is not None}


def test_every_shipped_rule_has_its_tests_beside_it() -> None:
    """Which are complete (tests/integration/test_rule_tests.py); the first ten are tried here besides."""
    assert {path.stem for path in SHIPPED.glob("*.yaml")} == {path.stem for path in SHIPPED.glob("tests/*.yaml")}


def test_all_of_them_run_in_both_modes(store: Store) -> None:
    site = Site(store, NOW)
    for live in (True, False):
        evaluation, _ = site.evaluate(shipped(), live=live)
        assert (evaluation.faults, set(evaluation.ran)) == ({}, set(shipped().compiled))


# --- overdue-files ---------------------------------------------------------------------------------------------------
_OVERDUE_FILES: Cases = [
    ({"due_at": "2026-10-05T10:00:00"}, None),  # due today
    ({"due_at": "2026-10-02T17:00:00"}, ("reminder", 1)),  # Friday
    ({"due_at": "2026-10-03T17:00:00"}, None),  # Saturday: means Monday
    ({"due_at": "2026-09-28T17:00:00"}, ("warning", 5)),
    ({"due_at": "2026-09-21T17:00:00"}, ("critical", 10)),
    ({"due_at": "2026-09-22T17:00:00"}, ("warning", 9)),
    ({"due_at": ""}, None),
    ({"due_at": "0001-01-01T00:00:00"}, None),  # how systems write "none"
    ({"due_at": "2026-09-21T17:00:00", "unit": ""}, ("critical", 10)),
    ({"due_at": "2026-09-21T17:00:00", "status": ""}, ("critical", 10)),
    ({"due_at": "2026-09-28T17:00:00", "status": "done", "ended_at": "2026-10-01T09:00:00"}, None),  # ended late
    ({"due_at": "2026-09-28T17:00:00", "status": "done", "ended_at": "2026-09-25T09:00:00"}, None),  # in time
    ({"due_at": "2026-09-28T17:00:00", "status": "returned"}, None),  # ended by its word alone
    ({"due_at": "2026-09-28T17:00:00", "status": "stopped"}, None),
    # the citizen is waited for: asked in time, asked too late, answered since
    ({"due_at": "2026-09-28T17:00:00", "supplement_requested_at": "2026-09-25T09:00:00"}, None),
    ({"due_at": "2026-09-28T17:00:00", "supplement_requested_at": "2026-09-30T09:00:00"}, ("reminder", 2)),
    (
        {
            "due_at": "2026-09-28T17:00:00",
            "supplement_requested_at": "2026-09-25T09:00:00",
            "supplement_answered_at": "2026-09-29T09:00:00",
        },
        ("warning", 5),
    ),
]


def test_overdue_files(store: Store) -> None:
    assert found(store, "overdue-files", FILE, _OVERDUE_FILES) == meant(_OVERDUE_FILES)


def test_a_day_off_and_a_worked_saturday_count_as_the_calendar_says(store: Store) -> None:
    """Due on Friday 16 October; Monday 19 is a day off, Saturday 24 is worked."""
    site = Site(store, NOW)
    site.poll(FILE | {"due_at": "2026-10-16T17:00:00"})
    rule = shipped().compiled["overdue-files"]
    late = [site.find(rule, f"2026-10-{day} 09:00").get("A", ("", 0))[1] for day in range(16, 27)]
    assert late == [0, 0, 0, 0, 1, 2, 3, 4, 5, 5, 6]


def test_the_copy_of_the_higher_authority_counts_and_only_that(store: Store) -> None:
    site = Site(store, NOW)
    site.poll(FILE | {"due_at": "2026-09-28T17:00:00"})
    site.poll(
        FILE | {"due_at": "2026-09-01T17:00:00"}, FILE | {"code": "B", "due_at": "2026-09-21T17:00:00"}, source="other"
    )
    assert site.find(shipped().compiled["overdue-files"]) == {"A": ("warning", 5), "B": ("critical", 10)}


def test_a_file_that_is_gone_is_not_found(store: Store) -> None:
    site = Site(store, NOW)
    late = FILE | {"due_at": "2026-09-28T17:00:00"}
    site.poll(late, late | {"code": "B"})
    for hour in ("09", "10"):
        site.now = f"2026-10-05 {hour}:00"
        site.poll(late)
    assert site.find(shipped().compiled["overdue-files"]) == {"A": ("warning", 5)}


# --- due-soon --------------------------------------------------------------------------------------------------------
_DUE_SOON: Cases = [
    ({"due_at": "2026-10-02T17:00:00"}, None),  # overdue by now
    ({"due_at": "2026-10-03T17:00:00"}, ("reminder", 0)),  # Saturday: means today
    ({"due_at": "2026-10-05T17:00:00"}, ("reminder", 0)),
    ({"due_at": "2026-10-07T17:00:00"}, ("reminder", 2)),
    ({"due_at": "2026-10-08T17:00:00"}, None),
    ({"due_at": ""}, None),
    ({"due_at": "2026-10-06T17:00:00", "status": "done", "ended_at": "2026-10-02T09:00:00"}, None),
    (
        {"due_at": "2026-10-06T17:00:00", "supplement_requested_at": "2026-10-02T09:00:00"},
        None,
    ),  # its clock stands still
]


def test_due_soon(store: Store) -> None:
    assert found(store, "due-soon", FILE, _DUE_SOON) == meant(_DUE_SOON)


def test_what_is_due_soon_moves_on_to_overdue_without_a_gap_and_is_never_both(store: Store) -> None:
    site = Site(store, NOW)
    site.poll(FILE | {"due_at": "2026-10-16T10:00:00"})
    seen = []
    for day in range(13, 22):
        _, results = site.evaluate(shipped(), f"2026-10-{day} 11:00")
        seen.append({name for name in ("due-soon", "overdue-files") if "A" in results[name]})
    assert seen == [set(), *[{"due-soon"}] * 6, *[{"overdue-files"}] * 2]


# --- slow-intake -----------------------------------------------------------------------------------------------------
_SLOW_INTAKE: Cases = [
    ({"submitted_at": "2026-10-02T08:00:00"}, None),  # Friday morning: until the end of Monday
    ({"submitted_at": "2026-10-01T16:00:00"}, ("reminder", 1)),
    ({"submitted_at": "2026-10-01T20:00:00"}, None),  # after closing time: from Friday on
    ({"submitted_at": "2026-09-29T08:00:00"}, ("warning", 3)),
    ({"submitted_at": "2026-09-29T08:00:00", "channel": "counter"}, None),
    ({"submitted_at": "2026-09-29T08:00:00", "accepted_at": "2026-09-29T09:00:00"}, None),
    ({"submitted_at": "2026-09-29T08:00:00", "status": "processing"}, None),  # accepted, nobody says when
    ({"submitted_at": "2026-09-29T08:00:00", "status": "refused"}, None),
    ({"submitted_at": "2026-09-29T08:00:00", "status": ""}, ("warning", 3)),
    ({"submitted_at": ""}, None),
]


def test_slow_intake(store: Store) -> None:
    online = FILE | {"accepted_at": "", "due_at": "", "status": "registered", "channel": "online"}
    assert found(store, "slow-intake", online, _SLOW_INTAKE) == meant(_SLOW_INTAKE)


# --- the other rules on files ----------------------------------------------------------------------------------------
_SECOND_SUPPLEMENT: Cases = [
    ({"supplement_requests": ""}, None),
    ({"supplement_requests": "1"}, None),
    ({"supplement_requests": "2"}, ("warning", 2)),
    ({"supplement_requests": "3"}, ("critical", 3)),
    ({"supplement_requests": "2", "supplement_requested_at": "2026-10-01T09:00:00"}, ("warning", 2)),
    ({"supplement_requests": "2", "status": "done", "ended_at": "2026-10-01T09:00:00"}, None),
]


def test_second_supplement(store: Store) -> None:
    assert found(store, "second-supplement", FILE, _SECOND_SUPPLEMENT) == meant(_SECOND_SUPPLEMENT)


_NO_DUE_DATE: Cases = [
    ({}, ("reminder", 0)),
    ({"status": "payment"}, ("reminder", 0)),
    ({"status": ""}, ("reminder", 0)),
    ({"due_at": "0001-01-01T00:00:00"}, ("reminder", 0)),
    ({"due_at": "2026-10-30T17:00:00"}, None),
    ({"status": "registered"}, None),
    ({"status": "", "accepted_at": ""}, None),
    ({"status": "supplement"}, None),
    ({"status": "done", "ended_at": "2026-10-01T09:00:00"}, None),
]


def test_no_due_date(store: Store) -> None:
    assert set(found(store, "no-due-date", FILE | {"due_at": ""}, _NO_DUE_DATE)) == set(meant(_NO_DUE_DATE))


_LATE_NO_APOLOGY: Cases = [
    ({"due_at": "2026-10-05T17:00:00"}, None),
    ({"due_at": "2026-10-02T17:00:00"}, ("reminder", 1)),
    ({"due_at": "2026-09-30T17:00:00"}, ("warning", 3)),
    ({"due_at": "2026-09-30T17:00:00", "apology_at": "2026-09-29T09:00:00"}, None),
    ({"due_at": "2026-09-30T17:00:00", "status": "done", "ended_at": "2026-10-02T09:00:00"}, None),
]


def test_late_no_apology(store: Store) -> None:
    assert found(store, "late-no-apology", FILE, _LATE_NO_APOLOGY) == meant(_LATE_NO_APOLOGY)


# --- announcements and the catalogue ---------------------------------------------------------------------------------
_NOT_ANNOUNCED: Cases = [
    ({"in_force_on": "2026-10-12"}, None),  # 5 working days before it: today
    ({"in_force_on": "2026-10-09"}, ("warning", 1)),
    ({"in_force_on": "2026-10-01"}, ("critical", 7)),
    ({"in_force_on": "2026-10-01", "announced_on": "2026-09-30"}, None),  # late, but done
    ({"in_force_on": ""}, None),
    ({"in_force_on": "2026-12-31", "fast_track": "true", "promulgated_on": "2026-09-29"}, ("warning", 1)),
]


def test_not_announced(store: Store) -> None:
    assert found(store, "not-announced", DUTY, _NOT_ANNOUNCED) == meant(_NOT_ANNOUNCED)


_PUBLISHED: list[tuple[dict[str, Any], Expected, Expected]] = [
    ({"decided_on": "2026-09-24"}, ("warning", 2), None),
    ({"decided_on": "2026-09-25"}, ("warning", 1), None),  # Friday: until Friday 2 October
    ({"decided_on": "2026-09-18"}, ("critical", 6), None),
    ({"decided_on": "2026-09-26"}, None, ("reminder", 0)),  # Saturday: day zero is Monday
    ({"decided_on": "2026-09-28"}, None, ("reminder", 0)),
    ({"decided_on": "2026-09-30"}, None, ("reminder", -2)),
    ({"decided_on": "2026-10-01"}, None, None),
    ({"decided_on": "2026-09-30", "fast_track": "true"}, ("warning", 1), None),
    ({"decided_on": "2026-09-24", "published_on": "2026-10-02"}, None, None),
    ({"decided_on": ""}, None, None),
]


def test_not_published_and_publish_due_soon(store: Store) -> None:
    late = [(given, expected) for given, expected, _ in _PUBLISHED]
    soon = [(given, expected) for given, _, expected in _PUBLISHED]
    assert found(store, "not-published", DUTY, late) == meant(late)
    assert found(store, "publish-due-soon", DUTY, soon) == meant(soon)


_INCOMPLETE: Cases = [
    ({"content_complete": "false"}, ("reminder", None)),
    ({"content_complete": "true"}, None),
    ({"content_complete": ""}, None),
]


def test_incomplete_content(store: Store) -> None:
    procedure = {"name": "Cấp giấy phép xây dựng", "unit": "H26.1"}
    assert found(store, "incomplete-content", procedure, _INCOMPLETE) == meant(_INCOMPLETE)


# --- plans -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "index", "bound"),
    [
        ("overdue-files", "ix_file_copies_open_due", "due_day_no"),
        ("late-no-apology", "ix_file_copies_open_due", "due_day_no"),
        ("due-soon", "ix_file_copies_open_due", "due_day_no"),
        ("no-due-date", "ix_file_copies_open_due", "due_day_no"),
        ("slow-intake", "ix_file_copies_open_intake", "submitted_day_no"),
        ("second-supplement", "ix_file_copies_open_due", ""),
    ],
)
def test_rules_on_open_files_are_served_by_a_partial_index(store: Store, rule: str, index: str, bound: str) -> None:
    """A city has ten times as many files that ended."""
    site = Site(store, NOW)
    ended = FILE | {"status": "done", "ended_at": "2026-10-01T09:00:00"}
    site.poll(
        *(ended | {"code": f"E{number}"} for number in range(2_000)), *(FILE | {"code": f"A{n}"} for n in range(20))
    )
    plan = site.plan(findings_select(shipped().compiled[rule], live=True, zone=HANOI))
    assert index in plan, plan
    assert bound in plan.split(index, 1)[1].split("Filter")[0], plan
