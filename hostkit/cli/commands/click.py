"""`hostkit click`."""

from __future__ import annotations

from hostkit.cli.show.lines import tell
from hostkit.cli.take import parameters as take


def click(
    session: take.Session,
    out: take.OutFile = None,
    force: take.Force = False,
    json: take.Json = False,
    quiet: take.Quiet = False,
    dry_run: take.DryRun = False,
) -> None:
    """Write a session's click with its count-in, as audio or as MIDI.

    The ending of the file's name says which: .wav, .flac or .mid. The click ends with the session's
    length, else after its last bar with a note, a hit or a section.
    """
    from hostkit.cli.show.document import print_document
    from hostkit.cli.take.target import expect_free, expect_no_source
    from hostkit.cli.work.picture.timing import session_end, timed_session
    from hostkit.delivery.documents.click import SessionClick, click_writer

    target = out or session.with_name(f"{session.stem}-click.wav")
    write = click_writer(target)
    expect_free(target, force=force)
    loaded, tempo_map = timed_session(session)
    expect_no_source(target, loaded)
    made = SessionClick(loaded, tempo_map, session_end(loaded, tempo_map))
    before = made.count_in_frames / loaded.session.sample_rate
    if not dry_run:
        write(target, made)
    seconds = float(made.end_seconds)
    if json:
        print_document({"file": str(target), "count_in_seconds": before, "seconds": seconds})
    elif not quiet:
        would = "would be written, " if dry_run else ""
        tell(f"{target}: {would}{before:.3f} s of count-in, {seconds:.3f} s of click")
