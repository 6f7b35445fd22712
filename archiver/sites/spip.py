"""SPIP: articles and news items (brèves); its sections, plans and mots-clés are listings."""

from __future__ import annotations

import re

from archiver.extract.elements import Hints, find
from archiver.extract.page import Page
from archiver.model import Role
from archiver.sites import generic
from archiver.sites.addresses import role
from archiver.sites.signs import body_classes, generators, refers_to, teasers

NAME = "spip"

HINTS = Hints(
    body=(
        ".chapo, .texte, .article-texte, .entry-content, .ps, .article-chapo, .article-ps,"
        " .lien_hyper"
    ),
    title=".cartouche h1, h1.crayon, .article-titre, .entry-title, h1.surlignable, .titre-article",
    date=".published, .info-publi, .date-publication, .cartouche .date, .publi, .dtreviewed",
    author=".cartouche .vcard .fn, .auteurs .fn, .vcard.author .fn, .auteurs a, .info-publi .fn",
    categories=".arbo a:last-of-type, .hierarchie a:last-of-type",
    tags=".mots a, .mots-cles a, [rel~=tag]",
    remove=".formulaire_spip, .spip_surligne_conserve, .forum, .liste.articles, .menu, .cartouche",
)

_PAGE_CLASS = re.compile(r"page_([a-z_-]+)")
_ARTICLES = frozenset({"article", "breve", "evenement", "actualite"})
_TEXT_CRAYON = re.compile(r"\b(?:article|breve)-(?:texte|descriptif|chapo)-(\d+)\b")
_ADDRESS = re.compile(
    r"spip\.php\?(?:.*&)?(?:article|breve)\d+|[?&]page=article\b|/article\d+(?:\.html)?$"
)


def recognises(page: Page) -> bool:
    """By the generator, by SPIP's addresses, by the classes of its edit-in-place."""
    if "spip" in generators(page):
        return True
    strong = re.search(r"spip\.php", page.url) or any(
        "spip.php" in (a.get("href") or "") for a in page.tree.iter("a", "form", "link")
    )
    if strong or find(page.tree, "[class*='crayon '], .spip_out, .spip_in, p.spip, .spip-admin"):
        return True
    return refers_to(page, re.compile(r"/local/cache-(?:css|js|vignettes|gd2)/|/plugins-dist/"))


def reason(page: Page) -> str | None:  # noqa: PLR0911 -- one decision after another
    """The template that made the page, the address, or the one text that can be edited in place."""
    templates = {m[1] for c in body_classes(page) if (m := _PAGE_CLASS.fullmatch(c))}
    articles = sorted(templates & _ARTICLES)
    if articles:
        return f"body.page_{articles[0]}"
    if templates:
        return None
    if _ADDRESS.search(page.url):
        return "address of an article"
    if role(page.url) is not Role.PAGE:
        return None
    texts = {
        number
        for element in find(page.tree, "[class*=crayon]")
        for number in _TEXT_CRAYON.findall(element.get("class") or "")
    }
    if len(texts) == 1:
        return f"article-texte-{texts.pop()}"
    strong = generic.declared(page)
    if strong:
        return strong
    if (
        not texts
        and find(page.tree, ".texte")
        and find(page.tree, ".cartouche, .info-publi, .published")
        and teasers(page) < generic.LISTING
        and generic.dated(page, HINTS)
    ):
        return "one dated .texte"
    return generic.visible(page, HINTS)
