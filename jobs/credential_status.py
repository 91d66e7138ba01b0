"""What a text says of a credential it names: asked, welcome, taught, not needed, or only mentioned.

A false "must" stops a person from a job they could do, so in doubt the answer is "about".
"""

from __future__ import annotations

import re

MUST, NICE, TRAINING, NOT_NEEDED, ABOUT = "must", "nice", "training", "not_needed", "about"
STATUSES = (MUST, NICE, TRAINING, NOT_NEEDED, ABOUT)

# Where a sentence or an item ends, lost line breaks included.
END = re.compile(
    r"[.!?;](?=\s|[A-Z]|$)(?<!e\.g\.)(?<!i\.e\.)|[•●▪·*]|\\n|\\r|\n|\r|</?(?:p|li|br|div|ul|h\d)\b[^>]*>"
    r"|(?<=[a-z)])(?=[A-Z][a-z])|\s[-–]\s(?=[A-Z])|:(?=[A-Z•*])"
)
REACH = 260  # characters of a sentence that are read on each side
LOOK_BACK = 900  # how far up a heading is looked for

WORDS = (
    r"(?:licen[cs]es?|qualifications?|certificates?|cards?|tickets?|it|this|one|these|experience|knowledge"
    r"|driving|required)"
)
NO_LEAD = re.compile(
    r"\b(?:no(?! more| less)|without(?: an?| any)?|don['’]t need|do not need|no need for|not need)\s(?:an?\s"
    r"|any\s|to have\s|hold\s)*(?:[\w'’/]+\s){0,3}$",
    re.IGNORECASE,
)
NOT_AFTER = re.compile(
    r"^[^.;]{0,45}?\b(?:(?:is|are|will)(?: be)?(?: not|n['’]t)|isn['’]t|aren['’]t|not)\s(?:be\s)?(?:required"
    r"|needed|necessary|a requirement|compulsory)\b|^[^.;]{0,12}\bunnecessary\b",
    re.IGNORECASE,
)
NICE_CUE = re.compile(
    r"\bdesir(?:able|ed)\b|\badvantage(?:ous)?\b|\bprefer(?:red|able|ably|ence)\b|\b(?:a|an added|a real|distinct"
    r"|added|huge|big) (?:bonus|plus|benefit)\b|\bbeneficial\b|\bnice[- ]to[- ]have\b|\bnot (?:be )?essential\b"
    r"|\bideally\b|\bwould be (?:useful|helpful|good|great|an asset|ideal)\b|\ban asset\b|\bis an? (?:bonus"
    r"|plus)\b|\bon top of this\b|\bif you (?:have|hold)\b.{0,60}\b(?:extra|bonus|paid)\b|\bhelpful\b|\buseful\b"
    r"|\bextra a year\b",
    re.IGNORECASE,
)
TRAINING_CUE = re.compile(
    r"\bwe (?:will|can|['’]ll) (?:train|put you through|pay for|fund|provide|support|help you)|\b(?:full |paid "
    r"|free |formal |all )?training (?:is |will be |can be )?(?:given|provided|offered|available|programme|included?)\b"
    r"|\b(?:provide|offer|give|receive|including|paid|funded|free)(?:\w|\s){0,30}\btraining\b|\bfull training\b"
    r"|\btraining \(|\bonce trained\b|\bin the future\b|\bto (?:attain|gain|achieve|obtain|undertake|complete)\b"
    r"|\b(?:working|work) towards\b|\bwilling(?:ness)? to (?:work|undertake|complete|gain|obtain|study|achieve"
    r"|train|attain|do)|\b(?:will|be|get) enrolled\b|\bapprentice(?:ship)?s?\b|\bpaid[- ]for\b"
    r"|\bfully[- ]funded\b|\bfunded\b"
    r"|\bopportunit(?:y|ies)\b|\bsupport (?:you|with|to)\b|\bstudy(?:ing)? (?:towards|for)\b|\baspiration\b"
    r"|\bcareer (?:path\w*|development|progress\w*)|\bcpd\b|\bwhere appropriate training\b|\bprepared to (?:work"
    r"|undertake|train|gain|study)"
    r"|\b(?:reward|development|progression)\b.{0,80}\b(?:qualification|programme|course)|\bcertificate support\b"
    r"|\bonline learning\b|\bpaid training\b|\bcourses\b",
    re.IGNORECASE,
)
ABOUT_CUE = re.compile(
    r"\bin (?:accordance|line|compliance) with\b|\bcodes? of\b|\bguidelines?\b|\brequirements of\b|\bstandards? "
    r"(?:of|set)\b|\brated\b|\bawarded\b|\bproud\b|\bguidance of\b|\bsupervision of\b|\bunder the (?:guidance"
    r"|direction|supervision)\b"
    r"|\bprofessional code\b|\bcode of professional\b|\b(?:reporting|reports|report) to\b|\bsupport(?:ing)? "
    r"(?:the|our|a|qualified|registered)\b|\bwork(?:ing)? (?:with|alongside)\b|\bassist(?:ing)? (?:the|our|a"
    r"|qualified|registered)\b|\bpolic(?:y|ies)\b"
    r"|\bwe (?:are|have been|were)\b(?! (?:looking|seeking|recruiting))|\bcover\b|\bsupervis(?:e|ing)\b|\bteam "
    r"of\b|\bmembers?\b|\bsalary\b|£\d|\bas "
    r"amended\b|\bpost registration\b|\brelating to\b|\bensur(?:e|ing) (?:that |all )",
    re.IGNORECASE,
)
MUST_CUE = re.compile(
    r"\b(?:must|essential|required?|require(?:s|ment|ments)?|mandatory|necessary|need(?:ed|s)?|minimum|have to"
    r"|compulsory)\b|\b(?:hold(?:s|ing)?|possess(?:es|ion)?|have|has|with|having|valid|current|full|in[- ]date"
    r"|existing)\b"
    r"|\bqualified\b|\bregistered\b|\bor (?:equivalent|above|higher)\b|\byou will be an?\b|\blooking for an?\b"
    r"|\bfor an?\b",
    re.IGNORECASE,
)
TAUGHT_BEFORE = re.compile(
    r"training \([^)]*$|(?:to|will be enrolled to|we will) (?:gain|achieve|attain|obtain)[^.]{0,60}$"
    r"|\b(?:aspiration|willing(?:ness)?|prepared|opportunity|able|happy|keen) to (?:undertake|complete|work "
    r"towards|study|train|gain|do)\b[^.]{0,40}$|\b(?:working|work) towards\b[^.]{0,30}$",
    re.IGNORECASE,
)
TAUGHT_AFTER = re.compile(
    r"\b(?:willing(?:ness)?|aspiration|prepared) (?:to|towards)|\bworking towards\b|\benrolled\b|\bonce trained\b"
    r"|\btraining (?:is |will be |can be )?(?:given|provided|offered|available)",
    re.IGNORECASE,
)
HELD_BEFORE = re.compile(
    r"\b(?:hold(?:s|ing)?|possess(?:es|ion of|ing)?|must (?:already )?have|need|valid|have your|if you (?:have"
    r"|hold)|are you an?|trained in|role for an?|in[- ]date)\b(?:\s(?:an?|your|the|their|own|current|valid|full"
    r"|uk|both|either|at least)\b,?)*[\s,]*$",
    re.IGNORECASE,
)
HELD_WORDS = re.compile(r"^(?:valid|current|in[- ]date)\b", re.IGNORECASE)
HELD_AFTER = re.compile(
    r"^[\s,/]*(?:is |are )?(?:or (?:equivalent|above|higher)|essential|required|a must\b|as a minimum|minimum"
    r"|holder needed)",
    re.IGNORECASE,
)
NOT_ASKED_WORDS = re.compile(r"re-?validation\b|^re-?registration", re.IGNORECASE)
NOT_ASKED_AFTER = re.compile(
    r"^[\s'’]*(?:cover|re-?validation|codes?|guidelines|standards|support\b|registered provider|fees?)"
    r"|^[^.;]{0,40}:?\s*(?:up to )?£\d",
    re.IGNORECASE,
)
# Somebody else's, or the subject of the work.
NOT_ASKED_BEFORE = re.compile(
    r"\b(?:assist(?:ing)?|support(?:ing)?|report(?:ing)? to|guidance of|supervision of|direction of|alongside"
    r"|newly|join an?|"
    r"in (?:accordance|line) with|teach(?:ing)?(?: to| at| up to)?|team of|our)(?: (?:the|a|an|our|newly|to|of"
    r"|with|other))*\s$",
    re.IGNORECASE,
)
STRONG_MUST = re.compile(
    r"\b(?:must|essential|mandatory|required?|minimum)\b(?! not)|\bneed to (?:have|hold)\b", re.IGNORECASE
)
HEADINGS = (
    (
        NICE,
        re.compile(
            r"\b(?:desirable|nice[- ]to[- ]have|would be (?:nice|great|a bonus)|advantageous|preferred|bonus "
            r"points)\b[^.•]{0,40}[:?]?\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        TRAINING,
        re.compile(
            r"\b(?:benefits?|we offer|offer you|what(?:['’]s| is) in it|in return|rewards?|perks|you(?:['’]ll| "
            r"will) (?:get|receive)|what you get)\b[^.•]{0,40}[:?]?\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        MUST,
        re.compile(
            r"\b(?:essential|requirements?|criteria|qualifications?|skills|about you|you(?:['’]ll|['’]re| will)? "
            r"need|looking for|person spec\w*|must[- ]haves?|candidates? (?:will|must|should)|applicants must "
            r"have|you (?:should|must|will) have)\b[^.•]{0,40}[:?]?\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        ABOUT,
        re.compile(
            r"\b(?:duties|responsibilit\w+|about us|who we are|the role|job purpose|key tasks|what you(?:['’]ll| "
            r"will) (?:be )?do\w*)\b[^.•]{0,40}[:?]?\s*$",
            re.IGNORECASE,
        ),
    ),
)
TICKETS = frozenset({"driving", "plant", "card"})
OR_EQUIVALENT = re.compile(
    r"\bor (?:an? )?(?:\w+ )?(?:equivalent|similar|comparable|relevant experience|demonstrable|significant|proven"
    r"|willing|working towards|the aspiration|experience|evidence|overseas)\b|\bequivalent (?:qualif|experience"
    r"|to)|/ ?equivalent",
    re.IGNORECASE,
)
NOT_HELD = re.compile(
    r"\b(?:no|not|never|don['’]t|do not|without|haven['’]t|have not|lost|expired|revoked|disqualified|banned"
    r"|provisional|want(?:s|ed)? (?:to|an?|my|the)|would like|hoping|hope to|looking to|plan(?:ning)? to|interested in"
    r"|need(?:s)? (?:to|a|my)|going to|waiting (?:for|to)"
    r"|work(?:ing)? towards|studying|booked|applied for|applying|failed|can['’]?t get|cannot get|renewing"
    r"|doing (?:my|a|the)|half ?way through|started (?:my|a|the)|used to have)\b",
    re.IGNORECASE,
)
ENDED = re.compile(
    r"\b(?:ran out|run out|expired|lapsed|out of date|(?:till|until) last|failed (?:it|that)|taken (?:off|away)|revoked"
    r"|suspended|no longer|not any ?more|in progress|next (?:week|month|year))\b",
    re.IGNORECASE,
)


def sentence_around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a mention in its sentence or item."""
    before = text[max(0, start - REACH) : start]
    after = text[end : end + REACH]
    stops = [m.end() for m in END.finditer(before)]
    stop = END.search(text, end)  # with the mention before it, so that words glued to it are seen
    return before[stops[-1] if stops else 0 :], after[: max(stop.start() - end, 0) if stop else None]


def sentence_status(text: str, start: int, end: int, kind: str) -> str:
    """One of STATUSES, by the words of the sentence, then by the heading above it."""
    before, after = sentence_around(text, start, end)
    words = text[start:end]
    sentence = before + words + after
    if kind == "other":
        return NICE if NICE_CUE.search(sentence) else TRAINING if "appropriate training" in after else ABOUT
    if NO_LEAD.search(before) or NOT_AFTER.search(after):
        return NICE if re.search(r"\bdesir|\bprefer|\badvantage", after, re.IGNORECASE) else NOT_NEEDED
    if TAUGHT_BEFORE.search(before):
        return TRAINING
    if NICE_CUE.search(after) or NICE_CUE.search(before[-80:]):
        return NICE
    if NOT_ASKED_WORDS.search(words) or NOT_ASKED_AFTER.search(after):
        return ABOUT
    if NOT_ASKED_BEFORE.search(before):
        return ABOUT
    clause = re.split(r"\band\b|[,;]", after)[0]
    if TAUGHT_AFTER.search(clause):
        return TRAINING
    if HELD_BEFORE.search(before) or HELD_WORDS.search(words) or HELD_AFTER.search(after):
        return MUST
    if kind == "qualification" and TRAINING_CUE.search(sentence) and not STRONG_MUST.search(sentence):
        return TRAINING
    if ABOUT_CUE.search(before[-90:]) and not STRONG_MUST.search(sentence):
        return ABOUT
    if STRONG_MUST.search(sentence):
        return MUST
    if TRAINING_CUE.search(sentence):
        return TRAINING
    return _status_by_heading(text, start, kind, sentence)


def _status_by_heading(text: str, start: int, kind: str, sentence: str) -> str:
    heading = heading_above(text, start)
    if heading == ABOUT and kind in TICKETS and MUST_CUE.search(sentence):
        return MUST
    if heading in (NICE, TRAINING, ABOUT):
        return heading
    if ABOUT_CUE.search(sentence) and len(sentence) > 120:
        return ABOUT
    if heading == MUST or MUST_CUE.search(sentence) or len(sentence.strip()) < 90:
        return MUST
    return ABOUT


def heading_above(text: str, start: int) -> str:
    """What the nearest heading above announces, or "" if none is near."""
    above = text[max(0, start - LOOK_BACK) : start]
    at = [0, *(m.end() for m in END.finditer(above))]
    for a, b in reversed(list(zip(at, [*at[1:], len(above)], strict=True))):
        line = above[a:b].strip(" .•*\\n\t-–:;")
        if not line or len(line) > 90 or b == len(above):
            continue
        for status, pattern in HEADINGS:
            if pattern.search(line):
                return status
    return ""


def accepts_equivalent(text: str, start: int, end: int) -> bool:
    """The sentence takes something else as well ("or equivalent"): missing it must not stop a person."""
    before, after = sentence_around(text, start, end)
    return bool(OR_EQUIVALENT.search(text[start:end] + after) or OR_EQUIVALENT.search(before[-40:]))


def is_held(text: str, start: int, end: int) -> bool:
    """A person's own words say that they have it, not that they want it, lost it or never had it."""
    before, after = sentence_around(text, start, end)
    return not (NOT_HELD.search(before[-60:]) or ENDED.search(after[:60]))
