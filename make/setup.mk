# SPDX-License-Identifier: MIT
# Before any target: the Debian packages that the build needs are there. With a fresh
# stamp this costs a few milliseconds; see tools/setup.sh.

SETUP_FREE_GOALS := help clean
GOALS := $(or $(MAKECMDGOALS),$(.DEFAULT_GOAL))

ifneq ($(filter-out $(SETUP_FREE_GOALS),$(GOALS)),)
ifneq ($(shell tools/setup.sh >&2 && echo ready),ready)
$(error the packages above are needed first)
endif
endif
