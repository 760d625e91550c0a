"""A SIP trunk over TLS, whose certificate must be good. SIPp speaks none: what takes TLS off stands before it."""
import asyncio, pathlib, ssl, subprocess, sys, tempfile, threading

from agreement import runs_of
from ringmaster import Server, wait_for
from sipp import Peer, prepare

binary = sys.argv[1]
CONTACTS = 20


def make_certificate(home):
    """Self-signed: `cafile.pem` for whoever is to trust it, and `key.pem`."""
    home.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=DNS:127.0.0.1,IP:127.0.0.1",
         "-keyout", home / "key.pem", "-out", home / "cafile.pem"], check=True, capture_output=True)
    return home


class Terminator:
    """Takes TLS, and passes on what is in it, in a thread of its own."""

    def __init__(self, certificate, to):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate / "cafile.pem", certificate / "key.pem")
        self.to, self.loop = to, asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(
            asyncio.start_server(self.serve, "127.0.0.1", 0, ssl=self.context))
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    async def serve(self, reader, writer):
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self.to())
        await asyncio.gather(pump(reader, onward_writer), pump(onward_reader, writer))

    async def close(self):
        self.server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def stop(self):
        asyncio.run_coroutine_threadsafe(self.close(), self.loop).result(timeout=30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=30)


async def pump(reader, writer):
    try:
        while text := await reader.read(65536):
            writer.write(text)
            await writer.drain()
    except (OSError, asyncio.CancelledError):
        pass  # either side is gone, or we are to stop
    finally:
        writer.close()


def started(server, terminator, trusted, contacts):
    """A campaign over a trunk that takes the certificates in `trusted` for good, and is asked for its OPTIONS."""
    campaign = prepare(server, {"server": f"sips:127.0.0.1:{terminator.port}", "tls_directory": str(trusted),
                                "options_interval_ms": 30_000, "hold_ms": 100, "silence_ms": 5_000}, contacts, 5)
    server.post(f"/v1/campaigns/{campaign}/start")
    return campaign


with tempfile.TemporaryDirectory(prefix="ringmaster-tls-") as directory:
    home = pathlib.Path(directory)
    good, other = make_certificate(home / "good"), make_certificate(home / "other")
    terminator = Terminator(good, lambda: peer.port)
    with Peer(home, "over_tls.xml", "-t", "tn", "-max_socket", "1000", "-key", "tls_port", str(terminator.port)) as peer, Server(binary) as server:
        try:
            campaign = started(server, terminator, good, CONTACTS)
            progress = lambda: server.get(f"/v1/campaigns/{campaign}/progress")
            wait_for(lambda: progress()["status"] == "completed", 120)
            told = [it for it in runs_of(server, campaign).values() if it != "cancelled"]  # before the first answer
            played = peer.played()
            assert told == ["completed"] * CONTACTS, told
            assert len(played) == CONTACTS and all(len(it) == 1 for it in played.values()), played
            campaign = started(server, terminator, other, 3)
            told = wait_for(lambda: set(runs_of(server, campaign).values()) - {None}, 120)
            assert told == {"cancelled"} and progress()["completed"] + progress()["failed"] == 0, (told, progress())
            assert len(peer.played()) == CONTACTS, "a certificate that nobody vouches for was taken for good"
            print(f"{CONTACTS} calls over TLS; and over a certificate that nobody vouches for, none: they are held back")
        finally:
            terminator.stop()
