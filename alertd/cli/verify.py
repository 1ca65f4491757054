"""alertd verify."""

import email
import email.policy
from pathlib import Path
from typing import Annotated, Any

import typer

from alertd.check.genuine import Genuine, difference, genuine
from alertd.cli.common import AsJson, Config, open_store_alone, printable, show_json, show_table, to_minute
from alertd.errors import CannotRun

app = typer.Typer(add_completion=False)

_MOST = 5_000_000  # bytes of a file that somebody holds; a notice has less than a tenth of it


@app.command()
def verify(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code under a notice, K7QM-2XHD, or its number.")],
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="A text, or a mail (.eml), to compare with what went out."),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Is a notice genuine: to whom it went, when and how, and is it unchanged?"""
    held = _held(file) if file is not None else None
    with open_store_alone(config) as (settings, store), store.read() as session:
        found = genuine(session, code, settings.site.timezone)
    differs = difference(found.notice, held) if found.notice is not None and held is not None else []
    if as_json:
        show_json(_as_json(code, found, differs if held is not None else None))
    else:
        _show(code, found, differs, file)
    if differs or not found.unchanged:
        raise typer.Exit(1)


def _held(file: Path) -> str:
    """The text of the file; of a mail its plain body. Raises CannotRun."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise CannotRun(f"{file} cannot be read ({error.strerror}); name a text file or a mail") from None
    if len(raw) > _MOST:
        raise CannotRun(f"{file} has {len(raw):,} bytes, at most {_MOST:,} are read; name the text alone")
    if file.suffix.lower() == ".eml":
        body = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",))
        if body is None:
            raise CannotRun(f"{file} has no plain text in it; save its text into a file")
        return str(body.get_content())
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRun(f"{file} is no text in UTF-8; save the text of the notice into a text file") from None


def _show(code: str, found: Genuine, differs: list[str], file: Path | None) -> None:
    notice = found.notice
    if notice is None:
        print(f"NOT KNOWN: no notice of this office has the code or number {printable(code)}")
        return
    print(f"{'GENUINE' if found.unchanged else 'CHANGED'}: notice no. {notice['id']}, code {notice['code']}")
    show_table("", ("", ""), [(name, value) for name, value in _facts(notice) if value])
    for fault in found.faults:
        print(f"! {fault}")
    if found.unchanged:
        print(f"unchanged: text, recipient and attachments are those that row {found.seal} of the audit sealed")
    if file is not None and not differs:
        print(f"{file}: the text is that of the notice")
    elif differs:
        print(f"{file}: the text is not that of the notice (- as it went out, + as it stands there):")
        for line in differs[:20]:
            print(f"  {printable(line)}")


def _facts(notice: dict[str, Any]) -> list[tuple[str, str]]:
    sent = to_minute(notice["sent_at"]) or f"not sent ({notice['state']})"
    again = f"of notice no. {notice['copy_of']}, sent again by a second channel" if notice["copy_of"] else ""
    return [
        ("kind", notice["kind"]),
        ("subject", notice["subject"]),
        ("to", ", ".join(filter(None, (notice["recipient"], notice["unit"])))),
        ("meant for", notice["meant_for"]),
        ("by", f"{notice['channel']}, {notice['address']}"),
        ("copy", again),
        ("written", to_minute(notice["created_at"])),
        ("sent", sent),
        ("bounced", " ".join(filter(None, (to_minute(notice["bounced_at"]), notice["bounce"])))),
        ("confirmed", to_minute(notice["confirmed_at"]) or "no sign of the recipient yet"),
        ("rule versions", ", ".join(notice["rule_versions"])),
        *[("attached", f"{each['name']} ({each['sha256']})") for each in notice["files"]],
    ]


def _as_json(code: str, found: Genuine, differs: list[str] | None) -> dict[str, Any]:
    known = found.notice or {}
    names = (
        "id",
        "code",
        "kind",
        "unit",
        "recipient",
        "meant_for",
        "channel",
        "address",
        "state",
        "copy_of",
        "subject",
    )
    more = ("created_at", "sent_at", "confirmed_at", "bounced_at", "bounce", "server_id", "rule_versions", "files")
    document = {"asked": code, "genuine": found.notice is not None, "unchanged": found.unchanged}
    document |= {"faults": list(found.faults), "audit_row": found.seal or None}
    document["notice"] = {name: known[name] for name in (*names, *more)} if known else None
    if differs is not None:
        document["file"] = {"same": not differs, "differences": differs}
    return document
