# SPDX-License-Identifier: MIT
# make prove: bounded proofs of core/, one per file of tests/proof/ (see proof.h there).
# ARGS="reader_struct frame" runs only these.

PROVE_TOOLS := $(BUILD)/prove-tools

.PHONY: prove
prove: $(PROVE_TOOLS)/cbmc
	$(Q)$(PYTHON) -B tests/proof/prove.py --tools $(PROVE_TOOLS) --build $(BUILD)/prove $(ARGS)

$(PROVE_TOOLS)/cbmc: tools/fetch_cbmc.py
	$(call say,FETCH,cbmc and kissat)
	$(Q)$(PYTHON) -B tools/fetch_cbmc.py $(PROVE_TOOLS)
	$(Q)touch $@
