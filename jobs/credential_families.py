"""Families of credentials that no list of names can hold: levels in a trade, degrees, registrations in general.

A family is a pattern and a way to a slug; without a slug the mention still counts, as something an advert asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable

OTHER = "other"
Found = tuple[int, int, str, str]  # start, end, slug or "", kind

# The words that tell a trade, for qualifications known by level and subject. The first that fits is taken.
TRADES = {
    "childcare": r"child ?care|early years|children'?s? and young|children & young|playwork|nursery|cache",
    "care": r"health (?:and|&) social care|adult care|\bcare\b|social care",
    "plumbing": r"plumb|heating and ventilat",
    "electrical": r"electrical install|electrotechnical|electrician|electrical",
    "welding": r"weld|fabricat",
    "hairdressing": r"hair|barber",
    "catering": r"cater|cook|chef|hospitality|food (?:and|&) beverage|kitchen|patisserie|food prep",
    "warehousing": r"warehous|logistic|storage|distribution",
    "cleaning": r"clean",
    "motor-vehicle": r"vehicle|motor|automotive|mechanic\b|accident repair",
    "rail-engineering": r"\brail\b|railway|rail track",
    "construction": r"construction|brick|carpentr|joiner|plaster|decorat|tiling|trowel|roofing|scaffold"
    r"|groundwork|dry ?lining|multi-?skill",
    "engineering": r"engineer|manufactur|maintenance|mechanical",
    "business-administration": r"business|administrat",
    "customer-service": r"customer service|contact centre",
    "retail": r"retail",
    "horticulture": r"horticult|agricult|land-?based|garden|grounds|animal|forestry|arboricult",
    "leadership": r"leadership|management|team leading",
    "advice": r"advice|\biag\b",
    "security": r"security",
    "mentoring": r"mentor",
    "employability": r"employability|personal and social development",
}
_TRADE = {slug: re.compile(pattern, re.IGNORECASE) for slug, pattern in TRADES.items()}
NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}

LEVEL = (
    r"(?:level|lvl)[\s\-]?(?:[1-8]|one|two|three|four|five)\b(?:\s?(?:/|or|and|&|to|-)\s?(?:level )?[1-8]\b)?"
    r"|\bL[1-8]\b"
)
NOUN = (
    r"(?:(?:advanced|extended|technical|intermediate|higher|national|foundation|full|ivq|vocational|specialist"
    r"|work-based) )?"
    r"(?:s?nvqs?|btecs?|qcf|rqf|city (?:and|&) guilds|c&g[’']?s?|diplomas?|certificates?|awards?|apprenticeships?"
    r"|qualifications?|vrq)"
)
STOP_WORDS = (
    r"(?:or|as|is|are|with|who|to|would|will|desirable|essential|preferred|required|advantageous|at|by"
    r"|which|that|including|if|however|but|from|on|your|you|we)"
)
SUBJECT = rf"(?:(?!{STOP_WORDS}\b)[A-Za-z&'’/\-]+(?:,?\s(?!{STOP_WORDS}\b)[A-Za-z&'’/\-]+){{0,4}})"

LEVELLED = re.compile(
    rf"(?:\b(?:{NOUN})\s(?:(?:in|at)\s)?)?(?:{LEVEL})(?:\s\(?(?:or (?:equivalent|above"
    rf"|higher))\)?)?(?:,?\s{NOUN}){{0,3}}(?:\s(?:in|of|for)\s(?:an?\s|the\s)?{SUBJECT})?"
    rf"|(?:\b[A-Z][a-z]+\s){{1,3}}(?:Diploma|NVQ|Certificate|Award)\s(?:at\s)?(?:{LEVEL})"
    rf"|\b(?:s?nvqs?|btecs?|c&g[’']?s?|city (?:and|&) guilds)(?:\s(?:{LEVEL}|{NOUN}|[2-5]\b))*(?:\sin\s(?:an?\s"
    rf"|the\s)?{SUBJECT})?",
    re.IGNORECASE,
)
BARE_LEVEL = re.compile(rf"(?:{LEVEL})", re.IGNORECASE)
SAYS_QUALIFIED = re.compile(r"qualif|nvq|diploma|certificate|trained|btec|technician|accredit", re.IGNORECASE)

SUBJECTS = r"(?:english|mathematics|maths?|literacy|numeracy|ict|science)"
AND_SUBJECTS = rf"{SUBJECTS}(?:\s?(?:,|and|&|/|or)\s?(?:in )?{SUBJECTS})*"
FUNCTIONAL = re.compile(
    rf"functional skills?(?: qualifications?)?(?: (?:at )?(?:{LEVEL}|entry(?: level)? ?[123]))?(?: (?:in "
    rf")?{AND_SUBJECTS})?(?: (?:at )?(?:{LEVEL}|entry(?: level)? ?[123]))?"
    rf"|(?:{LEVEL}) functional skills?(?: (?:in )?{AND_SUBJECTS})?|(?:{LEVEL}|entry(?: level)? ?[123])(?: in)? "
    rf"{AND_SUBJECTS}\b|{AND_SUBJECTS} (?:{LEVEL}|entry(?: level)? ?[123])",
    re.IGNORECASE,
)
GCSE = re.compile(
    rf"(?:\b(?:\d|five|four|three|two)\s)?\bgcses?\b(?:[’']s)?(?:[^.;•\n\\]{{0,40}}?\b{AND_SUBJECTS})?"
    rf"|\b{AND_SUBJECTS}[^.;•\n\\]{{0,12}}\bgcses?\b|\bo[- ]levels?\b",
    re.IGNORECASE,
)

# (pattern, kind): found, and without a slug.
GENERAL = [
    (re.compile(pattern, re.IGNORECASE if flags else 0), kind)
    for pattern, kind, flags in (
        (
            r"\b(?:BSc|BA|MSc|MA|BEng|MEng|LLB|MBA|PhD|BTEC)\b(?:\s?\(Hons\))?(?:\s(?:in\s)?[A-Z][a-z]+(?:\s(?:&"
            r"|and)\s[A-Z][a-z]+)?)?",
            "qualification",
            0,
        ),
        (
            r"\b(?:HN[CD](?:/HN[CD])?|A[- ][Ll]evels?)\b(?:\sin\s\w+)?|\bFRCS\b(?:\s?\([A-Z\-]+\))?"
            r"|\bGPwSI\b(?:\sin\s[A-Z]+)?|\bMRCP\b",
            "qualification",
            0,
        ),
        (
            rf"(?<!\d[- ])(?<!\d)\b(?:(?:honours|bachelor[’']?s|master[’']?s|relevant|university|foundation|first"
            rf"|post-?graduate|undergraduate|good|nursing|business|related|engineering|science|law)\s)*degree(?! "
            rf"of)(?:[- ]level)?"
            rf"(?:\s(?:education|educated|qualified|qualification))?(?:\sin\s(?:an?\s)?{SUBJECT})?"
            rf"|\bpost[- ]?graduate (?:programmes?|diploma|qualifications?|certificate|study)",
            "qualification",
            1,
        ),
        (
            rf"\b(?:(?:relevant|professional|recognised|formal|appropriate|academic|teaching|nursing|clinical"
            rf"|management|accredited|industry|trade|vocational|related|care|trades|external|nationally|"
            rf"technical|specialist|legal|financial|accountancy|nvq|paid for|paid-for|post-?registration|fully "
            rf"funded|funded|work-related|recognised|industry-recognised|further|additional|marketing|coaching"
            rf"|electrical|mechanical|engineering|catering"
            rf"|childcare)[\s,]+(?:and\s)?)+qualifications?(?:\sin\s(?:an?\s|the\s)?{SUBJECT})?",
            "qualification",
            1,
        ),
        (r"\bqualification\sin\s(?:an?\s|the\s)?" + SUBJECT, "qualification", 1),
        (
            r"\bqualified\s(?:[\w-]+\s)?(?:engineer|electrician|plumber|mechanic|chef|accountant|solicitor"
            r"|hairdresser|barber|welder|joiner|carpenter|bricklayer|counsellor|youth worker|optometrist"
            r"|pharmacist|dental nurse|vet)\b|\btime[- ]served\b",
            "qualification",
            1,
        ),
        (
            r"\bapprenticeships?\s(?:level\s?\d)|\b(?:level\s?\d\s)apprenticeships?\b|\bapprenticeships\b"
            r"|\b[Ii]ntercollegiate [Ss]peciality examination\b|\bcertificate support\b",
            "qualification",
            1,
        ),
        (
            r"\b(?:current|professional|full|valid|active|relevant|maintain(?:s|ing)?(?: and revalidate)?"
            r"|re-?)[\s-]?(?:professional\s)?registration(?! with one)(?:\swith\s(?:an?\s|the\s)?[A-Z]\w+)?"
            r"|\bprofessionally registered\b|\bregistered with (?:an?|the) [\w ]{0,20}(?:body|council)\b"
            r"|\bre-?validation\b|\b(?:valid|nmc|live) pin\b(?: number)?",
            "registration",
            1,
        ),
        (
            r"\bprofessional (?:membership|accreditation)\b|\bmember(?:ship)? of (?:an?|the) (?:relevant "
            r"|appropriate )?professional body\b|\bchartered (?:status|engineer|surveyor|member)\b",
            "registration",
            1,
        ),
        (r"(?<=points on )(?:your|their|a|the)\s(?:driving\s)?licen[cs]e\b|\bclean licen[cs]e\b", "driving", 1),
        (
            r"\bDisability Confident(?: \w+)?|\bDisability committed\b|\bInvestors? in People\b|\bISO "
            r"?\d{4,5}(?::\d{4})?\b|\bArmed Forces Covenant\b|\baccredited as\b(?: an?)? [\w ]{3,40}"
            r"|\b[Aa]uthorised [Pp]erson\b|\baccreditation[’']?(?= *[\"'’.!])|\bBronze trail ?blazers?\b",
            OTHER,
            0,
        ),
    )
]


OWN_LEVEL = re.compile(
    rf"(?:\b(?:nvq|vrq|btec|diploma|award|certificate)s?\s(?:in\s)?)?"
    rf"(?:{LEVEL}|\b(?:nvq|city (?:and|&) guilds|c ?& ?g)\s?[1-5]\b)(?:\s(?:nvq|vrq))?",
    re.IGNORECASE,
)


def own_levels(text: str) -> list[Found]:
    """In a person's own line: a level beside the word for a trade ("level 2 welding"), no word for a qualification.

    An advert that says so may mean anything; in a record of what somebody has done it is the qualification.
    """
    found: list[Found] = []
    for clause in re.finditer(r"[^,;.\n]+", text):
        levels = list(OWN_LEVEL.finditer(clause.group()))
        trade = next((name for name, pattern in _TRADE.items() if pattern.search(clause.group())), "")
        if len(levels) == 1 and trade:
            number = re.sub(r"[^\d]", "", _as_digits(levels[0].group()))[:1]
            begin = clause.start() + levels[0].start()
            found.append((begin, clause.start() + levels[0].end(), f"{trade}-level-{number}", "qualification"))
    return found


def _as_digits(text: str) -> str:
    return re.sub(r"[a-z]+", lambda word: NUMBERS.get(word.group().lower(), word.group()), text, flags=re.IGNORECASE)


def find_in_families(text: str) -> list[Found]:
    found: list[Found] = []
    for pattern, slugs in ((FUNCTIONAL, _functional_slugs), (GCSE, _gcse_slugs)):
        for match in pattern.finditer(text):
            found += _one_each(match, slugs)
    for match in LEVELLED.finditer(text):
        found += _levelled(text, match)
    found += _lift_truck_codes(text)
    found += _lorry_classes(text)
    for pattern, kind in GENERAL:
        found += [(m.start(), m.end(), _general_slug(kind), kind) for m in pattern.finditer(text)]
    return found


def _general_slug(kind: str) -> str:
    return "driving-b" if kind == "driving" else ""


def _one_each(match: re.Match, slugs: Callable[[str], list[str]]) -> list[Found]:
    """Several slugs share one mention's words: the first gets its beginning, each other its own subject's word."""
    named = slugs(match.group())
    if len(named) < 2:
        return [(match.start(), match.end(), named[0] if named else "", "qualification")]
    words = list(re.finditer(SUBJECTS, match.group(), re.IGNORECASE))[-len(named) :]
    cuts = [match.start() + word.end() for word in words]
    starts = [match.start(), *(match.start() + word.start() for word in words[1:])]
    ends = [*cuts[:-1], match.end()]
    return [(a, b, slug, "qualification") for a, b, slug in zip(starts, ends, named, strict=True)]


def _subjects(words: str) -> list[str]:
    names = {"english": "english", "literacy": "english", "math": "maths", "numeracy": "maths"}
    found = [word.lower().rstrip("s") for word in re.findall(SUBJECTS, words, re.IGNORECASE)]
    found = [names.get(word.replace("mathematic", "math"), "") for word in found]
    return list(dict.fromkeys(name for name in found if name))


def _functional_slugs(words: str) -> list[str]:
    entry = re.search(r"entry(?: level)? ?([123])", words, re.IGNORECASE)
    level = "entry-3" if entry else _level(words) or "1"
    level = level if level in ("entry-3", "1", "2") else "2"
    return [f"functional-{subject}-{level}" for subject in _subjects(words)]


def _gcse_slugs(words: str) -> list[str]:
    return [f"gcse-{subject}" for subject in _subjects(words)] or ["gcse-any"]


def _level(words: str) -> str:
    match = re.search(
        r"(?:level|lvl|\bl)[\s\-]?([1-8]|one|two|three|four|five)\b|(?:nvq|btec)\s([1-8])\b", words, re.IGNORECASE
    )
    level = (match.group(1) or match.group(2)).lower() if match else ""
    return NUMBERS.get(level, level)


def _levelled(text: str, match: re.Match) -> list[Found]:
    words = match.group()
    if BARE_LEVEL.fullmatch(words) or not re.search(rf"{NOUN}|\bin\b|equivalent", words, re.IGNORECASE):
        around = text[max(0, match.start() - 80) : match.end() + 80]
        return [(match.start(), match.end(), "", "qualification")] if SAYS_QUALIFIED.search(around) else []
    level = _level(words)
    trade = next((slug for slug, pattern in _TRADE.items() if pattern.search(words)), "") if level else ""
    return [(match.start(), match.end(), f"{trade}-level-{level}" if trade else "", "qualification")]


def _lift_truck_codes(text: str) -> list[Found]:
    """B1, B2 and D1, D2 are fork-lift types, but only where fork-lifts are spoken of."""
    if not re.search(r"reach truck|fork ?-?lift|\bflt\b|counter ?-?balance", text, re.IGNORECASE):
        return []
    kinds = {"B": "forklift-counterbalance", "D": "forklift-reach"}
    asked = re.compile(r"licen|required|experience|ticket|certif|must|hold|valid", re.IGNORECASE)
    codes = re.finditer(r"(?<![\w+])(?:B[123]|D[12])(?![\w+-])", text)
    return [
        (m.start(), m.end(), kinds[m.group()[0]], "plant")
        for m in codes
        if asked.search(text[max(0, m.start() - 15) : m.end() + 25])
    ]


def _lorry_classes(text: str) -> list[Found]:
    """A bare class or category counts only beside a lorry, a licence or an entitlement."""
    found: list[Found] = []
    slugs = {
        "d": "driving-d",
        "1": "driving-ce",
        "2": "driving-c",
        "c": "driving-c",
        "ce": "driving-ce",
        "c1": "driving-c1",
        "d1": "driving-d1",
    }
    beside = r"\b(?:hgv|lgv|licen[cs]e|entitlement|driver|lorry)"
    for match in re.finditer(
        r"(?<![\w+])(?:class ([12])|cat(?:egory)?\.? ([cd])|(?:cat(?:egory)?\.? )?(c ?\+ ?e|c1|d1))(?![\w+])",
        text,
        re.IGNORECASE,
    ):
        around = text[max(0, match.start() - 40) : match.end() + 40]
        code = next(filter(None, match.groups())).lower().replace(" ", "").replace("+", "")
        if re.search(beside, around, re.IGNORECASE) and not re.search(r"\b(?:prison|HMP|YOI)\b", around):
            found.append((match.start(), match.end(), slugs[code], "driving"))
    return found
