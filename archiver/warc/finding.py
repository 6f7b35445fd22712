"""One thing that is wrong with a WARC file, or with what the catalogue says of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """``offset`` is in bytes of the file as it lies on disk; ``record`` the WARC-Record-ID or "".

    ``rule`` is a short name that stays the same from version to version; ``message`` says what was
    found and what was expected.
    """

    file: Path
    offset: int
    record: str
    rule: str
    message: str

    def __str__(self) -> str:
        """One line; what a file or a site put in cannot break it or command a terminal."""
        line = f"{self.file}: offset {self.offset}: {self.record or '-'}: {self.rule}: "
        line += self.message
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
