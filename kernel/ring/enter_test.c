/* SPDX-License-Identifier: MIT */
/* placeholder */
// TEST-LINK: tests/support/hosted_machine.c @hosted @gen
#include "tests/support/hosted_machine.h"
int main(void) { machine_boot(16, "nonce=1 console=pipe"); return 0; }
