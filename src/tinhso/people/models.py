"""Persons, organisations, accounts and their roles."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from tinhso.kernel.ids import new_id


class Account(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: a person of the public or an official."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.CharField(max_length=150, unique=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    objects: ClassVar[BaseUserManager["Account"]] = BaseUserManager()
