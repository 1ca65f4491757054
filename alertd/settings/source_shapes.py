"""The frozen shape of a ``[[sources]]`` table: where the data is, what its words mean, how far it is believed."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from alertd.errors import Said
from alertd.model.duration import Duration
from alertd.settings.index_shapes import IndexAsked, Reply, of_the_index
from alertd.settings.kinds import Period, Shape, optional_duration, zone
from alertd.settings.secret import Secret


class Paging(Shape):
    style: Literal["none", "page", "offset", "cursor", "link"] = Field("none", description="How the list goes on.")
    page: str = Field("page", description="page: parameter with the page's number.")
    first: int = Field(1, description="page: the number of the first page.")
    offset: str = Field("offset", description="offset: parameter with the number of records to skip.")
    size: str = Field("", description="Parameter with the size of a page; empty: none is sent.")
    per_page: int = Field(1000, ge=1, description="Records a page.")
    cursor: str = Field("cursor", description="cursor: parameter that gets the cursor.")
    next: str = Field("next", description="cursor: where the next cursor stands in the reply (a.b).")
    total: str = Field("", description="Where the number of all records stands in the reply; checked when given.")


class Auth(Shape):
    kind: Literal["none", "bearer", "basic", "header"] = Field("none", description="none | bearer | basic | header")
    token: Secret | None = Field(None, description="bearer, header: the secret, by reference.")
    username: str = Field("", description="basic: the login.")
    password: Secret | None = Field(None, description="basic: the password, by reference.")
    header: str = Field("X-API-Key", description="header: the header's name.")


class FieldFrom(Shape):
    """Where a field's value stands in a record: a column (``a.b`` reaches into objects), or an item of a list in it."""

    column: str = ""
    count: str = ""
    first: str = ""
    last: str = ""
    field: str = ""

    @property
    def name(self) -> str:
        """The name of the column, or list, that is read."""
        return self.column or self.count or self.first or self.last

    @property
    def root(self) -> str:
        """The name of the top column that is read."""
        return self.name.split(".")[0]


def _field_from(value: Any) -> Any:
    if isinstance(value, str):
        if not value:
            raise ValueError(
                Said(
                    "the column's name is empty; leave the line out where the source has no such column",
                    "tên cột để trống; đề nghị bỏ dòng này nếu nguồn không có cột đó",
                )
            )
        return {"column": value}
    if isinstance(value, dict):
        kinds = [kind for kind in ("count", "first", "last") if value.get(kind)]
        if len(kinds) != 1 or set(value) - {kinds[0] if kinds else "", "field"}:
            raise ValueError(
                Said(
                    'write a column\'s name, { count = "List" }, or { last = "List", field = "Column" } (or first)',
                    'đề nghị viết tên cột, { count = "List" }, hoặc { last = "List", field = "Column" } (hoặc first)',
                )
            )
        if kinds[0] != "count" and not value.get("field"):
            raise ValueError(
                Said(
                    f'{{ {kinds[0]} = … }} needs field = "Column": which part of the item',
                    f'{{ {kinds[0]} = … }} cần thêm field = "Column": lấy phần nào của mục trong danh sách',
                )
            )
        return value
    if isinstance(value, FieldFrom):
        return value
    raise ValueError(
        Said(
            "a field is mapped to a column's name in quotes, or to { count | first | last = … }",
            "trường phải ứng với tên cột đặt trong ngoặc kép, hoặc { count | first | last = … }",
        )
    )


class Times(Shape):
    format: str = Field("iso", description="iso, or a strptime format like %Y%m%d%H%M%S.")
    timezone: Annotated[ZoneInfo | None, BeforeValidator(zone)] = Field(
        None, description="Zone of times without an offset; default: the site's."
    )
    day_first: bool = Field(True, description="Spreadsheets: 02/09/2024 is 2 September (else February 9).")


class SourceSettings(Shape):
    name: str = Field(min_length=1, max_length=80, description="Its name, in notices and commands.")
    dataset: str = Field(
        description="What its records are: files | announcements | procedures | assignments | index_readings."
    )
    kind: Literal["http", "spreadsheet", "database"] = Field(description="http | spreadsheet | database")
    authority: int = Field(
        0, description="Where two sources know one code, rules see the copy of the highest authority."
    )
    # http, database
    url: str | Secret = Field(
        "", description="http: address of the list; database: SQLAlchemy address (secret: by reference)."
    )
    records: str = Field("", description='http: where the list stands in the reply (a.b); "": the reply is the list.')
    method: Literal["GET", "POST"] = Field(
        "GET", description="http: GET, or POST for a call that only reads: it is tried again like a GET."
    )
    parameters: dict[str, str] = Field({}, description="http: fixed parameters of the query.")
    body: dict[str, Any] = Field({}, description="http, POST: what is sent; a secret in it by reference.")
    body_as: Literal["json", "form"] = Field(
        "json", description="json: the body is one object; form: as a form is sent, what is no text in it as JSON."
    )
    reply: Reply = Field(
        "records",
        description="http: records | index_rows (the portal's older rows) | index_evaluation (its trees); the latter two give the "
        "fields of index_readings by themselves.",
    )
    headers: dict[str, str] = Field({}, description="http: further headers (none of them secret).")
    paging: Paging = Field(default_factory=Paging, description="http: how the list goes on.")
    auth: Auth = Field(default_factory=Auth, description="http: how alertd shows who it is.")
    index: IndexAsked = Field(
        default_factory=IndexAsked,
        description="index_rows, index_evaluation: the periods that are asked for, one request each.",
    )
    timeout: Period = Field(Duration.parse("30s"), description="http: how long to wait for an answer.")
    retries: int = Field(3, ge=0, le=10, description="http: further tries on 429, 5xx and broken connections.")
    max_bytes: int = Field(2_000_000_000, ge=1, description="A reply or file larger than this (unpacked) is refused.")
    max_cell: int = Field(1_000_000, ge=1, description="A single value longer than this many characters is refused.")
    query: str = Field("", description="database: the SELECT.")
    # spreadsheet
    path: str = Field("", description="spreadsheet: the files, as a pattern; the newest is the snapshot.")
    pick: Literal["arrival", "name"] = Field("arrival", description="Newest by arrival, or by the date in its name.")
    sheet: str = Field("", description="spreadsheet: the sheet's name; empty: the first.")
    delimiter: Literal["", ",", ";", "\t", "|"] = Field("", description="csv: empty: found out from the first line.")
    # belief
    covers: Literal["all", "changes"] = Field(
        "all", description="all: each poll lists every live record; changes: only some."
    )
    missing_means: Literal["gone", "ended"] = Field(
        "gone", description="What it means when a whole snapshot no longer lists a record, twice running."
    )
    every: Period = Field(Duration.parse("15m"), description="How often it is polled.")
    as_of: str | dict[str, str] = Field(
        "poll", description="Age of the data: poll | newest | { field = … } | { header = … } | filename."
    )
    stale_after: Period = Field(Duration.parse("1 working days"), description="Older data than this is not believed.")
    sign_of_life: Annotated[Duration | None, BeforeValidator(optional_duration)] = Field(
        None, description='"4 working hours": no new event in that time is not believed; "": off.'
    )
    max_drop: float = Field(0.2, ge=0, le=1, description="A snapshot that lost more than this share is not believed.")
    max_rise: float = Field(
        0.8,
        ge=0,
        description="covers = all: a snapshot that brings more new records at once than this share is not believed.",
    )
    max_shift: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Share of records that may reopen, end, become or stop being overdue, or lose a value at once.",
    )
    public_titles: bool = Field(False, description="assignments: titles may be read in; without it they are left out.")
    due_by: Literal["day", "minute"] = Field(
        "day", description="day: due today is not late; minute: late from the minute on."
    )
    times: Times = Field(default_factory=Times, description="How times are written.")
    fields: dict[str, Annotated[FieldFrom, BeforeValidator(_field_from)]] = Field(
        min_length=1, description="ours = theirs; only these columns are read."
    )
    values: dict[str, dict[str, str]] = Field({}, description="Per field: their word = ours.")

    @property
    def taken(self) -> dict[str, FieldFrom]:
        """The fields that are read. A title may name a citizen: without ``public_titles`` its column is not even looked at."""
        withheld = set() if self.public_titles or self.dataset != "assignments" else {"title"}
        return {ours: theirs for ours, theirs in self.fields.items() if ours not in withheld}

    @model_validator(mode="before")
    @classmethod
    def _of_the_index(cls, raw: Any) -> Any:
        return of_the_index(raw)
