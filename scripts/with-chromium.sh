#!/usr/bin/env bash
# Runs a command that needs Chromium: installs Debian's where it is missing and that is allowed,
# and otherwise says why the command is skipped.
set -euo pipefail

find_chromium() { command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome || true; }

chromium=$(find_chromium)
if [ -z "$chromium" ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "==> Installing chromium (about a minute)"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null || true
    chromium=$(find_chromium)
  else
    why="it is not installed, and installing it needs root and apt-get"
  fi
fi
if [ -z "$chromium" ]; then
  echo "SKIPPED: browser tests need chromium; ${why:-apt-get could not install it}. Set CHROMIUM to the path of one."
  exit 0
fi
CHROMIUM=$chromium exec "$@"
