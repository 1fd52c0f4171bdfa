"""Sessions of all shapes, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

names = st.from_regex(r"[a-z][a-z0-9_]{0,7}", fullmatch=True)
files = st.sampled_from(["score.mid", "../music/a b.mid", "ünï.mid"])
gains = st.floats(-144, 24).map(lambda value: round(value, 2))
bars = st.builds(lambda bar, beat: f"{bar}|{beat}", st.integers(1, 999), st.integers(1, 4))
seconds = st.builds(lambda ms: f"{ms / 1000:.3f}s", st.integers(0, 999_999))
timecodes = st.builds(lambda s, f: f"01:00:{s:02}:{f:02}", st.integers(0, 59), st.integers(0, 23))
positions = st.one_of(bars, seconds, timecodes)
values = st.one_of(st.integers(-99, 99), st.booleans(), st.text(max_size=8), gains)
params = st.dictionaries(names, values, max_size=3)
DEVICE_KEYS = {"plugin", "preset", "soundfont", "tone"}
builtins = st.builds(lambda n, p: {n: p}, names.filter(lambda n: n not in DEVICE_KEYS), params)
plugins = st.fixed_dictionaries({"plugin": names}, optional={"params": params, "state": files})
presets = st.one_of(names, st.fixed_dictionaries({"preset": names}, optional={"params": params}))
soundfonts = st.fixed_dictionaries(
    {"soundfont": st.sampled_from(["gm", "big.sf2"])},
    optional={"program": st.integers(0, 127), "bank": st.integers(0, 128)},
)
tones = st.just({"tone": {"channels": 1}})
instruments = st.one_of(plugins, presets, soundfonts, tones)
effects = st.lists(st.one_of(plugins, presets, builtins), max_size=3)
midi_sources = st.one_of(
    files,
    st.fixed_dictionaries(
        {},
        optional={
            "file": files,
            "track": st.one_of(st.integers(1, 20), st.text(max_size=5)),
            "channel": st.integers(1, 16),
        },
    ),
    st.fixed_dictionaries({"tracks": st.dictionaries(names, names, min_size=1, max_size=3)}),
)
lanes = st.dictionaries(
    st.sampled_from(["gain_db", "pan", "instrument.cutoff"]),
    st.lists(st.tuples(positions, gains).map(list), min_size=1, max_size=3),
    max_size=2,
)
regions = st.lists(
    st.fixed_dictionaries(
        {"file": st.sampled_from(["takes/a.wav", "ü.flac"])},
        optional={
            "at": positions,
            "from": st.one_of(seconds, st.integers(0, 99)),
            "to": seconds,
            "channels": st.lists(st.integers(1, 8), min_size=1, max_size=2),
            "gain_db": gains,
            "fade": st.sampled_from(["equal_power", "linear"]),
            "crossfade_ms": st.floats(0, 500),
        },
    ),
    min_size=1,
    max_size=2,
)
sources = st.one_of(
    st.fixed_dictionaries(
        {"instrument": instruments}, optional={"midi": midi_sources, "live": regions}
    ),
    st.fixed_dictionaries({"audio": regions}),
    st.fixed_dictionaries(
        {
            "output": st.fixed_dictionaries(
                {"of": names, "name": st.one_of(st.integers(2, 1000), st.text("aÉ 2", min_size=1))}
            )
        },
        optional={"live": regions},
    ),
)
strips = st.fixed_dictionaries(
    {},
    optional={
        "effects": effects,
        "gain_db": gains,
        "pan": st.floats(-1, 1),
        "stem": names,
        "tags": st.lists(names, max_size=2),
        "sends": st.dictionaries(names, gains, max_size=2),
        "automation": lanes,
    },
)
tracks = st.builds(lambda source, strip: source | strip, sources, strips)
tempos = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"at": positions, "bpm": st.floats(5, 999)},
            optional={"meter": st.sampled_from(["3/4", "4/4", "7/8"])},
        ),
        st.fixed_dictionaries(
            {"at": positions, "bpm": st.integers(40, 200), "ramp_to": st.integers(40, 200)},
        ).map(lambda point: {**point, "until": "999|1", "curve": "geometric"}),
    ),
    min_size=1,
    max_size=3,
)
mixes = st.one_of(
    st.lists(names, max_size=2),
    st.dictionaries(
        names,
        st.fixed_dictionaries(
            {}, optional={"mute": st.lists(names, max_size=2), "stems": st.booleans()}
        ),
        max_size=2,
    ),
)
sessions: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"hostkit": st.just(1), "tracks": st.dictionaries(names, tracks, min_size=1, max_size=3)},
    optional={
        "cue": st.one_of(st.text(max_size=8), st.integers(0, 9999)),
        "title": st.text(max_size=20),
        "version": st.integers(0, 99),
        "sample_rate": st.sampled_from([44_100, 48_000, 96_000]),
        "midi": files,
        "picture": st.fixed_dictionaries(
            {"frame_rate": st.sampled_from([23.976, 24, "25", 29.97]), "start": timecodes}
        ),
        "tempo": tempos,
        "length": st.one_of(st.just("auto"), positions),
        "tail": st.fixed_dictionaries({}, optional={"below_db": st.floats(-120, -40)}),
        "sections": st.lists(st.fixed_dictionaries({"name": names, "at": positions}), max_size=2),
        "hits": st.lists(
            st.fixed_dictionaries(
                {"name": st.text(max_size=9).map("h{}".format), "at": positions},
                optional={
                    "weight": st.floats(0, 100),
                    "tolerance_frames": st.one_of(
                        st.integers(0, 100), st.lists(st.floats(0, 100), min_size=2, max_size=2)
                    ),
                    "land_on": st.sampled_from(["downbeat", "beat", "any"]),
                },
            ),
            max_size=2,
        ),
        "buses": st.dictionaries(
            names,
            st.fixed_dictionaries({"effects": effects}, optional={"gain_db": gains}),
            max_size=2,
        ),
        "stems": st.dictionaries(names, st.just({"code": "STR"}), max_size=1),
        "master": effects,
        "mixes": mixes,
        "duck": st.fixed_dictionaries({}, optional={"target_lu": st.floats(0, 40)}),
        "deliver": st.fixed_dictionaries(
            {}, optional={"format": st.sampled_from(["pcm16", "float32"])}
        ),
    },
)
