"""What a person wrote about their work, without what is nobody's business: that alone is embedded and indexed.

Name, sex, age, ethnic origin, religion, health, prison and offence go; the work stays. Own illness goes, caring
for people who have it stays; being a Muslim goes, speaking Arabic stays. Rules and not a model, so that it can be
read what is taken out. What is shown to people is the line as it was written.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ILLNESS = (
    r"(?:depress(?:ion|ed)|anxiety|anxious|ptsd|adhd|add|autis(?:m|tic)|asperger'?s|dyslexi[ac]|"
    r"dyspraxi[ac]|dyscalculi[ac]|"
    r"epilep(?:sy|tic)|asthma(?:tic)?|diabet(?:es|ic)|schizophreni[ac]|bi-?polar(?:\sdisorder)?|psychosis|paranoi[ad]|"
    r"addict(?:ion|ions|ed)?|alcoholi(?:sm|c)|hiv|aids|hepatitis(?:\s[abc])?|cancer|arthritis|ocd|copd|"
    r"personality\sdisorder|eating\sdisorder|learning\s(?:difficult(?:y|ies)|disabilit(?:y|ies))|brain\sinjury|"
    r"mental\s(?:health|illness)(?:\s(?:problems?|issues?|conditions?|difficulties))?|breakdown|self[- ]harm(?:ing)?|"
    r"(?:bad|sore|weak)\s(?:back|knees?|leg|heart|hip)|back\s(?:pain|problems?|injury)|heart\s(?:problem|"
    r"condition|attack)s?|"
    r"(?:drugs?|alcohol|drink|heroin|crack|cocaine|gambling|substance)\s(?:problems?|habit|addiction|"
    r"dependency|misuse|abuse|issues?)|"
    r"disab(?:led|ility|ilities)|deaf(?:ness)?|blind(?:ness)?|(?:hearing|visual(?:ly)?|sight)[- ](?:loss|"
    r"impaired|impairment)|"
    r"wheelchair(?:\suser)?|a\sstroke|long\scovid|special\sneeds)"
)
_ORIGIN = (
    r"(?:black|white|asian|mixed[- ]race|mixed|african|caribbean|british|english|scottish|irish|welsh|"
    r"european|indian|pakistani|"
    r"bangladeshi|chinese|arab|polish|romanian|somali|nigerian|jamaican|albanian|vietnamese|turkish|"
    r"kurdish|iranian|afghan|"
    r"portuguese|lithuanian|latvian|bulgarian|ukrainian|russian|ghanaian|roma(?:ny)?|gyps(?:y|ies)|"
    r"(?:irish\s)?travellers?|bame|ethnic\sminority|"
    r"foreign(?:\snational)?|immigrant|refugee|asylum\sseeker)"
)
_FAITH = (
    r"(?:muslims?|islam(?:ic)?|christian(?:s|ity)?|catholics?|jew(?:s|ish)?|sikhs?|hindus?|buddhis[tm]s?|"
    r"pagans?|quakers?|"
    r"rastafarian|jehovah'?s\switness(?:es)?|mormons?|atheist|church(?:es)?|mosques?|synagogues?|gurdwara|"
    r"chapel|chaplain(?:cy)?|"
    r"imam|vicar|priest|bible(?:\sstudy)?|qur'?an|koran|prayers?|ramadan|religio(?:n|us)|multi-?faith|"
    r"faith\sgroup|sunday\sschool|alpha\scourse)"
)
_OFFENCE = (
    r"(?:robber(?:y|ies)|burglar(?:y|ies)|assaults?|gbh|abh|affray|arson|murder|manslaughter|rape|"
    r"sex(?:ual)?\s\w+|indecent\s\w+|"
    r"(?:drug|county\slines)\s(?:dealing|supply|offences?)|(?:dealing|supplying|selling)\s(?:\w+\s)?drugs|"
    r"possession|theft|stealing|fraud|"
    r"money\slaundering|(?:drink|dangerous|drunk)[- ]driving|death\sby\sdangerous\sdriving|violence|"
    r"wounding|kidnap(?:ping)?|blackmail|"
    r"stalking|harassment|firearms?|knife\scrime|carrying\sa\sknife|conspiracy|handling\sstolen\sgoods|terrorism)"
)
_PLACE = (
    r"(?:kitchens?|laundry|gardens?|grounds|workshops?|library|gym|farm|bakery|stores?|canteen|servery|"
    r"shop|school|hall|caf[eé]|"
    r"hospital|office|factory|food\sbank|building|fabric|roof)"
)
_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
_PRISON_NAME = (
    r"(?:hm(?:p|yoi|\sprison)(?:\s?[/&]\s?(?:hm)?yoi)?|yoi)(?:\s+(?-i:[A-Z])[\w']+(?:\s+(?-i:[A-Z])[\w']+)*)?"
)

# In this order: a whole statement before the words that it is made of.
RULES = (
    # name
    r"\bmy\s(?:full\s|first\s)?name(?:'s|\sis)\s(?-i:[A-Z])[\w'-]+(?:\s(?-i:[A-Z])[\w'-]+)*",
    r"\bname:\s*(?-i:[A-Z])[\w'-]+(?:\s(?-i:[A-Z])[\w'-]+)*",
    r"\b(?:i\sam|i'm|im)\scalled\s(?-i:[A-Z])[\w'-]+(?:\s(?-i:[A-Z])[\w'-]+)*",
    # age
    (
        r"\b(?:i\sam|i'm|im)?\s*(?:now\s)?\b(?:a|an)?\s*\d{2}[- ]?(?:years?|yrs?)[- ]old(?:\s(?:man|woman|lad|"
        r"girl|male|female|bloke))?\b"
    ),
    r"\b(?:age[d:]?|at\sthe\sage\sof)\s\d{2}\b(?!\s*(?:-|to|\+))",
    r"\b(?:i\sam|i'm|im)\s(?:now\s)?\d{2}\b(?!\s*(?:years?|yrs?|months?|%))",
    r"\b(?:i\swas\s)?born\s(?:in|on)\s[\w\s/]*\d{4}\b",
    r"\b(?:date\sof\sbirth|dob):?\s*[\d/.-]+",
    # own illness
    r"\b(?:i\sam|i'm|im)\sin\sa\swheelchair\b",
    rf"\b(?:i\s(?:have|had|have\shad|got|suffer(?:ed)?\s(?:with|from)|struggle(?:d)?\swith|live\swith|"
    rf"was\sdiagnosed\swith|am\srecovering\sfrom)|"
    rf"i'?ve\s(?:got|had)|i'?m\s(?:diagnosed\swith|recovering\sfrom|registered)|suffer(?:ing|ed|"
    rf"s)?\s(?:with|from)|diagnosed\swith|living\swith\smy|"
    rf"recover(?:ed|ing)\sfrom|in\srecovery\sfrom|overcame|got\sover|despite|because\sof|due\sto|"
    rf"even\swith|with(?=\smy\s))\s(?:my\s|having\s|being\s|"
    rf"a\s|an\s|some\s|severe\s|mild\s|bad\s|past\s)*{_ILLNESS}(?:\s(?:and|or|,)\s{_ILLNESS})*(?=\s*(?:$|"
    rf"[,.;:)]|\bbut\b|\band\b|\bi\b|\bso\b))",
    rf"\b(?:my|own)\s(?:\w+\s)?{_ILLNESS}\b",
    (
        rf"\b(?:i\sam|i'm|im|being|as\san?)\s(?:an?\s)?(?:registered\s|recovering\s|ex-?\s?|"
        rf"former\s)*{_ILLNESS}\b(?!\s(?:support|care|worker|champion|awareness|first))"
    ),
    r"\b(?:recovering|ex|former)[- ](?:addict|alcoholic|drug\suser)\b",
    r"\b(?:on|off)\s(?:methadone|medication|antidepressants|subutex|my\smeds)\b",
    r"\b(?:i'?m\s|i\sam\s|been\s)?(?:clean|sober|drug[- ]free)\s(?:for|since)\s[\w\s]*?(?:years?|months?|\d{4})\b",
    # sex and family
    (
        rf"\b(?:as\s|i\sam\s|i'm\s|im\s|being\s)?(?:an?\s)?(?:(?:young|single|proud|lone|working|married|"
        rf"divorced)\s)*(?:mother|father|mum|mam|dad|parent)(?:\s(?:of|to)\s{_NUMBER})?(?:\s(?:kids|children|"
        rf"boys|girls|sons|daughters))?\b(?=\s*(?:$|[,.;:]|\b(?:and\si|who|i)\b))"
    ),
    (
        r"\b(?:as|i\sam|i'm|im|being)\s(?:an?\s)?(?:\w+\s)?(?:man|woman|male|female|lad|girl|boy|bloke|lady|"
        r"transgender|trans|gay|lesbian|bisexual|straight)(?:\s(?:man|woman|person))?\b(?!\s(?:power|cover))"
    ),
    r"\b(?:male|female)\b",
    # the place of work stays, whoever's it is
    rf"\b(?:prison|jail|{_FAITH})(?:'s)?(?=\s{_PLACE}\b)",
    # origin and faith
    (
        rf"\b(?:i\sam|i'm|im|as|being)\s(?:an?\s)?(?:proud\s|devout\s|"
        rf"practising\s)*{_ORIGIN}(?:\s{_ORIGIN})*(?:\s(?:man|woman|lad|girl|person|male|"
        rf"female))?\b(?!\s(?:speaker|speaking))"
    ),
    rf"\b(?:i\sam|i'm|im|as|being)\s(?:an?\s)?(?:proud\s|devout\s|practising\s)*{_FAITH}\b",
    r"\b(?:originally\s|i\sam\s|i'm\s|i\scome\s)from\s(?-i:[A-Z])\w+\b",
    rf"\b(?:in|at|for|with|to|from|of)\s(?:the\s|my\s|our\s|a\s)?(?:local\s)?{_FAITH}\b",
    rf"\b{_FAITH}\b",
    # offence
    (
        rf"\b(?:i\s(?:was|got|am|have\sbeen)\s|i'?ve\sbeen\s|been\s)?(?:convicted|found\sguilty|charged|jailed|"
        rf"imprisoned|sentenced|arrested|locked\sup|sent\sdown|banged\sup|done)\s(?:to\s[\w\s]+?\s)?(?:of|for|"
        rf"with)\s(?:an?\s|the\s|my\s)?(?:armed\s|attempted\s|domestic\s)?{_OFFENCE}\b"
    ),
    (
        rf"\b(?:(?:during|before|after|since|for)\s)?(?:my|the|an?|index)\s(?:offence|offending|crimes?|conviction|criminal\srecord|"
        rf"sentence)(?:\s(?:was|is|of|for)\s(?:an?\s)?(?:armed\s|{_NUMBER}\s)?(?:{_OFFENCE}|years?|months?))?\b"
    ),
    rf"\b(?:convicted|sentenced|jailed|imprisoned)\s(?:to|for)\s{_NUMBER}\s(?:years?|months?|weeks?)\b",
    (
        r"\b(?:no\s)?(?:spent\s|unspent\s|previous\s)?(?:convictions?|convicted|criminal\s(?:record|past|history)|offending|"
        r"re-?offending|crimes?\si\scommitted|previous\soffences?)\b"
    ),
    r"\bas\san?\s(?:offender|prisoner|inmate|convict)\b",
    r"\b(?:as\s)?(?:an?\s)?(?:ex|former|serving|life|sex)[- ]?(?:offender|prisoner|con|convict|lifer|inmate)s?\b",
    # prison
    (
        rf"\b(?:(?:while|whilst|when|during|since|before|after)\s)?(?:i\s(?:was|am)\s)?(?:in|at|inside|from|to|"
        rf"of|near)?\s*{_PRISON_NAME}\b"
    ),
    (
        r"\b(?:(?:while|whilst|when|during|since)\s)?(?:i\s(?:was|am)\s|being\s|my\stime\s|time\s)?(?:in|"
        r"inside|at|from|out\sof|left|leaving|on|before|after)\s(?:a\s|an\s|the\s|my\s|this\s|open\s|"
        r"another\s)*(?:prisons?|jail|gaol|custody|remand|nick|segregation|parole|probation|rotl|"
        r"tag|the\sout)\b"
    ),
    (
        r"\b(?:while|whilst|when|during|since)\s(?:i\s(?:was|am)\s|being\s|my\stime\s)?(?:inside|locked\sup|"
        r"banged\sup|away|detained|serving(?:\smy)?(?:\stime|\ssentence)?|doing\stime)\b"
    ),
    (
        rf"\b(?:did|done|doing|served|serving)\s(?:my\s|some\s)?(?:time|"
        rf"bird)(?:\sfor\s(?:an?\s)?(?:armed\s)?{_OFFENCE})?\b"
    ),
    r"\b(?:behind\sbars|serving\s(?:my|a)\s[\w\s]*?(?:sentence|time))\b",
    r"(?<=\s)inside(?=\s*(?:$|[.,;]))",
    r"\b(?:on|off|for)\s(?:(?:the|my|our|[a-k])\s(?:wing|houseblock|spur)|(?:the|my|our)\slanding)\b",
    r"\b(?:on|before|after|since|until)\s(?:my\s)?(?:release|licence)\b(?=\s*(?:$|[.,;]))",
    (
        r"\b(?:rotl|rdr|hdc|iep|enhanced\sprisoner|cat(?:egory)?\s[abcd]\s(?:prison|prisoner)|ipp|lifer|yoi|"
        r"young\soffenders?(?:'?s?)?\sinstitution)\b"
    ),
    r"\b(?:prison|jail|custody|custodial|probation(?:\sservice)?|youth\soffending\steam)\b",
)
# A person by what they are to us: the work done for them stays.
PEOPLE = re.compile(r"\b(?:fellow\s)?(?:prisoners?|inmates?|offenders?|convicts?|ex-?offenders?|cons)\b", re.IGNORECASE)
_RULES = tuple(re.compile(rule, re.IGNORECASE) for rule in RULES)
_LOOSE_END = re.compile(
    r"(?:^|(?<=[.,;:(]))\s*(?:and|but|so|or|who|while|whilst|when|which|then|also|i|i'm|i\sam|am|was)\s*(?=$|[.,;:)])|"
    r"\s+(?:and|but|so|or|in|at|for|with|of|from|to|on|by|the|a|an|my|while|whilst|when|during|since|as|i|"
    r"who|was|i'm)\s*(?=$|[.,;:)])",
    re.IGNORECASE,
)
_LOOSE_START = re.compile(r"^(?:[\s,.;:)&-]+|(?:and|but|so|or|who|then|of|for)\s+)+", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def work_only(text: str) -> str:
    """The line without what must not be known; "" where nothing else was in it."""
    said = text.replace("’", "'")
    found = said
    for rule in _RULES:
        found = rule.sub(" ", found)
    found = PEOPLE.sub("people", re.sub(r"(?i)\b(prisoner|inmate|offender)s'", r"\1's", found))
    if found == said:
        return text
    before = ""
    while before != found:
        before = found
        found = re.sub(r"\(\s*\)", " ", found)
        found = re.sub(r"\s+([,.;:)])", r"\1", found)
        found = re.sub(r"([,;:])(?:\s*[,.;:])+", r"\1", found)
        found = _LOOSE_END.sub("", found)
        found = _LOOSE_START.sub("", re.sub(r"\s+", " ", found).strip(" ,;:-"))
    return found if re.search(r"[^\W\d_]{2}", found) else ""
