#!/bin/sh
# Lints the contract: lint.sh OPENAPI_JSON DIRECTORY_TO_INSTALL_IN
set -eu

here=$(cd "$(dirname "$0")" && pwd)
contract=$(realpath "$1")
mkdir -p "$2"
cd "$2"
if ! cmp -s "$here/package-lock.json" package-lock.json || [ ! -d node_modules ]; then
  cp "$here/package.json" "$here/package-lock.json" .
  npm ci --ignore-scripts --no-audit --no-fund --silent
fi
cp "$here/redocly.yaml" .
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
exec node_modules/.bin/redocly lint --config redocly.yaml --format stylish "$contract"
