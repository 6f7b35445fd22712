"""Drupal 6 to 11: nodes of the types that announce; ``page`` and the like are static."""

from __future__ import annotations

import re

from archiver.extract.elements import Hints, find, is_aside
from archiver.extract.page import Page
from archiver.model import Role
from archiver.sites import generic
from archiver.sites.addresses import role
from archiver.sites.signs import body_classes, generators, is_directory, refers_to

NAME = "drupal"

HINTS = Hints(
    article=(
        "article.node--view-mode-full, .node--view-mode-full, article.node-full, .node-full,"
        " .node.view-mode-full"
    ),
    body=(
        ".field--name-body, .field-name-body, .field--name-field-chapo, .field-name-field-chapo,"
        " .text-formatted.field--name-field-texte, .node__content > .field--type-text-long"
    ),
    title="h1.page-title, h1.page-header, .page-title, .node__title, h1#page-title, h1.title",
    date=(
        ".node__submitted, .submitted, .node__meta time, .field--name-created,"
        " .field--name-field-date-publication, .field-name-field-date-publication,"
        " .field--name-field-date-de-publication, .date-publication"
    ),
    author=(
        ".node__submitted .username, .submitted .username, .field--name-field-auteur .field__item"
    ),
    categories=(
        ".field--name-field-category a, .field--name-field-categorie a,"
        " .field--name-field-thematique a, .field--name-field-thematiques a,"
        " .field--name-field-theme a, .field-name-field-categorie a"
    ),
    tags=".field--name-field-tags a, .field-name-field-tags a, .field--name-field-mots-cles a",
    remove=".links, .node__links, .comment-wrapper, .field--name-comment, .book-navigation",
)

_FILES = re.compile(
    r"/sites/(?:default|all|[\w.-]+)/(?:files|themes|modules)/|/core/(?:misc|themes|assets)/"
)
_BODY_TYPE = re.compile(r"(?:page-node-type|node-type|node--type|type)-([a-z0-9_-]+)")
_NODE_TYPE = re.compile(r"node--type-([a-z0-9_-]+)")
_STATIC_TYPE = re.compile(
    r"(?:basic[-_])?pages?|page[-_](?:de[-_])?(?:base|simple|basique|libre|statique|accueil|contenu)"
    r"|webform|landing[-_]?page|home(?:page)?|accueil|contact|panel|faq|rubrique|listing|liste"
    r"|book|product|simplenews|layout|static[-_]?page|mosaic|block[-_]?page"
)


def _is_static(name: str) -> bool:
    return _STATIC_TYPE.fullmatch(name) is not None or is_directory(name)


def recognises(page: Page) -> bool:
    """By the generator, by the marks of its scripts, by the addresses of its files."""
    if "drupal" in generators(page):
        return True
    if find(page.tree, "[data-drupal-selector], [data-drupal-link-system-path], [about^='/node/']"):
        return True
    return refers_to(page, _FILES)


def reason(page: Page) -> str | None:  # noqa: PLR0911 -- one decision after another
    """The type of the node that the page is made of."""
    classes = body_classes(page)
    if classes & {"path-frontpage", "front", "path-taxonomy", "page-taxonomy", "path-search"}:
        return None
    for name in sorted(classes):
        match = _BODY_TYPE.fullmatch(name)
        if match:
            return None if _is_static(match[1]) else f"body.{name}"
    if role(page.url) is Role.LISTING:
        return None
    nodes = [e for e in find(page.tree, HINTS.article) if not is_aside(e)]
    if len(nodes) == 1:
        match = _NODE_TYPE.search((nodes[0].get("class") or "").lower())
        if match:
            return None if _is_static(match[1]) else f"article.node--type-{match[1]}"
    if classes & {"path-view", "path-user", "page-user"}:
        return None
    if "path-node" in classes or "page-node" in classes or len(nodes) == 1:
        # A theme that hides the type: a date tells a news item from a static page.
        return "dated node" if generic.dated(page, HINTS) else None
    return generic.declared(page) or generic.visible(page, HINTS)
