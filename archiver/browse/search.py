"""What a visitor types into the search box, as an FTS5 expression. Knows nothing of Datasette."""

from __future__ import annotations

import re

_PIECE = re.compile(r'"([^"]*)"|([^\s"]+)')
_WORD = re.compile(r"\w")
_PLURAL = re.compile(r"(?<=\w{4})[sx]$", re.IGNORECASE)
_PREFIX_FROM = 4
"""Letters; below, a prefix would match almost anything ("le" would find "lettre")."""


def match_expression(typed: str) -> str:
    """An FTS5 expression that finds all the words, each in singular or plural.

    Words between double quotes are sought exactly, in that order. Other words of four letters and
    more also find longer words that begin so, after a final s or x: "associations" finds
    "association". Accents are folded by the tokenizer of the index. Whatever is typed, the result
    is valid; where no letter or digit is typed, it finds nothing.

    >>> match_expression('tiers-lieux AND "monnaie locale')
    '"tiers-lieu" * "AND" "monnaie locale"'
    """
    # SQLite reads the expression up to the first NUL: a quote opened before it would never close.
    typed = typed.replace("\x00", " ")
    if typed.count('"') % 2:
        typed += '"'
    found = []
    for phrase, word in _PIECE.findall(typed):
        if not _WORD.search(phrase or word):
            continue
        if phrase:
            found.append(f'"{phrase}"')
        elif len(word) < _PREFIX_FROM:
            found.append(f'"{word}"')
        else:
            found.append(f'"{_PLURAL.sub("", word)}" *')
    return " ".join(found) or '""'
