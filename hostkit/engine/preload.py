"""What every job process needs, imported once in the server that they are forked from."""

import contextlib

import hostkit.engine.printing  # noqa: F401  # for the import's sake
from hostkit.errors import DeviceError
from hostkit.plugins import fluidsynth

with contextlib.suppress(DeviceError):  # told when a track needs it
    fluidsynth.load()
