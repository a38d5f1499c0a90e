# SPDX-License-Identifier: MIT
# What a schema says to capnpc-capos about its C: names, and narrowed facets.
#
# Other generators ignore these annotations; the bytes of a message do not depend on them.
#
#     using C = import "c.capnp";    (beside it; "/c.capnp" where its folder is a -I)

@0xa5d5ea874453a4c6;

annotation name @0xf2d001543c4b7826
    (file, struct, enum, interface, field, union, group, enumerant, const, annotation,
     method, param) :Text;
# The declaration's name in C in the place of its own: one identifier as a schema would
# spell it (Shape, maxBytes). Everything made of the name follows, nested declarations and
# method ordinals too; reflection, diagnostics and the shell keep the schema's own name.
# Of a file: what every name in it begins with.
# Refused: a name that is not a schema identifier, one that collides with another.

annotation facet @0xb136683a929403e5 (interface) :NarrowedFacet;
# A narrowed facet of the interface: an interface id of its own through which only the
# named methods can be called. An interface may have several; write one annotation each:
#
#     interface Console $C.facet(name = "ConsoleWriter", id = 0xcfe9c1694b043d99,
#                                methods = ["write", "writeLine"]) {
#
# A capability of the interface also answers calls that name the facet's id (as it answers
# those that name an ancestor's); one held as the facet answers no others.

annotation heldAs @0x8dc41892dcc72b35 (field, param) :Text;
# On a field whose type is an interface: the capability in it is held as this narrowed
# facet of that interface. To readers that do not know the facet it is a capability of
# the interface that refuses some methods.
#
#     writer @4 () -> (writer :Console $C.heldAs("ConsoleWriter"));
#
# Refused: a name that is no facet of the field's interface.

struct NarrowedFacet {
  # Some methods of an interface, under an interface id of their own.

  name @0 :Text;
  # As an interface would be called that stood beside the narrowed one.
  id @1 :UInt64;
  # The interface id, from `capnp id`: unlike every other id of all schemas.
  methods @2 :List(Text);
  # Methods that the interface declares itself, as spelled there. They keep their ordinals,
  # parameters and documentation. Refused: an unknown name, one named twice, none at all.
  doc @3 :Text;
  # What the facet is for, as its documentation.
}
