"""What is said of a command line: help that fits, wrong words with their cure, quiet that is."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from commands import HOSTKIT, environment, hostkit
from every_command import every_command, inside
from scores import write_session

from hostkit.cli import COMMANDS, SECTIONS
from hostkit.cli.examples import EXAMPLES, examples_of
from hostkit.cli.on_demand import OnDemand
from hostkit.cli.show.plain_help import PATHS
from hostkit.delivery.profiles.load import profile_files

TRACK = "tracks: {flute: {instrument: {tone: {}}}}\nmixes: {dry: {gain_db: {flute: -3}}}\n"


def help_of(path: tuple[str, ...], command: Any, columns: int = 80) -> str:
    context = command.context_class(command, info_name=" ".join(("hostkit", *path)))
    context.terminal_width = context.max_content_width = columns
    return str(command.get_help(context))


def test_help_is_for_people():
    for path, command in every_command():
        text = help_of(path, command)
        assert max(map(len, text.splitlines())) <= 80
        for programmers in ("<", "x>=", "[[", "list[", "….", ".."):
            assert programmers not in text.replace("[ARGS]...", ""), text


def test_a_group_lists_its_commands_by_the_first_sentence_of_their_help():
    """The list is told from a table, without the commands; each is what it is said to be."""
    commands = dict(every_command())
    for path, group in commands.items():
        for name, listed in inside(group).items():
            whole = commands[*path, name]
            said = " ".join((whole.help or "").split("\n\n")[0].split())
            about = listed.get_short_help_str()
            assert re.search(r"[.…]$", about), (path, name)
            assert said == about or said.startswith(f"{about} "), (path, name)
            assert listed.hidden == whole.hidden


@pytest.mark.parametrize(
    ("typed", "imported"),
    [
        ("--help", set()),
        ("preset --help", {"preset"}),
        ("schema --help", {"schema"}),
        ("preset pack --help", {"preset", "preset.keep"}),
    ],
)
def test_only_the_command_that_is_used_is_imported(typed: str, imported: set[str]):
    seen = "import sys; from hostkit.cli import main\ntry:\n    main()\nfinally:\n"
    seen += "    print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", seen, *typed.split()], capture_output=True, text=True, check=True
    )
    modules = set(ran.stderr.split())
    listed = [each for _, group in every_command() for each in inside(group).values()]
    homes = {each.home.partition(":")[0] for each in listed if isinstance(each, OnDemand)}
    assert {home.removeprefix("hostkit.cli.commands.") for home in homes & modules} == imported
    assert not {"rich", "numpy", "ruamel"} & modules


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("rendr cue.yaml", "no such command 'rendr'; did you mean 'render'?"),
        ("preset serch x", "no such command 'serch'; did you mean 'search'?"),
        ("render --profil x", "no such option: --profil; did you mean --profile?"),
        ("mixes", "missing argument 'SESSION…'; hostkit mixes --help shows what there is"),
        ("render a.yaml --memory-limit inf", "it is 1000000 or less"),
        ("render a.yaml -j 99999999999999999999", "it is 1000 or less"),
        ("render a.yaml --timeout inf", "it is 1000000 or less"),
        ("render a.yaml --progress loud", "'loud' is not one of 'auto', 'lines', 'moving'"),
    ],
)
def test_wrong_words(typed: str, said: str, tmp_path: Path):
    ran = hostkit(*typed.split(), cache=tmp_path)
    assert ran.code == 2
    assert ran.err.startswith("hostkit: ")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_nothing_typed_is_answered_by_the_help(tmp_path: Path):
    done = subprocess.run(
        HOSTKIT, capture_output=True, text=True, env=environment(tmp_path), check=False
    )
    assert "Sessions:\n  init " in done.stdout + done.stderr
    assert "hostkit: " not in done.stderr


def test_the_help_lists_every_command_once():
    listed = [name for names in SECTIONS.values() for name in names]
    assert sorted(listed) == sorted(command.name for command in COMMANDS)


def test_quiet_is_quiet(tmp_path: Path):
    session = write_session(tmp_path / "a cue.yaml", TRACK, flute=[(0, 2, 69)])
    out, cache = tmp_path / "out", tmp_path / "cache"

    def said(*words: object) -> str:
        ran = hostkit(*words, "--quiet", cache=cache)
        assert ran.code == 0, ran.err
        return ran.out + ran.err

    assert said("plan", session) == "flute: to render (not rendered before); tone\n"
    hostkit("render", session, "-o", out, cache=cache)
    assert said("plan", session, "-o", out) == ""
    assert said("status", session, "-o", out).splitlines()[-1] == "2 exists, 0 stale, 1 missing"
    assert said("lock", session) == f"{session}.lock: 0 presets, 0 plug-ins\n"
    assert said("lock", session, "--check") == ""
    assert said("init", tmp_path / "a cue.mid", "-o", tmp_path / "b.yaml").count("\n") == 1
    assert said("preset", "verify", "keys/concert-grand") == "1 of 1 presets are sound\n"


def test_plan_looks_where_render_would_deliver(tmp_path: Path):
    """The reason is taken from the delivery that the same options of `render` would renew."""
    session = write_session(tmp_path / "cue.yaml", TRACK, flute=[(0, 2, 69)])
    cache = tmp_path / "cache"
    own = tmp_path / "own.yaml"
    own.write_text("hostkit_profile: 1\nabout: Ours.\n")
    changed = session.read_text().replace("{tone: {}}", "{tone: {gain: 0.25}}")
    for where in (("-o", tmp_path / "out"), ("--profile", own)):
        written = session.read_text()
        assert hostkit("render", session, *where, cache=cache).code in (0, 1)
        session.write_text(changed)
        planned = hostkit("plan", session, *where, cache=cache)
        assert "flute: to render (instrument changed)" in planned.out, planned.out + planned.err
        session.write_text(written)


def test_next_steps_are_quoted_for_the_shell(tmp_path: Path):
    write_session(tmp_path / "my cue.yaml", TRACK, flute=[(0, 2, 69)])
    said = hostkit("init", tmp_path / "my cue.mid", "-o", tmp_path / "b c.yaml", cache=tmp_path)
    called = f"{sys.executable} -m hostkit"  # as it was: no other need be on the path
    assert f"next: {called} render '{tmp_path}/b c.yaml'" in said.out
    said = hostkit("render", tmp_path / "my cue.yaml", "--locked", cache=tmp_path)
    assert f"; hostkit lock '{tmp_path}/my cue.yaml' writes one" in said.err
    said = hostkit("check", tmp_path / "my cue.mid", cache=tmp_path)
    assert f"hostkit init '{tmp_path}/my cue.mid' makes a session of it" in said.err


def test_every_path_is_shown_by_a_word_for_paths():
    """So that one left empty is known: by its type it would be the folder one is in."""
    for path, command in every_command():
        hints = get_type_hints(command.callback) if command.callback else {}
        for parameter in command.params:
            if "Path" in str(hints.get(parameter.name)):
                assert str(parameter.metavar).rstrip("…") in PATHS, (path, parameter.name)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("render|cue.yaml|-o|", "-o/--out: the path is empty"),
        ("mixes|cue.yaml|--out=", "-o/--out: the path is empty"),
        ("duck|a.wav|--dialogue|b.wav|-o|", "-o/--out: the path is empty"),
        ("init|cue.mid|-o|", "-o/--out: the path is empty"),
        ("preset|pack||strings/warm", "FILE: the path is empty"),
        ("render|", "SESSION…: the path is empty"),
        ("render|cue.yaml|-o|/", "/: is the root of the disk; choose a folder in it (-o)"),
        ("mixes|cue.yaml|-o|/tmp/..", "/tmp/..: is the root of the disk"),
        ("render|cue.yaml|--solo|a|--out=/", "/: is the root of the disk"),
        ("duck|a.wav|--dialogue|b.wav|-o|/", "/: is the root of the disk"),
        ("demo|-o|/", "/: is the root of the disk"),
        ("preset|audition|choir/oohs|-o|/", "/: is the root of the disk"),
        ("check|cue.yaml|--plugin-dir|nowhere", "nowhere: there is no such folder; check its"),
        ("plugins|list|--plugin-dir|/dev/null", "/dev/null: is a device, not a folder"),
        ("cache|prune|--to|5|--all", "--to 5 keeps prints, and --all removes every one; give one"),
    ],
)
def test_what_would_do_something_else_than_was_meant_is_refused(
    typed: str, said: str, tmp_path: Path
):
    ran = hostkit(*typed.split("|"), cache=tmp_path)
    assert (ran.code, said in ran.err, list(tmp_path.iterdir())) == (2, True, []), ran.err


@pytest.mark.parametrize(
    "typed",
    [
        "click cue.yaml -o taken.wav",
        "export cue.yaml -o taken.mid",
        "streamers cue.yaml -o taken.mp4",
        "spot export cue.yaml -o taken.edl",
        "spot report cue.yaml -o taken.html",
        "themes show cue.yaml --midi taken.mid",
        "preset pack taken.zip --of presets",
        "preset export choir/oohs -o taken.vstpreset",
    ],
)
def test_a_folder_in_the_place_of_a_file_to_write_is_refused(typed: str, tmp_path: Path):
    head = "picture: {frame_rate: 25, start: 01:00:00:00}\nhits: [{at: 1s, name: a}]\n"
    write_session(tmp_path / "cue.yaml", head + 'themes: {ada: {notes: "d4"}}\n' + TRACK)
    words = [tmp_path / word if "." in word else word for word in typed.split()]
    (target,) = (word for word in words if "taken" in str(word))
    target.mkdir()
    ran = hostkit(*words, "--force", cache=tmp_path / "cache")
    assert (ran.code, ran.err) == (2, f"hostkit: {target}: is a folder, not a file; name a file\n")


def test_a_wrong_value_of_a_variable_names_the_variable(tmp_path: Path):
    write_session(tmp_path / "cue.yaml", TRACK)
    typed = ("render", tmp_path / "cue.yaml")
    ran = hostkit(*typed, cache=tmp_path / "cache", HOSTKIT_JOBS="abc")
    assert (ran.code, "invalid value of HOSTKIT_JOBS: it is a whole number" in ran.err) == (2, True)
    for jobs in (["-j", "abc"], ["-jabc"], ["--jobs=abc"]):
        ran = hostkit(*typed, *jobs, cache=tmp_path / "cache", HOSTKIT_JOBS="abc")
        assert (ran.code, "invalid value for '-j' / '--jobs': it is" in ran.err) == (2, True)


def test_mixes_and_render_say_each_which_folder_is_meant():
    helps = {path[-1]: " ".join(help_of(path, c).split()) for path, c in every_command() if path}
    assert "each session has a folder of its own, named after it" in helps["mixes"]
    assert "The folder of the delivery; of several" in helps["render"]


@pytest.mark.parametrize(
    "command", ["check", "render", "init", "loudness", "status", "verify", "tempo show"]
)
def test_a_name_that_no_file_can_have_is_refused(command: str, tmp_path: Path):
    told = hostkit(*command.split(), "9" * 400, cache=tmp_path)
    assert told.code == 2
    assert "Traceback" not in told.err
    assert "too long" in told.err
    assert len(told.err) < 700


def test_a_sound_by_a_name_that_no_file_can_have_is_wrong_at_its_place(tmp_path: Path):
    track = f"tracks: {{flute: {{instrument: {{soundfont: {'9' * 400}}}}}}}"
    told = hostkit("check", write_session(tmp_path / "cue.yaml", track), cache=tmp_path)
    assert told.code == 2
    assert "cue.yaml:3:" in told.err


def test_what_a_render_says_fits_the_terminal(tmp_path: Path):
    """The warning (a click without room for its count-in) and the last line are folded."""
    session = write_session(tmp_path / "cue.yaml", TRACK, flute=[(0, 2, 69)])
    out = tmp_path / "a_folder_for_what_is_rendered"
    typed = ("render", str(session), "--mix", "click", "-o", str(out))
    settings = environment(tmp_path / "cache") | {"COLUMNS": "60"}
    for last in ("done in", "nothing to do"):  # rendered, then told from its snapshot
        ours, theirs = os.openpty()
        subprocess.run(
            (*HOSTKIT, *typed), stdout=theirs, stderr=subprocess.DEVNULL, env=settings, check=True
        )
        os.close(theirs)
        text = os.read(ours, 65536).decode()
        os.close(ours)
        words = " ".join(text.split())
        assert last in words
        assert "of its count-in would lie" in words
        too_long = [line for line in text.splitlines() if len(line) > 60]
        assert all(str(out) in line for line in too_long), text  # a path is not cut


def test_every_command_shows_what_one_types_and_that_can_be_typed():
    commands = {path: command for path, command in every_command() if not inside(command)}
    assert {" ".join(path) for path in commands} == set(EXAMPLES)
    for path, command in commands.items():
        help_text = help_of(path, command)
        for line in examples_of(" ".join(path)):
            assert f"  {line}\n" in f"{help_text}\n"
            program, *typed = shlex.split(line)
            assert [program, *typed[: len(path)]] == ["hostkit", *path]
            command.make_context(line, typed[len(path) :])  # raises where it is no such thing


def test_presets_and_profiles_in_examples_are_there():
    words = {word for lines in EXAMPLES.values() for line in lines for word in line.split()}
    shipped = Path(__file__).parents[2] / "presets"
    for name in ("strings/warm-ensemble", "strings/dark-low"):
        assert name in words
        assert (shipped / f"{name}.yaml").is_file()
    assert {"trailer", "film-score"} <= words & set(profile_files())
