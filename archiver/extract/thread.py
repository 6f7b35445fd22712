"""The parts of a comment area: the area itself, its list, its comments, its form.

Knows elements and their marks, no numbers and no texts of comments.
"""

from __future__ import annotations

import re

import lxml.html

from archiver.extract.elements import marks, text_of
from archiver.extract.printed import printed

AREA_NAMES = (
    r"comments?|comments?-area|comments?-?section|comments?-?wrapper|comments?-?wrap"
    r"|comments?-list-wrap|commentsbox|commentaires?|comment-entry|wp-block-comments|itemcomments"
    r"|comments?[-_]container|post-comments|entry-comments|forum|formes-forum|blog-comments"
    r"|node-comments|field--name-comment|respond"
    # The class of a whole page or post ("sans-commentaires") says nothing of an area.
    r"|(?!(?:sans|avec|category|tag|categorie|theme)-)[\w-]+[-_]commentaires?|commentaires?[-_][\w-]+"
)
"""Alternatives of a regular expression: classes and ids of what holds comments."""
LIST_NAMES = (
    r"commentlist|comment-list|comments-list|itemcommentslist|wp-block-comment-template"
    r"|comments__list|listes?-commentaires"
)
"""The same for the list of comments."""

AREA = re.compile(rf" (?:{AREA_NAMES}) ")
LIST = re.compile(rf" (?:{LIST_NAMES}) ")
ITEM_ID = re.compile(
    r" (?:(?:li-|div-|dsq-|wpd-comm-|article-)?(?:comment|commentaire|forum)[-_]?(?:id[-_])?|com-)"
    r"(\d+)(?:_\d+)? "
)
ANCHOR = re.compile(r"(?:forum|comment[-_]?|commentaire[-_]?)(\d+)")
"""The ``name`` of an anchor before a comment (SPIP, Drupal, old WordPress)."""
_ITEM = re.compile(
    r" (?:comment|commentaire|comment-item|forum-fil|forum-message|comment-body"
    r"|comment-entry-item|wpd-comment|comment_item) "
)
_MAYBE = re.compile(r" (?:comment|commentaire) ")
"""Some themes give this class to an area or to a counter."""
_BOXES = frozenset({"li", "div", "article", "section", "dt", "tr"})
_PING = re.compile(r" (?:pingback|trackback|pings?|pinglist|pingbacklist|trackbacks?) ")
FORM = re.compile(
    r" (?:commentform|comment-form|comment-respond|formulaire_forum|wpdcom|wpd-form"
    r"|comment-comment-form|must-log-in) "
)
FORM_ACTION = re.compile(r"wp-comments-post\.php|/comment/reply/|page=forum")
LIST_TAGS = frozenset({"ol", "ul", "div", "section"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NEAR = 4
_COUNTER = 40
"""Characters of a counter."""


def is_ping(element: lxml.html.HtmlElement) -> bool:
    """Whether an element is a pingback or lies in a list of them."""
    return any(_PING.search(marks(n)) for n in [element, *element.iterancestors()][:_NEAR])


def _classes(element: lxml.html.HtmlElement) -> str:
    return f" {element.get('class') or ''} ".lower()


def in_area(element: lxml.html.HtmlElement) -> bool:
    """Whether something around an element is a comment area or a comment list."""
    return any(
        AREA.search(names) or LIST.search(names)
        for names in map(marks, element.iterancestors())
        if names.strip()
    )


def is_comment(element: lxml.html.HtmlElement) -> bool:
    """Whether the class of an element calls it a comment, and it is no area nor counter."""
    if element.tag not in _BOXES or not (found := _ITEM.search(_classes(element))):
        return False
    if element.tag == "li" or not _MAYBE.fullmatch(found[0]):
        return True
    for inner in element.iter("textarea", "ol", "ul", "div", "section", "article"):
        if inner is not element and (inner.tag == "textarea" or _holds(inner)):
            return False
    return not _is_counter(element)


def _is_counter(element: lxml.html.HtmlElement) -> bool:
    text = text_of(element, _COUNTER + 1)
    if len(text) > _COUNTER or printed(text) is None:
        return False
    inner = next(element.iter(*_HEADINGS, "p"), None)
    return inner is None or text == text_of(inner, _COUNTER + 1)


def _holds(element: lxml.html.HtmlElement) -> bool:
    """Whether an element inside of what may be a comment shows that it is an area instead."""
    names = marks(element)
    if LIST.search(names):
        return True
    item = ITEM_ID.search(names) or re.search(r" (?:comment|commentaire) ", names)
    return bool(item) and not _answers(element)


def _answers(element: lxml.html.HtmlElement) -> bool:
    """Whether an element is in the list of answers within a comment."""
    return any(
        "children" in marks(node) or node.tag in ("ol", "ul")
        for node in [*element.iterancestors()][:_NEAR]
    )


def is_separate(element: lxml.html.HtmlElement) -> bool:
    """Whether a comment is one of its own and no part of one; answers in a list are."""
    for node in element.iterancestors():
        if node.tag in ("ol", "ul"):
            return True
        if ITEM_ID.search(marks(node)) or is_comment(node):
            return False
    return True


def in_comment(element: lxml.html.HtmlElement) -> bool:
    """Whether an element lies in a comment, so that its text is somebody's words."""
    return any(ITEM_ID.search(marks(node)) or is_comment(node) for node in element.iterancestors())


def is_form(element: lxml.html.HtmlElement) -> bool:
    """Whether an element is a comment form or the box around one."""
    return bool(
        FORM.search(marks(element))
        or (element.tag == "form" and FORM_ACTION.search(element.get("action") or ""))
    )


_SHOW = re.compile(
    r"(?:afficher|voir|charger|lire|montrer|show|view|load)\b.{0,20}\b"
    r"(?:commentaires?|comments?|réponses?|réactions?)",
    re.I,
)


def hides_comments(element: lxml.html.HtmlElement) -> bool:
    """Whether an element is a button that offers to show the comments."""
    if not isinstance(element.tag, str):
        return False
    button = element.tag == "button" or element.get("role") == "button"
    return button and _SHOW.match(text_of(element, _COUNTER)) is not None


def is_bare(form: lxml.html.HtmlElement, article: lxml.html.HtmlElement) -> bool:
    """Whether the comment area around a form holds nothing but the form and headings.

    Anything else (a list, a text, a button that shows them) may be comments in a markup that nobody
    knows here.
    """
    area = form
    for node in form.iterancestors():
        if node is article or node in article.iterancestors():
            break
        if AREA.search(marks(node)):
            area = node
    if area is form:
        return True
    # Not recursive: a site may nest two thousand elements.
    stack = [area]
    while stack:
        node = stack.pop()
        for child in node:
            if _WORD.search(child.tail or ""):
                return False
            if hides_comments(child):
                return False
            if not isinstance(child.tag, str) or _says_nothing(child):
                continue
            if child.tag in ("ol", "ul") or _WORD.search(child.text or ""):
                return False
            stack.append(child)
    return not _WORD.search(area.text or "")


# The cross that closes a box is no text.
_WORD = re.compile(r"\w")
_SILENT = frozenset(
    {"form", "button", "script", "style", "noscript", "template", "link", "meta", "input"}
)
_SILENT_MARKS = re.compile(
    r" (?:respond|comments?-title|comment-reply-title|cancel-comment-reply\S*|logged-in-as"
    r"|screen-reader-text|no-?comments?|nocomments) "
)


def _says_nothing(element: lxml.html.HtmlElement) -> bool:
    names = marks(element)
    return (
        element.tag in _SILENT
        or element.tag in _HEADINGS
        or is_form(element)
        or bool(_SILENT_MARKS.search(names) or _PING.search(names))
    )
