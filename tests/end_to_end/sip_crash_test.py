"""kill -9 while calls are placed over SIP: between the intent and the peer's first word, between that and its record,
and with not a word of the peer's arriving. The trace of SIPp's messages is its record: no contact, each of whom is
called once here, ever gets two INVITEs that are not one sent again, whatever they are called; every unknown is settled
or reported, and what SIPp played is what the log says."""
import pathlib, random, re, sys, tempfile

from crashes import Strikes
from ports import free_port
from ringmaster import Server
from sipp import Peer, prepare

ringmaster, replay, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(1 << 32)
print(f"seed {seed} (of the kills; SIPp has dice of its own)")

FACTOR = "60"  # calls last as long as they last; looks at those of a killed process come sooner
CONTACTS = 40 * rounds
# A call that was up is hung up by the next process: nobody was put through yet, so it is abandoned.
SAYS = {"completed": {"completed", "abandoned"}, "busy": {"busy"}, "no_answer": {"no_answer"}, "failed": {"failed"}}


class Trace:
    """SIPp's record of its messages, as `crashes` reads it."""

    def __init__(self, home, campaign):
        self.file, self.log, self.campaign = home / "messages.log", home / "played.log", campaign
        self.read_to = {self.file: 0, self.log: 0}

    def new_text(self, path):
        with path.open("rb") as file:
            file.seek(self.read_to[path])
            return file.read().decode("latin-1")  # a character for each byte

    def new_messages(self):
        """Each with what SIPp says of it. Of the last one there may be only a part yet."""
        text = self.new_text(self.file)
        starts = [it.start() for it in re.finditer(r"-{47} \d{4}-", text)] + [len(text)]
        for start, end in zip(starts, starts[1:]):
            length = re.search(r"^Content-Length: *(\d+)\r?\n\r?\n", text[start:end], re.MULTILINE)
            if end < len(text) or length and start + length.end() + int(length[1]) <= end:
                self.read_to[self.file] += end - start
                yield text[start:end]

    def new_lines(self):
        for message in self.new_messages():
            if re.search(r"^INVITE ", message, re.MULTILINE):
                row = int(field("To", r"415(\d+)@", message)) - 5550000
                yield "placed", f"{self.campaign}.{row}.1", (
                    field("Call-ID", r"(\S+)", message), field("From", r"tag=(\S+)", message))
            elif re.search(r"message sent[^\n]*\n\nSIP/2.0 [1-6](?!00 Trying)", message) and " INVITE" in message:
                yield "answered", field("Call-ID", r"(\S+)", message), None
        text = self.new_text(self.log).rpartition("\n")[0]
        self.read_to[self.log] += len(text)
        for attempt in re.findall(r"^lost (\S+)$", text, re.MULTILINE):
            yield "lost", attempt, None


def field(name, pattern, message):
    return re.search(rf"^{name}:.*?{pattern}", message, re.MULTILINE)[1]


with tempfile.TemporaryDirectory(prefix="ringmaster-sip-") as home:
    with Peer(home, "crashes.xml", "-trace_msg", "-message_file", pathlib.Path(home) / "messages.log") as peer:
        with Server(ringmaster, None, "--time-factor", FACTOR) as server:
            campaign = prepare(server, {"server": f"sip:127.0.0.1:{peer.port}", "listen_port": free_port(), "silence_ms": 1_000,
                                        "ring_timeout_ms": 1_500, "farewell_ms": 1_000, "hold_ms": 100}, CONTACTS, 20)
            server.post(f"/v1/campaigns/{campaign}/start")
            strikes = Strikes(server, campaign, Trace(pathlib.Path(home), campaign), random.Random(seed))
            progress = strikes.go_on(rounds, 600)
            played = {call: SAYS[fates[0]] for call, fates in peer.played().items()}
            print(strikes.check(replay, CONTACTS, progress, played.get))
