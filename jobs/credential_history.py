"""What a person's work implies they were allowed to do: a delivery driver had a driving licence.

Implied is not shown: it keeps a must-have rule from stopping somebody who has done the work, and asks for the card to
be checked. Only licences without which nobody may do that work are here.
"""

from __future__ import annotations

import re
from functools import lru_cache

DRIVES = r"driv(?:e|es|er|ers|ing)\b"
NOT_ON_THE_ROAD = re.compile(
    r"\b(?:fork|flt\b|reach|counterbalance|pallet|stacker|lift|tractor|crane|plant|excavator|digger|dumper|loader|roller|"
    r"telehandler|mower|buggy|scrubber|machine|train\b|tram|pile|screw|sales|business|change|results|performance|improve|data)",
    re.IGNORECASE,
)
ROAD = r"\b(?:vans?|cars?|vehicles?|roads?|deliver\w*|parcels?|passengers?|goods|minibus\w*|motor\w*|customers?)\b"
HISTORY: tuple[tuple[str, re.Pattern], ...] = (
    ("driving-ce", re.compile(rf"\b(?:artic\w*|class (?:1|one)|c ?\+ ?e)\b.{{0,30}}{DRIVES}", re.IGNORECASE)),
    (
        "driving-c",
        re.compile(rf"\b(?:[hl]gv|lorry|lorries|tanker|tipper|refuse truck)\b.{{0,20}}{DRIVES}", re.IGNORECASE),
    ),
    ("driving-c", re.compile(rf"{DRIVES}.{{0,20}}\b(?:[hl]gvs?|lorry|lorries|tankers?|tippers?)\b", re.IGNORECASE)),
    ("driving-c1", re.compile(rf"\b7\.5 ?t\w*\b.{{0,20}}{DRIVES}", re.IGNORECASE)),
    (
        "forklift",
        re.compile(r"\b(?:fork-? ?lift|flt|reach truck)\b.{0,20}\b(?:driver|operator|operative)\b", re.IGNORECASE),
    ),
    ("driving-d", re.compile(rf"\b(?:bus|coach)\b.{{0,10}}{DRIVES}", re.IGNORECASE)),
)
# "For the courier", "to the drivers": somebody else's work.
ON_THE_ROAD = re.compile(
    rf"(?<!\bthe )\b(?:drivers?|courier)\b|\b(?:road[- ]test\w*|multi-?drop|chauffeur\w*|minicab|taxi)"
    rf"|\bdr(?:ive|ives|iving|ove)\b.*{ROAD}|{ROAD}.*\bdr(?:ive|ives|iving|ove)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def implied_credentials(line_text: str) -> frozenset[str]:
    """The licences that somebody who did this work must have had."""
    found = {slug for slug, pattern in HISTORY if pattern.search(line_text)}
    if not found and ON_THE_ROAD.search(line_text) and not NOT_ON_THE_ROAD.search(line_text):
        found.add("driving-b")
    return frozenset(found)


OPERATES = r"\b(?:operat|driv)(?:e|es|ed|ing|or|ors|er|ers)\b"
# To put them up; many a trade works from them, or near a crane.
SCAFFOLDS = re.compile(
    r"\bscaffolders?\b|\bscaffold(?:ing)? (?:erect|dismantl)\w+"
    r"|\b(?:erect|build|put|tak|dismantl|strik|strip|alter)\w*\b.{0,30}\bscaffold(?:s|ing)?\b(?! ?towers?)",
    re.IGNORECASE,
)
# Machines that nobody works on without a ticket, and scaffolds, each by what a ticket for it covers; any one will do.
MACHINES: tuple[tuple[str, re.Pattern], ...] = (
    ("forklift", re.compile(r"\bfork-? ?lift|\bflts?\b|\bcounter-? ?balance|\breach trucks?\b", re.IGNORECASE)),
    ("telehandler", re.compile(r"\btele-?handlers?\b", re.IGNORECASE)),
    ("360-excavator", re.compile(r"\bexcavators?\b|\bdiggers?\b", re.IGNORECASE)),
    ("180-excavator", re.compile(r"\bexcavators?\b|\bdiggers?\b", re.IGNORECASE)),
    ("dumper", re.compile(r"\bdumpers?\b", re.IGNORECASE)),
    ("dozer", re.compile(r"\b(?:bull)?dozers?\b", re.IGNORECASE)),
    ("roller", re.compile(r"\b(?:ride-? ?on|road|tandem|drum) rollers?\b", re.IGNORECASE)),
    ("crane", re.compile(rf"{OPERATES}.{{0,30}}\bcranes?\b|\bcrane {OPERATES}", re.IGNORECASE)),
    ("hiab", re.compile(r"\bhiabs?\b|\blorry(?: loaders?|-mounted cranes?)\b", re.IGNORECASE)),
    (
        "ipaf",
        re.compile(
            r"\bmewps?\b|\b(?:mobile|aerial) elevat\w+|\bcherry-? ?pickers?\b|\b(?:aerial|scissor|boom) lifts?\b",
            re.IGNORECASE,
        ),
    ),
    ("pasma", re.compile(r"\b(?:scaffold\w*|mobile|access) towers?\b", re.IGNORECASE)),
    ("cisrs", SCAFFOLDS),
    ("cisrs-labourer", SCAFFOLDS),
    ("chainsaw", re.compile(r"\bchain-? ?saws?\b", re.IGNORECASE)),
)


@lru_cache(maxsize=20_000)
def machines_named(line_text: str) -> frozenset[str]:
    """The machines that a line speaks of and that take a ticket, by the credentials for each."""
    return frozenset(slug for slug, pattern in MACHINES if pattern.search(line_text))
