"""The lock of a service guards its columns, its holds and the order of its events."""

from collections.abc import Iterable

from hosting.models import Service


def lock_service(service: Service) -> Service:
    """The service, its row locked to the end of the transaction."""
    return Service.objects.select_for_update(no_key=True).get(pk=service.pk)


def lock_services(ids: Iterable[int]) -> list[Service]:
    """The services, locked in the order of their ids, so that two callers never deadlock."""
    rows = Service.objects.select_for_update(no_key=True).filter(pk__in=list(ids))
    return list(rows.order_by("pk"))
