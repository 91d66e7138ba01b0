"""What this room announces."""

from django.dispatch import Signal

# Sent with `ids`, the list of changed candidates, after writes that save() did not see: bulk, deletion, import.
candidates_changed = Signal()
