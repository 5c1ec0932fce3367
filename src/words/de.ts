import { grammarOf } from "./grammar.ts";
import type { Words } from "./words.ts";

const { plural, list, number } = grammarOf("de");

export const de: Words = {
  tag: "de",
  name: "Deutsch",
  dir: "ltr",

  common: {
    list,
    saveChanges: "Änderungen speichern",
    cancel: "Abbrechen",
    done: "Fertig",
    all: "Alle",
    never: "Nie",
    edit: "Bearbeiten",
    action: "Aktion",
    lastUsed: "Zuletzt verwendet",
    search: "Suchen",
    clear: "Zurücksetzen",
    exportCsv: "Als CSV exportieren",
    pages: "Seiten",
    firstPage: "Erste Seite",
    previousPage: "Vorherige Seite",
    nextPage: "Nächste Seite",
    toFirstPage: "Zur ersten Seite",
    range: (from, to, total) => `${number(from)}–${number(to)} von ${number(total)}`,
    progress: (done, total) => `${number(done)} von ${number(total)} erledigt`,
    reload: "Neu laden",
    problem: "Es gibt ein Problem",
    conflict:
      "Jemand anderes hat dies inzwischen geändert. Ihre Änderungen sind noch nicht gespeichert: Vergleichen Sie die Werte und speichern Sie erneut, um Ihre zu behalten, oder gehen Sie zurück, um die anderen zu behalten.",
    savedByOther: "Von jemand anderem gespeichert: {value}",
    tickTheBox: "Setzen Sie den Haken oder lassen Sie das Feld leer",
  },

  times: {
    locale: "de",
    exact: ({ day, time, zone }) => `${day}, ${time} ${zone}`,
  },

  shell: {
    title: (page) => `${page} – Roster`,
    failedTitle: (page) => `Fehler: ${page} – Roster`,
    skip: "Zum Inhalt springen",
    skipToResults: "Zu den Ergebnissen springen",
    mainMenu: "Hauptmenü",
    menu: "Menü",
    admin: "Verwaltung",
    managers: "Benutzer",
    activity: "Aktivität",
    apiKeys: "API-Schlüssel",
    applications: "Anwendungen",
    organization: "Organisation",
    apiDocs: "API-Dokumentation",
    logOut: "Abmelden",
  },

  labels: {
    firstName: "Vorname",
    lastName: "Nachname",
    email: "E-Mail-Adresse",
    password: "Passwort",
    confirmPassword: "Passwort wiederholen",
    newPassword: "Neues Passwort",
    confirmNewPassword: "Neues Passwort wiederholen",
    code: "Code",
    organization: "Organisation",
    name: "Name",
    role: "Rolle",
    status: "Status",
    plan: "Tarif",
    scope: "Zugriff",
    secondFactor: "Zweiter Faktor",
    language: "Sprache",
    timeZone: "Zeitzone",
    lastLogin: "Letzte Anmeldung",
    deactivateOn: "Deaktivieren am",
  },

  roles: { admin: "Admin", manager: "Manager", member: "Mitglied" },
  aboutRoles: {
    admin: "Verwaltet Benutzer, Einstellungen, Apps und Partner",
    manager: "Bearbeitet Apps und Partner, sieht keine Benutzer",
    member: "Sieht Apps und Partner, bearbeitet nichts",
  },
  statuses: { active: "Aktiv", inactive: "Inaktiv" },
  rolesInPlural: { admin: "Admins", manager: "Manager", member: "Mitglieder" },
  plans: { free: "Free", pro: "Pro" },
  scopes: { read: "Lesen", write: "Lesen und schreiben" },
  secondFactorRules: { optional: "Freiwillig", admins: "Pflicht für Admins", everyone: "Pflicht für alle" },

  fields: {
    firstName: {
      enter: "Geben Sie einen Vornamen ein",
      tooLong: "Der Vorname ist zu lang; höchstens 100 Zeichen sind möglich",
      unprintable: "Der Vorname enthält Zeichen, die nicht angezeigt werden können; geben Sie ihn neu ein",
    },
    lastName: {
      enter: "Geben Sie einen Nachnamen ein",
      tooLong: "Der Nachname ist zu lang; höchstens 100 Zeichen sind möglich",
      unprintable: "Der Nachname enthält Zeichen, die nicht angezeigt werden können; geben Sie ihn neu ein",
    },
    organizationName: {
      enter: "Geben Sie einen Namen für die Organisation ein",
      tooLong: "Der Name der Organisation ist zu lang; höchstens 100 Zeichen sind möglich",
      unprintable:
        "Der Name der Organisation enthält Zeichen, die nicht angezeigt werden können; geben Sie ihn neu ein",
    },
    applicationName: {
      enter: "Geben Sie einen Namen für die Anwendung ein",
      tooLong: "Der Name der Anwendung ist zu lang; höchstens 100 Zeichen sind möglich",
      unprintable: "Der Name der Anwendung enthält Zeichen, die nicht angezeigt werden können; geben Sie ihn neu ein",
    },
    keyName: {
      enter: "Geben Sie einen Namen für den Schlüssel ein",
      tooLong: "Der Name des Schlüssels ist zu lang; höchstens 100 Zeichen sind möglich",
      unprintable: "Der Name des Schlüssels enthält Zeichen, die nicht angezeigt werden können; geben Sie ihn neu ein",
    },
    email: {
      enter: "Geben Sie eine E-Mail-Adresse ein",
      enterYours: "Geben Sie Ihre E-Mail-Adresse ein",
      tooLong: "Die E-Mail-Adresse ist zu lang; höchstens 254 Zeichen sind möglich",
      invisible: (code) =>
        `Die E-Mail-Adresse enthält ein unsichtbares Zeichen (${code}). Löschen Sie es und geben Sie die Stelle neu ein`,
      form: "Geben Sie eine E-Mail-Adresse wie name@example.com ein, nur mit a–z, Ziffern und . _ - +",
      taken: "Diese E-Mail-Adresse wird bereits verwendet. Nehmen Sie eine andere.",
      erased: "Adressen unter erased.invalid sind für Benutzer, deren Daten gelöscht wurden. Nehmen Sie eine andere.",
    },
    language: { choose: "Wählen Sie eine Sprache" },
    timeZone: { choose: "Wählen Sie eine Zeitzone aus der Liste" },
  },

  errors: {
    400: { heading: "Roster versteht diese Anfrage nicht", advice: "Gehen Sie zurück und versuchen Sie es erneut." },
    403: {
      heading: "Sie haben keinen Zugriff auf diese Seite",
      advice: "Wenn Sie ihn brauchen, wenden Sie sich an einen Admin Ihrer Organisation.",
    },
    404: {
      heading: "Seite nicht gefunden",
      advice: "Prüfen Sie die Adresse, oder gehen Sie zur Startseite.",
    },
    405: {
      heading: "Das ist hier nicht möglich",
      advice: "Gehen Sie zurück und verwenden Sie das Formular der Seite.",
    },
    408: { heading: "Das hat zu lange gedauert", advice: "Prüfen Sie Ihre Verbindung und versuchen Sie es erneut." },
    409: {
      heading: "Jemand anderes hat dies zuerst geändert",
      advice: "Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es erneut.",
    },
    413: { heading: "Das ist zu groß", advice: "Gehen Sie zurück und senden Sie weniger." },
    415: {
      heading: "Roster kann diese Art von Daten nicht lesen",
      advice: "Gehen Sie zurück und verwenden Sie das Formular der Seite.",
    },
    429: { heading: "Zu viele Versuche", advice: "Warten Sie etwas und versuchen Sie es dann erneut." },
    500: {
      heading: "Etwas ist schiefgegangen",
      advice: "Der Fehler liegt bei uns. Nichts wurde geändert. Versuchen Sie es gleich noch einmal.",
    },
    503: { heading: "Roster ist ausgelastet", advice: "Warten Sie einen Moment und versuchen Sie es dann erneut." },
    507: {
      heading: "Roster kann gerade nichts speichern",
      advice:
        "Der Datenträger ist voll oder defekt. Nichts wurde geändert, und Seiten lassen sich weiter lesen. Sagen Sie der Person Bescheid, die Roster betreibt. Sobald wieder Platz ist, gehen Sie zurück und senden Sie das Formular erneut.",
    },
    invalidLink: "Dieser Link funktioniert nicht mehr",
    formNotAccepted: "Dieses Formular wurde nicht angenommen",
    expiredForm:
      "Dieses Formular ist abgelaufen oder kam von einer anderen Website. Nichts wurde geändert. Gehen Sie zurück, laden Sie die Seite neu und senden Sie es noch einmal.",
    otherAddress: (baseUrl) =>
      `Nichts wurde geändert. Dieses Formular ging an eine andere Adresse als die von Roster. Öffnen Sie Roster unter ${baseUrl} und versuchen Sie es erneut.`,
    notUtf8:
      "Ihre Eingabe ist nicht in UTF-8 kodiert und kann nicht wie gemeint gespeichert werden. Nichts wurde geändert. Gehen Sie zurück und verwenden Sie das Formular der Seite.",
    fileTooLarge:
      "Die Datei ist größer als 5 MB. Wählen Sie eine kleinere, oder speichern Sie sie mit weniger Details.",
    fileIncomplete: "Die Datei ist nicht vollständig angekommen. Gehen Sie zurück und wählen Sie sie erneut aus.",
    onlyRoles: (names) => `Nur ${names} Ihrer Organisation können diese Seite öffnen.`,
    overtaken:
      "Ihre Sitzung wurde inzwischen beendet, oder Ihre Rolle hat sich geändert. Nichts wurde gespeichert. Melden Sie sich neu an, oder gehen Sie zurück und sehen Sie nach.",
    requestId: "Wenn es wieder vorkommt, nennen Sie der Person, die Roster betreibt, diese Nummer: {id}",
    backToPage: "Zurück zur Seite",
    toStart: "Zur Startseite",
    toLogIn: "Zur Anmeldung",
  },

  updating: {
    heading: "Roster wird gerade aktualisiert",
    advice: "Versuchen Sie es in einigen Minuten erneut. Es geht nichts verloren.",
  },

  staleForm: {
    title: "Dieses Formular ist abgelaufen",
    intro: "Nichts wurde geändert. Ihre Eingaben stehen noch hier: Prüfen Sie sie und senden Sie sie noch einmal.",
    passwords: "Passwörter werden nicht aufbewahrt: Sie geben sie gleich noch einmal ein.",
    sendAgain: "Noch einmal senden",
    discard: "Verwerfen",
  },

  logIn: {
    title: "Anmelden",
    button: "Anmelden",
    forgotPassword: "Passwort vergessen?",
    back: "Zurück zur Anmeldung",
    enterPassword: "Geben Sie Ihr Passwort ein",
    refused: "E-Mail-Adresse oder Passwort ist falsch. Prüfen Sie beides und versuchen Sie es erneut.",
    alreadyIn: (email) =>
      `Sie sind bereits als ${email} angemeldet. Um ein anderes Konto zu verwenden, melden Sie sich zuerst ab.`,
  },

  logInCode: {
    title: "Code eingeben",
    intro: "Geben Sie den 6-stelligen Code aus Ihrer Authenticator-App ein, oder einen Ihrer Wiederherstellungscodes.",
    lost: "Telefon und Wiederherstellungscodes verloren? Bitten Sie einen Admin Ihrer Organisation, Ihren zweiten Faktor zu entfernen.",
    enter: "Geben Sie den Code ein",
    tooLong: "Der Code ist zu lang; geben Sie die 6 Ziffern ein, die Ihre App zeigt",
    late: "Das hat zu lange gedauert, oder Ihr Passwort wurde geändert. Melden Sie sich neu an.",
    finished: "Sie haben diese Anmeldung an anderer Stelle abgeschlossen. Melden Sie sich neu an.",
  },

  secondFactor: {
    setUpAt: "Eingerichtet",
    recoveryCodes: "Wiederherstellungscodes",
    codesLeft: (count) => `noch ${number(count)}`,
    makeNewCodes: "Neue erstellen{about|: Wiederherstellungscodes}",
    setUpLink: "Einrichten{about|: Zweiter Faktor}",
    turnOffLink: "Ausschalten{about|: Zweiter Faktor}",
    removeLink: "Entfernen{about|: Zweiter Faktor}",
    ownIsOn: "Zum Anmelden sind Ihr Passwort und ein Code aus der App auf Ihrem Telefon nötig.",
    ownIsRequired:
      "Zum Anmelden sind Ihr Passwort und ein Code aus der App auf Ihrem Telefon nötig. Ihre Organisation schreibt das vor.",
    isOn: "Zum Anmelden ist ein Code aus einer App nötig.",
    why: "Schützt Ihr Konto auch dann, wenn Ihr Passwort gestohlen wird: Zum Anmelden ist zusätzlich ein Code aus einer App auf Ihrem Telefon nötig.",
    notSetUp: "Nicht eingerichtet. Die Person kann in ihrem Profil einen zweiten Faktor einrichten.",
    notSetUpButRequired: "Nicht eingerichtet. Bei der nächsten Anmeldung muss ein zweiter Faktor eingerichtet werden.",
    codeHint: "Der 6-stellige Code aus Ihrer Authenticator-App oder ein Wiederherstellungscode",
    wrongCode:
      "Dieser Code ist falsch oder wurde schon verwendet. Warten Sie, bis die App einen neuen zeigt, und geben Sie den ein.",
    none: "Sie haben keinen zweiten Faktor.",
    noneOfUser: "Dieser Benutzer hat keinen zweiten Faktor.",
    backToProfile: "Zurück zum Profil",
    setUp: {
      title: "Zweiten Faktor einrichten",
      required: "Ihre Organisation verlangt einen zweiten Faktor. Richten Sie ihn ein, bevor es weitergeht.",
      scan: "Öffnen Sie eine Authenticator-App auf Ihrem Telefon und scannen Sie diesen QR-Code:",
      qrCode: "QR-Code für die Authenticator-App; derselbe Schlüssel folgt als Text",
      secret: "Oder geben Sie diesen Schlüssel in die App ein (zeitbasiert, 6 Ziffern):",
      codeHint: "Der 6-stellige Code, den die App jetzt zeigt",
      button: "Einrichten",
      wrongCode:
        "Falscher Code. Geben Sie den 6-stelligen Code ein, den die App jetzt zeigt, und prüfen Sie die Uhrzeit auf Ihrem Telefon und auf diesem Computer.",
      done: "Ihr zweiter Faktor ist eingerichtet. Wiederherstellungscodes werden nur einmal angezeigt; Sie können neue erstellen.",
    },
    codes: {
      title: "Ihre Wiederherstellungscodes",
      intro:
        "{now|Drucken Sie diese Codes jetzt aus oder schreiben Sie sie auf: Sie werden nicht noch einmal angezeigt.} Wenn Sie Ihr Telefon verlieren, können Sie sich mit jedem Code einmal anmelden. Bewahren Sie sie getrennt von Ihrem Passwort auf.",
      owner: "Für {name} bei Roster. Frühere Codes funktionieren nicht mehr.",
      done: "Fertig",
    },
    newCodes: {
      title: "Neue Wiederherstellungscodes erstellen?",
      intro:
        "Sie erhalten zehn neue Codes, die nur einmal angezeigt werden. Die bisherigen funktionieren dann nicht mehr.",
      button: "Neue Codes erstellen",
    },
    turnOff: {
      title: "Zweiten Faktor ausschalten?",
      consequence:
        "Sie melden sich dann nur mit Ihrem Passwort an, und Ihre Wiederherstellungscodes funktionieren nicht mehr. Sie können jederzeit wieder einen zweiten Faktor einrichten.",
      refused: {
        admins:
          "Ihre Organisation verlangt von Admins einen zweiten Faktor. Um das Telefon zu wechseln, lassen Sie Ihren zweiten Faktor von einem Admin entfernen und richten Sie dann einen neuen ein.",
        everyone:
          "Ihre Organisation verlangt von allen einen zweiten Faktor. Um das Telefon zu wechseln, lassen Sie Ihren zweiten Faktor von einem Admin entfernen und richten Sie dann einen neuen ein.",
      },
      button: "Ausschalten",
      done: "Ihr zweiter Faktor ist ausgeschaltet.",
    },
    remove: {
      title: "Zweiten Faktor entfernen",
      question: "Zweiten Faktor von {name} entfernen?",
      consequence: "Zum Anmelden genügt dann das Passwort. Die Wiederherstellungscodes funktionieren nicht mehr.",
      caution:
        "Vergewissern Sie sich, dass die Bitte wirklich von dieser Person kommt: Wer nur ihr Passwort gestohlen hat, würde um dasselbe bitten.",
      email: "Die Person erhält eine E-Mail. Sie kann in ihrem Profil jederzeit einen neuen zweiten Faktor einrichten.",
      button: "Entfernen",
      done: "Zweiter Faktor entfernt. Der Benutzer erhält eine E-Mail.",
      own: "Ihren eigenen zweiten Faktor können Sie hier nicht entfernen. Schalten Sie ihn in Ihrem Profil mit einem Code aus, oder bitten Sie einen anderen Admin.",
    },
  },

  forgotPassword: {
    title: "Passwort vergessen?",
    intro: "Wir senden Ihnen per E-Mail einen Link, mit dem Sie ein neues Passwort wählen.",
    button: "Link senden",
    sentTitle: "Prüfen Sie Ihre E-Mails",
    sent: plural({
      one: "Wenn ein aktiver Benutzer diese Adresse hat, ist ein Link unterwegs. Er ist 1 Minute lang gültig und funktioniert nur einmal.",
      other:
        "Wenn ein aktiver Benutzer diese Adresse hat, ist ein Link unterwegs. Er ist {count} Minuten lang gültig und funktioniert nur einmal.",
    }),
    nothingArrived:
      "Nichts angekommen? Sehen Sie im Spam-Ordner nach, prüfen Sie die Adresse und fordern Sie den Link erneut an, oder bitten Sie einen Admin Ihrer Organisation, ein Passwort für Sie festzulegen.",
    askAgain: "Erneut anfordern",
  },

  newPassword: {
    title: "Neues Passwort wählen",
    asked: "Ein Admin hat Ihr jetziges Passwort festgelegt. Wählen Sie eines, das nur Sie kennen, um fortzufahren.",
    button: "Passwort speichern",
    codeHint: "Ihr zweiter Faktor: der 6-stellige Code aus Ihrer Authenticator-App oder ein Wiederherstellungscode",
    same: "Das ist Ihr jetziges Passwort. Wählen Sie ein anderes.",
    saved: "Ihr neues Passwort ist gespeichert.",
    savedLogIn: "Ihr neues Passwort ist gespeichert. Melden Sie sich damit an.",
    invalidLink:
      "Er wurde schon verwendet, ist älter als 30 Minuten, oder Ihr Passwort oder Ihre E-Mail-Adresse wurde seitdem geändert. Fordern Sie auf der Anmeldeseite mit „Passwort vergessen?“ einen neuen an.",
  },

  confirmation: {
    title: "Bestätigen Sie, dass Sie es sind",
    intro: "Geben Sie zur Sicherheit Ihr Passwort noch einmal ein. Ihre Änderungen bleiben erhalten.",
    ownPassword: "Ihr Passwort",
    button: "Bestätigen",
    wrong: "Das ist nicht Ihr Passwort. Geben Sie das ein, mit dem Sie sich anmelden.",
    busy: "Roster ist ausgelastet. Warten Sie einen Moment und versuchen Sie es dann erneut.",
    ended: "Ihre Sitzung wurde inzwischen beendet. Melden Sie sich neu an.",
  },

  tooMany: {
    passwords: plural({
      one: "Zu viele falsche Passwörter. Versuchen Sie es in 1 Minute erneut, oder wählen Sie mit „Passwort vergessen?“ ein neues.",
      other:
        "Zu viele falsche Passwörter. Versuchen Sie es in {count} Minuten erneut, oder wählen Sie mit „Passwort vergessen?“ ein neues.",
    }),
    codes: plural({
      one: "Zu viele falsche Codes. Versuchen Sie es in 1 Minute erneut, oder verwenden Sie einen Wiederherstellungscode.",
      other:
        "Zu viele falsche Codes. Versuchen Sie es in {count} Minuten erneut, oder verwenden Sie einen Wiederherstellungscode.",
    }),
    recoveryCodes: plural({
      one: "Zu viele falsche Wiederherstellungscodes. Versuchen Sie es in 1 Minute erneut.",
      other: "Zu viele falsche Wiederherstellungscodes. Versuchen Sie es in {count} Minuten erneut.",
    }),
    invitations: plural({
      one: "Dieser Benutzer hat schon viele Einladungslinks bekommen. Alle gelten. In 1 Minute können Sie einen weiteren erstellen.",
      other:
        "Dieser Benutzer hat schon viele Einladungslinks bekommen. Alle gelten. In {count} Minuten können Sie einen weiteren erstellen.",
    }),
  },

  setup: {
    title: "Roster einrichten",
    intro: "Geben Sie Ihrer Organisation einen Namen und legen Sie das erste Admin-Konto an.",
    button: "Einrichten",
    done: "Roster ist eingerichtet, und Sie sind angemeldet.",
    notYet: "Roster ist noch nicht eingerichtet.",
    whereLink:
      "Öffnen Sie den Einrichtungslink, den Roster beim Start ausgegeben hat: Er steht im Terminal oder im Log des Servers und gilt 30 Minuten.",
    otherwise:
      "Abgelaufen? Starten Sie Roster neu, um einen neuen Link zu erhalten, oder legen Sie mit `npm run roster -- create-admin` einen Admin an.",
    invalidLink:
      "Dieser Einrichtungslink ist abgelaufen oder wurde schon verwendet. Schon eingerichtet? Melden Sie sich an. Wenn nicht, starten Sie Roster neu, um einen neuen Link zu erhalten.",
  },

  firstSteps: {
    title: "Erste Schritte",
    hide: "Ausblenden",
    hidden: "Die ersten Schritte sind ausgeblendet.",
    done: "Erledigt",
    doneStep: (name) => `${name} (erledigt)`,
    createUser: "Einen Benutzer anlegen",
    secondFactor: "Einen zweiten Faktor einrichten",
    howTo:
      "Diese Einstellungen kann nur die Person ändern, die Roster betreibt. Es sind Zeilen in der Datei `.env` im Ordner von Roster oder Umgebungsvariablen. Starten Sie Roster nach einer Änderung neu.",
    example: (name) => `Beispiel: ${name}`,
    mail: {
      name: "Einen Mailserver verbinden",
      about:
        "Roster verschickt Einladungen und Links für neue Passwörter. Ohne Mailserver ist jede E-Mail nur eine Datei auf dem Server.",
    },
    publicAddress: {
      name: "Die öffentliche Adresse festlegen",
      about: "Mit ihr beginnen die Links in E-Mails. Mit https werden Cookies nur verschlüsselt übertragen.",
    },
    backups: {
      name: "Sicherungen einschalten",
      about:
        "Roster kopiert seine Daten dann jeden Tag in diesen Ordner. Wählen Sie einen Ordner auf einem anderen Datenträger.",
    },
  },

  users: {
    reviews: {
      "never-logged-in": "Noch nie angemeldet",
      "idle-90-days": "Seit 90 Tagen nicht angemeldet",
      "no-second-factor": "Ohne zweiten Faktor",
    },
    title: "Benutzer",
    count: plural({ one: "1 Benutzer", other: "{count} Benutzer" }),
    countOver: (count) => `mehr als ${number(count)} Benutzer`,
    create: "Benutzer anlegen",
    search: "Suche",
    filters: "Filter",
    quickLinks: "Schnellzugriff",
    searchExample: "Name oder E-Mail-Adresse",
    noMatch: "Kein Benutzer passt zu „{search}“.",
    noMatchInFilters: "Kein Benutzer passt zu „{search}“ und diesen Filtern.",
    noMatchOfFilters: "Kein Benutzer passt zu diesen Filtern.",
    showAll: "Alle Benutzer anzeigen",
    emptyPage: "Keine Benutzer auf dieser Seite.",
    caption: "Benutzer der Organisation",
    rangeOver: (from, to, count) => `${number(from)}–${number(to)} von mehr als ${number(count)}`,
    select: (name) => `${name} auswählen`,
    selected: (count, others) =>
      others === 0
        ? `${number(count)} ausgewählt`
        : `${number(count)} ausgewählt, davon ${number(others)} auf anderen Seiten`,
    andMore: (count) => `und ${number(count)} weitere`,
    clearSelection: "Auswahl aufheben",
    all: (count) => `Alle ${number(count)} Treffer`,
    allOver: (count) => `Alle Treffer (mehr als ${number(count)})`,
    withSelected: "Mit den Ausgewählten",
    chooseOne: "Bitte wählen …",
    acts: {
      deactivate: "Deaktivieren",
      activate: "Aktivieren",
      "role-admin": "Rolle auf Admin ändern",
      "role-manager": "Rolle auf Manager ändern",
      "role-member": "Rolle auf Mitglied ändern",
      "resend-invitation": "Einladung erneut senden",
      "log-out": "Überall abmelden",
      undo: "Rückgängig machen",
    },
    exportSelected: "Exportieren",
    continue: "Weiter",
    selectSomeone: "Wählen Sie mindestens eine Person aus",
    tooManySelected: (max) =>
      `Wählen Sie einzeln höchstens ${number(max)} Personen aus. Für mehr verwenden Sie eine Suche und wählen alle Treffer aus`,
    searchChanged:
      "Die Suche wurde geändert, nachdem alle Treffer ausgewählt waren. Prüfen Sie die Liste und setzen Sie das Häkchen noch einmal",
    chooseAct: "Wählen Sie, was mit den Ausgewählten geschehen soll",
    tooManyMatch: (max) =>
      `Es gibt mehr als ${number(max)} Treffer. Schränken Sie die Suche ein und gehen Sie in mehreren Schritten vor`,
    lastAdmin: "Das ist der einzige aktive Admin der Organisation. Machen Sie zuerst jemand anderen zum Admin.",
    erased:
      "Die personenbezogenen Daten dieses Benutzers wurden gelöscht. An diesem Benutzer lässt sich nichts mehr ändern.",
  },

  createUser: {
    title: "Benutzer anlegen",
    whatRolesCan: "Was die Rollen dürfen",
    button: "Benutzer anlegen",
    created: "Benutzer angelegt.",
    access: "Erste Anmeldung",
    chooseAccess: "Wählen Sie, wie der Benutzer ein Passwort bekommt",
    accesses: {
      mail: "Einladung senden",
      link: "Einladungslink zum Kopieren anzeigen",
      password: "Passwort festlegen",
      generate: "Passwort erzeugen",
    },
    accessHints: {
      mail: "Die Person erhält eine E-Mail mit einem Link, um ihr Passwort selbst zu wählen. Er gilt 7 Tage.",
      link: "Sie erhalten einen Link, der nur einmal angezeigt wird, und geben ihn weiter. Er gilt 7 Tage.",
      password: "Sie geben ein Passwort ein und teilen es der Person mit.",
      generate:
        "Sie erhalten zufällige Wörter, die nur einmal angezeigt werden, und geben sie weiter. Die Person muss bei der nächsten Anmeldung ein neues Passwort wählen.",
    },
    generated: {
      title: "Neues Passwort",
      heading: "Das Passwort von {name}",
      copy: "{now|Kopieren Sie es jetzt: Es wird nicht noch einmal angezeigt.} Geben Sie es nur {name}. Bei der nächsten Anmeldung muss ein neues gewählt werden.",
      note: (email) => `Anmeldung mit ${email}.`,
    },
  },

  invitations: {
    notInvited:
      "Dieser Benutzer hat schon ein Passwort. Ein neues gibt es mit „Passwort vergessen?“ auf der Anmeldeseite.",
    inactive: "Dieser Benutzer ist inaktiv. Aktivieren Sie ihn zuerst und verschicken Sie dann die Einladung.",
    title: "Einladung",
    until: (day) => `Eingeladen bis ${day}`,
    expired: "Einladung abgelaufen",
    filter: "Eingeladen",
    created: (email) => `Benutzer angelegt. Die Einladung ist unterwegs an ${email}.`,
    sent: (email) => `Die Einladung ist unterwegs an ${email}. Frühere Links gelten weiter.`,
    noPassword: "Noch kein Passwort: Dieser Benutzer wurde eingeladen und hat noch keines gewählt.",
    moreLinks: "Sie können einen weiteren Link erstellen. Frühere gelten weiter, bis einer davon verwendet wird.",
    allEnded:
      "Alle Einladungslinks sind abgelaufen. Senden Sie die Einladung erneut, oder kopieren Sie einen neuen Link.",
    resend: "Einladung erneut senden",
    copyLink: "Einladungslink kopieren",
    link: {
      title: "Einladungslink",
      heading: "Einladungslink für {name}",
      copy: "{now|Kopieren Sie ihn jetzt: Er wird nicht noch einmal angezeigt.} Geben Sie ihn nur {name}: Wer ihn öffnet, kann das Passwort wählen.",
      until: (day) => `Bis ${day} lässt sich der Link einmal verwenden.`,
    },
    accept: {
      title: "Wählen Sie Ihr Passwort",
      intro: "Sie sind zu {organization} eingeladen. Wählen Sie ein Passwort, um sich mit {email} anzumelden.",
      done: "Ihr Passwort ist gespeichert. Melden Sie sich damit an.",
    },
    invalidLink:
      "Er wurde schon verwendet, ist älter als 7 Tage oder wurde zurückgezogen. Haben Sie schon ein Passwort gewählt? Dann melden Sie sich an. Wenn nicht, geben Sie auf der Anmeldeseite bei „Passwort vergessen?“ die eingeladene Adresse ein, oder bitten Sie einen Admin, die Einladung erneut zu senden.",
  },

  userProfile: {
    profile: "Profil",
    personalInformation: "Persönliche Daten",
    rolesAndPermissions: "Rollen und Berechtigungen",
    password: "Passwort",
    apiKeys: "API-Schlüssel",
    extraSettings: "Weitere Einstellungen",
    secondFactor: "Zweiter Faktor",
    sessions: "Sitzungen",
    history: "Verlauf",
    you: "Sie",
    editPersonalInformation: "Bearbeiten{about|: Persönliche Daten}",
    editRole: "Bearbeiten{about|: Rollen und Berechtigungen}",
    editPassword: "Bearbeiten{about|: Passwort}",
    created: "Angelegt",
    apiId: "API-ID",
    newPasswordAsked: "Dieser Benutzer muss bei der nächsten Anmeldung ein neues Passwort wählen.",
    passwordSet: "Ein Passwort ist festgelegt. Niemand kann es lesen, aber ein Admin kann ein neues festlegen.",
    active: "Dieser Benutzer ist aktiv.",
    canLogIn: "Dieser Benutzer ist aktiv und kann sich anmelden.",
    inactive: "Dieser Benutzer ist inaktiv und kann sich nicht anmelden. Es wurde nichts gelöscht.",
    erased: "Daten gelöscht",
    erasedOn: "Die personenbezogenen Daten wurden am {when} gelöscht. Das lässt sich nicht rückgängig machen.",
    knownBrowsers:
      "In Browsern, mit denen sich dieser Benutzer schon angemeldet hat, werden falsche Versuche getrennt gezählt.",
    allHistory: "Alle anzeigen{about|: Verlauf}",
    onThisPage: "Auf dieser Seite",
    lastLogin: "Letzte Anmeldung {when}",
    neverLoggedIn: "Hat sich noch nie angemeldet",
  },

  permissions: {
    caption: (role) => `Berechtigungen der Rolle ${role}`,
    feature: "Bereich",
    permissions: "Berechtigungen",
    change: "Änderung",
    features: { organization: "Organisation", users: "Benutzer", apps: "Apps", partners: "Partner" },
    actions: { edit: "bearbeiten", view: "ansehen" },
    none: "keine",
    gains: { edit: "neu: bearbeiten", view: "neu: ansehen" },
    loses: { edit: "entfällt: bearbeiten", view: "entfällt: ansehen" },
    several: (permissions) => permissions.join(", "),
    noChange: "keine Änderung",
  },

  personalInformation: { title: "Persönliche Daten bearbeiten", saved: "Persönliche Daten gespeichert." },

  role: {
    title: "Rolle bearbeiten",
    current: "Aktuell",
    choose: "Wählen Sie eine Rolle",
    own: "Sie können sich die Admin-Rolle nicht selbst entziehen. Bitten Sie einen anderen Admin darum.",
    saved: (role) => `Rolle gespeichert: ${role}.`,
  },

  setPassword: {
    title: "Neues Passwort festlegen",
    intro: "Beim Speichern werden alle Sitzungen von {name} beendet. {name} erhält eine E-Mail.",
    askAgain: "Bei der nächsten Anmeldung nach einem neuen Passwort fragen",
    other: "ein anderes Passwort (wird nicht angezeigt)",
    saved: "Passwort gespeichert. Alle anderen Sitzungen dieses Benutzers wurden beendet.",
  },

  undo: {
    title: "Änderung rückgängig machen",
    question: "Diese Änderung rückgängig machen?",
    about: "{what} – {whom}, {when}",
    link: "Rückgängig{about|: diese Änderung}",
    button: "Rückgängig machen",
    undoes: "macht die Änderung vom {when} rückgängig",
    notPossible:
      "Das lässt sich nicht rückgängig machen: Jemand hat es seitdem wieder geändert, es ist mehr als 7 Tage her, oder es gab vorher keinen Wert.",
    done: "Die Änderung wurde rückgängig gemacht.",
  },

  erase: {
    title: "Personenbezogene Daten löschen",
    download: "Personenbezogene Daten herunterladen",
    downloadSetting: "Alles, was Roster über diesen Benutzer weiß, als JSON-Datei.",
    downloadOwn: "Alles, was Roster über Sie weiß, als JSON-Datei.",
    setting: "Name, E-Mail-Adresse und Foto lassen sich endgültig löschen. Der Verlauf bleibt.",
    user: "Personenbezogene Daten von {name} löschen?",
    button: "Personenbezogene Daten löschen",
    becomes: (person) =>
      `Der Benutzer heißt danach „${person.name}“ (${person.email}) und kann nie wieder aktiviert werden.`,
    gone: "Name, E-Mail-Adresse, Foto, zweiter Faktor, API-Schlüssel, bekannte Browser und noch nicht gesendete E-Mails werden gelöscht.",
    history:
      "Der Verlauf behält, was wann geschah und unter welcher ID. Namen, E-Mail-Adressen, Netzwerkadressen und Browser werden daraus entfernt.",
    emailFree: "Die E-Mail-Adresse kann wieder verwendet werden.",
    backups: "Sicherungen und bereits gesendete E-Mails ändern sich nicht.",
    undone:
      "Das lässt sich nicht rückgängig machen. Laden Sie die personenbezogenen Daten vorher herunter, falls Sie sie brauchen.",
    emailHint: (email) => `Geben Sie ${email} ein, damit es sicher der richtige Benutzer ist.`,
    wrongEmail: "Das ist nicht die E-Mail-Adresse dieses Benutzers",
    enterPassword: "Geben Sie Ihr Passwort ein",
    activeFirst: "Dieser Benutzer ist aktiv. Deaktivieren Sie ihn zuerst.",
    done: "Personenbezogene Daten gelöscht.",
  },

  status: {
    title: "Status ändern",
    choose: "Wählen Sie, ob der Benutzer aktiv ist",
    own: "Sie können sich nicht selbst deaktivieren. Bitten Sie einen anderen Admin darum.",
    deactivate: "Deaktivieren",
    deactivateUser: "{name} deaktivieren?",
    noLogIn: "Es ist nicht mehr möglich, sich anzumelden oder ein neues Passwort anzufordern.",
    noSessions: "Es gibt keine offenen Sitzungen.",
    sessions: plural({
      one: "1 offene Sitzung wird sofort beendet.",
      other: "{count} offene Sitzungen werden sofort beendet.",
    }),
    noKeys: "Es gibt keine API-Schlüssel.",
    keysStop: plural({
      one: "1 API-Schlüssel funktioniert nicht mehr.",
      other: "{count} API-Schlüssel funktionieren nicht mehr.",
    }),
    keysStayPaused: plural({
      one: "1 API-Schlüssel ist pausiert und bleibt es.",
      other: "{count} API-Schlüssel sind pausiert und bleiben es.",
    }),
    noInvitation: "Anmelden ist nicht mehr möglich, und die Einladungslinks gelten nicht mehr.",
    nothingDeleted: "Es wird nichts gelöscht. Sie können den Benutzer jederzeit wieder aktivieren.",
    keysReturn: {
      nothing:
        "Es wird nichts gelöscht. Sie können den Benutzer jederzeit wieder aktivieren; die API-Schlüssel funktionieren dann wieder.",
      pro: "Es wird nichts gelöscht. Sie können den Benutzer jederzeit wieder aktivieren. Die API-Schlüssel funktionieren wieder, sobald die Organisation Pro hat.",
      newPassword:
        "Es wird nichts gelöscht. Sie können den Benutzer jederzeit wieder aktivieren. Die API-Schlüssel funktionieren wieder, sobald der Benutzer ein neues Passwort gewählt hat.",
      proAndNewPassword:
        "Es wird nichts gelöscht. Sie können den Benutzer jederzeit wieder aktivieren. Die API-Schlüssel funktionieren wieder, sobald die Organisation Pro hat und der Benutzer ein neues Passwort gewählt hat.",
    },
    activate: "Aktivieren",
    activateUser: "{name} aktivieren?",
    inviteAgain: "Noch gibt es kein Passwort. Senden Sie danach die Einladung erneut.",
    logIn: "Anmelden ist mit dem bisherigen Passwort wieder möglich.",
    keysWork: {
      nothing: plural({
        one: "1 API-Schlüssel funktioniert wieder.",
        other: "{count} API-Schlüssel funktionieren wieder.",
      }),
      pro: plural({
        one: "1 API-Schlüssel funktioniert wieder, sobald die Organisation Pro hat.",
        other: "{count} API-Schlüssel funktionieren wieder, sobald die Organisation Pro hat.",
      }),
      newPassword: plural({
        one: "1 API-Schlüssel funktioniert wieder, sobald der Benutzer ein neues Passwort gewählt hat.",
        other: "{count} API-Schlüssel funktionieren wieder, sobald der Benutzer ein neues Passwort gewählt hat.",
      }),
      proAndNewPassword: plural({
        one: "1 API-Schlüssel funktioniert wieder, sobald die Organisation Pro hat und der Benutzer ein neues Passwort gewählt hat.",
        other:
          "{count} API-Schlüssel funktionieren wieder, sobald die Organisation Pro hat und der Benutzer ein neues Passwort gewählt hat.",
      }),
    },
    activated: "Dieser Benutzer ist wieder aktiv und kann sich anmelden.",
    activatedInvited:
      "Dieser Benutzer ist wieder aktiv. Senden Sie die Einladung erneut, damit ein Passwort gewählt werden kann.",
    deactivated: "Dieser Benutzer ist inaktiv und kann sich nicht mehr anmelden.",
  },

  endDate: {
    title: "An einem Tag deaktivieren",
    link: "Deaktivieren am",
    consequence:
      "Anmelden ist bis zum Ende dieses Tages möglich. Danach deaktiviert Roster den Benutzer, genau so, wie wenn Sie es selbst tun.",
    emails:
      "Der Benutzer und die Admins bekommen 7 Tage vorher eine E-Mail, oder sofort, wenn der Tag schon näher ist.",
    lastAdmin:
      "Der letzte aktive Admin wird nicht deaktiviert: Stattdessen wird das Datum entfernt, und der Admin bekommt eine E-Mail.",
    hint: (zone) =>
      `Bis zum Ende dieses Tages, ${zone}. Lassen Sie das Feld leer, wenn es kein Enddatum gibt. Beispiel: 2026-12-05`,
    until: ({ day, zone }) => `Bis zum Ende des ${day}, ${zone}`,
    isActiveUntil: ({ day, zone }) => `Dieser Benutzer wird am Ende des ${day}, ${zone}, deaktiviert.`,
    areActiveUntil: ({ day, zone }) => `Ihr Konto wird am Ende des ${day}, ${zone}, deaktiviert.`,
    none: "Dieser Benutzer hat kein Enddatum.",
    shortUntil: (day) => `bis ${day}`,
    saved: ({ day, zone }) => `Gespeichert: Dieser Benutzer wird am Ende des ${day}, ${zone}, deaktiviert.`,
    remove: "Datum entfernen",
    removed: "Dieser Benutzer hat jetzt kein Enddatum.",
    form: "Geben Sie einen Tag wie 2026-12-05 ein",
    past: "Dieser Tag ist vorbei. Wählen Sie heute oder einen späteren Tag",
    tooLate: (years) =>
      `Dieser Tag liegt zu weit in der Zukunft. Wählen Sie einen innerhalb von ${number(years)} Jahren`,
    own: "Sie können Ihr eigenes Enddatum nicht ändern. Bitten Sie einen anderen Admin darum.",
    inactive: "Dieser Benutzer ist inaktiv. Aktivieren Sie ihn zuerst und wählen Sie dann einen Tag.",
    leavingSoon: "Wird bald deaktiviert",
  },

  photo: {
    of: (name) => `Foto von ${name}`,
    change: "Foto ändern",
    hint: "JPEG, PNG, WebP, GIF oder AVIF, bis zu 5 MB",
    save: "Foto speichern",
    remove: "Foto entfernen",
    missing: "Wählen Sie zuerst ein Foto",
    unreadable:
      "Roster kann diese Datei nicht als Foto lesen. Wählen Sie ein JPEG- oder WebP-Bild mit höchstens 50 Megapixeln oder ein PNG-, GIF- oder AVIF-Bild mit höchstens 16.",
    saved: "Foto gespeichert.",
    removed: "Foto entfernt.",
  },

  lockout: {
    locked: "Gesperrt",
    passwords: plural({
      one: "Nach zu vielen falschen Passwörtern gesperrt. Neuer Versuch in 1 Minute möglich.",
      other: "Nach zu vielen falschen Passwörtern gesperrt. Neuer Versuch in {count} Minuten möglich.",
    }),
    passwordsOver:
      "Nach zu vielen falschen Passwörtern gesperrt. Ein neuer Versuch ist jetzt möglich; ein weiteres falsches Passwort sperrt länger.",
    codes: plural({
      one: "Nach zu vielen falschen Codes gesperrt. Neuer Versuch in 1 Minute möglich.",
      other: "Nach zu vielen falschen Codes gesperrt. Neuer Versuch in {count} Minuten möglich.",
    }),
    codesOver:
      "Nach zu vielen falschen Codes gesperrt. Ein neuer Versuch ist jetzt möglich; ein weiterer falscher Code sperrt länger.",
  },

  unlock: {
    title: "Entsperren",
    user: "{name} entsperren?",
    triesAgain:
      "Danach sind sofort neue Versuche möglich, auch für jemanden, der das Passwort zu erraten versucht: fünf weitere.",
    notLocked: "Dieser Benutzer ist nicht gesperrt.",
    unchanged: "Offene Sitzungen und das Passwort bleiben, wie sie sind.",
    button: "Entsperren",
    done: "Entsperrt. Dieser Benutzer kann wieder versuchen, sich anzumelden.",
    wasNotLocked: "Dieser Benutzer war nicht gesperrt.",
  },

  confirmEmail: {
    title: "E-Mail-Adresse bestätigen",
    own: "Ihre E-Mail-Adresse bestätigen?",
    ofUser: "E-Mail-Adresse von {name} bestätigen?",
    unconfirmed:
      "Ein API-Schlüssel hat diese E-Mail-Adresse gesetzt, und sie ist nicht bestätigt. Links für ein neues Passwort gehen an {confirmed}, die zuletzt bestätigte.",
    link: "E-Mail-Adresse bestätigen",
    setByKey: "Ein API-Schlüssel hat diese E-Mail-Adresse gesetzt: {email}. Die zuletzt bestätigte ist {confirmed}.",
    whereLinksGo:
      "Links für ein neues Passwort gehen dann an {email}. Wer dort E-Mails liest, kann ein neues Passwort wählen.",
    onlyIfYours:
      "Bestätigen Sie sie nur, wenn Sie dort E-Mails lesen. Wenn nicht, sagen Sie einem Admin Ihrer Organisation Bescheid.",
    onlyIfTheirs: "Bestätigen Sie sie nur, wenn Sie sicher sind, dass die Adresse diesem Benutzer gehört.",
    already: "{email} ist bereits bestätigt.",
    button: "E-Mail-Adresse bestätigen",
    overtaken: "Jemand hat diese E-Mail-Adresse inzwischen geändert. Prüfen Sie die neue und bestätigen Sie sie dann.",
    confirmed: (email) => `E-Mail-Adresse bestätigt: ${email}.`,
  },

  passwords: {
    hint: (minLength) =>
      `Mindestens ${number(minLength)} beliebige Zeichen. Vier oder mehr Wörter ohne Zusammenhang sind sicher und leicht zu merken.`,
    enter: "Geben Sie ein Passwort ein",
    again: "Geben Sie das Passwort noch einmal ein",
    differ: "Die Passwörter stimmen nicht überein",
    unusable: "Das Passwort enthält Zeichen, die nicht gespeichert werden können; verwenden Sie andere",
    tooShort: (minLength) => `Das Passwort ist zu kurz; mindestens ${number(minLength)} Zeichen sind nötig`,
    tooLong: (maxLength) =>
      `Das Passwort ist zu lang; höchstens ${number(maxLength)} Zeichen sind möglich, weniger bei Umlauten, Akzenten und anderen Schriften`,
    tooSlow:
      "Roster konnte nicht rechtzeitig prüfen, wie sicher dieses Passwort ist. Verwenden Sie vier oder mehr Wörter ohne Zusammenhang.",
    weak: "Dieses Passwort ist zu leicht zu erraten. Vier oder mehr Wörter ohne Zusammenhang ergeben ein sicheres.",
    weakBecause: (reason) =>
      `Dieses Passwort ist zu leicht zu erraten. ${reason} Vier oder mehr Wörter ohne Zusammenhang ergeben ein sicheres.`,
    onlyKnown:
      "Ohne Jahreszahlen und Wörter aus dem Namen, der E-Mail-Adresse und der Organisation bleibt zu wenig übrig.",
    weaknesses: {
      straightRow: "Tastenreihen sind leicht zu erraten.",
      keyPattern: "Kurze Tastaturmuster sind leicht zu erraten.",
      simpleRepeat: "Wiederholte Zeichen wie „aaa“ sind leicht zu erraten.",
      extendedRepeat: "Wiederholte Muster wie „abcabcabc“ sind leicht zu erraten.",
      sequences: "Zeichenfolgen wie „abc“ sind leicht zu erraten.",
      recentYears: "Jahreszahlen aus den letzten Jahren sind leicht zu erraten.",
      dates: "Datumsangaben sind leicht zu erraten.",
      topTen: "Es gehört zu den zehn häufigsten Passwörtern.",
      topHundred: "Es gehört zu den hundert häufigsten Passwörtern.",
      common: "Es ist ein häufiges Passwort.",
      similarToCommon: "Es ähnelt einem häufigen Passwort.",
      wordByItself: "Einzelne Wörter sind leicht zu erraten.",
      namesByThemselves: "Einzelne Namen sind leicht zu erraten.",
      commonNames: "Häufige Namen sind leicht zu erraten.",
      userInputs: "Wörter aus dem Namen, der E-Mail-Adresse und der Organisation sind leicht zu erraten.",
      pwned: "Es ist bei einem Datenleck bekannt geworden.",
    },
  },

  apiKeys: {
    proFeature: "API-Schlüssel sind eine Pro-Funktion. Programme greifen damit im Namen des Besitzers auf die API zu.",
    askOperator: "Bitten Sie die Person, die Roster betreibt, den Tarif zu ändern.",
    writeToSupport: "Schreiben Sie an {email}, um den Tarif zu ändern.",
    none: "Keine API-Schlüssel. Ein Programm mit einem Schlüssel kann genau das, was {name} kann.",
    noneOwn:
      "Keine API-Schlüssel. Ein Programm mit einem Schlüssel kann genau das, was Sie können. Bitten Sie einen Admin Ihrer Organisation um einen.",
    noneInvited:
      "Keine API-Schlüssel. Sie können einen erstellen, sobald dieser Benutzer die Einladung angenommen hat.",
    paused: {
      active: "Schlüssel dieses Benutzers sind pausiert. Sie funktionieren, sobald der Benutzer aktiv ist.",
      newPassword:
        "Schlüssel dieses Benutzers sind pausiert. Sie funktionieren, sobald der Benutzer ein neues Passwort gewählt hat.",
      activeAndNewPassword:
        "Schlüssel dieses Benutzers sind pausiert. Sie funktionieren, sobald der Benutzer aktiv ist und ein neues Passwort gewählt hat.",
    },
    defaultName: (count) => `Schlüssel ${count}`,
    generate: "Neuen Schlüssel erstellen",
    hint: "Ein Schlüssel kann nie mehr als sein Besitzer. {docs|So verwenden Sie die API}",
    expires: "Läuft ab",
    lifetime: (days) => {
      if (days === null) return "nie";
      return days === 365 ? "in einem Jahr" : plural({ one: "in 1 Tag", other: "in {count} Tagen" })(days);
    },
    rotated: "ersetzt",
    created: "erstellt {when}",
    lastUsedFrom: "von {address}",
    revokedAt: "Widerrufen {when}",
    expiredAt: "Abgelaufen {when}",
    generateTitle: "API-Schlüssel erstellen",
    chooseScope: "Wählen Sie, welchen Zugriff der Schlüssel hat",
    chooseLifetime: "Wählen Sie, wann der Schlüssel abläuft",
    nameTaken: "Ein anderer Schlüssel dieses Benutzers hat diesen Namen. Nehmen Sie einen anderen.",
    alreadyGenerated:
      "Mit diesem Formular wurde bereits ein Schlüssel erstellt. Er wurde einmal angezeigt und kann nicht noch einmal angezeigt werden.",
    notPro: "API-Schlüssel sind eine Pro-Funktion, und diese Organisation hat den Tarif Free.",
    newKey: {
      title: "Neuer API-Schlüssel",
      heading: "Ihr neuer Schlüssel „{name}“",
      copy: "{now|Kopieren Sie ihn jetzt: Er wird nicht noch einmal angezeigt.} Wer ihn hat, kann über die API alles, was {name} kann.",
      try: "Im Terminal ausprobieren:",
      tryLater: "Dann im Terminal ausprobieren:",
    },
    rotate: {
      title: "API-Schlüssel erneuern",
      question: "Schlüssel „{name}“ erneuern?",
      newKey: (scope, expires) =>
        `Sie erhalten einen neuen Schlüssel mit demselben Namen, der nur einmal angezeigt wird. Zugriff: ${scope}. Läuft ab: ${expires}.`,
      oldKey: "Der alte Schlüssel {start} funktioniert noch 24 Stunden, damit Sie Programme umstellen können.",
      oldKeyExpires:
        "Der alte Schlüssel {start} funktioniert bis zu seinem Ablauf ({when}), damit Sie Programme umstellen können.",
      email: "{name} erhält eine E-Mail.",
      button: "Erneuern",
      refused: "Dieser Schlüssel ist abgelaufen oder wurde widerrufen oder schon erneuert. Erstellen Sie einen neuen.",
    },
    revoke: {
      title: "API-Schlüssel widerrufen",
      question: "Schlüssel „{name}“ widerrufen?",
      consequence: "Programme, die den Schlüssel {start} verwenden, verlieren sofort den Zugriff.",
      final: "Das lässt sich nicht rückgängig machen. Sie können aber einen neuen Schlüssel erstellen.",
      finalOwn:
        "Das lässt sich nicht rückgängig machen. Ein Admin Ihrer Organisation kann aber einen neuen Schlüssel erstellen.",
      button: "Widerrufen",
      done: "Schlüssel widerrufen.",
    },
    expiring:
      "Der API-Schlüssel „{name}“ läuft am {when} ab. Programme, die ihn verwenden, verlieren dann den Zugriff.",
  },

  allKeys: {
    title: "API-Schlüssel",
    caption: "API-Schlüssel der Organisation",
    paused: "Alle diese Schlüssel sind pausiert, weil diese Organisation den Tarif Free hat.",
    filter: "Filter",
    filters: {
      all: "Alle",
      "never-used": "Nie verwendet",
      "unused-90-days": "Seit 90 Tagen nicht verwendet",
      "expires-7-days": "Läuft in den nächsten 7 Tagen ab",
      "owner-inactive": "Besitzer inaktiv",
    },
    owner: "Besitzer",
    created: "Erstellt",
    select: (key, owner) => `${key} von ${owner} auswählen`,
    revokeSelected: "Ausgewählte widerrufen",
    none: "Noch keine API-Schlüssel. Erstellen Sie einen im Profil eines Benutzers.",
    noMatch: "Kein API-Schlüssel passt zu diesem Filter.",
    showAll: "Alle API-Schlüssel anzeigen",
    emptyPage: "Keine API-Schlüssel auf dieser Seite.",
    revoke: {
      title: "API-Schlüssel widerrufen",
      question: plural({ one: "Diesen API-Schlüssel widerrufen?", other: "Diese {count} API-Schlüssel widerrufen?" }),
      key: "„{name}“ ({start}) von {owner}",
      consequence:
        "Programme, die diese Schlüssel verwenden, verlieren sofort den Zugriff. Das lässt sich nicht rückgängig machen.",
      leftOutHeading: "Ausgelassen",
      wasRevoked: "„{name}“ ({start}) von {owner} wurde bereits widerrufen.",
      hasExpired: "„{name}“ ({start}) von {owner} ist abgelaufen.",
      nothing: "Kein API-Schlüssel zum Widerrufen. Gehen Sie zurück und wählen Sie mindestens einen aus.",
      button: "Widerrufen",
      done: plural({ one: "1 API-Schlüssel widerrufen.", other: "{count} API-Schlüssel widerrufen." }),
      leftOut: plural({
        one: "1 weiterer wurde ausgelassen, weil er abgelaufen oder bereits widerrufen war.",
        other: "{count} weitere wurden ausgelassen, weil sie abgelaufen oder bereits widerrufen waren.",
      }),
      noneLeft: "Keiner dieser Schlüssel funktioniert noch. Es wurde nichts geändert.",
    },
  },

  organization: {
    title: "Organisation",
    timeZoneAndLanguage: "Zeitzone und Sprache",
    secondFactorHint:
      "Mit einem zweiten Faktor ist zum Anmelden auch ein Code aus einer App nötig. Wer einen zweiten Faktor braucht, muss ihn einrichten, bevor es weitergeht.",
    chooseRule: "Wählen Sie, wer einen zweiten Faktor braucht",
    onlyRolesChooseRule: (names) => `Nur ${names} Ihrer Organisation können wählen, wer einen zweiten Faktor braucht.`,
    nameTaken: "Eine andere Organisation hat bereits diesen Namen. Nehmen Sie einen anderen.",
    allIncluded: "Alle Funktionen sind enthalten, auch API-Schlüssel.",
    askOperator: "API-Schlüssel gibt es mit Pro. Bitten Sie die Person, die Roster betreibt, den Tarif zu ändern.",
    writeToSupport: "API-Schlüssel gibt es mit Pro. Schreiben Sie an {email}, um den Tarif zu ändern.",
    languageHint: "Für Seiten und E-Mails aller, die keine eigene Sprache gewählt haben.",
    automaticLanguage: "Wie im Browser",
    timeZoneHint:
      "Für Zeiten auf Seiten, für die Tage in Aktivität und für den letzten Tag von Benutzern mit Enddatum.",
    saved: "Organisation gespeichert.",
  },

  profile: {
    yours: "Ihr Profil",
    managed: "E-Mail-Adresse, Rolle und Status verwalten die Admins Ihrer Organisation.",
    allManaged: "All das verwalten die Admins Ihrer Organisation. Bitten Sie einen von ihnen, es zu ändern.",
    onlyAdminsEdit:
      "Ihren Namen und Ihr Foto verwalten die Admins Ihrer Organisation. Bitten Sie einen von ihnen, sie zu ändern.",
    guessing:
      "Wenn Sie das nicht waren, versucht jemand, Ihr Passwort zu erraten. In Browsern, in denen Sie schon angemeldet waren, werden falsche Versuche getrennt gezählt.",
    passwordKnown: "Wenn Sie das nicht waren, kennt jemand Ihr Passwort: Wählen Sie ein neues.",
    newPassword:
      "Um ein neues Passwort zu wählen, melden Sie sich ab und klicken Sie auf der Anmeldeseite auf „Passwort vergessen?“.",
  },

  sessions: {
    browser: "Browser",
    address: "Adresse",
    firstSeen: "angemeldet seit {when}",
    lastSeen: "Zuletzt aktiv",
    current: "diese Sitzung",
    unknownAddress: "Unbekannt",
    end: "Beenden",
    ended: "Sitzung beendet.",
    endOthers: "Alle anderen beenden",
    endedOthers: "Alle anderen Sitzungen beendet.",
    endAll: "Alle Sitzungen beenden",
    endedAll: "Alle Sitzungen dieses Benutzers beendet.",
    applications: "Anwendungen",
    application: "Anwendung",
    since: "Angemeldet",
    accessEnded: (application: string) => `Von ${application} abgemeldet.`,
    none: "Keine offenen Sitzungen: {name} ist nirgends angemeldet.",
    moreOwn: (shown, total) =>
      `Dies sind die ${number(shown)} neuesten von ${number(total)} Sitzungen. „Alle anderen beenden“ beendet auch die älteren.`,
    more: (shown, total) =>
      `Dies sind die ${number(shown)} neuesten von ${number(total)} Sitzungen. „Alle Sitzungen beenden“ beendet auch die älteren.`,
  },

  browsers: {
    unknown: "Unbekannter Browser",
    on: (browser, system) => `${browser} unter ${system}`,
  },

  actions: {
    "organization.created": "Organisation angelegt",
    "organization.renamed": "Organisation umbenannt",
    "plan.updated": "Tarif geändert",
    "user.created": "Benutzer angelegt",
    "user.invited": "Eingeladen",
    "invitation.resent": "Einladung erneut gesendet",
    "invitation.shown": "Einladungslink erstellt",
    "invitation.accepted": "Einladung angenommen",
    "invitation.withdrawn": "Einladung zurückgezogen",
    "user.logged-in": "Angemeldet",
    "account.locked": "Nach zu vielen falschen Passwörtern gesperrt",
    "account.unlocked": "Entsperrt",
    "user.confirmed": "Passwort erneut eingegeben",
    "user.logged-out": "Abgemeldet",
    "session.ended": "Sitzungen beendet",
    "log-in.refused": "Anmeldungen abgelehnt",
    "access.refused": "Zugriff abgelehnt",
    "personal-information.updated": "Persönliche Daten geändert",
    "email.confirmed": "E-Mail-Adresse bestätigt",
    "role.updated": "Rolle geändert",
    "password.updated": "Passwort festgelegt",
    "password.chosen": "Neues Passwort gewählt",
    "password.reset": "Passwort per Link zurückgesetzt",
    "reset-link.requested": "Link für ein neues Passwort verschickt",
    "reset-link.printed": "Link für ein neues Passwort ausgegeben",
    "photo.updated": "Foto geändert",
    "application.added": "Anwendung hinzugefügt",
    "application.updated": "Anwendung geändert",
    "application.secret-rotated": "Client-Secret erneuert",
    "application.key-generated": "API-Schlüssel einer Anwendung erstellt",
    "application.key-revoked": "API-Schlüssel einer Anwendung widerrufen",
    "application.deactivated": "Anwendung deaktiviert",
    "application.activated": "Anwendung aktiviert",
    "application.logged-in": "Bei einer Anwendung angemeldet",
    "application.access-ended": "Von einer Anwendung abgemeldet",
    "application.log-out-failed": "Anwendung nicht über eine Abmeldung benachrichtigt",
    "photo.removed": "Foto entfernt",
    "status.updated": "Status geändert",
    "user.erased": "Personenbezogene Daten gelöscht",
    "end-date.updated": "Enddatum geändert",
    "api-key.generated": "API-Schlüssel erstellt",
    "api-key.rotated": "API-Schlüssel erneuert",
    "api-key.revoked": "API-Schlüssel widerrufen",
    "history.purged": "Alte Einträge des Verlaufs entfernt",
    "backup.restored": "Sicherung eingespielt",
    "installation.moved": "In eine andere Datenbank übertragen",
    "second-factor.enabled": "Zweiter Faktor eingerichtet",
    "second-factor.disabled": "Zweiter Faktor ausgeschaltet",
    "second-factor.removed": "Zweiter Faktor entfernt",
    "second-factor.codes-renewed": "Neue Wiederherstellungscodes erstellt",
    "second-factor.code-used": "Wiederherstellungscode verwendet",
    "second-factor.refused": "Falscher Code für den zweiten Faktor",
    "mail.failed": "E-Mail nicht verschickt",
    "mail.requeued": "E-Mail zum erneuten Senden vorgemerkt",
    "language.updated": "Sprache geändert",
    "organization-language.updated": "Sprache der Organisation geändert",
    "time-zone.updated": "Zeitzone geändert",
    "second-factor-rule.updated": "Pflicht zum zweiten Faktor geändert",
    "group.started": "Viele Benutzer geändert",
    "first-steps.hidden": "Erste Schritte ausgeblendet",
  },

  history: {
    labels: {
      application: "Anwendung",
      redirectAddresses: "Weiterleitungsadressen",
      roles: "Berechtigte Rollen",
      logOutAddress: "Adresse nach der Abmeldung",
      backChannelAddress: "Adresse für Abmeldungen (Back-Channel)",
      confirmedEmail: "Bestätigte E-Mail-Adresse",
      sessions: "Offene Sitzungen",
      page: "Seite",
      tries: "Versuche",
      rows: "Zeilen",
      copyUpTo: "Enthält Daten bis",
      act: "Was",
      database: "Datenbank",
      reason: "Grund",
      mail: "E-Mail",
      failure: "Grund",
    },
    endReasons: {
      password: "neues Passwort",
      deactivation: "Benutzer deaktiviert",
      "second-factor": "zweiter Faktor eingerichtet",
      "log-in": "neue Anmeldung im selben Browser",
      idle: "zu lange nicht benutzt",
      age: "maximale Dauer erreicht",
    },
    mailFailures: {
      refused: "Der Mailserver hat die Adresse abgelehnt",
      "given-up": "Der Versand ist drei Tage lang nicht gelungen",
      expired: "Der Link darin war abgelaufen",
      unreadable: "Das SESSION_SECRET, mit dem sie verschlüsselt wurde, fehlt",
      restored: "Sie wartete in einer Sicherung und wurde seitdem vielleicht verschickt",
    },
    actors: { operator: "dem Betreiber", system: "Roster", visitor: "jemandem ohne Anmeldung" },
    whoActed: { operator: "Der Betreiber", system: "Roster", visitor: "Jemand ohne Anmeldung" },
    sentences: {
      "group.started": "{who} hat „{after}“ für {whom} ausgeführt",
      "organization.created": "{who} hat die Organisation angelegt",
      "organization.renamed": "{who} hat die Organisation von {before} in {after} umbenannt",
      "plan.updated": "{who} hat den Tarif von {before} auf {after} geändert",
      "user.created": "{who} hat {whom} angelegt",
      "user.invited": "{who} hat {whom} eingeladen",
      "invitation.resent": "{who} hat die Einladung an {whom} erneut gesendet",
      "invitation.shown": "{who} hat einen Einladungslink für {whom} erstellt",
      "invitation.accepted": "{whom} hat die Einladung angenommen",
      "invitation.withdrawn": "{who} hat die Einladung an {whom} zurückgezogen",
      "user.erased": "{who} hat die personenbezogenen Daten von {whom} gelöscht",
      "user.logged-in": "{whom} hat sich angemeldet",
      "account.locked": "{whom} wurde nach zu vielen falschen Passwörtern gesperrt",
      "account.unlocked": "{who} hat {whom} entsperrt",
      "user.confirmed": "{whom} hat das Passwort zur Sicherheit erneut eingegeben",
      "user.logged-out": "{whom} hat sich abgemeldet",
      "session.ended": "{who} hat Sitzungen von {whom} beendet",
      "log-in.refused": "Anmeldungen wurden abgelehnt",
      "access.refused": "{who} hat keinen Zugriff erhalten",
      "personal-information.updated": "{who} hat die persönlichen Daten von {whom} geändert",
      "email.confirmed": "{who} hat die E-Mail-Adresse von {whom} bestätigt",
      "role.updated": "{who} hat die Rolle von {whom} von {before} auf {after} geändert",
      "password.updated": "{who} hat ein neues Passwort für {whom} festgelegt",
      "password.chosen": "{whom} hat ein neues Passwort gewählt",
      "password.reset": "Das Passwort von {whom} wurde per Link zurückgesetzt",
      "reset-link.requested": "{whom} wurde ein Link für ein neues Passwort geschickt",
      "reset-link.printed": "{who} hat einen Link für ein neues Passwort für {whom} ausgegeben",
      "application.added": "{who} hat eine Anwendung hinzugefügt",
      "application.updated": "{who} hat eine Anwendung geändert",
      "application.secret-rotated": "{who} hat das Client-Secret einer Anwendung erneuert",
      "application.key-generated": "{who} hat einen API-Schlüssel für eine Anwendung erstellt",
      "application.key-revoked": "{who} hat den API-Schlüssel einer Anwendung widerrufen",
      "application.deactivated": "{who} hat eine Anwendung deaktiviert",
      "application.activated": "{who} hat eine Anwendung aktiviert",
      "application.logged-in": "{whom} hat sich bei einer Anwendung angemeldet",
      "application.access-ended": "{who} hat {whom} von einer Anwendung abgemeldet",
      "application.log-out-failed": "Roster konnte eine Anwendung nicht über die Abmeldung von {whom} benachrichtigen",
      "photo.updated": "{who} hat das Foto von {whom} geändert",
      "photo.removed": "{who} hat das Foto von {whom} entfernt",
      "status.updated": "{who} hat den Status von {whom} von {before} auf {after} geändert",
      "end-date.updated": "{who} hat das Enddatum von {whom} geändert",
      "api-key.generated": "{who} hat einen API-Schlüssel für {whom} erstellt",
      "api-key.rotated": "{who} hat einen API-Schlüssel von {whom} erneuert",
      "api-key.revoked": "{who} hat einen API-Schlüssel von {whom} widerrufen",
      "history.purged": "{who} hat alte Einträge des Verlaufs entfernt",
      "backup.restored": "{who} hat eine Sicherung eingespielt",
      "installation.moved": "{who} hat Roster in eine andere Datenbank übertragen",
      "second-factor.enabled": "{whom} hat einen zweiten Faktor eingerichtet",
      "second-factor.disabled": "{whom} hat den eigenen zweiten Faktor ausgeschaltet",
      "second-factor.removed": "{who} hat den zweiten Faktor von {whom} entfernt",
      "second-factor.codes-renewed": "{whom} hat neue Wiederherstellungscodes erstellt",
      "second-factor.code-used": "Ein Wiederherstellungscode von {whom} wurde verwendet",
      "second-factor.refused": "Für den zweiten Faktor von {whom} wurde ein falscher Code eingegeben",
      "mail.failed": "Eine E-Mail an {whom} wurde nicht verschickt",
      "mail.requeued": "{who} hat eine E-Mail an {whom} zum erneuten Senden vorgemerkt",
      "language.updated": "{whom} hat die eigene Sprache geändert",
      "organization-language.updated": "{who} hat die Sprache der Organisation geändert",
      "time-zone.updated": "{who} hat die Zeitzone von {before} auf {after} geändert",
      "second-factor-rule.updated": "{who} hat die Pflicht zum zweiten Faktor von {before} auf {after} geändert",
      "first-steps.hidden": "{who} hat die ersten Schritte ausgeblendet",
    },
    ownSentences: {
      "session.ended": "{who} hat eigene Sitzungen beendet",
      "application.access-ended": "{who} hat sich von einer Anwendung abgemeldet",
      "personal-information.updated": "{who} hat die eigenen persönlichen Daten geändert",
      "email.confirmed": "{who} hat die eigene E-Mail-Adresse bestätigt",
      "photo.updated": "{who} hat das eigene Foto geändert",
      "photo.removed": "{who} hat das eigene Foto entfernt",
      "api-key.generated": "{who} hat einen API-Schlüssel erstellt",
      "api-key.rotated": "{who} hat einen eigenen API-Schlüssel erneuert",
      "api-key.revoked": "{who} hat einen eigenen API-Schlüssel widerrufen",
    },
    otherwise: { who: "{who}: {what}", whom: "{who}: {what} ({whom})" },
    changed: "{field}: {before} {became|wurde zu} {after}",
    set: "{field}: {after}",
    removed: "{field}: {before}",
    by: "von {name}",
    withKey: "mit dem Schlüssel „{key}“",
    from: "über {place}",
    nothing: "Noch ist nichts passiert.",
    erased: "gelöscht",
    people: plural({ one: "1 Person", other: "{count} Personen" }),
  },

  activity: {
    title: "Aktivität",
    exportJsonLines: "Als JSON Lines exportieren",
    actor: "Ausgeführt von",
    user: "Benutzer",
    anyone: "Alle",
    key: "API-Schlüssel",
    anyKey: "Alle",
    action: "Aktion",
    from: (zone) => `Ab (${zone})`,
    to: (zone) => `Bis (${zone})`,
    chooseAction: "Wählen Sie eine Aktion aus der Liste",
    momentHint: "Geben Sie einen Tag wie 2026-03-04 oder einen Zeitpunkt wie 2026-03-04T08:05:00Z an",
    reversed: "Der Zeitraum endet, bevor er beginnt. Wählen Sie ein späteres Ende",
    only: "Nur der Verlauf von {name}.",
    showAll: "Alle anzeigen",
    refused: "Abgelehnte Anmeldungen, die noch gezählt werden",
    refusedFrom: (count, network) =>
      plural({ one: `1 abgelehnte Anmeldung aus ${network}`, other: `{count} abgelehnte Anmeldungen aus ${network}` })(
        count,
      ),
    since: "seit {when}",
    moreNetworks: plural({ one: "und aus 1 weiteren Netz", other: "und aus {count} weiteren Netzen" }),
    nothingFound: "Nichts im Verlauf passt zu diesen Filtern.",
    showEverything: "Alles anzeigen",
    newest: "Neueste",
    newer: "Neuere",
    older: "Ältere",
  },

  language: {
    title: "Sprache",
    hint: "Für Seiten und für E-Mails an Sie.",
    automatic: "Wie in der Organisation",
    button: "Sprache speichern",
    saved: "Sprache gespeichert.",
  },

  groups: {
    title: "Viele Benutzer ändern",
    ask: {
      deactivate: plural({ one: "1 Person deaktivieren?", other: "{count} Personen deaktivieren?" }),
      activate: plural({ one: "1 Person aktivieren?", other: "{count} Personen aktivieren?" }),
      "role-admin": plural({ one: "1 Person zum Admin machen?", other: "{count} Personen zu Admins machen?" }),
      "role-manager": plural({ one: "1 Person zum Manager machen?", other: "{count} Personen zu Managern machen?" }),
      "role-member": plural({ one: "1 Person zum Mitglied machen?", other: "{count} Personen zu Mitgliedern machen?" }),
      "resend-invitation": plural({ one: "1 Einladung erneut senden?", other: "{count} Einladungen erneut senden?" }),
      "log-out": plural({ one: "1 Person überall abmelden?", other: "{count} Personen überall abmelden?" }),
      undo: plural({
        one: "Änderung für 1 Person rückgängig machen?",
        other: "Änderung für {count} Personen rückgängig machen?",
      }),
    },
    done: {
      deactivate: plural({ one: "1 Person deaktiviert", other: "{count} Personen deaktiviert" }),
      activate: plural({ one: "1 Person aktiviert", other: "{count} Personen aktiviert" }),
      "role-admin": plural({ one: "1 Person ist jetzt Admin", other: "{count} Personen sind jetzt Admins" }),
      "role-manager": plural({ one: "1 Person ist jetzt Manager", other: "{count} Personen sind jetzt Manager" }),
      "role-member": plural({ one: "1 Person ist jetzt Mitglied", other: "{count} Personen sind jetzt Mitglieder" }),
      "resend-invitation": plural({ one: "1 Einladung erneut gesendet", other: "{count} Einladungen erneut gesendet" }),
      "log-out": plural({ one: "1 Person überall abgemeldet", other: "{count} Personen überall abgemeldet" }),
      undo: plural({ one: "Für 1 Person rückgängig gemacht", other: "Für {count} Personen rückgängig gemacht" }),
    },
    nobody: "Für niemanden aus Ihrer Auswahl ist das möglich",
    sessionsEnd: plural({
      one: "1 offene Sitzung wird sofort beendet.",
      other: "{count} offene Sitzungen werden sofort beendet.",
    }),
    logInAgain: "Anmelden ist mit dem Passwort wieder möglich.",
    newRole: (role) => `Die ausgewählten Personen haben ab ihrem nächsten Klick die Berechtigungen der Rolle ${role}.`,
    nobodyLoggedOut: "Niemand wird abgemeldet. Jeder API-Schlüssel kann genau das, was sein Besitzer kann.",
    keysStop: plural({
      one: "1 API-Schlüssel funktioniert nicht mehr.",
      other: "{count} API-Schlüssel funktionieren nicht mehr.",
    }),
    keysStayPaused: plural({
      one: "1 API-Schlüssel ist pausiert und bleibt es.",
      other: "{count} API-Schlüssel sind pausiert und bleiben es.",
    }),
    keysReturn: {
      pro: plural({
        one: "1 API-Schlüssel funktioniert wieder, außer wenn die Person zuerst ein neues Passwort wählen muss.",
        other:
          "{count} API-Schlüssel funktionieren wieder, außer bei Personen, die zuerst ein neues Passwort wählen müssen.",
      }),
      free: plural({
        one: "1 API-Schlüssel funktioniert wieder, sobald die Organisation Pro hat.",
        other: "{count} API-Schlüssel funktionieren wieder, sobald die Organisation Pro hat.",
      }),
    },
    keysGoOn: "Die API-Schlüssel funktionieren weiterhin.",
    nothingDeleted: "Es wird nichts gelöscht. Sie können die Personen jederzeit wieder aktivieren.",
    undoEffect: "Alle erhalten die Rolle oder den Status von vorher zurück. Niemand wird dadurch wieder angemeldet.",
    noMails: "Es werden keine E-Mails verschickt.",
    invitationsSent: plural({
      one: "1 Person erhält eine E-Mail mit einem weiteren Link, der 7 Tage gilt.",
      other: "{count} Personen erhalten je eine E-Mail mit einem weiteren Link, der 7 Tage gilt.",
    }),
    earlierLinks: "Frühere Links gelten weiter, bis einer davon verwendet wird.",
    affected: plural({ one: "1 Person ist betroffen", other: "{count} Personen sind betroffen" }),
    doneFor: plural({ one: "Erledigt für 1 Person", other: "Erledigt für {count} Personen" }),
    leftOut: plural({ one: "1 Person wird ausgelassen", other: "{count} Personen werden ausgelassen" }),
    already: {
      deactivate: "Bereits inaktiv",
      activate: "Bereits aktiv",
      "role-admin": "Bereits Admin",
      "role-manager": "Bereits Manager",
      "role-member": "Bereits Mitglied",
      "resend-invitation": "Hat schon ein Passwort",
      "log-out": "Keine offenen Sitzungen",
      undo: "Schon wie vorher",
    },
    reasons: {
      own: "Bei sich selbst ist das nicht möglich",
      "last-admin": "Der einzige aktive Admin der Organisation",
      erased: "Die personenbezogenen Daten wurden gelöscht",
      inactive: "Inaktiv: bitte zuerst aktivieren",
      "no-sessions": "Keine offenen Sitzungen",
      changed: "Nach Ihrer Auswahl von jemandem geändert",
      "no-longer": "Seitdem wieder geändert",
      "too-many": "In der letzten Stunde zu oft erneut eingeladen",
      stopped: "Sie durften das nicht mehr",
    },
    pagesLeftOut: "Seiten der Ausgelassenen",
    keptFor: "Noch ist nichts geändert. Diese Auswahl wird eine Stunde aufbewahrt.",
    running: "Viele Benutzer werden geändert",
    runningHint: "Sie können diese Seite schließen: Es geht trotzdem weiter. Die Seite wird automatisch neu geladen.",
    toList: "Zurück zu den Benutzern",
    toActivity: "Unter „Aktivität“ anzeigen",
    ended: "Eine Auswahl wird eine Stunde aufbewahrt. Wählen Sie die Personen unter Benutzer noch einmal aus.",
  },
  imports: {
    link: "Benutzer importieren",
    title: "Benutzer importieren",
    intro:
      "Legen Sie viele Benutzer aus einer Tabelle an, die als CSV gespeichert ist. Bevor etwas gespeichert wird, sehen Sie, was geschieht.",
    file: "CSV-Datei",
    fileHint: "Höchstens 2 MB und 10.000 Zeilen. Noch wird nichts gespeichert.",
    check: "Datei prüfen",
    template: "Vorlage herunterladen",
    columnsHeading: "Die Spalten",
    columns: {
      email: "Erforderlich",
      first_name: "Erforderlich",
      last_name: "Erforderlich",
      role: "`admin`, `manager` oder `member`; ohne Angabe werden neue Benutzer Mitglieder",
      deactivate_on: "Der letzte Tag, etwa 2026-12-05; ohne Angabe ändert sich nichts",
      id: "Die ID des Benutzers, um eine E-Mail-Adresse zu ändern. Ein Export enthält sie",
    },
    otherColumns:
      "Die übrigen Spalten eines Exports (status, invited_until, created_at, last_login_at) dürfen bleiben; ein Import ändert sie nicht. Die Reihenfolge der Spalten ist beliebig.",
    choose: "Wählen Sie eine CSV-Datei",
    tooLarge: "Diese Datei ist größer als 2 MB. Teilen Sie sie auf mehrere Dateien auf.",
    tooManyLines: (max) => `Diese Datei hat mehr als ${number(max)} Zeilen. Teilen Sie sie auf mehrere Dateien auf.`,
    atLine: (line, fault) => `Zeile ${number(line)}: ${fault}`,
    damaged: "Diese Datei ist beschädigt: Ihr Text ist nicht lesbar. Speichern Sie sie noch einmal als CSV.",
    nul: "Dies ist keine CSV-Datei: Sie enthält ein NUL-Zeichen. Speichern Sie die Liste als CSV (UTF-8).",
    lineTooLong: (max) =>
      `Die Zeile ist länger als ${number(max)} Zeichen. Prüfen Sie, ob jedes Anführungszeichen (") geschlossen ist.`,
    unknownSeparator: "Unbekanntes Trennzeichen nach „sep=“. Verwenden Sie Komma, Semikolon oder Tabulator.",
    openQuote:
      'Ein Anführungszeichen (") ist nicht geschlossen. Schließen Sie es, oder schreiben Sie es doppelt, wenn es zum Text gehört.',
    strayQuote:
      'Ein Anführungszeichen (") steht an der falschen Stelle. Setzen Sie die ganze Zelle in Anführungszeichen, und schreiben Sie eines im Text doppelt.',
    empty: "Diese Datei ist leer.",
    noLines: "Diese Datei enthält nur Spaltennamen und keine Benutzer.",
    unknownColumn: (name) =>
      `Unbekannte Spalte „${name}“. Verwenden Sie nur die Spalten der Vorlage oder eines Exports.`,
    doubleColumn: (name) => `Die Spalte „${name}“ kommt doppelt vor.`,
    missingColumn: (name) => `Die Spalte „${name}“ fehlt.`,
    wrongCells: "Die Zahl der Zellen weicht von der Zahl der Spalten ab",
    unknownRole: "Unbekannte Rolle. Verwenden Sie admin, manager oder member",
    unknownId: (id) => `Kein Benutzer Ihrer Organisation hat die ID ${id}`,
    sameAsLine: (line) => `Zeile ${number(line)} betrifft denselben Benutzer`,
    newIsActive: "Ein neuer Benutzer ist aktiv. Lassen Sie den Status leer, oder schreiben Sie active",
    statusDiffers: "Ein Import ändert keinen Status. Verwenden Sie Aktivieren oder Deaktivieren unter Benutzer",
    notTicked: "„Auch vorhandene Benutzer ändern“ war nicht angehakt",
    changedSince: "Jemand hat diesen Benutzer nach der Prüfung der Datei geändert",
    createdSince: "Jemand hat diesen Benutzer nach der Prüfung der Datei angelegt",
    ended:
      "Dateien werden eine Stunde lang aufbewahrt oder bis Sie eine andere prüfen. Wählen Sie die Datei unter „Benutzer importieren“ noch einmal.",
    askEncoding: "Ist diese Datei in windows-1252 kodiert?",
    askEncodingIntro:
      "Die Datei ist nicht in UTF-8 kodiert. Ältere Tabellenkalkulationen in Westeuropa und Amerika speichern in windows-1252. Die Namen würden dann so lauten:",
    noTellingNames: "Kein Name enthält Zeichen, die von der Kodierung abhängen.",
    useEncoding: "windows-1252 verwenden",
    otherEncoding: "Wenn sie falsch aussehen, speichern Sie die Liste als „CSV UTF-8“ und wählen diese Datei.",
    otherFile: "Andere Datei wählen",
    plans: {
      create: "Anlegen",
      change: "Ändern",
      unchanged: "Unverändert",
      "left-out": "Ausgelassen",
      wrong: "Fehlerhaft",
    },
    outcomes: {
      created: "Angelegt",
      changed: "Geändert",
      unchanged: "Unverändert",
      "left-out": "Ausgelassen",
      failed: "Fehlgeschlagen",
    },
    all: "Alle Zeilen",
    line: "Zeile {line}",
    lineWithRole: "Zeile {line}, {role}",
    user: "{kind}: {name} {email}",
    counted: (name, count) => `${name}: ${number(count)}`,
    willBeMailed: "Neue Benutzer erhalten eine E-Mail mit einem Link, um ein Passwort zu wählen. Er gilt 7 Tage.",
    willHaveLinks:
      "Roster hat keinen Mailserver, deshalb erhalten neue Benutzer keine E-Mail. Nach dem Import können Sie ihre Einladungslinks einmal herunterladen und weitergeben.",
    areMailed: "Neue Benutzer erhalten eine E-Mail mit einem Link, um ein Passwort zu wählen.",
    linksOnce:
      "Mit den Links wählen neue Benutzer ein Passwort. Sie gelten 7 Tage. Sie können sie nur einmal herunterladen.",
    downloadLinks: "Einladungslinks herunterladen",
    linksTaken:
      "Die Einladungslinks wurden schon heruntergeladen. Einen weiteren gibt es im Profil des Benutzers mit „Einladungslink kopieren“.",
    willFail: plural({
      one: "1 Zeile ist fehlerhaft und wird nicht importiert. Sie können sie herunterladen, berichtigen und später importieren.",
      other:
        "{count} Zeilen sind fehlerhaft und werden nicht importiert. Sie können sie herunterladen, berichtigen und später importieren.",
    }),
    alsoChange: "Auch vorhandene Benutzer ändern",
    alsoChangeHint: plural({
      one: "1 Benutzer bekommt die Werte der Datei. Ohne Haken bleibt er, wie er ist.",
      other: "{count} Benutzer bekommen die Werte der Datei. Ohne Haken bleiben sie, wie sie sind.",
    }),
    button: "Importieren",
    keptFor: "Diese Prüfung wird eine Stunde aufbewahrt.",
    running: "Der Import läuft",
    runningHint: "Sie können diese Seite schließen: Der Import läuft weiter. Die Seite wird automatisch neu geladen.",
    doneTitle: "Der Import ist abgeschlossen",
    downloadFailed: "Fehlgeschlagene Zeilen herunterladen",
    another: "Weitere Datei importieren",
    linesHeading: "Zeilen der Datei",
    number,
  },

  mails: {
    hello: (firstName) => `Hallo ${firstName},`,
    tellAdmin: "Wenn Sie das nicht erwartet haben, sagen Sie einem Admin Ihrer Organisation Bescheid.",
    chooseAnother: (link) =>
      `Wenn Sie das nicht erwartet haben, wählen Sie unter ${link} ein anderes Passwort und sagen Sie einem Admin Ihrer Organisation Bescheid.`,
    resetLink: {
      subject: "Neues Passwort für Roster wählen",
      asked: plural({
        one: "jemand (vermutlich Sie) möchte Ihr Passwort zurücksetzen. Öffnen Sie innerhalb von 1 Minute diesen Link, um ein neues zu wählen:",
        other:
          "jemand (vermutlich Sie) möchte Ihr Passwort zurücksetzen. Öffnen Sie innerhalb von {count} Minuten diesen Link, um ein neues zu wählen:",
      }),
      ignore: "Wenn Sie das nicht waren, ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.",
    },
    invitation: {
      subject: (organization) => `Sie sind zu ${organization} eingeladen`,
      invitedBy: ({ inviter, organization }) =>
        `${inviter} hat Sie eingeladen, der Organisation ${organization} in Roster beizutreten.`,
      invited: (organization) => `Sie sind eingeladen, der Organisation ${organization} in Roster beizutreten.`,
      open: plural({
        one: "Öffnen Sie diesen Link innerhalb von 1 Tag, um Ihr Passwort zu wählen:",
        other: "Öffnen Sie diesen Link innerhalb von {count} Tagen, um Ihr Passwort zu wählen:",
      }),
      logIn: ({ email, link }) => `Danach melden Sie sich mit ${email} unter ${link} an.`,
      ignore: "Wenn Sie nicht beitreten möchten, ignorieren Sie diese E-Mail.",
    },
    passwordChanged: {
      subject: "Ihr Roster-Passwort wurde geändert",
      byAdmin: "ein Admin Ihrer Organisation hat ein neues Passwort für Sie festgelegt. Sie wurden überall abgemeldet.",
      byYou: "Sie haben ein neues Passwort gewählt. Sie wurden überall sonst abgemeldet.",
    },
    endDate: {
      subject: (day) => `Ihr Roster-Konto endet am ${day}`,
      ends: ({ day, zone }) =>
        `Ihr Roster-Konto wird am Ende des ${day} (${zone}) deaktiviert. Danach können Sie sich nicht mehr anmelden, und Ihre API-Schlüssel funktionieren nicht mehr.`,
      wrong: "Wenn das zu früh ist, bitten Sie einen Admin Ihrer Organisation, das Datum zu ändern.",
      toAdmins: {
        subject: plural({
          one: "Ein Benutzer wird bald deaktiviert",
          other: "{count} Benutzer werden bald deaktiviert",
        }),
        leaving: (zone) => `am Ende dieser Tage (${zone}) werden folgende Benutzer deaktiviert:`,
        person: ({ name, email, day }) => `${day}: ${name} (${email})`,
        change: (link) => `Um ein Datum zu ändern, öffnen Sie den Benutzer unter ${link}`,
      },
      lastAdmin: {
        subject: "Sie wurden nicht deaktiviert: Sie sind der letzte aktive Admin",
        kept: ({ day, zone }) =>
          `Ihr Roster-Konto sollte am Ende des ${day} (${zone}) deaktiviert werden. Sie sind der einzige aktive Admin Ihrer Organisation; deshalb ist das nicht geschehen, und das Datum wurde entfernt.`,
        next: (link) =>
          `Wenn Sie die Organisation verlassen, machen Sie unter ${link} jemand anderen zum Admin und bitten Sie darum, deaktiviert zu werden.`,
      },
    },
    emailChanged: {
      subject: "Ihre E-Mail-Adresse in Roster wurde geändert",
      changed: ({ before, after }) =>
        `die E-Mail-Adresse, mit der Sie sich bei Roster anmelden, wurde von ${before} in ${after} geändert.`,
      noLongerUsed: "Diese Adresse wird nicht mehr verwendet.",
      stillUsed: (link) =>
        `Ein API-Schlüssel hat sie geändert, deshalb ist sie noch nicht bestätigt. Bis Sie oder ein Admin sie bestätigen, gehen Links für ein neues Passwort an diese Adresse. Bestätigen Sie sie unter ${link}`,
      confirm: (link) =>
        `Ein API-Schlüssel hat sie geändert, deshalb ist sie noch nicht bestätigt. Bis Sie oder ein Admin sie bestätigen, gehen Links für ein neues Passwort an Ihre zuletzt bestätigte Adresse. Bestätigen Sie sie unter ${link}`,
      logIn: (link) =>
        `Von jetzt an melden Sie sich mit der neuen Adresse unter ${link} an. Früher verschickte Links für ein neues Passwort funktionieren nicht mehr.`,
    },
    emailConfirmed: {
      subject: "Ihre E-Mail-Adresse in Roster wurde bestätigt",
      confirmed: ({ email, old }) =>
        `die E-Mail-Adresse ${email} Ihres Roster-Kontos wurde bestätigt. Links für ein neues Passwort gehen jetzt dorthin und nicht mehr an ${old}.`,
    },
    secondFactor: {
      enabled: {
        subject: "Für Ihr Roster-Konto wurde ein zweiter Faktor eingerichtet",
        happened:
          "Sie haben einen zweiten Faktor eingerichtet: Zum Anmelden brauchen Sie ab jetzt einen Code aus Ihrer App. Sie wurden überall sonst abgemeldet.",
      },
      disabled: {
        subject: "Der zweite Faktor Ihres Roster-Kontos wurde ausgeschaltet",
        happened: "Sie haben Ihren zweiten Faktor ausgeschaltet: Ab jetzt melden Sie sich nur mit Ihrem Passwort an.",
      },
      removed: {
        subject: "Der zweite Faktor Ihres Roster-Kontos wurde entfernt",
        happened:
          "Ihr zweiter Faktor wurde entfernt: Ab jetzt melden Sie sich nur mit Ihrem Passwort an. In Ihrem Profil können Sie einen neuen einrichten.",
      },
      codeUsed: {
        subject: "Ein Wiederherstellungscode Ihres Roster-Kontos wurde verwendet",
        happened:
          "einer Ihrer Wiederherstellungscodes wurde anstelle eines Codes aus Ihrer App verwendet. Er funktioniert nicht noch einmal.",
      },
    },
    keyExpires: {
      subject: "Einer Ihrer API-Schlüssel läuft in den nächsten 7 Tagen ab",
      subjectToday: "Einer Ihrer API-Schlüssel läuft heute ab",
      expires: ({ name, start, when }) =>
        `Ihr API-Schlüssel „${name}“ (${start}) für Roster läuft ab: ${when}. Programme, die ihn verwenden, verlieren dann den Zugriff.`,
      renew:
        "Wenn Programme ihn noch brauchen, kann ein Admin Ihrer Organisation ihn in Ihrem Benutzerprofil durch einen neuen ersetzen.",
      own: (link) => `Ihre API-Schlüssel sehen Sie unter ${link}`,
    },
    keyGenerated: {
      subject: "Für Ihr Konto wurde ein neuer API-Schlüssel erstellt",
      generated: (name) =>
        `für Ihr Roster-Konto wurde ein neuer API-Schlüssel „${name}“ erstellt. Programme mit diesem Schlüssel können, was Sie können.`,
      unexpected: (link) =>
        `Wenn Sie das nicht erwartet haben, widerrufen Sie ihn in Ihrem Profil unter ${link} und sagen Sie einem Admin Ihrer Organisation Bescheid.`,
    },
  },

  mailProblem: {
    refused: {
      happened: (subject) =>
        `Die E-Mail „${subject}“ wurde nicht verschickt: Der Mailserver hat diese Adresse abgelehnt.`,
      advice:
        "Prüfen Sie die Adresse. Stimmt sie, fragen Sie die Person, die Roster betreibt: Sie sieht, was der Mailserver gemeldet hat.",
    },
    "given-up": {
      happened: (subject) => `Die E-Mail „${subject}“ wurde nicht verschickt: Roster hat es drei Tage lang versucht.`,
      advice: "Fragen Sie die Person, die Roster betreibt: Sie sieht den Grund und kann die E-Mail noch einmal senden.",
    },
    expired: {
      happened: (subject) => `Die E-Mail „${subject}“ wurde nicht verschickt, bevor ihr Link abgelaufen war.`,
      advice:
        "Der Benutzer kann mit „Passwort vergessen?“ eine neue anfordern. Kommt auch die nicht an, sagen Sie der Person Bescheid, die Roster betreibt.",
    },
    restored: {
      happened: (subject) =>
        `Die E-Mail „${subject}“ wartete auf den Versand, als die Sicherung entstand, die inzwischen eingespielt wurde. Vielleicht wurde sie verschickt, vielleicht nicht.`,
      advice: "Wenn sie nicht angekommen ist, bitten Sie die Person, die Roster betreibt, sie noch einmal zu senden.",
    },
    unreadable: {
      happened: (subject) =>
        `Die E-Mail „${subject}“ wurde nicht verschickt: Der Link darin lässt sich nicht mehr lesen.`,
      advice:
        "Der Benutzer kann mit „Passwort vergessen?“ eine neue anfordern. Kommt auch die nicht an, sagen Sie der Person Bescheid, die Roster betreibt.",
    },
    waiting: {
      happened: (subject) => `Die E-Mail „${subject}“ konnte noch nicht verschickt werden. Roster versucht es erneut.`,
      advice: "Wenn das so bleibt, sagen Sie der Person Bescheid, die Roster betreibt.",
    },
    failedAt: "Fehlgeschlagen: {when}.",
    nextTry: "Nächster Versuch: {when}.",
  },

  applications: {
    title: "Anwendungen",
    intro: "Dienste Ihres Teams, bei denen man sich mit dem Roster-Konto anmeldet.",
    none: "Noch keine Anwendungen",
    noneHint:
      "Fügen Sie einen Dienst hinzu, der OpenID Connect unterstützt. Man meldet sich dort dann mit dem Roster-Konto an.",
    add: "Anwendung hinzufügen",
    addTitle: "Anwendung hinzufügen",
    added: (name: string) => `Anwendung hinzugefügt: ${name}.`,
    saved: "Anwendung gespeichert.",
    edit: "Anwendung bearbeiten",
    kind: "Art",
    kinds: { web: "Webanwendung", public: "Browser-App oder mobile App" },
    kindHints: {
      web: "Läuft auf einem Server und bewahrt ein Client-Secret auf.",
      public: "Läuft auf dem Gerät der Benutzer und kann kein Client-Secret geheim halten. Sie muss PKCE verwenden.",
    },
    redirectAddresses: "Weiterleitungsadressen",
    redirectAddressesHint:
      "Wohin man nach der Anmeldung zurückkehrt, eine Adresse pro Zeile, genau so, wie die Anwendung sie sendet: https, oder http für diesen Rechner (localhost).",
    logOutAddress: "Adresse nach der Abmeldung",
    logOutAddressHint: "Optional. Wohin man nach der Abmeldung über die Anwendung zurückkehrt.",
    backChannelAddress: "Adresse für Abmeldungen (Back-Channel)",
    backChannelAddressHint:
      "Optional. Roster ruft sie auf, wenn sich jemand abmeldet oder den Zugriff verliert, damit die Anwendung dessen Sitzung beendet.",
    whoMayUse: "Berechtigte Rollen",
    details: "Angaben",
    clientId: "Client-ID",
    issuer: "Aussteller (Issuer)",
    secretTitle: "Client-Secret",
    newSecret: "Client-Secret von {name}",
    secretOnce: "Kopieren Sie es jetzt. Es wird nur dieses eine Mal angezeigt.",
    settings: "Einstellungen zum Einfügen",
    settingsHint: "Alles andere findet jede OpenID-Connect-Bibliothek über den Aussteller.",
    rotate: {
      button: "Secret erneuern",
      question: "Client-Secret von {name} erneuern?",
      oldWorks: "Das alte Secret gilt noch 24 Stunden, damit der Dienst ohne Unterbrechung wechseln kann.",
    },
    oldSecretUntil: "Das alte Client-Secret gilt bis {when}.",
    apiKey: {
      heading: "API-Schlüssel",
      about:
        "Mit einem eigenen Schlüssel kann die Anwendung die Daten der Benutzer abrufen und Schlüssel und Tokens prüfen. Der Schlüssel gehört keinem Benutzer und funktioniert deshalb weiter, wenn jemand die Organisation verlässt.",
      can: "Mit dem Schlüssel kann die Anwendung die Daten der Benutzer abrufen und Schlüssel und Tokens prüfen. Ändern kann sie damit nichts.",
      notPro:
        "API-Schlüssel sind eine Pro-Funktion. Mit einem eigenen Schlüssel kann die Anwendung die Daten der Benutzer abrufen.",
      start: "Schlüssel",
      generate: "API-Schlüssel erstellen",
      rotate: "API-Schlüssel erneuern",
      revoke: "API-Schlüssel widerrufen",
      generateQuestion: "API-Schlüssel für {name} erstellen?",
      rotateQuestion: "API-Schlüssel von {name} erneuern?",
      revokeQuestion: "API-Schlüssel von {name} widerrufen?",
      oldWorks:
        "Der alte Schlüssel {start} funktioniert noch 24 Stunden, damit der Dienst ohne Unterbrechung wechseln kann.",
      oldUntil: "Der alte Schlüssel gilt bis {when}.",
      newKey: "API-Schlüssel von {name}",
      once: "Kopieren Sie ihn jetzt. Er wird nur dieses eine Mal angezeigt.",
    },
    deactivate: "Deaktivieren",
    activate: "Aktivieren",
    deactivateQuestion: "{name} deaktivieren?",
    activateQuestion: "{name} aktivieren?",
    deactivateEnds:
      "Niemand kann sich dort noch über Roster anmelden. Wer angemeldet ist, verliert den Zugriff, sobald die Anwendung das nächste Mal bei Roster nachfragt.",
    deactivateUndo: "Sie können sie jederzeit wieder aktivieren.",
    activateEffect: "Man kann sich dort wieder über Roster anmelden.",
    deactivated: "Anwendung deaktiviert.",
    activated: "Anwendung aktiviert.",
    chooseKind: "Wählen Sie die Art der Anwendung",
    chooseRoles: "Wählen Sie mindestens eine Rolle",
    enterRedirect: "Geben Sie mindestens eine Weiterleitungsadresse ein",
    tooManyRedirects: (max: number) => `Geben Sie höchstens ${number(max)} Weiterleitungsadressen ein`,
    badAddress: (address: string) =>
      `${address}: Geben Sie eine vollständige Adresse mit https ein, oder mit http für localhost, ohne „#“ und „*“`,
    tooMany: (max: number) => `Eine Organisation kann höchstens ${number(max)} Anwendungen haben`,
    badRequest:
      "Der Anmeldelink der Anwendung ist ungültig. Bitten Sie die Betreiber der Anwendung, ihre Einstellungen zu prüfen.",
    continueTitle: (name: string) => `Weiter zu ${name}`,
    continueLink: "Weiter",
    notAllowedTitle: (name: string) => `Sie können ${name} nicht verwenden`,
    notAllowed: "Ihre Rolle darf diese Anwendung nicht verwenden. Wenden Sie sich an einen Admin Ihrer Organisation.",
    otherOrganization: "Diese Anwendung gehört zu einer anderen Organisation.",
    backTo: (name: string) => `Zurück zu ${name}`,
    requestEnded: "Dieser Anmeldelink funktioniert nicht. Öffnen Sie die Anwendung noch einmal.",
    logOutTitle: "Von Roster abmelden?",
    logOutOf: "{name} möchte Sie abmelden. Sie werden in diesem Browser auch von Roster abgemeldet.",
    loggedOutTitle: "Sie sind abgemeldet",
    stay: "Angemeldet bleiben",
  },
};
