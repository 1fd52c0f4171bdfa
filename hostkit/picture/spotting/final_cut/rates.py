"""Frame rates of an FCPXML, and what Final Cut makes of clips of another rate."""

from __future__ import annotations

import re
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.picture.spotting.final_cut.elements import CLIPS, Element
from hostkit.picture.spotting.marker import Given, Refused, rate_wanted
from hostkit.timebase.framerate import FrameRate

_NAMED_RATE = re.compile(r"FFVideoFormat\w*?\d{3,4}([pi])(2398|24|25|2997|30|50|5994|60)\b")
_PULLED_DOWN = Fraction(1000, 1001)


def frame_rate_of(root: Element, sequence: Element | None, given: Given) -> FrameRate:
    """The frame rate of a sequence, else of the first clip. Raises Refused for another one."""
    formats = {one.attributes.get("id"): one for one in root.all("format")}
    holder = sequence or next((one for one in root.all(*CLIPS)), None)
    found = formats.get(holder.attributes.get("format")) if holder is not None else None
    rate = _rate_of(found or next(iter(formats.values()), None))
    if rate is None:
        return rate_wanted("this FCPXML", given)
    if given.frame_rate not in (None, rate):
        cure = "leave --frame-rate out, or export it at that frame rate"
        raise Refused(f"its timeline has {rate} frames a second, not {given.frame_rate}", cure)
    return rate


def _rate_of(described: Element | None) -> FrameRate | None:
    """The rate of a format: by its frames' duration, else by its name. Raises Refused."""
    if described is None:
        return None
    try:
        duration = described.time("frameDuration")
        if duration:
            return FrameRate.parse(str(1 / duration))
        named = _NAMED_RATE.search(described.attributes.get("name", ""))
        if named is None:
            return None
        digits = named[2] if len(named[2]) < 4 else f"{named[2][:2]}.{named[2][2:]}"
        rate = FrameRate.parse(digits)
        interlaced = named[1] == "i" and rate.nominal > 30
        return FrameRate(rate.frames_per_second / 2) if interlaced else rate
    except BadValue as error:
        raise Refused(*error.fault, line=described.line) from None


def conform_speed(source: FrameRate, timeline: FrameRate) -> Fraction:
    """How many times longer a clip of one rate is on a timeline of another."""
    ratio = Fraction(source.nominal, timeline.nominal)
    pal = ratio if ratio in (Fraction(25, 24), Fraction(24, 25)) else Fraction(1)
    pulled, wanted = (rate.frames_per_second.denominator > 1 for rate in (source, timeline))
    film, in_film = (rate.nominal % 24 == 0 for rate in (source, timeline))
    if pulled and wanted and film != in_film:  # as if one of them was not pulled down
        return _PULLED_DOWN if film else 1 / _PULLED_DOWN
    return pal * _PULLED_DOWN ** (pulled - wanted)
