"""An overlay as a video, over a picture or black: ffmpeg does it, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from hostkit.audio.files.whole_file import whole_file
from hostkit.errors import BadValue, RequestError, WorkError
from hostkit.ground.named_file import cure_of_missing, is_there, what_is_at
from hostkit.picture.cueing.overlay import Overlay
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.timecode import TimecodeLabel

CURE = "install it (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg)"
CONTAINERS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}
"""ffmpeg's name of each, by the ending of the file's name."""
_MOST_SAID = 4000


@dataclass(frozen=True)
class ReferencePicture:
    """A video file; `ahead_seconds` is how long before 1|1 its first frame is."""

    path: Path
    ahead_seconds: Fraction


def program(name: str) -> str:
    """Where ffmpeg or ffprobe is. Raises RequestError."""
    if (found := shutil.which(name)) is None:
        raise RequestError(f"{name} is not installed, and makes the video", cure=CURE)
    return found


def reference_picture(path: Path, picture: PictureStart | None) -> ReferencePicture:
    """A file by the timecode that it carries; one without begins with 1|1. Raises RequestError."""
    if not is_there(path):
        kind = what_is_at(path)
        wrong = f"is {kind}, not a file" if kind else "there is no such file"
        cure = "correct picture: file:" if kind else cure_of_missing(path)
        raise RequestError(f"{wrong}; it is the session's picture", cure=cure, file=path)
    asked = ["-v", "error", "-show_entries", "stream_tags=timecode:format_tags=timecode"]
    command = [program("ffprobe"), *asked, "-of", "csv=p=0", f"file:{path}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise RequestError("ffmpeg cannot read it as a video", file=path)
    ahead = Fraction(0)
    for line in answer.stdout.split() if picture else ():
        with suppress(BadValue):
            label = TimecodeLabel.parse(line.strip(","))
            if picture is not None:
                ahead = -picture.seconds_of(label)
            break
    return ReferencePicture(path, ahead)


def write_video(
    path: Path,
    overlay: Overlay,
    reference: ReferencePicture | None,
    moved: Callable[[int], None],
) -> None:
    """Writes the video, whole or not at all; `moved` is told how many frames are drawn.

    Raises RequestError without ffmpeg, WorkError with what it says, StorageError.
    """
    ffmpeg = program("ffmpeg")
    container = CONTAINERS[path.suffix.lower()]
    with whole_file(path) as file, tempfile.TemporaryFile() as said:
        target = ["-f", container, f"file:{file.name}"]
        command = [ffmpeg, *_arguments(overlay, reference), *target]
        if _run(command, overlay, moved, said.fileno()):
            said.seek(0)
            lines = said.read(_MOST_SAID).decode(errors="replace").strip().splitlines()
            raise WorkError(f"ffmpeg made no video: {lines[-1] if lines else 'it says nothing'}")


def _run(command: list[str], overlay: Overlay, moved: Callable[[int], None], said: int) -> int:
    """Runs ffmpeg, gives it every frame, and returns its exit code. It ends with this process."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
    ) as running:
        assert running.stdin is not None
        try:
            with suppress(BrokenPipeError):  # it ended, and says why
                for number, frame in enumerate(overlay.frames(), start=1):
                    running.stdin.write(frame.data)
                    moved(number)
                running.stdin.close()
        except BaseException:
            running.kill()
            raise
        return running.wait()


def _arguments(overlay: Overlay, reference: ReferencePicture | None) -> list[str]:
    cueing, size = overlay.cueing, f"{overlay.width}x{overlay.height}"
    rate = str(cueing.frames_per_second)
    count = cueing.end_frame - cueing.first_frame
    drawn = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", size, "-r", rate, "-i", "pipe:0"]
    under = ["-f", "lavfi", "-i", f"color=black:s={size}:r={rate}"]
    prepare = "null"
    if reference is not None:
        starts = reference.ahead_seconds * cueing.frames_per_second + cueing.first_frame
        skipped = max(Fraction(0), starts - Fraction(1, 2)) / cueing.frames_per_second
        black = max(0, round(-starts))
        under = ["-ss", f"{float(skipped):.6f}", "-i", f"file:{reference.path}"]
        w, h = overlay.width, overlay.height
        prepare = (
            f"setpts=PTS-STARTPTS,fps={rate},scale={w}:{h}:force_original_aspect_ratio=decrease,"
            f"pad={w}:{h}:(ow-iw)/2:(oh-ih)/2,setsar=1,"
            f"tpad=start={black}:stop=-1:stop_mode=add"
        )
    filters = f"[0:v]{prepare}[under];[under][1:v]overlay=format=rgb,format=yuv420p"
    timecode = ["-timecode", cueing.timecode_at(cueing.first_frame)]
    return [
        *("-v", "error", "-nostdin", "-y"),
        *under,
        *drawn,
        *("-filter_complex", filters, "-frames:v", str(count), "-r", rate, "-an"),
        *(timecode if cueing.tempo_map.picture else ()),
    ]
