#!/bin/sh
# Installs Holdfast: sh install.sh --from URL [--version V] [--to FOLDER]
#   --from     folder or https:// address that holds SHA256SUMS and the archives (or HOLDFAST_FROM)
#   --version  default: the one that SHA256SUMS names
#   --to       default: ~/.local/bin. Root is never asked for: run it with sudo to install elsewhere.
# The checksum is compared before anything is unpacked, and nothing that was downloaded runs before that.
set -eu

fail() { echo "install.sh: $1" >&2; exit 1; }

from=${HOLDFAST_FROM:-} version='' to=${HOME:-/root}/.local/bin
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || fail "$1 needs a value; see the head of this file"
  case $1 in
    --from) from=$2 ;;
    --version) version=$2 ;;
    --to) to=$2 ;;
    *) fail "there is no option $1; there are --from, --version, --to" ;;
  esac
  shift 2
done
[ -n "$from" ] || fail "--from is missing: the address that the release is published under"
case $from in http://127.0.0.1:*|https://*) ;; http://*) fail "--from must be https" ;; esac

case $(uname -s) in
  Linux) platform=linux ;;
  Darwin) platform=darwin ;;
  *) fail "there is no script for $(uname -s): take the archive for Windows by hand" ;;
esac
case $(uname -m) in
  x86_64|amd64) platform=$platform-x64 ;;
  aarch64|arm64) platform=$platform-arm64 ;;
  *) fail "there is no binary for $(uname -m)" ;;
esac
if [ "${platform%%-*}" = linux ] && ! [ -e /lib/ld-linux-aarch64.so.1 ] && ! [ -e /lib64/ld-linux-x86-64.so.2 ]; then
  platform=$platform-musl
fi

fetch() {
  case $from in
    http*) if command -v curl >/dev/null; then curl -fsSL --retry 3 -o "$2" "$from/$1"; else wget -q -O "$2" "$from/$1"; fi ;;
    *) cp "$from/$1" "$2" ;;
  esac || fail "cannot get $from/$1"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
fetch SHA256SUMS "$work/SHA256SUMS"
archive=$(sed -n "s/^[0-9a-f]\{64\}  \(holdfast-${version:-[0-9][0-9A-Za-z.+-]*}-$platform\.tar\.gz\)$/\1/p" "$work/SHA256SUMS" | head -n 1)
[ -n "$archive" ] || fail "SHA256SUMS names no archive for $platform${version:+ of version $version}"
fetch "$archive" "$work/$archive"

wanted=$(sed -n "s/^\([0-9a-f]\{64\}\)  $archive$/\1/p" "$work/SHA256SUMS")
if command -v sha256sum >/dev/null; then sum=$(sha256sum "$work/$archive"); else sum=$(shasum -a 256 "$work/$archive"); fi
[ "${sum%% *}" = "$wanted" ] || fail "$archive is not what SHA256SUMS says: it was cut or altered; nothing was installed"

mkdir "$work/unpacked"
tar -xzf "$work/$archive" -C "$work/unpacked"
mkdir -p "$to" 2>/dev/null && [ -w "$to" ] || fail "cannot write to $to: choose another folder with --to, or run this with sudo"
# Beside the old one, then in its place in one step: a running server keeps the file that it has open.
cp "$work/unpacked/holdfast" "$to/.holdfast.new"
chmod 755 "$to/.holdfast.new"
mv -f "$to/.holdfast.new" "$to/holdfast"
echo "installed $("$to/holdfast" version) as $to/holdfast"
case :$PATH: in *":$to:"*) ;; *) echo "$to is not on your PATH: add it, or call $to/holdfast" ;; esac
