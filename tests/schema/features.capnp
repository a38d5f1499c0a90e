# SPDX-License-Identifier: MIT
# Every feature of the schema language, for the tests of tools/capnpc-capos.

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

struct Defaults {
  # Fields behind pointers that have a default.
  text @0 :Text = "text";
  data @1 :Data = 0x"00 ff 80";
  ints @2 :List(Int16) = [1, -2, 3];
  bools @3 :List(Bool) = [true, false, true, true];
  texts @4 :List(Text) = ["one", "", "three"];
  points @5 :List(Point) = [(x = 1), (y = 2)];
  matrix @6 :List(List(Int32)) = [[1, 2], [], [3]];
  colors @7 :List(Color) = [blue, red];
  point @8 :Point = (x = 3, y = 4);
  pair @9 :Everything.Pair = (left = (text = "deep", points = [(x = 9)]));
  empty @10 :List(Int8) = [];
  nothing @11 :Point = ();
  voids @12 :List(Void) = [void, void];
  place :group {
    name @13 :List(Text) = ["in a group"];
    inner :group {
      point @14 :Point = (x = 5);
    }
  }
  union {
    first @15 :Point = (x = 6);
    second @16 :List(Int8) = [7, 8];
    third @17 :Text = "third";
    fourth @18 :UInt64 = 19;
    fifth @19 :Data = "fifth";
    sixth :group {
      low @20 :UInt32 = 21;
      high @21 :Text;
    }
  }
  constant @22 :Point = .origin;
}

const nothing :Void = void;
const bytes :Data = 0x"01 02 00 ff";
const primes :List(UInt16) = [2, 3, 5, 7];
const words :List(Text) = ["a", "b?", "c"];
const origin :Point = (x = 11, y = 12);
const path :List(Point) = [.origin, (x = 13)];
const none :List(Bool) = [];
const nowhere :Point = ();
const home :Everything = (text = "home", point = .origin, count = 5);
const lines :Text = .title;

struct Anything {
  # Whatever it may be.
  pointer @0 :AnyPointer;
  structure @1 :AnyStruct;
  list @2 :AnyList;
  cap @3 :Capability;
  calculators @4 :List(Calculator);
  union {
    unset @5 :Void;
    what @6 :AnyPointer;
    who @7 :Calculator;
  }
}

struct Box(T) {
  # A generic struct.
  value @0 :T;
  group :group {
    inner @1 :T;
  }
  union {
    none @2 :Void;
    some @3 :T;
  }
  next @4 :Box(T);
  text @5 :Box(Text);

  struct Lid(U) {
    # In a generic scope.
    top @0 :T;
    bottom @1 :U;
    both @2 :Map(T, U);
    box @3 :Box(U);
  }
  lid @6 :Lid(Point);
  plain @7 :Plain;
  struct Plain {
    # Generic only by its scope.
    of @0 :T;
  }
  interface Store(V) {
    # A generic interface in a generic scope.
    put @0 (key :T, value :V) -> (old :V);
    any @1 [W] (which :W) -> (same :W, box :Box(W));
  }
  enum Size {
    small @0;
    large @1;
  }
  size @8 :Size = large;
}

struct Map(Key, Value) {
  # Two parameters.
  entries @0 :List(Entry);
  struct Entry {
    key @0 :Key;
    value @1 :Value;
  }
}

struct Boxes {
  # Uses of generics.
  texts @0 :Box(Text);
  points @1 :Box(Point);
  boxes @2 :Box(Box(Data));
  lists @3 :Box(List(UInt16));
  unbound @4 :Box;
  ages @5 :Map(Text, Point);
  lid @6 :Box(Text).Lid(Data);
  store @7 :Box(Text).Store(Point);
  size @8 :Box(Text).Size = small;
  plain @9 :Box(Color2).Plain;
  many @10 :List(Box(Point));
  deep @11 :List(List(Map(Text, Text)));

  struct Color2 {
    shade @0 :Int8;
  }
}

annotation note @0xd2b8f0a1c3e45968 (*) :Text;
# An annotation of no consequence.
annotation shape @0xd2b8f0a1c3e45969 (struct, field) :Point;

struct Noted $note("a struct") $shape(x = 1) {
  # Annotated everywhere.
  field @0 :Int32 $note("a field") $shape(y = 2);
  either :union $note("a union") {
    a @1 :Void $note("a member");
    b @2 :Void;
  }
  group :group $note("a group") {
    c @3 :Int8;
  }
  enum Kind $note("an enum") {
    one @0 $note("an enumerant");
  }
  interface Noting $note("an interface") {
    run @0 (a :Int8 $note("a parameter")) -> () $note("a method");
  }
  const seven :Int8 = 7 $note("a constant");
}
