"""Fixtures of the browse tests: a data folder that is built once, and pages asked of Datasette."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import lxml.html
import pytest
from sqlite_utils import Database

from archiver.browse.server import application
from archiver.catalogue import schema
from archiver.layout import DataFolder
from tests.browse import sample

Get = Callable[..., httpx.Response]
Page = Callable[[str], lxml.html.HtmlElement]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The sample; no test writes to it."""
    return sample.build(tmp_path_factory.mktemp("data"))


def getter(data: DataFolder) -> Get:
    """A function that asks the application for a path, by way of ASGI, without a network."""
    archive = application(data)

    def get(path: str, method: str = "GET", **options: object) -> httpx.Response:
        response: httpx.Response = asyncio.run(archive.client.request(method, path, **options))
        return response

    return get


@pytest.fixture(scope="session")
def get(data: DataFolder) -> Get:
    return getter(data)


@pytest.fixture
def page(get: Get) -> Page:
    """A function that gives the parsed page at a path, which must be there."""

    def parsed(path: str) -> lxml.html.HtmlElement:
        response = get(path, follow_redirects=True)
        assert response.status_code == 200, response.text
        return lxml.html.document_fromstring(response.text)

    return parsed


@pytest.fixture
def own_data(tmp_path: Path) -> DataFolder:
    """A sample of its own, for a test that changes it."""
    return sample.build(tmp_path)


@pytest.fixture
def own_empty(tmp_path: Path) -> Get:
    """The application on a catalogue that holds no row yet."""
    data = DataFolder(tmp_path)
    db = Database(data.catalogue)
    schema.create(db)
    db.close()
    return getter(data)
