"""The operator's settings: what is taken, what is refused, and which contact will do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver import __version__
from archiver.errors import ConfigError
from archiver.settings import Settings, contact_mistake, load, read_toml, shown, unknown_key


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "archiver.toml"
    path.write_text(text, "utf-8")
    return path


def mistakes_of(path: Path, **flags: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, **flags)
    return [
        f"{m.key}: {m.expected}"
        for m in caught.value.mistakes
        if m.file in (str(path), "command line")
    ]


def test_a_missing_file_means_defaults_that_are_polite(tmp_path: Path) -> None:
    settings = load(tmp_path / "archiver.toml")
    assert settings == Settings()
    assert settings.contact is None
    assert settings.delay >= 2


def test_every_setting_can_be_set_in_the_file(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        contact = "archives@ruche-du-lot.fr"
        [crawl]
        delay = 5
        timeout = 12.5
        max_requests = 3
        max_depth = 4
        max_body_bytes = 5
        [warc]
        size = 6
        """,
    )
    assert load(path) == Settings("archives@ruche-du-lot.fr", 5, 12.5, 3, 4, 5, 6)


def test_a_flag_wins_over_the_file_and_zero_is_a_flag_too(tmp_path: Path) -> None:
    path = written(tmp_path, 'contact = "a@ruche-du-lot.fr"\n[crawl]\ndelay = 5\nmax_depth = 4\n')
    settings = load(path, delay=0, contact="b@ruche-du-lot.fr")
    assert (settings.delay, settings.contact, settings.max_depth) == (0, "b@ruche-du-lot.fr", 4)


def test_all_mistakes_of_file_and_flags_are_reported_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        contacts = "a"
        delay = 3
        warc = 7
        [crawl]
        dealy = 3
        contact = "a"
        size = 9
        timeout = 0
        max_requests = 1.5
        max_depth = true
        max_body_bytes = "x"
        """,
    )
    assert mistakes_of(path, delay=-1, warc_size=0) == [
        "contacts: unknown, did you mean contact?",
        "delay: belongs in the table [crawl]",
        "warc: expected a table [warc], got 7",
        "crawl.dealy: unknown, did you mean delay?",
        "crawl.contact: belongs at the top of the file, before the first table",
        "crawl.size: belongs in the table [warc]",
        "crawl.timeout: expected a number above 0, got 0",
        "crawl.max_requests: expected a whole number of at least 1, got 1.5",
        "crawl.max_depth: expected a whole number of at least 1, got true",
        'crawl.max_body_bytes: expected a whole number of at least 1, got "x"',
        "--delay: expected a number of at least 0, got -1",
        "--warc-size: expected a whole number of at least 1, got 0",
    ]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1" + "0" * 400, "-0.1", '"2"', "[2]"])
def test_a_delay_that_no_clock_can_keep_is_refused(tmp_path: Path, value: str) -> None:
    path = written(tmp_path, f"[crawl]\ndelay = {value}\n")
    assert mistakes_of(path)[0].startswith("crawl.delay: expected a number of at least 0, got ")


@pytest.mark.parametrize(
    "contact",
    ['"a\\r\\nX-Evil: 1"', '"\\u0000"', '"é@ruche.fr"', '"a@ruche.fr) Evil ("', "3", "['a']"],
)
def test_a_contact_that_would_break_the_header_is_refused_by_the_file(
    tmp_path: Path, contact: str
) -> None:
    path = written(tmp_path, f"contact = {contact}\n")
    assert mistakes_of(path)[0].startswith("contact: expected ")


def test_a_placeholder_is_let_through_as_a_crawl_of_loopback_needs_none(tmp_path: Path) -> None:
    assert load(written(tmp_path, 'contact = "you@example.org"\n')).contact == "you@example.org"


def test_the_user_agent_says_who_asks_and_where_to_complain() -> None:
    major_minor = ".".join(__version__.split(".")[:2])
    assert Settings().user_agent() == f"ess-archiver/{major_minor}"
    agent = Settings(contact="https://ruche-du-lot.fr/archives").user_agent()
    assert agent == f"ess-archiver/{major_minor} (+https://ruche-du-lot.fr/archives)"


@pytest.mark.parametrize(
    "contact",
    [
        "archives@ruche-du-lot.fr",
        "a.b+archives@mail.ruche-du-lot.fr",
        "youssef@ruche-du-lot.fr",
        "namur@ruche-du-lot.fr",
        "https://ruche-du-lot.fr/archives?x=1",
        "HTTP://www.ruche-du-lot.fr",
        "https://votrepays.ruche.fr/",
        "https://latest-examples.fr/",
        "https://xn--caf-dma.fr/",
    ],
)
def test_a_contact_at_which_somebody_can_be_reached_will_do(contact: str) -> None:
    assert contact_mistake(contact) is None


@pytest.mark.parametrize("contact", [None, "", "  ", "\t"])
def test_no_contact_is_said_to_be_missing(contact: str | None) -> None:
    assert str(contact_mistake(contact)).startswith("missing: ")


@pytest.mark.parametrize(
    "contact",
    [
        "contact@example.org",
        "contact@EXAMPLE.com",
        "contact@mail.example.net",
        "contact@exemple.fr",
        "contact@ruche.test",
        "contact@ruche.invalid",
        "you@ruche.fr",
        "your.name@ruche.fr",
        "YOUR-EMAIL@ruche.fr",
        "votre.adresse@ruche.fr",
        "changeme@ruche.fr",
        "contact@votre-domaine.fr",
        "contact@yoursite.org",
        "https://example.org/archives",
        "https://www.votre-association.fr/",
        "https://your-site.org/",
        "http://localhost/",
        "http://localhost:8001/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "https://archives.localhost/",
    ],
)
def test_a_placeholder_is_called_one(contact: str) -> None:
    assert "is a placeholder" in str(contact_mistake(contact))


@pytest.mark.parametrize(
    "contact",
    [
        "changeme",
        "ruche-du-lot.fr",
        "a@b",
        "a@@ruche.fr",
        ".a@ruche.fr",
        "a b@ruche.fr",
        "a@127.0.0.1",
        "mailto:a@ruche.fr",
        "ftp://ruche.fr/",
        "https://",
        "https://ruche",
        "https://[::1",
        "https://ruche.fr:port/",
        "https://u:p@ruche.fr/",
        "https://ruche.fr/a b",
        "https://ruche.fr/(x)",
        "é@ruche.fr",
        "a@ruche.fr\nX-Evil: 1",
        "a@ruche.fr\x7f",
    ],
)
def test_what_is_neither_mail_nor_page_will_not_do(contact: str) -> None:
    mistake = contact_mistake(contact)
    assert mistake
    assert "expected" in mistake
    assert mistake.isprintable()


@given(st.text(max_size=40) | st.from_regex(r"(https?://)?[ -~]{0,20}[@.:\[\]/][ -~]{0,20}"))
def test_whatever_passes_for_a_contact_can_stand_in_a_header(contact: str) -> None:
    if contact_mistake(contact) is None:
        agent = Settings(contact=contact).user_agent()
        assert agent.isascii()
        assert agent.isprintable()
        assert (agent.count("("), agent.count(")"), agent[-1]) == (1, 1, ")")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"a = 1\nb = \n", "line 2, column 5"),
        (b"a = ", "end of document"),
        (b"a = 1\n# caf\xe9\n", "line 2"),
        (b"a = " + b"[" * 100_000, "file"),
        (b"a = " + b"9" * 5_000, "file"),
        (b"[a]\n[a]\n", "line 2, column 3"),
    ],
)
def test_a_file_that_is_no_toml_is_one_mistake_with_its_place(data: bytes, key: str) -> None:
    table, mistakes = read_toml("x.toml", data)
    assert table == {}
    assert [(m.file, m.key) for m in mistakes] == [("x.toml", key)]


@given(st.binary(max_size=200) | st.text(alphabet='ab=[]{}".,\n#1-:T', max_size=60).map(str.encode))
def test_whatever_a_file_holds_reading_it_never_raises(data: bytes) -> None:
    table, mistakes = read_toml("x.toml", data)
    assert not (table and mistakes)


def test_a_mark_of_windows_editors_is_no_mistake() -> None:
    assert read_toml("x.toml", b"\xef\xbb\xbfa = 1\r\n") == ({"a": 1}, [])


def test_a_value_is_shown_on_one_short_line() -> None:
    assert shown("a\x1b\n\u202e") == r'"a\u001b\n\u202e"'
    assert shown(["\x1b"]) == r"['\x1b']"
    assert len(shown("x" * 1000)) < 110


def test_an_unknown_key_far_from_all_lists_what_there_is() -> None:
    assert unknown_key("zzz", ["size", "delay"]) == "unknown, expected one of delay, size"
