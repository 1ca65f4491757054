"""The office's mail of the morning, whole: what moves in the city, what differs, what is to be explained, and the chart."""

from tests.acceptance.golden import golden
from tests.acceptance.index_tables import TABLE
from tests.acceptance.world import World, overdue

OFFICE = "vanphong@hanoi.example"
INDEX = (
    TABLE
    + """\
numerator = "Tử số"
denominator = "Mẫu số"
[[sources]]
name = "portal"
dataset = "files"
kind = "spreadsheet"
path = "portal/*.csv"
authority = 1
times = { format = "iso", timezone = "Asia/Ho_Chi_Minh" }
[sources.fields]
code = "MaHoSo"
unit = "DonVi"
status = "TrangThai"
accepted_at = "NgayTiepNhan"
due_at = "NgayHenTra"
[sources.values.status]
"4" = "processing"
[sync]
city = "one-stop"
portal = "portal"
since = 2026-09-01
"""
)
READINGS = """\
Kỳ;Đơn vị;Chỉ số;Điểm;Hạng;Tử số;Mẫu số;Lúc
9/2026;H26;TONG_SCORE;58,18;58;;;05/09/2026 07:00
9/2026;H26;CKMB;9,50;;;;05/09/2026 07:00
10/2026;H26;TONG_SCORE;56,75;61;;;04/10/2026 07:00
10/2026;H26;TONG_SCORE;57,06;60;;;05/10/2026 07:00
10/2026;H26;CKMB;9,50;;;;05/10/2026 07:00
10/2026;H26;TDGQ;14,77;;73;99;05/10/2026 07:00
10/2026;H26;DOSSIER_SYNC;4,00;;10;15;05/10/2026 07:00
"""


def test_the_office_reads_how_the_city_moves(world: World) -> None:
    for name, text in (("index", READINGS), ("portal", _portal())):
        (world.folder / name).mkdir()
        (world.folder / name / f"{name}.csv").write_text(text, encoding="utf-8")
    world.configure(more=INDEX)
    world.rule("overdue", overdue())
    for number, due in enumerate(("2026-09-10", "2026-09-15", "2026-09-22", "2026-09-29", "2026-10-02")):
        world.file(f"H26.1-260901-{number:04}", due)
    world.file("H26.1-261001-0009", "2026-10-20", NgayTiepNhan="2026-10-01T09:00:00")
    world.end("H26.1-260901-0000", "2026-09-24T10:00:00")
    assert world.once("2026-10-02 16:00").code == 0
    world.end("H26.1-260901-0000", "2026-09-09T10:00:00")
    assert world.once("2026-10-05 07:30").code == 0
    *_, mail = [each for each in world.mails_to(OFFICE) if "Bản tin thành phố" in each["Subject"]]
    golden("15_how_the_city_moves", "city_digest_vi", mail.get_body(("plain",)).get_content())
    (page,) = [part for part in mail.walk() if part.get_content_type() == "text/html"]
    (chart,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert f'src="cid:{chart["Content-ID"].strip("<>")}"' in page.get_content()
    assert chart.get_content().startswith(b"\x89PNG")
    assert "http" not in page.get_content().split("<body", 1)[1].replace("http-equiv", "")


def _portal() -> str:
    rows = [f"H26.1-260901-{number:04};H26.1;4;2026-09-01T09:00:00;2026-09-30T17:00:00" for number in (1, 2)]
    return "\n".join(["MaHoSo;DonVi;TrangThai;NgayTiepNhan;NgayHenTra", *rows]) + "\n"
