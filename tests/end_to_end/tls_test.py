"""TLS: only TLS is spoken, a WebSocket goes over it, and SIGHUP takes a new certificate."""
import asyncio, http.client, json, pathlib, signal, socket, ssl, subprocess, sys, tempfile

import websockets

import ringmaster
from ringmaster import Server, wait_for


def make_certificate(home, name):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", home / "key.pem", "-out", home / "certificate.pem"], check=True, capture_output=True)
    return ssl.create_default_context(cafile=home / "certificate.pem")


def ask(server, context, target="/v1"):
    return ringmaster.ask(server, "GET", target, context=context)


def name_shown(server):
    """Of the certificate, whoever signed it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as plain:
        with context.wrap_socket(plain) as secured:
            return secured.getpeercert(binary_form=True)


def refused(context, server):
    try:
        ask(server, context)
    except ssl.SSLError:
        return True
    return False


with tempfile.TemporaryDirectory(prefix="ringmaster-") as name:
    home = pathlib.Path(name)
    first = make_certificate(home, "first")
    with Server(sys.argv[1], None, "--tls-certificate", str(home / "certificate.pem"),
                "--tls-key", str(home / "key.pem"), "--header-timeout-seconds", "2") as server:
        answer = ask(server, first)
        assert answer.status == 200, answer.status
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        plain = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert not plain.recv(4096).startswith(b"HTTP"), "HTTP is spoken in the clear"
        plain.close()
        old = ssl.create_default_context(cafile=home / "certificate.pem")
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        assert refused(old, server), "TLS 1.1 is spoken"

        with first.wrap_socket(socket.create_connection(("127.0.0.1", server.port), timeout=60),
                               server_hostname="127.0.0.1") as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: loc")
            assert slow.recv(4096).startswith(b"HTTP/1.1 408"), "a slow request is closed without a word"

        async def watch():
            """404 says that the upgrade came through TLS and was understood."""
            try:
                await websockets.connect(f"wss://127.0.0.1:{server.port}/v1/campaigns/cmp_000000000001/live", ssl=first)
            except websockets.exceptions.InvalidStatusCode as why:
                return why.status_code
        assert asyncio.run(watch()) == 404
        big = "phone_number\n" + "".join(f"+1415555{1000 + i}\n" for i in range(5000))
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=60, context=first)
        connection.request("POST", "/v1/contact-lists", big, {"Content-Type": "text/csv"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 201 and body["rows_accepted"] == 5000, body

        kept = name_shown(server)
        second = make_certificate(home, "second")
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: name_shown(server) != kept)
        assert ask(server, second).status == 200
        connection.request("GET", "/v1")  # a connection of before goes on
        assert connection.getresponse().read()
        connection.close()
        (home / "key.pem").write_text("nonsense")
        now = name_shown(server)
        server.process.send_signal(signal.SIGHUP)
        assert ask(server, second).status == 200 and name_shown(server) == now
print("1 passed, 0 failed")
