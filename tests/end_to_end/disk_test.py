"""Disks that fail: the server stops rather than go on with less than it acknowledged, says
what to do, and whoever starts it again on a disk that works misses nothing."""
import http.client, json, os, random, re, shutil, subprocess, sys, threading

from ringmaster import Refused, Server, closes, prepare, wait_for

binary, replay, faults = sys.argv[1:4]
seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(1 << 32)
print(f"seed {seed}")
dice = random.Random(seed)
CONTACTS = 100
SLOW = {"setup_ms": [10, 50], "ring_ms": [50, 200], "no_answer_ms": [50, 200], "talk_ms": [100, 400]}
FATAL = 70  # EX_SOFTWARE
ADVICE = {"ENOSPC": "Make room", "EIO": "The disk failed"}


class FailingServer(Server):
    """Its disk fails from `strike` on, and works again when it is started anew."""

    def __init__(self, *words):
        super().__init__(*words)
        self.fault = self.data.parent / "fault"

    def start(self):
        self.lines = []
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", str(self.data), "--port", "0", *self.flags],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=os.environ | {"LD_PRELOAD": faults, "RINGMASTER_FAULT": str(self.fault)})
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.search(r"serving on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
        # A pipe that nobody empties would stop the server once it is full.
        self.reader = threading.Thread(target=self.lines.extend, args=[self.process.stdout], daemon=True)
        self.reader.start()
        return self

    def strike(self, fault):
        # In one step: half of the text would be another fault.
        self.fault.with_suffix(".new").write_text(fault)
        self.fault.with_suffix(".new").rename(self.fault)

    def last_words(self):
        """How it ended, and all that it said."""
        status = self.process.wait(timeout=60)
        self.reader.join()
        return status, "".join(self.lines)


class Operator:
    """Asks for one thing after the other, and remembers what was granted."""

    def __init__(self, server, campaign):
        self.server, self.campaign = server, campaign
        self.position = server.post(f"/v1/campaigns/{campaign}/start")["position"]
        self.lists, self.names, self.added = [], [], 0

    def ask(self):
        turn = self.added
        at = f"/v1/campaigns/{self.campaign}"
        made = self.server.post(f"/v1/contact-lists?name=more-{turn}", f"phone_number\n+1415557{1000 + turn}\n", "text/csv")
        self.lists.append(made["id"])
        self.server.call("PATCH", at, {"name": f"name {turn}"})
        self.names.append(f"name {turn}")
        someone = {"phone_number": f"+1415556{1000 + turn}", "customer_name": "New"}
        self.server.post(f"{at}/contacts", {"contacts": [someone], "place": "last"})
        self.added += 1
        progress = self.server.get(f"{at}/progress")
        self.position = progress["position"]
        return progress["status"] == "running"

    def ask_until_it_is_gone(self):
        try:
            while self.ask():
                pass
        except (OSError, http.client.HTTPException):
            return
        except Refused as why:
            assert why.status >= 500, why

    def check(self, server):
        """All that was granted is there. What was asked last may be, too."""
        at = f"/v1/campaigns/{self.campaign}"
        progress = server.get(f"{at}/progress")
        assert closes(progress) and progress["position"] >= self.position, (progress, self.position)
        assert progress["total"] - CONTACTS - self.added in (0, 1), (progress, self.added)
        name = server.get(at)["name"]
        assert not self.names or name in (self.names[-1], f"name {self.added}"), (name, self.names[-1])
        for made in self.lists:
            assert server.get(f"/v1/contact-lists/{made}")["rows_accepted"] == 1
        for turn in range(self.added):
            contact = server.get(f"{at}/contacts/{CONTACTS + 1 + turn}")
            assert contact["phone_number"] == f"+1415556{1000 + turn}", contact
        for run in server.get(f"{at}/runs?limit=1000&include=result")["items"]:
            assert run["outcome"] != "completed" or run["transcript"], ("its transcript is lost", run)


def check_log(server):
    done = subprocess.run([replay, "verify", "--json", "--data", str(server.data)], capture_output=True, text=True)
    assert done.returncode == 0 and json.loads(done.stdout)["intact"], done


def check_end(server, fault, operator):
    check_log(server)
    with Server(binary, server.data.parent) as again:
        operator.check(again)
        at = f"/v1/campaigns/{operator.campaign}"
        wait_for(lambda: again.get(f"{at}/progress")["status"] == "completed")
        operator.check(again)
        called = again.ledger(operator.campaign)
        assert len(called) == len(set(called)), "a call was placed twice"
    check_log(server)


def check_amid_calls(fault):
    server = FailingServer(binary)
    server.start()
    try:
        operator = Operator(server, prepare(server, CONTACTS, 20, SLOW, {"max_attempts": 1}))
        for _ in range(3):
            operator.ask()
        server.strike(fault)
        operator.ask_until_it_is_gone()
        status, said = server.last_words()
        assert status == FATAL, (fault, status, said)
        error, place = fault.split()[1:]
        assert "ringmaster: fatal:" in said and ADVICE[error] in said, (fault, said)
        print(f"{fault}: {operator.added} turns; {said.splitlines()[-1]}")
        check_end(server, fault, operator)
    finally:
        server.kill()
        server.home.cleanup()


def check_at_start(fault):
    """It does not serve from a disk that it cannot write, and says so at once."""
    server = FailingServer(binary)
    server.start()
    server.post("/v1/contact-lists?name=people", "phone_number\n+14155550100\n", "text/csv")
    server.stop()
    server.strike(fault)
    server.start()
    status, said = server.last_words()
    assert status != 0 and "serving on" not in said, (fault, said)
    assert ADVICE[fault.split()[1]] in said, (fault, said)
    print(f"{fault} at start: {said.splitlines()[-1]}")
    check_log(server)
    server.home.cleanup()


def check_at_stop(fault):
    """What cannot be sorted into files at the end was on disk all the same."""
    server = FailingServer(binary)
    server.start()
    operator = Operator(server, prepare(server, CONTACTS, 20, SLOW, {"max_attempts": 1}))
    for _ in range(3):
        operator.ask()
    server.strike(fault)
    server.process.terminate()
    server.last_words()
    check_end(server, fault, operator)
    server.home.cleanup()


def check_flipped_bytes(rounds):
    """A byte that changed in a sorted file of the log: the server says so, or serves every event."""
    server = FailingServer(binary)
    server.start()
    operator = Operator(server, prepare(server, CONTACTS, 20, SLOW, {"max_attempts": 1}))
    wait_for(lambda: server.get(f"/v1/campaigns/{operator.campaign}/progress")["status"] == "completed")
    position = server.get(f"/v1/campaigns/{operator.campaign}/progress")["position"]
    server.stop()
    events = max((server.data / "journal").glob("*.sst"), key=lambda it: it.stat().st_size)
    whole = events.read_bytes()
    noticed = 0
    for where in [0, len(whole) // 2, len(whole) - 1] + [dice.randrange(len(whole)) for _ in range(rounds)]:
        damaged = bytearray(whole)
        damaged[where] ^= 0x5A
        events.write_bytes(damaged)
        shutil.rmtree(server.data / "views", ignore_errors=True)  # so that all of the log is folded
        server.start()
        if any("serving on" in line for line in server.lines):  # some bytes mean nothing: statistics, padding
            assert server.get(f"/v1/campaigns/{operator.campaign}/progress")["position"] >= position, where
            server.stop()
            continue
        status, said = server.last_words()
        assert status != 0 and ("damaged" in said or "orruption" in said), (where, status, said)
        noticed += 1
    assert noticed > rounds // 2, f"only {noticed} were noticed"
    server.home.cleanup()


for place in ("/journal/", "/vault/db/0", "/vault/db/M", "/vault/incoming/"):
    for what in ("sync EIO", "write EIO", "write ENOSPC"):
        check_amid_calls(f"{what} {place}")
for what in ("write EIO", "write ENOSPC"):  # these are never synced amid calls
    check_amid_calls(f"{what} /views/")
for place in ("/journal/", "/vault/", "/views/"):
    check_at_start(f"write ENOSPC {place}")
    check_at_stop(f"sync EIO {place}")
    check_at_stop(f"write ENOSPC {place}")
check_flipped_bytes(5)
print("1 passed, 0 failed")
