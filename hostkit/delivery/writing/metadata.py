"""What every file says about itself: timecode, cue, version, sections and hits."""

from __future__ import annotations

from hostkit import __version__
from hostkit.audio.files.bwf import Bwf, CueMarker, LoopPoints
from hostkit.audio.formats import sample_format
from hostkit.delivery.names.layout import WantedFile
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.pre_roll import PreRoll, pre_roll_of
from hostkit.delivery.writing.tags import tags_of
from hostkit.plan.plan import WHOLE, Plan
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.sampling import sample_of
from hostkit.timebase.timecode import frame_count, time_reference

MAX_FRAME = 2**32 - 1


def metadata_of(wanted: WantedFile, form: Plan, order: Order, frames: int) -> Bwf:
    """The metadata of one file, but for its loudness, which is known once it is written."""
    pre_roll = pre_roll_of(form, order)
    session, picture = order.session, form.tempo_map.picture
    names = [text for text in (session.cue, session.title) if text] or [order.loaded.name]
    return Bwf(
        description=f"{' '.join(names)} v{session.version} {wanted.part}",
        originator_reference=f"{names[0]} v{session.version}",
        time_reference=start_reference(form, order, pre_roll),
        coding_history=_coding_history(order),
        project=(session.credits.production or "") if session.credits else "",
        scene=session.cue or order.loaded.name,
        take=str(session.version),
        note=f"{session.title}: {wanted.part}" if session.title else wanted.part,
        frame_rate=picture.frame_rate.frames_per_second if picture else None,
        drop_frame=picture.start.drop if picture else False,
        track_names=(f"{wanted.part} L", f"{wanted.part} R"),
        markers=_markers(form, pre_roll, frames),
        loop=LoopPoints(0, frames) if form.form.loop else None,
        tags=tags_of(wanted, form, order),
    )


def start_reference(form: Plan, order: Order, pre_roll: PreRoll) -> int:
    """Samples since midnight at the first sample of a file of this form.

    Picture start less the pre-roll; a start so near midnight that the pre-roll lies before
    it counts from the midnight before. 0 without a picture, and for every form but the
    whole one, whose bars are elsewhere than the picture knows.
    """
    picture, rate = form.tempo_map.picture, order.session.sample_rate
    if picture is None or form.form.name != WHOLE:
        return 0
    return reference_before(picture, rate, pre_roll.frames)


def reference_before(picture: PictureStart, sample_rate: int, frames: int) -> int:
    """Samples since midnight so many frames before 1|1; of the day before where it was then."""
    start = time_reference(picture.start, picture.frame_rate, sample_rate) - frames
    return start if start >= 0 else start + _day_frames(picture, sample_rate)


def _day_frames(picture: PictureStart, sample_rate: int) -> int:
    """A day of timecode, which at 23.976 and 29.97 non-drop is longer than a day."""
    start = picture.start
    last_hour = type(start)(23, 0, 0, 0, start.drop)
    hours = frame_count(last_hour, picture.frame_rate) // 23
    return sample_of(24 * hours / picture.frame_rate.frames_per_second, sample_rate)


def _markers(form: Plan, pre_roll: PreRoll, frames: int) -> tuple[CueMarker, ...]:
    marks = [CueMarker(pre_roll.frames + mark.frame, mark.name) for mark in form.form.marks]
    if pre_roll.frames:
        marks.append(CueMarker(pre_roll.frames, "picture start"))
    if pre_roll.pop is not None:
        marks.append(CueMarker(pre_roll.pop.at, "2-pop"))
    return tuple(sorted(mark for mark in marks if mark.frame < min(frames, MAX_FRAME)))


def _coding_history(order: Order) -> str:
    """EBU Recommendation R98: what coded this sound, a line each."""
    kind, rate = sample_format(order.session.deliver.format), order.session.sample_rate
    algorithm = "FLOAT" if kind.is_float else "PCM"
    return f"A={algorithm},F={rate},W={kind.bits},M=stereo,T=hostkit {__version__}\r\n"
