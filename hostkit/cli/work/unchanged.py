"""Renders that have nothing to do, told from their snapshots (`hostkit.delivery.snapshot`)."""

from __future__ import annotations

import json
import os
from pathlib import Path

from hostkit.cli.show.document import print_document
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.telling import How
from hostkit.cli.take.options import RenderOptions
from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.snapshot import request_of, still_holds
from hostkit.disk.move_list import MOVING
from hostkit.disk.steps import is_half_way


def told_unchanged(sessions: list[Path], options: RenderOptions) -> bool:
    """Tells of all sessions if nothing about any of them has changed; else does nothing."""
    if (
        options.no_cache
        or options.profile
        or options.mixes is None
        or options.table
        or options.locked
        or options.twice
        or options.progress is not How.AUTO
    ):
        return False
    if is_half_way():
        return False
    told = []
    for session in sessions:
        folder = options.folder_of(session, sessions)
        if os.path.lexists(folder / MOVING):
            return False  # a run is at it, or was killed: that is finished first
        request = request_of(session, folder, options.mixes, options.plugin_dirs, options.trim_db)
        found = still_holds(folder, request)
        if found is None or not (folder / MANIFEST).is_file():
            return False
        told.append(found)
    if options.json:
        reports = [{**json.loads(each["manifest"]), **each["report"]} for each in told]
        print_document({"sessions": reports})
        return True
    for each in told:
        if not options.quiet:
            tell_error("\n".join(each["progress"]))
        tell("\n".join(each["lines"]))
        tell(f"{each['report']['folder']}: nothing to do{each.get('verdict', '')}")
    return True
