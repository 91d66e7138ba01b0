from django.core.management.base import BaseCommand, CommandError

from jobs.progress import ProgressBar
from search.errors import SearchError
from search.models import IndexChange
from search.outbox import drain
from search.verifying import Report, verify

WAIT = 120.0  # seconds for a batch that a worker is at


class Command(BaseCommand):
    help = (
        "Compare the search index with the database, document by document. Ends with status 1 if they differ, or if "
        "what differs could not be mended."
    )

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="mend what differs, and compare again")

    def handle(self, *, repair: bool, **options):
        try:
            reports = self._compare("Comparing", repair)
            if repair and any(report.differences for report in reports):
                self._print(reports)
                self._drain()
                reports = self._compare("Comparing again", False)
        except SearchError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was to be mended and found by then is on the outbox.") from None
        self._print(reports)
        if count := sum(report.differences for report in reports):
            raise CommandError(self._advice(count, repair))

    def _compare(self, label: str, repair: bool) -> list[Report]:
        with ProgressBar(label, 0) as bar:
            return verify(repair=repair, progress=bar.update)

    def _drain(self) -> None:
        left = IndexChange.objects.waiting().count()
        with ProgressBar("Mending", left) as bar:
            drain(wait=WAIT, present_only=True, progress=bar.update)

    def _print(self, reports: list[Report]) -> None:
        for report in reports:
            if not report.differences:
                self.stdout.write(f"{report.kind}: {report.rows:,} rows, no difference")
                continue
            self.stdout.write(f"{report.kind}: {report.rows:,} rows, {report.differences:,} differ")
            for name in ("missing", "left_over", "stale"):
                if (found := getattr(report, name)).count:
                    more = ", …" if found.count > len(found.first) else ""
                    self.stdout.write(f"  {name.replace('_', ' ')}: {found.count:,} ({', '.join(found.first)}{more})")

    def _advice(self, count: int, repair: bool) -> str:
        differ = f"{count:,} document{'s differ' if count > 1 else ' differs'} from the database."
        if not repair:
            return f"{differ} Run manage.py verify_index --repair."
        if parked := IndexChange.objects.parked().count():
            return f"{differ} {parked:,} changes are parked with an error: see the page /staff/index/."
        return f"{differ} See whether the index and the encoder answer, or make it anew: manage.py rebuild_index."
