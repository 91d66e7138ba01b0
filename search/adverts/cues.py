"""Cues written by hand: what a recruiter's wording says about a piece of an advert.

Nothing here was taken from any collection of adverts by counting; a new cue is a line in one of the tables.
"""

from __future__ import annotations

import re

import numpy as np

from search.adverts.cutting import Piece

# What a heading announces.
HEADINGS = {
    "task": r"dut(?:y|ies)|responsib|accountabilit|day[- ]to[- ]day|what (?:will )?(?:you|i)(?:'ll|’ll)? (?:will "
    r")?(?:be )?do"
    r"|what will i be doing|(?:the|your|this|about the|job|overview of the) (?:role|job|position|post)\b|role "
    r"(?:summary|overview|purpose|profile)"
    r"|job (?:purpose|summary|description|overview|profile|role)|(?:main|key|overall) (?:purpose|tasks|role"
    r"|duties|function)|you(?:'ll|’ll| will)(?: be)?(?:…|\.\.\.|:)?$"
    r"|tasks? (?:required|include|involve)|the work|a typical day|purpose of the|role involves|job involves|working as",
    "need": r"requirement|essential|desirable|about you|you(?:'ll|’ll| will)? (?:need|have|bring)|(?:we(?:'re|’re"
    r"| are)|are we) looking for|person spec"
    r"|\bskills\b|experience|qualification|(?:ideal|successful|right) (?:candidate|applicant|person)|who you are"
    r"|what (?:we|you|do we) need|must[- ]have|criteria"
    r"|knowledge|attributes|qualities|what you(?:'ll|’ll| will)? bring|what (?:can|do) you (?:offer|need|bring)"
    r"|competenc|is this you|could you be|who are we looking|candidates? (?:must|should|will)",
    "terms": r"benefit|(?:what )?we(?:'ll|’ll| can| do| will)? (?:can )?offer|salary|\bpay\b|rate|\bhours\b"
    r"|location|shift|what(?:'s|’s| is) in it|package|reward|perks|in return"
    r"|contract|start date|working pattern|schedule|remuneration|holiday|job type|what do we offer|what you(?:'ll"
    r"|’ll| will)? (?:get|receive)|offers?\b.{0,20}(?:staff|you)|place of work|reporting to|duration|vacanc"
    r"|training|closing date|expected",
    "pitch": r"about (?:us|our|the (?:company|school|academy|trust|team|business|employer|client))|who (?:are we"
    r"|we are)|our (?:company|values|story|vision|mission|client|culture)|why (?:us|join|work|choose|now)"
    r"|the company|company (?:overview|profile)|our (?:organisation|people|team|school|trust)|feel like to be"
    r"|welcome to|join (?:us|our)|background",
    "apply": r"\bapply|application|how to|process|interview|contact|equal|diversity|inclusi|safeguard|please note"
    r"|^note|disclos|privacy|data protection|recruitment|next steps|further (?:details|information)"
    r"|checks|right to work|sponsor|commitment to|interested|legal|agency",
}
HEADING_KINDS = tuple(HEADINGS)
_HEADING = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in HEADINGS.items()}

# Words that add nothing to a heading.
FILLERS = frozenset(
    "a an and the of for to in on we you your our us will can be do is are what key main job role".split()
)
OPENS_A_DUTY = re.compile(
    r"(?:you(?:'ll|’ll| will)|your duties|duties|the (?:role|job|work) (?:involves|includes))(?: also| include| be)? "
    r"(?!need|have|hold|receive|get|enjoy|benefit|join|earn|find|love|never|paid|offered|given|part of|"
    r"working (?:for|in|with))\w+",
    re.IGNORECASE,
)

CUES = {
    # What the worker will do.
    "to_verb": r"^to (?:\w+ly )?[a-z]+",
    "gerund": r"^(?:\w+ly )?[a-z]+ing\b",
    "bare_verb": r"^(?:\w+ly )?(?:act|adhere|administer|advise|analyse|answer|apply|arrange|assess|assist|attend"
    r"|be (?:responsible|accountable)|book|build|carry|chair|check|clean|collect|communicate"
    r"|complete|comply|conduct|contribute|cook|coordinate|co-ordinate|create|deal|delegate|deliver|demonstrate"
    r"|design|develop|drive|encourage|ensure|establish|follow|greet|handle|help|identify|implement"
    r"|inspect|install|keep|lead|liaise|lift|load|look after|maintain|make|manage|meet|monitor|move|observe"
    r"|operate|order|organise|oversee|participate|perform|pick|plan|prepare|present|process|produce"
    r"|promote|protect|provide|receive|record|repair|report|represent|respond|review|run|schedule|sell|serve"
    r"|service|set|sort|supervise|support|take|teach|test|track|train|transport|undertake|unload"
    r"|update|use|wash|weld|work|write)s?\b",
    "will_do": r"\b(?:you|they|candidate|post ?holder|role|job|position|driver|applicant|operative|manager"
    r"|assistant|worker)(?:'ll|’ll| will| would| shall| may)(?: also)?(?: be)? (?!need|have|hold"
    r"|require|receive|get|enjoy|benefit|be (?:paid|offered|based|given|friendly))\w+",
    "responsible": r"\bresponsib(?:le|ility|ilities)\b|\baccountable\b|\breport(?:s|ing)? (?:in)?to\b",
    "duties": r"\bdut(?:y|ies)\b|\btasks?\b|\bas (?:and when )?required\b|\bas directed\b|\bline manager\b",
    "role_is": r"\b(?:role|job|position|post) (?:is|involves|includes|will involve|will include|requires"
    r"|entails)\b|\bpurpose of\b",
    # What the applicant needs.
    "must": r"\b(?:must|essential|required|requirement|mandatory|necessary|needed)\b|\bneed to\b|\byou(?:'ll|’ll| "
    r"will)? need\b",
    "have": r"\b(?:must|should|will|to|you|who|applicants?) (?:already )?(?:have|has|hold|holds|possess)\b"
    r"|^(?:have|has|hold|holds|possess|possession|holding)\b",
    "experience": r"\bexperience[ds]?\b|\bproven\b|\btrack record\b|\bbackground in\b|\bpreviously\b|\bworked "
    r"in\b|\bknowledge of\b|\bunderstanding of\b|\bfamiliar",
    "ability": r"\b(?:able|ability|capable|willing|willingness|confident|comfortable|capacity) (?:to|of|in|with"
    r"|working|and)\b|\bskills?\b|\baptitude\b|\bliteracy\b|\bnumeracy\b",
    "quality": r"\b(?:reliable|hard[- ]?working|punctual|motivated|enthusiastic|passion(?:ate)?|flexible|friendly"
    r"|trustworthy|honest|organised|caring|positive|polite|dynamic|proactive|team player|self[- ]?starter|"
    r"attention to detail|can[- ]do|work ethic|initiative|patient|energetic|committed|dedicated|personable"
    r"|attitude|determination|resilien\w+|driven|adaptable|eye for)\b",
    "you_are": r"\byou(?:'re|’re| are| will be| should be| must be|’ll be|'ll be) (?:an? |highly |very "
    r")?(?!joining|part|working|responsible|required|based|paid|offered|supported|given|rewarded)\w+"
    r"|\bsomeone who\b|\bpeople who\b|\bindividuals? (?:who|with)\b|\bare you\b|\bdo you\b",
    "seeking_person": r"\b(?:looking for|seek(?:ing)?|want|searching for|love to hear from|hear from|welcome "
    r"applications from|ideal for|suit(?:able for)?)\b.{0,60}\b(?:people|person|someone"
    r"|somebody|individuals?|candidates?|applicants?|professionals?|team player|attitude|nature)\b",
    "do_you": r"^(?:do|are|have|would|could|can) you\b|\bif you (?:have|are|can|love|enjoy|hold)\b",
    "as_a_you": r"\bas (?:an?|our|part of)\b.{0,60}\byou(?:'ll|’ll| will| would)\b|^you(?:'ll|’ll| will)\b",
    "in_return": r"\bin return\b|\bwe (?:can |will |also )?(?:offer|provide|give)\b|\baccess to\b|\bcompany "
    r"(?:contribution|funded|pension)\b|\bemployee (?:assistance|discount)\b|\bprogression\b",
    "you_join": r"\byou(?:'ll|’ll| will)? (?:be )?(?:join|part of|receive|get|enjoy|have access|work with|be "
    r"offered)\w*",
    "candidate": r"\b(?:candidate|applicant|person|individual)s?\b",
    "looking_for": r"\b(?:looking|searching|seeking|seek|keen) (?:for|to (?:hear|appoint|recruit|find))?\b",
    "credential": r"\b(?:licen[cs]e|qualif\w+|certificat\w+|diploma|degree|gcse|nvq|registration|registered"
    r"|accredit\w+|level \d|card|ticket|pin|qts|hnc|hnd|btec)\b",
    "desirable": r"\b(?:desir(?:able|ed)|advantag\w+|prefer(?:red|able|ably)?|bonus|ideal(?:ly)?|beneficial|nice "
    r"to have|not essential|an asset)\b",
    "training": r"\btraining\b|\bwe will train\b|\binduction\b|\bapprentice\w*\b|\bcourses?\b|\bdevelopment\b"
    r"|\bcareer\b|\bprogress\w*\b",
    # Pay, hours, place, benefits.
    "money": r"£|\bper (?:hour|annum|week|month|day)\b|\bp\.?h\b|\bsalary\b|\bwage\b|\bpaid\b|\bpay\b|\brate\b"
    r"|\bbonus(?:es)?\b|\bpence\b|\bcommission\b|\bband \d",
    "time": r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|fri)s?\b|\b\d{1,2}(?:[:.]\d\d)? "
    r"?(?:am|pm)\b|\b\d\d:\d\d\b|\bhours?\b|\bshifts?\b|\bfull[- ]?time\b|\bpart[- ]?time\b|\bweekends?\b"
    r"|\bnights?\b|\brota\b",
    "contract": r"\b(?:permanent|temporary|temp|fixed[- ]term|contract|ongoing|immediate start|zero hours"
    r"|term[- ]time|start date|duration|weeks)\b",
    "benefit": r"\b(?:pension|holidays?|annual leave|discounts?|parking|cycle to work|life assurance|scheme"
    r"|vouchers?|benefits?|perks?|free|rewards?|uniform|health ?care|wellbeing|childcare|gym|maternity"
    r"|sick pay|"
    r"insurance|refer a friend|employee assistance|recognition|bank holiday|on-?site|canteen|birthday|allowance"
    r"|subsid\w+|savings|offer(?:s|ed|ing)?|opportunit\w+|enjoy|receive|support you)\b",
    "place": r"\b(?:based (?:in|at|out)|located|location|postcode|office|remote|hybrid|travel|miles|commut\w+|bus "
    r"route)\b",
    # About the employer.
    "we_are": r"\b(?:we|our (?:client|company|team|school|trust|client)|company|trust|organisation|academy|school"
    r"|group|business) (?:are|is|were|was|have|has|believe|provide|offer|operate|employ|work|pride"
    r"|strive|value|aim|specialise|know)\b|\bwe(?:'re|’re|'ve|’ve)\b",
    "our": r"\b(?:our|us|we)\b",
    "employer": r"\b(?:leading|award|proud|largest|established|family[- ]run|founded|since \d{4}|values|vision"
    r"|mission|heart of|community|nationwide|uk's|uk’s|global|world|customers|reputation|innovati\w+"
    r"|exciting|fantastic|"
    r"join|passion for|difference|outstanding|ofsted|rated|success|growing|future|brand|diverse|culture|belong)\b",
    "recruiting": r"\b(?:vacancy|recruiting|recruit|hiring|agency|on behalf of|opportunity|currently|exciting"
    r"|have arisen|has arisen|advertis\w+)\b",
    # How to apply, law, checks.
    "apply": r"\b(?:apply|applying|applications?|cv|interview\w*|click|closing date|closes|shortlist\w*|submit"
    r"|contact|call|e-?mail|visit|website|link|enquir\w+|get in touch|hear from you|hesitate)\b",
    "law": r"\b(?:equal opportunit\w+|equality|diversity|disab\w+|discriminat\w+|gender|religion|race|ethnic\w*"
    r"|orientation|safeguard\w*|rehabilitation of offenders|gdpr|privacy|data protection|act \d{4}|"
    r"employment (?:agency|business)|sponsor\w*|visa|right to work|reserve the right|terms and conditions"
    r"|adjustments|legislation|statutory|protected|inclusive|under[- ]represented)\b",
    "checks": r"\b(?:dbs|disclosure|criminal|references?|vetting|barred|background check|medical|subject to"
    r"|pre-?employment|drug|right to work|probation\w*|convictions?)\b",
    # Shape.
    "question": r"\?$",
    "colon": r":-?$",
    "shout": r"!$",
    "no_stop": r"[A-Za-z)]$",
    "all_caps": r"^(?=.*[A-Z]{3})[^a-z]+$",
    "lower_start": r"^[a-z]",
    "digit": r"\d",
    "you": r"\byou(?:r|'ll|’ll)?\b",
    "would": r"\b(?:could|would|may|might)\b",
    "title_case": r"^(?:[A-Z][\w'’&/-]*[ :]*(?:(?:and|of|the|for|to|in|a|&|or|with) )*){1,7}[:?]?$",
    "and_list": r",.*,.* and ",
}
_CUE = {
    name: re.compile(pattern, re.IGNORECASE if name not in {"all_caps", "lower_start", "title_case"} else 0)
    for name, pattern in CUES.items()
}

DESIRABLE = re.compile(
    r"\bdesir(?:able|ed)\b|\badvantage(?:ous)?\b|\bprefer(?:red|able|ably)\b|\b(?:a|distinct|added) (?:bonus|plus"
    r"|benefit)\b|\bbeneficial\b|\bnice[- ]to[- ]have\b|\b(?:not|n't) (?:be )?(?:essential|necessary|required)\b"
    r"|\bideally\b|\bwould be (?:useful|helpful|good|great|an asset)\b|\bbut not essential\b|\ban asset\b|\byou "
    r"(?:may|might|could) have\b",
    re.IGNORECASE,
)
ESSENTIAL = re.compile(r"\b(?<!not )(?<!n't )(?<!non-)(?:essential|must|required|mandatory)\b", re.IGNORECASE)
EXPERIENCE = re.compile(
    r"\b(?:experience[ds]?|track record|background (?:in|of|as)|worked (?:in|as|with)|\d+\+? (?:years?|months?)"
    r"|time[- ]served)\b",
    re.IGNORECASE,
)

SHAPE = ("length", "words", "position", "early", "late", "item", "run")
NAMES = (
    *CUES,
    *(f"heading:{kind}" for kind in HEADING_KINDS),
    *(f"under:{kind}" for kind in (*HEADING_KINDS, "none")),
    *(f"near:{kind}" for kind in HEADING_KINDS),
    *SHAPE,
)


def heading_kinds(piece: Piece) -> set[str]:
    """What a piece announces if it reads like a heading: short, and without the full stop of a sentence."""
    words = piece.text.split()
    if len(words) > 9 or (piece.text.endswith((".", ";", ",")) and not piece.text.endswith("..")):
        return set()
    if piece.begins_item and not piece.text.endswith((":", "?")):
        return set()
    looks_so = (
        piece.text.endswith((":", ":-", "?", "…", "..."))
        or _CUE["title_case"].search(piece.text)
        or piece.text.isupper()
        or len(words) <= 5
    )
    return {kind for kind, pattern in _HEADING.items() if pattern.search(piece.text)} if looks_so else set()


def is_bare_heading(piece: Piece) -> bool:
    """Whether a piece only announces: it ends like a heading, or says nothing beside the heading's own words."""
    if not heading_kinds(piece):
        return False
    if piece.text.rstrip().endswith((":", ":-", "?")):
        return True
    rest = piece.text
    for pattern in _HEADING.values():
        rest = pattern.sub(" ", rest)
    return not set(re.findall(r"[a-z]+", rest.lower())) - FILLERS


def cue_rows(pieces: list[Piece]) -> np.ndarray:
    """Shape (pieces, len(NAMES)), float32: the cues of each piece, its place and the headings above it."""
    rows = np.zeros((len(pieces), len(NAMES)), np.float32)
    column = {name: i for i, name in enumerate(NAMES)}
    under: set[str] = set()
    since = 0
    for i, piece in enumerate(pieces):
        row = rows[i]
        for name, pattern in _CUE.items():
            row[column[name]] = bool(pattern.search(piece.text))
        kinds = heading_kinds(piece)
        if kinds:
            under, since = kinds, 0
        for kind in kinds:
            row[column[f"heading:{kind}"]] = 1
        for kind in under or {"none"}:
            row[column[f"under:{kind}"]] = 1
        for kind in under:
            row[column[f"near:{kind}"]] = np.exp(-since / 6)
        since += 1
        place = i / max(1, len(pieces) - 1)
        values = (
            np.log1p(len(piece.text)) / 5,
            len(piece.text.split()) <= 4,
            place,
            place < 0.15,
            place > 0.8,
            piece.begins_item,
            min(since, 20) / 20,
        )
        for name, value in zip(SHAPE, values, strict=True):
            row[column[name]] = value
    return rows
