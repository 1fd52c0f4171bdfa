"""A quick listen: what is heard is the alternative mix of those tracks, or a stretch of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import sums
from scores import QUARTER_FRAMES, RATE, write_session

from hostkit.delivery.folder.default import default_folder
from hostkit.delivery.preview_file import file_name, preview_in, refuse_others
from hostkit.errors import RequestError, StorageError
from hostkit.pipeline import Rendered
from hostkit.plan.environment import Environment
from hostkit.preview import FADE_MS, SILENT, Preview, PreviewRequest, make_preview, plan_preview
from hostkit.render.outcome import Resources

Deliver = Callable[..., Rendered]
CUE = """\
tail: {{for_ms: 100}}
deliver: {{format: {format}}}
picture: {{frame_rate: 25, start: 01:00:00:00}}
sections: [{{name: intro, at: 1|1}}, {{name: bridge, at: 2|1}}]
hits: [{{at: 1.5s, name: door slams}}]
tracks:
  low: {{instrument: {{tone: {{gain: 0.3}}}}, midi: {{track: a}}, stem: bass, sends: {{hall: -9}}}}
  high: {{instrument: {{tone: {{gain: 0.3}}}}, midi: {{track: b}}, tags: [melody], pan: 0.4}}
  more: {{instrument: {{tone: {{gain: 0.3}}}}, midi: {{track: a}}, stem: bass, gain_db: -3}}
buses:
  hall: {{effects: [{{reverb: {{wet_level: 0.3, dry_level: 0}}}}]}}
master: [{master}]
mixes: {{alone: {{only: [low, melody]}}, less: {{mute: [low]}}}}
"""
NOTES = {"a": [(0, 3, 45), (4, 1, 47)], "b": [(0, 4, 69), (4, 2, 71)]}
FORMS = [
    ("pcm16", "gain: {gain_db: -1}"),
    ("pcm24", "bus_compressor: {threshold_db: -20, ratio: 4}"),
    ("float32", "clipping: {threshold_db: -6}"),
]


def cue(folder: Path, sample_format: str = "pcm24", master: str = "gain: {gain_db: -1}") -> Path:
    text = CUE.format(format=sample_format, master=f"{{{master}}}")
    return write_session(folder / "cue.yaml", text, **NOTES)


@pytest.fixture
def heard(resources: Resources) -> Callable[..., Preview]:
    """Listens to a session, into preview/ of its default folder."""

    def hear(session: Path, **request: object) -> Preview:
        wanted = PreviewRequest(**request)  # type: ignore[arg-type]  # whatever the test gives
        planned = plan_preview(session, wanted, default_folder(session), Environment())
        return make_preview(planned, resources)

    return hear


def read(path: Path) -> np.ndarray:
    """A file's samples, 32-bit integers or floats as they are, (frames, channels)."""
    is_float = soundfile.info(path).subtype == "FLOAT"
    return soundfile.read(path, dtype="float64" if is_float else "int32")[0]


@pytest.mark.parametrize(("sample_format", "master"), FORMS)
def test_it_is_the_alternative_mix_to_the_bit(
    sample_format: str, master: str, tmp_path: Path, delivered: Deliver, heard: Callable
):
    session = cue(tmp_path, sample_format, master)
    folder = delivered(session).folder
    before = sums(folder)
    for mix, request in (
        ("alone", {"solo": ("low", "melody")}),
        ("less", {"mute": ("low",)}),
        ("full", {"start": "1|1"}),
    ):
        preview = heard(session, **request)
        whole, listened = read(folder / "mixes" / f"{mix}.wav"), read(preview.path)
        np.testing.assert_array_equal(listened, whole[: len(listened)])
        assert np.abs(listened).max() > 0
        assert not whole[len(listened) :].any()  # it ends where its own tracks have rung out
    kept = {path: known for path, known in sums(folder).items() if path in before}
    assert kept == before


def test_a_stretch_is_that_of_the_whole_but_for_short_fades_where_it_is_cut(
    tmp_path: Path, heard: Callable
):
    session = cue(tmp_path)
    whole = read(heard(session, solo=("high",)).path)
    preview = heard(session, solo=("high",), start="door slams", end="bridge")
    assert (preview.start, preview.end) == (3 * QUARTER_FRAMES, 4 * QUARTER_FRAMES)
    assert preview.path.name == "cue - preview - high from door slams to bridge.wav"
    expected = whole[preview.start : preview.end].astype(np.float64)
    fade = RATE * FADE_MS // 1000
    rising = np.sin((np.arange(fade) + 0.5) / fade * np.pi / 2) ** 2
    expected[:fade] *= rising[:, np.newaxis]
    expected[-fade:] *= rising[::-1, np.newaxis]
    np.testing.assert_allclose(read(preview.path), expected, atol=2**8)  # a step of 24 bits
    np.testing.assert_array_equal(read(preview.path)[fade:-fade], expected[fade:-fade])
    to_the_end = heard(session, solo=("high",), start="bridge")
    np.testing.assert_array_equal(
        read(to_the_end.path)[fade:], whole[4 * QUARTER_FRAMES + fade :]
    )  # an end that is none of ours is not faded


def test_a_stretch_in_which_nothing_plays_says_so(tmp_path: Path, heard: Callable):
    """A note of `more` ends on 1|4, the next begins on 2|1."""
    session = cue(tmp_path)
    preview = heard(session, solo=("more",), start="1|4.5", end="1|4.75")
    assert not read(preview.path).any()
    assert preview.warnings == (SILENT,)
    assert SILENT not in heard(session, solo=("more",)).warnings


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"solo": ("hihg",)}, "--solo: there is no track, stem or tag 'hihg'; did you mean 'high'"),
        ({"mute": ("xyz",)}, "--mute: .*'xyz'; there are: low, high, more, bass, melody"),
        ({"mute": ("melody",)}, "nothing is left to sound; --mute less"),
        ({"start": "brigde"}, "--from: there is no section or hit 'brigde'; did you mean 'bridge'"),
        ({"end": "1|x"}, "--to: '1|x' is not a position; write bar"),
        ({"start": "00:59:00:00"}, "--from: .*lies before the music's start"),
        ({"start": "2|1", "end": "1|3"}, "--to 1.3 does not lie after --from 2.1"),
        ({"end": "1|1"}, "--to 1.1 does not lie after the start"),
        ({"start": "900"}, "--from 900 lies after the end, .* begin earlier"),
        ({"start": "9s"}, "--from 9s lies after the end, which is at 3.1s, in bar 2; begin"),
        (
            {"start": "0.5s", "end": "0.501s"},
            "--from 0.5s --to 0.501s: that is 1 ms, too short to hear; listen to 10 ms or more",
        ),
        ({"end": "4s"}, "--to 4s lies after the end, which is at 3.1s, .*leave it out"),
    ],
)
def test_what_cannot_be_listened_to_is_said_with_its_cure(
    request_: dict[str, object], said: str, tmp_path: Path, heard: Callable
):
    with pytest.raises(RequestError, match=said.replace("|", r"\|")) as refused:
        heard(cue(tmp_path), **{"solo": ("high",), **request_})
    assert refused.value.exit_code == 2
    assert not (default_folder(tmp_path / "cue.yaml") / "preview").exists()


def test_only_what_hostkit_wrote_is_replaced(tmp_path: Path, heard: Callable):
    session = cue(tmp_path)
    path = heard(session, solo=("high",)).path
    first = path.read_bytes()
    assert heard(session, solo=("high",)).path.read_bytes() == first
    path.write_bytes(first + b"\0")  # edited by somebody
    with pytest.raises(RequestError, match=r"not as hostkit wrote it.*move it away"):
        heard(session, solo=("high",))
    assert path.read_bytes() == first + b"\0"
    other = heard(session, solo=("bass",)).path
    (other.parent / "previews.json").write_text("[]")  # nobody knows whose files these are
    with pytest.raises(RequestError, match="not as hostkit wrote it"):
        heard(session, solo=("bass",))


def test_given_up_it_leaves_no_file(tmp_path: Path):
    path = tmp_path / "preview" / "cue - preview - all.wav"

    def cancelled() -> None:
        with preview_in(path) as new:
            new.write_bytes(b"half of it")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cancelled()
    assert list(tmp_path.iterdir()) == []


def test_it_never_goes_into_a_delivery(tmp_path: Path, heard: Callable):
    place = default_folder(cue(tmp_path)) / "preview"
    place.mkdir(parents=True)
    (place / "manifest.json").write_text("{}")
    with pytest.raises(RequestError, match="holds a delivery"):
        heard(tmp_path / "cue.yaml", solo=("high",))


def test_two_listens_at_once_are_both_in_the_list(tmp_path: Path):
    """The second list was written over the first: both files are hostkit's, and replaced again."""
    paths = [tmp_path / "preview" / name for name in ("a.wav", "b.wav")]
    with preview_in(paths[0]) as first:
        first.write_bytes(b"1")
        with preview_in(paths[1]) as second:
            second.write_bytes(b"2")
    for path in paths:
        refuse_others(path)
        with preview_in(path) as again:
            again.write_bytes(b"3")
        assert path.read_bytes() == b"3"


def test_a_link_to_nothing_is_not_written_over(tmp_path: Path):
    path = tmp_path / "preview" / "a.wav"
    path.parent.mkdir()
    path.symlink_to("nowhere")
    with pytest.raises(StorageError, match="is a link to nowhere, which is not there"):
        refuse_others(path)
    assert path.is_symlink()


def test_other_tracks_have_another_file():
    names = {file_name("cue", ("a", "b", "c", last), ()) for last in ("d", "e")}
    assert len(names) == 2


def test_a_long_name_keeps_where_it_is_from_and_stays_another_for_others():
    """What is left out of the tracks stands behind a mark; stretch and trim are whole."""
    first, second = (f"{'Große Trommel ' * 12}{last}" for last in "ab")
    span = ("from 9|1", "to the bridge", "trim -3 dB")
    names = [file_name("cue", (track,), ("flute",), *span) for track in (first, second)]
    assert len(set(names)) == 2
    for name in names:
        assert len(name.encode()) <= 204
        assert name.endswith(") from 9-1 to the bridge trim -3 dB.wav")
    long = file_name("cue", (first,), (), f"from {second}", "to 9|1")
    assert len(long.encode()) <= 204
