"""Contact lists, from a file with mistakes to one that would not fit into memory."""
import json, pathlib, re, socket, sys

from ringmaster import Refused, Server, ask, wait_for

binary = sys.argv[1]
instrumented = "instrumented" in sys.argv[2:]  # a sanitizer keeps what was freed
examples = pathlib.Path(__file__).resolve().parent.parent.parent / "examples"
mistakes = (examples / "contacts-with-mistakes.csv").read_bytes()


def stored(server):
    return server.get("/v1/contact-lists")["items"]


def left_in_vault(server):
    """Files of lists on their way in, and of rejects."""
    return [it for name in ("incoming", "rejects") for it in (server.data / "vault" / name).iterdir()]


def begin_upload(server, sent):
    """A connection that has sent the first `sent` bytes of a list of a million rows."""
    line = socket.create_connection(("127.0.0.1", server.port))
    line.sendall(b"POST /v1/contact-lists HTTP/1.1\r\nHost: ringmaster\r\nContent-Type: text/csv\r\n"
                 b"Content-Length: 50000000\r\n\r\nphone_number,name\n")
    rows = b"".join(b"+1415%d,Jane\n" % number for number in range(2_000_000, 2_000_000 + sent // 18))
    line.sendall(rows)
    wait_for(lambda: left_in_vault(server))
    return line


def check_mistakes(server):
    try:
        server.post("/v1/contact-lists?default_country=US", mistakes, "text/csv")
        raise AssertionError("a list with mistakes was stored")
    except Refused as why:
        assert why.status == 422, why
        report = why.body
    by_line = {it["line"]: it for it in report["rejects"]}
    assert report["rows_rejected"] == len(by_line) > 5, report
    for it in by_line.values():
        assert {"line", "column", "reason", "value"} <= it.keys(), it
    assert by_line[8]["reason"] == "duplicate" and by_line[8]["first_line"] == 2, by_line[8]
    assert by_line[5]["value"] == "1.41556E+10", by_line[5]
    assert stored(server) == [] and left_in_vault(server) == []

    made = server.post("/v1/contact-lists?default_country=US&invalid=skip", mistakes, "text/csv")
    assert made["rows_accepted"] == 10 - report["rows_rejected"] and made["rejects"] == report["rejects"], made
    assert [it["id"] for it in stored(server)] == [made["id"]]
    rejects = server.read(f"/v1/contact-lists/{made['id']}/rejects.csv")
    assert len(rejects.splitlines()) == 1 + report["rows_rejected"], rejects


def check_interruptions(server):
    """Neither a dropped connection nor a crash leaves anything behind."""
    before, files = stored(server), len(left_in_vault(server))
    begin_upload(server, 2_000_000).close()
    wait_for(lambda: len(left_in_vault(server)) == files)
    assert stored(server) == before
    begin_upload(server, 2_000_000)
    server.kill()
    server.start()
    assert stored(server) == before and len(left_in_vault(server)) == files


def check_memory(server):
    """A list of 150 MB, sent as it is made."""
    peak = lambda: int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{server.process.pid}/status").read_text())[1])
    rows = 300_000

    def pieces():
        yield b"phone_number,note\n"
        for first in range(0, rows, 1_000):
            yield b"".join(b"+1415%d,%s\n" % (2_000_000 + first + i, b"n" * 480) for i in range(1_000))

    before = peak()
    # Of unknown length: so it goes in chunks.
    answer = ask(server, "POST", "/v1/contact-lists?name=big", pieces(), {"Content-Type": "text/csv"}, timeout=120)
    assert answer.status == 201 and json.loads(answer.text)["rows_accepted"] == 300_000, answer
    grown_mb = (peak() - before) / 1024
    print(f"150 MB uploaded, peak memory grew by {grown_mb:.0f} MB")
    assert instrumented or grown_mb < 75, "the list was held in memory"


with Server(binary) as server:
    check_mistakes(server)
    check_interruptions(server)
    check_memory(server)
print("1 passed, 0 failed")
