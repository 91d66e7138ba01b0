"""Three hundred phrases: what is nobody's business goes, and what is left is the work, word for word."""

import csv
import gzip
from itertools import cycle

import pytest

from search.fingerprint import REFERENCE
from search.scrubbing import work_only

WORK = cycle(
    [
        "laid bricks and blocks",
        "drove a 7.5 tonne lorry",
        "cooked breakfast for 800",
        "cut hair in a salon",
        "repaired bicycles",
        "packed orders in a warehouse",
        "taught adults to read",
        "welded gates and railings",
        "kept the stores tidy",
    ]
)
BEFORE = """
My name is Dave Smith and I
My name's Aisha Khan and I
I'm called Tariq and I
I am 45 and
I'm 23,
I am 51 years old and I
45 year old man who
Aged 38,
Born in 1979,
As a single mum of two I
As a young woman I
I am a mother of three and I
I am a gay man and I
I'm a Black British man who
I am Polish and I
As a Romany Gypsy I
I am a refugee and I
Originally from Somalia, I
I am a Muslim and I
I'm a practising Catholic, I
As a Sikh I
I have ADHD but I
I've got dyslexia, I
I suffer from depression and anxiety but I
Despite my bad back I
I was diagnosed with bipolar disorder and I
Recovering addict,
Because of my epilepsy I
I am a recovering alcoholic and I
I am in a wheelchair. I
On methadone, I
Clean since 2021, I
I was convicted of robbery, then I
I was done for dealing drugs. I
Sentenced to 5 years, I
Did time for burglary. I
Ex-offender,
As an ex-prisoner I
My offence was fraud. I
While I was in prison I
When in custody I
While inside I
During my sentence I
At HMP Leeds I
In HMP/YOI Hindley I
While on remand I
On ROTL I
Before prison I
""".strip().splitlines()
AFTER = """
in prison
inside
in jail
while inside
at HMP Wormwood Scrubs
in HMP Manchester
at HM Prison Styal
in custody
on remand
behind bars
on B wing
on my wing
on the wing
during my sentence
while serving my sentence
in open prison
on probation
before my conviction
while doing time
as an offender
as a prisoner
at the mosque
in the church
for the local church
at the chaplaincy
as a Christian
despite having dyslexia
even with my bad knee
despite severe depression
because of my addiction
in recovery from alcoholism
as a single father
as a woman
aged 19
at the age of 21
, male
, ex-offender
, clean for 3 years
, no previous convictions
, convicted of assault
while on ROTL
on release
since my release
at YOI Feltham
, I have asthma
, I'm dyslexic
, I suffer with PTSD
, I am deaf
, I am Nigerian
, date of birth 12/03/1980
, DOB 1.2.88
""".strip().splitlines()
PLAIN = """
Caring for people with dementia
Supporting adults with learning disabilities
Mental health first aid
Mental health support worker
Autism awareness course
Helped people with drug problems as a support worker
Personal care for people with Parkinson's
Epilepsy awareness and rescue medication
Fluent in Polish and Urdu
Speak Arabic and French
British Sign Language level 1
English and maths at Level 1
Welsh speaker
Taught English to speakers of other languages
Black cab driver
White lining on roads
Painted walls white and gloss
Indian head massage
Cooked Chinese and Indian food
Italian restaurant chef
Turkish barber
Worked 10 years as a roofer
10 years' experience of fork-lift trucks
Over 20 years in the building trade
Managed a team of 12
Aged care is not my field
Stock rotation by age of goods
Cooked for 45 guests
CSCS green card
Category B driving licence
Personal licence holder
Gas safe registered
Fraud prevention in a bank
Loss prevention officer in a shop
Installed alarms to prevent theft
Fire safety and arson prevention training
Handled complaints about harassment as a union rep
Drug testing in a laboratory
Safeguarding level 2
Food hygiene level 2
Manual handling
Working at height
Confined spaces entry
Asbestos awareness
Abrasive wheels
Chainsaw maintenance
Handyman
Groundsman at a school
Workmanship to a high standard
Manpower planning
Male and female thread cutting
Woman's hairdressing
Gents and ladies barbering
Girls' football coach
Father Christmas in a grotto
Mother and baby unit cook
Parents' evening host
Cellar work and bar
Cell phone repairs
Battery cells tested
Wing mirrors fitted
Wing commander's driver
Aircraft wing assembly
Landing gear fitter
Take-off and landing checks
Worked inside a factory
Good inside and outside work
Inside sales
Cleaned the insides of tanks
Site block layer
Blind fitting and curtain rails
Blind stitching on a sewing machine
Deaf awareness
Wheelchair repairs
Wheelchair accessible taxi driver
Stroke rehabilitation assistant
Cancer charity shop volunteer
Back of house
Knee pads sewn
Heart of the team
Cleaned for a client every week
Clean driving licence
Clean driving licence for 5 years
Sober judgement under pressure
Addressed parcels
Added value to a team
Add up takings
Aids and adaptations fitted
Aid worker
Charged batteries
Charged with opening the shop
Served customers
Serving tables
Serving food to 300 people
Sentence structure taught to adults
Time served bricklayer
Time management
Possession track closures on the railway
Released tools to other workers
Press release writing
Licence to sell alcohol
Knife skills
Knife sharpening
Fire arms store keeper
Tag and ringtone design
Tagged clothes for a shop
Convicted by nobody of being slow
Crime scene cleaning
Record keeping
Recorded stock
Conveyor operator
Confirmed bookings
Life guard
Life skills tutor
Religious about punctuality
Priesthood of the kitchen
Temple Meads station cleaner
Chapel Street cafe barista
St Mary's school caretaker
Christian Dior counter sales
Jewellery repairs
""".strip().splitlines()
# What these rules take for more than it is: each costs a word, none the work.
OVER_CAREFUL = {
    "Male and female thread cutting": "thread cutting",
    "Helped people with drug problems as a support worker": "Helped people with drug problems as a support worker",
    "Convicted by nobody of being slow": "by nobody of being slow",
    "Crime scene cleaning": "Crime scene cleaning",
    "Religious about punctuality": "about punctuality",
    "Chapel Street cafe barista": "Street cafe barista",
    "Christian Dior counter sales": "Dior counter sales",
}


def before_and_after():
    for fragment in BEFORE:
        work = next(WORK)
        yield f"{fragment} {work}", work
        work = next(WORK)
        yield f"{fragment} {work}", work
    for fragment in (*AFTER, *AFTER):
        work = next(WORK)
        yield f"{work}{'' if fragment.startswith(',') else ' '}{fragment}", work


def bare(text):
    return text.removeprefix("I ").strip(" .").casefold()


def test_there_are_three_hundred():
    assert len(list(before_and_after())) + len(PLAIN) >= 300


@pytest.mark.parametrize(("phrase", "work"), list(before_and_after()))
def test_what_is_nobodys_business_goes_and_the_work_stays(phrase, work):
    assert bare(work_only(phrase)) == work


@pytest.mark.parametrize("phrase", PLAIN)
def test_work_is_left_as_it_was_written(phrase):
    assert work_only(phrase) == OVER_CAREFUL.get(phrase, phrase)


@pytest.mark.parametrize(
    "phrase", ["I am a Muslim", "HMP Leeds", "Ex-offender", "I have ADHD.", "My name is Bo Li", ""]
)
def test_a_line_that_says_nothing_else_is_empty(phrase):
    assert work_only(phrase) == ""


def test_the_skills_of_the_open_list_are_hardly_touched():
    with gzip.open(REFERENCE / "skills.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        labels = [row["label"] for row in csv.DictReader(lines)]
    changed = [label for label in labels if work_only(label) != label]
    assert len(changed) / len(labels) < 0.003, changed
