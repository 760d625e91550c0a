"""A thousand WebSocket clients that wait and two hundred that follow a campaign at full
speed: each hears what it must, in order and whole; the rest of the API answers meanwhile."""
import collections, hashlib, json, pathlib, re, sys, time

from feeds import Feeds
from ringmaster import Server, closes, prepare

IDLE, BUSY, WITH_EVENTS = 1000, 180, 20
CONTACTS, LINES = 2000, 100
AT_ONCE = {name: [0, 0] for name in ("setup_ms", "ring_ms", "no_answer_ms", "talk_ms")} | {"late_rate": 0}
MOST_MB = 400 if "instrumented" not in sys.argv else 10_000

told = collections.Counter()  # by feed: messages
last = {}  # by feed: position of the last progress
over = set()  # feeds that heard of the end
digests = {}  # by feed that has every event: of all of them
events = []  # of one of them


def hear_idle(feed, payload):
    told[feed] += 1


def hear_progress(feed, payload):
    told[feed] += 1
    message = json.loads(payload)
    assert message["position"] >= last.get(feed, 0), message
    last[feed] = message["position"]
    assert closes(message["progress"]), message
    if message["progress"]["status"] == "completed":
        assert message["progress"]["processed"] == CONTACTS, message
        over.add(feed)


def hear_events(feed, payload):
    if not payload.startswith(b'{"type":"event"'):
        return hear_progress(feed, payload)
    if not digests:
        digests[feed] = hashlib.sha256()
    if feed is next(iter(digests)):
        events.append(json.loads(payload)["event"])
    digests.setdefault(feed, hashlib.sha256()).update(payload)


def check_events():
    positions = [it["position"] for it in events]
    assert positions == sorted(set(positions)), "out of order, or twice"
    kinds = collections.Counter(it["type"].split(".")[1] for it in events)
    assert kinds["dialed"] >= CONTACTS and kinds["finished"] == CONTACTS and kinds["completed"] == 1, kinds
    assert len({it.hexdigest() for it in digests.values()}) == 1, "not everybody heard the same"


def peak_mb(server):
    return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{server.process.pid}/status").read_text())[1]) / 1024


feeds = Feeds()
with Server(sys.argv[1], None, "--max-connections-per-address", "1500") as server:
    quiet = prepare(server, 3, 1, AT_ONCE, {"max_attempts": 1})
    busy = prepare(server, CONTACTS, LINES, AT_ONCE | {"mix": {"completed": 1}}, {"max_attempts": 1})
    feeds.open(IDLE, server.port, f"/v1/campaigns/{quiet}/live", hear_idle)
    feeds.open(BUSY, server.port, f"/v1/campaigns/{busy}/live", hear_progress)
    feeds.open(WITH_EVENTS, server.port, f"/v1/campaigns/{busy}/live?events=true", hear_events)
    feeds.pump(lambda: len(told) == IDLE + BUSY + WITH_EVENTS)
    server.post(f"/v1/campaigns/{busy}/start")
    began, answers = time.monotonic(), []

    def is_over():
        asked = time.monotonic()
        assert closes(server.get(f"/v1/campaigns/{busy}/progress"))
        answers.append(time.monotonic() - asked)
        heard_all = events and events[-1]["type"].startswith("campaign.completed")
        return len(over) == BUSY + WITH_EVENTS and heard_all and len({it.digest() for it in digests.values()}) == 1

    feeds.pump(is_over, 240)
    check_events()
    assert all(told[it] == 1 for it in feeds.all[:IDLE]), "an idle feed was told something"
    dropped = [(number, it.close_code, told[it]) for number, it in enumerate(feeds.all) if it.gone or it.close_code]
    assert not dropped, f"{len(dropped)} feeds were dropped: {dropped[:5]}"
    print(f"{IDLE} idle and {BUSY + WITH_EVENTS} busy feeds, {len(events)} events to {WITH_EVENTS} of them, over after "
          f"{time.monotonic() - began:.1f} s; progress asked {len(answers)} times, at worst "
          f"{max(answers) * 1000:.0f} ms; at most {peak_mb(server):.0f} MB")
    assert peak_mb(server) < MOST_MB
    server.process.terminate()
    feeds.pump(lambda: all(it.gone for it in feeds.all))
    assert {it.close_code for it in feeds.all} == {1001}, collections.Counter(it.close_code for it in feeds.all)
feeds.close()
print("1 passed, 0 failed")
