"""What this room announces."""

from django.dispatch import Signal

# Sent with `ids`, the list of changed jobs, after writes that save() did not see: bulk, deletion, import.
jobs_changed = Signal()
