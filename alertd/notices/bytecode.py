"""Compiled templates by their content, for all sites of one process: compiling what did not change costs half a second."""

from functools import lru_cache
from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """Kept in memory; a template whose text is another one is compiled anew (the checksum is of its text)."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


@lru_cache
def memo(environment: str) -> Compiled:  # noqa: ARG001 - what it is remembered by
    """One for each environment: a template that escapes is compiled into other code."""
    return Compiled()
