from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.formats import date_format

from candidates.demo.loader import PASSWORD, SIGN_INS, is_current, load_demo, loaded
from jobs.reference_data import load_reference_data

STALE_DAYS = 14
LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}


class Command(BaseCommand):
    help = "Loads employers, jobs and candidates to try the service with; nobody is real. A second run changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help="make the demo anew, with dates from today")
        parser.add_argument("--skip-pages", action="store_true", help="leave the content pages alone")
        parser.add_argument("--anyway", action="store_true", help="also where others can reach this site")

    def handle(self, *args, again, anyway, skip_pages, verbosity, **options):
        if not anyway and not set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS:
            raise CommandError(
                "The demo's password is public, and this site answers to other names than localhost. "
                "If nobody can be harmed by it, say --anyway."
            )
        load_reference_data()
        load = loaded()
        if again or load is None:
            counts = load_demo()
            self.stdout.write("Demo: " + ", ".join(f"{count} {name}" for name, count in counts.items()) + ".")
        else:
            self._tell_age(load)
        if not skip_pages and "load_pages" in get_commands():
            call_command("load_pages", verbosity=0)
        if verbosity:
            self._tell_sign_ins()

    def _tell_age(self, load):
        day = timezone.localtime(load.loaded_at).date()
        self.stdout.write(f"Demo: loaded on {date_format(day, 'j F Y')}, nothing has changed.")
        if not is_current(load):
            self.stdout.write("This copy has a newer demo. To load it: manage.py load_demo --again")
        elif (timezone.localdate() - day).days >= STALE_DAYS:
            self.stdout.write("Its dates were set then. To set them from today: manage.py load_demo --again")

    def _tell_sign_ins(self):
        width = max(len(sign_in.name) for sign_in in SIGN_INS)
        self.stdout.write(f"\nSign in with the password {PASSWORD} as")
        for sign_in in SIGN_INS:
            self.stdout.write(f"  {sign_in.role:<9}  {sign_in.name:<{width}}  {sign_in.can}")
