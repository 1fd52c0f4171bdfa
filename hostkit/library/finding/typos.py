"""Words near a misspelt one: every word is known under itself with one letter left out.

Two words that differ by one letter added, missing, wrong or swapped with its neighbour
share such a form (W. Garbe, "SymSpell", 2012), so that a look-up replaces a comparison
with all words.
"""

from __future__ import annotations

LONG_WORD = 7
"""From this length on a word may be wrong in two places."""


def forms(word: str) -> set[str]:
    """The word, and the word without each of its letters.

    >>> sorted(forms("sub"))
    ['sb', 'su', 'sub', 'ub']
    """
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def wider_forms(word: str) -> set[str]:
    """What to look a possibly misspelt word up under."""
    found = forms(word)
    if len(word) >= LONG_WORD:
        found |= {shorter for form in found for shorter in forms(form)}
    return found


def most_errors(word: str) -> int:
    """How many letters of a word may be wrong."""
    return 2 if len(word) >= LONG_WORD else 1


def errors_between(a: str, b: str) -> int:
    """Letters added, missing, wrong or swapped (Damerau's distance, each letter once).

    >>> errors_between("stirngs", "strings"), errors_between("choir", "chior")
    (1, 1)
    """
    before: list[int] = []
    above = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]
