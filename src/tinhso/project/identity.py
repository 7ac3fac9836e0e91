"""Settings of log-in: Django's own and those of django-allauth."""

from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from tinhso.config import instance

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["tinhso.people.backends.AccountBackend"]
PASSWORD_HASHERS = ["tinhso.people.hashing.Scrypt"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "email", "phone", "full_name")},
    },
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 14 * 24 * 3600  #: at most; `people.middleware` ends idle sessions earlier
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(instance().settings.get("https", False))

ACCOUNT_ADAPTER = "tinhso.people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  #: registration proves the contact before the account exists
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False  #: `people.entrance` counts in PostgreSQL, for pages and API together
ACCOUNT_FORMS = {
    "login": "tinhso.people.forms.SignInForm",
    "change_password": "tinhso.people.forms.NewPasswordForm",
    "reauthenticate": "tinhso.people.forms.PasswordAgainForm",
}

MFA_ADAPTER = "tinhso.people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Tinh So"
MFA_FORMS = {
    "authenticate": "tinhso.people.forms.SecondFactorForm",
    "reauthenticate": "tinhso.people.forms.SecondFactorAgainForm",
    "activate_totp": "tinhso.people.forms.SecondFactorSetUpForm",
}

#: VNeID, or the national identity provider that takes its place: `[vneid]` in config.toml. Its claims are
#: not public (NOT VERIFIED), so the names of the claims are settings too (see `people.contrib.vneid`).
VNEID = instance().settings.get("vneid", {})
#: Where a form may lead besides our own pages: browsers apply form-action to the redirect to VNeID too.
VNEID_ORIGIN = ["{0.scheme}://{0.netloc}".format(urlsplit(VNEID["server_url"]))] if VNEID else []
SOCIALACCOUNT_ADAPTER = "tinhso.people.contrib.vneid.adapter.VneidAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "vneid",
                    "name": str(_("VNeID")),
                    "client_id": VNEID["client_id"],
                    "secret": VNEID["client_secret"],
                    "settings": {"server_url": VNEID["server_url"]},
                }
            ],
        }
    }
    if VNEID
    else {}
)
