# SPDX-License-Identifier: MIT
# Who can be reached where.

@0xd4e8b1f0a63c9257;

struct AddressBook {
  # All of them.

  people @0 :List(Person);
  # In the order in which they were entered.
}

struct Person {
  # One person.

  id @0 :UInt32;
  # Unlike everybody else's.
  name @1 :Text;
  # As it is written on an envelope.
  phones @2 :List(Phone);
  # The best one first.
  work :union {
    # What the person does.
    none @3 :Void;
    # Nothing, or nobody knows.
    school @4 :Text;
    # Goes to the school of this name.
    employer @5 :Text;
    # Works for whoever has this name.
  }
}

struct Phone {
  # A phone number.

  number @0 :Text;
  # As it is dialled.
  kind @1 :Kind = mobile;
  # Where it rings.

  enum Kind {
    # Kinds of phones.
    home @0;
    # At home.
    mobile @1;
    # In a pocket.
    office @2;
    # At work.
  }
}
