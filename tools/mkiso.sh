#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes a bootable ISO for BIOS and UEFI: tools/mkiso.sh KERNEL PACKAGE OUT.iso
#
# GRUB loads the kernel by multiboot2. The command line is a placeholder of fixed length;
# run_qemu.py writes the boot's own words over it in a copy of the ISO.
set -eu

if [ $# -ne 3 ]; then
	echo "usage: tools/mkiso.sh KERNEL PACKAGE OUT.iso" >&2
	exit 2
fi
kernel=$1
package=$2
out=$3

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

mkdir -p "$tree/iso/boot/grub"
cp "$kernel" "$tree/iso/boot/capos.elf"
cp "$package" "$tree/iso/boot/capos.pkg"
cat >"$tree/iso/boot/grub/grub.cfg" <<'END'
set timeout=0
set default=0
menuentry "capOS" {
	multiboot2 /boot/capos.elf nonce=0000000000000000 console=pipe
	module2 /boot/capos.pkg
}
END

# Only the modules that this menu needs, and the partition maps that the loader for UEFI
# asks for: the default set is several times as large.
modules="normal multiboot2 iso9660 fat search search_fs_file part_gpt part_msdos part_acorn
	part_amiga part_apple part_bsd part_dfly part_dvh part_plan part_sun part_sunpc"
log=$tree/log
if ! grub-mkrescue --output="$out" --compress=no --fonts= --locales= --themes= \
	--install-modules="$modules" "$tree/iso" >"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
