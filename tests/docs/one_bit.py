"""Changes the lowest bit of one sample in the middle of a 24-bit stereo WAV: `one_bit.py FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

FRAME_BYTES = 6

if __name__ == "__main__":
    path = Path(sys.argv[1])
    file = bytearray(path.read_bytes())
    samples = file.index(b"data") + 8
    middle = (len(file) - samples) // 2 // FRAME_BYTES * FRAME_BYTES
    file[samples + middle] ^= 1
    path.write_bytes(file)
