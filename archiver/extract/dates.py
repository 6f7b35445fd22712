"""When an announcement was published, as precisely as its page says.

A date of an event, of an update, of a comment or of another article is none of publication; no
date is better than a wrong one. The only module that knows htmldate.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime

import lxml.html
from htmldate import find_date
from lxml import etree

from archiver.extract import jsonld
from archiver.extract.elements import Hints, find, is_aside, marks, text_of
from archiver.extract.focus import meta
from archiver.extract.page import Page
from archiver.extract.text import plain_text
from archiver.model import DateSignal, Published

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev feb february",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout aou august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?<![\w/.-])(?:(?P<d>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?P<m>{_NAMES})\.?,?\s+(?P<y>\d{{4}})"
    rf"|(?P<m2>{_NAMES})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})"
    r"|(?P<d3>\d{1,2})(?P<s>[/.-])(?P<m3>\d{1,2})(?P=s)(?P<y3>\d{4}|\d{2})"
    r"|(?P<y4>\d{4})-(?P<m4>\d{2})-(?P<d4>\d{2}))(?![\w/-])"
)
# "Publié le mercredi 8 janvier 2014", "Posté le 13/10/15", "Publié par X, le 3 mai 2019". Other
# words between tell of something else: "Publication du guide et fête le 3 mai 2019".
_DAY = r"(?:(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche)\s*,?\s*)?"
_WORD = r"[^\s.!?;:,|\d]+"
_WHO = rf"(?:\s*(?:par|by)\s*:?\s+{_WORD}(?:\s{_WORD}){{0,3}}?)?"
_WHERE = r"(?:\s*,?\s*(?:dans|in)\s+[^.!?;:\d]{1,40}?(?=\s*[,|·–—-]|\s+le\b))?"
_WHEN = rf"\s*[:,|·–—-]?\s*(?:(?:le|on)\b)?\s*:?\s*{_DAY}"
_PUBLISHED = re.compile(
    r"\b(?:(?:publiee?s?|(?P<post>poste)e?s?|parue?s?|mis(?:es)? en ligne|redigee?s?|ecrite?s?"
    rf"|published|posted)\b{_WHO}{_WHERE}{_WHO}{_WHEN}"
    rf"|(?:publication|mise en ligne)(?:\s+le\b\s*:?|\s*:(?:\s*le\b)?)\s*{_DAY})$"
)
_UPDATED = re.compile(
    r"(?:mis(?:e|es)? a jour|modifiee?s?|modifications?|actualisee?s?|revisee?s?|revisions?"
    r"|derniere mise|updated|modified|maj)\b[^.!?;\d]{0,30}$"
)
_NO_PARTICIPLE = re.compile(r"poste(?!\s*(?:le\b|:))")
_NOT_BEFORE, _NOT_AFTER = 1990, 2100
_CENTURY = 2000
_SHORT = 160
_HEAD = 40


def unaccented(text: str) -> str:
    """Lower case without accents, character for character (offsets stay the same after NFC)."""
    return "".join(
        unicodedata.normalize("NFD", c)[0] for c in unicodedata.normalize("NFC", text).lower()
    )


def french_dates(text: str) -> Iterator[tuple[int, date]]:
    """The full dates in a text with their offset in ``unaccented(text)``: day before month.

    >>> [d.isoformat() for _, d in french_dates("Le 1er aout 2019 et le 13/10/15")]
    ['2019-08-01', '2015-10-13']
    """
    return _dates_in(unaccented(text))


def _dates_in(plain: str) -> Iterator[tuple[int, date]]:
    for match in _DATE.finditer(plain):
        group = match.groupdict()
        day = group["d"] or group["d2"] or group["d3"] or group["d4"]
        year = int(group["y"] or group["y2"] or group["y3"] or group["y4"])
        name = group["m"] or group["m2"]
        month = _MONTHS[name] if name else int(group["m3"] or group["m4"])
        year = year + _CENTURY if year < 100 else year  # noqa: PLR2004
        try:
            found = date(year, month, int(day))
        except ValueError:
            continue
        if _NOT_BEFORE <= found.year <= _NOT_AFTER:
            yield match.start(), found


def iso(value: str) -> str | None:
    """A machine-written date as ISO 8601: with time where it names a zone, else the day alone.

    >>> iso("2018-11-23T08:30:00+0100"), iso("2018-11-23 08:30:00"), iso("hier")
    ('2018-11-23T08:30:00+01:00', '2018-11-23', None)
    """
    value = value.strip()
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            found = next(french_dates(value[:_SHORT]), None)
            return found[1].isoformat() if found else None
    if not _NOT_BEFORE <= moment.year <= _NOT_AFTER:
        return None
    if moment.tzinfo is None:
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds")


def published(
    page: Page, article: lxml.html.HtmlElement, hints: Hints, *, guess: bool = True
) -> Published | None:
    """The date of publication of the article, or None when the page does not say it.

    Signals in order: JSON-LD, meta, ``<time>`` of the article, French text. ``guess`` allows
    htmldate at last, marked GUESS and believed only for the date in the address or for the
    article's one date, alone on a line at its top.
    """
    for signal, value in _structured(page):
        found = iso(value)
        if found:
            return Published(found, signal)
    marked = _marked(article, hints)
    if marked:
        return marked
    exact = article.tag not in ("body", "main", "html")
    said = _said(article, exact=exact)
    if said is None and exact:
        # Many templates print the date beside the article, not in it.
        body = page.tree.find("body")
        said = _said(body, exact=False) if body is not None else None
    if said:
        return Published(said.isoformat(), DateSignal.TEXT)
    return _guessed(page, article if exact else None) if guess else None


def _structured(page: Page) -> Iterator[tuple[DateSignal, str]]:
    things = sorted(jsonld.things(page), key=lambda t: not jsonld.types(t) & jsonld.ARTICLE_TYPES)
    for thing in things:
        if jsonld.types(thing) & (jsonld.ARTICLE_TYPES | {"WebPage"}):
            for value in jsonld.strings(thing.get("datePublished")):
                yield DateSignal.STRUCTURED, value
    for name in (
        "article:published_time",
        "datePublished",
        "og:article:published_time",
        "DC.date.issued",
        "dcterms.created",
        "dcterms.issued",
        "DC.date",
        "DC.Date",
        "date",
    ):
        value = meta(page, name)
        if value:
            yield DateSignal.META, value


_DATE_MARKS = re.compile(
    r"[ _-](?:date|dates|published|posted-on|posted|post-date|entry-date|entry-meta|post-meta"
    r"|meta|info-publi|infos?|submitted|minor-meta|meta-info|date-container|byline|publie"
    r"|chronodata|thedate) "
)
_EVENT_MARKS = re.compile(
    r"event|agenda|evenement|date-display-(?:start|end|range)|dtstart|horaire"
    r"|(?:type|single|node)-+(?:rencontre|formation|atelier|stage)"
)


def _marked(article: lxml.html.HtmlElement, hints: Hints) -> Published | None:
    """The date in an element that a template made for it."""
    times = [e for e in article.iter("time", "abbr") if not _foreign(e, article)]
    hinted = [e for e in find(article, hints.date) if not _foreign(e, article)]
    sure = [e for e in times if _doubt(e) == 0]
    likely = [e for e in times if _doubt(e) == 1]
    for element in (*sure, *hinted, *likely):
        machine = element.get("datetime") or element.get("content") or ""
        if element.tag == "abbr":
            if "publi" not in marks(element):
                continue
            machine = element.get("title") or ""
        found = iso(machine) if machine else None
        if found:
            return Published(found, DateSignal.TIME)
        said, bare = _stated(text_of(element, _SHORT))
        found_day = said or bare
        if found_day:
            return Published(found_day.isoformat(), DateSignal.TEXT)
    return None


def _doubt(element: lxml.html.HtmlElement) -> int:
    names = marks(element)
    if element.get("pubdate") is not None or element.get("itemprop") == "datePublished":
        return 0
    if re.search(r"[ _-](?:published|entry-date|post-date|date-container|publi) ?", names):
        return 0
    if element.get("itemprop") == "dateModified" or "updated" in names or "modified" in names:
        return 3
    parents = [marks(p) for p in element.iterancestors()][:4]
    if any(_EVENT_MARKS.search(m) for m in (names, *parents)):
        return 2
    # A bare <time> counts where it stands in a line of details, not in running text.
    around = any(_DATE_MARKS.search(m) for m in (names, *parents)) or any(
        p.tag in ("header", "footer") for p in list(element.iterancestors())[:4]
    )
    return 1 if around else 2


def _foreign(element: lxml.html.HtmlElement, article: lxml.html.HtmlElement) -> bool:
    """In a widget, in a comment, or in another article that lies inside this one."""
    if is_aside(element, article):
        return True
    for node in element.iterancestors():
        if node is article:
            return False
        names = marks(node)
        if node.tag == "article" or "comment" in names or " forum" in names:
            return True
    return False


_LINES = (
    "p", "span", "div", "time", "small", "em", "i", "li", "a", "td", "h2", "h3", "h4", "h5", "h6",
    "strong", "b", "font", "header", "footer",
)  # fmt: skip


def _said(scope: lxml.html.HtmlElement, *, exact: bool) -> date | None:
    """A date that the text calls one of publication, or that stands in a line of details.

    Where the scope is not ``exact`` (it may show other articles), lines of details must agree.
    """
    details: set[date] = set()
    for element in scope.iter(*_LINES):
        own = (element.text or "") + "".join(c.tail or "" for c in element)
        detail = bool(_DATE_MARKS.search(marks(element)))
        if not (detail or _MAY_SAY.search(own)) or _foreign(element, scope):
            continue
        text = text_of(element, 2 * _SHORT)
        said, bare = _stated(text)
        if said:
            return said
        if bare and detail and len(text) < _SHORT and not _is_event(element, text):
            if exact:
                return bare
            details.add(bare)
    return details.pop() if len(details) == 1 else None


_MAY_SAY = re.compile(r"(?i)publi|post|paru|en ligne|r[ée]dig|[ée]crit")


def _around(element: lxml.html.HtmlElement) -> str:
    return " ".join(marks(node) for node in [element, *element.iterancestors()][:5])


# "12 juin 2031, 14h, halle de Figeac"; "12 juin 2031 à 14:30" is how themes print a moment.
_HOUR_OR_PLACE = re.compile(
    r"\d{4}\W.*(?:\b\d{1,2}\s?h(?:\d\d)?\b(?! \d| min)"
    r"|\b(?:salle|halle|mairie|rendez-vous|place|rue)\b)"
)
_SURE_MARKS = re.compile(r"[ _-](?:entry|post|posted|published|submitted|byline|publi\w*)[ _-]")


def _is_event(element: lxml.html.HtmlElement, text: str) -> bool:
    """Whether a line of details tells when something takes place."""
    around = _around(element)
    if _EVENT_MARKS.search(around):
        return True
    sure = _SURE_MARKS.search(marks(element))
    return not sure and _HOUR_OR_PLACE.search(unaccented(text)) is not None


def _stated(text: str) -> tuple[date | None, date | None]:
    """The date that a line calls one of publication, and its first one, but for updates."""
    plain = unaccented(text)
    head, bare = _HEAD, None
    for start, found in _dates_in(plain):
        before = plain[:start]
        if _UPDATED.search(before):
            head = start + _HEAD
            continue
        said = _PUBLISHED.search(before)
        if said and said["post"]:
            # "Poste à pourvoir": without its accent the word is a job.
            accent = text[said.end("post") - 1 : said.end("post")].lower() == "é"
            if not accent and _NO_PARTICIPLE.match(before, said.start()):
                said = None
        # At its head: further on, running text tells of a book or a film.
        if said and said.start() <= head:
            return found, bare
        bare = bare or found
    return None, bare


_ALONE = re.compile(
    rf"(?:le )?(?:(?:lun|mar|mercre|jeu|vendre|same)di |dimanche )?{_DATE.pattern}\.?"
)
_TOP = 5
"""Lines of an article among which a date that stands alone may be that of publication."""
_IN_ADDRESS = re.compile(r"/(\d{4})/(\d{1,2})/(\d{1,2})(?:/|$)")


def _guessed(page: Page, article: lxml.html.HtmlElement | None) -> Published | None:
    believable: set[str] = set()
    for year, month, day in _IN_ADDRESS.findall(page.url):
        try:
            believable.add(date(int(year), int(month), int(day)).isoformat())
        except ValueError:
            continue
    event = article is not None and any(
        _EVENT_MARKS.search(marks(e)) for e in article.iter(etree.Element)
    )
    lines = [] if article is None or event else unaccented(plain_text(article)).splitlines()
    shown = {found for line in lines for _, found in _dates_in(line)}
    # Of several dates (an agenda) nobody can tell which one is that of publication.
    if len(shown) == 1 and any(_ALONE.fullmatch(line) for line in lines[:_TOP]):
        believable |= {found.isoformat() for found in shown}
    if not believable:
        return None
    try:
        found = find_date(
            page.tree,
            original_date=True,
            url=page.url,
            # Fixed, so that a rebuild tomorrow gives what it gives today.
            max_date=f"{_NOT_AFTER}-12-31",
        )
    # Untrusted input to a library that promises nothing: what it stumbles over gives no guess.
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    if found in believable:
        return Published(found, DateSignal.GUESS)
    return None
