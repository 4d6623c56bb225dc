#!/usr/bin/env bash
# Installs Debian packages that are missing, where that is possible; says plainly where it is not.
# Tests that need a missing program are skipped loudly, except under CI=true, where they fail.
set -u

missing=()
for package in "$@"; do
  dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "Not a Debian system: please install these yourself for all tests to run: ${missing[*]}"
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "Not root: for all tests to run, please do: sudo apt-get install ${missing[*]}"
  exit 0
fi

echo "Installing ${missing[*]} …"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if apt-get update -q >"$log" 2>&1 && apt-get install --yes --quiet --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
  rm -f "$log"
else
  tail -n 20 "$log"
  echo "apt-get could not install ${missing[*]}; its whole output is in $log"
  exit 1
fi
