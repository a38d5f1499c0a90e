# SPDX-License-Identifier: MIT
# Something to convert: a drawing.

@0xbe1f7c2a5d9043e6;

struct Drawing {
  # Shapes on a sheet.

  title @0 :Text = "untitled";
  # What is written below it.
  shapes @1 :List(Shape);
  # From the back to the front.
}

struct Shape {
  # One shape: a colour, and where its lines are.

  colour @0 :Colour;
  union {
    circle :group {
      # All points at a distance from one.
      centre @1 :Point;
      radius @2 :Float32;
    }
    polygon @3 :List(Point);
    # Straight lines from each point to the next, and back.
  }
}

struct Point {
  # A place: x to the right, y down, in millimetres.

  x @0 :Float32;
  y @1 :Float32;
}

enum Colour {
  # As people name them: black, red, blue.

  black @0;
  red @1;
  blue @2;
}
