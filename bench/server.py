"""What a million contacts cost a real server, each figure beside its reference.

`server.py BINARY [CONTACTS]`, with the release build's `ringmaster`.
"""
import http.client, os, pathlib, re, statistics, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/end_to_end"))
from ringmaster import Server, wait_for

binary = sys.argv[1]
contacts = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000

AT_ONCE = {name: [0, 0] for name in ("setup_ms", "ring_ms", "no_answer_ms", "talk_ms")} | {
    "duplicate_rate": 0, "reorder_rate": 0, "late_rate": 0, "results": False}
MIX = {"completed": 60, "busy": 15, "no_answer": 15, "voicemail": 10}
LINES = 100


def memory(server, field):
    """`VmRSS` now or `VmHWM` at its peak, in MB."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) / 1024


def write_csv(path):
    with open(path, "w") as file:
        file.write("phone_number,customer_name,account_id,plan\n")
        for i in range(contacts):
            file.write(f"+1415{2_000_000 + i},Customer {i},acc_{i},basic\n")


def seconds(work):
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def copy_and_sync(path, to):
    with open(path, "rb") as source, open(to, "wb") as target:
        while piece := source.read(1 << 20):
            target.write(piece)
        os.fsync(target.fileno())


def upload(server, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    with open(path, "rb") as file:
        connection.request("POST", "/v1/contact-lists?name=people", file,
                           {"Content-Type": "text/csv", "Content-Length": str(path.stat().st_size)})
        answer = connection.getresponse()
        text = answer.read()
    connection.close()
    assert answer.status == 201, text
    return re.search(rb'"id":\s*"(lst_[0-9a-z]+)"', text)[1].decode()


def create(server, people, mix, interval_minutes):
    trunk = server.post("/v1/trunks", {
        "name": "line", "provider": "simulated", "settings": AT_ONCE | {"mix": mix},
        "caller_ids": ["+14155550199"], "channels": LINES})
    workflow = server.post("/v1/workflows", {
        "name": "greet", "agent": "agent", "prompt": "Hello {{customer_name}}, your plan is {{plan}}.",
        "required_variables": ["customer_name"]})
    return server.post("/v1/campaigns", {
        "name": "bench", "workflow_id": workflow["id"], "contact_list_id": people,
        "trunk_id": trunk["id"], "concurrency": LINES, "circuit_breaker": {"enabled": False, "window_seconds": 1},
        "retry_config": {"max_attempts": 3, "retry_interval_minutes": interval_minutes}})["id"]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def time_requests(server, target, count):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    took = []
    for _ in range(count):
        def ask():
            connection.request("GET", target)
            connection.getresponse().read()
        took.append(seconds(ask)[0] * 1000)
    connection.close()
    return took


def show_latency(what, took):
    print(f"{what}: p50 {statistics.median(took):.2f} ms, p99 {percentile(took, 0.99):.2f} ms")


def progress(server, campaign):
    return server.get(f"/v1/campaigns/{campaign}/progress")


def measure_import(server, path, directory):
    before = memory(server, "VmHWM")
    took, people = seconds(lambda: upload(server, path))
    floor, _ = seconds(lambda: copy_and_sync(path, directory / "copy.csv"))
    print(f"import: {contacts} rows in {took:.2f} s, {contacts / took:,.0f} rows/s, peak memory "
          f"{before:.0f} -> {memory(server, 'VmHWM'):.0f} MB; copying the file and syncing it: {floor:.2f} s")
    return people


def measure_requests(server, campaign):
    target = f"/v1/campaigns/{campaign}/progress"
    idle = time_requests(server, target, 2000)
    server.post(f"/v1/campaigns/{campaign}/start")
    wait_for(lambda: progress(server, campaign)["attempts"] > 1000)
    show_latency("progress request, idle", idle)
    show_latency("progress request, dialling at full speed", time_requests(server, target, 2000))


def measure_start(server, campaign):
    wait_for(lambda: progress(server, campaign)["processed"] >= contacts // 2, 600)
    server.kill()
    took, _ = seconds(lambda: (server.start(), progress(server, campaign)))
    with Server(binary) as empty:
        empty.stop()
        floor, _ = seconds(lambda: (empty.start(), empty.get("/v1/campaigns")))
    done = progress(server, campaign)["processed"]
    print(f"start after kill -9 at {done} of {contacts} contacts: {took:.2f} s; with an empty log: {floor:.2f} s")


def measure_waiting(server, people):
    """Everybody is busy and waits an hour: what does each one cost?"""
    campaign = create(server, people, {"busy": 1}, 60)
    server.post(f"/v1/campaigns/{campaign}/start")
    points = []
    for share in (0.1, 0.55, 1.0):
        wait_for(lambda: progress(server, campaign)["waiting"] >= contacts * share - LINES, 600)
        points.append((progress(server, campaign)["waiting"], memory(server, "VmRSS")))
        print(f"waiting for a retry: {points[-1][0]} contacts, {points[-1][1]:.0f} MB resident")
    (first, low), (last, high) = points[1], points[-1]
    print(f"memory per waiting contact, from {first} on: {(high - low) * (1 << 20) / max(1, last - first):.1f} bytes")


with tempfile.TemporaryDirectory(prefix="ringmaster-bench-") as home:
    path = pathlib.Path(home) / "contacts.csv"
    write_csv(path)
    with Server(binary) as server:
        people = measure_import(server, path, pathlib.Path(home))
        campaign = create(server, people, MIX, 0)
        measure_requests(server, campaign)
        measure_start(server, campaign)
        wait_for(lambda: progress(server, campaign)["status"] == "completed", 600)
        measure_waiting(server, people)
