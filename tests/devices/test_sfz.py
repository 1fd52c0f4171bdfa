"""The SFZ host: what is heard is computed, and what cannot be played is told at its place."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sfzs import RATE, level, samples, sfz, spec_of

from hostkit.devices.device import Setup
from hostkit.devices.sfz import definition, library
from hostkit.devices.sfz.definition import read_sfz
from hostkit.devices.sfz.player import SfzInstrument
from hostkit.errors import DeviceError, InvalidInput, RequestError
from hostkit.midi.events import SampleEvents

EXACT = 5e-5
"""sfizz pans by a table."""
LEVELS = {"a": 0.5, "b": 0.25, "c": 0.125, "d": 0.0625}


def events(*timed: tuple[int, bytes]) -> SampleEvents:
    at = np.array([sample for sample, _ in timed], dtype=np.int64)
    return SampleEvents(at, tuple(message for _, message in timed))


def on(key: int, velocity: int = 127, channel: int = 0) -> bytes:
    return bytes([0x90 | channel, key, velocity])


def off(key: int) -> bytes:
    return bytes([0x80, key, 64])


def cc(number: int, value: int) -> bytes:
    return bytes([0xB0, number, value])


@pytest.fixture
def played(tmp_path, play_here):
    """What an SFZ of that text gives, both channels alike."""

    def play(text: str, *timed: tuple[int, bytes], frames: int = 20_000, cuts=(4096,)):
        spec = spec_of(sfz(tmp_path, text, LEVELS))
        out = play_here(instrument=spec, events=events(*timed), frames=frames, cuts=cuts)
        np.testing.assert_array_equal(out[0], out[1])
        return out[0]

    return play


def starts(audio: np.ndarray, *at: int) -> list[float]:
    """The levels at those frames; each is reached at once, from silence before the first."""
    assert not audio[: at[0]].any()
    return [round(float(audio[frame]), 4) for frame in at]


class TestPlaying:
    def test_the_same_bits_in_another_process_and_in_any_blocks(
        self, tmp_path, play_here, play_fresh
    ) -> None:
        """What moves and is transposed: a filter's envelope, vibrato, a wheel, releases, stereo."""
        noise = np.random.default_rng(6).uniform(-0.3, 0.3, (9_000, 2))
        samples(tmp_path / "noise.wav", noise)
        text = (
            "<global> sample=noise.wav pitch_keycenter=55 loop_mode=loop_continuous\n"
            "<region> cutoff=800 fileg_attack=0.2 fileg_depth=2400 fillfo_freq=5 fillfo_depth=100\n"
            "<region> trigger=release volume=-12 pitchlfo_freq=4 pitchlfo_depth=30 "
            "amplitude_oncc1=50"
        )
        notes = [(1_000 * index, on(50 + index)) for index in range(12)]
        notes += [(1_000 * index + 2_345, off(50 + index)) for index in range(12)]
        wheel = [(500 * index, cc(1, 5 * index)) for index in range(20)]
        job = {
            "instrument": spec_of(sfz(tmp_path, text, {})),
            "events": events(*sorted(notes + wheel, key=lambda event: event[0])),
            "frames": 20_000,
        }
        here = play_here(**job, cuts=[4096])
        assert np.abs(here).max() > 0.1
        np.testing.assert_array_equal(play_fresh(**job, cuts=[1, 511, 512, 513, 7, 9001]), here)

    def test_a_sample_at_half_plays_at_half_from_its_frame_on(self, played) -> None:
        heard = played("<region> sample=a.wav key=60", (777, on(60)), frames=9_000)
        assert not heard[:777].any()
        np.testing.assert_allclose(heard[777:], 0.5, atol=EXACT)

    def test_every_frame_of_a_sample_is_heard_at_its_root(self, tmp_path, play_here) -> None:
        """But the last two, where sfizz ends. It would take one twice; see `SfzInstrument.play`."""
        noise = np.random.default_rng(5).uniform(-0.5, 0.5, (5_000, 1))
        samples(tmp_path / "noise.wav", noise)
        spec = spec_of(sfz(tmp_path, "<region> sample=noise.wav pitch_keycenter=62 key=62", {}))
        out = play_here(instrument=spec, events=events((100, on(62))), frames=5_100, cuts=[999])
        np.testing.assert_allclose(out[0, 100:-2], noise[:-2, 0], atol=EXACT)

    def test_velocity_layers(self, played) -> None:
        """Velocity counts squared: amp_veltrack is 100 % by default."""
        text = "<group> key=60\n<region> sample=b.wav hivel=63\n<region> sample=a.wav lovel=64"
        soft = played(text, (0, on(60, 50)))[0]
        loud = played(text, (0, on(60, 100)))[0]
        assert soft == pytest.approx(0.25 * (50 / 127) ** 2, rel=2e-3)
        assert loud == pytest.approx(0.5 * (100 / 127) ** 2, rel=2e-3)

    def test_opcodes_in_capitals(self, played) -> None:
        """sfizz, ARIA and rgc:audio do not look at the case."""
        heard = played("<region> Sample=a.wav KEY=60 Transpose=0", (0, on(60)), (9_000, on(61)))
        np.testing.assert_allclose(heard, 0.5, atol=EXACT)

    def test_round_robin(self, played) -> None:
        text = (
            "<group> key=60 seq_length=2 loop_mode=one_shot end=999\n"
            "<region> sample=a.wav seq_position=1\n<region> sample=b.wav seq_position=2"
        )
        hits = [(start, on(60)) for start in (100, 5_100, 10_100)]
        assert starts(played(text, *hits), 100, 5_100, 10_100) == [0.5, 0.25, 0.5]

    def test_keyswitches(self, played) -> None:
        text = (
            "<global> sw_lokey=24 sw_hikey=25 sw_default=24 lokey=48 hikey=72 pitch_keytrack=0\n"
            "<region> sw_last=24 sw_label=sustain sample=a.wav\n"
            "<region> sw_last=25 sw_label=pizz sample=b.wav end=999"
        )
        heard = played(text, (10, on(25)), (100, on(60)), (5_000, on(24)), (5_100, on(64)))
        assert starts(heard, 100, 5_100) == [0.25, 0.5]

    def test_a_loop_goes_on_past_its_sample_and_a_release_follows_it(
        self, tmp_path, play_here
    ) -> None:
        """A period of 100 frames, looped: the sample ends at 1,000, the note at 12,000."""
        period = 0.4 * np.sin(2 * np.pi * np.arange(1_000) / 100)
        samples(tmp_path / "loop.wav", period[:, None])
        text = (
            "<region> sample=loop.wav key=60 loop_mode=loop_continuous loop_start=500 "
            "loop_end=999 ampeg_release=0.01\n"
            "<region> sample=b.wav key=60 trigger=release rt_decay=0"
        )
        spec = spec_of(sfz(tmp_path, text, LEVELS))
        notes = events((0, on(60)), (12_000, off(60)))
        out = play_here(instrument=spec, events=notes, frames=20_000, cuts=[4096])[0]
        expected = 0.4 * np.sin(2 * np.pi * np.arange(12_000) / 100)
        np.testing.assert_allclose(out[:12_000], expected, atol=1e-3)
        # By 15,000 the loop has died away; what was triggered by the release is left alone.
        np.testing.assert_allclose(out[15_000:], 0.25, atol=2e-3)

    def test_the_pedal_holds_and_volume_counts(self, played) -> None:
        """Volume goes as the square of the controller: 40·log10(64/127) dB."""
        text = "<region> sample=a.wav key=60 ampeg_release=0.01"
        pedal = played(text, (0, cc(64, 127)), (10, on(60)), (500, off(60)), (9_000, cc(64, 0)))
        np.testing.assert_allclose(pedal[10:9_000], 0.5, atol=EXACT)
        assert np.abs(pedal[15_000:]).max() < 1e-3
        softer = played(text, (0, cc(7, 64)), (2_000, on(60)), frames=9_000)
        assert softer[-1] == pytest.approx(0.5 * (64 / 127) ** 2, rel=1e-3)

    def test_a_bend_of_two_semitones(self, played, tmp_path, play_here) -> None:
        ramp = np.arange(40_000)[:, None] / 80_000
        samples(tmp_path / "ramp.wav", ramp)
        spec = spec_of(sfz(tmp_path, "<region> sample=ramp.wav key=60", {}))
        bent = events((0, bytes([0xE0, 127, 127])), (5_000, on(60)))
        out = play_here(instrument=spec, events=bent, frames=9_000, cuts=[4096])[0]
        step = (out[8_000] - out[6_000]) / 2_000 * 80_000
        assert step == pytest.approx(2 ** (2 / 12), rel=1e-3)

    def test_all_channels_play_and_more_than_64_voices(self, played) -> None:
        text = "<region> sample=d.wav lokey=0 hikey=127 pitch_keytrack=0 volume=-30"
        many = [(100, on(key, channel=key % 16)) for key in range(20, 120)]
        heard = played(text, *many, frames=2_000)
        assert heard[-1] == pytest.approx(100 * 0.0625 * 10**-1.5, rel=1e-3)


SWITCHED = {
    "latched": "<region> sw_last=24 key=60\n<region> sw_last=D1 lokey=62 hikey=64",
    "default": "<global> sw_default=24\n<region> sw_last=24 key=60\n<region> sw_last=26 key=61",
    "no such default": "<global> sw_default=20\n<region> sw_last=24 key=60",
    "the last default": (
        "<group> sw_default=20 <region> sw_last=24 key=60 <group> sw_default=24 <region> key=61"
    ),
    "offset": "<control> note_offset=1 octave_offset=1\n<region> sw_last=11 lokey=59 hikey=61",
    "a range is not moved": (
        "<control> note_offset=2\n<group> sw_default=22\n<region> sw_lolast=24 sw_hilast=26 key=60"
    ),
    "all keys are not moved": "<control> note_offset=5\n<region> sw_last=24 sample=a.wav",
    "velocities": (
        "<global> lokey=60 hikey=61\n<region> sw_last=24 lovel=64\n<region> hivel=20 key=61"
    ),
    "the last of key and its range": (
        "<group> lokey=10 hikey=90 sw_last=24\n<region> key=60\n<region> key=62 lokey=61\n"
        "<region> lokey=63 key=64"
    ),
    "no key": "<region> sw_last=24 hikey=-1 on_locc20=64\n<region> sw_last=24 key=60",
    "held": "<region> sw_down=24 key=60\n<region> sw_up=24 key=61",
    "silence": "<region> sw_last=24 key=60\n<region> key=60 sample=*silence",
    "releases": "<region> sw_last=24 key=60\n<region> key=60 trigger=release",
}


@pytest.mark.parametrize("text", SWITCHED.values(), ids=SWITCHED)
def test_what_is_silent_without_a_keyswitch_is_as_sfizz_plays_it(
    tmp_path, play_here, text: str
) -> None:
    """Keys soft and loud; then again after each keyswitch."""
    path = sfz(tmp_path, f"<global> sample=a.wav loop_mode=one_shot end=99\n{text}", LEVELS)
    if "<global>" in text:
        path.write_text(text.replace("<global>", "<global> sample=a.wav loop_mode=one_shot end=99"))
    found = read_sfz(path, tmp_path).keyswitches
    tried = [(key, velocity) for key in range(18, 70) for velocity in (9, 100)]
    tried = [(key, velocity) for key, velocity in tried if key not in found.keys]

    starts = [1000 * number + 10 for number in range(len(tried))]

    def sounding(*switches: int) -> set[tuple[int, int]]:
        """Those that reach a level of 0.001; a note has died away long before the next begins."""
        notes = [(0, on(key)) for key in switches]
        for at, (key, velocity) in zip(starts, tried, strict=True):
            notes += [(at, on(key, velocity)), (at + 100, off(key))]
        job = {"events": events(*notes), "frames": starts[-1] + 100, "cuts": [4096]}
        out = play_here(instrument=spec_of(path), **job)[0]
        return {tried[index] for index, at in enumerate(starts) if out[at : at + 90].max() > 1e-3}

    at_once, after = sounding(), set().union(*(sounding(key) for key in found.keys))
    bits = found.silent or (0,) * 128
    silent = {(key, velocity) for key, velocity in tried if bits[key] >> velocity & 1}
    assert not silent & at_once
    assert silent == (after - at_once if found.silent else set())
    assert found.silent or at_once


def problems_of(path, root=None) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read_sfz(path, root or path.parent)
    return [str(one).replace(f"{path.parent}{os.sep}", "") for one in caught.value.problems]


class TestReading:
    def test_includes_names_and_paths_as_sfizz_takes_them(self, tmp_path) -> None:
        library_ = tmp_path / "lib"
        level(library_ / "Samples" / "Violin D4.wav", 0.5)
        (library_ / "parts").mkdir()
        (library_ / "parts" / "map.sfz").write_text(
            "<region> sample=violin $NOTE.$EXT key=62 // the note's own name\n"
        )
        text = (
            "/* made by hand */ #define $EXT wav #define $NOTE d4\n"
            "<control> default_path=..\\samples\\ hint_ram_based=0\n"
            '<group> sw_label=My Sustain volume=-3 #include "parts/map.sfz"\n'
        )
        (library_ / "Programs").mkdir()
        path = library_ / "Programs" / "violin.sfz"
        path.write_text(text.replace("parts/map.sfz", "../Parts\\MAP.sfz"))
        read = read_sfz(path, tmp_path)
        sample = library_ / "Samples" / "Violin D4.wav"
        assert read.text.split("\n") == [
            "<control> hint_ram_based=1 set_cc7=127",
            "<control>",
            "<group>",
            "sw_label=My Sustain",
            "volume=-3",
            "<region>",
            "key=62",
            f"sample={sample.as_posix()}",
            "",
        ]
        assert read.files == (path, library_ / "parts" / "map.sfz")
        assert read.samples == (sample,)
        assert read.sample_bytes == RATE * 4
        assert read.warnings == ()

    def test_a_slash_before_a_path_is_meant_from_the_sfz(self, tmp_path) -> None:
        """As ARIA takes it on Windows: `default_path=\\My Samples\\`."""
        sample = level(tmp_path / "lib" / "My Samples" / "a.wav", 0.5)
        text = "<control> default_path=\\My Samples\\\n<region> sample=a.wav"
        read = read_sfz(sfz(tmp_path / "lib", text, {}), tmp_path)
        assert read.samples == (sample,)

    def test_a_sample_is_that_of_the_nearest_header(self, tmp_path) -> None:
        text = (
            "<global> sample=a.wav\n<region> key=60\n<group> sample=b.wav\n<region> key=61\n"
            "<region> key=62 sample=c.wav\n<global>\n<region> key=63"
        )
        read = read_sfz(sfz(tmp_path, text, LEVELS), tmp_path)
        played = [line for line in read.text.split("\n") if line.startswith(("key", "sample"))]
        made = {name: f"sample={(tmp_path / f'{name}.wav').as_posix()}" for name in "abc"}
        assert played == ["key=60", made["a"], "key=61", made["b"], "key=62", made["c"]]
        assert read.regions == 3
        (told,) = read.warnings
        assert told.endswith(
            "made.sfz:7:1: 1 region without a sample, or ended at once: never heard"
        )

    def test_what_is_left_out_is_told_once(self, tmp_path) -> None:
        text = (
            "<region> sample=a.wav ampg_attack=1 key=60 amp_random=3\n"
            "<region> sample=a.wav ampg_attack=2 key=61 lorand=0 hirand=0.5\n"
            "some words\n<unheard> x=1\n<region> sample=*noise key=62 $volume=3"
        )
        path = sfz(tmp_path, text, LEVELS)
        told = [one.replace(f"{tmp_path}{os.sep}", "") for one in read_sfz(path, tmp_path).warnings]
        assert told == [
            "made.sfz:3:1: 'some words' means nothing and is left out",
            "made.sfz:5:24: $volume is not defined and stands for nothing",
            "made.sfz:4:1: sfizz does not know <unheard>; it is left out",
            "made.sfz: sfizz does not know, and leaves out: ampg_attack (line 1)",
            "made.sfz does not repeat: two renders differ by amp_random, hirand, sample=*noise; "
            "bounce it once and keep the file if it has to stay as it is",
        ]

    def test_all_that_is_wrong_at_its_place(self, tmp_path) -> None:
        (tmp_path / "no.wav").write_text("no audio")
        level(tmp_path / "empty.wav", 0.0, frames=0)
        level(tmp_path / "six.wav", 0.5, frames=100, channels=6)
        os.mkfifo(tmp_path / "pipe.wav")
        text = (
            "<region> sample=aa.wav\n<region> sample=/etc/passwd\n<region> sample=no.wav\n"
            "<region> sample=pipe.wav\n<region> sample=../../x.wav\n"
            '#include "made.sfz"\n#include "gone.sfz"\n#include "/dev/zero"\n'
            "#define $B $B<region>sample=/etc/passwd\n#define $C <region>sample=/etc/passwd\n"
            "<region> key=$B\n<region> key=$C\n"
            "<region> sample=empty.wav\n<region> sample=six.wav\n"
        )
        path = sfz(tmp_path, text, LEVELS)
        outside = (
            f"lies outside {tmp_path}; keep an SFZ's files with it, below the session's folder or "
            "a folder of sounds"
        )
        assert problems_of(path) == [
            "made.sfz:1:10: the sample 'aa.wav' is not there; did you mean a.wav?",
            f"made.sfz:2:10: the sample '/etc/passwd' {outside}",
            "made.sfz:3:10: the sample 'no.wav': is not readable audio (Format not recognised); "
            "give a WAV, FLAC, AIFF, Ogg or MP3 file",
            "made.sfz:4:10: the sample 'pipe.wav': cannot be read: it is a pipe, not a file; check "
            "its name and place",
            f"made.sfz:5:10: the sample '../../x.wav' {outside}",
            "made.sfz:6:1: it includes itself: made.sfz → made.sfz; take one #include out",
            "made.sfz:7:1: the included file 'gone.sfz' is not there; check its name and folder",
            f"made.sfz:8:1: the included file 'zero' {outside}",
            "made.sfz:11:10: its $names stand for each other without end; correct the #define "
            "lines",
            "made.sfz:12:10: 'key=<region>sample=/etc/passwd' is not one opcode; write its value "
            "out, without $",
            "made.sfz:13:10: the sample 'empty.wav' holds no audio, only a header; export it again",
            "made.sfz:14:10: the sample 'six.wav' has 6 channels, and sfizz plays no more than 2; "
            "export it in stereo",
        ]

    @pytest.mark.parametrize("name", ["a" * 400, "a\0b"])
    def test_an_include_that_no_disk_can_have(self, tmp_path, name: str) -> None:
        (told,) = problems_of(sfz(tmp_path, f'#include "{name}"\n<region> sample=*sine', {}))
        assert told.startswith("made.sfz:1:1: the included file 'a")
        assert " cannot be read: " in told

    def test_a_link_does_not_lead_out(self, tmp_path) -> None:
        inside = tmp_path / "lib"
        level(tmp_path / "a.wav", 0.5)
        path = sfz(inside, "<region> sample=a.wav", {})
        (inside / "a.wav").symlink_to(tmp_path / "a.wav")
        (told,) = problems_of(path)
        assert told.startswith(f"made.sfz:1:10: the sample 'a.wav' lies outside {inside}; ")
        assert read_sfz(path, tmp_path).regions == 1

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp932"])
    def test_text_in_any_encoding(self, tmp_path, encoding: str) -> None:
        """What Windows writes; a name is found that a Mac took to pieces."""
        name, label = ("ピアノ", "ピアノ") if encoding == "cp932" else ("Flügel Größe", "gedämpft")
        sample = level(tmp_path / unicodedata.normalize("NFD", f"{name}.wav"), 0.5)
        path = sfz(tmp_path, "", {})
        text = f"<region> sample={name}.wav key=60 sw_last=24 sw_label={label}\n"
        path.write_bytes(text.encode(encoding))
        read = read_sfz(path, tmp_path)
        assert (read.samples, read.warnings) == ((sample,), ())
        assert read.keyswitches.named == ((label, 24),)

    @pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
    def test_names_that_came_in_another_encoding(self, tmp_path, play_here, encoding: str) -> None:
        """As an archive of Windows unpacks elsewhere: the system shows no letters."""
        sample = Path(os.fsdecode(os.fsencode(tmp_path) + "/Flügel.wav".encode("cp1252")))
        try:
            level(tmp_path / "a.wav", 0.5).rename(sample)
        except OSError:
            pytest.skip("this disk takes no such name")  # macOS and Windows know letters only
        path = sfz(tmp_path, "", {})
        path.write_bytes("<region> sample=flügel.WAV key=60".encode(encoding))
        assert read_sfz(path, tmp_path).samples == (sample,)
        note = events((0, on(60)))
        out = play_here(instrument=spec_of(path), events=note, frames=1_000, cuts=[1_000])
        np.testing.assert_allclose(out, 0.5, atol=EXACT)

    def test_what_has_no_region(self, tmp_path) -> None:
        pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
        for text, said in (
            ("", "made.sfz: it has no region with a sample; is it an SFZ?"),
            (pointer, "made.sfz: is only a note of Git LFS of what it should be; fetch it: git lf"),
            ("<region> sample = a.wav", "made.sfz:1:1: no region names a sample; write sample=FI"),
        ):
            (told,) = problems_of(sfz(tmp_path, text, {}))
            assert told.startswith(said)

    def test_samples_that_are_missing_with_their_folder(self, tmp_path) -> None:
        """The first are named, and what is wrong with the path of all of them."""
        text = "<control> default_path=Samples/long/\n"
        text += "".join(f"<region> key={key} sample={key}.wav\n" for key in range(20))
        path = sfz(tmp_path, text, {"1": 0.5})
        (tmp_path / "Samples").mkdir()
        told = problems_of(path)
        gone = "is not there; there is no folder 'long' in Samples: is all of the library here?"
        beside = "is not there; 1.wav lies beside the SFZ: correct default_path, or its path"
        assert told[0] == f"made.sfz:2:16: the sample 'Samples/long/0.wav' {gone}"
        assert told[1] == f"made.sfz:3:16: the sample 'Samples/long/1.wav' {beside}"
        assert len(told) == 13
        assert told[12] == "made.sfz:14:17: 8 samples from here on are not there either"
        (tmp_path / "Samples").rmdir()
        assert "there is no folder 'Samples' beside the SFZ: is all" in problems_of(path)[0]

    @pytest.mark.parametrize(
        ("format_", "subtype"),
        [
            *(("WAV", kind) for kind in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "ULAW")),
            *(("WAV", kind) for kind in ("DOUBLE", "MS_ADPCM", "IMA_ADPCM", "GSM610", "G721_32")),
            *(("WAVEX", kind) for kind in ("PCM_16", "PCM_24", "FLOAT")),
            *(("AIFF", kind) for kind in ("PCM_S8", "PCM_24", "FLOAT", "ALAW", "IMA_ADPCM")),
            *(("RF64", "PCM_24"), ("W64", "PCM_16"), ("W64", "MS_ADPCM")),
            *(("FLAC", "PCM_16"), ("FLAC", "PCM_24"), ("OGG", "VORBIS"), ("OGG", "OPUS")),
            *(("CAF", "PCM_16"), ("CAF", "ALAC_16"), ("AU", "PCM_16"), ("VOC", "PCM_16")),
        ],
    )
    def test_what_sfizz_would_not_play_is_refused_and_what_it_plays_is_not(
        self, tmp_path, play_here, format_: str, subtype: str
    ) -> None:
        """Every frame as libsndfile has it, but for sfizz's 8 bits, which have a DC offset."""
        wave = 0.5 * np.sin(2 * np.pi * 440 / RATE * np.arange(RATE))
        sample = tmp_path / "a.audio"
        soundfile.write(sample, wave, RATE, format=format_, subtype=subtype)
        path = sfz(tmp_path, "<region> sample=a.audio key=60", {})
        refused = "AU" in format_ or format_ in ("CAF", "VOC")
        refused |= subtype in ("OPUS", "GSM610", "G721_32")
        refused |= subtype[-5:] in ("ADPCM", "ALAW") and format_ != "WAV"
        if refused:
            (told,) = problems_of(path)
            assert told.startswith(f"made.sfz:1:10: the sample 'a.audio' is {format_}")
            assert told.endswith(", which sfizz does not play; convert it to WAV or FLAC")
            return
        assert read_sfz(path, tmp_path).warnings == ()
        note = events((0, on(60)))
        out = play_here(instrument=spec_of(path), events=note, frames=9_000, cuts=[4096])[0]
        expected, _ = soundfile.read(sample, 9_000)
        atol = 6e-3 if subtype.endswith("8") else EXACT
        np.testing.assert_allclose(out, expected, atol=atol)

    def test_an_mp3_is_said_to_be_late(self, tmp_path) -> None:
        wave = 0.5 * np.sin(2 * np.pi * 440 / RATE * np.arange(RATE))
        soundfile.write(tmp_path / "a.mp3", wave, RATE)
        path = sfz(tmp_path, "<region> sample=a.mp3 key=60\n<region> sample=a.mp3 key=61", {})
        assert read_sfz(path, tmp_path).warnings == (
            "made.sfz: 1 sample in MP3 will sound up to 50 ms late; convert to WAV or FLAC",
        )

    def test_a_flac_that_breaks_off(self, tmp_path) -> None:
        """Told while planning; a job has read all of it before, and does not look again."""
        noise = np.random.default_rng(3).uniform(-0.5, 0.5, RATE)
        soundfile.write(tmp_path / "a.flac", noise, RATE)
        path = sfz(tmp_path, "<region> sample=a.flac", {})
        assert read_sfz(path, tmp_path, to_the_end=True).regions == 1
        data = (tmp_path / "a.flac").read_bytes()
        (tmp_path / "a.flac").write_bytes(data[: len(data) // 2])
        assert read_sfz(path, tmp_path).regions == 1
        with pytest.raises(InvalidInput) as caught:
            read_sfz(path, tmp_path, to_the_end=True)
        (told,) = caught.value.problems
        assert told.message == "the sample 'a.flac': breaks off before its end"
        assert told.cure == "copy it again, or export it again as WAV"

    def test_bounds(self, tmp_path, monkeypatch) -> None:
        path = sfz(tmp_path, "<region> sample=a.wav\n<region> sample=b.wav", LEVELS)
        monkeypatch.setattr(definition, "SAID_FROM_BYTES", 300_000)
        (told,) = read_sfz(path, tmp_path).warnings
        assert told == (
            "made.sfz: its samples take up to 0.00077 GB of memory in each job that plays it"
        )
        monkeypatch.setattr(definition, "MAX_MEMORY_BYTES", 300_000)
        with pytest.raises(RequestError) as caught:
            read_sfz(path, tmp_path)
        assert str(caught.value) == (
            f"{path}: its samples take up to 0.00077 GB of memory, more than the 0.0003 GB that "
            "an SFZ may have; split it into several, one for each articulation that is played"
        )
        monkeypatch.setattr(definition, "MAX_REGIONS", 1)
        assert problems_of(path) == [
            "made.sfz:2:1: there are more than 1 regions; split it into several SFZs"
        ]
        many = tmp_path / "many.sfz"
        monkeypatch.setattr("hostkit.devices.sfz.text.MAX_INCLUDED", 2_000)
        many.write_text('#include "many2.sfz"\n' * 3_000)
        (tmp_path / "many2.sfz").write_text("")
        told = problems_of(many)
        assert told[0] == "many.sfz:2000:1: it includes too much; nest no more than 16 files"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#define $A " + "q" * 5_000 + "\n<region> a=" + "$A" * 1_000, "stand for each other"),
        ("z\n" * 6_000, "more than 5000 things in it mean nothing"),
        ("<region> a=1\n" * 600, "more than 1000 opcodes and headers"),
        ("<region> sample=" + "a/" * 2_000 + "b.wav", "the sample 'a/a/"),
        ("<region> sample=a\0b.wav", "cannot be read: embedded null"),
        ("<region> a=x" + " " * 500_000 + "y", "no region names a sample"),
        ("/*" * 100_000, "mean nothing"),
    ],
    ids=["names", "junk", "opcodes", "deep", "nul", "spaces", "comment"],
)
def test_what_is_meant_to_take_for_ever_is_refused(tmp_path, monkeypatch, text, said) -> None:
    monkeypatch.setattr("hostkit.devices.sfz.text.MAX_OPCODES", 1_000)
    assert said in problems_of(sfz(tmp_path, text, {}))[0]


def test_numbers_that_no_opcode_can_have_are_left(tmp_path) -> None:
    """Python refuses numbers of more than 4,300 digits; sfizz takes what an opcode has without."""
    nines = "9" * 5_000
    text = f"<region> sample=*sine key=60 sw_last=24 lovel={nines} hivel=x lokey={nines}"
    found = read_sfz(sfz(tmp_path, text, {}), tmp_path).keyswitches
    assert found.silent[60] == (1 << 128) - 1
    assert sum(map(bool, found.silent)) == 1


def test_without_its_package(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(library, "PACKAGE", "pysfizz-not-here")
    with pytest.raises(DeviceError, match="is not installed; install it: pip install pysfizz==0"):
        SfzInstrument(spec_of(sfz(tmp_path, "<region> sample=a.wav", LEVELS)), Setup(RATE))
