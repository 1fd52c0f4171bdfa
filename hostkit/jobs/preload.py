"""What every job process needs, done once in the server that they are forked from."""

import contextlib
import multiprocessing.popen_forkserver
import multiprocessing.sharedctypes  # noqa: F401  # each job would import it to unpack what it is given

from hostkit.devices.soundfont import library as fluidsynth
from hostkit.errors import DeviceError
from hostkit.ground.process.memory import collect_seldom, keep_freed_memory

collect_seldom()
keep_freed_memory()
with contextlib.suppress(DeviceError):  # told when a track needs it
    fluidsynth.load()
