"""Making everything of a plan, in this process, into a store of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from here import Here
from scores import write_session

from hostkit.cli.show.progress import Quiet
from hostkit.jobs.prints import Print
from hostkit.jobs.store import Store
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.mixes.wanted import ALL_MIXES, MixRequest
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.plan.reasons import Reasons
from hostkit.render.outcome import Resources
from hostkit.render.production import Production


def samples(found: Print) -> np.ndarray:
    """All of a print's samples, shape (channels, frames)."""
    raw = np.fromfile(found.samples_path, dtype=found.sample_type)
    return raw.reshape(-1, found.channels).T


@dataclass
class Made:
    """A session's plan, and what was made of it."""

    plan: SessionPlan
    production: Production

    def form(self, name: str) -> Plan:
        return next(plan for plan in self.plan.plans if plan.form.name == name)

    def stem(self, name: str, form: str = "whole") -> np.ndarray:
        """A planned stem's integer samples as int64."""
        stem = self.form(form).stems_by_name[name]
        found = self.production.print_of(stem.fingerprint)
        assert found is not None, self.production.outcomes[stem.fingerprint].reason
        assert found.sample_type == "<i4"
        return samples(found).astype(np.int64)

    def mix(self, name: str, form: str = "whole") -> np.ndarray:
        """The sum of a mix's stems in integer samples, silence after their ends."""
        mix = next(mix for mix in self.form(form).mixes if mix.name == name)
        stems = [self.stem(stem, form) for stem in mix.stems]
        total = np.zeros((2, max(s.shape[1] for s in stems)), dtype=np.int64)
        for stem in stems:
            total[:, : stem.shape[1]] += stem
        return total

    def node(self, name: str) -> np.ndarray:
        """What the only node of that name left in the store."""
        nodes = [node for plan in self.plan.plans for node in plan.nodes if node.name == name]
        assert len({node.fingerprint for node in nodes}) == 1, nodes
        found = self.production.print_of(nodes[0].fingerprint)
        assert found is not None
        return samples(found)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Made]:
    """Plans and makes a session of `text`; `resources` may be given."""

    def run(
        text: str,
        request: MixRequest = ALL_MIXES,
        executor: Any = None,
        plugin_dirs: tuple[Path, ...] = (),
        store: str = "store",
        reasons: Reasons | None = None,
        **tracks: Any,
    ) -> Made:
        session = write_session(tmp_path / "cue.yaml", text, **tracks)
        plan = plan_session(session, Environment(plugin_dirs), request)
        production = Production(Resources(executor or Here(), Store(tmp_path / store), Quiet()))
        production.make([node for form in plan.plans for node in form.nodes], reasons or Reasons())
        return Made(plan, production)

    return run
