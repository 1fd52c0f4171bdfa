"""A plug-in of an LV2 bundle in a bundle of its own, made of links and a manifest of one.

minihost opens the first plug-in of a bundle by its path; by a URI it opens each, but only where
the LV2s of a machine are looked for, and without a side-chain. So each is opened by the path of a
bundle that holds nothing else. That lies in the cache, always at the same place, as what a plug-in
writes into its state may name it.
"""

from __future__ import annotations

import shutil
import tempfile
from hashlib import blake2b
from pathlib import Path

from hostkit.devices.minihost.lv2_bundle import MANIFEST, manifest_of
from hostkit.devices.minihost.lv2_ports import audio_inputs
from hostkit.errors import DeviceError
from hostkit.ground.places import cache_folder, real_path

_WHOLE = "hostkit-whole-manifest.ttl"
"""What the bundle's own manifest is called beside the one that is made."""


def alone(bundle: Path, name: str) -> Path:
    """The folder of a bundle that holds only the plug-in of that name. Raises DeviceError."""
    try:
        folder = cache_folder().absolute() / "lv2" / f"{_digest(bundle, name)}.lv2"
        if not folder.is_dir():
            main = audio_inputs(bundle, name).untold_main
            manifest = manifest_of(bundle, name, _WHOLE, main)
            if manifest is None:
                raise DeviceError(f"{name}: {bundle.name} does not hold it")
            _make(folder, sorted(bundle.iterdir()), manifest)
    except OSError as error:
        raise DeviceError(
            f"{name}: no bundle of its own can be made of {bundle}: {error.strerror}",
            cure="set HOSTKIT_CACHE to a folder that can be written",
        ) from error
    return folder


def _digest(bundle: Path, name: str) -> str:
    """Another one when the manifest or what lies beside it changes: to read it takes seconds."""
    stamp = bundle.joinpath(MANIFEST).stat()
    files = sorted(file.name for file in bundle.iterdir())
    known = (name, str(real_path(bundle)), str(stamp.st_size), str(stamp.st_mtime_ns), *files)
    return blake2b("\0".join(known).encode(), digest_size=16).hexdigest()


def _make(folder: Path, files: list[Path], manifest: str) -> None:
    """Beside, and renamed into place: another process may be making the same."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        for file in files:
            name = _WHOLE if file.name == MANIFEST else file.name
            made.joinpath(name).symlink_to(real_path(file))
        made.joinpath(MANIFEST).write_text(manifest, encoding="utf-8")
        made.rename(folder)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if not folder.is_dir():
            raise
