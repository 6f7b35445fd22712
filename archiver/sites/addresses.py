"""What a URL alone tells a crawl: its likely role, and whether it is worth a request.

Pure string work, never raises: a hint, the page itself has the last word. Knows no scope; that is
``archiver.address``.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from archiver.model import Role

_SITEMAP = re.compile(r"/[^/]*sitemap[^/]*\.xml(?:\.gz)?$|/sitemap(?:_index)?/?$", re.I)
_FEED = re.compile(
    r"/(?:feed|rss|atom)(?:/(?:rss2?|rdf|atom))?/?$|\.(?:rss|atom|rdf)$"
    r"|/(?:rss|atom|feed|feeds|index|blog-feed|backend)\.xml$",
    re.I,
)
_LISTING = re.compile(
    r"/page/\d+/?$"
    r"|/(?:category|categorie|categories|tag|tags|etiquette|mot-cle|auteurs?|author|blog/categories"
    r"|taxonomy/term)/[^/]"
    r"|/(?:themes?|thematiques?|rubriques?)/[^/]+/?$|/rubrique\d+(?:\.html)?$|/(?:19|20)\d\d(?:/\d\d){0,2}/?$"
    r"|/(?:actualites?|actus?|blog|agenda|evenements?|news|publications|archives)/?$",
    re.I,
)
_LISTING_KEYS = re.compile(
    r"(?:paged?|cat|tag|author|post_type|m|id_rubrique|id_mot|id_auteur|debut_\w+)$", re.I
)
_SPIP_LISTING = re.compile(
    r"(?:^|&)(?:rubrique|mot|auteur)\d+|(?:^|&)page=(?:plan|rubrique|mot|auteur|sommaire)", re.I
)


def role(url: str) -> Role:
    """LISTING, FEED or SITEMAP where the form of an address suggests it, else PAGE."""
    try:
        parts = urlsplit(url)
        keys = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        return Role.PAGE
    path = unquote(parts.path)
    if _SITEMAP.search(path):
        return Role.SITEMAP
    if _FEED.search(path) or any(_is_feed(key, value) for key, value in keys):
        return Role.FEED
    listing = (
        _LISTING.search(path)
        or _SPIP_LISTING.search(parts.query)
        or any(_is_pager(key, value) for key, value in keys)
    )
    return Role.LISTING if listing else Role.PAGE


def _is_feed(key: str, value: str) -> bool:
    return (
        (key == "page" and value.startswith("backend"))
        or key == "feed"
        or (key == "format" and value in ("feed", "rss", "atom"))
    )


def _is_pager(key: str, value: str) -> bool:
    if key == "page":
        # Drupal's pager counts ("2", "0,3"); SPIP names a template ("article").
        return re.fullmatch(r"[\d,]+", value) is not None
    return _LISTING_KEYS.match(key) is not None and bool(value)


_MAX_FIELDS = 50
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|tiff?|avif|heic|css|js|mjs|map|woff2?|ttf|eot|otf"
    r"|zip|rar|7z|tar|t?gz|bz2|xz|exe|dmg|apk|iso|bin"
    r"|pdf|docx?|xlsx?|pptx?|od[tspg]|rtf|csv|epub|ps|indd|ai|psd|key|pages|numbers"
    r"|mp[34]|m4[av]|avi|mov|mkv|webm|og[gva]|wav|flac|flv|wmv|mpe?g|ics|vcf|kml|gpx|json|swf|txt)$",
    re.I,
)
_GZ_SITEMAP = re.compile(r"sitemap[^/]*\.xml\.gz$", re.I)
_MACHINERY = re.compile(
    r"/(?:wp-admin|wp-json|wp-includes|wp-content/(?!.*\.html?$)|cgi-bin|ecrire|prive)(?:/|$)"
    r"|/(?:wp-login|wp-signup|wp-cron|wp-comments-post|wp-trackback|xmlrpc|wp-activate)\.php"
    r"|/comment-page-\d+|/comments/feed(?:/|$)|/(?:trackback|embed|amp)/?$"
    r"|/(?:user|users)/(?:login|register|password)|/comment/reply/|/node/add(?:/|$)|/search(?:/|$)"
    r"|/(?:cart|panier|checkout|mon-compte|my-account)(?:/|$)|/print/|/printpdf/|/printmail/"
    r"|/(?:agenda|evenements?|events?|calendar|calendrier)/(?:(?:mois|jour|semaine|liste|month|day|week|list|photo|map)/)?"
    r"\d{4}-\d{2}(?:-\d{2})?/?$"
    r"|/(?:jour|mois|semaine|day|month|week|today|aujourdhui)/\d",
    re.I,
)
_UNWANTED_KEYS = re.compile(
    r"(?:replytocom|share|ical|outlook-ical|s|action|print|imprimer|attachment_id|preview(?:_id)?"
    r"|var_mode|add-to-cart|wc-ajax|like_comment|_wpnonce|nonce|calendar|mois|jour|annee"
    r"|tribe-bar-date|tribe_\w+|eventdisplay|recherche|search|search_api_fulltext|keys"
    r"|destination|oembed|doing_wp_cron|rest_route|customize\w*|sort_by|order(?:by)?|sort|cmd)$",
    re.I,
)
_SPIP_UNWANTED = re.compile(
    r"^(?:forum|forum-\w+|recherche|imprimer|login|spip_pass|contact|print|backend-forum"
    r"|backend_forum|ical|.*-ajax|.*\.(?:js|css))$",
    re.I,
)
_SITE_FEED = re.compile(
    r"^/(?:[a-z]{2}/)?(?:feed|rss|atom)(?:/(?:rss2?|rdf|atom))?/?$"
    r"|^/(?:category|categorie|tag)/[^?]*/feed/?$",
    re.I,
)
_POST_FEED = re.compile(r"/feed(?:/(?:rss2?|rdf|atom))?/?$", re.I)
_MAX_LENGTH = 1000
_MAX_SEGMENTS = 14
_MAX_KEYS = 6


def worth_following(url: str) -> bool:
    """Whether a crawl of pages wants this URL at all.

    False for files of other kinds, for the machinery of a platform, for other views of a page that
    is followed anyway, and for traps that have no end.
    """
    if len(url) > _MAX_LENGTH:
        return False
    try:
        parts = urlsplit(url)
        keys = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MAX_KEYS)
        named = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
    return named and _wanted_path(unquote(parts.path)) and _wanted_query(keys)


def _wanted_path(path: str) -> bool:
    if _FILE.search(path) and not _GZ_SITEMAP.search(path):
        return False
    # The feed of a site or of a category tells of new pages, that of a page of its comments.
    if _POST_FEED.search(path) and not _SITE_FEED.search(path):
        return False
    return not _MACHINERY.search(path) and not _endless(path)


def _wanted_query(keys: list[tuple[str, str]]) -> bool:
    names = {key for key, _ in keys}
    for key, value in keys:
        if _UNWANTED_KEYS.match(key) or (key == "page" and _SPIP_UNWANTED.match(value)):
            return False
        if key == "feed" and (names & {"p", "page_id"} or value.startswith("comments")):
            return False
    return True


def _endless(path: str) -> bool:
    """Relative links gone wrong: ``/a/b/a/b/a/b``."""
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > _MAX_SEGMENTS:
        return True
    for size in range(1, len(segments) // 3 + 1):
        for start in range(len(segments) - 3 * size + 1):
            first = segments[start : start + size]
            if (
                first == segments[start + size : start + 2 * size]
                and first == segments[start + 2 * size : start + 3 * size]
            ):
                return True
    return False
