"""Whether a plug-in's state brings back what was saved: the task of a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hostkit.audition.state.instance import Instance
from hostkit.devices.plugins.probing import param_handles
from hostkit.devices.spec import PluginSpec
from hostkit.jobs.isolate import Report

TOLERANCE = 1e-3
"""Of a parameter's whole range: states round, and what they round is set again."""


@dataclass(frozen=True)
class RestoreJob:
    """A plug-in with its state, and what it held: key to raw value and `in_state`."""

    spec: PluginSpec
    saved: Mapping[str, tuple[float, bool]]


def restore_problems(job: RestoreJob, report: Report) -> tuple[str, ...]:
    """A sentence for each saved value that the state alone does not bring back."""
    report(0, at=job.spec.name)
    instance = Instance.fresh(replace(job.spec, params=(), raw=(), lanes=()))
    instance.settle()
    handles = param_handles(instance.plugin)
    problems = []
    for key, (raw, in_state) in job.saved.items():
        if in_state and key in handles and abs(handles[key].raw_value - raw) > TOLERANCE:
            saved = handles[key].get_text_for_raw_value(raw)
            problems.append(
                f"the state of {job.spec.name} does not restore '{key}': it is "
                f"{handles[key].string_value}, and {saved} was saved"
            )
    return tuple(problems)
