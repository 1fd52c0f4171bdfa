"""The schemas say yes to what hostkit takes, and no to the mistakes that are made."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from scores import write_score

from hostkit.delivery.profiles.load import SHIPPED
from hostkit.delivery.profiles.profile import Profile
from hostkit.library.model import Preset
from hostkit.schemas.make import KINDS, schema_of, schema_path, schema_text
from hostkit.session.model.session import Session
from hostkit.session.starting.start import start_session
from hostkit.session.yaml_tree import parse_yaml

ROOT = Path(__file__).parents[2]
FILES = {
    "session": sorted((ROOT / "sessions").glob("*.yaml")),
    "preset": sorted((ROOT / "presets").rglob("*.yaml")),
    "profile": sorted(SHIPPED.glob("*.yaml")),
}
CHECKS = {kind: Draft202012Validator(schema_of(kind)) for kind in KINDS}

WHOLE: dict[str, Any] = {
    "hostkit": 1,
    "title": 1917,
    "midi": "a.mid",
    "length": "0:30",
    "picture": {"frame_rate": 23.976, "start": "01:00:00:00"},
    "tempo": [{"at": 1, "bpm": 92}, {"at": "9|1", "meter": "3/4"}],
    "tracks": {
        "lead": {
            "instrument": {"soundfont": "gm", "program": 48},
            "tags": "melody",
            "effects": [{"compressor": {"threshold": -20, "ratio": 2}}, {"chorus": None}],
            "automation": {"gain_db": [["1|1", -6], ["9|1", 0]]},
        },
        "kit": {"instrument": "drums/kit", "midi": {"track": 3}, "effects": ["mix/room"]},
    },
    "buses": {"hall": {"effects": [{"ladder_filter": {"mode": "lpf24"}}]}},
    "master": [{"bus_compressor": {"ratio": 2}}, {"plugin": "ZamCompX2", "params": {"a": 1}}],
    "mixes": {"short": {"length": 30, "mute": "kit"}, "bed": None or {}, "b": {"only": ["lead"]}},
}


def _errors(kind: str, data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in CHECKS[kind].iter_errors(data)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_files_are_what_the_models_say(kind: str) -> None:
    Draft202012Validator.check_schema(json.loads(schema_path(kind).read_text(encoding="utf-8")))
    assert schema_path(kind).read_text(encoding="utf-8") == schema_text(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_shipped_is_valid(kind: str) -> None:
    assert FILES[kind]
    for path in FILES[kind]:
        data = parse_yaml(path.read_text(encoding="utf-8"), path.name).data
        assert _errors(kind, data) == [], path


def test_a_session_with_one_of_each_is_valid_for_both() -> None:
    Session.model_validate(WHOLE)
    assert _errors("session", WHOLE) == []


def test_what_extends_may_leave_out_what_the_base_says() -> None:
    assert _errors("session", {"extends": "a.yaml", "tracks": {"lead": {"gain_db": -2}}}) == []
    assert _errors("session", {"extends": "a.yaml", "tracks": {"lead": {"gian_db": -2}}})
    assert _errors("session", {"hostkit": 1, "tracks": {"lead": {"gain_db": -2}}})
    assert _errors("profile", {"extends": "trailer", "loudness": {"tolerance_lu": 1}}) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("trakcs",), {}),
        (("version",), "one"),
        (("length",), "soon"),
        (("tempo", 0), {"at": 1}),
        (("tempo", 0, "at"), "9,1"),
        (("tracks", "lead", "instrument"), {"soundfont": "gm", "progam": 3}),
        (("tracks", "lead", "instrument"), {"program": 3}),
        (("tracks", "lead", "effects", 0), {"highpass": {}}),
        (("tracks", "lead", "effects", 0), {"compressor": {"treshold_db": -20}}),
        (("tracks", "lead", "effects", 0), {"compressor": {"ratio": "2:1"}}),
        (("tracks", "lead", "effects", 0), {"compressor": {"ratio": 0.5}}),
        (("tracks", "lead", "effects", 0), {"convolution": {"mix": 1}}),
        (("tracks", "lead", "effects", 0), {"compressor": {}, "chorus": {}}),
        (("buses", "hall", "effects", 0), {"ladder_filter": {"mode": "LPF25"}}),
        (("tracks", "lead", "tags"), ["a/b"]),
        (("mixes", "short", "mute"), 3),
        (("mixes", "short", "lenght"), 30),
        (("mixes", "a/b"), {}),
    ],
)
def test_common_mistakes_are_refused(path: tuple[str | int, ...], value: Any) -> None:
    data: Any = copy.deepcopy(WHOLE)
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert _errors("session", data)


def _maps(data: Any, free: bool = False) -> list[tuple[dict[str, Any], bool]]:
    """Every map in a document, and whether its keys are somebody's own names."""
    if isinstance(data, list):
        return [found for item in data for found in _maps(item)]
    if not isinstance(data, dict):
        return []
    own = {"tracks", "buses", "mixes", "sends", "automation", "params", "stems", "weights"}
    inside = [f for k, v in data.items() for f in _maps(v, k in own and isinstance(v, dict))]
    return [(data, free), *inside]


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 200),
    st.floats(-5, 200),
    st.sampled_from(["9|1", "30", "0:30", "12.5s", "auto", "x", "lead", "01:00:00:00", ""]),
    st.lists(st.sampled_from(["lead", "kit", 3]), max_size=2),
    st.just({}),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 100), st.integers(0, 100), _VALUES)
def test_what_the_model_takes_is_valid_and_unknown_keys_are_not(
    place: int, key: int, value: Any
) -> None:
    data = copy.deepcopy(WHOLE)
    maps = _maps(data)
    chosen, free = maps[place % len(maps)]
    names = list(chosen)
    if names:
        chosen[names[key % len(names)]] = value
        try:
            Session.model_validate(data)
        except ValidationError:
            return
        if data["hostkit"] is True:
            return  # is 1 to Python, not to JSON
        # What the planner refuses later, the schema refuses already: parameters of effects.
        if not _is_effect(data, chosen):
            assert _errors("session", data) == []
    if not free:
        chosen["zzz"] = 1
        assert _errors("session", data)


def _is_effect(data: Any, chosen: Any) -> bool:
    effects = [e for t in data["tracks"].values() for e in t.get("effects", ())]
    effects += [e for b in data["buses"].values() for e in b.get("effects", ())]
    effects += data["master"]
    return any(chosen is e or chosen in e.values() for e in effects if isinstance(e, dict))


def test_one_name_stands_for_a_list_of_one_in_every_kind_of_document():
    one: dict[str, Any] = {"hostkit_profile": 1, "needs": "title", "documents": "cue_sheet"}
    one |= {"loudness": {"integrated_lufs": -23, "of": "bed"}, "mixes": {"bed": {"mute": "choir"}}}
    profile = Profile.model_validate(one)
    assert profile.loudness is not None
    of = profile.loudness.of
    assert (profile.needs, profile.documents, of) == (["title"], ["cue_sheet"], ["bed"])
    assert _errors("profile", one) == []
    one = {"preset": 1, "tags": "soft", "character": "warm", "instrument": {"tone": {}}}
    one["suggest"] = {"tags": "melody"}
    preset = Preset.model_validate(one)
    assert (preset.tags, preset.character, preset.suggest.tags) == (["soft"], ["warm"], ["melody"])
    assert _errors("preset", one) == []
    assert _errors("preset", {**one, "tags": 3})
    assert _errors("profile", {"hostkit_profile": 1, "needs": "titel"})


def test_the_schema_that_a_started_session_names_goes_with_its_folder(tmp_path: Path):
    """The first line's path is relative to the session; what it says there takes the session."""
    write_score(tmp_path / "cue.mid", {"Violins": [(0, 4, 69)]})
    path = start_session(tmp_path / "cue.mid").path
    (tmp_path / "elsewhere").mkdir()
    for name in (path.name, ".hostkit"):
        (tmp_path / name).rename(tmp_path / "elsewhere" / name)
    text = (tmp_path / "elsewhere" / path.name).read_text(encoding="utf-8")
    named = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    schema = json.loads((tmp_path / "elsewhere" / named).read_text(encoding="utf-8"))
    assert schema == schema_of("session")
    Draft202012Validator(schema).validate(parse_yaml(text, "cue.yaml").data)


def test_a_link_in_place_of_the_schemas_folder_is_left_alone(tmp_path: Path):
    write_score(tmp_path / "cue.mid", {"Violins": [(0, 4, 69)]})
    (tmp_path / "away").mkdir()
    (tmp_path / ".hostkit").symlink_to(tmp_path / "away")
    start_session(tmp_path / "cue.mid")
    assert list((tmp_path / "away").iterdir()) == []


@pytest.mark.parametrize("theirs", ['{"mine": true}', "[", '{"title": "Recipes"}'])
def test_a_file_of_somebody_s_in_the_schema_s_place_is_left_alone(tmp_path: Path, theirs: str):
    write_score(tmp_path / "cue.mid", {"Violins": [(0, 4, 69)]})
    place = tmp_path / ".hostkit" / "session.json"
    place.parent.mkdir()
    place.write_text(theirs)
    start_session(tmp_path / "cue.mid")
    assert place.read_text() == theirs
    place.write_text('{"title": "Session"}')  # of another version
    start_session(tmp_path / "cue.mid", force=True)
    assert len(place.read_text()) > 1000
