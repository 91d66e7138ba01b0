"""Makes up the openings of the demo: the lines of each, and the advert an employer would have written."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from candidates.demo.material import read_toml, trades
from jobs.models import Job, Requirement
from jobs.vocabularies import BaseLocation, ContractType, Hours, WorkPattern

ASKS = {
    "NEVER": "We do not ask about convictions, unless the law says that we must for this job.",
    "AFTER_SHORTLIST": "We do not ask about convictions on the form. We ask once you are on the shortlist, and listen.",
    "AFTER_INTERVIEW": "We do not ask about convictions until after the interview, and we decide case by case.",
    "AFTER_OFFER": "We only ask about unspent convictions after we have offered you the job.",
}
HOURS_TEXT = {
    Hours.FULL_TIME: "37.5 hours a week",
    Hours.FULL_TIME_40_PLUS: "45 hours a week",
    Hours.PART_TIME: "16 to 24 hours a week",
}
PATTERN_TEXT = {
    WorkPattern.STANDARD_WEEKDAYS: "Monday to Friday",
    WorkPattern.FLEXIBLE_SHIFTS: "on early and late shifts, set two weeks ahead",
    WorkPattern.UNSOCIABLE_HOURS: "with evenings, nights or weekends",
}
# Tasks of a profile that only some of its employers have.
SPECIAL = re.compile(r"theatre|aircraft|counselling|in-house|minibus|steel sheets|antiques|telesales", re.IGNORECASE)
MOST_LINES = 9


@dataclass(frozen=True)
class Line:
    text: str
    kind: str = Requirement.Kind.SKILL
    is_essential: bool = True
    is_training_given: bool = False


@dataclass(frozen=True)
class OpeningPlan:
    reference: str
    employer: str
    fields: dict[str, Any]  # of Job
    lines: tuple[Line, ...]


def make_openings(today: date) -> Iterator[OpeningPlan]:
    employers = {row["slug"]: row for row in read_toml("employers")["employer"]}
    for number, opening in enumerate(read_toml("openings")["opening"], start=1):
        rng = random.Random(f"Throughgate demo: opening {number}")
        lines = tuple(_lines(opening, rng))
        yield OpeningPlan(
            reference=f"demo-{number:02}",
            employer=opening["employer"],
            fields=_fields(opening, employers[opening["employer"]], lines, rng, today),
            lines=lines,
        )


def _lines(opening: dict[str, Any], rng: random.Random) -> list[Line]:
    """What the worker will do, then what they need; five to nine lines in all."""
    needs = _needs(opening, rng)
    trade = trades()[opening["profile"]]
    usual = [task for task in trade.tasks if not SPECIAL.search(task)]
    number = min(len(usual), rng.randint(3, 4), MOST_LINES - len(needs))
    tasks = opening.get("tasks") or rng.sample(usual, number)
    return [Line(task[0].upper() + task[1:].replace("’", "'"), Requirement.Kind.TASK) for task in tasks] + needs


def _needs(opening: dict[str, Any], rng: random.Random) -> list[Line]:
    is_learner = opening.get("opportunity") in (Job.Opportunity.APPRENTICESHIP, Job.Opportunity.ROTL)
    lines = []
    for need in opening.get("needs") or trades()[opening["profile"]].needs:
        kind = need.get("kind", Requirement.Kind.SKILL)
        is_essential = need.get("essential", True)
        if is_learner and kind == Requirement.Kind.EXPERIENCE:
            continue  # nobody asks a learner for experience
        if not is_essential and "needs" not in opening and rng.random() < 0.25:
            continue
        is_training_given = need.get("training", False) or (
            is_learner and kind == Requirement.Kind.CREDENTIAL and is_essential
        )
        lines.append(Line(need["text"], kind, is_essential, is_training_given))
    return lines


def _fields(
    opening: dict[str, Any], employer: dict[str, Any], lines: tuple[Line, ...], rng: random.Random, today: date
) -> dict[str, Any]:
    outcode, town = opening["place"].split(" ", 1)
    pay_from, pay_to = (pence or None for pence in opening["pay"])
    trade = trades()[opening["profile"]]
    fields = {
        "title": opening["title"],
        "outcode_id": outcode,
        "town": town,
        "sector": trade.sector,
        "occupation_id": trade.soc2020,
        "opportunity": opening.get("opportunity", Job.Opportunity.JOB),
        "status": opening.get("status", Job.Status.PUBLISHED),
        "base_location": opening.get("location", BaseLocation.WORKPLACE),
        "hours": opening.get("hours", Hours.FULL_TIME),
        "work_pattern": opening.get("pattern", WorkPattern.STANDARD_WEEKDAYS),
        "contract_type": opening.get("contract", ContractType.PERMANENT),
        "pay_from_pence": pay_from,
        "pay_to_pence": pay_to,
        "number_of_vacancies": opening.get("vacancies", 1),
        "closing_date": today + timedelta(days=opening["closes"]) if "closes" in opening else None,
        "start_date": today + timedelta(days=opening["starts"]) if "starts" in opening else None,
    }
    fields["advert_text"] = write_advert(fields, employer, lines, rng)
    return fields


def write_advert(fields: dict[str, Any], employer: dict[str, Any], lines: tuple[Line, ...], rng: random.Random) -> str:
    """An advert as this employer would write it: who they are, the work, what they ask, pay, how to apply."""
    tasks = [line.text for line in lines if line.kind == Requirement.Kind.TASK]
    is_prose = all(task.split()[0].endswith("ing") for task in tasks) and rng.random() < 0.5
    parts = [
        f"{fields['title']}, {fields['town']}",
        employer["pitch"],
        _work_in_prose(tasks) if is_prose else "What you will do\n" + _bullets(tasks),
        "What you will need\n" + _bullets([_asked(line) for line in lines if line.kind != Requirement.Kind.TASK]),
        f"Pay and hours\n{pay_text(fields)}, {HOURS_TEXT[fields['hours']]}, {PATTERN_TEXT[fields['work_pattern']]}. "
        + employer["benefits"],
        f"How to apply\nApply through Throughgate, or ask your adviser to put you forward. {ASKS[employer['asks']]}",
    ]
    return "\n\n".join(parts)


def pay_text(fields: dict[str, Any]) -> str:
    low, high = fields["pay_from_pence"], fields["pay_to_pence"]
    return f"£{low / 100:.2f}" + (f" to £{high / 100:.2f}" if high else "") + " an hour"


def _work_in_prose(tasks: list[str]) -> str:
    *first, last = [task[0].lower() + task[1:] for task in tasks]
    return f"You will be {'; '.join(first)}; and {last}. Somebody is always there to ask."


def _asked(line: Line) -> str:
    if line.is_training_given:
        return f"{line.text} (we will train you)"
    return line.text if line.is_essential else f"{line.text} (desirable, not essential)"


def _bullets(texts: list[str]) -> str:
    return "\n".join(f"- {text}" for text in texts)
