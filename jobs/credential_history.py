"""What a person's work implies they were allowed to do: a delivery driver had a driving licence.

Implied is not shown: it keeps a must-have rule from stopping somebody who has done the work, and asks for the card to
be checked. Only licences without which nobody may do that work are here; and the machines that take a ticket, as a job
asks for work with them and as a record names them.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _words(pattern: str) -> re.Pattern:
    return re.compile(pattern, re.IGNORECASE)


DRIVES = r"driv(?:e|es|er|ers|ing)\b"
NOT_ON_THE_ROAD = _words(
    r"\b(?:fork|flt\b|reach|counterbalance|pallet|stacker|lift|tractor|crane|plant|excavator|digger|dumper|loader|roller|"
    r"telehandler|mower|buggy|scrubber|machine|train\b|tram|pile|screw|sales|business|change|results|performance|improve|data)"
)
ROAD = r"\b(?:vans?|cars?|vehicles?|roads?|deliver\w*|parcels?|passengers?|goods|minibus\w*|motor\w*|customers?)\b"
HISTORY: tuple[tuple[str, re.Pattern], ...] = (
    ("driving-ce", _words(rf"\b(?:artic\w*|class (?:1|one)|c ?\+ ?e)\b.{{0,30}}{DRIVES}")),
    (
        "driving-c",
        _words(rf"\b(?:[hl]gv|lorry|lorries|tanker|tipper|refuse truck)\b.{{0,20}}{DRIVES}"),
    ),
    ("driving-c", _words(rf"{DRIVES}.{{0,20}}\b(?:[hl]gvs?|lorry|lorries|tankers?|tippers?)\b")),
    ("driving-c1", _words(rf"\b7\.5 ?t\w*\b.{{0,20}}{DRIVES}")),
    (
        "forklift",
        _words(r"\b(?:fork-? ?lift|flt|reach truck)\b.{0,20}\b(?:driver|operator|operative)\b"),
    ),
    ("driving-d", _words(rf"\b(?:bus|coach)\b.{{0,10}}{DRIVES}")),
)
# "For the courier", "to the drivers": somebody else's work.
ON_THE_ROAD = _words(
    rf"(?<!\bthe )\b(?:drivers?|courier)\b|\b(?:road[- ]test\w*|multi-?drop|chauffeur\w*|minicab|taxi)"
    rf"|\bdr(?:ive|ives|iving|ove)\b.*{ROAD}|{ROAD}.*\bdr(?:ive|ives|iving|ove)\b"
)


@lru_cache(maxsize=20_000)
def implied_credentials(line_text: str) -> frozenset[str]:
    """The licences that somebody who did this work must have had."""
    found = {slug for slug, pattern in HISTORY if pattern.search(line_text)}
    if not found and ON_THE_ROAD.search(line_text) and not NOT_ON_THE_ROAD.search(line_text):
        found.add("driving-b")
    return frozenset(found)


FORKLIFT = _words(r"\bfork-? ?lift|\bflts?\b|\bcounter-? ?balance|\breach trucks?\b")
TELEHANDLER = _words(r"\btele-?handlers?\b")
EXCAVATOR = _words(r"\bexcavators?\b|\bdiggers?\b")
DUMPER = _words(r"\bdumpers?\b")
DOZER = _words(r"\b(?:bull)?dozers?\b")
ROLLER = _words(r"\b(?:ride-? ?on|road|tandem|drum|vibrating)[- ]rollers?\b")
LORRY_LOADER = _words(r"\bhiabs?\b|\b(?:lorry|vehicle)[- ](?:loaders?|mounted cranes?)\b")
CHAINSAW = _words(r"\bchain-? ?saws?\b")
PLATFORMS = (
    r"(?:mewps?|cherry-? ?pickers?|(?:scissor|boom)[- ]lifts?|(?:powered access|(?:mobile |aerial )?"
    r"(?:elevat\w+|aerial) work(?:ing)?) platforms?)\b"
)
OPERATES = r"\b(?:operat|driv)(?:e|es|ing)\b"
# Many a trade works from a scaffold or near a crane, and needs no ticket for it: of these only the work itself asks for
# one. In a record any mention of them is a start.
WORKS_A_PLATFORM = _words(rf"(?:{OPERATES}|\bus(?:e|es|ing)\b|\bfrom\b) (?:[\w,-]+ ){{0,3}}{PLATFORMS}")
WORKS_A_CRANE = _words(rf"{OPERATES} (?:(?!(?:for|near|beside|with|as)\b)[\w,-]+ ){{0,5}}cranes?\b")
PUTS_UP_SCAFFOLDS = _words(
    r"\b(?:erect(?:s|ing)?|(?:assembl|dismantl|strik)(?:e|es|ing)|put(?:s|ting)? up|tak(?:e|es|ing) down) "
    r"(?:(?!(?:from|on|off|up|tower|mobile|access)\b)[\w,-]+ ){0,4}scaffold(?:s|ing)?\b(?! ?towers?)"
)

# Machines that nobody works on without a ticket, and scaffolds: what a ticket for it covers, how a job asks for the
# work, and how a record names it.
MACHINES: tuple[tuple[str, re.Pattern, re.Pattern], ...] = (
    ("forklift", FORKLIFT, FORKLIFT),
    ("telehandler", TELEHANDLER, TELEHANDLER),
    ("360-excavator", EXCAVATOR, EXCAVATOR),
    ("180-excavator", EXCAVATOR, EXCAVATOR),
    ("dumper", DUMPER, DUMPER),
    ("dozer", DOZER, DOZER),
    ("roller", ROLLER, ROLLER),
    ("hiab", LORRY_LOADER, LORRY_LOADER),
    ("chainsaw", CHAINSAW, CHAINSAW),
    ("crane", WORKS_A_CRANE, _words(r"\bcranes?\b")),
    ("ipaf", WORKS_A_PLATFORM, _words(rf"\b{PLATFORMS}")),
    ("cisrs", PUTS_UP_SCAFFOLDS, _words(r"\bscaffold")),
    ("cisrs-labourer", PUTS_UP_SCAFFOLDS, _words(r"\bscaffold")),
)


@lru_cache(maxsize=20_000)
def machines_asked(line_text: str) -> frozenset[str]:
    """The machines that a job's line asks somebody to work, by the credentials for each; any one of them will do."""
    return frozenset(slug for slug, asked, _named in MACHINES if asked.search(line_text))


@lru_cache(maxsize=20_000)
def machines_named(line_text: str) -> frozenset[str]:
    """The machines that a record's line speaks of, by the credentials for each."""
    return frozenset(slug for slug, _asked, named in MACHINES if named.search(line_text))
