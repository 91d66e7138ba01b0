"""What the title of a job asks for by itself: a ward manager is a registered nurse, a lorry driver has a licence.

Only where the law keeps the title or the work for who is registered or licensed, so that an advert need not say so.
Source: our own knowledge of the registers (NMC, HCPC, GMC, GDC, GPhC, RCVS, Social Work England), the Gas Safety
Regulations, the Private Security Industry Act and the driving categories.
"""

from __future__ import annotations

import re
from functools import lru_cache

from jobs.credential_history import implied_credentials
from jobs.credentials import most_specific

# Who works beside the profession, learns it, or writes for it, is not of it.
BESIDE_IT = re.compile(
    r"\b(?:assistants?|auxiliar\w*|support|student|trainees?|training|apprentice\w*|receptionists?|secretar\w*|"
    r"administrat\w*|co-?ordinators?|clerk|aide|mate|cleaner|chef|cook|cover supervisor|recruit\w*|sales|instructor|"
    r"pre-?reg\w*|unqualified|learn\w*|no experience)\b",
    re.IGNORECASE,
)
TITLES: tuple[tuple[str, re.Pattern], ...] = tuple(
    (slug, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for slug, pattern in (
        ("gdc", r"dentists?|orthodontists?|dental (?:nurse|hygienist|therapist|technician|surgeon)s?"),
        ("rcvs", r"veterinary (?:surgeon|nurse)s?|vets?"),
        (
            "nmc",
            r"(?<!nursery )(?<!dental )(?<!veterinary )nurses?(?! call)|midwi(?:fe|ves)|ward (?:manager|sister)s?|rgn|"
            r"rmn|rnld|health visitors?",
        ),
        (
            "hcpc",
            r"physiotherapists?|occupational therapists?|paramedics?|radiographers?|podiatrists?|dieti[ct]ians?|"
            r"speech (?:and|&) language therapists?|biomedical scientists?|orthoptists?|prosthetists?|"
            r"(?:clinical|forensic|educational|counselling) psychologists?|operating department practitioners?",
        ),
        (
            "gmc",
            r"general practitioners?|salaried gp|doctors?|psychiatrists?|anaesthetists?|surgeons?|"
            r"consultant (?:physician|radiologist|p[ae]+diatrician|cardiologist|oncologist|neurologist)s?",
        ),
        ("gphc", r"pharmacists?|pharmacy technicians?"),
        ("swe", r"social workers?"),
        (
            "qts",
            r"(?:primary|secondary|class|school|head|supply|maths?|mathematics|english|science|geography|history|sen|"
            r"eyfs|ks ?\d|year \d|key stage \d)[\s-]?teachers?|headteachers?|teachers? of \w+|senco",
        ),
        ("gas-safe", r"gas (?:engineer|fitter|installer|technician)s?|boiler engineers?"),
        ("sia-door", r"door supervisors?|doorm[ae]n"),
    )
)


@lru_cache(maxsize=20_000)
def title_credentials(title: str) -> frozenset[str]:
    """The slugs of which a holder of this job must have one; empty for a title that asks for nothing by itself."""
    if BESIDE_IT.search(title):
        return frozenset()
    for slug, pattern in TITLES:
        if pattern.search(title):
            return frozenset({slug})
    return frozenset(most_specific(implied_credentials(title)))
