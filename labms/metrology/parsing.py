"""The grammar of expressions, by recursive descent."""

import re
from fractions import Fraction

from labms.i18n import N_
from labms.metrology.tree import (
    COMPARISONS,
    FUNCTIONS,
    WORDS,
    BadExpression,
    Node,
)

LONGEST = 900
DEEPEST = 80

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,2}(?![0-9.A-Za-z_]))?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>'[^'\n]{0,80}')
      | (?P<mark><=|>=|==|!=|\*\*|[-+*/(),<>])
    )""",
    re.VERBOSE | re.ASCII,
)


def parse_tree(source: str) -> Node:
    """Return the root of the tree of an expression, or raise BadExpression."""
    return _Parser(source).parse()


class _Parser:
    """Reads left to right; each method reads one level of the grammar."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.depth = 0
        self.at = 0
        if len(source) > LONGEST:
            raise self.refuse(LONGEST, N_("too long"))
        self.tokens = self.split()

    def refuse(self, position: int, problem: str, what: str = "") -> BadExpression:
        return BadExpression(
            source=self.source[:80],
            position=position + 1,
            problem=problem,
            what=what,
        )

    def split(self) -> list[tuple[str, str, int]]:
        tokens, at = [], 0
        while self.source[at:].strip():
            match = _TOKEN.match(self.source, at)
            if match is None or match.lastgroup is None:
                start = at + len(self.source[at:]) - len(self.source[at:].lstrip())
                raise self.refuse(start, N_("this cannot be read"))
            kind = match.lastgroup
            tokens.append((kind, match[kind], match.start(kind)))
            at = match.end()
        tokens.append(("end", "", len(self.source)))
        return tokens

    def parse(self) -> Node:
        root = self.either()
        if self.kind != "end":
            raise self.refuse(self.position, N_("the expression should end here"))
        return root

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def text(self) -> str:
        return self.tokens[self.at][1] if self.kind in ("mark", "name") else ""

    @property
    def position(self) -> int:
        return self.tokens[self.at][2]

    def take(self) -> tuple[str, str, int]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def expect(self, mark: str) -> None:
        if self.text != mark:
            raise self.refuse(self.position, N_("a mark is missing:"), mark)
        self.take()

    def either(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refuse(self.position, N_("too deeply nested"))
        left = self.both()
        while self.text == "or":
            position = self.take()[2]
            left = Node("or", position, parts=(left, self.both()))
        self.depth -= 1
        return left

    def both(self) -> Node:
        left = self.negated()
        while self.text == "and":
            position = self.take()[2]
            left = Node("and", position, parts=(left, self.negated()))
        return left

    def negated(self) -> Node:
        refusals = []
        while self.text == "not":
            refusals.append(self.take()[2])
        node = self.comparison()
        for position in reversed(refusals):
            node = Node("not", position, parts=(node,))
        return node

    def comparison(self) -> Node:
        left = self.sum()
        if self.text in COMPARISONS:
            _, operator, position = self.take()
            left = Node(operator, position, parts=(left, self.sum()))
            if self.text in COMPARISONS:
                raise self.refuse(self.position, N_("join comparisons with “and”"))
        return left

    def sum(self) -> Node:
        left = self.product()
        while self.text in ("+", "-") and self.kind == "mark":
            _, operator, position = self.take()
            left = Node(operator, position, parts=(left, self.product()))
        return left

    def product(self) -> Node:
        left = self.signed()
        while self.text in ("*", "/") and self.kind == "mark":
            _, operator, position = self.take()
            left = Node(operator, position, parts=(left, self.signed()))
        return left

    def signed(self) -> Node:
        signs = []
        while self.text in ("-", "+") and self.kind == "mark":
            signs.append(self.take())
        node = self.power()
        for _, sign, position in reversed(signs):
            if sign == "-":
                node = Node("negative", position, parts=(node,))
        return node

    def power(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refuse(self.position, N_("too deeply nested"))
        base = self.single()
        if self.text == "**":
            position = self.take()[2]
            base = Node("**", position, parts=(base, self.signed()))
        self.depth -= 1
        return base

    def single(self) -> Node:
        kind, text, position = self.take()
        if kind == "number":
            return Node("number", position, Fraction(text))
        if kind == "text":
            return Node("text", position, text[1:-1])
        if kind == "name" and text in ("true", "false"):
            return Node("truth", position, text == "true")
        if kind == "name" and (text in FUNCTIONS or text == "if"):
            return self.call(text, position)
        if kind == "name" and text not in WORDS:
            if self.text == "(":
                raise self.refuse(position, N_("no such function:"), text)
            return Node("name", position, text)
        if (kind, text) == ("mark", "("):
            inner = self.either()
            self.expect(")")
            return inner
        raise self.refuse(position, N_("a value is missing"))

    def call(self, name: str, position: int) -> Node:
        self.expect("(")
        parts = [self.either()]
        while self.text == ",":
            self.take()
            parts.append(self.either())
        self.expect(")")
        wanted = 3 if name == "if" else FUNCTIONS[name][0]
        if wanted is not None and len(parts) != wanted:
            raise self.refuse(position, N_("another number of values is needed:"), name)
        return Node(name, position, parts=tuple(parts))
