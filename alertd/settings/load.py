"""Read config.toml once into frozen Settings: every fault at once, with its line, its key and its cure, and no secret in any."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from alertd.errors import CannotRun, Fault, Misconfigured, Said
from alertd.settings.complaint import Complaint, faults_of, to_write
from alertd.settings.cross_checks import cross_complaints
from alertd.settings.references import read_secrets
from alertd.settings.shape_complaints import OWN, shape_complaints
from alertd.settings.shapes import Settings

_BARE = re.compile(r"\s*(?P<key>[\w.-]+)\s*=\s*(?P<value>[^\s\"'\[{#][^\"'#]*)")
# What Python's reader says, by how it begins; the rest stays in its words.
_TOML_SAYS = {
    "Invalid value": "giá trị không hợp lệ",
    "Invalid statement": "dòng không hợp lệ",
    "Cannot declare": "bảng này được khai báo hai lần",
    "Duplicate inline table key": "khóa này đã có trong cùng bảng",
    "Illegal character": "ký tự không hợp lệ trong văn bản",
    "Found invalid character": "ký tự không hợp lệ",
    "Invalid initial character for a key part": "tên khóa không hợp lệ",
    "Unescaped '\\' in a string": "dấu \\ trong văn bản phải viết thành \\\\, hoặc dùng ngoặc đơn",
    "Invalid date or datetime": "ngày hoặc giờ không hợp lệ",
    "Unclosed inline table": "bảng chưa đóng ngoặc }",
    "Cannot overwrite a value": "khóa hoặc bảng này đã có ở trên",
    "Unclosed array": "danh sách chưa đóng ngoặc ]",
    "Unterminated string": "văn bản chưa đóng ngoặc kép",
    "Expected newline or end of document after a statement": "sau giá trị phải xuống dòng",
    "Expected '=' after a key in a key/value pair": "sau tên khóa phải có dấu =",
    "Expected ']' at the end of a table declaration": "tên bảng phải kết thúc bằng ]",
    "Expected ']]' at the end of an array declaration": "tên bảng phải kết thúc bằng ]]",
}
_TOML_CURES = {
    "Illegal character '\\n'": Said("close the text with a quotation mark", "đề nghị đóng ngoặc kép ở cuối văn bản"),
    "Cannot declare": Said("put all its lines under one of the two", "đề nghị gộp các dòng của bảng vào một chỗ"),
    "Cannot overwrite a value": Said("keep one of the two", "đề nghị chỉ giữ một trong hai"),
    "Expected '='": Said("write key = value", "đề nghị viết khóa = giá trị"),
    "Expected ']'": Said("close it, as in [units]", "đề nghị đóng ngoặc, như [units]"),
    "Expected ']]'": Said("close it, as in [[sources]]", "đề nghị đóng ngoặc, như [[sources]]"),
    "Unclosed array": Said("close the list with ]", "đề nghị đóng danh sách bằng ]"),
}
_TOML_PLACE = re.compile(r"^(?P<what>.*) \(at line (?P<line>\d+), column (?P<col>\d+)\)$", re.DOTALL)


def load_settings(path: Path) -> Settings:
    """Raises CannotRun where there is no config, Misconfigured with all its faults where it cannot be used as it is."""
    text = _text(path)
    raw = _parsed(text, path)
    folder = path.absolute().parent
    read, complaints = read_secrets(raw, folder)
    settings, found = _shaped(read, folder, path)
    complaints += [*found, *cross_complaints(read, folder)]
    if settings is None or complaints:
        raise Misconfigured(faults_of(complaints, file=str(path), text=text, raw=raw))
    return settings


def warnings_of(settings: Settings) -> list[Fault]:
    """What can be run, but hardly is what was meant."""
    found = []
    for source in settings.sources:
        if "supplement_requested_at" in source.fields and "supplement_answered_at" not in source.fields:
            name = f"sources[{source.name}].fields"
            what = Said(
                f"{name}: supplement_requested_at is mapped without supplement_answered_at",
                f"{name}: có supplement_requested_at mà không có supplement_answered_at",
            )
            cure = Said(
                "such files count as waiting for the citizen for ever; map both, or neither",
                "hồ sơ như vậy sẽ luôn bị coi là đang chờ công dân bổ sung; đề nghị khai báo cả hai, hoặc bỏ cả hai",
            )
            found.append((what, cure))
    found += [_title_withheld(source.name) for source in settings.sources if set(source.fields) - set(source.taken)]
    if not (settings.telegram.token or settings.email.host or settings.http.url):
        what = Said(
            "no channel is set up: nobody can be told", "chưa thiết lập kênh gửi nào: không thông báo được cho ai"
        )
        cure = Said(
            "set [email] host, [telegram] token or [http] url",
            "đề nghị điền [email] host, [telegram] token hoặc [http] url",
        )
        found.append((what, cure))
    if settings.units.contacts is None:
        what = Said(
            "units.contacts: missing, so no unit has a head",
            "units.contacts: thiếu khóa này nên không đơn vị nào có người đứng đầu",
        )
        found.append((what, to_write('contacts = "contacts.csv"')))
    return [Fault(str(settings.file), 0, 0, what, cure, warning=True) for what, cure in found]


def _title_withheld(source: str) -> tuple[Said, Said]:
    name = f"sources[{source}].fields.title"
    what = Said(
        f"{name}: a title may name a citizen, so the column is not read in",
        f"{name}: trích yếu có thể chứa thông tin cá nhân nên cột này không được đọc vào",
    )
    cure = Said(
        "take the line out; where all titles of the source are public, set public_titles = true",
        "đề nghị bỏ dòng này; nếu mọi trích yếu của nguồn đều công khai, đặt public_titles = true",
    )
    return what, cure


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        where = path.absolute().parent
        cure = "run `alertd init` there, or name another with --config"
        raise CannotRun(f"{path.name} not found in {where}; {cure}") from None
    except OSError as error:
        raise CannotRun(f"{path} cannot be read ({error.strerror}); check its owner and mode") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Misconfigured(
            [
                Fault(
                    str(path),
                    line,
                    0,
                    Said("not UTF-8", "tệp không phải UTF-8"),
                    Said("save it as UTF-8", "đề nghị lưu dạng UTF-8"),
                )
            ]
        ) from None


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.match(str(error))
        what = place["what"] if place else str(error)
        line, col = (int(place["line"]), int(place["col"])) if place else (len(text.splitlines()), 0)
        raise _no_toml(path, line, col, Said(what, _toml_says(what)), _cure(text, line, what)) from None
    except RecursionError:
        what_is = Said("brackets within brackets", "dấu ngoặc lồng nhau quá nhiều")
        raise _no_toml(path, 0, 0, what_is, Said("close them", "đề nghị đóng ngoặc")) from None
    except ValueError:  # of Python, which reads no whole number of more than 4,300 digits
        what_is = Said("a number without end", "số quá dài")
        raise _no_toml(path, 0, 0, what_is, Said("shorten it", "đề nghị rút ngắn")) from None


def _toml_says(what: str) -> str:
    return next((vi for begin, vi in _TOML_SAYS.items() if what.startswith(begin)), what)


def _no_toml(path: Path, line: int, col: int, what: Said, cure: Said) -> Misconfigured:
    told = Said(f"no valid TOML: {what}", f"không đúng cú pháp TOML: {what.vi}")
    return Misconfigured([Fault(str(path), line, col, told, cure)])


def _cure(text: str, line: int, what: str) -> Said:
    """The commonest slip is a text without quotes."""
    lines = text.splitlines()
    bare = _BARE.match(lines[line - 1]) if what == "Invalid value" and 0 < line <= len(lines) else None
    if bare is None:
        see = Said("see https://toml.io", "xem https://toml.io")
        return next((cure for begin, cure in _TOML_CURES.items() if what.startswith(begin)), see)
    if bare["value"].strip().casefold() in ("true", "false"):
        return Said("write true or false, in small letters", "đề nghị viết true hoặc false, bằng chữ thường")
    sample = f'{bare["key"]} = "{bare["value"].strip()}"'
    return Said(f"a text stands between quotes: {sample}", f"văn bản phải đặt trong ngoặc kép: {sample}")


def _shaped(read: dict[str, Any], folder: Path, path: Path) -> tuple[Settings | None, list[Complaint]]:
    keys = {key: value for key, value in read.items() if key not in OWN}
    try:
        return Settings.model_validate({**keys, "folder": folder, "file": path}), []
    except ValidationError as error:
        return None, shape_complaints(error, read)
