# SPDX-License-Identifier: MIT
# Every feature of the schema language that tools/capnpc-capos supports, for its tests.

@0xd2b8f0a1c3e45967;

enum Color {
  # A color.
  red @0;
  # The first.
  darkGreen @1;
  blue @2;
}

struct Point {
  # A place.
  x @0 :Int32;
  y @1 :Int32 = -7;
}

struct Scalars {
  # Every plain type, with and without default.
  nothing @0 :Void;
  flag @1 :Bool;
  flagOn @2 :Bool = true;
  i8 @3 :Int8;
  i8d @4 :Int8 = -5;
  i16 @5 :Int16;
  i16d @6 :Int16 = -300;
  i32 @7 :Int32;
  i32d @8 :Int32 = -70000;
  i64 @9 :Int64;
  i64d @10 :Int64 = -5000000000;
  u8 @11 :UInt8;
  u8d @12 :UInt8 = 200;
  u16 @13 :UInt16;
  u16d @14 :UInt16 = 60000;
  u32 @15 :UInt32;
  u32d @16 :UInt32 = 4000000000;
  u64 @17 :UInt64;
  u64d @18 :UInt64 = 18000000000000000000;
  f32 @19 :Float32;
  f32d @20 :Float32 = 1.5;
  f64 @21 :Float64;
  f64d @22 :Float64 = -2.25;
  color @23 :Color;
  colorD @24 :Color = blue;
}

struct Everything {
  # All kinds of fields.

  scalars @0 :Scalars;
  text @1 :Text;
  greeting @2 :Text = "hello \"you\"\n";
  data @3 :Data;
  point @4 :Point;
  points @5 :List(Point);
  bools @6 :List(Bool);
  bytes @7 :List(UInt8);
  shorts @8 :List(Int16);
  ints @9 :List(Int32);
  longs @10 :List(UInt64);
  floats @11 :List(Float32);
  doubles @12 :List(Float64);
  texts @13 :List(Text);
  blobs @14 :List(Data);
  colors @15 :List(Color);
  matrix @16 :List(List(Int32));
  voids @17 :List(Void);
  cloud @18 :List(List(Point));

  place :group {
    # Where it is.
    name @19 :Text;
    number @20 :UInt32 = 3;
    inner :group {
      deep @21 :Int8;
    }
  }

  union {
    none @22 :Void;
    count @23 :UInt16;
    label @24 :Text;
    spot @25 :Point;
    box :group {
      width @26 :UInt16;
      height @27 :UInt16;
    }
  }

  choice :union {
    first @28 :Bool;
    second @29 :Int64;
    third @30 :List(Everything);
  }

  self @31 :Everything;
  default @32 :UInt8;
  # A word of C.

  struct Nested {
    # Inside.
    int @0 :Int32;
    const limit :UInt32 = 12;
  }

  nested @33 :Nested;
  pair @34 :Pair;

  struct Pair {
    # Recursive in two steps.
    left @0 :Everything;
    right @1 :Everything;
  }
}

const answer :UInt32 = 42;
const lowest :Int64 = -9223372036854775808;
const title :Text = "line one\nline two";
const ratio :Float64 = 0.125;
const yes :Bool = true;
const favourite :Color = darkGreen;

interface Calculator {
  # Calculates.

  add @0 (a :Int64, b :Int64) -> (sum :Int64);
  # Adds.
  store @1 (value :Everything) -> ();
  # Keeps a value.
  load @2 () -> Everything;
  # A named result.
  open @3 (name :Text, flags :UInt8, data :Data, peer :Calculator, any :Capability)
       -> (child :Calculator, other :Capability, ok :Bool, color :Color);
  # Everything that a flat stub can carry.
  move @4 Point -> Point;
  # Named on both sides.
  delete @5 (default :UInt32) -> (default :UInt32);
  # Words of C.
  list @6 () -> (peers :List(Calculator), result :Result);
  # A union of capabilities.
}

struct Result {
  # Two capabilities in one pointer.
  union {
    calculator @0 :Calculator;
    anything @1 :Capability;
  }
  extra @2 :Calculator;
}

struct Empty {
  # Nothing.
}

struct OldPoint {
  # Point as an older sender knows it.
  x @0 :Int32;
}
