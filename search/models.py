from django.db import models

from search.querysets import IndexChangeQuerySet


class Phrase(models.Model):
    """A phrase that was embedded once. Can be dropped and made again."""

    key = models.CharField(max_length=64, primary_key=True)  # SHA-256 of model and text
    model = models.CharField(max_length=80)
    vector = models.BinaryField()  # float16, unit length
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.key


class IndexChange(models.Model):
    """The outbox: a row whose document must be made anew. Written in the writer's own transaction."""

    class Kind(models.TextChoices):
        JOB = "job", "job"
        CANDIDATE = "candidate", "candidate"

    kind = models.CharField(max_length=10, choices=Kind)
    object_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = IndexChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "object_id"])]

    def __str__(self):
        return f"{self.kind} {self.object_id}"
