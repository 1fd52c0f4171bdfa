"""A scripting layer over plug-in hosts: session files in, stems that sum out.

    import hostkit

    done = hostkit.render("cue.yaml", out="out")
    print(done.folder, [str(file) for file in done.files])

The calls are `check`, `plan`, `render`, `mixes`, `preview`, `duck`, `review`, `verify` and
`loudness` (`hostkit.api`). They return frozen values and raise `HostkitError` or what lies below it
(`hostkit.errors`). Nothing is loaded before it is used, so that `import hostkit` is quick.
"""

from __future__ import annotations

import sys
from types import ModuleType

TYPE_CHECKING = False  # as type checkers know it: the module typing is not loaded for it
if TYPE_CHECKING:
    from typing import Any

    from hostkit.api import (
        BatchFailed,
        check,
        duck,
        loudness,
        mixes,
        plan,
        preview,
        render,
        review,
        verify,
    )
    from hostkit.audio.loudness.report import FileLoudness
    from hostkit.delivery.certificate.certificate import Certificate
    from hostkit.delivery.ducking.report import DuckReport
    from hostkit.ducking.settings import DuckSettings
    from hostkit.errors import (
        DeviceCrashed,
        DeviceError,
        DeviceHung,
        HostkitError,
        InvalidInput,
        Problem,
        QualityError,
        RequestError,
        StorageError,
        WorkError,
    )
    from hostkit.events import Event
    from hostkit.listening.review.make import ReviewPage
    from hostkit.pipeline import Rendered
    from hostkit.plan.plan import SessionPlan
    from hostkit.preview import Preview
    from hostkit.render.outcome import RenderFailed

__version__ = "0.1.0"

_HOMES = {
    "hostkit.api": (
        "BatchFailed",
        "check",
        "duck",
        "loudness",
        "mixes",
        "plan",
        "preview",
        "render",
        "review",
        "verify",
    ),
    "hostkit.audio.loudness.report": ("FileLoudness",),
    "hostkit.delivery.certificate.certificate": ("Certificate",),
    "hostkit.delivery.ducking.report": ("DuckReport",),
    "hostkit.errors": (
        "DeviceCrashed",
        "DeviceError",
        "DeviceHung",
        "HostkitError",
        "InvalidInput",
        "Problem",
        "QualityError",
        "RequestError",
        "StorageError",
        "WorkError",
    ),
    "hostkit.events": ("Event",),
    "hostkit.listening.review.make": ("ReviewPage",),
    "hostkit.pipeline": ("Rendered",),
    "hostkit.render.outcome": ("RenderFailed",),
    "hostkit.ducking.settings": ("DuckSettings",),
    "hostkit.plan.plan": ("SessionPlan",),
    "hostkit.preview": ("Preview",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [  # as in _HOMES, which a test compares
    "BatchFailed",
    "Certificate",
    "DeviceCrashed",
    "DeviceError",
    "DeviceHung",
    "DuckReport",
    "DuckSettings",
    "Event",
    "FileLoudness",
    "HostkitError",
    "InvalidInput",
    "Preview",
    "Problem",
    "QualityError",
    "RenderFailed",
    "Rendered",
    "RequestError",
    "ReviewPage",
    "SessionPlan",
    "StorageError",
    "WorkError",
    "check",
    "duck",
    "loudness",
    "mixes",
    "plan",
    "preview",
    "render",
    "review",
    "verify",
]


class _Package(ModuleType):
    """`hostkit.plan` is the call of that name, also once the package `hostkit.plan` is loaded.
    So is `hostkit.preview`.

    Python sets a package's submodules as its attributes; imports do not need that.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME_OF and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'hostkit' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
