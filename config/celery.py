import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

SWEEP = 15.0  # seconds

app = Celery("throughgate")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# What was not fetched until the next is due is thrown away: nothing piles up while the workers are away.
app.conf.beat_schedule = {
    "sweep-index": {"task": "search.tasks.sweep_index", "schedule": SWEEP, "options": {"expires": SWEEP}},
    "sweep-pages": {
        "task": "cms.tasks.index_pages",
        "schedule": 4 * SWEEP,
        "options": {"expires": 4 * SWEEP},
    },
    "tidy-index": {
        "task": "search.tasks.tidy_index",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 20 * 3600},
    },
}


@worker_process_init.connect
def one_core_each(**_kwargs) -> None:
    """A worker has as many processes as it shall use cores: the encoder's own threads would only wait for each other.

    Read by torch when it is first loaded, which is in these processes.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
