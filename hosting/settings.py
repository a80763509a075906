"""Settings: environment variables and `.env`, read by django-environ. `.env.example` lists every one.

A bad value stops the start with one clear line (`hosting/startup.py` checks what belongs together).
"""

import logging
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from hosting.lib import logs
from hosting.schedule import CELERY_BEAT_SCHEDULE  # noqa: F401 (read by Celery)
from hosting.startup import (
    Env,
    challenges,
    checked,
    envelope_keys,
    mailbox,
    networks,
    postgresql,
    rdap,
    refuse_unsafe_production,
    reply_address,
    resolvers,
    tax_rates,
    webhooks,
    zone,
)

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
env.read_env(BASE_DIR / ".env")

DEMO_SECRET_KEY = "demo-secret-key-for-development-only-never-in-production"  # noqa: S105 (refused in production)

DEMO_ENVELOPE_KEY = "ZGVtby1lbnZlbG9wZS1rZXktZm9yLWRldmVsb3BtZW4="  # refused in production

# -- What kind of installation this is ---------------------------------------------------------
DEVELOPMENT = checked(env.bool, "DEVELOPMENT", False)
DEBUG = checked(env.bool, "DEBUG", DEVELOPMENT)
SECRET_KEY = checked(env.str, "SECRET_KEY", DEMO_SECRET_KEY)
SECRET_KEY_FALLBACKS = checked(env.list, "SECRET_KEY_FALLBACKS", [])  # former keys, while they go
ALLOWED_HOSTS = checked(
    env.list, "ALLOWED_HOSTS", ["127.0.0.1", "localhost"] if DEVELOPMENT else []
)
SITE_URL = checked(
    env.str, "SITE_URL", "http://127.0.0.1:8000", pattern=r"https?://[^/\s]+/?"
).rstrip("/")
CSRF_TRUSTED_ORIGINS = checked(env.list, "CSRF_TRUSTED_ORIGINS", [SITE_URL])
TRUSTED_PROXY_HOPS = checked(env.int, "TRUSTED_PROXY_HOPS", 0, minimum=0)
SITE_NETWORKS = networks("SITE_NETWORKS", checked(env.list, "SITE_NETWORKS", []))  # V3
METRICS_ALLOWED = networks("METRICS_ALLOWED", checked(env.list, "METRICS_ALLOWED", []))
DEV_MAIL_DIR = checked(env.str, "DEV_MAIL_DIR", "")  # where the local mail peer keeps mails
CLOCK_OFFSET_FILE = checked(env.str, "CLOCK_OFFSET_FILE", "")
SCAN_BYPASS = checked(env.bool, "SCAN_BYPASS", False)
ENVELOPE_KEYS = envelope_keys(
    "ENVELOPE_KEYS", checked(env.list, "ENVELOPE_KEYS", [DEMO_ENVELOPE_KEY] if DEVELOPMENT else [])
)  # the present one first (I3)
SITE_SECRETS_DIR = checked(env.str, "SITE_SECRETS_DIR", "")  # a folder of keys and passwords
SIGNATURE_ROOTS = checked(env.str, "SIGNATURE_ROOTS", "")  # a folder of certificates (P3)

# -- The provider: on every page and letter ------------------------------------------------------
PROVIDER = {
    "name": checked(env.str, "PROVIDER_NAME", "EasyHoster"),
    "legal_name": checked(env.str, "PROVIDER_LEGAL_NAME", "EasyHoster SAS"),
    "address": checked(
        env.lines, "PROVIDER_ADDRESS", "12 rue des Serveurs\n67000 Strasbourg\nFrance"
    ),
    "telephone": checked(env.str, "PROVIDER_TELEPHONE", "+33 3 90 00 00 00"),
    "email": checked(
        env.str, "PROVIDER_EMAIL", "support@easyhoster.example", pattern=r"[^@\s]+@[^@\s]+"
    ),
    "website": checked(env.str, "PROVIDER_WEBSITE", "https://easyhoster.example"),
    "logo": checked(env.str, "PROVIDER_LOGO", "img/logo.svg"),
    "colour": checked(env.str, "PROVIDER_COLOUR", "#1f5f8b", pattern=r"#[0-9a-fA-F]{6}"),
}

# -- Quotes (B4): percent of tax per kind; what "reverse" means is said on the quote -----------------
TAX_RATES = tax_rates(
    "TAX_RATES",
    checked(env.json, "TAX_RATES", {"fr": "20", "de": "19", "reverse": "0"}),
    frozenset({"fr", "de", "reverse"}),
)
QUOTE_VALID_DAYS = checked(env.int, "QUOTE_VALID_DAYS", 30, minimum=1, maximum=365)

# -- The rules' settings (RULES.md); a value below a stated minimum is refused at start-up ---------
CESSION_MINIMUM_ATTEMPT_DATES = checked(
    env.int, "CESSION_MINIMUM_ATTEMPT_DATES", 7, minimum=7
)  # C1
CESSION_HOLD_HOURS = checked(env.int, "CESSION_HOLD_HOURS", 24, minimum=0, maximum=168)  # X3
CESSION_AGREED_HOLD_HOURS = checked(
    env.int, "CESSION_AGREED_HOLD_HOURS", 24, minimum=24, maximum=168
)  # X7
CESSION_LOCK_DAYS = checked(env.int, "CESSION_LOCK_DAYS", 30, minimum=0)  # X5
CESSION_REQUIRED_CHALLENGES = checked(env.int, "CESSION_REQUIRED_CHALLENGES", 1, minimum=1)  # V2
CESSION_CHALLENGES = challenges(
    "CESSION_CHALLENGES", checked(env.json, "CESSION_CHALLENGES", {}), CESSION_REQUIRED_CHALLENGES
)  # V2: per kind of service, the best first
CHALLENGE_NAME = checked(
    env.str, "CHALLENGE_NAME", "easyhoster-challenge", pattern=r"[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?"
)  # V2: TXT record _NAME.<domain>, file /.well-known/NAME.txt
DNS_RESOLVERS = resolvers("DNS_RESOLVERS", checked(env.list, "DNS_RESOLVERS", []))  # V2
RDAP_URL = rdap("RDAP_URL", checked(env.json, "RDAP_URL", {}))  # V2, V4: per top-level domain
CESSION_LAPSE_DAYS = checked(env.int, "CESSION_LAPSE_DAYS", 21, minimum=1)  # T6
CESSION_DRAFT_DAYS = checked(env.int, "CESSION_DRAFT_DAYS", 30, minimum=1)  # T1
EVIDENCE_EXPORT_DAYS = checked(env.int, "EVIDENCE_EXPORT_DAYS", 7, minimum=1, maximum=30)  # X6
IDENTITY_RETENTION_DAYS = checked(
    env.int, "IDENTITY_RETENTION_DAYS", 30, minimum=1, maximum=90
)  # D7
CASE_RETENTION_DAYS = checked(
    env.int, "CASE_RETENTION_DAYS", 1826, minimum=365, maximum=3653
)  # L1: five years
TICKET_RETENTION_DAYS = checked(
    env.int, "TICKET_RETENTION_DAYS", 1826, minimum=365, maximum=3653
)  # L1: five years
CHECK_IN_DAYS = checked(env.int, "CHECK_IN_DAYS", 365, minimum=90)  # A11: longer than one takes
MANUAL_BACKUP_DAYS = checked(env.int, "MANUAL_BACKUP_DAYS", 30, minimum=1)  # N7
SAFETY_BACKUP_DAYS = checked(env.int, "SAFETY_BACKUP_DAYS", 7, minimum=1)  # N7
UPLOAD_MAX_BYTES = checked(env.int, "UPLOAD_MAX_BYTES", 20 * 1024 * 1024, minimum=1024)  # D6
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # one box per service and assignee of a large reseller (P6)
UPLOAD_MAX_FILES = checked(env.int, "UPLOAD_MAX_FILES", 20, minimum=1)  # D6
UPLOAD_MAX_PAGES = checked(env.int, "UPLOAD_MAX_PAGES", 60, minimum=1, maximum=5000)  # D6
UPLOAD_MAX_MEGAPIXELS = checked(
    env.int, "UPLOAD_MAX_MEGAPIXELS", 60, minimum=1, maximum=100
)  # D6: what a picture takes in memory hangs on it
CLAMD_URL = checked(
    env.str, "CLAMD_URL", "", pattern=r"(unix:///\S+|tcp://[^\s/:]+(:\d{1,5})?)?"
)  # D6; empty: nothing is scanned, and nobody opens anything
CLAMD_SECONDS = checked(env.int, "CLAMD_SECONDS", 60, minimum=1, maximum=120)

# -- Django ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "accounts",
    "cessions",
    "interventions",
    "hosting",
    "hosting.records",
    "hosting.desk",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "csp",
    "django_prometheus",
    "django_structlog",
    "pghistory",
    "pgtrigger",
    "hosting.desk.apps.BackOfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_ratelimit.middleware.RatelimitMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "hosting.urls"
WSGI_APPLICATION = "hosting.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hosting.lib.provider.provider",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # so that templates/ may hold widgets

# -- Database and broker -------------------------------------------------------------------------------
DATABASES = {
    "default": postgresql(
        "DATABASE_URL", checked(env.db, "DATABASE_URL", "postgresql:///easyhoster")
    )
}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if checked(
    env.bool, "DATABASE_POOL", False
):  # the web process only: Celery closes the pool at every task
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = checked(
    env.str, "REDIS_URL", "redis://127.0.0.1:6379/0", pattern=r"(rediss?|unix|redis\+socket)://.+"
)
CACHES = {
    "default": {
        "BACKEND": "hosting.lib.cache.ForgivingCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
RATELIMIT_ENABLE = checked(env.bool, "RATE_LIMITS", True)
RATELIMIT_IP_META_KEY = "hosting.lib.client.address"
RATELIMIT_FAIL_OPEN = True
RATELIMIT_VIEW = "hosting.desk.views.too_many_requests"
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_connect_timeout": 3,
    "socket_timeout": 3,  # a broker that hangs; longer than the second for which a worker listens
    "max_retries": 1,  # a page that rings does not wait for a broker that is away
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

# -- Signing in -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.SessionBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_HOPS
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "login_webauthn": "accounts.forms.PasskeyLoginForm",
    "authenticate_webauthn": "accounts.forms.PasskeyFactorForm",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgainForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT  # browsers themselves allow it on localhost only
MFA_TOTP_ISSUER = PROVIDER["name"]
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up by himself: an address comes with an invitation

# -- Languages and time ---------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("de", _("German")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "hosting.lib.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = zone("TIME_ZONE", checked(env.str, "TIME_ZONE", "Europe/Paris"))

# -- Files ------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT  # no collectstatic there
PRIVATE_FILES_ROOT = Path(checked(env.str, "PRIVATE_FILES_ROOT", str(BASE_DIR / "var" / "private")))
FILE_UPLOAD_HANDLERS = ["hosting.lib.uploads.HashingUploadHandler"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": PRIVATE_FILES_ROOT,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
S3_BUCKET = checked(env.str, "S3_BUCKET", "")  # keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
S3_ENDPOINT_URL = checked(env.str, "S3_ENDPOINT_URL", "", pattern=r"(https?://.+)?")
S3_REGION = checked(env.str, "S3_REGION", "")
if S3_BUCKET:  # several web or worker nodes need one place for files
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT_URL or None,
            "region_name": S3_REGION or None,
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
        },
    }

# -- Mail ---------------------------------------------------------------------------------------------------
EMAIL_CONFIG = checked(env.email_url, "EMAIL_URL", "smtp://127.0.0.1:1025")
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "hosting.lib.smtp.EmailBackend"  # the same, keeping what the server said
if checked(
    env.str, "EMAIL_BACKEND", ""
):  # an e-mail service: "anymail.backends.<name>.EmailBackend"
    EMAIL_BACKEND = env.str("EMAIL_BACKEND")
ANYMAIL = {"IGNORE_UNSUPPORTED_FEATURES": True} | checked(env.json, "ANYMAIL", {})
ANYMAIL_WEBHOOK_SECRET = checked(env.str, "ANYMAIL_WEBHOOK_SECRET", "")  # "user:password"
MAIL_CONNECTIONS = checked(env.int, "MAIL_CONNECTIONS", 4, minimum=1, maximum=32)
BOUNCE_ADDRESS = checked(env.str, "BOUNCE_ADDRESS", "")  # envelope sender; empty: as From
REPLY_ADDRESS = reply_address("REPLY_ADDRESS", checked(env.str, "REPLY_ADDRESS", ""))
IMAP_URL = mailbox("IMAP_URL", checked(env.str, "IMAP_URL", ""))
EMAIL_TIMEOUT = checked(env.int, "EMAIL_TIMEOUT", 20, minimum=1)
DEFAULT_FROM_EMAIL = checked(
    env.str, "DEFAULT_FROM_EMAIL", f"{PROVIDER['name']} <{PROVIDER['email']}>"
)

# -- Outside systems: docs/webhooks.md ---------------------------------------------------------------------
WEBHOOKS = webhooks("WEBHOOKS", checked(env.json, "WEBHOOKS", []), development=DEVELOPMENT)

# -- Browser security ---------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_REFERRER_POLICY = "strict-origin"  # never a path: private links stay out of Referer
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEVELOPMENT
SECURE_SSL_REDIRECT = checked(env.bool, "SECURE_SSL_REDIRECT", not DEVELOPMENT)
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked by probes inside the network
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else checked(env.int, "SECURE_HSTS_SECONDS", 31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
if TRUSTED_PROXY_HOPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "hosting.desk.views.csrf_failure"

# -- Logs -----------------------------------------------------------------------------------------------------
LOG_LEVEL = checked(env.str, "LOG_LEVEL", "INFO", pattern="DEBUG|INFO|WARNING|ERROR|CRITICAL")
LOGGING = logs.configure(LOG_LEVEL, readable=DEVELOPMENT)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_SUCCESS_LOG_LEVEL = logging.DEBUG

refuse_unsafe_production(vars())
