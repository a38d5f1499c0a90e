# SPDX-License-Identifier: MIT
# What bench/capnp/ reads, builds, copies and packs, in C and in C++.

@0xb14d429573167f5e;

enum Kind { file @0; folder @1; link @2; }

# The struct of 16 fields: what an index of files or a table of accounts may have a row of.
struct Record {
  id @0 :UInt64;
  createdNs @1 :Int64;
  kind @2 :Kind;
  flags @3 :UInt32;
  ratio @4 :Float64;
  score @5 :Float32;
  active @6 :Bool;
  hidden @7 :Bool;
  level @8 :UInt8;
  port @9 :UInt16;
  balance @10 :Int32;
  quota @11 :UInt64 = 1000000;
  name @12 :Text;
  note @13 :Text;
  tags @14 :List(UInt32);
  digest @15 :Data;
}

# A tree: each node has a number, a name and its children.
struct Node {
  number @0 :UInt64;
  name @1 :Text;
  children @2 :List(Node);
}

# What is packed: records, the tree's upper part, and a piece of data without zeros.
struct Mixed {
  records @0 :List(Record);
  tree @1 :Node;
  picture @2 :Data;
}
