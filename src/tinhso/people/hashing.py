"""How passwords are hashed: scrypt at Django's cost."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class Scrypt(ScryptPasswordHasher):
    """A wrong password costs the full work also where the right one is hashed at less (first passwords of a list,
    `importing.WORK`): the answer's time tells nobody which log-ins there are. Django's own class leaves this open."""

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Called after a wrong password that was compared at another cost than ours."""
        known = self.decode(encoded)
        if int(known["work_factor"]) < self.work_factor:
            self.encode(password, str(known["salt"]))
