"""Rows on the outbox, put there and taken away."""

from search.models import IndexChange


def queued(kind, *rows):
    IndexChange.objects.bulk_create([IndexChange(kind=kind, object_id=row.pk) for row in rows])


def clear():
    IndexChange.objects.all().delete()
