from django.contrib.auth.backends import ModelBackend
from django.db.models import Q

from accounts.models import User


class SignInBackend(ModelBackend):
    """Signs a person in by e-mail or sign-in name, in any case of letters."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or password is None:
            return None
        user = User.objects.filter(Q(username__iexact=username.strip()) | Q(email__iexact=username.strip())).first()
        if user is None:
            User().set_password(password)  # as slow as a wrong password, so that names cannot be guessed by time
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
