"""Samples of an SFZ: what sfizz would leave out, or play otherwise, without a word.

Source: every format that libsndfile writes, played by sfizz 1.2.
"""

from __future__ import annotations

import os
from itertools import takewhile
from pathlib import Path

from hostkit.audio.files.reader import AudioFile, no_audio
from hostkit.errors import Fault
from hostkit.ground.named_file import cure_of_missing, is_there

MAX_CHANNELS = 2
LATE = "MP3"
"""sfizz plays what encoder and decoder put before such audio."""

_LINEAR = ("PCM_", "FLOAT", "DOUBLE")
_TELEPHONE = ("ULAW", "ALAW")
_PLAYED = {
    "WAV": (*_LINEAR, *_TELEPHONE, "IMA_ADPCM", "MS_ADPCM"),
    "WAVEX": (*_LINEAR, *_TELEPHONE),
    "RF64": (*_LINEAR, *_TELEPHONE),
    "W64": (*_LINEAR, *_TELEPHONE),
    "AIFF": _LINEAR,
    "FLAC": _LINEAR,
    "OGG": ("VORBIS",),
    LATE: ("MPEG_LAYER_III",),
}
"""By format, how the subtypes begin that sfizz plays; of others it gives silence or noise."""


def unplayable(audio: AudioFile) -> Fault | None:
    """Why sfizz would play nothing, or not all, of a sample."""
    if fault := no_audio(audio):
        return fault
    if audio.channels > MAX_CHANNELS:
        message = f"has {audio.channels} channels, and sfizz plays no more than {MAX_CHANNELS}"
        return Fault(message, "export it in stereo")
    if not audio.subtype.startswith(_PLAYED.get(audio.format, ())):
        coding = f"{audio.format} with {audio.subtype}" if audio.format in _PLAYED else audio.format
        return Fault(f"is {coding}, which sfizz does not play", "convert it to WAV or FLAC")
    return None


def cure_of_missing_sample(file: Path, folder: Path) -> str:
    """What to do about one that is not there; `folder` is its SFZ's."""
    if not file.parent.is_dir():
        if is_there(folder / file.name):
            return f"{file.name} lies beside the SFZ: correct default_path, or its path"
        missing = list(takewhile(lambda one: not one.is_dir(), file.parents))
        there = os.path.relpath(missing[-1].parent, folder)
        where = "beside the SFZ" if there == os.curdir else f"in {there}"
        return f"there is no folder {missing[-1].name!r} {where}: is all of the library here?"
    return cure_of_missing(file)
