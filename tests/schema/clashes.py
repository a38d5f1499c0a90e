# SPDX-License-Identifier: MIT
"""Makes schemas whose names come from the words that generated names are made of."""

import random

WORDS = """get set init has adopt read new at builder which list of schema begin sized finish send
    receive slowly shape fill load fn invoke method table count data words pointers client
    interface id params results any from orphan foo bar in size unix int""".split()
TYPES = ["Int8", "UInt64", "Text", "Data", "Bool", "List(Text)", "Float32", "Void"]


class Maker:
    """One schema; the same seed makes the same one."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def name(self, used, capital):
        while True:
            words = self.random.choices(WORDS, k=self.random.randint(1, 3))
            name = "".join(word.capitalize() for word in words)
            if self.random.random() < 0.1:
                name = name[:-1] + name[-1].upper()
            if not capital:
                name = name[0].lower() + name[1:]
            if name not in used and name not in ("List", "Data"):
                used.add(name)
                return name

    def members(self, used, count, shape):
        names = [self.name(used, False) for _ in range(count)]
        return " ".join(shape(name, i) for i, name in enumerate(names))

    def field(self, name, i):
        return f"{name} @{i} :{self.random.choice(TYPES)};"

    def parameters(self):
        return ", ".join(f"{self.name(set(), False)}{i} :{self.random.choice(TYPES)}"
                         for i in range(self.random.randint(0, 2)))

    def method(self, name, i):
        return f"{name} @{i} ({self.parameters()}) -> ({self.parameters()});"

    def struct(self, used, depth):
        own = set()
        count = self.random.randint(0, 3)
        text = self.members(own, count, self.field)
        group = self.name(own, False)
        text += f" {group} :group {{ {self.name(set(), False)} @{count} :Text; }}"
        text += " union { " + self.members(
            own, 2, lambda name, i: self.field(name, count + 1 + i)) + " }"
        if depth < 2:
            text += self.declarations(own, 2, depth + 1)
        return f"struct {self.name(used, True)} {{ {text} }}"

    def enum(self, used):
        members = self.members(set(), 3, lambda name, i: f"{name} @{i};")
        return f"enum {self.name(used, True)} {{ {members} }}"

    def interface(self, used):
        members = self.members(set(), 4, self.method)
        return f"interface {self.name(used, True)} {{ {members} }}"

    def declarations(self, used, count, depth):
        text = ""
        for _ in range(count):
            kind = self.random.randrange(5)
            if kind < 2:
                text += self.struct(used, depth)
            elif kind == 2:
                text += self.enum(used)
            elif kind == 3:
                text += self.interface(used)
            else:
                text += f"const {self.name(used, False)} :Int8 = 1;"
            text += "\n"
        return text

    def schema(self, file_id):
        return f"@0x{file_id:016x};\n" + self.declarations(set(), 8, 0)
