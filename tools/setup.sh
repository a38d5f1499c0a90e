#!/bin/sh
# SPDX-License-Identifier: MIT
#
# setup.sh - the Debian packages that building, running and testing capOS need.
#
# Installs what is missing: as root, or through sudo where there is one to ask; else it
# prints the command to type and stops. When the stamp is newer than this file and than
# dpkg's own database, nothing was installed or removed since and there is no more to ask.
set -eu
cd "$(dirname "$0")/.."

packages="
	clang-19 clang-format-19 clang-tidy-19 lld-19 llvm-19 libclang-rt-19-dev libc6-dev
	capnproto libcapnp-dev
	qemu-system-x86 qemu-system-data ovmf
	grub-common grub-pc-bin grub-efi-amd64-bin xorriso mtools
	libcmocka-dev patch python3 python3-pytest python3-pexpect
	gdb mmdebstrap pkgconf
	libstdc++-12-dev valgrind
"
stamp=build/setup.stamp
log=build/setup.log
database=/var/lib/dpkg/status

if [ "$stamp" -nt "$0" ] && [ "$stamp" -nt "$database" ]; then
	exit 0
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
	echo "setup: this is not a Debian system; capOS needs the counterparts of:" $packages
	exit 1
fi

missing=
for package in $packages; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
	[ "$state" = installed ] || missing="$missing $package"
done

# Runs apt with its talk in a log, and says every few seconds how far it is. The input
# belongs to what comes after: `echo shutdown | make run`.
install_missing() {
	mkdir -p build
	echo "setup: installing$missing"
	{
		$1 apt-get update -qq &&
			$1 env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
				--no-install-recommends -o Dpkg::Use-Pty=0 $missing
	} </dev/null >"$log" 2>&1 &
	apt=$!
	seconds=0
	while kill -0 $apt 2>/dev/null; do
		sleep 1
		seconds=$((seconds + 1))
		[ $((seconds % 10)) != 0 ] || echo "setup: $seconds s," \
			"$(grep -c '^Get:' "$log") downloaded, $(grep -c '^Setting up' "$log") set up"
	done
	if ! wait $apt; then
		tail -n 20 "$log"
		echo "setup: apt-get failed; its last lines are above, all of them in $log"
		exit 1
	fi
	echo "setup: done in $seconds s"
}

if [ -n "$missing" ]; then
	if [ "$(id -u)" = 0 ]; then
		install_missing ""
	elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then
		install_missing sudo
	else
		echo "setup: these packages are missing. Type this as root, then try again:"
		echo "    apt-get update && apt-get install -y --no-install-recommends$missing"
		exit 1
	fi
fi

mkdir -p build
touch "$stamp"
