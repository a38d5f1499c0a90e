#!/bin/bash
# SPDX-License-Identifier: MIT
#
# fresh_check.sh - what a newcomer does, on a machine that has nothing: a minimal Debian 12
# root holding only git and make, a clone of the last commit, `make run` to the prompt and a
# shutdown, then `make test` with its counts.
#
# The root is made from this machine's own apt sources and settings, and lives in
# build/fresh until the next `make fresh-check` or `make clean`. Needs root: it mounts
# /proc and /dev for the chroot, inside a mount namespace that ends with this script.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$PWD/build/fresh
root=$work/root
log=$work/log

say() { echo "fresh-check: $*"; }

if [ "$(id -u)" != 0 ]; then
	say "needs root; asking sudo"
	exec sudo "$0" "$@"
fi
if [ "${1:-}" != inside ]; then
	# The second start is in a mount and process namespace of its own.
	exec unshare --mount --pid --fork --kill-child "$0" inside
fi

if [ -n "$(git status --porcelain 2>/dev/null)" ]; then
	say "note: there are changes that are not committed; the last commit is what is checked"
fi

make_root() {
	local sources=() options=() name value
	while IFS= read -r name; do
		sources+=("$name")
	done < <(find /etc/apt -maxdepth 2 \( -name '*.sources' -o -name '*.list' \) -size +0 | sort)
	# How this machine reaches its mirror: proxies, certificates, retries.
	while IFS= read -r line; do
		options+=("--aptopt=$line")
	done < <(apt-config dump | grep -E '^Acquire::(https?|ftp|Retries|By-Hash|Check-Valid-Until)[: ]' |
		grep -v '""' || true)
	say "making a minimal Debian 12 (about a minute)"
	mmdebstrap --quiet --variant=minbase --include=git,make,ca-certificates \
		"${options[@]}" bookworm "$root" "${sources[@]}"
	cp -a /etc/apt/auth.conf.d/. "$root/etc/apt/auth.conf.d/" 2>/dev/null || true
	cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
	# The mirror's certificate authority, where the machine has one of its own.
	if [ -d /usr/local/share/ca-certificates ]; then
		mkdir -p "$root/usr/local/share/ca-certificates"
		cp -a /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
		chroot "$root" update-ca-certificates >/dev/null
	fi
}

inside() {
	chroot "$root" env -i HOME=/srv LANG=C.UTF-8 TERM=dumb CI=true \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		sh -c "cd /srv && $1"
}

# Shows what happens and keeps it; the status is that of the command.
logged() {
	"$@" 2>&1 | tee -a "$log"
}

rm -rf --one-file-system "$work"
mkdir -p "$work"
make_root
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"

# A bundle carries the commit without this machine's paths or owners.
git -c safe.directory='*' bundle create -q "$work/capos.bundle" HEAD
mv "$work/capos.bundle" "$root/srv/capos.bundle"
inside 'git clone -q capos.bundle capos'

say "make run, with a piped shutdown"
started=$SECONDS
logged inside 'cd capos && echo shutdown | make run' || {
	say "make run ended with a failure"
	exit 1
}
grep -q 'capOS shut down with code 0' "$log" || { say "no shutdown token was seen"; exit 1; }
say "make run took $((SECONDS - started)) s, packages and build included"

say "make test"
started=$SECONDS
logged inside 'cd capos && make test </dev/null' || {
	say "make test ended with a failure"
	exit 1
}
counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
case $counts in
"" | "0 passed"*) say "make test printed no counts"; exit 1 ;;
*" 0 failed") ;;
*) say "$counts"; exit 1 ;;
esac
if [ -n "$(inside 'cd capos && git status --porcelain')" ]; then
	say "the build left files that git does not ignore"
	exit 1
fi
say "make test took $((SECONDS - started)) s"
say "passed: $counts"
