"""The texts of the sample sites: read from ``sites/*.toml``, typeset the French way, made HTML.

It knows no platform. In the files a text is plain: blocks parted by empty lines, ``## `` for a
subheading, ``- `` for list items, ``![caption](address)`` for a picture, ``[text](address)`` for
a link; spaces and apostrophes are those of a keyboard.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from importlib import resources
from typing import Any

NO_BREAK = "\u00a0"
NARROW = "\u202f"

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_SENTENCE_END = re.compile(r"(?<=[.!?…»])\s+(?=[A-ZÀÂÇÉÈÊÎÔ«])")
_SHORTEST_SENTENCE = 30
_SHORTEST_CAPTION = 60


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment under a post. ``parent`` is the number (from 1) of the one it answers, 0: none."""

    author: str
    written: datetime
    text: str
    parent: int = 0
    pingback: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """An item of a sample site. ``discussion``: open, closed, disqus or none."""

    slug: str
    title: str
    theme: str
    published: datetime
    modified: datetime
    author: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    text: str
    discussion: str
    comments: tuple[Comment, ...]
    extra: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a reader reads: the sentences of all paragraphs and list items, and the captions
        that tell something; one of a few words belongs to its picture."""
        return tuple(
            s
            for kind, block in blocks(self.text)
            for s in _SENTENCE_END.split(_plain(block))
            if len(s) >= (_SHORTEST_CAPTION if kind == "picture" else _SHORTEST_SENTENCE)
        )

    @property
    def excerpt(self) -> str:
        """The first sentence."""
        return self.sentences[0]


def data(name: str) -> dict[str, Any]:
    """A TOML file of ``sites/``."""
    return tomllib.loads(asset(name))


def asset(name: str) -> str:
    """A text file of ``sites/``."""
    return resources.files("archiver.samples").joinpath("sites", name).read_text("utf-8")


def posts(entries: list[dict[str, Any]]) -> tuple[Post, ...]:
    """The posts of a site, newest first. Raises KeyError when an entry lacks a field."""
    made = [
        Post(
            slug=e["slug"],
            title=typeset(e["title"]),
            theme=e.get("theme", ""),
            published=e["published"],
            modified=e.get("modified", e["published"]),
            author=e.get("author", ""),
            categories=tuple(e.get("categories", ())),
            tags=tuple(e.get("tags", ())),
            text=typeset(e["text"].strip()),
            discussion=e.get("discussion", "open"),
            comments=tuple(
                Comment(
                    author=c["author"],
                    written=c["written"],
                    text=typeset(c["text"]),
                    parent=c.get("parent", 0),
                    pingback=c.get("pingback", False),
                )
                for c in e.get("comment", ())
            ),
            extra=typeset(e.get("extra", "")),
        )
        for e in entries
    ]
    return tuple(sorted(made, key=lambda p: p.published, reverse=True))


def typeset(text: str) -> str:
    """Typographic apostrophes and no-break spaces, as a careful French site prints them.

    >>> typeset("L'été : 12 000 « amis » !")
    'L’été\\xa0: 12\\u202f000 «\\xa0amis\\xa0»\\u202f!'
    """
    # Addresses in links keep their spelling: they hold no space and no apostrophe.
    text = text.replace("'", "’")
    text = re.sub(r"« ", f"«{NO_BREAK}", text)
    text = re.sub(r" ([»:])", rf"{NO_BREAK}\1", text)
    text = re.sub(r" ([;!?])(?=\s|$|»)", rf"{NARROW}\1", text)
    text = re.sub(r"(?<=\d) (?=\d{3}\b)", NARROW, text)
    return re.sub(r"(?<=\d) (?=[€%]|h\b)|(?<=\d h) (?=\d)", NO_BREAK, text)


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """The blocks of a text: ("h2" | "p" | "li" | "picture", content); list items one by one."""
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("## "):
            yield "h2", block[3:].strip()
        elif block.startswith("- "):
            for item in re.split(r"^- ", block, flags=re.MULTILINE)[1:]:
                yield "li", " ".join(item.split("\n")).strip()
        else:
            joined = " ".join(line.strip() for line in block.split("\n"))
            yield ("picture" if _PICTURE.fullmatch(joined) else "p"), joined


def prose(text: str, picture: str) -> str:
    """A text as HTML. ``picture`` is the theme's mark-up, with ``{src}`` and ``{caption}``."""
    out: list[str] = []
    in_list = False
    for kind, block in blocks(text):
        if in_list != (kind == "li"):
            in_list = kind == "li"
            out.append("<ul>" if in_list else "</ul>")
        if kind == "picture":
            caption, src = _PICTURE.fullmatch(block).groups()  # type: ignore[union-attr]
            out.append(picture.format(src=escape(src), caption=escape(caption)))
        else:
            out.append(f"<{kind}>{_linked(block)}</{kind}>")
    if in_list:
        out.append("</ul>")
    return "\n".join(out)


def _linked(block: str) -> str:
    parts, position = [], 0
    for link in _LINK.finditer(block):
        parts.append(escape(block[position : link.start()], quote=False))
        parts.append(f'<a href="{escape(link[2])}">{escape(link[1], quote=False)}</a>')
        position = link.end()
    return "".join((*parts, escape(block[position:], quote=False)))


def _plain(block: str) -> str:
    return _LINK.sub(r"\1", _PICTURE.sub(r"\1", block)).strip()


def french_date(day: date) -> str:
    """« 1er août 2019 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def french_time(moment: datetime) -> str:
    """« 3 mai 2017 à 9 h 05 min », as WordPress prints it."""
    return f"{french_date(moment)} à {moment.hour} h {moment:%M} min"
