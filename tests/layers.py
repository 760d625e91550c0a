"""Fails when a folder includes what its layer must not know, or uses a banned word."""
import pathlib, re, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAY_INCLUDE = {  # quoted folders, then third parties
    "measures": ({"measures"}, set()),
    "events": ({"events"}, {"google"}),
    "domain": ({"events", "domain"}, {"date", "phonenumbers", "openssl"}),
    "store": ({"measures", "events", "domain", "store"}, {"rocksdb", "openssl", "google"}),
    "projections": ({"events", "domain", "store", "projections"}, {"google"}),
    "http_client": ({"http_client"}, {"boost"}),
    "telephony": ({"events", "http_client", "telephony"}, {"boost", "nlohmann", "openssl", "sofia-sip"}),
    "webhooks": ({"measures", "events", "domain", "store", "projections", "http_client", "webhooks"}, {"nlohmann", "openssl"}),
    "actors": ({"events", "domain", "store", "projections", "telephony", "actors"}, {"caf"}),
    "http": ({"measures", "events", "domain", "store", "projections", "http"}, {"boost", "nlohmann"}),
    "web": ({"http", "web"}, set()),
}
# Only these files of store/ may be seen from the folder: what rows are kept in,
# not how.
ONLY = {"projections": {"store/key_value.hpp"}, "http": {"store/key_value.hpp"}}
SYSTEM = {"arpa", "sys"}  # folders of the platform's own headers
CLOCKS = ["system_clock::now", "steady_clock::now"]
CHANCE = ["rand(", "random_device", "mt19937"]
THREADS = ["std::mutex", "std::thread", "sleep_for"]
BANNED = {
    "measures": CLOCKS + CHANCE + THREADS,
    "events": CLOCKS + CHANCE + THREADS,
    "domain": CLOCKS + CHANCE + THREADS,
    "projections": CLOCKS + CHANCE + THREADS,
    "actors": CLOCKS + THREADS,
    "http": ["sleep_for", "system_clock::now"],
    "web": [],
    "http_client": ["sleep_for", "system_clock::now"],
    "telephony": ["sleep_for", "system_clock::now"],
    "webhooks": CLOCKS + CHANCE + ["sleep_for"],
    "store": ["sleep_for", "system_clock::now"],
}
INCLUDE = re.compile(r'#\s*include\s*(["<])(([^/">]+)(/?)[^">]*)')

complaints = []
for layer, (folders, parties) in MAY_INCLUDE.items():
    for path in sorted((ROOT / layer).rglob("*.[ch]pp")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(ROOT)}:{number}"
            if found := INCLUDE.match(line):
                quote, whole, first, deeper = found.groups()
                allowed = folders if quote == '"' else parties | SYSTEM
                if deeper and first not in allowed:
                    complaints.append(f"{where}: {layer} must not include {first}/")
                elif first == "store" and layer in ONLY and whole not in ONLY[layer]:
                    complaints.append(f"{where}: {layer} must not include {whole}")
            complaints += [f"{where}: {word} is banned in {layer}" for word in BANNED[layer] if word in line]

sys.exit("\n".join(complaints) or 0)
