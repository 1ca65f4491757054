"""Scene 6: units that end, split, merge or share a name, and files that move between units: each head hears what is his."""

from tests.acceptance.golden import golden
from tests.acceptance.world import PEOPLE, UNITS, World, overdue

SCENE = "06_the_unit_that_moved"
OVERDUE = overdue(repeat="2 working days")
AN, BINH, CARTER, OFFICE = "an@hanoi.example", "binh@hanoi.example", "carter@hanoi.example", "vanphong@hanoi.example"
OLD = """\
H26.Q1,UBND quận Ba Đình,district,H26,,2025-06-30
H26.Q2,UBND quận Hoàn Kiếm,district,H26,,2025-06-30
H26.TN,Sở Tài nguyên cũ,department,H26,,2026-10-05
"""
HEADER = "unit,field,successor,from\n"


def begin(world: World, successors: str = "", units: str = OLD, people: str = "") -> None:
    world.rule("overdue", OVERDUE)
    world.table("units", UNITS + units)
    world.table("contacts", PEOPLE + people)
    world.table("successors", HEADER + successors)
    config = world.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    text = text.replace('contacts = "contacts.csv"\n', 'contacts = "contacts.csv"\nsuccessors = "successors.csv"\n')
    config.write_text(text.replace('section = "Phong"\n', 'section = "Phong"\nfield = "LinhVuc"\n'), encoding="utf-8")


def english(world: World) -> None:
    config = world.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[site]\n", '[site]\nlanguage = "en"\n'), encoding="utf-8")


def texts(world: World, address: str, *, digests: bool) -> list[str]:
    return [text for text in world.texts_to(address) if text.startswith("[TTHC]") is digests]


def digest(world: World, address: str) -> str:
    return texts(world, address, digests=True)[-1]


def notice(world: World, address: str) -> str:
    return texts(world, address, digests=False)[-1]


def about(world: World, address: str, code: str) -> list[str]:
    return [text for text in world.texts_to(address) if code in text]


# --- units that have ended -------------------------------------------------------------------------------------------
def test_what_nobody_took_over_is_one_task_for_the_office_per_old_unit(world: World) -> None:
    begin(world)
    for number in range(12):
        world.file(f"H26.Q1-250601-{number:04}", "2026-09-14", unit="H26.Q1")  # 15 working days late: critical, at once
    for number in range(3):
        world.file(f"H26.Q2-250601-{number:04}", "2026-09-28", unit="UBND QUẬN HOÀN KIẾM")
    assert world.once("2026-10-05 07:00").code == 0  # before the hour of digests
    assert world.mails_to(OFFICE) == []
    world.once("2026-10-05 08:00")
    (told,) = world.texts_to(OFFICE)
    assert "UBND quận Ba Đình (kết thúc ngày 30/06/2025): 12 việc đang mở, chưa ghi đơn vị kế thừa" in told
    assert "UBND quận Hoàn Kiếm (kết thúc ngày 30/06/2025): 3 việc đang mở" in told
    assert "250601" not in told  # and not a line per file
    golden(SCENE, "task-vi", told)
    assert {alert["state"] for alert in world.alerts()} == {"open"}
    # the office says who takes over: he hears of all, and one task is left
    world.table("successors", HEADER + "H26.Q1,,H26.2,2025-07-01\n")
    world.once("2026-10-07 08:00")
    assert len({code for code in world.files if code in "".join(world.texts_to(BINH))}) > 0
    assert "UBND quận Ba Đình: 12 hồ sơ" in notice(world, BINH)
    golden(SCENE, "taken-over-vi", notice(world, BINH))
    english(world)
    world.once("2026-10-08 08:00")
    told = texts(world, OFFICE, digests=True)[-1]
    assert "UBND quận Hoàn Kiếm (ended on 30/06/2025): 3 open matters, no successor is named" in told
    assert "Ba Đình (ended" not in told
    golden(SCENE, "task-en", told)


def test_a_unit_that_is_split_goes_to_its_successors_by_field_from_its_last_day_on(world: World) -> None:
    begin(world, "H26.TN,Đất đai,H26.1,\nH26.TN,Hộ tịch,H26.3,\nH26.TN,,H26.VP,2027-01-01\n")
    world.table("contacts", PEOPLE + "H26.TN,head,Phạm Thị Cũ,Giám đốc Sở,cu@hanoi.example,,,2026-10-05\n")
    world.file("H26.TN-260901-0001", "2026-09-21", unit="H26.TN", LinhVuc="đất ĐAI")  # 10 working days late
    world.file("H26.TN-260901-0002", "2026-09-21", unit="H26.TN", LinhVuc="Hộ tịch")
    world.file("H26.TN-260901-0003", "2026-09-21", unit="H26.TN", LinhVuc="Môi trường")
    world.once("2026-10-05 08:00")  # its last day: it still answers for itself
    assert len(about(world, "cu@hanoi.example", "0001")) == 2  # a message, and the digest
    assert about(world, AN, "H26.TN") == []
    world.once("2026-10-07 08:00")
    assert "0001" in notice(world, AN)
    assert "0002" not in notice(world, AN)
    assert "quá hạn 12 ngày làm việc: 10 ngày trước khi chuyển đến, 2 ngày tại đơn vị" in notice(world, AN)
    assert "12 working days late: 10 before you, 2 with you" in notice(world, CARTER)
    golden(SCENE, "split-vi", notice(world, AN))
    golden(SCENE, "split-en", notice(world, CARTER))
    told = digest(world, OFFICE)
    assert "Sở Tài nguyên cũ (kết thúc ngày 05/10/2026): 1 việc đang mở, nhiều đơn vị kế thừa" in told
    assert "(Môi trường)" in told
    # finished after the end of its unit, it is its successor's to have dealt with
    world.end("H26.TN-260901-0001", "2026-10-07T15:00:00")
    world.once("2026-10-08 08:00")
    assert "H26.TN-260901-0001" in digest(world, AN).split("Đã xử lý", 1)[1]


def test_two_units_that_became_one_are_two_parts_of_one_message(world: World) -> None:
    begin(world, "H26.Q1,,H26.2,\nH26.Q2,,H26.Q1,\n")  # a chain: the second became the first, and that the ward
    world.file("H26.Q1-250601-0001", "2026-09-14", unit="H26.Q1")
    world.file("H26.Q2-250601-0001", "2026-09-14", unit="H26.Q2")
    world.file("H26.2-260801-0001", "2026-09-14", unit="H26.2")
    world.once("2026-10-05 08:00")
    (told,) = texts(world, BINH, digests=False)
    for name in ("UBND quận Ba Đình", "UBND quận Hoàn Kiếm", "UBND phường Ba Đình"):
        assert f"> {name}: 1 hồ sơ" in told


def test_check_finds_successions_that_cannot_be(world: World) -> None:
    begin(world, "H26.Q1,,H26.Q9,\nH26.Q1,Đất đai,H26.Q2,\nH26.Q2,đất đai,H26.Q1,\n")
    said = world.alertd("check", "--language", "en").out
    assert "successors.csv:2:9: unknown successor 'H26.Q9'" in said
    assert "successors.csv:4: circular: 'H26.Q1' becomes 'H26.Q2' again" in said


# --- files that move -------------------------------------------------------------------------------------------------
def test_a_file_that_changes_units_both_heads_hear_the_right_thing(world: World) -> None:
    begin(world)
    code = "H26.3-260901-0001"
    world.file(code, "2026-09-29", unit="H26.3")
    world.file("H26.3-260901-0002", "2026-09-29", unit="H26.3")
    world.once("2026-10-02 08:00")  # warning
    world.once("2026-10-13 07:31")
    world.file(code, DonVi="H26.1")
    world.once("2026-10-13 09:00")  # it moves, and is critical now
    told = notice(world, AN)
    assert "chuyển đến đơn vị lúc 09:00 ngày 13/10/2026, khi đã quá hạn 10 ngày làm việc" in told
    golden(SCENE, "came-vi", told)
    events = [event["what"] for event in world.alertd("alerts", "show", "1", "--json").json["events"]]
    assert {"moved", "worse"} <= set(events)
    world.once("2026-10-14 07:31")
    assert f"handed over to another unit): 1 file ({code}, 13/10/2026)" in digest(world, CARTER)
    golden(SCENE, "left-en", digest(world, CARTER))
    world.once("2026-10-15 07:31")
    assert code not in digest(world, CARTER)  # once


def test_back_and_forth_nobody_is_told_that_he_lost_what_he_has(world: World) -> None:
    begin(world)
    code = "H26.1-260901-0001"
    world.file(code, "2026-09-21")
    world.once("2026-10-02 08:00")
    world.file(code, DonVi="H26.2")
    world.once("2026-10-05 09:00")
    world.file(code, DonVi="H26.1")
    world.once("2026-10-06 16:00")
    world.once("2026-10-07 07:31")
    assert "chuyển sang đơn vị khác" not in digest(world, AN)
    left = digest(world, BINH)
    assert f"(đã chuyển sang đơn vị khác): 1 hồ sơ ({code}, 05/10/2026)" not in left
    assert f"(đã chuyển sang đơn vị khác): 1 hồ sơ ({code}, 06/10/2026)" in left
    # 21 September … 7 October: 12 late, of which the ward had one; he had the others himself
    assert "quá hạn 12 ngày làm việc: 1 ngày ở đơn vị khác, 11 ngày tại đơn vị" in digest(world, AN)
    golden(SCENE, "back-vi", digest(world, AN))
    golden(SCENE, "lent-vi", left)


def test_to_a_unit_without_a_head_the_office_hears_and_the_old_head_that_it_left_him(world: World) -> None:
    begin(world)
    code = "H26.1-260901-0001"
    world.file(code, "2026-09-21")
    world.configure(more='[digest]\nwhen_empty = "never"')
    world.once("2026-10-05 08:00")
    world.file(code, DonVi="H26.4")
    world.once("2026-10-05 09:00")
    told = notice(world, OFFICE)
    assert "UBND phường Cửa Nam: 1 hồ sơ" in told
    assert "hiện không có người đứng đầu" in told
    world.once("2026-10-06 07:31")
    assert "(đã chuyển sang đơn vị khác): 1 hồ sơ" in digest(world, AN)  # though nothing is open with him
    golden(SCENE, "left-vi", digest(world, AN))


def test_where_one_person_heads_both_units_he_has_lost_nothing_and_all_days_are_his(world: World) -> None:
    begin(world)
    world.table("contacts", PEOPLE + "H26.4,acting,Nguyễn Văn An,Phụ trách,an@hanoi.example,,,\n")
    code = "H26.1-260901-0001"
    world.file(code, "2026-09-21")
    world.once("2026-10-05 08:00")
    world.file(code, DonVi="H26.4")
    world.once("2026-10-05 09:00")
    world.once("2026-10-07 07:31")
    told = digest(world, AN)
    assert code in told
    assert "chuyển sang đơn vị khác" not in told
    assert "trước khi chuyển đến" not in told


def test_a_unit_that_the_source_forgets_is_no_hand_over(world: World) -> None:
    begin(world)
    code = "H26.1-260901-0001"
    world.file(code, "2026-09-21")
    world.once("2026-10-05 08:00")
    world.file(code, DonVi="")
    world.once("2026-10-05 09:00")
    world.once("2026-10-06 07:31")
    assert "(nguồn dữ liệu không còn ghi đơn vị; Văn phòng kiểm tra): 1 hồ sơ" in digest(world, AN)
    world.file(code, DonVi="H26.1")
    world.once("2026-10-06 09:00")
    told = notice(world, AN)
    assert code in told
    assert "chuyển đến đơn vị" not in told
    (record,) = world.alertd("explain", code, "--json", at=True).json["records"]
    assert [(span["unit"], span["holder"]) for span in record["ledger"]["spans"]] == [("H26.1", "unit")]


# --- names -----------------------------------------------------------------------------------------------------------
def test_a_name_that_two_units_have_means_the_one_of_the_records_day_or_nobody(world: World) -> None:
    twice = "Văn phòng Đăng ký đất đai Hà Nội"
    units = f"H26.D0,{twice},office,H26,,2026-06-30\nH26.D1,{twice},office,H26,2026-07-01,\nH26.HX,Phường Hoà Xá,ward,H26,,\n"
    people = (
        "H26.D1,head,Đỗ Văn Đất,Giám đốc,dat@hanoi.example,,,\nH26.HX,head,Vũ Thị Xá,Chủ tịch,xa@hanoi.example,,,\n"
    )
    begin(world, units=units + "H26.S1,Sở Trùng,department,H26,,\nH26.S2,Sở Trùng,department,H26,,\n", people=people)
    world.file("H26.D-260701-0001", "2026-09-21", unit=twice.upper(), NgayTiepNhan="2026-07-01T08:00:00")
    world.file("H26.D-260601-0002", "2026-09-21", unit=twice, NgayTiepNhan="2026-06-01T08:00:00")
    world.file("H26.X-260901-0003", "2026-09-21", unit="phường  HÒA XÁ")
    world.file("H26.S-260901-0004", "2026-09-21", unit="Sở Trùng")
    world.once("2026-10-05 08:00")
    found = {alert["key"][-4:]: alert["unit"] for alert in world.alerts()}
    assert found == {"0001": "H26.D1", "0002": "H26.D0", "0003": "H26.HX", "0004": None}
    assert about(world, "dat@hanoi.example", "0001")
    assert about(world, "xa@hanoi.example", "0003")
    assert "đơn vị ghi trong nguồn: Sở Trùng" in notice(world, OFFICE)
    assert f"{twice} (kết thúc ngày 30/06/2026): 1 việc đang mở" in digest(world, OFFICE)
