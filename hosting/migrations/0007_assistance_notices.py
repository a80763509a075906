"""The first version of the notices that a client reads before he asks for help (I2, N1-N5, L1).

Which of them are shown follows from the plan. Texts for lawyers to change in the database, so that they
say the same as the terms of sale (N4); a changed text is a new version.
"""

from datetime import UTC, datetime

from django.db import migrations

PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)

NOTICES = {
    ("assistance-access", "en"): (
        "Giving us access to your site",
        """By giving us access to your site you accept some disruption while the work lasts: pages may be slow, look wrong or be out of reach for a while.

The work is free, at our discretion, and never invoiced. It does not replace a webmaster.

We touch nothing before a backup of your site has been made, read back and checked. When we have finished, we ask you to check every part of your site and to tell us within 24 hours whether all is well. If something is wrong, we can bring your site back as it was before. The backup is destroyed 24 to 48 hours after our message has reached you.

Only the holder of the account, or a person he has authorised, may give us access.""",
    ),
    ("assistance-access", "fr"): (
        "Nous donner accès à votre site",
        """En nous donnant accès à votre site, vous acceptez que son fonctionnement soit perturbé pendant la durée des travaux : des pages peuvent être lentes, mal s’afficher ou rester un moment inaccessibles.

Ces travaux sont gratuits, laissés à notre appréciation et jamais facturés. Ils ne remplacent pas un webmestre.

Nous ne touchons à rien avant qu’une sauvegarde de votre site ait été faite, relue et vérifiée. Une fois les travaux terminés, nous vous demandons de contrôler chaque partie de votre site et de nous dire dans les 24 heures si tout va bien. Si quelque chose ne va pas, nous pouvons remettre votre site dans son état antérieur. La sauvegarde est détruite entre 24 et 48 heures après que notre message vous est parvenu.

Seul le titulaire du compte, ou une personne qu’il a autorisée, peut nous donner accès.""",
    ),
    ("assistance-access", "de"): (
        "Uns Zugang zu Ihrer Website geben",
        """Indem Sie uns Zugang zu Ihrer Website geben, nehmen Sie Störungen während der Arbeiten in Kauf: Seiten können langsam sein, falsch aussehen oder eine Zeit lang nicht erreichbar sein.

Die Arbeiten sind kostenlos, liegen in unserem Ermessen und werden nie berechnet. Sie ersetzen keinen Webmaster.

Wir fassen nichts an, bevor eine Sicherung Ihrer Website erstellt, zurückgelesen und geprüft ist. Nach dem Ende der Arbeiten bitten wir Sie, jeden Bereich Ihrer Website zu prüfen und uns innerhalb von 24 Stunden mitzuteilen, ob alles in Ordnung ist. Stimmt etwas nicht, so können wir Ihre Website auf den vorherigen Stand zurückbringen. Die Sicherung wird 24 bis 48 Stunden nach dem Eintreffen unserer Nachricht bei Ihnen vernichtet.

Nur der Kontoinhaber oder eine von ihm bevollmächtigte Person darf uns Zugang geben.""",
    ),
    ("backups-manual", "en"): (
        "Backups are up to you",
        """Regular backups of your site are your job. The standard plan makes no automatic ones.

Make a backup before every change and keep it outside the site. Without one, what is lost may be lost for good.""",
    ),
    ("backups-manual", "fr"): (
        "Les sauvegardes vous incombent",
        """Sauvegarder régulièrement votre site relève de vous. La formule standard ne fait pas de sauvegardes automatiques.

Faites une sauvegarde avant chaque modification et conservez-la en dehors du site. Sans elle, ce qui est perdu peut l’être définitivement.""",
    ),
    ("backups-manual", "de"): (
        "Sicherungen sind Ihre Aufgabe",
        """Regelmäßige Sicherungen Ihrer Website sind Ihre Aufgabe. Der Standardtarif erstellt keine automatischen.

Sichern Sie vor jeder Änderung und bewahren Sie die Sicherung außerhalb der Website auf. Ohne Sicherung kann Verlorenes endgültig verloren sein.""",
    ),
    ("backups-automatic", "en"): (
        "Your plan makes automatic backups",
        """Your plan makes automatic backups of your site and keeps them as long as the plan says. They do not hold what changed after the last one.

Make a backup of your own before a change all the same, and keep a copy outside the site of what you cannot do without.""",
    ),
    ("backups-automatic", "fr"): (
        "Votre formule fait des sauvegardes automatiques",
        """Votre formule fait des sauvegardes automatiques de votre site et les conserve aussi longtemps qu’elle le prévoit. Elles ne contiennent pas ce qui a changé depuis la dernière.

Faites tout de même votre propre sauvegarde avant une modification, et conservez en dehors du site une copie de ce dont vous ne pouvez vous passer.""",
    ),
    ("backups-automatic", "de"): (
        "Ihr Tarif erstellt automatische Sicherungen",
        """Ihr Tarif erstellt automatische Sicherungen Ihrer Website und bewahrt sie so lange auf, wie der Tarif es vorsieht. Sie enthalten nicht, was sich seit der letzten geändert hat.

Erstellen Sie vor einer Änderung dennoch eine eigene Sicherung, und bewahren Sie außerhalb der Website eine Kopie dessen auf, was unverzichtbar ist.""",
    ),
    ("changes-standard", "en"): (
        "Changing a site can break it",
        """Changes to files, code or settings (DNS, extensions, databases) can cause problems, even long afterwards.

Help with the consequences may be outside your contract. We then offer paid work, on a quote that you accept beforehand.""",
    ),
    ("changes-standard", "fr"): (
        "Modifier un site peut le casser",
        """Modifier des fichiers, du code ou des réglages (DNS, extensions, bases de données) peut provoquer des problèmes, même longtemps après.

L’aide pour y remédier peut ne pas être comprise dans votre contrat. Nous vous proposons alors un travail payant, sur un devis que vous acceptez au préalable.""",
    ),
    ("changes-standard", "de"): (
        "Änderungen können eine Website beschädigen",
        """Änderungen an Dateien, Code oder Einstellungen (DNS, Erweiterungen, Datenbanken) können Probleme verursachen, auch lange danach.

Hilfe bei den Folgen kann außerhalb Ihres Vertrags liegen. Wir bieten dann bezahlte Arbeit an, nach einem Angebot, das Sie zuvor annehmen.""",
    ),
    ("changes-managed", "en"): (
        "Changing a site can break it",
        """Changes to files, code or settings (DNS, extensions, databases) can cause problems, even long afterwards. Please talk with us before a larger one.

Your plan includes extended help; what it covers is written in the plan. Help beyond that may be outside your contract: then we offer paid work, on a quote that you accept beforehand.""",
    ),
    ("changes-managed", "fr"): (
        "Modifier un site peut le casser",
        """Modifier des fichiers, du code ou des réglages (DNS, extensions, bases de données) peut provoquer des problèmes, même longtemps après. Parlez-nous-en avant toute modification importante.

Votre formule comprend une aide étendue ; ce qu’elle couvre est écrit dans la formule. Au-delà, l’aide peut ne pas être comprise dans votre contrat : nous vous proposons alors un travail payant, sur un devis que vous acceptez au préalable.""",
    ),
    ("changes-managed", "de"): (
        "Änderungen können eine Website beschädigen",
        """Änderungen an Dateien, Code oder Einstellungen (DNS, Erweiterungen, Datenbanken) können Probleme verursachen, auch lange danach. Bitte sprechen Sie vor einer größeren mit uns.

Ihr Tarif schließt erweiterte Hilfe ein; was sie umfasst, steht im Tarif. Hilfe darüber hinaus kann außerhalb Ihres Vertrags liegen: Dann bieten wir bezahlte Arbeit an, nach einem Angebot, das Sie zuvor annehmen.""",
    ),
    ("extensions-standard", "en"): (
        "Extensions and themes",
        """An extension or theme from a source you cannot trust can open your site to strangers or bring it down. Install only what you need, from known publishers.

Keeping the site and its modules up to date is your job.""",
    ),
    ("extensions-standard", "fr"): (
        "Extensions et thèmes",
        """Une extension ou un thème d’origine douteuse peut ouvrir votre site à des inconnus ou le mettre hors service. N’installez que le nécessaire, auprès d’éditeurs connus.

Tenir à jour le site et ses modules relève de vous.""",
    ),
    ("extensions-standard", "de"): (
        "Erweiterungen und Themes",
        """Eine Erweiterung oder ein Theme aus zweifelhafter Quelle kann Ihre Website Fremden öffnen oder lahmlegen. Installieren Sie nur, was Sie brauchen, von bekannten Herausgebern.

Website und Module aktuell zu halten ist Ihre Aufgabe.""",
    ),
    ("extensions-managed", "en"): (
        "Extensions and themes",
        """An extension or theme from a source you cannot trust can open your site to strangers or bring it down. Install only what you need, from known publishers, and tell us.

We make the updates that your plan names. Keeping everything else of the site up to date is your job.""",
    ),
    ("extensions-managed", "fr"): (
        "Extensions et thèmes",
        """Une extension ou un thème d’origine douteuse peut ouvrir votre site à des inconnus ou le mettre hors service. N’installez que le nécessaire, auprès d’éditeurs connus, et dites-le-nous.

Nous faisons les mises à jour que prévoit votre formule. Tenir à jour le reste du site relève de vous.""",
    ),
    ("extensions-managed", "de"): (
        "Erweiterungen und Themes",
        """Eine Erweiterung oder ein Theme aus zweifelhafter Quelle kann Ihre Website Fremden öffnen oder lahmlegen. Installieren Sie nur, was Sie brauchen, von bekannten Herausgebern, und sagen Sie es uns.

Wir führen die Aktualisierungen durch, die Ihr Tarif nennt. Alles Übrige der Website aktuell zu halten ist Ihre Aufgabe.""",
    ),
    ("liability-standard", "en"): (
        "What we answer for, and what we do not",
        """We answer for our servers, their availability, and faults of the hosting.

We do not answer for errors made by the client, damage done by third parties, or the loss of data where backups are the client's job. We do not repair sites under the standard plan.""",
    ),
    ("liability-standard", "fr"): (
        "Ce dont nous répondons, et ce dont nous ne répondons pas",
        """Nous répondons de nos serveurs, de leur disponibilité et des défauts de l’hébergement.

Nous ne répondons pas des erreurs du client, des dommages causés par des tiers, ni de la perte de données lorsque les sauvegardes incombent au client. La formule standard ne comprend pas la réparation des sites.""",
    ),
    ("liability-standard", "de"): (
        "Wofür wir einstehen und wofür nicht",
        """Wir stehen ein für unsere Server, ihre Verfügbarkeit und Fehler des Hostings.

Wir stehen nicht ein für Fehler des Kunden, für Schäden durch Dritte und für Datenverlust, wo Sicherungen Aufgabe des Kunden sind. Im Standardtarif reparieren wir keine Websites.""",
    ),
    ("liability-managed", "en"): (
        "What we answer for, and what we do not",
        """We answer for our servers, their availability, faults of the hosting, and the tasks that your plan gives to us.

We do not answer for errors made by the client, damage done by third parties, or the loss of data where backups are the client's job.""",
    ),
    ("liability-managed", "fr"): (
        "Ce dont nous répondons, et ce dont nous ne répondons pas",
        """Nous répondons de nos serveurs, de leur disponibilité, des défauts de l’hébergement et des tâches que votre formule nous confie.

Nous ne répondons pas des erreurs du client, des dommages causés par des tiers, ni de la perte de données lorsque les sauvegardes incombent au client.""",
    ),
    ("liability-managed", "de"): (
        "Wofür wir einstehen und wofür nicht",
        """Wir stehen ein für unsere Server, ihre Verfügbarkeit, Fehler des Hostings und die Aufgaben, die Ihr Tarif uns überträgt.

Wir stehen nicht ein für Fehler des Kunden, für Schäden durch Dritte und für Datenverlust, wo Sicherungen Aufgabe des Kunden sind.""",
    ),
    ("assistance-privacy", "en"): (
        "How we use your data",
        """We use what you enter for one purpose only: to help you with your site, and to be able to show later what was agreed and done.

What opens your site is encrypted at once. Only the technician in charge can see it, every look is recorded, and it is erased together with the backup, or when your request is closed. You can erase it yourself at any time.

A request that is not confirmed within 7 days is erased. The rest of the file is kept for 5 years after its end.

You may ask to see, correct, receive or erase your data, ask us to restrict their use, and object to it. You may complain to the data protection authority. Our address is at the bottom of every page.""",
    ),
    ("assistance-privacy", "fr"): (
        "Comment nous utilisons vos données",
        """Nous utilisons ce que vous saisissez dans un seul but : vous aider pour votre site, et pouvoir montrer plus tard ce qui a été convenu et fait.

Ce qui ouvre votre site est chiffré aussitôt. Seul le technicien chargé de l’intervention peut le voir, chaque consultation est consignée, et tout est effacé avec la sauvegarde, ou à la clôture de votre demande. Vous pouvez l’effacer vous-même à tout moment.

Une demande qui n’est pas confirmée dans les 7 jours est effacée. Le reste du dossier est conservé 5 ans après sa fin.

Vous pouvez demander à voir, corriger, recevoir ou effacer vos données, en faire limiter l’usage ou vous y opposer. Vous pouvez saisir l’autorité de protection des données (en France, la CNIL). Nos coordonnées figurent au bas de chaque page.""",
    ),
    ("assistance-privacy", "de"): (
        "Wie wir Ihre Daten verwenden",
        """Was Sie eingeben, verwenden wir nur zu einem Zweck: um Ihnen mit Ihrer Website zu helfen und später zeigen zu können, was vereinbart und getan wurde.

Was Ihre Website öffnet, wird sofort verschlüsselt. Nur der zuständige Techniker kann es sehen, jeder Blick wird festgehalten, und es wird mit der Sicherung oder beim Abschluss Ihrer Anfrage gelöscht. Sie können es jederzeit selbst löschen.

Eine Anfrage, die nicht innerhalb von 7 Tagen bestätigt wird, wird gelöscht. Die übrige Akte wird bis 5 Jahre nach ihrem Ende aufbewahrt.

Sie können Auskunft, Berichtigung, Herausgabe oder Löschung Ihrer Daten verlangen, ihre Verwendung einschränken lassen und ihr widersprechen. Sie können sich bei der Datenschutzaufsicht beschweren. Unsere Anschrift steht unten auf jeder Seite.""",
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
    dependencies = [("hosting", "0006_continuity_guards")]
    operations = [migrations.RunPython(publish, take_back)]
