"""Transfer contracts are guarded as powers of attorney are (P3)."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER paper_stays BEFORE UPDATE ON cessions_transfercontract
    FOR EACH ROW EXECUTE FUNCTION paper_stays();
CREATE TRIGGER never_deleted BEFORE DELETE ON cessions_transfercontract
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON cessions_transfercontract
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACK = """
DROP TRIGGER never_truncated ON cessions_transfercontract;
DROP TRIGGER never_deleted ON cessions_transfercontract;
DROP TRIGGER paper_stays ON cessions_transfercontract;
"""


class Migration(migrations.Migration):
    dependencies = [("cessions", "0006_agreed_guards"), ("accounts", "0008_paper_guards")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
