"""What a plan needs to know of the machine: plug-ins, presets, SoundFonts, file contents.

What looks things up is imported when it is asked: most sessions have few of the kinds, and the
first job of a render waits for every import before it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING

from hostkit.devices.description import PluginDescription
from hostkit.devices.plugins.scanning.folders import binary_of, plugin_folders
from hostkit.devices.soundfont import library as fluidsynth
from hostkit.devices.soundfont.embedded import default_soundfont
from hostkit.devices.spec import ContentFile, PluginSpec
from hostkit.errors import DeviceError, Fault, RequestError
from hostkit.ground.named_file import cure_of_missing, is_there, open_named, state_of
from hostkit.ground.places import real_path
from hostkit.ground.process.threads import Threads, as_ended
from hostkit.midi.midi_file import MidiFile
from hostkit.midi.performing.kept import Settle, settle
from hostkit.plan.devices.hosting import Hosts
from hostkit.session.model.devices import SOUND_ENDINGS

if TYPE_CHECKING:
    from hostkit.devices.plugins.scanning.find import Catalogue
    from hostkit.devices.sounds import InstalledSound, SoundKind
    from hostkit.ducking.phrase import Phrase
    from hostkit.library.load import LoadedPreset
    from hostkit.plan.audio_files import DialogueFile, RecordedFile
    from hostkit.plan.devices.sfz import FoundSfz

MAX_CONTENT_BYTES = 8 * 10**9


@dataclass
class Environment:
    """Looks things up once each. `plugin_dirs` are searched before the standard folders.

    `seen` collects every file and folder that an answer depends on, also those that were
    looked for and not there. With `reads_takes` recordings are read to the end, too: what is
    damaged in the middle is wrong then, and not only when it is played. `midi` keeps the MIDI
    files that were read for the next plan, by path and encoding; None keeps none. `settle` makes
    notes fit to be played, and may know those of the last plan.
    """

    plugin_dirs: tuple[Path, ...] = ()
    reads_takes: bool = False
    seen: set[Path] = field(default_factory=set)
    midi: dict[tuple[Path, str | None], MidiFile] | None = None
    settle: Settle = settle
    _plugins: dict[tuple[str, str | None, str | None], PluginDescription] = field(
        default_factory=dict
    )
    _namesakes: dict[tuple[str, str], tuple[PluginDescription, ...]] = field(default_factory=dict)
    _plugins_here: Catalogue | None = None
    _contents: dict[Path, ContentFile] = field(default_factory=dict)
    _recorded: dict[Path, RecordedFile] = field(default_factory=dict)
    _read_stretches: set[tuple[str, int, int]] = field(default_factory=set)
    _presets: dict[tuple[str, Path], LoadedPreset] = field(default_factory=dict)
    _sfzs: dict[tuple[Path, Path], FoundSfz] = field(default_factory=dict)

    def again(self) -> Environment:
        """One that reads every file anew, and knows the plug-ins that this one found."""
        return Environment(
            self.plugin_dirs,
            self.reads_takes,
            midi=None if self.midi is None else {},
            settle=self.settle,
            _plugins=self._plugins,
            _namesakes=self._namesakes,
            _plugins_here=self._plugins_here,
        )

    def find_plugin(
        self, name: str, vendor: str | None = None, kind: str | None = None
    ) -> PluginDescription:
        """The plug-in of that name (vendor, format). Raises RequestError when there is none."""
        if (name, vendor, kind) not in self._plugins:
            plugin = self._catalogue().find(name, vendor, kind)
            self.seen |= {binary_of(plugin.path), *plugin_folders(self.plugin_dirs)}
            self._plugins[name, vendor, kind] = plugin
        return self._plugins[name, vendor, kind]

    def namesakes(self, plugin: PluginDescription) -> tuple[PluginDescription, ...]:
        """Plug-ins of the same name by other vendors, as far as they are known."""
        name = (plugin.name, plugin.vendor)
        if name not in self._namesakes:
            self._namesakes[name] = self._catalogue().namesakes(plugin)
        return self._namesakes[name]

    def other_formats(self, plugin: PluginDescription) -> tuple[PluginDescription, ...]:
        """The same plug-in in other formats."""
        return self._catalogue().other_formats(plugin)

    def nearest_plugin(self, name: str, kind: str) -> str:
        """The name most like it of those of that kind that are installed; "" for none."""
        return self._catalogue().nearest(name, kind)

    def broken(self, name: str) -> Fault | None:
        """Why a plug-in of that name cannot be used, where one is there that cannot."""
        return self._catalogue().broken(name)

    def _catalogue(self) -> Catalogue:
        if self._plugins_here is None:
            from hostkit.devices.plugins.scanning.find import Catalogue

            self._plugins_here = Catalogue.standard(self.plugin_dirs)
        return self._plugins_here

    def preset(self, name: str, folder: Path) -> LoadedPreset:
        """The preset that a session in `folder` means. Raises RequestError, InvalidInput."""
        from hostkit.library.folders import Libraries
        from hostkit.library.load import load_preset

        key = (name, real_path(folder))
        if key not in self._presets:
            libraries = Libraries.around(folder)
            found = load_preset(name, libraries)
            self.seen |= {*found.files, *libraries.places_of(name)}
            self._presets[key] = found
        return self._presets[key]

    def sha256(self, path: Path) -> str:
        """The hash of a file's content. Raises RequestError when it cannot be read."""
        return self.content(path).sha256

    def content(self, path: Path) -> ContentFile:
        """A file with the hash of its content. Raises RequestError when it cannot be read."""
        self.seen.add(path)
        if path not in self._contents:
            before = state_of(path)
            self._contents[path] = ContentFile(path, _sha256(path), before)
        return self._contents[path]

    def soundfont_host(self) -> str:
        """The FluidSynth that SoundFonts are played with. Raises RequestError without one."""
        try:
            return f"fluidsynth {fluidsynth.version()}"
        except DeviceError as error:
            raise RequestError(*error.fault) from None

    def sfz_host(self) -> str:
        """The pysfizz that SFZs are played with. Raises RequestError without one."""
        from hostkit.devices.sfz import library as sfizz

        try:
            return sfizz.version()
        except DeviceError as error:
            raise RequestError(*error.fault) from None

    def installed(self, kind: SoundKind, name: str, folder: Path) -> InstalledSound:
        """The SoundFont or SFZ that is installed under that name. Raises RequestError.

        That is for a name that none has, and for that of a file in `folder`.
        """
        from hostkit.devices.sounds import SOUNDS_SAID, find_sound, sound_folders

        folders = sound_folders()
        self.seen |= {*folders, folder / name}
        if is_there(folder / name):
            endings = " or ".join(end for end, is_of in SOUND_ENDINGS.items() if is_of == kind)
            raise RequestError(
                f"{name} is a file, and no {SOUNDS_SAID[kind]} by its name",
                cure=f"name one that ends in {endings}",
            )
        found = find_sound(kind, name, folders, folder)
        self.seen.add(found.path.parent)
        return found

    def installed_like(self, kind: SoundKind, path: Path) -> InstalledSound | None:
        """The SoundFont or SFZ that is installed under the name of the file at `path`."""
        from hostkit.devices.sounds import find_sound, sound_folders

        with suppress(RequestError):
            return find_sound(kind, path.stem, sound_folders())
        return None

    def installed_name(self, kind: SoundKind, path: Path) -> str:
        """The name that finds the SoundFont or SFZ at `path`; "" where none does."""
        found = self.installed_like(kind, path)
        return found.name if found and real_path(found.path) == real_path(path) else ""

    def sfz(self, path: Path, root: Path) -> FoundSfz:
        """As `find_sfz`, which says what it raises."""
        from hostkit.plan.devices.sfz import find_sfz

        if (path, root) not in self._sfzs:
            self._sfzs[path, root] = find_sfz(path, root, self.content)
        return self._sfzs[path, root]

    def plugin_host(self) -> str:
        """What hosts plug-ins and brings the built-in effects, by version."""
        return self.version_of("pedalboard")

    def hosts(self) -> Hosts:
        """The hosts that plug-ins can be played by, by version; nothing is loaded."""
        minihost = self.version_of("minihost") if self.has_module("minihost") else ""
        return Hosts(self.plugin_host(), minihost)

    def plugin_of(self, device: PluginSpec) -> PluginDescription:
        """What was found for a device."""
        found = (one for one in self._plugins.values() if one.identity == device.identity)
        return next(found, None) or self.find_plugin(device.name)

    def missing(self, path: Path) -> str | None:
        """The cure where no regular file is at `path`; None where one is."""
        self.seen.add(path)
        return None if is_there(path) else cure_of_missing(path)

    def dialogue(self, path: Path) -> DialogueFile:
        """What a file of dialogue says of itself. Raises RequestError for one without audio."""
        from hostkit.plan.audio_files import DialogueFile

        self.seen.add(path)
        return DialogueFile.read(path)

    def recorded(self, path: Path) -> RecordedFile:
        """What is in an audio file, and what it is. Raises RequestError for one that is none."""
        from hostkit.plan.audio_files import RecordedFile

        self.seen.add(path)
        if path not in self._recorded:
            self._recorded[path] = RecordedFile.read(path, self.content)
        return self._recorded[path]

    def read_ahead(self, paths: Iterable[Path]) -> None:
        """Reads recordings that will be asked for, as many at once as there are cores.

        Hashing lets go of Python's lock. What is wrong with one is raised when it is asked for.
        """
        with Threads(os.cpu_count() or 1, "hostkit-read") as readers:
            unread = {*paths} - {*self._recorded}
            for _ in as_ended([readers.submit(self.recorded, path) for path in unread]):
                pass

    def read_stretch(self, file: RecordedFile, first: int, last: int) -> None:
        """Looks whether frames `first` to `last` of a recording can be played.

        Raises RequestError as `read_through` does.
        """
        from hostkit.audio.files.read_through import read_through

        stretch = (file.content.sha256, first, last)
        if self.reads_takes and stretch not in self._read_stretches:
            read_through(file.content.path, *stretch)
            self._read_stretches.add(stretch)

    def phrases(self, path: Path) -> tuple[Phrase, ...]:
        """The phrases that somebody listed. Raises RequestError; InvalidInput for its lines."""
        from hostkit.ducking.phrase_file import read_phrases

        self.seen.add(path)
        return tuple(read_phrases(path))

    def has_module(self, name: str) -> bool:
        return util.find_spec(name) is not None

    def version_of(self, package: str) -> str:
        """A package with its version, where it is installed."""
        return _with_version(package)

    def default_soundfont(self) -> Path:
        """What `soundfont: gm` means. Raises RequestError where it is missing."""
        return default_soundfont()


@cache
def _with_version(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return package


def _sha256(path: Path) -> str:
    try:
        with open_named(path) as file:
            if os.fstat(file.fileno()).st_size > MAX_CONTENT_BYTES:
                raise RequestError(f"is larger than {MAX_CONTENT_BYTES // 10**9} GB", file=path)
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise RequestError("there is no such file", cure=cure_of_missing(path), file=path) from None
    except OSError as error:
        raise RequestError(
            f"cannot be read: {error.strerror}", cure="check the path", file=path
        ) from None
