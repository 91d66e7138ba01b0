from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.models import AgencyMember
from candidates.models import Candidate
from jobs.models import Job
from search.errors import SearchError
from search.services import Ranked, rank_candidates, rank_jobs
from search.tables import match_lines

CANDIDATE, TITLE = "leeds-candidate", "warehouse operative"


class Command(BaseCommand):
    help = "Print the main job: the five best candidates for one vacancy, and the five best vacancies for one of them."

    def add_arguments(self, parser):
        parser.add_argument("--job", help="the slug of an open job; the demonstration's unless given")
        parser.add_argument("--load", action="store_true", help="load the demonstration first, or say that it is there")
        parser.add_argument("--candidate", help="a sign-in name; the demonstration's unless given")

    def handle(self, **options):
        if options["load"]:
            call_command("load_demo", stdout=self.stdout, stderr=self.stderr)
        candidate = Candidate.objects.filter(user__username=options["candidate"] or CANDIDATE).first()
        open_jobs = Job.objects.open().for_listing()
        slug = options["job"]
        job = (open_jobs.filter(slug=slug) if slug else open_jobs.filter(title__iexact=TITLE)).order_by("pk").first()
        if candidate is None or job is None:
            missing = "candidate" if candidate is None else "open job"
            raise CommandError(f"There is no such {missing}. Load the demonstration with manage.py load_demo.")
        adviser = AgencyMember.objects.advisers().filter(agency=candidate.agency).select_related("user").first()
        if adviser is None:
            raise CommandError(f"Nobody at {candidate.agency} is an adviser: only one may rank candidates.")
        try:
            people = rank_candidates(job=job, by=adviser.user, count=5)
            jobs = rank_jobs(candidate=candidate, by=candidate.user, count=5)
        except SearchError as error:
            raise CommandError(str(error)) from error
        self._section(f"Who fits: {job.title}, {job.employer}", people.ranked)
        self.stdout.write(f"  {people.total} fit; {people.stopped} were stopped by a rule.\n\n")
        self._section(f"Jobs that fit {candidate.name}", jobs.ranked)
        self.stdout.write(f"  {jobs.total} fit; {jobs.stopped} were stopped by a rule.\n")

    def _section(self, title: str, ranked: tuple[Ranked, ...]) -> None:
        self.stdout.write(f"{title}\n{'─' * len(title)}")
        for rank, one in enumerate(ranked, start=1):
            far = None if one.distance_miles is None else max(1, round(one.distance_miles))
            miles = "" if far is None else f", {far} mile{'s' if far > 1 else ''}"
            for line in match_lines(one.match, f"{one.row}{miles}", rank):
                self.stdout.write(line)
        if not ranked:
            self.stdout.write("  Nobody and nothing passes the rules today.")
