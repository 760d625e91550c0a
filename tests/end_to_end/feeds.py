"""Many WebSocket clients in one process, each a socket and a few bytes of state."""
import base64, os, selectors, socket, struct, time

import contract

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
CHECKED = 2  # messages of each feed: there are thousands, and checking is slow


class Feed:
    """`on_text(feed, payload)` is called with the bytes of each message."""

    def __init__(self, port, target, on_text):
        self.on_text = on_text
        self.close_code = None  # once the server has said goodbye
        self.gone = False
        self.checked = 0  # of its messages, against the contract
        self.buffer = bytearray()
        self.message = bytearray()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                             f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.buffer:
            piece = self.socket.recv(4096)
            assert piece, "the server closed in the handshake"
            self.buffer += piece
        head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        self.buffer = bytearray(rest)
        self.socket.setblocking(False)

    def read(self):
        """What is there; never waits."""
        try:
            while piece := self.socket.recv(1 << 18):
                self.buffer += piece
            self.gone = True
        except BlockingIOError:
            pass
        except OSError:
            self.gone = True
        self.take_frames()

    def take_frames(self):
        at, buffer = 0, self.buffer
        while len(buffer) - at >= 2:
            length, head = buffer[at + 1] & 0x7f, 2
            if length >= 126:
                head = 4 if length == 126 else 10
                if len(buffer) - at < head:
                    break
                length = int.from_bytes(buffer[at + 2:at + head], "big")
            if len(buffer) - at < head + length:
                break
            self.take(buffer[at], buffer[at + head:at + head + length])
            at += head + length
        del buffer[:at]

    def take(self, first, payload):
        code = first & 0x0f
        if code == PING:
            self.send(PONG, payload)
        elif code == CLOSE:
            self.close_code = struct.unpack(">H", payload[:2])[0] if payload else 1005
        elif code in (0, TEXT):
            self.message += payload
            if first & 0x80:
                if self.checked < CHECKED:
                    contract.check_message(self.message.decode())
                    self.checked += 1
                self.on_text(self, bytes(self.message))
                self.message.clear()

    def send(self, code, payload):
        mask = os.urandom(4)
        masked = bytes(it ^ mask[at % 4] for at, it in enumerate(payload))
        self.socket.sendall(bytes([0x80 | code, 0x80 | len(payload)]) + mask + masked)


class Feeds:
    """All of them; `pump` reads whatever comes until a condition holds."""

    def __init__(self):
        self.all = []
        self.selector = selectors.DefaultSelector()

    def open(self, count, port, target, on_text):
        for number in range(count):
            if number % 50 == 0:
                self.read(0)  # the earlier ones may have been asked whether they are there
            feed = Feed(port, target, on_text)
            self.all.append(feed)
            self.selector.register(feed.socket, selectors.EVENT_READ, feed)
            feed.take_frames()  # what came with the handshake's answer

    def pump(self, until, seconds=60):
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, "waited in vain"
            self.read(0.1)

    def read(self, seconds):
        for key, _ in self.selector.select(seconds):
            key.data.read()
            if key.data.gone:
                self.selector.unregister(key.fileobj)

    def close(self):
        self.selector.close()
        for it in self.all:
            it.socket.close()
