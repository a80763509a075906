"""Give a site back: beside it first, compared, then exchanged; the original is kept until `finish` (I11).

The way of a restore on the site's server, with what is served meanwhile:

    none -> preparing -> prepared            the original
         -> forward                          the original, then a maintenance page, then the restored
         -> restored                         the restored site; the original lies beside it
         -> leaving -> none                  the same; what is not served is removed

Files and database cannot change in one step. Between their two exchanges the site's folder is a
maintenance page, so that nothing of the site runs and nobody meets a mix; it stands for a moment before
the database moves (scene.DRAIN_SECONDS). All of that is one script
on the server which neither a cut connection nor the death of our process stops, and which takes
itself back when the database refuses. Only the death of the server itself leaves the page up: then
`restore` (the same as `resume`) completes, `roll_back` returns to the original. Both find out from
what lies there how far it came, and can themselves be interrupted and repeated.

What stays the original's: rights of a PostgreSQL database itself (GRANT ON DATABASE, ALTER DATABASE
SET), access control lists and extended attributes of files.
"""

import contextlib
from collections.abc import Iterator

from interventions.backups.errors import ConfigurationUnreadable, SwapFailed, WrongMoment
from interventions.backups.looking import machine_of
from interventions.backups.machines import Answer
from interventions.backups.preparing import prepare
from interventions.backups.scene import TAKEN_BACK, Scene, bare, with_database
from interventions.backups.stores import Store
from interventions.backups.streams import Teller
from interventions.backups.values import Manifest, Phase, Site, Standing, Tell

LOOKS = 3


def standing(site: Site, manifest: Manifest) -> Standing:
    """How far a restore of this backup is on the site's server."""
    with machine_of(site) as machine:
        return bare(machine, manifest).standing()


def restore(
    site: Site, manifest: Manifest, store: Store, *, key: bytes, tell: Tell | None = None
) -> None:
    """Bring `site` back to the backup. Afterwards `finish` or `roll_back`, when the client has looked.

    Can be repeated after any interruption and goes on where it can. What it raises leaves the original
    served, untouched, but for two: SwapFailed (a maintenance page is up), and ConnectionCut, after
    which the server may have gone on by itself (ask `standing`, or repeat).
    """
    with _scene(site, manifest) as scene:
        for _ in range(LOOKS - 1):  # what a killed process had begun there may go on meanwhile
            with contextlib.suppress(WrongMoment):
                _go_on(scene, site, store, key, tell)
                return
        _go_on(scene, site, store, key, tell)


def _go_on(scene: Scene, site: Site, store: Store, key: bytes, tell: Tell | None) -> None:
    at = scene.standing()
    if at == Standing.RESTORED:
        return
    if at == Standing.LEAVING:
        raise WrongMoment(standing=at.value)
    if at == Standing.BACK:  # an exchange that failed, and was cut on its way back
        _taken_back(scene)
    if at in {Standing.NONE, Standing.PREPARING}:
        scene = prepare(scene, site, store, key, tell)
    _exchange(scene, tell)


resume = restore


def roll_back(site: Site, manifest: Manifest) -> None:
    """Return to the original from any standing before `finish`, and remove what was restored.

    The database that was live meanwhile goes with it. Can be repeated after any interruption.
    """
    with _scene(site, manifest) as scene, _unless_gone():
        _taken_back(scene)
        _left(scene, scene.run("leave preparing prepared"))


def _taken_back(scene: Scene) -> None:
    """The original is served again. Raises SwapFailed."""
    answer = scene.run("back")
    if answer.status:
        raise SwapFailed(detail=answer.complaints.strip()[-600:])


def finish(site: Site, manifest: Manifest) -> None:
    """The restored site is right: remove the original. Can be repeated after any interruption."""
    with _scene(site, manifest) as scene, _unless_gone():
        _left(scene, scene.run("leave restored"))


@contextlib.contextmanager
def _unless_gone() -> Iterator[None]:
    """Nothing of a restore is on the server, or not any more: there is nothing to do."""
    try:
        yield
    except WrongMoment as error:
        if error.facts["standing"] != Standing.NONE:
            raise


@contextlib.contextmanager
def _scene(site: Site, manifest: Manifest) -> Iterator[Scene]:
    with machine_of(site) as machine:
        scene = bare(machine, manifest)
        try:
            scene = with_database(scene, site)
        except ConfigurationUnreadable:
            # Before the files are there no database was made; at the end it is gone before the files.
            if scene.standing() not in {Standing.NONE, Standing.PREPARING, Standing.LEAVING}:
                raise
        yield scene


def _exchange(scene: Scene, tell: Tell | None) -> None:
    Teller(tell, Phase.SWAPPING)
    if scene.kind and scene.standing() == Standing.PREPARED:
        scene.kind.keep_definitions(scene.machine, scene.places.work)
    answer = scene.run("forward")
    if answer.status == TAKEN_BACK:
        _left(scene, answer)
    if answer.status:
        raise SwapFailed(detail=answer.complaints.strip()[-600:])


def _left(scene: Scene, answer: Answer) -> None:
    if answer.status and scene.kind:
        raise scene.kind.said(answer.status, answer.complaints)
    answer.checked()
