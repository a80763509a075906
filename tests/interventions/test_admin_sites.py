"""Supervisors keep servers and sites; what would not work is refused where it is typed (I4, S4)."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hosting.records.models import JournalEntry
from interventions.enums import DatabaseEngine, SiteKind
from interventions.models import HostingServer, Site
from interventions.services import sites
from tests import factories
from tests.interventions.desk import at, changelist, page, sign_in

__all__ = ["at", "sign_in"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at")]
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG82sjLrWhmvWNZtGQ8w6ZHWvBNnkYNjZdFkeZp1+cRM"
SERVER = {
    "name": "web1",
    "host": "web1.easyhoster.example",
    "port": "22",
    "host_key": KEY,
    "user": "backup",
    "secret": "web1-key",
    "active": "on",
}


def add(name) -> str:
    return reverse(f"admin:interventions_{name}_add")


def site_fields(service, **fields):
    return {"hosting": service.name, "kind": "wordpress", "root": "/srv/www/a", **fields}


def test_a_supervisor_adds_a_server_and_the_journal_knows_the_fields_only(client, sign_in):
    me = sign_in(supervisor=True)
    pasted = f"web1.easyhoster.example {KEY} root@web1"
    assert client.post(add("hostingserver"), {**SERVER, "host_key": pasted}).status_code == 302
    server = HostingServer.objects.get()
    assert server.host_key == KEY
    entry = JournalEntry.objects.get(event="server.saved")
    assert (entry.stream, entry.actor) == (f"server:{server.pk}", f"user:{me.pk}")
    assert "host_key" in entry.facts["fields"]
    assert KEY not in str(entry.facts)
    assert client.post(page(server), {**SERVER, "port": "2222"}).status_code == 302
    assert HostingServer.objects.get().port == 2222


@pytest.mark.parametrize("who", [{"support": True}, {"is_staff": True, "is_superuser": True}])
def test_support_reads_and_changes_nothing(client, sign_in, who):
    server = HostingServer.objects.create(**{**SERVER, "port": 22, "active": True})
    sign_in(**who)
    assert client.get(add("hostingserver")).status_code == 403
    assert client.get(add("site")).status_code == 403
    assert client.post(page(server), {**SERVER, "port": "2222"}).status_code == 403
    reads = 200 if who.get("support") else 403
    assert client.get(page(server)).status_code == reads
    assert client.get(changelist("hostingserver")).status_code == reads
    assert client.get(changelist("site")).status_code == reads


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-rsa " + KEY.split()[1],
        KEY.split()[1],
        f"{KEY}\n{KEY}",
        "ssh-dss AAAAB3NzaC1kc3M=",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
)
def test_what_is_no_host_key_is_refused(typed):
    with pytest.raises(ValidationError):
        sites.clean_host_key(typed)


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("/srv/www/a", "/srv/www/a"),
        (" /srv//www/./a/ ", "/srv/www/a"),
        ("//srv/a", "/srv/a"),
        ("/srv/été", "/srv/été"),
    ],
)
def test_a_folder_is_normalised(typed, root):
    assert sites.clean_root(typed) == root


@pytest.mark.parametrize("typed", ["", "srv/a", "/", "//", "/srv/../etc", "/srv/a\nb", "~/www"])
def test_a_folder_that_could_be_another_is_refused(typed):
    with pytest.raises(ValidationError):
        sites.clean_root(typed)


def test_a_site_is_recorded_by_the_name_of_its_hosting(client, sign_in):
    sign_in(supervisor=True)
    service = factories.ServiceFactory(hosting=True, name="xn--bcher-kva.example")
    form = client.get(add("site"), {"hosting": "x.example"}).context["adminform"].form
    assert form["hosting"].value() == "x.example"
    words = site_fields(service, hosting="Bücher.example", root="/srv/www/a/")
    assert client.post(add("site"), words).status_code == 302
    site = Site.objects.get()
    assert (site.service, site.root) == (service, "/srv/www/a")
    again = client.post(add("site"), words).context["adminform"].form
    assert again.errors["hosting"] == ["Its site is recorded already."]
    answer = client.get(page(site))
    assert "Who does what" in answer.content.decode()
    moved = {"kind": "wordpress", "root": "/srv/www/b"}
    assert client.post(page(site), moved).status_code == 302
    assert Site.objects.get().root == "/srv/www/b"
    assert JournalEntry.objects.filter(event="site.saved").count() == 2


@pytest.mark.usefixtures("english")
def test_a_folder_is_one_sites(now):
    boss, server = factories.UserFactory(supervisor=True), None
    first = factories.ServiceFactory(hosting=True)
    Site.objects.create(service=first, server=server, kind="other", root="/srv/www/a")
    own = factories.ServiceFactory(hosting=True, account=first.account)
    strangers = factories.ServiceFactory(hosting=True)
    refused = [(own, "/srv/www/a"), (strangers, "/srv/www/a"), (strangers, "/srv/www")]
    for service, root in [*refused, (strangers, "/srv/www/a/blog")]:
        site = Site(service=service, server=server, kind="other", root=root)
        with pytest.raises(ValidationError, match="another site’s"):
            sites.keep_site(site, changed=[], by=boss, now=now)
    elsewhere = HostingServer.objects.create(**{**SERVER, "port": 22, "active": True})
    for service, where, root in (
        (own, server, "/srv/www/a/blog"),
        (strangers, elsewhere, "/srv/www/a"),
    ):
        site = Site(service=service, server=where, kind="other", root=root)
        sites.keep_site(site, changed=[], by=boss, now=now)
    sites.keep_site(first.site, changed=[], by=boss, now=now)


def test_a_domain_or_an_unknown_name_has_no_site(client, sign_in):
    sign_in(supervisor=True)
    domain = factories.ServiceFactory()
    for name in (domain.name, "nothing.example"):
        form = client.post(add("site"), site_fields(domain, hosting=name)).context["adminform"].form
        assert form.errors["hosting"] == ["No web hosting of this name is here."]


def test_a_database_that_is_not_wordpresss_must_be_named(client, sign_in):
    sign_in(supervisor=True)
    service = factories.ServiceFactory(hosting=True)
    words = site_fields(service, kind=SiteKind.OTHER, database_engine=DatabaseEngine.POSTGRESQL)
    form = client.post(add("site"), words).context["adminform"].form
    assert {"database_name", "database_user", "database_secret"} <= set(form.errors)


@pytest.mark.usefixtures("english")
def test_the_verbs_ask_for_a_supervisor_themselves(now):
    support = factories.UserFactory(support=True)
    server = HostingServer(**{**SERVER, "port": 22, "active": True})
    with pytest.raises(ValidationError, match="Only a supervisor"):
        sites.keep_server(server, changed=[], by=support, now=now)
    site = Site(service=factories.ServiceFactory(hosting=True), kind="other", root="/srv/a")
    with pytest.raises(ValidationError, match="Only a supervisor"):
        sites.keep_site(site, changed=[], by=support, now=now)


@pytest.mark.usefixtures("english")
def test_the_verbs_check_what_no_form_checked(now):
    boss = factories.UserFactory(supervisor=True)
    server = HostingServer(**{**SERVER, "port": 22, "active": True, "host_key": "x"})
    with pytest.raises(ValidationError) as refused:
        sites.keep_server(server, changed=[], by=boss, now=now)
    assert set(refused.value.error_dict) == {"host_key"}
    site = Site(service=factories.ServiceFactory(), kind="other", root="/srv/a")
    with pytest.raises(ValidationError, match="Only web hosting"):
        sites.keep_site(site, changed=[], by=boss, now=now)


@pytest.mark.parametrize("name", ["hostingserver", "site"])
def test_a_list_takes_the_same_queries_for_one_row_and_for_three(
    client, sign_in, name, django_assert_max_num_queries
):
    sign_in(supervisor=True)
    for number in range(3):
        fields = {**SERVER, "name": f"web{number}", "port": 22, "active": True}
        server = HostingServer.objects.create(**fields)
        service = factories.ServiceFactory(hosting=True)
        Site.objects.create(service=service, server=server, kind="other", root="/srv/a")
        client.get(changelist(name))
        with django_assert_max_num_queries(9):
            rows = client.get(changelist(name)).context["cl"].result_count
        assert rows == number + 1
