"""Eight trades, six deeds each: enough to draw batches from."""

from search.documents import CandidateDocument, EvidenceLine, JobDocument, Requirement
from search.tuning.readings import Reading
from search.tuning.texts import Named, Occupation, Texts

TRADES = ("bread", "bricks", "hair", "lorries", "cakes", "walls", "engines", "gardens")
DEEDS = ("mix", "carry", "count", "sell", "store", "weigh")


def occupation(number, source="esco", unit=""):
    lines = tuple(f"{deed} {TRADES[number]}" for deed in DEEDS)
    return Occupation(
        source, str(number), "f", (f"{TRADES[number]} worker", f"worker with {TRADES[number]}"), lines, unit
    )


def few_texts():
    occupations = [occupation(n) for n in range(8)]
    occupations += [occupation(1, "soc", "5312"), occupation(1, "ncs", "5312")]
    named = (
        Named(("cscs", "cscs card"), family="cards"),
        Named(("fork-lift", "flt"), family="cards"),
        Named(("bake",), "make bread in an oven"),
    )
    return Texts(tuple(occupations), named, readings())


def readings():
    job = JobDocument("1", "baker", (Requirement("bake bread"), Requirement("sell cakes"), Requirement("drive")))
    person = CandidateDocument("2", (EvidenceLine("made bread"), EvidenceLine("served at a counter")))
    return (Reading(job, person, ("clear", "partial", "none"), ((0, 1), (1,), ())),)
