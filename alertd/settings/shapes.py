"""The frozen shapes of config.toml. A key's ``description`` is its sentence in config.example.toml."""

from datetime import date, time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from alertd.model.calendar import DEFAULT_HOURS
from alertd.model.duration import Duration
from alertd.settings.duty_shapes import Apologies, Bulletin, Changes, Disputes, Index, Online, Sync
from alertd.settings.kinds import Clock, Day, Hours, Period, Shape, Zone
from alertd.settings.secret import Secret
from alertd.settings.source_shapes import SourceSettings


class Site(Shape):
    name: str = Field("Thành phố Hà Nội", description="The administration, as its name stands in notices.")
    language: Literal["vi", "en"] = Field("vi", description="Language of notices where a contact names none: vi | en.")
    timezone: Zone = Field(ZoneInfo("Asia/Ho_Chi_Minh"), description="The zone in which days begin and end.")
    public_url: str = Field("", description="Address of the office's page on alertd, printed in notices when set.")
    mode: Literal["rehearsal", "live", "trial"] = Field(
        "rehearsal",
        description="rehearsal: all messages go to the office, marked with the head they were meant for; live: to the heads; "
        "trial: to the heads and takes --now, for demos and acceptance; such a store can never go live.",
    )


class Store(Shape):
    url: str | Secret = Field(
        "sqlite:///alertd.db",
        description="sqlite:///FILE (relative to this file), or postgresql+psycopg://HOST/NAME; with a password: { env = … }.",
    )


class Calendar(Shape):
    country: str = Field("VN", description="Public holidays of this country (ISO code); empty: none.")
    weekend: tuple[Day, ...] = Field(("sat", "sun"), description="Days off in every week.")
    days_off: tuple[date, ...] = Field((), description="Further days off, on top of the country's.")
    days_worked: tuple[date, ...] = Field((), description="Days worked although they are weekends or holidays.")
    confirmed_until: date = Field(
        date(2026, 12, 31),
        description="Up to this day somebody has confirmed the calendar; later days are provisional.",
    )
    roll_forward: bool = Field(True, description="A due date on a day off means the next working day.")
    office_hours: Hours = Field(DEFAULT_HOURS, description="When the office is open.")


class Units(Shape):
    file: Path = Field(Path("units.csv"), description="code,name,kind,parent,valid_from,valid_to")
    contacts: Path | None = Field(None, description="unit,role,name,title,email,language,from,to (and phone)")
    successors: Path | None = Field(None, description="unit,field,successor,from")
    owners: Path | None = Field(None, description="field,stage,unit,from,to")
    max_drop: float = Field(
        0.2,
        ge=0,
        le=1,
        description="A table that lost more than this share (of its rows, of people with an address, of units with a head) is "
        "not believed.",
    )


class Rules(Shape):
    folder: Path = Field(Path("rules"), description="One rule per file, *.yaml.")


class Templates(Shape):
    folder: Path = Field(
        Path("templates"), description="Your own templates; what is not there is taken from those that alertd ships."
    )


class Announcements(Shape):
    """Periods of the law on procedures; a decree that changes them is followed here."""

    announce_before: Period = Field(
        Duration.parse("5 working days"),
        description="Announced at the latest so long before the text takes effect.",
    )
    announce_after_fast: Period = Field(
        Duration.parse("3 working days"),
        description="Fast-track texts: announced within this time after promulgation.",
    )
    publish_within: Period = Field(
        Duration.parse("5 working days"), description="Published within this time after signing."
    )
    publish_within_fast: Period = Field(Duration.parse("2 working days"), description="The same for fast-track texts.")


class Telegram(Shape):
    token: Secret | None = Field(None, description="The bot's token, by reference. Without it Telegram is off.")
    base_url: str = Field("https://api.telegram.org", description="The bot server's root.")
    attachments: bool = Field(False, description="Lists as files in the chat too (the city must permit it).")
    invite_new_heads: bool = Field(
        False, description="Mail a new head the link that binds his chat, without being asked."
    )
    per_second: float = Field(29.7, gt=0, description="Messages a second for the whole bot.")
    per_chat_second: float = Field(1.0, gt=0, description="Messages a second into one chat.")
    per_group_minute: float = Field(20.0, gt=0, description="Messages a minute into one group.")


class Bounces(Shape):
    host: str = Field(
        "", description="An IMAP server with the mailbox to which mail servers report. Empty: none is read."
    )
    port: int = Field(993, ge=1, le=65535, description="Its port.")
    security: Literal["tls", "starttls", "none"] = Field(
        "tls", description="tls | starttls | none; none is accepted for loopback only."
    )
    username: str = Field("", description="Login.")
    password: Secret | None = Field(None, description="Its password, by reference.")
    mailbox: str = Field("INBOX", description="The mailbox; what was handled is flagged as seen, nothing is deleted.")
    folder: Path | None = Field(
        None, description="Instead of a mailbox: a folder into which each message is put as a file."
    )
    every: Period = Field(Duration.parse("5m"), description="How often it is read.")


class Email(Shape):
    host: str = Field("", description="The mail server. Empty: e-mail is off.")
    port: int = Field(587, ge=1, le=65535, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls | tls | none; none is accepted for loopback only."
    )
    username: str = Field("", description="Login; empty: none.")
    password: Secret | None = Field(None, description="Its password, by reference.")
    sender: str = Field("", description='The From address: "alertd <alertd@example.gov.vn>".')
    connections: int = Field(8, ge=1, le=32, description="Connections at most in one delivery round.")
    timeout: Period = Field(Duration.parse("30s"), description="How long to wait for an answer.")
    ca_file: Path | None = Field(None, description="Certificates to trust besides the system's.")
    bounces: Bounces = Field(default_factory=Bounces, description="Where mail servers report what was not delivered.")


class Http(Shape):
    url: str = Field("", description="Address of an SMS or Zalo gateway. Empty: off.")
    headers: dict[str, str | Secret] = Field({}, description="Headers; a secret one by reference.")
    body: str = Field(
        '{"to": {{ address | json }}, "text": {{ text | json }}}',
        description="Body, with address, name, text, subject, number.",
    )
    accepted: tuple[int, ...] = Field((200, 201, 202, 204), description="Status codes that mean: accepted.")
    timeout: Period = Field(Duration.parse("30s"), description="How long to wait for an answer.")


class Guard(Shape):
    max_new: float = Field(
        5.0,
        gt=0,
        description="A cycle with which a day has more new alerts than this times the usual number (at least 10) is held.",
    )
    max_heads: int = Field(
        30,
        ge=1,
        description="A cycle with which a day disturbs this many heads more than the last day on which any were told is held.",
    )
    new_rules: Literal["", "quiet", "told"] = Field(
        "",
        description="What a rule that is new, or means something else, finds in its first run. quiet: it stands in digests "
        "alone; told: as always; empty: told. In mode live each release can say otherwise (--quiet, --told).",
    )


class Digest(Shape):
    at: Clock = Field(time(7, 30), description="When the daily digest goes out, local time.")
    days: Literal["working", "daily"] = Field("working", description="working: on working days; daily: on all days.")
    when_empty: Literal["never", "weekly", "daily"] = Field(
        "weekly", description="How often a head with nothing open hears so."
    )
    lines: int = Field(10, ge=1, le=100, description="Items at most in the list of things to do.")
    max_messages: int = Field(
        3,
        ge=1,
        description="Messages at most for a head and day, the digest among them; the rest stands in the next digest.",
    )


class Office(Shape):
    unit: str = Field(
        "", description="The unit that gets the city digest, disputes and warnings; empty: the unit of kind office."
    )


class Limits(Shape):
    every: Period = Field(Duration.parse("5m"), description="How often the cycle runs.")
    deliver_every: Period = Field(Duration.parse("15s"), description="How often the outbox is looked at.")
    lease: Period = Field(Duration.parse("5m"), description="How long a process may hold a message that it is sending.")
    attempts: int = Field(8, ge=1, description="Attempts before a message is given up (dead).")
    give_up_after: Period = Field(
        Duration.parse("1d"), description="A message older than this is given up when it fails again."
    )


class Settings(Shape):
    """All of config.toml. ``file`` is how it was named, ``folder`` its own folder: relative paths start there."""

    folder: Path
    file: Path = Path("config.toml")
    site: Site = Field(default_factory=Site)
    store: Store = Field(default_factory=Store)
    calendar: Calendar = Field(default_factory=Calendar)
    units: Units
    rules: Rules = Field(default_factory=Rules)
    templates: Templates = Field(default_factory=Templates)
    announcements: Announcements = Field(default_factory=Announcements)
    sources: tuple[SourceSettings, ...] = Field(min_length=1)
    telegram: Telegram = Field(default_factory=Telegram)
    email: Email = Field(default_factory=Email)
    http: Http = Field(default_factory=Http)
    guard: Guard = Field(default_factory=Guard)
    digest: Digest = Field(default_factory=Digest)
    office: Office = Field(default_factory=Office)
    index: Index = Field(default_factory=Index)
    sync: Sync = Field(default_factory=Sync)
    online: Online = Field(default_factory=Online)
    changes: Changes = Field(default_factory=Changes)
    apologies: Apologies = Field(default_factory=Apologies)
    disputes: Disputes = Field(default_factory=Disputes)
    bulletin: Bulletin = Field(default_factory=Bulletin)
    run: Limits = Field(default_factory=Limits)

    def path(self, relative: Path) -> Path:
        return self.folder / relative
