"""Ports of 127.0.0.1 for servers that tests start."""
import random, socket


def is_taken(port, kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as it:
        try:
            it.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def free_port():
    """For UDP and TCP. None of those that the system gives to connections: a server that comes back wants the same again."""
    while True:
        port = random.randrange(20_000, 30_000)
        if not is_taken(port) and not is_taken(port, socket.SOCK_STREAM):
            return port
