# SPDX-License-Identifier: MIT
# Defaults behind pointers, any pointers and type parameters, for test_text.py.

@0xe5b1c1d0c2a94f17;

interface Timer {
  now @0 () -> ();
}

struct Point {
  x @0 :Int32 = 3;
  label @1 :Text = "point";
}

struct Box(A, B) {
  first @0 :A;
  second @1 :B;
  inner @2 :Inner;

  struct Inner {
    deep @0 :A;
  }
}

struct Sample {
  union {
    none @0 :Text = "of none";
    point @1 :Point = (x = 9, label = "given");
    data @2 :Data = 0x"00 ff 41";
    list @3 :List(Int32) = [1, 2, 3];
    points @4 :List(Point) = [(x = 1), (label = "a longer label than fits one line")];
    text @5 :Text = "of text";
    plain @6 :Point;
    any @7 :AnyPointer;
    anyStruct @8 :AnyStruct;
    anyList @9 :AnyList;
    self @10 :Sample = (list = [4]);
    texts @11 :List(Text) = ["a", "b"];
  }
  number @12 :UInt16;
  texts2 @13 :Box(Text, List(Data));
  points2 @14 :Box(Point, List(Point));
  lists2 @15 :Box(List(Text), List(Box(Text, Text)));
  free @16 :Box;
  pointer @17 :AnyPointer;
  structure @18 :AnyStruct;
  list2 @19 :AnyList;
  after @20 :Point = (x = 7);
}
