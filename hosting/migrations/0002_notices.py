"""The first version of the notices that end clients read and accept (N5, T1, X4, L1).

Texts for lawyers to change in the database; a changed text is a new version.
"""

from datetime import UTC, datetime

from django.db import migrations

PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)

NOTICES = {
    ("filing-terms", "en"): (
        "Terms of the transfer request",
        """You ask us to move services to you because the person or agency who manages them for you, the holder of the account, can no longer be reached. Here is what you can expect from us, and what we expect from you.

What you tell us is true to the best of your knowledge, and the documents you send are genuine. A request made on false grounds may have consequences under the law.

We first try to reach the holder by every means we have, every day, for at least seven days. No decision is possible before ten full days have passed since your request was received. Nothing shortens this time: no document, no agreement, no urgency.

If the holder answers, your request ends, whatever the answer is, and you can settle the matter with him directly. We then tell you only that he answered.

Two people of ours decide, after checking your documents. Time passing gives no right to a transfer. If we refuse, we tell you why, and you can contest the refusal once, within 30 days; another person then looks at it.

We may ask you for more. If you do not answer within 21 days, in spite of two reminders, your request ends. You can withdraw it at any time.

We tell the holder that a transfer of these services was requested, so that he can object. Until the decision we can tell you nothing about his account.""",
    ),
    ("filing-terms", "fr"): (
        "Conditions de la demande de cession",
        """Vous nous demandez de vous remettre des services parce que la personne ou l’agence qui les gère pour vous, le titulaire du compte, reste injoignable. Voici ce que vous pouvez attendre de nous, et ce que nous attendons de vous.

Ce que vous nous dites est exact, pour autant que vous le sachiez, et les pièces que vous envoyez sont authentiques. Une demande fondée sur de fausses déclarations peut avoir des suites judiciaires.

Nous cherchons d’abord à joindre le titulaire par tous les moyens dont nous disposons, chaque jour, pendant au moins sept jours. Aucune décision n’est possible avant que dix jours entiers se soient écoulés depuis la réception de votre demande. Rien n’abrège ce délai : ni une pièce, ni un accord, ni l’urgence.

Si le titulaire répond, votre demande prend fin, quelle que soit sa réponse, et vous pouvez régler la question directement avec lui. Nous vous disons alors seulement qu’il a répondu.

Deux personnes de notre équipe décident, après vérification de vos pièces. Le temps écoulé ne donne aucun droit à une cession. Si nous refusons, nous vous disons pourquoi, et vous pouvez contester ce refus une fois, dans les 30 jours ; une autre personne l’examine alors.

Nous pouvons vous demander un complément. Sans réponse de votre part dans les 21 jours, malgré deux rappels, votre demande prend fin. Vous pouvez la retirer à tout moment.

Nous informons le titulaire qu’une cession de ces services a été demandée, afin qu’il puisse s’y opposer. Jusqu’à la décision, nous ne pouvons rien vous dire de son compte.""",
    ),
    ("filing-terms", "de"): (
        "Bedingungen des Übertragungsantrags",
        """Sie bitten uns, Ihnen Dienste zu übertragen, weil die Person oder Agentur, die sie für Sie betreut (der Kontoinhaber), nicht mehr erreichbar ist. Hier steht, was Sie von uns erwarten können und was wir von Ihnen erwarten.

Was Sie uns mitteilen, ist nach Ihrem besten Wissen wahr, und die Dokumente, die Sie senden, sind echt. Ein Antrag mit falschen Angaben kann rechtliche Folgen haben.

Wir versuchen zuerst, den Kontoinhaber auf allen Wegen zu erreichen, die uns offenstehen: täglich, mindestens sieben Tage lang. Eine Entscheidung ist frühestens möglich, wenn seit dem Eingang Ihres Antrags zehn volle Tage vergangen sind. Nichts verkürzt diese Frist: kein Dokument, keine Zustimmung, keine Dringlichkeit.

Antwortet der Kontoinhaber, so endet Ihr Antrag, wie auch immer die Antwort lautet, und Sie können die Sache unmittelbar mit ihm klären. Wir sagen Ihnen dann nur, dass er geantwortet hat.

Zwei Personen aus unserem Haus entscheiden, nachdem Ihre Dokumente geprüft sind. Aus dem bloßen Ablauf der Zeit entsteht kein Anspruch auf eine Übertragung. Lehnen wir ab, so nennen wir Ihnen den Grund, und Sie können der Ablehnung einmal innerhalb von 30 Tagen widersprechen; dann prüft sie eine andere Person.

Es kann sein, dass wir Sie um Weiteres bitten. Antworten Sie trotz zweier Erinnerungen nicht innerhalb von 21 Tagen, so endet Ihr Antrag. Sie können ihn jederzeit zurückziehen.

Wir teilen dem Kontoinhaber mit, dass eine Übertragung dieser Dienste beantragt wurde, damit er widersprechen kann. Bis zur Entscheidung dürfen wir Ihnen nichts über sein Konto sagen.""",
    ),
    ("privacy", "en"): (
        "How we use your data",
        """We use what you enter and send for one purpose only: to examine your transfer request, to seek the holder, and to be able to show later how we decided. The grounds are your request itself and our legitimate interest in protecting everybody concerned against the theft of a service.

Only staff who work on your request see it. Every look at an identity document is recorded.

A request that you do not finish or do not confirm is destroyed after 30 days, with its files. Copies of identity documents are destroyed 30 days after the case has ended. The rest of the file is kept for 5 years after its end, as evidence.

We tell the holder of the account that a transfer was requested. We pass your documents to nobody, unless a court or an authority may lawfully demand them.

You may ask to see, correct, receive or erase your data, ask us to restrict their use, and object to it. You may complain to the data protection authority. No decision is taken by a machine alone. Write to us or call us: our address is at the bottom of every page.""",
    ),
    ("privacy", "fr"): (
        "Comment nous utilisons vos données",
        """Nous utilisons ce que vous saisissez et envoyez dans un seul but : examiner votre demande de cession, chercher le titulaire, et pouvoir montrer plus tard comment nous avons décidé. Ce traitement repose sur votre demande et sur notre intérêt légitime à protéger toutes les personnes concernées contre le vol d’un service.

Seules les personnes de notre équipe qui travaillent sur votre demande y ont accès. Chaque consultation d’une pièce d’identité est consignée.

Une demande que vous n’achevez pas ou ne confirmez pas est détruite après 30 jours, avec ses fichiers. Les copies de pièces d’identité sont détruites 30 jours après la fin du dossier. Le reste du dossier est conservé 5 ans après sa fin, à titre de preuve.

Nous informons le titulaire du compte qu’une cession a été demandée. Nous ne remettons vos pièces à personne, sauf si un tribunal ou une autorité est en droit de les exiger.

Vous pouvez demander à voir, corriger, recevoir ou effacer vos données, en faire limiter l’usage ou vous y opposer. Vous pouvez saisir l’autorité de protection des données (en France, la CNIL). Aucune décision n’est prise par une machine seule. Écrivez-nous ou appelez-nous : nos coordonnées figurent au bas de chaque page.""",
    ),
    ("privacy", "de"): (
        "Wie wir Ihre Daten verwenden",
        """Was Sie eingeben und senden, verwenden wir nur zu einem Zweck: um Ihren Übertragungsantrag zu prüfen, den Kontoinhaber zu suchen und später zeigen zu können, wie wir entschieden haben. Grundlage sind Ihr Antrag selbst und unser berechtigtes Interesse, alle Beteiligten vor dem Diebstahl eines Dienstes zu schützen.

Nur Mitarbeitende, die Ihren Antrag bearbeiten, sehen ihn. Jeder Blick auf ein Ausweisdokument wird festgehalten.

Ein Antrag, den Sie nicht abschließen oder nicht bestätigen, wird nach 30 Tagen mitsamt seinen Dateien vernichtet. Ausweiskopien werden 30 Tage nach dem Ende des Vorgangs vernichtet. Die übrige Akte wird als Nachweis bis 5 Jahre nach ihrem Ende aufbewahrt.

Wir teilen dem Kontoinhaber mit, dass eine Übertragung beantragt wurde. Ihre Dokumente geben wir an niemanden weiter, es sei denn, ein Gericht oder eine Behörde darf sie rechtmäßig verlangen.

Sie können Auskunft, Berichtigung, Herausgabe oder Löschung Ihrer Daten verlangen, ihre Verwendung einschränken lassen und ihr widersprechen. Sie können sich bei der Datenschutzaufsicht beschweren. Keine Entscheidung trifft eine Maschine allein. Schreiben Sie uns oder rufen Sie uns an: Unsere Anschrift steht unten auf jeder Seite.""",
    ),
    ("transfer-effects", "en"): (
        "What a transfer changes for you",
        """If your request is approved, the services named in it move into an account of your own with us. By accepting, you say that you have understood what follows.

From then on you are our customer for these services: you pay their renewals at our prices, from the due dates that apply to each of them. Unpaid terms of the services themselves may have to be paid before they expire. The debts of the former holder do not pass to you.

A domain name keeps its settings (DNS), its certificates and its expiry date. For some endings the registry locks the name for a while after a transfer, and the registered owner stays who he is: changing the owner is a separate step.

A website and its mailboxes move as they are. We look after the servers; the content of the site, its updates and, unless your plan includes them, its backups are up to you.

The former holder loses access. What he kept elsewhere stays behind: licences and extensions in his name, accounts with other companies, passwords only he knew, backups on his own machines.

A transfer is first approved and then carried out after a waiting time. Afterwards the services are locked for 30 days against a further transfer. If the holder comes back within this time, two people of ours can undo it.

Both sides receive a letter.""",
    ),
    ("transfer-effects", "fr"): (
        "Ce qu’une cession change pour vous",
        """Si votre demande est acceptée, les services qu’elle nomme passent dans un compte à votre nom chez nous. En acceptant, vous dites avoir compris ce qui suit.

Vous devenez notre client pour ces services : vous payez leurs renouvellements, à nos tarifs, aux échéances propres à chacun. Il se peut que des termes impayés de ces services doivent être réglés avant leur expiration. Les dettes de l’ancien titulaire ne passent pas à vous.

Un nom de domaine garde ses réglages (DNS), ses certificats et sa date d’expiration. Pour certaines extensions, le registre bloque le nom quelque temps après une cession, et le titulaire inscrit au registre reste le même : en changer est une démarche distincte.

Un site et ses boîtes aux lettres passent tels quels. Nous veillons sur les serveurs ; le contenu du site, ses mises à jour et, si votre formule ne les comprend pas, ses sauvegardes relèvent de vous.

L’ancien titulaire perd ses accès. Ce qu’il gardait ailleurs n’est pas transmis : licences et extensions à son nom, comptes auprès d’autres entreprises, mots de passe connus de lui seul, sauvegardes sur ses propres machines.

Une cession est d’abord acceptée, puis exécutée après un temps d’attente. Les services sont ensuite bloqués 30 jours contre toute nouvelle cession. Si le titulaire revient pendant ce temps, deux personnes de notre équipe peuvent annuler la cession.

Les deux parties reçoivent un courrier.""",
    ),
    ("transfer-effects", "de"): (
        "Was eine Übertragung für Sie ändert",
        """Wird Ihrem Antrag stattgegeben, so gehen die genannten Dienste in ein eigenes Konto von Ihnen bei uns über. Mit Ihrer Zustimmung sagen Sie, dass Sie das Folgende verstanden haben.

Sie werden für diese Dienste unser Kunde: Sie zahlen ihre Verlängerungen zu unseren Preisen, jeweils ab den für sie geltenden Fälligkeiten. Offene Beträge für die Dienste selbst müssen unter Umständen beglichen werden, bevor sie ablaufen. Schulden des bisherigen Kontoinhabers gehen nicht auf Sie über.

Ein Domainname behält seine Einstellungen (DNS), seine Zertifikate und sein Ablaufdatum. Bei manchen Endungen sperrt die Registrierungsstelle den Namen nach einer Übertragung eine Zeit lang, und der eingetragene Domaininhaber bleibt derselbe: Ihn zu ändern ist ein eigener Schritt.

Eine Website und ihre Postfächer gehen so über, wie sie sind. Wir kümmern uns um die Server; für die Inhalte, die Aktualisierungen und, sofern Ihr Tarif sie nicht einschließt, die Sicherungen der Website sorgen Sie selbst.

Der bisherige Kontoinhaber verliert seinen Zugang. Was er anderswo hatte, geht nicht mit über: Lizenzen und Erweiterungen auf seinen Namen, Konten bei anderen Firmen, Passwörter, die nur er kannte, Sicherungen auf seinen eigenen Geräten.

Eine Übertragung wird zuerst bewilligt und nach einer Wartezeit ausgeführt. Danach sind die Dienste 30 Tage lang gegen eine weitere Übertragung gesperrt. Meldet sich der Kontoinhaber in dieser Zeit, so können zwei Personen aus unserem Haus sie rückgängig machen.

Beide Seiten erhalten einen Brief.""",
    ),
}


def publish(apps, schema_editor):
    notice = apps.get_model("hosting", "Notice")
    notice.objects.bulk_create(
        notice(
            code=code,
            version=1,
            language=language,
            title=title,
            body=body,
            published_at=PUBLISHED,
        )
        for (code, language), (title, body) in NOTICES.items()
    )


def take_back(apps, schema_editor):
    codes = {code for code, _language in NOTICES}
    apps.get_model("hosting", "Notice").objects.filter(code__in=codes, version=1).delete()


class Migration(migrations.Migration):
    dependencies = [("hosting", "0001_initial")]
    operations = [migrations.RunPython(publish, take_back)]
