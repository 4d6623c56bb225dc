#!/usr/bin/env bash
# Unpacks Debian packages of servers that cannot be installed beside others, or would be started by that, into a folder:
#
#   tools/unpack-packages.sh build/mail-servers exim4-daemon-light opensmtpd
#                                                        → usr/sbin/exim4, usr/sbin/smtpd, and the libraries they lack
#
# Nothing of them is installed or started; the tests run them from there. Where packages cannot be fetched it says so, and
# the tests are skipped loudly; under CI=true they fail.
set -u

target=$1
servers=("${@:2}")
[ -e "$target/unpacked" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
  echo "Not a Debian system: the tests against ${servers[*]} will be skipped."
  exit 0
fi

is_known() { apt-cache show "$1" >/dev/null 2>&1; }
is_installed() { dpkg-query --show --showformat='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

if ! is_known "${servers[0]}" && [ "$(id -u)" -eq 0 ]; then
  apt-get update -q >/dev/null 2>&1
fi

# What they are linked to and the machine lacks; a library may need others.
wanted=("${servers[@]}")
for ((next = 0; next < ${#wanted[@]}; next++)); do
  while read -r library; do
    is_installed "$library" || [[ " ${wanted[*]} " == *" $library "* ]] || wanted+=("$library")
  done < <(apt-cache depends "${wanted[next]}" 2>/dev/null | sed -n 's/^ *|\?Depends: \(lib[^<>]*\)$/\1/p')
done

echo "Unpacking ${servers[*]} into $target …"
mkdir -p "$target"
packages=$(mktemp -d)
chmod 755 "$packages"
trap 'rm -rf "$packages"' EXIT
if ! (cd "$packages" && apt-get download "${wanted[@]}") >"$packages/log" 2>&1; then
  tail -n 5 "$packages/log"
  echo "apt-get could not fetch ${wanted[*]}: the tests against ${servers[*]} will be skipped."
  exit 0
fi
for package in "$packages"/*.deb; do
  dpkg-deb --extract "$package" "$target" || exit 1
done
[ ! -e "$target/usr/sbin/exim4" ] || chmod u-s "$target/usr/sbin/exim4"  # it is started by root, and by nobody else
touch "$target/unpacked"
