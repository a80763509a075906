from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "hosting.records"
    label = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        """Hear what an e-mail service tells of mails."""
        from anymail.signals import tracking

        from hosting.records.webhooks import mail_tracked

        tracking.connect(mail_tracked, dispatch_uid="records.mail_tracked")
