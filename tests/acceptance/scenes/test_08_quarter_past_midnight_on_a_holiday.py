"""Scene 8: levels tick at midnight, messages do not; the office hears at its opening, once, and no head is flooded."""

from tests.acceptance.golden import golden
from tests.acceptance.world import World, overdue, states

SCENE = "08_quarter_past_midnight_on_a_holiday"
OVERDUE = overdue(
    "reminder: 1, warning: 10, critical: 20",
    "reminder: digest, warning: office_hours, critical: at_once",
    measure="days_late",
)
# They come to 20 days late on the National Day, Wednesday 2 September 2026; Monday and Tuesday are days off as well.
TICKS, TICKS_TOO = "H26.1-260701-0001", "H26.1-260701-0002"
FOREIGN = "H26.3-260701-0001"
TAKEN = "2026-07-01T08:00:00"
AN, CARTER = "an@hanoi.example", "carter@hanoi.example"


def alerts_to(world: World, address: str) -> list[str]:
    return [text for text in world.texts_to(address) if "Bản tin" not in text and "Digest of" not in text]


def on_the_day_before(world: World) -> None:
    world.rule("overdue", OVERDUE)
    for code in (TICKS, TICKS_TOO):
        world.file(code, "2026-08-13", NgayTiepNhan=TAKEN)
    world.file(FOREIGN, "2026-08-13", unit="H26.3", NgayTiepNhan=TAKEN)
    for time in ("2026-08-28 15:00", "2026-08-28 16:30"):
        ran = world.once(time)
        assert ran.code == 0, ran.err


def test_what_ticks_on_a_holiday_is_told_once_at_the_opening_with_what_was_solved_meanwhile(world: World) -> None:
    on_the_day_before(world)
    before = len(world.mail.mails)
    for time in ("2026-09-02 00:15", "2026-09-02 09:00", "2026-09-02 18:00"):
        assert world.once(time).code == 0
    assert {alert["level"] for alert in world.alerts()} == {"critical"}
    assert len(world.mail.mails) == before
    world.end(TICKS, "2026-09-02T20:00:00")
    world.once("2026-09-03 00:15")
    assert len(world.mail.mails) == before
    for time in ("2026-09-03 07:30", "2026-09-03 07:45"):
        world.once(time)
    assert states(world.alerts())[TICKS] == "resolved"
    for address, name in ((AN, "vi"), (CARTER, "en")):
        alert = alerts_to(world, address)[1:]
        digests = [text for text in world.texts_to(address) if "03/09/2026" in text.splitlines()[0]]
        assert (len(alert), len(digests)) == (1, 1)
        golden(SCENE, f"opening_{name}", alert[0])
        golden(SCENE, f"digest_{name}", digests[0])
    assert TICKS not in alerts_to(world, AN)[1]
    (digest,) = (text for text in world.texts_to(AN) if "Bản tin ngày 03/09/2026" in text)
    assert TICKS in digest.split("III. Đã xử lý", 1)[1]


def test_what_a_record_says_at_night_goes_at_once(world: World) -> None:
    on_the_day_before(world)
    world.file("H26.1-260701-0003", "2026-08-01", NgayTiepNhan=TAKEN)
    world.once("2026-09-02 00:15")
    assert "H26.1-260701-0003" in alerts_to(world, AN)[1]
    assert TICKS not in alerts_to(world, AN)[1]


def test_the_rest_of_a_busy_day_stands_in_the_next_digest_which_says_how_many(world: World) -> None:
    on_the_day_before(world)
    world.once("2026-09-03 07:30")
    heard = {address: len(alerts_to(world, address)) for address in (AN, CARTER)}
    for hour in range(9, 14):
        for unit in ("H26.1", "H26.3"):
            world.file(f"{unit}-260801-00{hour:02}", "2026-08-01", unit=unit, NgayTiepNhan=TAKEN)
        world.once(f"2026-09-03 {hour:02}:15")
    assert {address: len(alerts_to(world, address)) - heard[address] for address in (AN, CARTER)} == {AN: 1, CARTER: 1}
    today = [notice for notice in world.notices() if notice["created_at"].startswith("2026-09-03")]
    per_head = [notice for notice in today if notice["unit"] in ("H26.1", "H26.3")]
    assert len(per_head) == 2 * 3
    world.once("2026-09-04 07:30")
    for address, name in ((AN, "vi"), (CARTER, "en")):
        (digest,) = (text for text in world.texts_to(address) if "04/09/2026" in text.splitlines()[0])
        golden(SCENE, f"digest_after_a_busy_day_{name}", digest)
