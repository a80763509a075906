"""What is counted for `/metrics`."""

from prometheus_client import Counter, Gauge

BELLS_UNHEARD = Counter("easyhoster_bells_unheard", "Rings that the broker did not take.")
MAILS = Counter("easyhoster_mails", "Mails handed over, by what came of it.", ["outcome"])
LIMITED = Counter(
    "easyhoster_rate_limited", "Requests refused as too many, by their kind.", ["what"]
)
INCOMING_MAILS = Counter(
    "easyhoster_incoming_mails", "Mails that came in, by what became of them.", ["outcome"]
)
CHECKS = Counter(
    "easyhoster_file_checks", "Uploads that were checked, by what came of it.", ["outcome"]
)
FILES_WAITING = Gauge("easyhoster_files_waiting", "Uploads that wait for their check.")
FILES_WAITING_SECONDS = Gauge(
    "easyhoster_files_waiting_seconds", "How long the oldest of them has waited."
)
