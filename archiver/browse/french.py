"""French for readers: numbers, dates, the names of columns, values and filters.

Pure functions and tables of words. Knows nothing of Datasette nor of HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NO_BREAK = "\xa0"
NARROW = "\u202f"
"""The narrow no-break space that parts thousands and stands before ; ! ?"""

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")

COLUMNS = {
    "adapter": "Lecteur",
    "announcement": "Annonce",
    "annonces": "Annonces",
    "at": "Date",
    "author": "Auteur",
    "capture": "Capture",
    "categories": "Catégories",
    "changed": "Champs modifiés",
    "cms": "Logiciel du site",
    "comment_count": "Commentaires",
    "comment_evidence": "Indice lu",
    "comment_from": "Origine du nombre",
    "crawl": "Collecte",
    "departement": "Département",
    "ended": "Fin",
    "error": "Erreur",
    "etag": "ETag",
    "excerpt": "Extrait",
    "fetched": "Capturée le",
    "first_seen": "Vue la première fois",
    "gone_since": "Disparue depuis",
    "hops": "Chemin",
    "id": "Identifiant",
    "indexed_bytes": "Octets indexés",
    "key": "Clé",
    "kind": "Type",
    "language": "Langue",
    "last_modified": "Last-Modified",
    "last_seen": "Vue la dernière fois",
    "length": "Longueur",
    "message": "Message",
    "mime": "Type de contenu",
    "name": "Nom",
    "number": "Numéro",
    "offset": "Position",
    "payload_digest": "Empreinte",
    "payload_size": "Taille",
    "permission": "Autorisation",
    "published": "Publiée le",
    "published_from": "Origine de la date",
    "reason": "Raison",
    "region": "Région",
    "refers_to": "Original",
    "revisit": "Revisite",
    "role": "Motif",
    "seen": "Vue le",
    "software": "Logiciel",
    "source": "Source",
    "started": "Début",
    "status": "État",
    "subject": "Objet",
    "tags": "Mots-clés",
    "text": "Texte",
    "title": "Titre",
    "town": "Commune",
    "truncated": "Tronquée",
    "url": "Adresse",
    "user_agent": "Agent utilisateur",
    "versions": "Versions",
    "via": "Venant de",
    "warc_file": "Fichier WARC",
    "year": "Année",
}

_OTHER_COLUMNS = {("capture", "status"): "Statut HTTP", ("warc_file", "name"): "Fichier"}
"""Where a column of the same name means something else."""

_SIGNALS = {
    "heading": "affiché par la page",
    "items": "commentaires comptés dans la page",
    "structured": "données structurées de la page",
    "form": "formulaire sans commentaire",
    "meta": "métadonnées de la page",
    "time": "balise de date",
    "text": "texte de la page",
    "guess": "estimation",
}

VALUES: dict[str, dict[str, str]] = {
    "kind": {
        "ptce": "PTCE",
        "labo": "Labo de l’ESS",
        "cress": "CRESS",
        "national": "réseau national",
        "fetch": "requête",
        "http": "réponse HTTP",
        "extraction": "lecture de la page",
        "warc": "fichier WARC",
        "truncated": "contenu tronqué",
        "record": "enregistrement illisible",
    },
    "truncated": {
        "length": "taille maximale atteinte",
        "time": "durée maximale atteinte",
        "disconnect": "connexion coupée",
        "unspecified": "raison non précisée",
    },
    "revisit": {
        "identical-payload-digest": "contenu identique",
        "server-not-modified": "inchangé selon le serveur",
    },
    "status": {
        "active": "actif",
        "unknown": "inconnu",
        "moved": "déplacé",
        "closed": "fermé",
        "not-ptce": "n’est pas un PTCE",
        "todo": "à trouver",
    },
    "permission": {
        "none": "non demandée",
        "asked": "demandée",
        "granted": "accordée",
        "refused": "refusée",
    },
    "published_from": _SIGNALS,
    "comment_from": _SIGNALS,
    "role": {
        "robots": "robots.txt",
        "seed": "adresse de départ",
        "feed": "flux",
        "sitemap": "plan du site",
        "listing": "liste",
        "page": "page",
    },
}

LOOKUPS = {
    "exact": "est",
    "not": "n’est pas",
    "contains": "contient",
    "endswith": "finit par",
    "startswith": "commence par",
    "gt": ">",
    "gte": "≥",
    "lt": "<",
    "lte": "≤",
    "like": "suit le motif (LIKE)",
    "notlike": "ne suit pas le motif (LIKE)",
    "glob": "suit le motif (GLOB)",
    "in": "est parmi",
    "notin": "n’est pas parmi",
    "arraycontains": "comprend",
    "arraynotcontains": "ne comprend pas",
    "date": "est du jour",
    "isnull": "est inconnu",
    "notnull": "est connu",
    "isblank": "est vide",
    "notblank": "n’est pas vide",
}
_WITHOUT_VALUE = {"isnull", "notnull", "isblank", "notblank"}

_ERRORS = {
    "404": "Cette adresse ne mène à rien dans l’archive.",
    "Table not found": "Cette table n’existe pas.",
    "Database not found": "Cette base n’existe pas.",
    "Invalid database": "Cette base n’existe pas.",
    "Record not found": "Cette fiche n’existe pas, ou plus.",
    "Database download is forbidden": "Le catalogue ne se télécharge pas d’ici.",
    "Statement must be a SELECT": "La requête SQL doit être un SELECT.",
}
_ERROR_TITLES = {
    400: "Requête incorrecte",
    403: "Accès refusé",
    404: "Page introuvable",
    503: "Catalogue indisponible",
}


def column_label(column: str, table: str | None = None) -> str:
    """The French name of a column; its own name where we have none (a visitor's own SQL)."""
    return _OTHER_COLUMNS.get((table or "", column)) or COLUMNS.get(column, column)


def value_label(column: str, value: object) -> str:
    """A coded value in French; other values as they are; unknown is said, not left empty."""
    if value is None or value == "":
        return "non renseigné"
    return VALUES.get(column, {}).get(str(value), str(value))


def number(value: int | None) -> str:
    """Thousands parted as in French; None, "inconnu".

    >>> number(12345), number(0), number(None)
    ('12\u202f345', '0', 'inconnu')
    """
    return "inconnu" if value is None else f"{value:,}".replace(",", NARROW)


def count(value: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: below two, singular.

    >>> count(0, "annonce"), count(2, "annonce"), count(3, "page vue", "pages vues")
    ('0\xa0annonce', '2\xa0annonces', '3\xa0pages vues')
    """
    noun = singular if abs(value) < 2 else (plural or f"{singular}s")  # noqa: PLR2004
    return f"{number(value)}{NO_BREAK}{noun}"


def long_date(iso: str) -> str:
    """A date of ISO 8601 in French, as precise as it is; a moment, in the time of Paris.

    >>> long_date("2018-11-01"), long_date("2018-11"), long_date("2018")
    ('1er novembre 2018', 'novembre 2018', '2018')
    >>> long_date("2026-07-14T22:05:00.123456Z")
    '15 juillet 2026 à 0\xa0h\xa005'

    What is no such date comes back as it is.
    """
    if _DATE.fullmatch(iso):
        return _day(iso)
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    if moment.tzinfo is None:  # a page that gives a time without zone means its own
        moment = moment.replace(tzinfo=PARIS)
    try:
        local = moment.astimezone(PARIS)
    except OverflowError:
        return iso
    return f"{_day(local.date().isoformat())} à {local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"


def _day(iso: str) -> str:
    parts = _DATE.fullmatch(iso)
    if parts is None:
        return iso
    year, month, day = parts.groups()
    if month is None:
        return year
    if not 1 <= int(month) <= len(_MONTHS):
        return iso
    name = _MONTHS[int(month) - 1]
    if day is None:
        return f"{name} {year}"
    return f"{'1er' if day == '01' else int(day)} {name} {year}"


def digits(iso: str) -> str:
    """A UTC moment as the 14 digits of web archives: "20261124050000"; "" when it is none.

    >>> digits("2026-11-24T05:00:00.123456Z")
    '20261124050000'
    """
    try:
        return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y%m%d%H%M%S")
    except ValueError:
        return ""


def describe_filters(selections: Iterable[tuple[str, str, str]], table: str | None) -> list[str]:
    """Each filter of (column, lookup, value) in words; Datasette has them in English only."""
    words = []
    for column, lookup, value in selections:
        head = f"{column_label(column, table)} {LOOKUPS.get(lookup, lookup)}"
        words.append(
            head if lookup in _WITHOUT_VALUE else f"{head} « {value_label(column, value)} »"
        )
    return words


def error_title(status: int | None) -> str:
    """The heading of an error page."""
    return _ERROR_TITLES.get(status or 0, "Une erreur s’est produite")


def error_message(message: object) -> str | None:
    """Datasette's message in French; None when we have no words for it."""
    return _ERRORS.get(str(message))
