"""The words of messages: templates in a sandbox, the office's own before those that alertd ships, block by block."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from jinja2 import FileSystemLoader, PrefixLoader, StrictUndefined, Template, TemplateError, TemplateNotFound
from jinja2 import TemplateSyntaxError as BadSyntax
from markupsafe import Markup

from alertd.errors import Fault, Said
from alertd.notices import specimen
from alertd.notices.bytecode import memo
from alertd.notices.filters import Form, filters
from alertd.notices.sandbox import Sandbox
from alertd.notices.template_faults import bad_tags, fault_of

LANGUAGES = ("vi", "en")
MESSAGES = "messages"  # the folder of what is not a rule's section
COMMON, DEFAULT = f"{MESSAGES}/letter", "default"
_OWN, _SHIPPED = "own", "shipped"
WORD = ".docx"
_MOST = 2_000_000  # characters of a block or a frame
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # neither a database nor a mail server takes them
_FRAMES = {Form.TEXT: "frame.txt", Form.HTML: "frame.html", Form.CHAT: "frame.chat"}


class TemplateFailed(Exception):
    """A template cannot be read or used. ``name``: as the office knows it; ``file``, ``line``: where; ``what``: the complaint."""

    def __init__(self, name: str, file: str, line: int, what: str) -> None:
        self.name, self.file, self.line, self.what = name, file, line, what
        super().__init__(f"{file}:{line}: {what}")


class _Found(NamedTuple):
    """A compiled template and the name by which a person knows it."""

    name: str
    compiled: Template


@dataclass(frozen=True)
class Voice:
    """Says blocks in one language and one form. ``own``: with the office's own words, where it has any."""

    templates: "Templates"
    language: str
    form: Form
    own: bool

    def say(self, name: str, block: str, values: Mapping[str, Any]) -> str:
        """The block, its lines stripped and the empty ones left out; escaped where the form needs it. Raises TemplateFailed."""
        for found in self.templates.chain(name, self.language, self.form, own=self.own):
            if block in found.compiled.blocks:
                return self._fold(self.templates.run(found, block, values))
        raise TemplateFailed(name, name, 0, f"no template has a block {block!r}")

    def frame(self, values: Mapping[str, Any]) -> str:
        """The whole message. Raises TemplateFailed."""
        for found in self.templates.frames(self.form, self.language, own=self.own):
            return self.templates.run(found, None, values)
        raise TemplateFailed("frame", _FRAMES[self.form], 0, "is missing")

    def _fold(self, said: str) -> str:
        lines = "\n".join(stripped for line in said.splitlines() if (stripped := line.strip()))
        return lines if self.form is Form.TEXT else Markup(lines)  # noqa: S704 - escaped by the environment


class Templates:
    """Two folders of templates: ``folder`` is the office's, file by file before ``shipped``. Read once, when first used.
    ``wordless``: messages are put together without them."""

    wordless = False

    def __init__(self, folder: Path, shipped: Path) -> None:
        self._roots = {_OWN: folder, _SHIPPED: shipped}
        loader = PrefixLoader({name: FileSystemLoader(root, "utf-8-sig") for name, root in self._roots.items()})
        self._environments = {
            (language, form): _environment(loader, language, form) for language in LANGUAGES for form in Form
        }
        self._chains: dict[tuple[str, str, Form, bool], list[_Found]] = {}

    def names(self) -> frozenset[str]:
        """What a rule's ``template`` may be."""
        return frozenset(path.stem for root in self._roots.values() for path in root.glob("??/*.txt"))

    def voice(self, language: str, form: Form, *, own: bool) -> Voice:
        return Voice(self, language, form, own)

    def chain(self, name: str, language: str, form: Form, *, own: bool) -> list[_Found]:
        """The templates in which a block is looked for, in turn. Raises TemplateFailed where the office's cannot be read."""
        key = (name, language, form, own)
        if key not in self._chains:
            general = COMMON if name.startswith(MESSAGES) else DEFAULT
            wanted = [f"{root}/{language}/{each}.txt" for each in (name, general) for root in self._of(own)]
            self._chains[key] = self._compiled(wanted, language, form)
        return self._chains[key]

    def frames(self, form: Form, language: str, *, own: bool) -> list[_Found]:
        key = (_FRAMES[form], language, form, own)
        if key not in self._chains:
            self._chains[key] = self._compiled([f"{root}/{_FRAMES[form]}" for root in self._of(own)], language, form)
        return self._chains[key]

    def run(self, found: _Found, block: str | None, values: Mapping[str, Any]) -> str:
        """One block, or all of it. Whatever the office's template does wrong comes out as TemplateFailed."""
        compiled = found.compiled
        context = compiled.new_context(dict(values))
        parts, size = [], 0
        try:
            for part in (compiled.root_render_func if block is None else compiled.blocks[block])(context):
                parts.append(part)
                size += len(part)
                if size > _MOST:
                    raise ValueError(f"gives more than {_MOST:,} characters")  # noqa: TRY301 - told like all that goes wrong
            return _readable("".join(parts))
        except Exception as error:
            line = _line(compiled, error.__traceback__)
            what = str(error) or type(error).__name__
            raise TemplateFailed(found.name, compiled.filename or found.name, line, what) from error

    def file_of(self, name: str, language: str) -> str:
        """The path of the file by which a section or a message is worded first: the office's, where it has one."""
        files = [root / language / f"{name}.txt" for root in self._roots.values()]
        return str(next((file for file in files if file.is_file()), files[-1]))

    def changed(self) -> frozenset[str]:
        """What the office has that says anything else than what is shipped, by its path in the folder."""
        own, shipped = self._roots[_OWN], self._roots[_SHIPPED]
        files = (path for path in own.rglob("*") if path.is_file() and not path.name.startswith("."))
        names = (path.relative_to(own).as_posix() for path in files if path.suffix != WORD)
        return frozenset(name for name in names if not _same(own / name, shipped / name))

    def shown(self, loaded: str) -> str:
        """The path of a template's file, from the name by which it is loaded."""
        root, _, name = loaded.partition("/")
        return str(self._roots[root] / name)

    def check(self, *, shipped: bool = True) -> list[Fault]:
        """Every template that the office or (``shipped``) alertd has: can it be read, and does it say anything but what it may
        know."""
        faults: list[Fault] = []
        changed = self.changed()
        for root in (_OWN, _SHIPPED) if shipped else (_OWN,):
            folder = self._roots[root]
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder).as_posix()
                if not path.is_file() or path.name.startswith(".") or (root == _OWN and name not in changed):
                    continue
                if path.suffix == WORD:  # a form; who fills it tries it (paper/form.py)
                    continue
                loaded = f"{root}/{name}"
                odd = self._odd(loaded, path)
                for fault in (odd,) if odd is not None else self._tried(loaded):
                    if not any((known.file, known.line) == (fault.file, fault.line) for known in faults):
                        faults.append(fault)
        return faults

    def _of(self, own: bool) -> tuple[str, ...]:
        return (_OWN, _SHIPPED) if own else (_SHIPPED,)

    def _compiled(self, names: list[str], language: str, form: Form) -> list[_Found]:
        found = []
        for name in dict.fromkeys(names):
            try:
                found.append(_Found(_known_as(name), self._environments[language, form].get_template(name)))
            except TemplateNotFound:
                continue
            except BadSyntax as error:
                raise TemplateFailed(_known_as(name), self.shown(name), error.lineno, error.message or "") from error
            except (TemplateError, UnicodeDecodeError, OSError, RecursionError, SyntaxError) as error:
                # the last two: brackets or blocks deeper within each other than Python reads
                raise TemplateFailed(_known_as(name), self.shown(name), 0, str(error)) from error
        return found

    def _odd(self, loaded: str, path: Path) -> Fault | None:
        """A file that nothing would ever read."""
        parts = loaded.split("/")[1:]
        if path.name in _FRAMES.values() and len(parts) == 1:
            return None
        if path.suffix == ".txt" and parts[0] in LANGUAGES:
            shipped = self._roots[_SHIPPED].joinpath(*parts)
            if len(parts) == 2 or (len(parts) == 3 and parts[1] == MESSAGES and shipped.is_file()):
                return None
        cure = Said(
            "a rule's template is LANGUAGE/NAME.txt; messages and frames bear the names of those that alertd ships",
            "mẫu của quy tắc đặt tại NGÔN_NGỮ/TÊN.txt; mẫu thông báo và khung mang đúng tên các tệp của hệ thống",
        )
        return Fault(
            str(path), 0, 0, Said("nothing reads this file", "tệp này không được dùng đến"), cure, warning=True
        )

    def _tried(self, loaded: str) -> Iterator[Fault]:
        parts = loaded.split("/")
        languages = (parts[1],) if parts[1] in LANGUAGES else LANGUAGES
        forms = [form for form in Form if len(parts) > 2 or parts[-1] == _FRAMES[form]]
        for language in languages:
            for form in forms:
                try:
                    compiled = self._compiled([loaded], language, form)
                except TemplateFailed as error:
                    yield fault_of(error.file, error.line, error.what)
                    return
                for found in compiled:
                    yield from self._try(found, language, form, self.shown(loaded), frame=len(parts) == 2)

    def _try(self, found: _Found, language: str, form: Form, file: str, *, frame: bool) -> Iterator[Fault]:
        """Each block with all that there can be, and with what can be missing left out: the first fault of it."""
        full, missing, figure, *reasons = specimen.values(language)
        for block in [None] if frame else found.compiled.blocks:
            of_reasons = reasons if block and ("reason" in block or block.endswith("_row")) else ()
            of_files = (figure,) if block in ("item", "behind") else ()
            for values in (full,) if block is None else (full, missing, *of_files, *of_reasons):
                known = specimen.known(block, values, message=MESSAGES in found.name) if block else specimen.frame(full)
                try:
                    said = self.run(found, block, known)
                except TemplateFailed as error:
                    yield fault_of(error.file, error.line, error.what, known)
                    break
                if (fault := bad_tags(file, form, said, block or "")) is not None:
                    yield fault
                    break


class NoWords(Templates):
    """In the place of a site's templates where messages are only counted."""

    wordless = True


def _environment(loader: PrefixLoader, language: str, form: Form) -> Sandbox:
    environment = Sandbox(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=form is not Form.TEXT,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=memo(f"{language} {form is Form.TEXT}"),  # what escapes is compiled alike
        finalize=_nothing,
    )
    environment.globals.clear()  # range, lipsum and the like: no notice needs them, and they can keep a cycle for ever
    environment.filters.update(filters(language, form))
    return environment


def _nothing(value: Any) -> Any:
    return "" if value is None else value


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def _readable(said: str) -> str:
    if odd := _NO_TEXT.search(said):
        raise ValueError(f"gives an unreadable character (U+{ord(odd[0]):04X})")
    return said


def _known_as(loaded: str) -> str:
    """``own/vi/overdue_files.txt`` → ``vi/overdue_files``."""
    return loaded.partition("/")[2].rpartition(".")[0]


def _line(compiled: Template, trace: TracebackType | None) -> int:
    """The line of the template in which it went wrong."""
    line = 0
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is compiled:
            line = compiled.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line
