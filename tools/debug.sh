#!/bin/sh
# SPDX-License-Identifier: MIT
#
# debug.sh - QEMU stopped at its first instruction in the background, gdb in front with
# symbols and the macros of kernel/debug/gdb.py. Without a terminal it prints the commands.
# Arguments go to tools/run_qemu.py. The guest's console is written to build/debug.log.
set -eu
cd "$(dirname "$0")/.."

port=${GDB_PORT:-1234}
log=build/debug.log
gdb_command="gdb -q -ex 'set architecture i386:x86-64' -ex 'target remote 127.0.0.1:$port' \
-x kernel/debug/gdb.py build/kernel/capos.debug.elf"

if [ ! -t 0 ]; then
	echo "debug: this needs a terminal. In two of them:"
	echo "    tools/run_qemu.py --gdb $port --accel tcg $*"
	echo "    $gdb_command"
	exit 0
fi

fifo=build/debug.input
rm -f "$fifo"
mkfifo "$fifo"
# The guest's input stays open and silent; "capos-type" in gdb writes to it.
sleep infinity >"$fifo" &
holder=$!
tools/run_qemu.py --gdb "$port" --accel tcg "$@" <"$fifo" >"$log" 2>&1 &
guest=$!
trap 'kill $guest $holder 2>/dev/null; rm -f "$fifo"' EXIT INT TERM

echo "debug: the guest's console is in $log (tail -f $log); 'capos-help' lists the macros"
sleep 1
eval "$gdb_command"
