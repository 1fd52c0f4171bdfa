"""Which fader, pan or send was moved is said where a stem is made again by it."""

from __future__ import annotations

from pathlib import Path

from scores import write_session

from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.nodes.faders import faders_of
from hostkit.plan.nodes.node import AnyNode, TrackNode
from hostkit.plan.nodes.stems import StemPlan
from hostkit.plan.reasons import Reasons, parts

SESSION = """\
tracks:
  low: {instrument: {tone: {}}, midi: {track: a}, stem: all, gain_db: -3, sends: {hall: -9}}
  high: {instrument: {tone: {}}, midi: {track: a}, stem: all, pan: 0.25}
  solo:
    instrument: {tone: {}}
    midi: {track: a}
    automation: {gain_db: [[1|1, -3], [2|1, 0]]}
buses:
  hall: {effects: [{reverb: {wet_level: 0.3, dry_level: 0}}]}
"""


def stems(folder: Path, text: str) -> dict[str, AnyNode]:
    session = write_session(folder / "cue.yaml", text, a=[(0, 4, 60)])
    plan = plan_session(session, Environment()).whole
    return {node.name: node for node in plan.nodes if isinstance(node.plan, StemPlan)}


def said(folder: Path, *changes: tuple[str, str]) -> dict[str, str]:
    """Why each stem would be made again after these changes of the session's text."""
    before = stems(folder, SESSION)
    faders = {name: faders_of(node.plan) for name, node in before.items()}  # type: ignore[arg-type]  # stems
    text = SESSION
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    reasons = Reasons({"low": {"notes": "a"}}, faders=faders)
    after = stems(folder, text)
    return {
        name: reasons.made(node)
        for name, node in after.items()
        if node.fingerprint != before[name].fingerprint
    }


def test_what_was_moved_is_said_by_track(tmp_path: Path) -> None:
    assert said(tmp_path, ("gain_db: -3,", "gain_db: -1.5,")) == {"all": "low: fader -3 → -1.5 dB"}
    both = said(tmp_path, ("hall: -9", "hall: -6"), ("pan: 0.25", "pan: -0.1"))
    assert both == {"all": "low: send to hall -9 → -6 dB, high: pan 0.25 → -0.1"}
    assert said(tmp_path, (", sends: {hall: -9}", "")) == {"all": "low: send to hall gone"}
    assert said(tmp_path, ("[2|1, 0]", "[2|1, -1]")) == {"solo": "solo: fader changed"}
    assert said(tmp_path, ("wet_level: 0.3", "wet_level: 0.4")) == {"all": "its mix changed"}


def test_a_parameter_that_somebody_wrote_is_named(tmp_path: Path) -> None:
    """Of two effects of one kind both values count; one that is left out changed, too."""
    effects = "effects: [{highpass_filter: {cutoff_frequency_hz: 90}}, {gain: {gain_db: 1}}]"
    text = f"tracks: {{v: {{instrument: {{tone: {{}}}}, {effects}, midi: {{track: a}}}}}}\n"

    def track(changed: str) -> TrackNode:
        session = write_session(tmp_path / "cue.yaml", changed, a=[(0, 4, 60)])
        return plan_session(session, Environment()).whole.tracks[0]

    reasons = Reasons({"v": parts(track(text).plan)})
    assert reasons.differs(track(text)) is None
    for old, new, said in (
        ("gain_db: 1", "gain_db: 2", "gain gain_db changed"),
        ("{gain_db: 1}", "{}", "gain gain_db changed"),
        ("cutoff_frequency_hz: 90", "cutoff_frequency_hz: 80", "cutoff_frequency_hz changed"),
        (", {gain: {gain_db: 1}}", "", "effects changed"),
        ("[{high", "[{gain: {gain_db: 3}}, {high", "effects and gain gain_db changed"),
    ):
        assert old in text
        told = reasons.differs(track(text.replace(old, new)))
        assert told is not None
        assert told.endswith(said)
