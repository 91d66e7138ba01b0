"""What people call their own cards and licences: "passed my test", "lorry licence", "labourer's card".

In an advert these words may mean anything; in a record of what somebody has done they are the credential. Whether it is
held at all ("want", "lost", "ran out") is asked of the words around, as for every other name (credential_status.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from jobs.credential_families import Found

FULL = r"(?:full|clean|valid|current|manual)(?:[\s,]+(?:and\s)?(?:full|clean|uk|british|manual))*"
FOOD = r"food (?:hyg\w+|higene|safety)"
TWO, THREE = r"(?:level |lvl |l)?(?:2|two)\b", r"(?:3|three)"
Names = tuple[tuple[str, re.Pattern], ...]


def _compiled(*names: tuple[str, str]) -> Names:
    return tuple((slug, re.compile(pattern, re.IGNORECASE)) for slug, pattern in names)


OWN_WORDS = _compiled(
    ("driving-b", r"\bpassed (?:my|the) (?:driving |car )?test\b(?!.{0,12}\b(?:theory|hgv|lgv|bike)\b)"),
    ("driving-b", rf"\b(?:got|have|had|hold|with|ve) (?:a |my )?{FULL}(?: driving)? licen[cs]e\b"),
    ("driving-b", rf"\bcan drive\b,? {FULL}|\b(?:can |i )drive (?:a )?(?:cars?|vans?)\b.{{0,25}}\blicen[cs]e"),
    ("driving-ce", r"\b(?:got|have|had|hold|my|passed|a) (?:an? |my )?class (?:one|1)\b|\bartic licen[cs]e"),
    ("driving-c", r"\blorry licen[cs]e|\b(?:got|have|had|hold|my|passed|a) (?:an? |my )?class (?:two|2)\b"),
    ("driving-a", r"\b(?:moped|motor ?bike|motorcycle|bike) licen[cs]e"),
    (
        "food-hygiene-2",
        rf"\b{FOOD}\W{{0,3}}(?:cert\w*\W{{0,3}})?{TWO}|\b(?:level |lvl |l)(?:2|two)\W{{1,3}}(?:in )?{FOOD}",
    ),
    ("food-hygiene", r"\bfood (?:hyg[ei]{2}ne|hygine|hygene|higene|hygein)\b"),
    ("cscs-green", r"(?<!cisrs )\blabourer['’]?s?['’]? card\b|\bgreen (?:site )?card\b"),
    (
        "sia-door",
        r"\b(?:sia|badge)\b.{0,20}\bdoors?\b|\bdoor supervis\w+ (?:course|badge|licen[cs]e|training|card)",
    ),
    ("first-aid-at-work", rf"\bfirst aider at work\b|\b{THREE}[\s-]day first aid"),
    ("emergency-first-aid", r"\b(?:one|1)[\s-]day (?:emergency )?first aid"),
    ("forklift-reach", r"\bfork[\s-]?lift\b.{0,40}\breach\b"),
    ("driving-c", r"\bclass (?:one|1) (?:and|&) (?:two|2)\b"),
    ("npors", r"\bnpors\b"),
    ("cpcs", r"\bcpcs\b"),
    ("crane", r"\bcranes?\b[^,.;]{0,25}\b(?:cpcs|npors|ticket|card)\b|\b(?:cpcs|npors)\b[^,.;]{0,25}\bcranes?\b"),
    ("gcse-any", r"\b(?:\d+|two|three|four|five|six|some|a few) gcses?\b"),
    ("driving-b", r"^\W*(?:cat(?:egory)?\.? b)\W*$"),
    ("forklift-reach", r"\breach(?: trucks?)?\b.{0,8}\bcounter ?balance|\bcounter ?balance\b.{0,8}\breach\b"),
    ("forklift-counterbalance", r"\breach(?: trucks?)?\b.{0,8}\bcounter ?balance"),
    ("telehandler", r"\btele ?porter (?:ticket|licen[cs]e|card)"),
    ("traffic-marshal", r"\btraffic (?:banksman|banks)\b"),
    ("chainsaw", r"\bchain ?saw\b.{0,20}\b(?:lantra|nptc|ticket|cert\w*|licen[cs]e)"),
    ("chainsaw", r"\b(?:lantra|nptc)\b.{0,12}\bchain ?saw"),
    ("ecs", r"\bjib\b.{0,12}\bcard|\bcard\b.{0,20}\bjib\b"),
    ("peer-mentor", r"\bshannon trust mentor\w* (?:cert\w*|award|training|course)"),
    ("allergen-awareness", r"\baller(?:gy|gen) awareness\b"),
    ("waste-competence", r"\bcotc\b|\bwamitab\b"),
    ("functional-english-2", rf"\benglish functional skills\W{{1,3}}{TWO}"),
    ("functional-english-1", r"\benglish functional skills\W{1,3}(?:level |l)(?:1|one)\b"),
    ("functional-maths-2", rf"\bmaths? functional skills\W{{1,3}}{TWO}"),
    ("functional-maths-1", r"\bmaths? functional skills\W{1,3}(?:level |l)(?:1|one)\b"),
    ("site-safety-level-1", r"\blevel (?:1|one)\b.{0,12}\bhealth (?:and|&) safety\b.{0,8}\bconstruction"),
    ("water-hygiene", r"\bblue (?:water )?hygiene card"),
    ("barista", r"\bbarista (?:course|training|award|cert\w*|level|skills)\b"),
    ("asbestos-awareness", r"\basbestos awareness\b"),
)
# A machine or a topic as well ("operate a scissor lift"): the card only beside a word for one, or where nothing else is
# said, as for the weak names of the vocabulary.
WEAK_WORDS = _compiled(
    ("lift-truck-pallet", r"\bpowered pallet trucks?\b"),
    ("telehandler", r"\btelescopic handlers?\b"),
    ("ipaf", r"\bscissor lifts?\b|\bcherry ?picker\b"),
    ("pasma", r"\bscaff?(?:old)? towers?\b|\bmobile towers?\b"),
    ("basic-life-support", r"\bcpr\b"),
    ("manual-handling", r"\bmanual handling\b"),
    ("abrasive-wheels", r"\babrasive wheels?\b"),
    ("pat-testing", r"\bpat test\w*\b"),
    ("working-at-height", r"\bwork(?:ing)? at heights?\b"),
)


def own_names(text: str, is_ticket: Callable[[str, int, int], bool]) -> list[Found]:
    """is_ticket: whether the words around a stretch of the text say that a card is meant."""
    found = [(m.start(), m.end(), slug, "") for slug, pattern in OWN_WORDS for m in pattern.finditer(text)]
    weak = [(m.start(), m.end(), slug, "") for slug, pattern in WEAK_WORDS for m in pattern.finditer(text)]
    return found + [one for one in weak if is_ticket(text, one[0], one[1])]
