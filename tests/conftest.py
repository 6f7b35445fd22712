"""What the tests of all rooms share: what to do when a program that a test needs is missing."""

from __future__ import annotations

import os
import shutil

import pytest


def require(condition: object, reason: str) -> None:
    """Skips the test without the condition; with REQUIRE_ALL=1 in the environment, fails it."""
    if condition:
        return
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that a test may drive."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    require(path, "no Chromium is installed")
    assert path is not None
    return path
