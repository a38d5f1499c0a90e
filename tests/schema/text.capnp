# SPDX-License-Identifier: MIT
# What can be printed and parsed, for test_text.py.

@0xa1c9d9b53ff0e8d4;

enum Color {
  red @0;
  darkGreen @1;
  aVeryLongNameOfAColorWhichBreaksLines @2;
}

struct Point {
  x @0 :Int32;
  y @1 :Int32 = -7;
}

struct Sample {
  nothing @0 :Void;
  flag @1 :Bool;
  single @2 :Float32;
  double @3 :Float64;
  text @4 :Text;
  data @5 :Data;
  color @6 :Color;
  point @7 :Point;
  points @8 :List(Point);
  texts @9 :List(Text);
  integers @10 :List(Int32);
  matrix @11 :List(List(Int32));
  nothings @12 :List(Void);
  singles @13 :List(Float32);
  doubles @14 :List(Float64);
  blobs @15 :List(Data);
  colors @16 :List(Color);
  flags @17 :List(Bool);
  greeting @18 :Text = "hello \"you\"\n";
  place :group {
    name @19 :Text;
    number @20 :Int8 = 3;
  }
  union {
    none @21 :Void;
    count @22 :Int32;
    label @23 :Text = "a label";
    box :group {
      width @24 :UInt8;
      name @25 :Text;
    }
    spot @26 :Point;
  }
  choice :union {
    first @27 :Text;
    second @28 :Text;
  }
  child @29 :Sample;
  children @30 :List(Sample);
  tiny @31 :Int8;
  small @32 :Int16;
  wide @33 :Int64;
  byte @34 :UInt8;
  short @35 :UInt16;
  word @36 :UInt32;
  long @37 :UInt64;
  deep @38 :List(List(List(Text)));
  last @39 :Bool;
}
