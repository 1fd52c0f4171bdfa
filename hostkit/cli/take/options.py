"""What `render` and `mixes` were asked for, and `plan`, which says what they would do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hostkit.cli.show.telling import How, how_of
from hostkit.cli.take.parameters import TIMEOUT_SECONDS
from hostkit.delivery.folder.default import default_folder, folder_name

if TYPE_CHECKING:
    from hostkit.pipeline import RenderRequest  # what renders nothing spares its imports


@dataclass(frozen=True)
class RenderOptions:
    """`mixes` are wanted besides the full one, None all; `table` ends with a summary."""

    out: Path | None = None
    jobs: int | None = None
    no_cache: bool = False
    plugin_dirs: tuple[Path, ...] = ()
    timeout_seconds: float = TIMEOUT_SECONDS
    json: bool = False
    profile: str | None = None
    trim_db: float = 0.0
    mixes: tuple[str, ...] | None = ()
    scheduler: str | None = None
    table: bool = False
    twice: bool = False
    locked: bool = False
    quiet: bool = False
    progress: How = How.AUTO
    memory_limit_gb: float | None = None
    dry_run: bool = False

    @property
    def how(self) -> How:
        return how_of(self.progress, as_json=self.json)

    @property
    def memory_bytes(self) -> int | None:
        """The most that a job may use; None where it has its share of what is there."""
        return int(self.memory_limit_gb * 1e9) if self.memory_limit_gb else None

    @property
    def request(self) -> RenderRequest:
        """What is wanted of each session."""
        from hostkit.pipeline import RenderRequest

        return RenderRequest(self.profile, self.mixes, self.trim_db, self.locked)

    def folder_of(self, session: Path, sessions: list[Path]) -> Path:
        """Where a session is delivered to: `mixes`, and several, each to a folder of its own."""
        if self.out is None:
            return default_folder(session, self.profile)
        out = self.out.absolute() if self.scheduler else self.out
        return out / folder_name(session) if self.table or len(sessions) > 1 else out
