# SPDX-License-Identifier: MIT
# What the language has and tests/schema/features.capnp does not use: imports in a circle,
# unions around older fields, generic interfaces and methods, brands within brands.

@0xd2b8f0a1c3e46966;

using Imported = import "imported.capnp";
using import "imported.capnp".Leaf;
using Pair = Imported.Pair;

const defaultName :Text = "no name";

enum Kind {
  one @0;
  two @1;
  three @2;
}

struct Hollow {}

struct Tree {
  leaf @0 :Leaf = .Imported.defaultLeaf;
  children @1 :List(Tree);
  pair @2 :Pair(Text, List(Leaf));
  swapped @3 :Pair(Text, Leaf).Swapped;
  deep @4 :Pair(Pair(Text, Data), Pair(List(Pair(Text, Leaf)), Tree));
  erased @5 :Pair;
  nothing @6 :Hollow;
  nothings @7 :List(Hollow);
}

struct Retrofitted {
  # Unions beside and after fields, one with the number that old schemas gave them.
  union {
    older @0 :UInt16 = 7;
    newer @2 :Text;
    none @3 :Void;
  }
  choice @1! :union {
    first @5 :Float32 = -1.5;
    second :group {
      a @6 :Bool = true;
      b @7 :List(List(Kind)) = [[one], [], [two, three]];
      inner :union {
        c @8 :Int8;
        d @9 :AnyPointer;
      }
    }
  }
  last @4 :Void;
}

interface Store(Key, Value) {
  get @0 (key :Key) -> (value :Value);
  put @1 (entries :List(Pair(Key, Value))) -> stream;
  convert @2 [Other] (other :Other) -> (same :Other, store :Store(Key, Other));

  struct Named {
    key @0 :Key;
    value @1 :Value;
  }
}

interface Special extends(Store(Text, Tree), Closable) {
  special @0 Tree -> Retrofitted;
}

interface Closable {
  close @0 ();
}

struct Holder {
  store @0 :Store(Text, Data);
  special @1 :Special;
  stores @2 :List(Store(Data, Leaf));
  any @3 :Capability;
  named @4 :Store(Text, List(UInt64)).Named;
}

struct Wide {
  # More of everything than fits a few words.
  bits @0 :List(Bool) = [true, false, true, true, false, false, true, true, true];
  matrix @1 :List(List(List(Int16))) = [[[1], [], [-2, 3]], []];
  blobs @2 :List(Data) = [0x"00 01", "", 0x"ff"];
  leaves @3 :List(Leaf) = [(name = "x"), (), (kind = three)];
  tree @4 :Tree = (children = [(leaf = (name = "deep")), ()], pair = (first = "p"));
  b0 @5 :Bool; b1 @6 :Bool = true; b2 @7 :Bool; b3 @8 :Bool = true; b4 @9 :Bool;
  i8 @10 :Int8 = -128; i16 @11 :Int16 = -1; i32 @12 :Int32 = 2147483647; u8 @13 :UInt8;
  f @14 :Float64 = nan; g @15 :Float32 = -inf; h @16 :Float64 = 0.1;
  k @17 :Kind = three; l @18 :UInt64 = 0xffffffffffffffff; m @19 :Int64 = -0x8000000000000000;
}
