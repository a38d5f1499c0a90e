# SPDX-License-Identifier: MIT
# bench/capnp: the same work by core/capnp and by Debian's C++ library, as two programs of
# this computer. Both are compiled with the same optimisation by the same compiler; what
# is inside libcapnp.so is as Debian built it. bench/capnp/measure.py counts.

BENCH_CAPNP := $(BUILD)/bench/capnp
BENCH_CAPNP_PROGRAMS := $(if $(wildcard bench/capnp),$(BENCH_CAPNP)/ours $(BENCH_CAPNP)/theirs)
bench: $(BENCH_CAPNP_PROGRAMS)

BENCH_CAPNP_GEN := $(BENCH_CAPNP)/gen.stamp
BENCH_CAPNP_C_FLAGS := $(COMMON_FLAGS) -I$(BENCH_CAPNP)/c -D_GNU_SOURCE -O2
BENCH_CAPNP_CXX_FLAGS := -std=c++17 -Wall -Wextra -Werror -I. -I$(BENCH_CAPNP)/cxx \
	-ffile-prefix-map=$(CURDIR)=. -gdwarf-4 -O2
BENCH_CAPNP_OBJECTS := $(BENCH_CAPNP)/bench/capnp/ours.o \
	$(patsubst %.c,$(BENCH_CAPNP)/%.o,$(filter core/capnp/%,$(CORE_SOURCES)))

$(BENCH_CAPNP_GEN): bench/capnp/work.capnp $(GEN_PLUGIN) make/bench.mk
	$(call say,GEN,$<)
	$(Q)mkdir -p $(BENCH_CAPNP)/c/gen $(BENCH_CAPNP)/cxx/gen
	$(Q)capnp compile --no-standard-import --src-prefix=bench/capnp \
		-o$(CURDIR)/$(GEN_PLUGIN):$(BENCH_CAPNP)/c/gen -oc++:$(BENCH_CAPNP)/cxx/gen $<
	$(Q)touch $@

$(BENCH_CAPNP)/ours: $(BENCH_CAPNP_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(BENCH_CAPNP_C_FLAGS) $^ -o $@

$(BENCH_CAPNP)/theirs: $(BENCH_CAPNP)/bench/capnp/theirs.o $(BENCH_CAPNP)/work.o
	$(call say,LINK,$@)
	$(Q)$(CXX) $(BENCH_CAPNP_CXX_FLAGS) $^ -lcapnp -lkj -o $@

$(BENCH_CAPNP)/%.o: %.c make/config.mk make/bench.mk $(BENCH_CAPNP_GEN)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_CAPNP_C_FLAGS) $(DEPENDENCIES) -c $< -o $@

$(BENCH_CAPNP)/%.o: %.cc make/config.mk make/bench.mk $(BENCH_CAPNP_GEN)
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CXX) $(BENCH_CAPNP_CXX_FLAGS) $(DEPENDENCIES) -c $< -o $@

$(BENCH_CAPNP)/work.o: $(BENCH_CAPNP_GEN)
	$(call say,CXX,$@)
	$(Q)$(CXX) $(BENCH_CAPNP_CXX_FLAGS) -c $(BENCH_CAPNP)/cxx/gen/work.capnp.c++ -o $@

$(CHECK)/tidy/bench/capnp/ours.c.ok: $(BENCH_CAPNP_GEN)

-include $(BENCH_CAPNP_OBJECTS:.o=.d) $(BENCH_CAPNP)/bench/capnp/theirs.d
