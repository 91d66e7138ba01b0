"""Makes up the people of the demo with a fixed seed. Nobody is meant, and the same people come out every time."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from candidates.demo.material import Trade, read_toml, trades
from candidates.models import REFERENCE_ALPHABET, Evidence
from jobs.vocabularies import PersonalSkill, Sector

Kind, Proof = Evidence.Kind, Evidence.Proof
TO_FIRST_PERSON = (("you'll", "I'll"), ("you're", "I'm"), ("your", "my"), ("you", "I"))


@dataclass(frozen=True)
class LinePlan:
    kind: str
    text: str
    proof: str = Proof.TOLD_US
    from_date: date | None = None
    to_date: date | None = None
    expires: date | None = None
    course: tuple[str, str] | None = None  # academy and title, at the person's own prison


@dataclass
class PersonPlan:
    key: str  # the external reference, by which a second load knows the person
    reference: str
    first_name: str
    last_name: str
    agency: str  # the prison's code or the agency's name
    home: str
    miles: int
    available_from: date | None
    is_released_to_employers: bool
    interests: list[str]
    lines: list[LinePlan] = field(default_factory=list)
    sign_in: str = ""


def make_people(today: date) -> Iterator[PersonPlan]:
    """The people of the story first, then everybody else, agency by agency."""
    rng = random.Random("Throughgate demo: people")
    words = read_toml("people")
    number = 0
    for person in read_toml("story")["person"]:
        yield _story_person(person, rng, today)
    for agency in read_toml("prisons")["agency"]:
        for _unused in range(agency["people"]):
            number += 1
            yield _person(f"demo-{number:03}", agency, words, rng, today)


def _story_person(person: dict[str, Any], rng: random.Random, today: date) -> PersonPlan:
    return PersonPlan(
        key=person["reference"],
        reference=_reference(rng),
        first_name=person["first_name"],
        last_name=person["last_name"],
        agency="LEI",
        home=person["home"],
        miles=person["miles"],
        available_from=today + timedelta(days=person["available_in"]),
        is_released_to_employers=True,
        interests=person["interests"],
        lines=[_story_line(today, *line) for line in person["evidence"]],
        sign_in=person.get("sign_in", ""),
    )


def _story_line(today: date, kind: str, text: str, proof: str, number: int | None = None) -> LinePlan:
    """`number`: of a card the days until it runs out, of anything else the months that it lasted."""
    if number is None:
        return LinePlan(kind, text, proof)
    if kind == Kind.LICENCE:
        return LinePlan(kind, text, proof, expires=today + timedelta(days=number))
    ended = today - timedelta(days=900 if kind == Kind.ROLE else 20)
    return LinePlan(kind, text, proof, from_date=ended - timedelta(days=30 * number), to_date=ended)


def _reference(rng: random.Random) -> str:
    return "TG-" + "".join(rng.choice(REFERENCE_ALPHABET) for _unused in range(6))


def _person(key: str, agency: dict[str, Any], words: dict[str, Any], rng: random.Random, today: date) -> PersonPlan:
    is_woman = agency.get("women", False) or ("prison" not in agency and rng.random() < 0.3)
    first, second = _trades(agency, rng)
    richness = rng.choices(["thin", "middling", "rich"], [30, 45, 25])[0]
    chosen = [first] if second is None else [first, second]
    interests = list(dict.fromkeys(trade.sector for trade in chosen))
    if rng.random() < 0.3:
        interests.append(rng.choice([code for code in Sector.values if code not in interests]))
    person = PersonPlan(
        key=key,
        reference=_reference(rng),
        first_name=rng.choice(words["women" if is_woman else "men"]),
        last_name=rng.choice(words["family"]),
        agency=agency.get("prison") or agency["name"],
        home="" if rng.random() < 0.03 else rng.choice(agency["homes"]),
        miles=rng.choices([5, 10, 15, 20, 30, 50], [10, 20, 25, 25, 15, 5])[0],
        available_from=_available_from(agency, rng, today),
        is_released_to_employers=rng.random() < 0.88,
        interests=interests,
    )
    lines = [line for trade in chosen for line in _trade_lines(trade, richness, rng, today)]
    lines += _prison_lines(agency, first, richness, words, rng, today)
    rng.shuffle(lines)
    person.lines = list({(line.kind, line.text): line for line in lines}.values())
    return person


def _trades(agency: dict[str, Any], rng: random.Random) -> tuple[Trade, Trade | None]:
    pool = list(trades().values())
    weights = [
        trade.weight * (2 if agency.get("prison") == "LEI" and trade.sector == Sector.WAREHOUSING else 1)
        for trade in pool
    ]
    first = rng.choices(pool, weights)[0]
    second = rng.choices(pool, weights)[0] if rng.random() < 0.25 else first
    return first, second if second.sector != first.sector else None


def _available_from(agency: dict[str, Any], rng: random.Random, today: date) -> date | None:
    if rng.random() < 0.02:
        return None
    if "prison" not in agency:
        return today - timedelta(days=rng.randint(0, 120))
    nearest = 70 if agency["prison"] in {"HDI", "TCI", "UPI"} else 45
    low, high = rng.choices([(1, 90), (91, 365), (366, 1000)], [nearest, 35, 20])[0]
    return today + timedelta(days=rng.randint(low, high))


def _trade_lines(trade: Trade, richness: str, rng: random.Random, today: date) -> Iterator[LinePlan]:
    """What somebody of that trade can show: little, some or much of it."""
    said, tasks, skills = {"thin": (1, 1, 0), "middling": (2, 1, 1), "rich": (4, 2, 1)}[richness]
    for text in rng.sample(trade.said, min(said, len(trade.said))):
        yield LinePlan(Kind.SKILL, text, rng.choices(list(Proof)[:3], [70, 24, 6])[0])
    for task in rng.sample(trade.tasks, min(tasks, len(trade.tasks))):
        yield LinePlan(Kind.SKILL, as_said(task, rng), rng.choices(list(Proof)[:2], [75, 25])[0])
    for label in rng.sample(trade.skills, min(skills, len(trade.skills))):
        yield LinePlan(Kind.SKILL, label, Proof.OBSERVED)
    if trade.qualifications and rng.random() < {"thin": 0.25, "middling": 0.55, "rich": 0.85}[richness]:
        yield LinePlan(Kind.QUALIFICATION, rng.choice(trade.qualifications), Proof.AWARDED)
    for text, years in trade.cards:
        if rng.random() < {"thin": 0.12, "middling": 0.35, "rich": 0.6}[richness] / max(1, len(trade.cards) / 2):
            expires = today + timedelta(days=rng.randint(-220, years * 365 - 60)) if years else None
            yield LinePlan(Kind.LICENCE, text, Proof.AWARDED, expires=expires)
    if rng.random() < {"thin": 0.2, "middling": 0.65, "rich": 0.95}[richness]:
        ended = today - timedelta(days=rng.randint(300, 3000))
        began = ended - timedelta(days=rng.randint(90, 2400))
        yield LinePlan(Kind.ROLE, rng.choice(trade.roles), Proof.TOLD_US, from_date=began, to_date=ended)
    if rng.random() < {"thin": 0.0, "middling": 0.2, "rich": 0.55}[richness]:
        began = today - timedelta(days=rng.randint(30, 200))
        yield LinePlan(Kind.PLACEMENT, rng.choice(trade.release), Proof.OBSERVED, from_date=began)


def _prison_lines(
    agency: dict[str, Any], trade: Trade, richness: str, words: dict[str, Any], rng: random.Random, today: date
) -> Iterator[LinePlan]:
    if richness != "thin" or rng.random() < 0.5:
        codes = list(words["prison_work"])
        code = rng.choice(trade.prison) if rng.random() < 0.6 else rng.choice(codes)
        proof = rng.choices([Proof.OBSERVED, Proof.TOLD_US], [70, 30])[0]
        began = today - timedelta(days=rng.randint(60, 700))
        yield LinePlan(Kind.PRISON_WORK, rng.choice(words["prison_work"][code]), proof, from_date=began)
    if rng.random() < 0.5:
        yield LinePlan(Kind.QUALIFICATION, rng.choice(words["general_course"])["text"], Proof.AWARDED)
    courses = [(academy["name"], course) for academy in agency.get("academy", []) for course in academy["courses"]]
    if courses and rng.random() < {"thin": 0.15, "middling": 0.3, "rich": 0.45}[richness]:
        academy, (title, _level, gives, *_rest) = rng.choice(courses)
        is_card = bool(gives) and not gives.startswith("Level")
        yield LinePlan(
            Kind.LICENCE if is_card else Kind.QUALIFICATION,
            gives if is_card else title,
            Proof.AWARDED,
            from_date=today - timedelta(days=rng.randint(10, 300)),
            course=(academy, title),
        )
    for code in rng.sample([code for code in PersonalSkill if code != PersonalSkill.OTHER], rng.randint(0, 2)):
        yield LinePlan(Kind.PERSONAL, str(code.label), Proof.TOLD_US)


def as_said(task: str, rng: random.Random) -> str:
    """A careers-service task as somebody would say it of themselves: "I'm used to checking tyres"."""
    for theirs, mine in TO_FIRST_PERSON:
        task = re.sub(rf"\b{theirs}\b", mine, task.replace("’", "'"))
    capital = task[0].upper() + task[1:]
    if task.split()[0].endswith("ing"):
        return rng.choice([capital, task, f"I'm used to {task}", f"Good at {task}", f"{capital}, most days"])
    return rng.choice([capital, f"I can {task}", f"I know how to {task}", f"{capital}, on my own or with a mate"])
