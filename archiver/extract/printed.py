"""The number in a printed comment counter: French and English themes, figures and words.

Knows texts, no pages. "Laisser un commentaire" invites and counts nothing.
"""

from __future__ import annotations

import re

from archiver.extract.elements import squeeze

_NOUN = (
    r"(?:commentaires?|comments?|réponses?|reponses?|responses?|replies|reply|réactions?|reactions?"
    r"|réflexions?|reflexions?|thoughts?|pensées?)"
)
_NUMBER = r"(?:\d{1,3}(?:[ .,]\d{3})+|\d{1,7})"
_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "zéro zero",
            "un une one",
            "deux two",
            "trois three",
            "quatre four",
            "cinq five",
            "six",
            "sept seven",
            "huit eight",
            "neuf nine",
            "dix ten",
        )
    )
    for word in words.split()
}
# What themes write before the number. Anything else before it ("Laisser un commentaire", the
# title of the article) makes it no count.
_LEAD = (
    r"(?:(?:il y a|there (?:is|are)|(?:cet article|ce billet|la publication|l['’]article"
    r"|cette page|cette publication|this (?:post|article|entry|page)) (?:a|comporte|compte|contient"
    r"|has)|post comments?|commentaires? de la publication|discussion|conversation|actuellement"
    r"|currently|voir|afficher|lire|view)(?: les| all)?\s*[:–—·|-]?\s*)?"
)
_AFTER_WORD = r"(?=\s*(?:$|[.:»«“\"(–—|-]|(?:sur|à|a|au|aux|pour|dans|on|to|so far|de)\b))"
_COUNT = re.compile(
    rf"{_LEAD}(?:(?P<n>{_NUMBER})\s*{_NOUN}\b(?!\s*(?:par|max|minimum))"
    rf"|(?P<word>{'|'.join(_WORDS)})\s+{_NOUN}\b{_AFTER_WORD}"
    rf"|{_NOUN}\s*(?:[:–—-]\s*)?[(\[]\s*(?P<paren>{_NUMBER})\s*[)\]]"
    rf"|{_NOUN}\s*[:–—]\s*(?P<colon>{_NUMBER})\s*$"
    rf"|{_NOUN}\s(?P<bare>{_NUMBER})\s*$)",
    re.I,
)
_NO = (
    r"(?:aucune?|no|pas(?: encore)?(?: de)?|il n['’]y a (?:aucune?|encore aucune?)"
    r"|il n['’]y a pas(?: encore)? de)"
)
_NONE = re.compile(
    rf"{_LEAD}(?:{_NO}\s+{_NOUN}\b(?!\s*(?:à afficher|récents?|to show))"
    r"|soyez le premier à (?:commenter|réagir|laisser un commentaire|répondre|donner)"
    r"|be the first to (?:comment|reply))",
    re.I,
)
_SPACES = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009]+(?=\d{3}(?!\d))")
_LONGEST = 300


def printed(text: str) -> int | None:
    """The count that a heading or counter prints, or None when it prints none.

    >>> printed("1.977 commentaires"), printed("Une réponse à « Trois »"), printed("No comments")
    (1977, 1, 0)
    >>> printed("Laisser un commentaire") is None
    True
    """
    read = counter(text)
    return read[0] if read else None


def counter(text: str) -> tuple[int, str] | None:
    """The count that a text begins with and the words that say it, without what follows.

    >>> counter("2 réponses à Marie")
    (2, '2 réponses')
    """
    plain = squeeze(_SPACES.sub(" ", text[:_LONGEST])).lstrip('"“”«»—–-·|(>• ')
    none = _NONE.match(plain)
    if none:
        return 0, none[0]
    match = _COUNT.match(plain)
    if not match:
        return None
    if match["word"]:
        return _WORDS[match["word"].lower()], match[0]
    digits = match["n"] or match["paren"] or match["colon"] or match["bare"]
    return int(re.sub(r"\D", "", digits)), match[0]
