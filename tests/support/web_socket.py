"""The client's end of a WebSocket (RFC 6455) that carries texts."""

from __future__ import annotations

import os
import re
import socket
import struct
from base64 import b64encode

TEXT, CLOSE = 1, 8


class WebSocket:
    """Texts, sent and received whole."""

    def __init__(self, url: str) -> None:
        found = re.fullmatch(r"ws://([^:/]+):(\d+)(/.*)", url)
        assert found, url
        host, port, path = found.groups()
        self._socket = socket.create_connection((host, int(port)))
        self._received = b""
        asked = (
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}\r\n\r\n"
        )
        self._socket.sendall(asked.encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self._bytes(1)
        assert b" 101 " in answer, answer

    def send(self, text: str) -> None:
        body = text.encode()
        short = next(
            n for n, most in ((len(body), 126), (126, 1 << 16), (127, 1 << 63)) if len(body) < most
        )
        head = bytes((0x80 | TEXT, 0x80 | short))
        if short >= 126:
            head += struct.pack("!H" if short == 126 else "!Q", len(body))
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(body))
        self._socket.sendall(head + mask + masked)

    def receive(self) -> str:
        text = b""
        while True:
            first, size = self._bytes(2)
            if size >= 126:
                form = "!H" if size == 126 else "!Q"
                (size,) = struct.unpack(form, self._bytes(struct.calcsize(form)))
            body, kind = self._bytes(size), first & 0x0F
            assert kind != CLOSE, "the other end closed"
            if kind <= TEXT:
                text += body
                if first & 0x80:
                    return text.decode()

    def _bytes(self, count: int) -> bytes:
        pieces, missing = [self._received], count - len(self._received)
        while missing > 0:
            piece = self._socket.recv(1 << 20)
            assert piece, "the other end is gone"
            pieces.append(piece)
            missing -= len(piece)
        whole = b"".join(pieces)
        self._received = whole[count:]
        return whole[:count]

    def close(self) -> None:
        self._socket.close()
