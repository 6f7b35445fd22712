"""What stands under a post of the WordPress sample: comment areas as five generations of themes
print them, with their headings, lists and forms.

The class names, ids and wordings are those of WordPress in French and of the themes that each
function names; nothing here knows a whole page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from archiver.samples.texts import Comment, Post, french_time

AVATAR = "/wp-content/uploads/avatar.png"


@dataclass(frozen=True, slots=True)
class Entry:
    """A post with what WordPress adds: its number, its address, the number of its first comment."""

    id: int
    post: Post
    base_url: str
    first_comment: int

    @property
    def path(self) -> str:
        return f"/{self.post.slug}/"

    @property
    def url(self) -> str:
        return self.base_url + self.path

    @property
    def can_comment(self) -> bool:
        return self.post.discussion == "open"

    @property
    def title(self) -> str:
        """The title, ready for HTML text."""
        return escape(self.post.title, quote=False)


_Numbered = tuple[int, Comment]
_Item = Callable[[Entry, int, Comment, str, str], str]


def enfold(entry: Entry) -> str:
    """Enfold: a counter that says 0, too; pingbacks in a list of their own."""
    if not entry.can_comment and not entry.post.comments:
        return ""
    count = len(entry.post.comments)
    word = "réponse" if count == 1 else "réponses"
    out = []
    out.append(
        "<div class='comment-entry post-entry'>\n<div class='comment_meta_container'>"
        "<div class='side-container-comment'><div class='side-container-comment-inner'>"
        f"<span class='comment-count'>{count}</span><span class='comment-text'>{word}</span>"
        "<span class='center-border center-border-left'></span>"
        "<span class='center-border center-border-right'></span></div></div></div>"
    )
    pingbacks = [(n, c) for n, c in enumerate(entry.post.comments, 1) if c.pingback]
    if len(pingbacks) < count:
        items = _thread(entry, _enfold_item)
        out.append(f"<div class='comment_container'><ol class='commentlist' id='comments'>{items}")
        out.append("</ol></div>")
    if pingbacks:
        out.append("<h4 id='pingback_heading'>Rétroliens &amp; Pings</h4><ol class='pingbacklist'>")
        out.extend(_pingback(entry, number, comment) for number, comment in pingbacks)
        out.append("</ol>")
    if entry.can_comment:
        out.append(
            "<div class='comment_container'><h3 class='miniheading'>Laisser un commentaire</h3>"
            "<span class='minitext'>Rejoindre la discussion?<br/>N’hésitez pas à contribuer !"
            "</span>" + _form(entry) + "</div>"
        )
    return "\n".join((*out, "</div>"))


def _enfold_item(entry: Entry, cid: int, comment: Comment, classes: str, children: str) -> str:
    return (
        f'<li class="{classes}" id="li-comment-{cid}"><div id="comment-{cid}"><article>'
        f'<div class="gravatar">{_avatar(60)}{_reply_link(entry, cid)}</div>'
        "<div class='comment_content'><header class=\"comment-header\">"
        f'<cite class="comment_author_name author_name heading">{escape(comment.author)}</cite>'
        ' <span class="says">dit :</span><div class="comment-meta commentmetadata">'
        f'<a href="{entry.url}#comment-{cid}"><time>{french_time(comment.written)}</time></a>'
        "</div></header><div class='comment_text entry-content-wrapper clearfix'>"
        f"{_text(comment)}</div></div></article></div>"
        f"{_children('ul', children)}</li>"
    )


def _pingback(entry: Entry, number: int, comment: Comment) -> str:
    cid = entry.first_comment + number - 1
    return (
        f'<li class="pingback even thread-even depth-1" id="li-comment-{cid}">'
        f'<div id="comment-{cid}" class="comment-body"><cite class="fn">'
        f'<a href="https://www.example.org/dossier/" rel="external nofollow" class="url">'
        f'{escape(comment.author)}</a></cite> <span class="says">dit :</span>'
        f"{_text(comment)}</div></li>"
    )


def twentyseventeen(entry: Entry) -> str:
    """Twenty Seventeen: « 4 réponses sur », « Une réponse sur »; threads; no number at zero."""
    count = len(entry.post.comments)
    words = "Une réponse sur" if count == 1 else f"{count} réponses sur"
    return _classic(entry, f"{words} «\u00a0{entry.title}\u00a0»")


def twentyfifteen(entry: Entry) -> str:
    """Twenty Fifteen: « 3 réflexions au sujet de », « Une réflexion sur »; no number at zero."""
    count = len(entry.post.comments)
    words = "Une réflexion sur" if count == 1 else f"{count} réflexions au sujet de"
    return _classic(entry, f"{words} “\u00a0{entry.title}\u00a0”")


def _classic(entry: Entry, heading: str) -> str:
    if not entry.can_comment and not entry.post.comments:
        # These themes print the area only where there is or may be something in it.
        return ""
    out = ['<div id="comments" class="comments-area">']
    if entry.post.comments:
        out.append(f'<h2 class="comments-title">{heading}</h2>')
        out.append(f'<ol class="comment-list">{_thread(entry, _classic_item)}</ol>')
    out.append(_form(entry) if entry.can_comment else _closed())
    return "\n".join((*out, "</div><!-- #comments -->"))


def _classic_item(entry: Entry, cid: int, comment: Comment, classes: str, children: str) -> str:
    return (
        f'<li id="comment-{cid}" class="{classes}">'
        f'<article id="div-comment-{cid}" class="comment-body"><footer class="comment-meta">'
        f'<div class="comment-author vcard">{_avatar(56)}'
        f'<b class="fn">{escape(comment.author)}</b> <span class="says">dit :</span></div>'
        f'<div class="comment-metadata"><a href="{entry.url}#comment-{cid}">'
        f'<time datetime="{comment.written.isoformat()}">{french_time(comment.written)}</time>'
        f'</a></div></footer><div class="comment-content">{_text(comment)}</div>'
        f'<div class="reply">{_reply_link(entry, cid)}</div></article>'
        f"{_children('ol', children)}</li>"
    )


def block(entry: Entry) -> str:
    """Block themes: « Une réponse à », « 3 réponses à »; no number at zero, nothing if closed."""
    if not entry.can_comment and not entry.post.comments:
        return ""
    count = len(entry.post.comments)
    words = "Une réponse à" if count == 1 else f"{count} réponses à"
    out = ['<div class="wp-block-comments">']
    if count:
        out.append(
            '<h2 id="comments" class="wp-block-comments-title">'
            f"{words} «\u00a0{entry.title}\u00a0»</h2>"
            f'<ol class="wp-block-comment-template">{_thread(entry, _block_item)}</ol>'
        )
    if entry.can_comment:
        out.append(_form(entry, "comment-respond wp-block-post-comments-form"))
    return "\n".join((*out, "</div>"))


def _block_item(entry: Entry, cid: int, comment: Comment, classes: str, children: str) -> str:
    return (
        f'<li id="comment-{cid}" class="{classes}"><div class="wp-block-group">'
        f'<div class="wp-block-avatar">{_avatar(40)}</div>'
        f'<div class="wp-block-comment-author-name">{escape(comment.author)}</div>'
        f'<div class="wp-block-comment-date"><time datetime="{comment.written.isoformat()}">'
        f'<a href="{entry.url}#comment-{cid}">{french_time(comment.written)}</a></time></div>'
        f'<div class="wp-block-comment-content">{_text(comment)}</div>'
        f'<div class="wp-block-comment-reply-link">{_reply_link(entry, cid)}</div></div>'
        f"{_children('ol', children)}</li>"
    )


def ancien(entry: Entry) -> str:
    """A home-made theme after the old WordPress default: « Un commentaire »."""
    count = len(entry.post.comments)
    out = ['<div id="comments-wrap">']
    if count:
        words = "Un commentaire" if count == 1 else f"{count} commentaires"
        out.append(f'<h3 id="comments">{words}</h3>')
        out.append(f'<ol class="commentlist">{_thread(entry, _ancien_item)}</ol>')
    out.append(_form(entry) if entry.can_comment else _closed())
    return "\n".join((*out, "</div>"))


def _ancien_item(entry: Entry, cid: int, comment: Comment, classes: str, children: str) -> str:
    return (
        f'<li class="{classes}" id="comment-{cid}"><cite class="fn">{escape(comment.author)}'
        f'</cite> dit :<br /><small class="comment-meta commentmetadata">'
        f'<a href="{entry.url}#comment-{cid}">{french_time(comment.written)}</a></small>'
        f"{_text(comment)}{_children('ul', children)}</li>"
    )


def disqus(entry: Entry) -> str:
    """The empty place that the Disqus plugin fills in later; its script here does nothing."""
    return (
        '<div id="disqus_thread"></div>\n<script>var embedVars = {"disqusIdentifier":'
        f'"{entry.id} {entry.url}","disqusShortname":"pole-des-causses"}};</script>\n'
        '<script src="/wp-content/plugins/disqus-comment-system/public/js/comment_embed.js">'
        "</script>"
    )


def _thread(entry: Entry, item: _Item) -> str:
    numbered = [(n, c) for n, c in enumerate(entry.post.comments, 1) if not c.pingback]
    return _level(entry, item, numbered, 0, 1)


def _level(entry: Entry, item: _Item, comments: list[_Numbered], parent: int, depth: int) -> str:
    out = []
    for place, (number, comment) in enumerate(c for c in comments if c[1].parent == parent):
        parity = "odd alt" if place % 2 else "even"
        children = _level(entry, item, comments, number, depth + 1)
        classes = f"comment {parity} {'thread-' + parity + ' ' if depth == 1 else ''}depth-{depth}"
        if children:
            classes += " parent"
        out.append(item(entry, entry.first_comment + number - 1, comment, classes, children))
    return "\n".join(out)


def _children(tag: str, children: str) -> str:
    return f'<{tag} class="children">{children}</{tag}>' if children else ""


def _text(comment: Comment) -> str:
    return f"<p>{escape(comment.text, quote=False)}</p>"


def _avatar(size: int) -> str:
    return (
        f"<img alt='' src='{AVATAR}' class='avatar avatar-{size} photo'"
        f" height='{size}' width='{size}' loading='lazy' />"
    )


def _reply_link(entry: Entry, cid: int) -> str:
    if not entry.can_comment:
        return ""
    return (
        f"<a rel='nofollow' class='comment-reply-link' data-commentid=\"{cid}\""
        f" href='{entry.url}?replytocom={cid}#respond'>Répondre</a>"
    )


def _closed() -> str:
    return '<p class="no-comments">Les commentaires sont fermés.</p>'


def _form(entry: Entry, classes: str = "comment-respond") -> str:
    return (
        f'<div id="respond" class="{classes}"><h3 id="reply-title" class="comment-reply-title">'
        'Laisser un commentaire <small><a rel="nofollow" id="cancel-comment-reply-link"'
        f' href="{entry.url}#respond" style="display:none;">Annuler la réponse</a></small></h3>'
        f'<form action="{entry.base_url}/wp-comments-post.php" method="post" id="commentform"'
        ' class="comment-form"><p class="comment-notes">Votre adresse e-mail ne sera pas publiée.'
        ' Les champs obligatoires sont indiqués avec <span class="required">*</span></p>'
        '<p class="comment-form-comment"><label for="comment">Commentaire</label>'
        '<textarea id="comment" name="comment" cols="45" rows="6" required></textarea></p>'
        '<p class="comment-form-author"><label for="author">Nom</label>'
        '<input id="author" name="author" type="text" value="" size="30" /></p>'
        '<p class="form-submit"><input name="submit" type="submit" id="submit" class="submit"'
        ' value="Laisser un commentaire" />'
        f"<input type='hidden' name='comment_post_ID' value='{entry.id}' />"
        "<input type='hidden' name='comment_parent' value='0' /></p></form></div>"
    )
