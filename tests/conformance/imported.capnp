# SPDX-License-Identifier: MIT
# What everything.capnp imports, and imports back.

@0xd2b8f0a1c3e46967;

using Everything = import "everything.capnp";

struct Pair(First, Second) {
  first @0 :First;
  second @1 :Second;

  struct Swapped {
    pair @0 :Pair(Second, First);
  }
}

struct Leaf {
  name @0 :Text = Everything.defaultName;
  kind @1 :Everything.Kind = two;
  back @2 :Everything.Tree;
}

const defaultLeaf :Leaf = (name = "a leaf", kind = one);
