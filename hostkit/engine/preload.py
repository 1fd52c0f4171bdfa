"""What every job process needs, done once in the server that they are forked from."""

import contextlib

from hostkit.engine.memory import collect_seldom, keep_freed_memory
from hostkit.errors import DeviceError
from hostkit.plugins import fluidsynth

collect_seldom()
keep_freed_memory()
with contextlib.suppress(DeviceError):  # told when a track needs it
    fluidsynth.load()
