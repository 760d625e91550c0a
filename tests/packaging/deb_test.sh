#!/bin/sh
# Builds the Debian package, installs, runs, upgrades, removes and purges it on
# this very machine: deb_test.sh BUILD_DIRECTORY. Needs root and dpkg, and no
# Ringmaster of its own on the machine; else it is skipped (exit status 77).
set -eu

skip() { echo "skipped: $1"; exit 77; }
fail() { echo "failed: $1" >&2; exit 1; }

[ "$(id -u)" = 0 ] || skip "installing takes root"
command -v dpkg-deb >/dev/null || skip "there is no dpkg"
command -v dpkg-shlibdeps >/dev/null || skip "there is no dpkg-dev"
command -v adduser >/dev/null || skip "there is no adduser"
dpkg-query -W -f='${Status}' ringmaster 2>/dev/null | grep -q ' installed' && skip "there is one installed"
[ ! -e /var/lib/ringmaster ] && [ ! -e /etc/ringmaster ] || skip "there is data of another"

work=$(mktemp -d)
server=
clean() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  dpkg --purge ringmaster >/dev/null 2>&1 || true
  rm -rf "$work" /var/lib/ringmaster
  deluser --system --quiet ringmaster >/dev/null 2>&1 || true
}
trap clean EXIT

as_ringmaster() { setpriv --reuid ringmaster --regid ringmaster --init-groups "$@"; }

# Starts it as the unit would, and waits until it is ready.
serve() {
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  url="http://127.0.0.1:$port"
  setpriv --reuid ringmaster --regid ringmaster --init-groups \
    /usr/bin/ringmaster --config /etc/ringmaster/ringmaster.toml serve --port "$port" >"$work/log" 2>&1 &
  server=$!
  tries=0
  until curl -fsS "$url/readyz" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { cat "$work/log"; fail "it does not get ready"; }
    sleep 0.1
  done
}

stop() {
  kill "$server"
  wait "$server" || true
  server=
}

(cd "$1" && cpack -G DEB -B "$work/package" >"$work/cpack.log" 2>&1) || { cat "$work/cpack.log"; fail "cpack"; }
deb=$(ls "$work"/package/*.deb)
dpkg-deb --info "$deb" | grep -q '^ Depends: .*libcaf-core' || fail "the libraries it needs are not named"

dpkg --install "$deb" >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "install"; }
for it in /usr/bin/ringmaster /usr/bin/ringmaster-replay /usr/lib/systemd/system/ringmaster.service \
  /etc/ringmaster/ringmaster.toml; do
  [ -e "$it" ] || fail "$it is missing"
done
if command -v systemd-analyze >/dev/null; then
  systemd-analyze verify /usr/lib/systemd/system/ringmaster.service || fail "the unit is not as systemd has it"
fi
[ "$(stat -c '%U %a' /var/lib/ringmaster)" = "ringmaster 700" ] || fail "the data directory is not ringmaster's alone"
as_ringmaster ringmaster --config /etc/ringmaster/ringmaster.toml doctor --port 0 || fail "the doctor complains"
serve
curl -fsS -H 'Content-Type: application/json' -d '{"name":"kept","agent":"a","prompt":"p"}' "$url/v1/workflows" >/dev/null
stop

# A newer one, over a configuration that was changed.
echo '# ours' >>/etc/ringmaster/ringmaster.toml
dpkg-deb --raw-extract "$deb" "$work/newer"
sed -i 's/^Version: .*/&+newer/' "$work/newer/DEBIAN/control"
dpkg-deb --build --root-owner-group "$work/newer" "$work/newer.deb" >/dev/null
dpkg --install "$work/newer.deb" >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "upgrade"; }
dpkg-query -W -f='${Version}' ringmaster | grep -q newer || fail "it was not upgraded"
grep -q '^# ours' /etc/ringmaster/ringmaster.toml || fail "the upgrade lost the configuration"
serve
curl -fsS "$url/v1/workflows" | grep -q '"kept"' || fail "the upgrade lost data"
stop

dpkg --remove ringmaster >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "remove"; }
[ ! -e /usr/bin/ringmaster ] || fail "removing left the program"
[ -e /etc/ringmaster/ringmaster.toml ] && [ -d /var/lib/ringmaster/journal ] || fail "removing took configuration or data"
dpkg --purge ringmaster >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "purge"; }
[ ! -e /etc/ringmaster ] || fail "purging left the configuration"
[ -d /var/lib/ringmaster/journal ] || fail "purging took the log"
grep -q "left where it is" "$work/dpkg.log" || fail "purging does not say what it leaves"
echo "1 passed, 0 failed"
