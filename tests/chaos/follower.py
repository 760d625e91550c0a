"""A client of the live feed who comes back whenever the server does, and keeps what he heard."""
import asyncio, json, threading

import websockets


class Follower:
    """Runs until `stop`; `heard` are the events by position."""

    def __init__(self, server, campaign):
        self.server, self.campaign = server, campaign
        self.heard, self.connections = {}, 0
        self.generation = None
        self.last = 0
        self.wrong = None  # what the server told amiss
        self.over = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._follow()), daemon=True)
        self.thread.start()

    async def _follow(self):
        while not self.over.is_set() and not self.wrong:
            resume = f"&after={self.last}&generation={self.generation}" if self.generation else ""
            url = f"ws://127.0.0.1:{self.server.port}/v1/campaigns/{self.campaign}/live?events=true{resume}"
            try:
                async with websockets.connect(url, open_timeout=5, close_timeout=1) as feed:
                    self.connections += 1
                    while not self.over.is_set():
                        try:
                            self._hear(json.loads(await asyncio.wait_for(feed.recv(), 0.5)))
                        except asyncio.TimeoutError:
                            pass  # nothing happens, or the server is frozen
            except (OSError, asyncio.TimeoutError, websockets.exceptions.WebSocketException):
                await asyncio.sleep(0.05)

    def _hear(self, message):
        if message["type"] == "snapshot":
            if self.generation is None:
                self.generation, self.last = message["generation"], message["position"]
            elif self.generation != message["generation"]:
                self.wrong = "the log became another one"
        if message["type"] == "event":
            if message["position"] <= self.last:
                self.wrong = f"position {message['position']} came behind {self.last}"
            self.last = message["position"]
            self.heard[self.last] = message["event"]

    def stop(self):
        self.over.set()
        self.thread.join()
