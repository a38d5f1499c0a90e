# SPDX-License-Identifier: MIT
# Everything that interfaces can be: descendants, narrowed, streaming, empty.

@0xbec35dbc2c5d5aa5;

using C = import "/c.capnp";

interface Root {
  # The top of the diamond.

  identify @0 () -> (name :Text);
  # Who it is.
}

interface Left extends(Root) {
  left @0 (value :UInt32) -> (value :UInt32);
}

interface Right extends(Root) {
  right @0 (value :UInt32) -> (value :UInt32);
  give @1 (kin :Root) -> (kin :Root);
  # Takes and returns a capability of the common ancestor.
}

interface Marker {
  # Has no methods, and says something all the same.
}

interface Bottom extends(Left, Right, Marker) {
  # Has Root by two ways, and once.

  bottom @0 () -> ();
}

interface Store $C.facet(name = "StoreReader", id = 0xd1c2b3a495867701,
                         methods = ["size", "read"], doc = "Reads, and changes nothing.")
                $C.facet(name = "StoreSize", id = 0xd1c2b3a495867702, methods = ["size"]) {
  # Some bytes.

  write @0 (offset :UInt64, data :Data) -> stream;
  read @1 (offset :UInt64, maxBytes :UInt32) -> (data :Data);
  erase @2 () -> ();
  size @3 () -> (sizeBytes :UInt64);
  # How many bytes it has.
  reader @4 () -> (reader :Store $C.heldAs("StoreReader"));
  # The facet that reads.
}

interface Archive extends(Store) {
  # A store whose facets are also its own.

  seal @0 (reader :Store $C.heldAs("StoreReader")) -> ();
  # Compares with what another store has.
}

struct Spot {
  x @0 :Int32;
  y @1 :Int32;
  label @2 :Text;
  root @3 :Root;
}

struct Choice {
  union {
    spot @0 :Spot;
    area :group {
      width @1 :UInt16;
      height @2 :UInt16;
    }
  }
}

interface Copier {
  # Methods whose parameters and results are of every kind.

  place @0 (name :Text, spot :Spot, spots :List(Spot), numbers :List(UInt16), any :AnyPointer,
            kin :Root) -> (spot :Spot, sum :UInt64, texts :List(Text), any :AnyPointer);
  # Returns the spot, the sum of all coordinates and numbers, the labels, and any.
  choose @1 Choice -> Choice;
  # Returns what it is given.
  feed @2 (numbers :List(UInt16)) -> stream;
  # Adds the numbers up.
  total @3 () -> (sum :UInt64);
}

interface Box(T) {
  # Keeps something.

  put @0 (value :T) -> ();
  get @1 () -> (value :T);
}

interface TextBox extends(Box(Text)) {
  length @0 () -> (bytes :UInt32);
}
