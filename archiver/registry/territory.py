"""The 18 regions of France and their départements: data, and how to find one by what is typed.

From INSEE's code officiel géographique (the regions since 1 January 2016). It knows no source.
"""

from __future__ import annotations

import re
import unicodedata

REGIONS: dict[str, tuple[str, ...]] = {
    "Auvergne-Rhône-Alpes": (
        *("01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74"),
    ),
    "Bourgogne-Franche-Comté": ("21", "25", "39", "58", "70", "71", "89", "90"),
    "Bretagne": ("22", "29", "35", "56"),
    "Centre-Val de Loire": ("18", "28", "36", "37", "41", "45"),
    "Corse": ("2A", "2B"),
    "Grand Est": ("08", "10", "51", "52", "54", "55", "57", "67", "68", "88"),
    "Guadeloupe": ("971",),
    "Guyane": ("973",),
    "Hauts-de-France": ("02", "59", "60", "62", "80"),
    "La Réunion": ("974",),
    "Martinique": ("972",),
    "Mayotte": ("976",),
    "Normandie": ("14", "27", "50", "61", "76"),
    "Nouvelle-Aquitaine": (
        *("16", "17", "19", "23", "24", "33", "40", "47", "64", "79", "86", "87"),
    ),
    "Occitanie": (*("09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82"),),
    "Pays de la Loire": ("44", "49", "53", "72", "85"),
    "Provence-Alpes-Côte d'Azur": ("04", "05", "06", "13", "83", "84"),
    "Île-de-France": ("75", "77", "78", "91", "92", "93", "94", "95"),
}
"""Each region with the codes of its départements."""

DEPARTEMENTS = frozenset(code for codes in REGIONS.values() for code in codes)
"""The codes of the 101 départements."""


def _folded(text: str) -> str:
    """Without accents, case, hyphens and kinds of apostrophe: how people type a region."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", plain).strip().casefold()


_BY_FOLDED = {_folded(name): name for name in REGIONS}


def find_region(text: str) -> str | None:
    """The region that is meant by "ile-de-france" or "OCCITANIE"; None when there is none."""
    return _BY_FOLDED.get(_folded(text))


def find_departement(text: str) -> str | None:
    """The code of the département that is meant by "1" or "2a"; None when there is none."""
    code = text.strip().upper().rjust(2, "0")
    return code if code in DEPARTEMENTS else None
