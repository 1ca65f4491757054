"""The office's form 04 as the rest of alertd uses it: which file it is, letters filled by a process of their own, faults in words.

Word's library takes 30 MB and half a second; a form that never ends, or fills the memory, takes that process with it alone.
"""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import alertd
from alertd.errors import Fault, Said
from alertd.model.apologies import BLANK, Drafting, Form04

_FAULTY = 3  # form_fill.FAULTY, which is not imported: Word's library comes with it
_PATIENCE = 180.0  # seconds
_FILL = "alertd.paper.form_fill"
_ENVIRONMENT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
)  # secrets of the site are none of its business
NAMES = tuple(field.name for field in fields(Form04))

_WORD = Said(
    "open the file that alertd ships in Word, change it there and save it as .docx",
    "mở tệp mẫu của hệ thống bằng Word, sửa rồi lưu dưới dạng .docx",
)
_SAID: Mapping[str, tuple[Said, Said]] = {
    "unreadable": (Said("cannot be read ({})", "không đọc được ({})"), _WORD),
    "no_word": (Said("is not a Word document ({})", "không phải là tệp Word ({})"), _WORD),
    "old": (
        Said("is an old .doc, or under a password", "là tệp .doc cũ hoặc có đặt mật khẩu"),
        Said("save it as .docx without a password", "lưu lại dưới dạng .docx, không đặt mật khẩu"),
    ),
    "large": (Said("is too large ({})", "quá lớn ({})"), Said("take out its pictures", "bỏ bớt hình ảnh trong tệp")),
    "active": (
        Said("does something when it is opened ({})", "có macro hoặc nội dung tự chạy khi mở ({})"),
        Said(
            "save it as .docx without macros, objects and fields",
            "lưu dưới dạng .docx, không có macro, đối tượng nhúng",
        ),
    ),
    "outside": (
        Said("fetches something from elsewhere when it is opened ({})", "tải nội dung từ nơi khác khi mở ({})"),
        Said(
            "put pictures into the file itself, and attach no template",
            "chèn hình ảnh vào tệp, không gắn mẫu ở nơi khác",
        ),
    ),
    "syntax": (
        Said("has a faulty field: {}", "có trường viết sai: {}"),
        Said("write fields as {{ code }}", "trường được viết như {{ code }}"),
    ),
    "field": (
        Said("names a field that there is not: {}", "có trường không tồn tại: {}"),
        Said(f"the fields are {', '.join(NAMES)}", f"các trường dùng được: {', '.join(NAMES)}"),
    ),
    "fails": (Said("cannot be filled: {}", "không điền được: {}"), _WORD),
    "long": (Said("becomes too long ({} characters)", "quá dài khi điền ({} ký tự)"), _WORD),
    "broken": (
        Said("is no Word document once it is filled ({})", "không còn là tệp Word sau khi điền ({})"),
        Said(
            "begin and end an {% if %} or {% for %} in the same paragraph or cell",
            "mở và đóng {% if %}, {% for %} trong cùng một đoạn",
        ),
    ),
    "no_code": (
        Said("does not say which file it is about", "không nêu mã hồ sơ"),
        Said("put {{ code }} into it", "thêm trường {{ code }}"),
    ),
    "endless": (
        Said("is not filled within {} seconds", "không điền xong trong {} giây"),
        Said("make it simpler: no loops are needed", "viết đơn giản lại; mẫu không cần vòng lặp"),
    ),
}
# A file of which everything is known, and one of which next to nothing is.
SAMPLE = Form04(
    site="Thành phố Hà Nội",
    unit="UBND phường Ba Đình",
    unit_upper="UBND PHƯỜNG BA ĐÌNH",
    parent_upper="UBND THÀNH PHỐ HÀ NỘI",
    place="Hà Nội",
    year="2026",
    code="H26.21-261005-0003",
    procedure="1.004227",
    procedure_name="Đăng ký biến động quyền sử dụng đất <thử & sai>",
    received_on="05/10/2026",
    due_on="20/10/2026",
    days_late="3",
    reason="chờ ý kiến của cơ quan phối hợp",
    new_due_on="27/10/2026",
    section="Phòng Kinh tế, Hạ tầng và Đô thị",
    contact="Bộ phận Một cửa",
    signer_title="CHỦ TỊCH",
    signer="Lê Thị Bình",
)
_UNKNOWN = Form04(**(dict.fromkeys(NAMES, BLANK) | {"code": SAMPLE.code}))


def form_path(folder: Path, shipped: Path, name: str) -> Path:
    """The office's own file, where it has one, else the one that alertd ships."""
    own = folder / name
    return own if own.is_file() else shipped / name


def drafting(path: Path) -> Drafting:
    """What fills this form; a process for each call."""

    def fill(letters: Sequence[Form04]) -> Sequence[bytes] | Said:
        found = _filled(path, letters)
        return _sentence(*found) if isinstance(found, tuple) else found

    return fill


def faults_of(path: Path) -> list[Fault]:
    """What is wrong with a form, tried with a file of which everything is known and one of which nothing is."""
    found = _filled(path, (SAMPLE, _UNKNOWN))
    if not isinstance(found, tuple):
        return []
    what, cure = _SAID[found[0]]
    return [Fault(str(path), 0, 0, _with(what, found[1]), cure)]


def _filled(path: Path, letters: Sequence[Form04]) -> list[bytes] | tuple[str, str]:
    """The letters, or why not and what was seen."""
    asked = json.dumps({"form": str(path.absolute()), "letters": [asdict(letter) for letter in letters]})
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    environment |= {"PYTHONPATH": str(Path(alertd.__file__).parents[1]), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-m", _FILL],
            input=asked.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "endless", f"{_PATIENCE:.0f}"
    except OSError as error:
        return "fails", error.strerror or type(error).__name__
    if done.returncode == _FAULTY:
        said = json.loads(done.stdout)
        return str(said["why"]), str(said["detail"])
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return "fails", last[0][:200] if last else f"exit code {done.returncode}"
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as archive:
        return [archive.read(f"{place}.docx") for place in range(len(letters))]


def _sentence(why: str, detail: str) -> Said:
    what, cure = _SAID[why]
    told = _with(what, detail)
    return Said(f"{told}; {cure}", f"{told.vi}; {cure.vi}")


def _with(what: Said, detail: str) -> Said:
    return Said(str(what).replace("{}", detail), what.vi.replace("{}", detail))
