"""Django settings of the house. What differs between instances is in `tinhso.config`."""

import os
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from tinhso.config import ROOT, instance
from tinhso.kernel.telemetry import logging_settings
from tinhso.project.identity import *  # noqa: F403
from tinhso.project.production import require_fit

HERE = instance()

SECRET_KEY = HERE.secret("django")
DEBUG = HERE.debug
ALLOWED_HOSTS = ["127.0.0.1", "localhost", *HERE.settings.get("hosts", [])]
#: Whose word about the client is taken (`kernel.proxies`); `[proxies] trusted` in config.toml.
TRUSTED_PROXIES: list[str] = HERE.settings.get("proxies", {}).get("trusted", [])
#: The largest request in bytes: five photographs of a paper at once, with room to spare. nginx has the same limit.
LARGEST_BODY = 60 * 1024 * 1024

FLOORS = [
    "tinhso.kernel",
    "tinhso.places",
    "tinhso.people",
    "tinhso.vault",
    "tinhso.procedures",
    "tinhso.dossiers",
    "tinhso.indicators",
    "tinhso.portal",
    "tinhso.desk",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "django.contrib.humanize",
    "django_cotton.apps.SimpleAppConfig",
    "procrastinate.contrib.django",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    *FLOORS,
]

MIDDLEWARE = [
    "tinhso.kernel.proxies.ProxyMiddleware",
    "tinhso.kernel.middleware.RequestIdMiddleware",
    "tinhso.kernel.telemetry.TelemetryMiddleware",
    "tinhso.kernel.middleware.QuestionMiddleware",
    "tinhso.kernel.proxies.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tinhso.kernel.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tinhso.kernel.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tinhso.people.middleware.IdleSessionMiddleware",
    "tinhso.people.middleware.FirstStepsMiddleware",
    "tinhso.kernel.middleware.ActorMiddleware",
    "tinhso.kernel.middleware.ProblemMiddleware",
]

ROOT_URLCONF = "tinhso.project.urls"
API = "tinhso.project.api.api"  #: what `write_openapi` describes
WSGI_APPLICATION = "tinhso.project.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tinhso.kernel.context.house",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "tinhso.kernel.templatetags.components",
                "tinhso.kernel.templatetags.house",
            ],
        },
    }
]

DB_ROLE = os.environ.get("TINHSO_DB_ROLE", "app")  #: owner for migrations, app for serving
#: More connections than threads, so that nobody waits but for a database that is away: then for three seconds.
POOL = {"min_size": 1, "max_size": 8, "timeout": 3, "reconnect_timeout": 4}
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "HOST": HERE.database.host,
        "PORT": HERE.database.port,
        "NAME": HERE.database.name,
        "USER": f"tinhso_{DB_ROLE}",
        "PASSWORD": HERE.secret(f"db-{DB_ROLE}"),
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **HERE.database.tls,
            **({"pool": POOL} if os.environ.get("TINHSO_SERVING") else {}),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "src" / "tinhso" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = HERE.home / "static"
BUILT = ROOT / "build" / "frontend"  #: what Vite made
STATICFILES_DIRS = [BUILT] if BUILT.is_dir() else []
#: Vite names files by their content and writes .br and .gz beside them: served straight from there, for ever.
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"/assets/.+-[\w-]{8}\.\w+$"
#: A component sees its own attributes and what context processors give, not the page's variables.
COTTON_ISOLATE_BY_DEFAULT = True

CSRF_FAILURE_VIEW = "tinhso.kernel.problems.expired_form"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "tinhso.kernel.sessions"
X_FRAME_OPTIONS = "DENY"
#: `https = true` in config.toml. A year: long enough for browsers' lists, short enough to be taken back one day.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HERE.settings.get("https") else 0

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *VNEID_ORIGIN],  # noqa: F405
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

#: Links in messages begin with it; `[site] url` in config.toml.
SITE_URL = str(HERE.settings.get("site", {}).get("url", f"http://127.0.0.1:{HERE.port}"))
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HERE.settings.get("https") else []
SITE_HOST = SITE_URL.partition("//")[2].partition(":")[0].partition("/")[0]
#: Whom to tell of a hole in the house; `[security] contact` in config.toml.
SECURITY_CONTACTS: list[str] = HERE.settings.get("security", {}).get("contact", [])
#: `[mail] host = …` sends by SMTP; without it messages are dropped as files into `mail/` of the home.
MAIL = HERE.settings.get("mail", {})
EMAIL_BACKEND = "tinhso.kernel.mailing.Smtp" if MAIL.get("host") else "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HERE.home / "mail"
EMAIL_HOST = MAIL.get("host", "")
EMAIL_PORT = int(MAIL.get("port", 25))
EMAIL_HOST_USER = MAIL.get("user", "")
EMAIL_HOST_PASSWORD = HERE.secret("mail") if MAIL.get("user") else ""
EMAIL_USE_SSL = MAIL.get("tls") == "implicit"
EMAIL_USE_TLS = bool(MAIL.get("tls", False)) and not EMAIL_USE_SSL
EMAIL_AUTHORITIES = str(MAIL.get("ca", ""))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = MAIL.get("from", f"tinhso@{SITE_HOST}")

#: Done jobs are deleted: what happened is in the events, not in the queue.
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

if HERE.production:
    require_fit(HERE)

LOGGING = logging_settings(HERE.home / "logs", os.environ.get("TINHSO_SERVICE", ""))

MIGRATION_MODULES: dict[str, str] = {}

#: Debian 12 carries GDAL 3.6; nothing here opens a spatial reference given by a user.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
