from django.db import models

from search.querysets import IndexBuildQuerySet, IndexChangeQuerySet


class Phrase(models.Model):
    """A phrase that was embedded once. Can be dropped and made again."""

    key = models.CharField(max_length=64, primary_key=True)  # SHA-256 of model and text
    model = models.CharField(max_length=80)
    vector = models.BinaryField()  # float16, unit length
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.key


class PhraseRequest(models.Model):
    """Texts that a web process wants embedded by a worker. The row is there only while that process waits."""

    texts = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.pk}"  # the texts are a person's own


class IndexChange(models.Model):
    """The outbox: a row whose document must be made anew. Written in the writer's own transaction."""

    class Kind(models.TextChoices):
        JOB = "job", "job"
        CANDIDATE = "candidate", "candidate"

    kind = models.CharField(max_length=10, choices=Kind)
    object_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # how often the index refused it
    error = models.CharField(max_length=300, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)  # refused: it waits for a person
    done_at = models.DateTimeField(null=True, blank=True, db_index=True)
    version = models.BigIntegerField(default=0)  # of the document that was put when this was done

    objects = IndexChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["kind", "object_id"]),
            models.Index(fields=["version"]),
            # However many are done, those that wait are found at once.
            models.Index(fields=["id"], name="search_waiting", condition=models.Q(done_at=None, parked_at=None)),
            models.Index(
                fields=["id"], name="search_parked", condition=models.Q(done_at=None, parked_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.object_id}"


class IndexClock(models.Model):
    """One row: the last version that was given to a reading of the tables. Versions only ever grow."""

    last = models.BigIntegerField()

    def __str__(self):
        return str(self.last)


class IndexBuild(models.Model):
    """A rebuild of the index: who is at it, into which new index, and how far they got."""

    engine = models.CharField(max_length=40)
    index = models.CharField(max_length=200, blank=True)  # the new index's name, to be gone on with
    positions = models.JSONField(default=dict)  # for each kind, the last primary key that is in
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    since = models.BigIntegerField(default=0)  # changes done with this version or a later one may not be in
    holder = models.CharField(max_length=200)  # machine, process and a mark of its own
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField(null=True, blank=True)  # empty: nobody is at it
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = IndexBuildQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engine"], condition=models.Q(finished_at=None), name="search_one_build_at_a_time"
            )
        ]

    def __str__(self):
        return f"{self.index or self.engine}: {self.done:,} of {self.total:,}"
