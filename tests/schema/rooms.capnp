# SPDX-License-Identifier: MIT
# What test_rooms.py builds in pieces of memory of all sizes.

@0xd6b2a1f04c3e7795;

struct Tree {
  number @0 :UInt64;
  name @1 :Text;
  children @2 :List(Tree);
  rest @3 :AnyPointer;
}
