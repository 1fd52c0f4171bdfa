"""The table at the end of a batch: a row for each session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hostkit.batch import Result
from hostkit.cli.show.lines import tell
from hostkit.cli.show.table import print_table
from hostkit.ground.counted import counted
from hostkit.plan.reasons import some

if TYPE_CHECKING:
    from hostkit.delivery.certificate.certificate import Certificate

NUMBERS, WHOLE = {"stems", "mixes", "new files"}, {"session", "folder"}
MOST_WARNINGS = 12
"""So many are shown at the end of a batch."""
COLUMNS = ("session", "stems", "mixes", "new files", "tracks", "certificate", "folder")


def print_summary(results: Sequence[Result]) -> None:
    """Prints what became of every session to standard output; why one failed was told before."""
    print_table(COLUMNS, [_row(result) for result in results], NUMBERS, WHOLE)
    for line in _warnings(results):
        tell(line)
    for rendered in (result.rendered for result in results if result.rendered):
        for text in gone_in_words(rendered.gone):
            tell(f"  {rendered.manifest.session}: {text}")
    tell(_counted(results))


def _warnings(results: Sequence[Result]) -> Iterator[str]:
    """What is good to know of each session, as far as it does not bury the table."""
    told = [
        f"  warning: {manifest.session}: {text}"
        for rendered in (result.rendered for result in results)
        if rendered is not None
        for manifest in (rendered.manifest,)
        for text in (*manifest.warnings, *rendered.lost, *rendered.altered)
    ]
    yield from told[:MOST_WARNINGS]
    if len(told) > MOST_WARNINGS:
        more = counted(len(told) - MOST_WARNINGS, "more warning")
        yield f"  {more}: hostkit check tells those of a session"


def gone_in_words(gone: Sequence[str], will: str = "are") -> list[str]:
    """What to say of the files of a delivery that the next one takes the place of.

    >>> gone_in_words(["mixes/old.wav"])
    ['1 file of the delivery before is gone: mixes/old.wav; -o FOLDER keeps the next one apart']
    """
    if not gone:
        return []
    verb = "is" if (will, len(gone)) == ("are", 1) else will
    files = f"{counted(len(gone), 'file')} of the delivery before {verb} gone"
    return [f"{files}: {some(gone)}; -o FOLDER keeps the next one apart"]


def _counted(results: Sequence[Result]) -> str:
    """What fails its checks is in its folder, and is not called delivered."""
    verdicts = [result.rendered.certificate.verdict for result in results if result.rendered]
    failed = verdicts.count("fail")
    delivered = f"{len(verdicts) - failed} of {len(results)} sessions delivered"
    return f"{delivered}, checks failed in {failed}" if failed else delivered


def verdict_of(certificate: Certificate) -> str:
    """The verdict, and the first finding that made it."""
    made_it = (found for found in certificate.findings if found.verdict == certificate.verdict)
    first = next(made_it, None)
    if first is None:
        return certificate.verdict
    return f"{certificate.verdict} ({first.path}: {first.text})"


def verdicts(results: Sequence[Result]) -> str:
    """What the certificates say, for the end of a line: the worst; nothing where all pass."""
    known = [result.rendered.certificate for result in results if result.rendered]
    for verdict in ("fail", "warn"):
        found = [certificate for certificate in known if certificate.verdict == verdict]
        if found:
            others = f", and {counted(len(found) - 1, 'more session')}" if len(found) > 1 else ""
            return f", certificate: {verdict_of(found[0])}{others}"
    return ""


def _row(result: Result) -> tuple[str, ...]:
    if result.rendered is None:
        return (result.task.session.stem, "", "", "", "", "failed", "")
    rendered = result.rendered
    manifest = rendered.manifest
    fresh = sum(track.status == "rendered" for track in rendered.tracks)
    return (
        manifest.session,
        str(len(manifest.stems)),
        str(len(manifest.mixes)),
        str(len(rendered.written)),
        f"{fresh} rendered, {len(rendered.tracks) - fresh} cached",
        rendered.certificate.verdict,
        str(rendered.folder),
    )
