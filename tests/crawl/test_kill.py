"""A crawl that is killed leaves nothing broken and loses nothing that was on disk.

A short run of ``tests.bench.kill``, which says what counts as lost.
"""

from __future__ import annotations

import pytest

from tests.bench.kill import HEAD, Round, campaign, line

_KILLS = 8


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> list[Round]:
    done = campaign(tmp_path_factory.mktemp("killed"), _KILLS, seed=20261124, table=False)
    print("\n" + "\n".join([HEAD, *map(line, done)]))
    return done


def test_kills_met_crawls_at_work_and_left_files_open(rounds: list[Round]) -> None:
    assert sum(found.fresh > 1 for found in rounds[:-1]) >= 2, "else nothing was put to the test"
    assert sum(found.recovered for found in rounds) >= 2


def test_no_exchange_that_was_whole_on_disk_is_lost(rounds: list[Round]) -> None:
    assert [found.number for found in rounds if found.lost] == []


def test_no_row_of_the_catalogue_points_at_what_is_not_there(rounds: list[Round]) -> None:
    assert rounds[-1].indexed > 0
    assert [found.number for found in rounds if found.dangling] == []


def test_every_file_is_whole_after_the_next_start(rounds: list[Round]) -> None:
    assert [found.number for found in rounds if found.rejected] == []
    assert rounds[-1].torn == 0


def test_no_kill_leaves_a_catalogue_that_no_index_opens(rounds: list[Round]) -> None:
    assert [found.number for found in rounds if found.unusable] == []
