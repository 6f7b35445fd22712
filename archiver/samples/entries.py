"""The sample sites as entries of a registry, for the operator's sources folder."""

from __future__ import annotations

from urllib.parse import urlsplit

from archiver.samples.labo import KEY as LABO
from archiver.samples.pole import KEY as POLE


def registry(pole_url: str, labo_url: str) -> str:
    """TOML text that registers both sites as sources, each under the base URL it is served from."""
    return f"""# The sample sites: all that they say is invented.

[{POLE}]
name = "Pôle des Causses"
kind = "ptce"
town = "Montrac-les-Causses"
departement = "46"
region = "Occitanie"
seeds = ["{pole_url}/"]
hosts = ["{urlsplit(pole_url).netloc}"]
cms = "wordpress"
status = "active"

[{LABO}]
name = "Labo des Coteaux"
kind = "labo"
town = "Saint-Aubrac-des-Coteaux"
departement = "47"
region = "Nouvelle-Aquitaine"
seeds = ["{labo_url}/"]
hosts = ["{urlsplit(labo_url).netloc}"]
cms = "drupal"
status = "active"
"""
