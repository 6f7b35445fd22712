"""Pages that are never announcements, whatever their markup: front page, errors, legal notices."""

from __future__ import annotations

import re

from archiver.extract.elements import text_of
from archiver.extract.focus import fold
from archiver.extract.page import Page
from archiver.sites.signs import path, query

# Folded as ``focus.fold`` folds. Each stands for a whole title or a whole slug.
_PHRASES = (
    r"(?:les )?(?:mentions? (?:legales?|obligatoires?)|informations legales|legal(?: notices?)?)",
    r"(?:les )?mentions legales (?:et|credits?|cgu) .*|imprint|impressum",
    r"(?:notre |la )?politique (?:de |relative aux? |des? )?(?:confidentialite|cookies)(?: .*)?",
    r"(?:notre |la )?politique (?:de |des? )?(?:(?:la )?protection des donnees|vie privee)(?: .*)?",
    r"privacy policy|cookies? policy|confidentialite|donnees personnelles|rgpd|cookies|vie privee",
    r"conditions generales(?:(?: d utilisation| de vente| d adhesion)(?: .*)?)?|cgu|cgv|cgu cgv",
    r"conditions d utilisation|charte (?:d utilisation|des donnees personnelles)",
    r"(?:nous )?contact(?:s|er|ez)?(?: nous)?|nous (?:ecrire|joindre)|contact us|page contact",
    r"formulaire de contact|plan (?:du|de) site|sitemap|plan",
    r"accessibilite(?: numerique| du site(?: (?:web|internet))?)?|declaration d accessibilite",
    r"accessibilite (?:non|partiellement|totalement) conforme|credits?(?: et mentions legales)?",
    r"(?:mon )?compte|(?:se )?connexion|login|s identifier|mot de passe oublie|panier|merci",
    r"newsletter|inscription a la newsletter|page d accueil|accueil|home|404",
    r"recherche|resultats? de recherche|search",
)
_STATIC = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES))
_BEGINS = re.compile(rf"(?:{_STATIC.pattern})\b")
_NUMBERED = re.compile(r"(?: \d{1,3}| html?| php| fr)$")
_FEW_WORDS = 4

_ERROR = re.compile(
    r"(?:erreur|error) 404\b|404(?:$| (?:page|not|non|erreur|error|introuvable|file)\b)"
    r"|page (?:non trouvee|introuvable|not found|inexistante)|cette page n existe pas"
    r"|not found|acces refuse|access denied|nothing found|contenu introuvable"
    r"|oups?\b.{0,30}(?:page|introuvable|404)|site en maintenance"
)


def is_front(page: Page) -> bool:
    """Whether the page is the front page of its site, or says that it is the same page as that.

    Old addresses of some sites answer with the front page and status 200.
    """
    if path(page.url) in ("", "/", "/index.html", "/index.php") and not query(page.url):
        return True
    for link in page.tree.iterfind(".//link[@rel='canonical']"):
        href = link.get("href") or ""
        return href.startswith("http") and path(href) in ("", "/") and not query(href)
    return False


def is_error(page: Page) -> bool:
    """Whether the page says that there is nothing at its address, whatever its status."""
    for name in ("title", "h1"):
        element = page.tree.find(f".//{name}")
        if element is not None and _ERROR.match(fold(text_of(element, 100))):
            return True
    return False


def is_static(url: str, title: str) -> bool:
    """Whether address and title together say: legal notice, contact, site map, account.

    A title that is nothing else is enough. A slug alone is not: an article about legal notices
    may have it, but then a longer title.
    """
    called = fold(title)
    if _STATIC.fullmatch(called):
        return True
    slug = fold(path(url).rstrip("/").rpartition("/")[2])
    slug = _NUMBERED.sub("", slug)
    if not _STATIC.fullmatch(slug):
        return False
    return len(called.split()) <= _FEW_WORDS or _BEGINS.match(called) is not None
