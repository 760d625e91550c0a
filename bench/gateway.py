"""What the gateway gives under load: requests a second for progress and runs, beside nginx
that serves the same bytes from a file; a change told to 1,000 WebSockets, beside a bare loop
that writes the same bytes to as many sockets; all of it while 1,200 feeds watch and 100
lines dial at full speed.

`gateway.py BINARY [SECONDS]`, with the release build's `ringmaster`; takes Debian's wrk and nginx.
"""
import pathlib, re, selectors, socket, statistics, subprocess, sys, tempfile, threading, time, urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/end_to_end"))
from feeds import Feeds
from ports import free_port
from ringmaster import Server, prepare, wait_for

binary = sys.argv[1]
seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
CONNECTIONS, FEEDS, ROUNDS = 32, 1000, 20
AT_ONCE = {name: [0, 0] for name in ("setup_ms", "ring_ms", "no_answer_ms", "talk_ms")} | {
    "late_rate": 0, "mix": {"completed": 60, "busy": 15, "no_answer": 15, "voicemail": 10}}
AGAIN = {"max_attempts": 3, "retry_interval_minutes": 0}

NGINX = """daemon off; worker_processes 2; pid {home}/pid; error_log stderr error;
events {{ worker_connections 1024; }}
http {{ access_log off; default_type application/json; keepalive_requests 1000000000;
  client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u;
  scgi_temp_path {home}/s;
  server {{ listen 127.0.0.1:{port}; root {home}/files; }} }}
"""


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


# -- requests -------------------------------------------------------------------------

class Nginx:
    def __init__(self, home, files):
        self.home, self.port = pathlib.Path(home), free_port()
        self.home.chmod(0o755)  # nginx's workers are nobody in particular
        (self.home / "files").mkdir()
        for name, content in files.items():
            (self.home / "files" / name).write_bytes(content)
        (self.home / "nginx.conf").write_text(NGINX.format(home=home, port=self.port))

    def __enter__(self):
        self.process = subprocess.Popen(
            ["nginx", "-c", str(self.home / "nginx.conf"), "-p", str(self.home)], stderr=subprocess.DEVNULL)
        wait_for(lambda: not socket.socket().connect_ex(("127.0.0.1", self.port)), 10)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def load(url):
    """Requests a second and the 99th percentile in ms, as wrk sees them."""
    said = subprocess.run(["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", url],
                          capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said and "Socket errors" not in said, said
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]


def show(what, found):
    print(f"{what:44} {found[0]:>9,.0f} requests/s, p99 {found[1]:7.2f} ms", flush=True)
    return found


def measure_requests(server, campaign):
    targets = {"progress": f"/v1/campaigns/{campaign}/progress", "runs": f"/v1/campaigns/{campaign}/runs?limit=50"}
    files = {name: urllib.request.urlopen(f"http://127.0.0.1:{server.port}{it}").read() for name, it in targets.items()}
    with tempfile.TemporaryDirectory(prefix="ringmaster-nginx-") as home, Nginx(home, files) as nginx:
        for name, target in targets.items():
            ours = show(f"{name}, {len(files[name]):,} bytes, idle", load(f"http://127.0.0.1:{server.port}{target}"))
            theirs = show(f"{name}, the same bytes as a file by nginx", load(f"http://127.0.0.1:{nginx.port}/{name}"))
            print(f"{name}: {ours[0] / theirs[0]:.2f} of nginx")
    return targets


# -- WebSockets -----------------------------------------------------------------------

class Arrivals:
    """When each of many feeds heard the next thing."""

    def __init__(self):
        self.at = []

    def hear(self, *_):
        self.at.append(time.perf_counter())


def show_fan_out(what, took):
    print(f"{what}: half had it after {statistics.median(it[0] for it in took):.1f} ms, all after "
          f"{statistics.median(it[1] for it in took):.1f} ms (at worst {max(it[1] for it in took):.1f} ms)", flush=True)


def rounds_of(feeds, arrivals, change):
    took = []
    for number in range(ROUNDS):
        arrivals.at.clear()
        began = time.perf_counter()
        change(number)
        feeds.pump(lambda: len(arrivals.at) >= FEEDS)
        took.append([(it - began) * 1000 for it in (statistics.median(arrivals.at), max(arrivals.at))])
        time.sleep(0.3)  # progress is told four times a second at most
    return took


def measure_fan_out(server, campaign):
    arrivals, feeds, length = Arrivals(), Feeds(), []
    def hear(feed, payload):
        length.append(len(payload))
        arrivals.hear()
    feeds.open(FEEDS, server.port, f"/v1/campaigns/{campaign}/live", hear)
    feeds.pump(lambda: len(arrivals.at) >= FEEDS)
    time.sleep(0.3)
    turn = lambda number: server.post(f"/v1/campaigns/{campaign}/{('pause', 'resume')[number % 2]}")
    took = rounds_of(feeds, arrivals, turn)
    feeds.close()
    show_fan_out(f"a pause or resume told to {FEEDS} WebSockets, {length[-1]} bytes each", took)
    floor_of_fan_out(length[-1])


def floor_of_fan_out(length):
    """The same bytes from a loop over as many sockets, in a thread of ours."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=FEEDS)
    pairs = []
    for _ in range(FEEDS):
        client = socket.create_connection(listener.getsockname())
        pairs.append((listener.accept()[0], client))
    frame, took = b"x" * length, []
    selector = selectors.DefaultSelector()
    for _, client in pairs:
        client.setblocking(False)
        selector.register(client, selectors.EVENT_READ)
    for _ in range(ROUNDS):
        began, at = time.perf_counter(), []
        writer = threading.Thread(target=lambda: [it.send(frame) for it, _ in pairs])
        writer.start()
        while len(at) < FEEDS:
            for key, _ in selector.select():
                key.fileobj.recv(1 << 16)
                at.append(time.perf_counter())
        writer.join()
        took.append([(it - began) * 1000 for it in (statistics.median(at), max(at))])
    for pair in pairs:
        for it in pair:
            it.close()
    listener.close()
    show_fan_out(f"the same bytes written to {FEEDS} sockets by a bare loop", took)


def measure_storm(server, quiet, targets):
    """Everything at once."""
    feeds, heard = Feeds(), Arrivals()
    busy = prepare(server, 5000, 100, AT_ONCE, AGAIN)
    feeds.open(1000, server.port, f"/v1/campaigns/{quiet}/live", heard.hear)
    feeds.open(180, server.port, f"/v1/campaigns/{busy}/live", heard.hear)
    feeds.open(20, server.port, f"/v1/campaigns/{busy}/live?events=true", heard.hear)
    server.post(f"/v1/campaigns/{busy}/start")
    began = time.monotonic()
    status = lambda: server.get(f"/v1/campaigns/{busy}/progress")
    reader = threading.Thread(target=lambda: feeds.pump(lambda: over.is_set(), 300))
    over = threading.Event()
    reader.start()
    show("progress while 1,200 feeds watch and it dials", load(f"http://127.0.0.1:{server.port}{targets['progress']}"))
    show("runs while 1,200 feeds watch and it dials", load(f"http://127.0.0.1:{server.port}{targets['runs']}"))
    wait_for(lambda: status()["status"] == "completed", 300)
    took = time.monotonic() - began
    over.set()
    reader.join()
    feeds.close()
    print(f"the campaign under that storm: {status()['attempts'] / took:,.0f} attempts/s, {len(heard.at):,} messages sent")


with Server(binary, None, "--max-connections-per-address", "1800") as server:
    quiet = prepare(server, 3, 1, AT_ONCE | {"talk_ms": [86_400_000, 86_400_000]}, {"max_attempts": 1})
    campaign = prepare(server, 2000, 20, AT_ONCE, AGAIN)
    server.post(f"/v1/campaigns/{campaign}/start")
    wait_for(lambda: server.get(f"/v1/campaigns/{campaign}/progress")["status"] == "completed")
    targets = measure_requests(server, campaign)
    server.post(f"/v1/campaigns/{quiet}/start")
    wait_for(lambda: server.get(f"/v1/campaigns/{quiet}/progress")["in_flight"] == 1)
    measure_fan_out(server, quiet)
    measure_storm(server, quiet, targets)
