"""Late files without an apology, from the feed to the Word files in a head's mail, and what he says of the cause."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import docx

from tests.acceptance.world import World

RULES = Path(__file__).parents[2] / "rules"
FIRST, SECOND = "H26.1-260901-0001", "H26.1-260901-0002"
SOURCE = 'late_cause = "NguyenNhan"\napology_at = "XinLoi"\n'


def late(world: World) -> None:
    """Two files of the first unit that are late, and nothing said of an apology."""
    config = world.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace('section = "Phong"\n', f'section = "Phong"\n{SOURCE}'), "utf-8")
    (world.folder / "rules" / "late-no-apology.yaml").write_bytes((RULES / "late-no-apology.yaml").read_bytes())
    world.file(FIRST, "2026-09-28", NguyenNhan="chờ ý kiến Sở Tài chính, ĐT 0912345678")
    world.file(SECOND, "2026-09-30")


def attachments(mail: Any) -> dict[str, bytes]:
    return {part.get_filename(): part.get_content() for part in mail.iter_attachments()}


def words(content: bytes) -> str:
    return "\n".join(
        [line.text for line in docx.Document(io.BytesIO(content)).paragraphs]
        + [cell.text for table in docx.Document(io.BytesIO(content)).tables for row in table.rows for cell in row.cells]
    )


def test_a_mail_brings_a_draft_for_each_file_and_the_cause_comes_back(world: World, tmp_path: Path) -> None:
    late(world)
    world.once("2026-10-05 08:00")
    (mail,) = world.mails_to("an@hanoi.example")
    assert "Kèm theo thông báo này là 2 dự thảo văn bản xin lỗi (mẫu 04)" in mail.get_body(("plain",)).get_content()
    files = attachments(mail)
    (name,) = (name for name in files if name.endswith(".zip"))
    assert name == "du-thao-xin-loi-so-xay-dung-20261005.zip"
    with zipfile.ZipFile(io.BytesIO(files[name])) as archive:
        drafts = {each: words(archive.read(each)) for each in archive.namelist()}
    assert list(drafts) == [f"du-thao-xin-loi-{code}.docx" for code in (FIRST, SECOND)]
    first, second = drafts.values()
    for text in (
        f"hồ sơ mã số {FIRST} của Ông/Bà",
        "Kính gửi: Ông/Bà/Tổ chức ……",
        "Ngày 01/09/2026, Sở Xây dựng",
        "hẹn trả kết quả giải quyết hồ sơ: ngày 28/09/2026",
        "Lý do: chờ ý kiến Sở Tài chính, ĐT […].",
        "GIÁM ĐỐC SỞ",
        "Nguyễn Văn An",
    ):
        assert text in first, text
    assert "Lý do: ……" in second

    code = re.search(r"mã kiểm tra (\S+)", mail.get_body(("plain",)).get_content())
    assert code is not None
    verified = world.alertd("verify", code[1], "--json")
    assert verified.code == 0
    assert name in verified.out

    (alert,) = (found for found in world.alerts() if found["key"] == SECOND)
    given = ("--reason", "thiếu cán bộ đo đạc, CCCD 001085012345", "--by", "Nguyễn Văn An")
    said = world.alertd("alerts", "cause", str(alert["id"]), *given, at=True)
    assert said.out.splitlines() == [
        f"the cause of alert {alert['id']} ({SECOND}) is kept, as: thiếu nhân lực, quá tải",
        "what may identify a citizen was taken out; kept is: thiếu cán bộ đo đạc, CCCD […]",
    ]
    shown = world.alertd("alerts", "show", str(alert["id"]))
    assert "cause (staff): thiếu cán bộ đo đạc, CCCD […] – Nguyễn Văn An, " in shown.out
    explained = world.alertd("explain", SECOND, at=True)
    assert "Nguyên nhân chậm theo Nguyễn Văn An" in " ".join(explained.out.split())
    (summed,) = world.alertd("apologies", "causes", "2026-09", "--json", at=True).json
    assert summed == {"unit": "H26.1", "late": 2, "said": 1, "unknown": 0, "kinds": {"staff": 1, "opinion": 1}}

    out = tmp_path / "draft.docx"
    assert world.alertd("apologies", "draft", SECOND, "--out", str(out), at=True).out == f"wrote {out}\n"
    assert "Lý do: thiếu cán bộ đo đạc, CCCD […]." in words(out.read_bytes())
    refused = world.alertd("apologies", "draft", SECOND + "9", at=True)
    assert (refused.code, SECOND in refused.err) == (2, True)
    assert world.alertd("audit", "verify").code == 0


def test_a_faulty_form_is_found_beforehand_and_keeps_no_notice_back(world: World) -> None:
    late(world)
    (world.folder / "templates").mkdir()
    made = docx.Document()
    made.add_paragraph("Hồ sơ {{ code }} của Ông/Bà {{ ho_ten }}")
    made.save(str(world.folder / "templates" / "form_04.docx"))
    checked = world.alertd("check")
    assert checked.code == 1
    assert (
        "form_04.docx: có trường không tồn tại: 'ho_ten' is undefined; các trường dùng được: site, unit," in checked.out
    )
    world.once("2026-10-05 08:00")
    (mail,) = world.mails_to("an@hanoi.example")
    assert FIRST in mail.get_body(("plain",)).get_content()
    assert "dự thảo" not in mail.get_body(("plain",)).get_content()
    assert [name for name in attachments(mail) if not name.endswith(".xlsx")] == []
    office = " ".join(" ".join(world.texts_to("vanphong@hanoi.example")).split())
    assert "Biểu mẫu form_04.docx không dùng được" in office
