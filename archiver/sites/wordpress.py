"""WordPress: its body classes say what a page is (``get_body_class``), whatever the theme."""

from __future__ import annotations

import re

from archiver.extract.elements import Hints, find
from archiver.extract.page import Page
from archiver.model import Role
from archiver.sites import generic
from archiver.sites.addresses import role
from archiver.sites.signs import body_classes, generators, is_directory, refers_to, teasers

NAME = "wordpress"

HINTS = Hints(
    body=(
        ".entry-content, .wp-block-post-content, .post-content, .post__content, .td-post-content,"
        " .elementor-widget-theme-post-content, .et_pb_post_content, .single-content"
    ),
    title=(
        ".entry-title, .wp-block-post-title, .post-title, h1.title, .page-header-title,"
        " .elementor-widget-theme-post-title .elementor-heading-title, .et_pb_title_container h1"
    ),
    date=(
        ".entry-date, .posted-on, .post-date, .wp-block-post-date, .date-container, .published,"
        " .meta-date, .elementor-post-info__item--type-date"
    ),
    author=(
        ".author.vcard .fn, .author .fn, .byline .author, .blog-author .fn, .entry-author,"
        " .wp-block-post-author-name, .post-author-name, .post-author a,"
        " .elementor-post-info__item--type-author"
    ),
    categories=(
        ".cat-links a, .taxonomy-category a, .entry-categories a, .post-categories a,"
        " .blog-categories a, .meta-category a, [rel~=category]"
    ),
    tags=(
        ".tags-links a, .tag-links a, .taxonomy-post_tag a, .entry-tags a, .post-tags a,"
        " .blog-tags a, .meta-tags a, [rel~=tag]:not([rel~=category])"
    ),
    remove=(
        ".sharedaddy, .jp-relatedposts, .addtoany_share_save_container, .av-share-box,"
        " .wp-block-comments, .wp-block-query, .wp-block-latest-posts, .post-navigation,"
        " .et_pb_comments_module, .elementor-widget-share-buttons, .wp-block-post-navigation-link"
    ),
)

_FILES = re.compile(r"/wp-(?:content|includes)/|/wp-json/")
_TYPE = re.compile(r"single-(?!format-|paged-)([a-z0-9_-]+)")
_LATER_PART = re.compile(r"single-paged-\d+")
_NO_ANNOUNCEMENT = frozenset(
    {
        "archive",
        "category",
        "tag",
        "author",
        "date",
        "home",
        "search",
        "search-results",
        "search-no-results",
        "error404",
        "attachment",
        "single-attachment",
        "post-type-archive",
        "page",
        "single-product",
        "single-elementor_library",
        "single-forum",
        "single-topic",
        "single-give_forms",
        "bbpress",
    }
)


def recognises(page: Page) -> bool:
    """By the generator, the addresses of its files, or the comment form's target."""
    if "wordpress" in generators(page) or refers_to(page, _FILES):
        return True
    return any(
        "wp-comments-post.php" in (form.get("action") or "") for form in page.tree.iter("form")
    )


def reason(page: Page) -> str | None:
    """``body.single-<type>``: posts and the posts of custom types (agenda, actualite)."""
    classes = body_classes(page)
    types = sorted(
        match[1] for name in classes if (match := _TYPE.fullmatch(name)) and name != "single-post"
    )
    is_page = "page" in classes and any(c.startswith("page-id-") for c in classes)
    if (
        "single" in classes
        or "single-post" in classes
        or any(c.startswith("postid-") for c in classes)
    ):
        denied = classes & _NO_ANNOUNCEMENT - {"page", "archive", "date", "home", "tag", "author"}
        if is_page or denied or any(_LATER_PART.fullmatch(name) for name in classes):
            return None
        if "single-post" in classes or not types:
            return "body.single-post" if "single-post" in classes else "body.single"
        # "single-agenda" comes from WordPress, others ("single-author") may come from the theme.
        known = [t for t in types if f"{t}-template-default" in classes]
        name = (known or types)[0]
        return None if is_directory(name) else f"body.single-{name}"
    if classes & _NO_ANNOUNCEMENT or "blog" in classes:
        return None
    return _unmarked(page)


def _unmarked(page: Page) -> str | None:
    """A page of a theme that leaves out ``body_class()``."""
    strong = generic.declared(page)
    if strong:
        return strong
    if role(page.url) is not Role.PAGE:
        return None
    # The form knows which post it belongs to. Static pages have one too, but no date.
    form = any(
        "wp-comments-post.php" in (form.get("action") or "") for form in page.tree.iter("form")
    )
    posts = [
        e for e in find(page.tree, ".post, .hentry, .type-post") if e.tag in ("div", "article")
    ]
    if (form or len(posts) == 1) and teasers(page) < generic.LISTING and generic.dated(page, HINTS):
        return "dated post with a comment form" if form else "one dated .post"
    return generic.visible(page, HINTS)
