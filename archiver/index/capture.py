"""One group of WARC records as a capture, and the problem that it may be. Pure."""

from __future__ import annotations

import hashlib
from datetime import datetime

from archiver.catalogue.rows import CrawlRow, ProblemRow
from archiver.catalogue.write import iso
from archiver.model import Capture, Role
from archiver.warc.message import Response, parse
from archiver.warc.reader import Group, Record, bare_uuid
from archiver.warc.records import read_fields

_SERVER_ERROR, _CLIENT_ERROR = 500, 400


def read(
    group: Group, warc_file: str, source: str, crawl: str | None
) -> tuple[Capture, Response | None] | None:
    """The capture of a group and its response; None for a group without metadata (warcinfo)."""
    metadata = group.of_type("metadata")
    if metadata is None:
        return None
    fields = read_fields(metadata.block)
    record = group.of_type("response") or group.of_type("revisit")
    response = parse(record.block) if record else None
    main = record or metadata
    profile = main.headers.get("warc-profile", "").rpartition("/")[2] or None
    original = main.headers.get("warc-refers-to") if profile else None
    return (
        Capture(
            id=main.uuid,
            source=fields.get("source", source),
            crawl=crawl or "",
            url=metadata.headers.get("warc-target-uri", ""),
            role=fields.get("role", Role.PAGE),
            via=fields.get("via"),
            hops=fields.get("hopsFromSeed", ""),
            fetched=datetime.fromisoformat(main.headers["warc-date"]),
            status=response.status if response else None,
            mime=response.mime if response else None,
            payload_digest=main.headers.get("warc-payload-digest"),
            payload_size=_payload_size(record, response),
            # The block of a revisit is the head alone, which says nothing of what came.
            truncated=None if profile else main.headers.get("warc-truncated"),
            revisit=profile,
            refers_to=bare_uuid(original) if original else None,
            etag=response.header("etag") if response else None,
            last_modified=response.header("last-modified") if response else None,
            error=fields.get("error"),
            warc_file=warc_file,
            offset=group.offset,
            length=group.length,
        ),
        response,
    )


def _payload_size(record: Record | None, response: Response | None) -> int | None:
    """In bytes; None when the payload is not here, or too large to be read whole."""
    if record is None or response is None or record.type == "revisit" or not record.whole:
        return None
    return len(response.payload())


def read_crawl(warcinfo: Record) -> CrawlRow | None:
    """The crawl that a warcinfo record tells of; None when it names none."""
    fields = read_fields(warcinfo.block)
    if "isPartOf" not in fields:
        return None
    return CrawlRow(
        id=fields["isPartOf"],
        started=warcinfo.headers["warc-date"],
        ended=None,
        software=fields.get("software"),
        user_agent=fields.get("http-header-user-agent"),
    )


def problem_of(capture: Capture) -> ProblemRow | None:
    """What is wrong with a capture, if anything: no answer, a server's error, a body cut short."""
    if capture.status is None:
        return problem("fetch", capture, capture.error or "no answer")
    if capture.truncated:
        return problem("truncated", capture, f"{capture.truncated}: {capture.error or ''}".strip())
    wanted = capture.role == Role.SEED
    if capture.status >= (_CLIENT_ERROR if wanted else _SERVER_ERROR):
        return problem("http", capture, f"the server answered {capture.status}")
    return None


def problem(kind: str, capture: Capture, message: str) -> ProblemRow:
    """A problem with a capture."""
    return ProblemRow(
        id=identity(kind, capture.id),
        source=capture.source,
        crawl=capture.crawl or None,
        kind=kind,
        subject=capture.url,
        message=message,
        at=iso(capture.fetched),
        capture=capture.id,
    )


def identity(*parts: str) -> str:
    """16 hexadecimal digits that stand for those parts, the same in every rebuild."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
