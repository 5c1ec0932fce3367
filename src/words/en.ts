import { grammarOf } from "./grammar.ts";

const { plural, list, number } = grammarOf("en");

// By page or subject, like the folders of src. Each entry is a whole sentence; with a value it is a function. The view
// fills in `{name}` and marks `{name|these words}` (views/partials/text.ejs). docs/languages.md has the rules.

export const en = {
  tag: "en",
  name: "English",
  dir: "ltr",

  common: {
    list,
    saveChanges: "Save changes",
    cancel: "Cancel",
    done: "Done",
    all: "All",
    never: "Never",
    edit: "Edit",
    action: "Action",
    lastUsed: "Last used",
    search: "Search",
    clear: "Clear",
    exportCsv: "Export as CSV",
    pages: "Pages",
    firstPage: "First page",
    previousPage: "Previous page",
    nextPage: "Next page",
    toFirstPage: "Go to the first page",
    range: (from: number, to: number, total: number) => `${number(from)}–${number(to)} of ${number(total)}`,
    progress: (done: number, total: number) => `${number(done)} of ${number(total)} done`,
    reload: "Reload",
    problem: "There is a problem",
    conflict:
      "Someone else changed this while you were editing. Your changes are not saved yet: compare the values below, then save again to keep yours, or go back to keep theirs.",
    savedByOther: "Saved by someone else: {value}",
    tickTheBox: "Tick the box or leave it empty",
  },

  /** Every time on a page. `locale` (BCP 47) is for dates alone: it may name a country. */
  times: {
    locale: "en-GB",
    /** "4 Mar 2026, 09:05 CET" */
    exact: ({ day, time, zone }: { day: string; time: string; zone: string }) => `${day}, ${time} ${zone}`,
  },

  /** The frame of every page. */
  shell: {
    title: (page: string) => `${page} – Roster`,
    failedTitle: (page: string) => `Error: ${page} – Roster`,
    skip: "Skip to content",
    skipToResults: "Skip to the results",
    mainMenu: "Main Menu",
    menu: "Menu",
    admin: "Admin",
    managers: "Managers",
    activity: "Activity",
    apiKeys: "API keys",
    applications: "Applications",
    organization: "Organization",
    apiDocs: "API documentation",
    logOut: "Log out",
  },

  /** The names of fields, in forms and in history. */
  labels: {
    firstName: "First name",
    lastName: "Last name",
    email: "Email",
    password: "Password",
    confirmPassword: "Confirm password",
    newPassword: "New password",
    confirmNewPassword: "Confirm new password",
    code: "Code",
    organization: "Organization",
    name: "Name",
    role: "Role",
    status: "Status",
    plan: "Plan",
    scope: "Scope",
    secondFactor: "Second factor",
    language: "Language",
    timeZone: "Time zone",
    lastLogin: "Last login",
    deactivateOn: "Deactivate on",
  },

  roles: { admin: "Admin", manager: "Manager", member: "Member" },
  /** A sentence under the role's name, where one is chosen. */
  aboutRoles: {
    admin: "Manages users, settings, apps and partners",
    manager: "Edits apps and partners, can’t see users",
    member: "Views apps and partners, edits nothing",
  },
  statuses: { active: "Active", inactive: "Inactive" },
  rolesInPlural: { admin: "Admins", manager: "Managers", member: "Members" },
  plans: { free: "Free", pro: "Pro" },
  scopes: { read: "Read", write: "Read and write" },
  secondFactorRules: { optional: "Optional", admins: "Required for Admins", everyone: "Required for everyone" },

  /** Errors of fields that several forms share. */
  fields: {
    firstName: {
      enter: "Enter a first name",
      tooLong: "The first name is too long; use at most 100 characters",
      unprintable: "The first name has characters that can’t be shown; type it again",
    },
    lastName: {
      enter: "Enter a last name",
      tooLong: "The last name is too long; use at most 100 characters",
      unprintable: "The last name has characters that can’t be shown; type it again",
    },
    organizationName: {
      enter: "Enter a name for the organization",
      tooLong: "The name for the organization is too long; use at most 100 characters",
      unprintable: "The name for the organization has characters that can’t be shown; type it again",
    },
    applicationName: {
      enter: "Enter a name for the application",
      tooLong: "The name for the application is too long; use at most 100 characters",
      unprintable: "The name for the application has characters that can’t be shown; type it again",
    },
    keyName: {
      enter: "Enter a name for the key",
      tooLong: "The name for the key is too long; use at most 100 characters",
      unprintable: "The name for the key has characters that can’t be shown; type it again",
    },
    email: {
      enter: "Enter an email address",
      enterYours: "Enter your email address",
      tooLong: "The email address is too long; use at most 254 characters",
      invisible: (code: string) =>
        `The email address contains an invisible character (${code}). Delete it and type that part again`,
      form: "Enter an email address like name@example.com, using only a–z, digits and . _ - +",
      taken: "This email is already in use. Use another one.",
      erased: "Addresses at erased.invalid are for erased users. Use another one.",
    },
    language: { choose: "Choose a language" },
    timeZone: { choose: "Choose a time zone from the list" },
  },

  errors: {
    400: { heading: "Roster can’t read this request", advice: "Go back and try again." },
    403: {
      heading: "You don’t have access to this page",
      advice: "If you need it, ask an Admin of your organization.",
    },
    404: { heading: "Page not found", advice: "Check the address, or continue from the start page." },
    405: { heading: "That can’t be done here", advice: "Go back and use the form on the page." },
    408: { heading: "That took too long", advice: "Check your connection and try again." },
    409: { heading: "Someone else changed this first", advice: "Go back, reload the page and try again." },
    413: { heading: "That is too large", advice: "Go back and send less." },
    415: { heading: "Roster can’t read that kind of data", advice: "Go back and use the form on the page." },
    429: { heading: "Too many tries", advice: "Wait a little, then try again." },
    500: {
      heading: "Something went wrong",
      advice: "This is a problem on our side. Nothing was changed. Try again in a moment.",
    },
    503: { heading: "Roster is busy", advice: "Wait a moment, then try again." },
    507: {
      heading: "Roster can’t save anything right now",
      advice:
        "The disk that holds its data is full or failing. Nothing was changed, and you can still read pages. Tell the person who runs Roster. Once there is room again, go back and send your form again.",
    },
    invalidLink: "This link no longer works",
    formNotAccepted: "This form was not accepted",
    expiredForm:
      "This form expired, or was sent from another site. Nothing was changed. Go back, reload the page and send it again.",
    otherAddress: (baseUrl: string) =>
      `Nothing was changed. This form was sent to another address than Roster’s own. Open Roster at ${baseUrl} and try again.`,
    notUtf8:
      "What you sent is not encoded in UTF-8 and can’t be saved as you meant it. Nothing was changed. Go back and use the form on the page.",
    fileTooLarge: "That file is larger than 5 MB. Choose a smaller one, or save it with less detail.",
    fileIncomplete: "The file did not arrive completely. Go back and choose it again.",
    onlyRoles: (names: string) => `Only ${names} of your organization can open this page.`,
    overtaken:
      "Your session ended or your role changed in the meantime. Nothing was saved. Log in again, or go back and check.",
    requestId: "If it happens again, give this number to the person who runs Roster: {id}",
    backToPage: "Back to the page",
    toStart: "Go to the start page",
    toLogIn: "Go to log-in",
  },

  /** What every page is while a start brings the data to a new version. */
  updating: { heading: "Roster is being updated", advice: "Try again in a few minutes. Nothing is lost." },

  /** A form that comes back because it was open for too long. */
  staleForm: {
    title: "This form expired",
    intro: "Nothing was changed. What you filled in is kept here: check it, then send it again.",
    passwords: "Passwords aren’t kept: you’ll be asked for them again.",
    sendAgain: "Send again",
    discard: "Discard",
  },

  logIn: {
    title: "Log in",
    button: "Log in",
    forgotPassword: "Forgot password?",
    back: "Back to log-in",
    enterPassword: "Enter your password",
    refused: "Wrong email or password. Check both and try again.",
    alreadyIn: (email: string) => `You are already logged in as ${email}. To use another account, log out first.`,
  },

  /** The code that follows the password. */
  logInCode: {
    title: "Enter your code",
    intro: "Enter the 6-digit code from your authenticator app, or one of your recovery codes.",
    lost: "Lost your phone and recovery codes? Ask an Admin of your organization to remove your second factor.",
    enter: "Enter the code",
    tooLong: "The code is too long; enter the 6 digits that your app shows",
    late: "That took too long, or your password was changed. Log in again.",
    finished: "You finished logging in somewhere else. Log in again.",
  },

  /** Your own second factor, and the section of a user's profile. */
  secondFactor: {
    setUpAt: "Set up",
    recoveryCodes: "Recovery codes",
    codesLeft: (count: number) => `${number(count)} left`,
    makeNewCodes: "Make new ones{about|: Recovery codes}",
    setUpLink: "Set up{about|: Second factor}",
    turnOffLink: "Turn off{about|: Second factor}",
    removeLink: "Remove{about|: Second factor}",
    ownIsOn: "Logging in needs your password and a code from the app on your phone.",
    ownIsRequired:
      "Logging in needs your password and a code from the app on your phone. Your organization requires this.",
    isOn: "Logging in needs a code from an app.",
    why: "Protects your account even if your password is stolen: logging in also needs a code from an app on your phone.",
    notSetUp: "Not set up. They can set one up on their own page.",
    notSetUpButRequired: "Not set up. They must set one up when they next log in.",
    codeHint: "The 6-digit code from your authenticator app, or a recovery code",
    wrongCode: "This code is wrong or was already used. Wait until the app shows a new one, then enter that one.",
    none: "You have no second factor.",
    noneOfUser: "This user has no second factor.",
    backToProfile: "Back to the profile",
    setUp: {
      title: "Set up your second factor",
      required: "Your organization requires a second factor. Set it up before you do anything else.",
      scan: "Open an authenticator app on your phone and scan this QR code:",
      qrCode: "QR code for the authenticator app; the same secret follows as text",
      secret: "Or type this secret into the app (time-based, 6 digits):",
      codeHint: "The 6-digit code the app now shows",
      button: "Set up",
      wrongCode:
        "Wrong code. Enter the 6-digit code that the app shows now, and check the clocks of your phone and of this computer.",
      done: "Your second factor is set up. Recovery codes are shown only once; you can make new ones.",
    },
    codes: {
      title: "Your recovery codes",
      intro:
        "{now|Print these or write them down now: you won’t be able to see them again.} If you lose your phone, each code logs you in once. Keep them apart from your password.",
      owner: "For {name} at Roster. Earlier codes no longer work.",
      done: "Done",
    },
    newCodes: {
      title: "Make new recovery codes?",
      intro: "You get ten new codes, shown once. The ones you have stop working.",
      button: "Make new codes",
    },
    turnOff: {
      title: "Turn off your second factor?",
      consequence:
        "You will log in with just your password, and your recovery codes stop working. You can set up a second factor again at any time.",
      refused: {
        admins:
          "Your organization requires a second factor for Admins. To change to another phone, ask an Admin to remove your second factor, then set up a new one.",
        everyone:
          "Your organization requires a second factor for everyone. To change to another phone, ask an Admin to remove your second factor, then set up a new one.",
      },
      button: "Turn off",
      done: "Your second factor is turned off.",
    },
    remove: {
      title: "Remove the second factor",
      question: "Remove the second factor of {name}?",
      consequence: "They will log in with just their password. Their recovery codes stop working.",
      caution:
        "Make sure the request really comes from them: someone who has only stolen the password would ask for the same.",
      email: "They get an email. They can set up another second factor on their own page at any time.",
      button: "Remove",
      done: "Second factor removed. The user gets an email.",
      own: "You can’t remove your own second factor here. Turn it off on your own page, with a code, or ask another Admin.",
    },
  },

  forgotPassword: {
    title: "Forgot password?",
    intro: "We’ll email you a link to choose a new password.",
    button: "Send reset link",
    sentTitle: "Check your email",
    sent: plural({
      one: "If an active user has this address, a link is on its way. It works once, for 1 minute.",
      other: "If an active user has this address, a link is on its way. It works once, for {count} minutes.",
    }),
    nothingArrived:
      "Nothing arrived? Check your spam folder, check the address and ask again, or ask an Admin of your organization to set a password for you.",
    askAgain: "Ask again",
  },

  /** The pages to choose a new password: with a reset link, or because an Admin asked for one. */
  newPassword: {
    title: "Choose a new password",
    asked: "An Admin set your current password. Choose one that only you know to continue.",
    button: "Save password",
    codeHint: "Your second factor: the 6-digit code from your authenticator app, or a recovery code",
    same: "This is your current password. Choose another one.",
    saved: "Your new password is saved.",
    savedLogIn: "Your new password is saved. Log in with it.",
    invalidLink:
      "It was already used, is older than 30 minutes, or your password or email was changed since. Ask for a new link with “Forgot password?” on the log-in page.",
  },

  confirmation: {
    title: "Confirm it’s you",
    intro: "For security, enter your password again. Your changes are kept.",
    ownPassword: "Your password",
    button: "Confirm",
    wrong: "This is not your password. Enter the one that you log in with.",
    busy: "Roster is busy. Wait a moment, then try again.",
    ended: "Your session ended in the meantime. Log in again.",
  },

  /** Wrong passwords and codes are limited. */
  tooMany: {
    passwords: plural({
      one: "Too many wrong passwords. Try again in 1 minute, or use “Forgot password?” to choose a new one.",
      other: "Too many wrong passwords. Try again in {count} minutes, or use “Forgot password?” to choose a new one.",
    }),
    codes: plural({
      one: "Too many wrong codes. Try again in 1 minute, or use a recovery code.",
      other: "Too many wrong codes. Try again in {count} minutes, or use a recovery code.",
    }),
    recoveryCodes: plural({
      one: "Too many wrong recovery codes. Try again in 1 minute.",
      other: "Too many wrong recovery codes. Try again in {count} minutes.",
    }),
    invitations: plural({
      one: "This user already got many invitation links. All of them work. You can make another one in 1 minute.",
      other:
        "This user already got many invitation links. All of them work. You can make another one in {count} minutes.",
    }),
  },

  setup: {
    title: "Set up Roster",
    intro: "Name your organization and create the first Admin account.",
    button: "Set up",
    done: "Roster is set up, and you are logged in.",
    notYet: "Roster is not set up yet.",
    whereLink:
      "Open the setup link that Roster printed when it started: it is in the terminal or log of the server, and works for 30 minutes.",
    otherwise: "Expired? Restart Roster for a new link, or create an Admin with `npm run roster -- create-admin`.",
    invalidLink:
      "This setup link has expired or was already used. Already set up? Log in. If not, restart Roster for a new link.",
  },

  /** The card above Managers, and how to make the settings of the server. */
  firstSteps: {
    title: "First steps",
    hide: "Hide",
    hidden: "First steps are hidden.",
    done: "Done",
    doneStep: (name: string) => `${name} (done)`,
    createUser: "Create a user",
    secondFactor: "Set up a second factor",
    howTo:
      "Only the person who runs Roster can change these settings. They are lines in the file `.env` in Roster’s folder, or environment variables. Restart Roster after a change.",
    example: (name: string) => `Example: ${name}`,
    mail: {
      name: "Connect a mail server",
      about:
        "Roster sends invitations and links for new passwords. Without a mail server, each email is only a file on the server.",
    },
    publicAddress: {
      name: "Set the public address",
      about: "Links in emails begin with it. With https, cookies are only sent over encrypted connections.",
    },
    backups: {
      name: "Turn on backups",
      about: "Roster then copies its data to this folder every day. Choose a folder on another disk.",
    },
  },

  /** The page Managers, and rules for users that several pages share. */
  users: {
    reviews: {
      "never-logged-in": "Never logged in",
      "idle-90-days": "Not logged in for 90 days",
      "no-second-factor": "No second factor",
    },
    title: "Managers",
    count: plural({ one: "1 user", other: "{count} users" }),
    countOver: (count: number) => `more than ${number(count)} users`,
    create: "Create user",
    search: "Search",
    filters: "Filters",
    quickLinks: "Quick links",
    searchExample: "Name or email",
    noMatch: "No user matches “{search}”.",
    noMatchInFilters: "No user matches “{search}” with these filters.",
    noMatchOfFilters: "No user matches these filters.",
    showAll: "Show all users",
    emptyPage: "No users on this page.",
    caption: "Users of the organization",
    rangeOver: (from: number, to: number, count: number) =>
      `${number(from)}–${number(to)} of more than ${number(count)}`,
    select: (name: string) => `Select ${name}`,
    selected: (count: number, others: number) =>
      others === 0
        ? `${number(count)} selected`
        : `${number(count)} selected, ${number(others)} of them on other pages`,
    andMore: (count: number) => `and ${number(count)} more`,
    clearSelection: "Clear selection",
    all: (count: number) => `All ${number(count)} that match`,
    allOver: (count: number) => `All that match (more than ${number(count)})`,
    withSelected: "With the selected",
    chooseOne: "Choose…",
    acts: {
      deactivate: "Deactivate",
      activate: "Activate",
      "role-admin": "Change role to Admin",
      "role-manager": "Change role to Manager",
      "role-member": "Change role to Member",
      "resend-invitation": "Resend invitation",
      "log-out": "Log out everywhere",
      undo: "Undo",
    },
    exportSelected: "Export",
    continue: "Continue",
    selectSomeone: "Select at least one person",
    tooManySelected: (max: number) =>
      `Select at most ${number(max)} people by hand. For more, use a search and tick the box for all that match`,
    searchChanged: "The search was changed after you selected all that match. Check the list and tick the box again",
    chooseAct: "Choose what to do with the selected",
    tooManyMatch: (max: number) =>
      `More than ${number(max)} people match. Narrow the search, and do it in several steps`,
    lastAdmin: "This is the only active Admin of the organization. Make someone else an Admin first.",
    erased: "This user’s personal data was erased. Nothing about them can change anymore.",
  },

  createUser: {
    title: "Create user",
    whatRolesCan: "What each role can do",
    button: "Create user",
    created: "User created.",
    access: "First log-in",
    chooseAccess: "Choose how the user gets a password",
    accesses: {
      mail: "Send an invitation",
      link: "Show an invitation link to copy",
      password: "Set a password",
      generate: "Generate a password",
    },
    accessHints: {
      mail: "They get an email with a link to choose their own password. It works for 7 days.",
      link: "You get a link, shown once, to give them. It works for 7 days.",
      password: "You type a password and give it to them.",
      generate: "You get random words, shown once, to give them. They must choose a new password at the next log-in.",
    },
    generated: {
      title: "New password",
      heading: "The password of {name}",
      copy: "{now|Copy it now: you won’t be able to see it again.} Give it only to {name}, who must choose a new one at the next log-in.",
      note: (email: string) => `They log in with ${email}.`,
    },
  },

  /** Someone who was invited chooses a password with a link. */
  invitations: {
    notInvited: "This user already has a password. For a new one, use “Forgot password?” on the log-in page.",
    inactive: "This user is inactive. Activate them first, then send the invitation.",
    title: "Invitation",
    /** As a status; `day` is like "5 Dec". */
    until: (day: string) => `Invited, until ${day}`,
    expired: "Invitation expired",
    filter: "Invited",
    created: (email: string) => `User created. The invitation is on its way to ${email}.`,
    sent: (email: string) => `The invitation is on its way to ${email}. Earlier links still work.`,
    noPassword: "No password yet: this user was invited and has not chosen one.",
    moreLinks: "You can make another link. Earlier ones still work until one of them is used.",
    allEnded: "All invitation links have expired. Send the invitation again, or copy a new link.",
    resend: "Resend invitation",
    copyLink: "Copy invitation link",
    link: {
      title: "Invitation link",
      heading: "Invitation link for {name}",
      copy: "{now|Copy it now: you won’t be able to see it again.} Give it only to {name}: anyone who opens it can choose the password.",
      until: (day: string) => `The link works once, until ${day}.`,
    },
    accept: {
      title: "Choose your password",
      intro: "You are invited to {organization}. Choose a password to log in with {email}.",
      done: "Your password is saved. Log in with it.",
    },
    invalidLink:
      "It was already used, is older than 7 days, or was withdrawn. Have you chosen a password? Then log in. If not, use “Forgot password?” on the log-in page with the address that was invited, or ask an Admin to send the invitation again.",
  },

  /** A user's profile, for Admins. Parts of it are on everyone's own page too. */
  userProfile: {
    profile: "Profile",
    personalInformation: "Personal Information",
    rolesAndPermissions: "Roles and Permissions",
    password: "Password",
    apiKeys: "API keys",
    extraSettings: "Extra Settings",
    secondFactor: "Second factor",
    sessions: "Sessions",
    history: "History",
    you: "You",
    editPersonalInformation: "Edit{about| Personal Information}",
    editRole: "Edit{about| Roles and Permissions}",
    editPassword: "Edit{about| Password}",
    created: "Created",
    apiId: "API ID",
    newPasswordAsked: "This user must choose a new password at the next log-in.",
    passwordSet: "A password is set. No one can read it, but an Admin can set a new one.",
    active: "This user is active.",
    canLogIn: "This user is active and can log in.",
    inactive: "This user is inactive and can’t log in. Nothing was deleted.",
    erased: "Erased",
    erasedOn: "Their personal data was erased on {when}. This can’t be undone.",
    knownBrowsers: "Wrong tries from browsers that this user has logged in from before are counted separately.",
    allHistory: "Show all{about| history}",
    onThisPage: "On this page",
    lastLogin: "Last login {when}",
    neverLoggedIn: "Has never logged in",
  },

  /** What a role allows. */
  permissions: {
    caption: (role: string) => `Permissions of the role ${role}`,
    feature: "Feature",
    permissions: "Permissions",
    change: "Change",
    features: { organization: "Organization", users: "Users", apps: "Apps", partners: "Partners" },
    actions: { edit: "edit", view: "view" },
    none: "none",
    gains: { edit: "gains edit", view: "gains view" },
    loses: { edit: "loses edit", view: "loses view" },
    /** "edit, view" */
    several: (permissions: string[]) => permissions.join(", "),
    noChange: "no change",
  },

  personalInformation: { title: "Edit personal information", saved: "Personal information saved." },

  role: {
    title: "Edit role",
    current: "Current",
    choose: "Choose a role",
    own: "You can’t remove your own Admin role. Ask another Admin to do it.",
    saved: (role: string) => `Role saved: ${role}.`,
  },

  /** An Admin sets someone's password. */
  setPassword: {
    title: "Set a new password",
    intro: "Saving ends all sessions of {name} and notifies them by email.",
    askAgain: "Ask for a new password at the next log-in",
    other: "another password (not shown)",
    saved: "Password saved. All other sessions of this user were ended.",
  },

  /** An Admin takes back a change of history. */
  undo: {
    title: "Undo a change",
    question: "Undo this change?",
    about: "{what} – {whom}, {when}",
    link: "Undo{about| this change}",
    button: "Undo",
    undoes: "undoes the change of {when}",
    notPossible:
      "This can’t be undone: someone has changed it again, it was made more than 7 days ago, or there was no earlier value.",
    done: "The change was undone.",
  },

  /** An Admin erases someone's personal data. */
  erase: {
    title: "Erase personal data",
    download: "Download personal data",
    downloadSetting: "Everything that Roster knows about this user, as a JSON file.",
    downloadOwn: "Everything that Roster knows about you, as a JSON file.",
    setting: "Their name, email and photo can be erased for good. History stays.",
    user: "Erase the personal data of {name}?",
    button: "Erase personal data",
    becomes: (person: { name: string; email: string }) =>
      `They become “${person.name}” (${person.email}), and can never be activated again.`,
    gone: "Their name, email, photo, second factor, API keys and known browsers are deleted, and so are emails that were not sent yet.",
    history:
      "History keeps what happened, when, and by which ID. Names, emails, network addresses and browsers are removed from it.",
    emailFree: "Their email can be used again.",
    backups: "Backups and emails that were already sent are not changed.",
    undone: "This can’t be undone. Download their personal data first if you need it.",
    emailHint: (email: string) => `Enter ${email} to make sure that it is the right person.`,
    wrongEmail: "This is not the email of this user",
    enterPassword: "Enter your password",
    activeFirst: "This user is active. Deactivate them first.",
    done: "Personal data erased.",
  },

  status: {
    title: "Change status",
    choose: "Choose whether the user is active",
    own: "You can’t deactivate yourself. Ask another Admin to do it.",
    deactivate: "Deactivate",
    deactivateUser: "Deactivate {name}?",
    noLogIn: "They can no longer log in or reset their password.",
    noSessions: "They have no open sessions.",
    sessions: plural({
      one: "Their open session ends immediately.",
      other: "Their {count} open sessions end immediately.",
    }),
    noKeys: "They have no API keys.",
    keysStop: plural({ one: "Their API key stops working.", other: "Their {count} API keys stop working." }),
    keysStayPaused: plural({
      one: "Their API key is paused and stays paused.",
      other: "Their {count} API keys are paused and stay paused.",
    }),
    noInvitation: "They can no longer log in, and their invitation links stop working.",
    nothingDeleted: "Nothing is deleted. You can activate them again at any time.",
    /** With API keys, by what these need to work again. */
    keysReturn: {
      nothing: "Nothing is deleted. You can activate them again at any time, and their API keys will work again.",
      pro: "Nothing is deleted. You can activate them again at any time. Their API keys will work again once the organization is on Pro.",
      newPassword:
        "Nothing is deleted. You can activate them again at any time. Their API keys will work again once they have chosen a new password.",
      proAndNewPassword:
        "Nothing is deleted. You can activate them again at any time. Their API keys will work again once the organization is on Pro and they have chosen a new password.",
    },
    activate: "Activate",
    activateUser: "Activate {name}?",
    logIn: "They can log in again with the password they had.",
    inviteAgain: "They have no password yet. Send the invitation again afterwards.",
    keysWork: {
      nothing: plural({ one: "Their API key works again.", other: "Their {count} API keys work again." }),
      pro: plural({
        one: "Their API key works again once the organization is on Pro.",
        other: "Their {count} API keys work again once the organization is on Pro.",
      }),
      newPassword: plural({
        one: "Their API key works again once they have chosen a new password.",
        other: "Their {count} API keys work again once they have chosen a new password.",
      }),
      proAndNewPassword: plural({
        one: "Their API key works again once the organization is on Pro and they have chosen a new password.",
        other: "Their {count} API keys work again once the organization is on Pro and they have chosen a new password.",
      }),
    },
    activated: "This user is active again and can log in.",
    activatedInvited: "This user is active again. Send the invitation again, so that they can choose a password.",
    deactivated: "This user is inactive and can no longer log in.",
  },

  /** The last day on which someone is active. */
  endDate: {
    title: "Deactivate on a day",
    link: "Deactivate on",
    consequence:
      "They can log in until the end of that day. Then Roster deactivates them, just as if you did it yourself.",
    emails: "They and the Admins get an email 7 days before, or right away if the day is sooner.",
    lastAdmin: "The last active Admin is not deactivated: the date is removed instead, and the Admin gets an email.",
    hint: (zone: string) => `To the end of that day, ${zone}. Leave it empty for no end date. Example: 2026-12-05`,
    until: ({ day, zone }: { day: string; zone: string }) => `Until the end of ${day}, ${zone}`,
    isActiveUntil: ({ day, zone }: { day: string; zone: string }) =>
      `This user is deactivated at the end of ${day}, ${zone}.`,
    areActiveUntil: ({ day, zone }: { day: string; zone: string }) =>
      `Your account is deactivated at the end of ${day}, ${zone}.`,
    none: "This user has no end date.",
    shortUntil: (day: string) => `until ${day}`,
    saved: ({ day, zone }: { day: string; zone: string }) =>
      `Saved: this user is deactivated at the end of ${day}, ${zone}.`,
    remove: "Remove date",
    removed: "This user has no end date now.",
    form: "Enter a day like 2026-12-05",
    past: "This day is over. Choose today or a later day",
    tooLate: (years: number) => `This day is too far ahead. Choose one within ${number(years)} years`,
    own: "You can’t change your own end date. Ask another Admin to do it.",
    inactive: "This user is inactive. Activate them first, then choose a day.",
    leavingSoon: "Leaving soon",
  },

  photo: {
    of: (name: string) => `Photo of ${name}`,
    change: "Change photo",
    hint: "JPEG, PNG, WebP, GIF or AVIF, up to 5 MB",
    save: "Save photo",
    remove: "Remove photo",
    missing: "Choose a photo first",
    unreadable:
      "Roster can’t read this file as a photo. Choose a JPEG or WebP image of at most 50 megapixels, or a PNG, GIF or AVIF image of at most 16.",
    saved: "Photo saved.",
    removed: "Photo removed.",
  },

  /** What is locked of a log-in, for Admins and for the person. */
  lockout: {
    locked: "Locked",
    passwords: plural({
      one: "Locked after too many wrong passwords. Can try again in 1 minute.",
      other: "Locked after too many wrong passwords. Can try again in {count} minutes.",
    }),
    passwordsOver:
      "Locked after too many wrong passwords. Can try again now, but another wrong one locks it for longer.",
    codes: plural({
      one: "Locked after too many wrong codes. Can try again in 1 minute.",
      other: "Locked after too many wrong codes. Can try again in {count} minutes.",
    }),
    codesOver: "Locked after too many wrong codes. Can try again now, but another wrong one locks it for longer.",
  },

  unlock: {
    title: "Unlock",
    user: "Unlock {name}?",
    triesAgain: "Unlocking lets them try again right away. So can anyone guessing: they get five more tries.",
    notLocked: "This user is not locked.",
    unchanged: "Open sessions and the password stay as they are.",
    button: "Unlock",
    done: "Unlocked. This user can try to log in again.",
    wasNotLocked: "This user was not locked.",
  },

  /** An address that an API key has set. */
  confirmEmail: {
    title: "Confirm email",
    own: "Confirm your email?",
    ofUser: "Confirm the email of {name}?",
    unconfirmed:
      "An API key set this email, and it is unconfirmed. Links to choose a new password go to {confirmed}, the last confirmed one.",
    link: "Confirm email",
    setByKey: "An API key set this email: {email}. The last confirmed one is {confirmed}.",
    whereLinksGo:
      "Links to choose a new password will go to {email}. Anyone who reads mail there can then choose a new password.",
    onlyIfYours: "Confirm it only if you read mail there. If you don’t, tell an Admin of your organization.",
    onlyIfTheirs: "Confirm it only if you are sure that they read mail there.",
    already: "{email} is already confirmed.",
    button: "Confirm email",
    overtaken: "Someone changed this email in the meantime. Check the new one, then confirm it.",
    confirmed: (email: string) => `Email confirmed: ${email}.`,
  },

  passwords: {
    hint: (minLength: number) =>
      `At least ${number(minLength)} characters, of any kind. Four or more unrelated words are strong and easy to remember.`,
    enter: "Enter a password",
    again: "Type the password again",
    differ: "The passwords don’t match",
    unusable: "The password has characters that can’t be saved; use others",
    tooShort: (minLength: number) => `The password is too short; use at least ${number(minLength)} characters`,
    tooLong: (maxLength: number) =>
      `The password is too long; use at most ${number(maxLength)} characters, fewer if they have accents or are not Latin`,
    tooSlow: "Roster couldn’t check the strength of this password in time. Use four or more unrelated words instead.",
    weak: "This password is too easy to guess. Four or more unrelated words make a strong one.",
    weakBecause: (reason: string) =>
      `This password is too easy to guess. ${reason} Four or more unrelated words make a strong one.`,
    onlyKnown: "Without years and words from the name, the email address and the organization, too little is left.",
    /** By zxcvbn's keys. */
    weaknesses: {
      straightRow: "Rows of keys on the keyboard are easy to guess.",
      keyPattern: "Short keyboard patterns are easy to guess.",
      simpleRepeat: "Repeated characters like “aaa” are easy to guess.",
      extendedRepeat: "Repeated patterns like “abcabcabc” are easy to guess.",
      sequences: "Sequences like “abc” are easy to guess.",
      recentYears: "Recent years are easy to guess.",
      dates: "Dates are easy to guess.",
      topTen: "It is one of the ten most common passwords.",
      topHundred: "It is one of the hundred most common passwords.",
      common: "It is a common password.",
      similarToCommon: "It is similar to a common password.",
      wordByItself: "Single words are easy to guess.",
      namesByThemselves: "Single names are easy to guess.",
      commonNames: "Common names are easy to guess.",
      userInputs: "Words from the name, the email address and the organization are easy to guess.",
      pwned: "It was exposed in a data breach.",
    },
  },

  /** The section of API keys, on your own page and on a user's profile, and the pages of one key. */
  apiKeys: {
    proFeature: "API keys are a Pro feature. Programs use them to act over the API as their owner.",
    askOperator: "Ask the person who runs Roster to change the plan.",
    writeToSupport: "Write to {email} to change the plan.",
    none: "No API keys. A program with a key can do what {name} can, and no more.",
    noneOwn:
      "No API keys. A program with a key can do what you can, and no more. Ask an Admin of your organization for one.",
    noneInvited: "No API keys. You can generate one once this user has accepted the invitation.",
    /** By what the keys need to work. */
    paused: {
      active: "Keys of this user are paused. They work once this user is active.",
      newPassword: "Keys of this user are paused. They work once this user has chosen a new password.",
      activeAndNewPassword:
        "Keys of this user are paused. They work once this user is active and has chosen a new password.",
    },
    defaultName: (count: number) => `Key ${count}`,
    generate: "Generate new key",
    hint: "A key can never do more than its owner. {docs|How to use the API}",
    expires: "Expires",
    lifetime: (days: number | null) => {
      if (days === null) return "never";
      return days === 365 ? "in a year" : plural({ one: "in 1 day", other: "in {count} days" })(days);
    },
    rotated: "replaced",
    created: "created {when}",
    lastUsedFrom: "from {address}",
    revokedAt: "Revoked {when}",
    expiredAt: "Expired {when}",
    generateTitle: "Generate an API key",
    chooseScope: "Choose the scope",
    chooseLifetime: "Choose when the key expires",
    nameTaken: "Another key of this user has this name. Use another one.",
    alreadyGenerated: "This form has already made a key. It was shown once and can’t be shown again.",
    notPro: "API keys are a Pro feature, and this organization is on the free plan.",
    newKey: {
      title: "New API key",
      heading: "Your new key “{name}”",
      copy: "{now|Copy it now: you won’t be able to see it again.} Anyone who has it can do what {name} can over the API.",
      try: "Try it in a terminal:",
      tryLater: "Then try it in a terminal:",
    },
    rotate: {
      title: "Rotate API key",
      question: "Rotate the key “{name}”?",
      newKey: (scope: string, expires: string) =>
        `You get a new key with the same name, shown once. Scope: ${scope}. Expires: ${expires}.`,
      oldKey: "The old key, {start}, works for another 24 hours, so that programs can change over.",
      oldKeyExpires: "The old key, {start}, works until it expires ({when}), so that programs can change over.",
      email: "{name} gets an email.",
      button: "Rotate",
      refused: "This key has expired, was revoked or was already rotated. Generate a new one.",
    },
    revoke: {
      title: "Revoke API key",
      question: "Revoke the key “{name}”?",
      consequence: "Programs that use the key {start} lose access immediately.",
      final: "This can’t be undone, but you can generate a new key.",
      finalOwn: "This can’t be undone, but an Admin of your organization can generate a new key.",
      button: "Revoke",
      done: "Key revoked.",
    },
    expiring: "The API key “{name}” expires on {when}. Programs that use it then lose access.",
  },

  /** The page API keys: every key of the organization. */
  allKeys: {
    title: "API keys",
    caption: "API keys of the organization",
    paused: "All of these keys are paused, because this organization is on the free plan.",
    filter: "Filter",
    filters: {
      all: "All",
      "never-used": "Never used",
      "unused-90-days": "Unused for 90 days",
      "expires-7-days": "Expires within 7 days",
      "owner-inactive": "Owner inactive",
    },
    owner: "Owner",
    created: "Created",
    select: (key: string, owner: string) => `Select ${key} of ${owner}`,
    revokeSelected: "Revoke selected",
    none: "No API keys yet. Generate one on a user’s profile.",
    noMatch: "No API key matches this filter.",
    showAll: "Show all API keys",
    emptyPage: "No API keys on this page.",
    revoke: {
      title: "Revoke API keys",
      question: plural({ one: "Revoke this API key?", other: "Revoke these {count} API keys?" }),
      key: "“{name}” ({start}) of {owner}",
      consequence: "Programs that use these keys lose access immediately. This can’t be undone.",
      leftOutHeading: "Left out",
      wasRevoked: "“{name}” ({start}) of {owner} was already revoked.",
      hasExpired: "“{name}” ({start}) of {owner} has expired.",
      nothing: "No API key to revoke. Go back and select at least one.",
      button: "Revoke",
      done: plural({ one: "1 API key revoked.", other: "{count} API keys revoked." }),
      leftOut: plural({
        one: "1 more was left out, because it had expired or was already revoked.",
        other: "{count} more were left out, because they had expired or were already revoked.",
      }),
      noneLeft: "None of these keys works anymore, so nothing was changed.",
    },
  },

  organization: {
    title: "Organization",
    timeZoneAndLanguage: "Time zone and language",
    secondFactorHint:
      "With a second factor, logging in also needs a code from an app. Anyone who needs a second factor must set it up before doing anything else.",
    chooseRule: "Choose who needs a second factor",
    onlyRolesChooseRule: (names: string) => `Only ${names} of your organization can choose who needs a second factor.`,
    nameTaken: "Another organization here has this name. Use another one.",
    allIncluded: "All features included, with API keys.",
    askOperator: "API keys come with Pro. Ask the person who runs Roster to change the plan.",
    writeToSupport: "API keys come with Pro. Write to {email} to change the plan.",
    languageHint: "For pages and emails of everyone who hasn’t chosen a language.",
    automaticLanguage: "Same as the browser",
    timeZoneHint: "For times on pages, for the days in Activity, and for the last day of users with an end date.",
    saved: "Organization saved.",
  },

  profile: {
    yours: "Your page",
    managed: "Your email address, role and status are managed by the Admins of your organization.",
    allManaged: "All of this is managed by the Admins of your organization. Ask one of them to change it.",
    onlyAdminsEdit:
      "Your name and photo are managed by the Admins of your organization. Ask one of them to change them.",
    guessing:
      "If this wasn’t you, someone is guessing your password. Wrong tries from browsers that you have logged in from before are counted separately.",
    passwordKnown: "If this wasn’t you, someone knows your password: choose a new one.",
    newPassword: "To choose a new password, log out and use “Forgot password?” on the log-in page.",
  },

  /** The section of open sessions, on your own page and on a user's profile. */
  sessions: {
    browser: "Browser",
    address: "Address",
    firstSeen: "logged in {when}",
    lastSeen: "Last seen",
    current: "this session",
    unknownAddress: "Unknown",
    end: "End",
    ended: "Session ended.",
    endOthers: "End all others",
    endedOthers: "All other sessions ended.",
    endAll: "End all sessions",
    endedAll: "All sessions of this user ended.",
    applications: "Applications",
    application: "Application",
    since: "Logged in",
    accessEnded: (application: string) => `Logged out of ${application}.`,
    none: "No open sessions: {name} is not logged in anywhere.",
    moreOwn: (shown: number, total: number) =>
      `These are the ${number(shown)} most recent of ${number(total)} sessions. “End all others” ends the older ones too.`,
    more: (shown: number, total: number) =>
      `These are the ${number(shown)} most recent of ${number(total)} sessions. “End all sessions” ends the older ones too.`,
  },

  /** What a browser is called in sessions and in history. */
  browsers: {
    unknown: "Unknown browser",
    on: (browser: string, system: string) => `${browser} on ${system}`,
  },

  /** History: what was done. */
  actions: {
    "organization.created": "Organization created",
    "organization.renamed": "Organization renamed",
    "plan.updated": "Plan changed",
    "user.created": "User created",
    "user.invited": "Invited",
    "invitation.resent": "Invitation sent again",
    "invitation.shown": "Invitation link created",
    "invitation.accepted": "Invitation accepted",
    "invitation.withdrawn": "Invitation withdrawn",
    "user.logged-in": "Logged in",
    "account.locked": "Locked after too many wrong passwords",
    "account.unlocked": "Unlocked",
    "user.confirmed": "Password entered again",
    "user.logged-out": "Logged out",
    "session.ended": "Sessions ended",
    "log-in.refused": "Log-ins refused",
    "access.refused": "Access refused",
    "personal-information.updated": "Personal information changed",
    "email.confirmed": "Email confirmed",
    "role.updated": "Role changed",
    "password.updated": "Password set",
    "password.chosen": "New password chosen",
    "password.reset": "Password reset by link",
    "reset-link.requested": "Reset link sent",
    "reset-link.printed": "Reset link printed",
    "photo.updated": "Photo changed",
    "application.added": "Application added",
    "application.updated": "Application changed",
    "application.secret-rotated": "Client secret rotated",
    "application.key-generated": "API key of an application generated",
    "application.key-revoked": "API key of an application revoked",
    "application.deactivated": "Application deactivated",
    "application.activated": "Application activated",
    "application.logged-in": "Logged in to an application",
    "application.access-ended": "Logged out of an application",
    "application.log-out-failed": "Application not notified of a log-out",
    "photo.removed": "Photo removed",
    "status.updated": "Status changed",
    "user.erased": "Personal data erased",
    "end-date.updated": "End date changed",
    "api-key.generated": "API key generated",
    "api-key.rotated": "API key rotated",
    "api-key.revoked": "API key revoked",
    "history.purged": "Old history removed",
    "backup.restored": "Backup restored",
    "installation.moved": "Moved to another database",
    "second-factor.enabled": "Second factor set up",
    "second-factor.disabled": "Second factor turned off",
    "second-factor.removed": "Second factor removed",
    "second-factor.codes-renewed": "New recovery codes made",
    "second-factor.code-used": "Recovery code used",
    "second-factor.refused": "Wrong code for the second factor",
    "mail.failed": "Email not sent",
    "mail.requeued": "Email queued to resend",
    "language.updated": "Language changed",
    "organization-language.updated": "Organization’s language changed",
    "time-zone.updated": "Time zone changed",
    "second-factor-rule.updated": "Second-factor requirement changed",
    "group.started": "Many users changed",
    "first-steps.hidden": "First steps hidden",
  },

  /** History: how each change is shown. Labels of forms come first. */
  history: {
    labels: {
      application: "Application",
      redirectAddresses: "Redirect addresses",
      roles: "Who may use it",
      logOutAddress: "Address after log-out",
      backChannelAddress: "Back-channel log-out address",
      confirmedEmail: "Confirmed email",
      sessions: "Open sessions",
      page: "Page",
      tries: "Tries",
      rows: "Rows",
      copyUpTo: "Contains data up to",
      act: "What",
      database: "Database",
      reason: "Reason",
      mail: "Email",
      failure: "Reason",
    },
    endReasons: {
      password: "new password",
      deactivation: "user deactivated",
      "second-factor": "second factor set up",
      "log-in": "another log-in in the same browser",
      idle: "not used for too long",
      age: "open for the longest time allowed",
    },
    mailFailures: {
      refused: "The mail server refused the address",
      "given-up": "It could not be sent for three days",
      expired: "The link in it had expired",
      unreadable: "The SESSION_SECRET that encrypted it is gone",
      restored: "It was waiting in a backup, and may have been sent since",
    },
    /** After `by`, if it is no user; `whoActed` is at the start of a sentence. */
    actors: { operator: "the operator", system: "Roster", visitor: "someone not logged in" },
    whoActed: { operator: "The operator", system: "Roster", visitor: "Someone not logged in" },
    /** One sentence for each action. {before} and {after} are the values of its only field. */
    sentences: {
      "group.started": "{who} ran “{after}” for {whom}",
      "organization.created": "{who} created the organization",
      "organization.renamed": "{who} renamed the organization from {before} to {after}",
      "plan.updated": "{who} changed the plan from {before} to {after}",
      "user.created": "{who} created {whom}",
      "user.invited": "{who} invited {whom}",
      "invitation.resent": "{who} sent the invitation to {whom} again",
      "invitation.shown": "{who} created an invitation link for {whom}",
      "invitation.accepted": "{whom} accepted the invitation",
      "invitation.withdrawn": "{who} withdrew the invitation to {whom}",
      "user.erased": "{who} erased the personal data of {whom}",
      "user.logged-in": "{whom} logged in",
      "account.locked": "{whom} was locked after too many wrong passwords",
      "account.unlocked": "{who} unlocked {whom}",
      "user.confirmed": "{whom} entered their password again",
      "user.logged-out": "{whom} logged out",
      "session.ended": "{who} ended sessions of {whom}",
      "log-in.refused": "Log-ins were refused",
      "access.refused": "{who} was refused access",
      "personal-information.updated": "{who} changed {whom}’s personal information",
      "email.confirmed": "{who} confirmed {whom}’s email",
      "role.updated": "{who} changed {whom}’s role from {before} to {after}",
      "password.updated": "{who} set a new password for {whom}",
      "password.chosen": "{whom} chose a new password",
      "password.reset": "{whom}’s password was reset by link",
      "reset-link.requested": "A reset link was sent to {whom}",
      "reset-link.printed": "{who} printed a reset link for {whom}",
      "application.added": "{who} added an application",
      "application.updated": "{who} changed an application",
      "application.secret-rotated": "{who} rotated the client secret of an application",
      "application.key-generated": "{who} generated an API key for an application",
      "application.key-revoked": "{who} revoked the API key of an application",
      "application.deactivated": "{who} deactivated an application",
      "application.activated": "{who} activated an application",
      "application.logged-in": "{whom} logged in to an application",
      "application.access-ended": "{who} logged {whom} out of an application",
      "application.log-out-failed": "Roster could not notify an application that {whom} was logged out",
      "photo.updated": "{who} changed {whom}’s photo",
      "photo.removed": "{who} removed {whom}’s photo",
      "status.updated": "{who} changed {whom}’s status from {before} to {after}",
      "end-date.updated": "{who} changed {whom}’s end date",
      "api-key.generated": "{who} generated an API key for {whom}",
      "api-key.rotated": "{who} rotated an API key of {whom}",
      "api-key.revoked": "{who} revoked an API key of {whom}",
      "history.purged": "{who} removed old history",
      "backup.restored": "{who} restored a backup",
      "installation.moved": "{who} moved Roster to another database",
      "second-factor.enabled": "{whom} set up a second factor",
      "second-factor.disabled": "{whom} turned off their second factor",
      "second-factor.removed": "{who} removed {whom}’s second factor",
      "second-factor.codes-renewed": "{whom} made new recovery codes",
      "second-factor.code-used": "One of {whom}’s recovery codes was used",
      "second-factor.refused": "A wrong code was entered for {whom}’s second factor",
      "mail.failed": "An email to {whom} was not sent",
      "mail.requeued": "{who} queued an email to {whom} to be sent again",
      "language.updated": "{whom} changed their language",
      "organization-language.updated": "{who} changed the organization’s language",
      "time-zone.updated": "{who} changed the time zone from {before} to {after}",
      "second-factor-rule.updated": "{who} changed the second-factor requirement from {before} to {after}",
      "first-steps.hidden": "{who} hid the first steps",
    },
    /** For some, what people did to themselves. */
    ownSentences: {
      "session.ended": "{who} ended their own sessions",
      "application.access-ended": "{who} logged themselves out of an application",
      "personal-information.updated": "{who} changed their own personal information",
      "email.confirmed": "{who} confirmed their own email",
      "photo.updated": "{who} changed their own photo",
      "photo.removed": "{who} removed their own photo",
      "api-key.generated": "{who} generated an API key",
      "api-key.rotated": "{who} rotated their own API key",
      "api-key.revoked": "{who} revoked their own API key",
    },
    /** Where a sentence has no value for its marks, by what is known. */
    otherwise: { who: "{who}: {what}", whom: "{who}: {what} ({whom})" },
    changed: "{field}: {before} {became|became} {after}",
    set: "{field}: {after}",
    removed: "{field}: {before}",
    by: "by {name}",
    withKey: "with the key “{key}”",
    from: "from {place}",
    nothing: "Nothing has happened yet.",
    erased: "erased",
    people: plural({ one: "1 person", other: "{count} people" }),
  },

  activity: {
    title: "Activity",
    exportJsonLines: "Export as JSON lines",
    actor: "By",
    user: "User",
    anyone: "Anyone",
    key: "API key",
    anyKey: "Any",
    action: "Action",
    from: (zone: string) => `From (${zone})`,
    to: (zone: string) => `To (${zone})`,
    chooseAction: "Choose an action from the list",
    momentHint: "Use a day such as 2026-03-04 or a moment such as 2026-03-04T08:05:00Z",
    reversed: "The range ends before it begins. Use a later day or moment",
    only: "Only the history of {name}.",
    showAll: "Show everyone’s",
    refused: "Refused log-ins that are still being counted",
    refusedFrom: (count: number, network: string) =>
      plural({ one: `1 refused log-in from ${network}`, other: `{count} refused log-ins from ${network}` })(count),
    since: "since {when}",
    moreNetworks: plural({ one: "and from 1 more network", other: "and from {count} more networks" }),
    nothingFound: "Nothing in history matches these filters.",
    showEverything: "Show everything",
    newest: "Newest",
    newer: "Newer",
    older: "Older",
  },

  /** Your own language. */
  language: {
    title: "Language",
    hint: "For pages and emails to you.",
    automatic: "Same as the organization",
    button: "Save language",
    saved: "Language saved.",
  },

  /** To the recipient, in their language. */
  mails: {
    hello: (firstName: string) => `Hello ${firstName},`,
    tellAdmin: "If you did not expect this, tell an Admin of your organization.",
    chooseAnother: (link: string) =>
      `If you did not expect this, choose another password at ${link} and tell an Admin of your organization.`,
    resetLink: {
      subject: "Choose a new password for Roster",
      asked: plural({
        one: "Someone (probably you) asked to reset your password. Open this link within 1 minute to choose a new one:",
        other:
          "Someone (probably you) asked to reset your password. Open this link within {count} minutes to choose a new one:",
      }),
      ignore: "If it wasn’t you, ignore this email: your password stays the same.",
    },
    invitation: {
      subject: (organization: string) => `You are invited to ${organization}`,
      invitedBy: ({ inviter, organization }: { inviter: string; organization: string }) =>
        `${inviter} invited you to join ${organization} on Roster.`,
      invited: (organization: string) => `You are invited to join ${organization} on Roster.`,
      open: plural({
        one: "Open this link within 1 day to choose your password:",
        other: "Open this link within {count} days to choose your password:",
      }),
      logIn: ({ email, link }: { email: string; link: string }) => `Then log in with ${email} at ${link}`,
      ignore: "If you don’t want to join, ignore this email.",
    },
    passwordChanged: {
      subject: "Your Roster password was changed",
      byAdmin: "An Admin of your organization set a new password for you. You were logged out everywhere.",
      byYou: "You chose a new password. You were logged out everywhere else.",
    },
    endDate: {
      subject: (day: string) => `Your Roster account ends on ${day}`,
      ends: ({ day, zone }: { day: string; zone: string }) =>
        `Your Roster account is deactivated at the end of ${day} (${zone}). After that you can’t log in, and your API keys stop working.`,
      wrong: "If this is too soon, ask an Admin of your organization to change the date.",
      toAdmins: {
        subject: plural({ one: "A user leaves soon", other: "{count} users leave soon" }),
        leaving: (zone: string) => `They are deactivated at the end of these days (${zone}):`,
        person: ({ name, email, day }: { name: string; email: string; day: string }) => `${day}: ${name} (${email})`,
        change: (link: string) => `To change a date, open the user at ${link}`,
      },
      lastAdmin: {
        subject: "You were not deactivated: you are the last active Admin",
        kept: ({ day, zone }: { day: string; zone: string }) =>
          `Your Roster account was to be deactivated at the end of ${day} (${zone}). You are the only active Admin of your organization, so this did not happen, and the date was removed.`,
        next: (link: string) =>
          `If you are leaving, make someone else an Admin at ${link} and ask them to deactivate you.`,
      },
    },
    emailChanged: {
      subject: "Your Roster email address was changed",
      changed: ({ before, after }: { before: string; after: string }) =>
        `The email address that you log in to Roster with was changed from ${before} to ${after}.`,
      noLongerUsed: "This address is no longer used.",
      stillUsed: (link: string) =>
        `An API key changed it, so it is unconfirmed. Until you or an Admin confirm it, links to choose a new password go to this address. Confirm it at ${link}`,
      confirm: (link: string) =>
        `An API key changed it, so it is unconfirmed. Until you or an Admin confirm it, links to choose a new password go to your last confirmed address. Confirm it at ${link}`,
      logIn: (link: string) =>
        `From now on, log in with it at ${link}. Links to choose a new password that were sent before no longer work.`,
    },
    emailConfirmed: {
      subject: "Your Roster email address was confirmed",
      confirmed: ({ email, old }: { email: string; old: string }) =>
        `The email address ${email} of your Roster account was confirmed. Links to choose a new password now go there and no longer to ${old}.`,
    },
    secondFactor: {
      enabled: {
        subject: "A second factor was set up for your Roster account",
        happened:
          "You set up a second factor: from now on, logging in needs a code from your app. You were logged out everywhere else.",
      },
      disabled: {
        subject: "The second factor of your Roster account was turned off",
        happened: "You turned off your second factor: from now on, you log in with just your password.",
      },
      removed: {
        subject: "The second factor of your Roster account was removed",
        happened:
          "Your second factor was removed: from now on, you log in with just your password. You can set up another one on your own page.",
      },
      codeUsed: {
        subject: "A recovery code of your Roster account was used",
        happened: "One of your recovery codes was used instead of a code from your app. That code can’t be used again.",
      },
    },
    keyExpires: {
      subject: "One of your API keys expires within 7 days",
      subjectToday: "One of your API keys expires today",
      expires: ({ name, start, when }: { name: string; start: string; when: string }) =>
        `Your Roster API key “${name}” (${start}) expires on ${when}. Programs that use it then lose access.`,
      renew: "If programs still need it, an Admin of your organization can rotate it on your user profile.",
      own: (link: string) => `You can see your API keys at ${link}`,
    },
    keyGenerated: {
      subject: "A new API key was created for your account",
      generated: (name: string) =>
        `A new API key “${name}” was created for your Roster account. Programs with this key can do what you can.`,
      unexpected: (link: string) =>
        `If you did not expect this, revoke it on your own page at ${link} and tell an Admin of your organization.`,
    },
  },

  /** On a user's profile: the last email to the person did not arrive. */
  mailProblem: {
    refused: {
      happened: (subject: string) => `The email “${subject}” was not sent: the mail server refused this address.`,
      advice:
        "Check the address. If it is right, ask the person who runs Roster: they can see what the mail server said.",
    },
    "given-up": {
      happened: (subject: string) => `The email “${subject}” was not sent: Roster tried for three days.`,
      advice: "Ask the person who runs Roster: they can see why, and send it again.",
    },
    expired: {
      happened: (subject: string) => `The email “${subject}” was not sent before its link expired.`,
      advice:
        "The user can ask for another one with “Forgot password?”. If that one is not sent either, tell the person who runs Roster.",
    },
    restored: {
      happened: (subject: string) =>
        `The email “${subject}” was waiting to be sent when a backup was made that was restored since. It may or may not have been sent.`,
      advice: "If it did not arrive, ask the person who runs Roster to send it again.",
    },
    unreadable: {
      happened: (subject: string) => `The email “${subject}” was not sent: the link in it can’t be read anymore.`,
      advice:
        "The user can ask for another one with “Forgot password?”. If that one is not sent either, tell the person who runs Roster.",
    },
    waiting: {
      happened: (subject: string) => `The email “${subject}” could not be sent yet. Roster will try again.`,
      advice: "If this continues, tell the person who runs Roster.",
    },
    failedAt: "Failed {when}.",
    nextTry: "Next try {when}.",
  },

  /** One act for many users. */
  groups: {
    title: "Change many users",
    ask: {
      deactivate: plural({ one: "Deactivate 1 person?", other: "Deactivate {count} people?" }),
      activate: plural({ one: "Activate 1 person?", other: "Activate {count} people?" }),
      "role-admin": plural({ one: "Make 1 person an Admin?", other: "Make {count} people Admins?" }),
      "role-manager": plural({ one: "Make 1 person a Manager?", other: "Make {count} people Managers?" }),
      "role-member": plural({ one: "Make 1 person a Member?", other: "Make {count} people Members?" }),
      "resend-invitation": plural({ one: "Send 1 invitation again?", other: "Send {count} invitations again?" }),
      "log-out": plural({ one: "Log 1 person out everywhere?", other: "Log {count} people out everywhere?" }),
      undo: plural({ one: "Undo the change for 1 person?", other: "Undo the change for {count} people?" }),
    },
    done: {
      deactivate: plural({ one: "1 person deactivated", other: "{count} people deactivated" }),
      activate: plural({ one: "1 person activated", other: "{count} people activated" }),
      "role-admin": plural({ one: "1 person is now an Admin", other: "{count} people are now Admins" }),
      "role-manager": plural({ one: "1 person is now a Manager", other: "{count} people are now Managers" }),
      "role-member": plural({ one: "1 person is now a Member", other: "{count} people are now Members" }),
      "resend-invitation": plural({ one: "1 invitation sent again", other: "{count} invitations sent again" }),
      "log-out": plural({ one: "1 person logged out everywhere", other: "{count} people logged out everywhere" }),
      undo: plural({ one: "Undone for 1 person", other: "Undone for {count} people" }),
    },
    nobody: "No one you selected can be changed this way",
    sessionsEnd: plural({ one: "1 open session ends immediately.", other: "{count} open sessions end immediately." }),
    logInAgain: "They can log in again with their password.",
    newRole: (role: string) => `From their next click, they have the permissions of the role ${role}.`,
    nobodyLoggedOut: "Nobody is logged out. Their API keys can do what they can, and no more.",
    keysStop: plural({ one: "1 API key stops working.", other: "{count} API keys stop working." }),
    keysStayPaused: plural({
      one: "1 API key is paused and stays paused.",
      other: "{count} API keys are paused and stay paused.",
    }),
    keysReturn: {
      pro: plural({
        one: "1 API key works again, unless its owner must first choose a new password.",
        other: "{count} API keys work again, except those whose owners must first choose a new password.",
      }),
      free: plural({
        one: "1 API key works again once the organization is on Pro.",
        other: "{count} API keys work again once the organization is on Pro.",
      }),
    },
    keysGoOn: "Their API keys keep working.",
    nothingDeleted: "Nothing is deleted. You can activate them again at any time.",
    undoEffect: "Each person gets back the role or status from before. This does not log anyone back in.",
    noMails: "No emails are sent.",
    invitationsSent: plural({
      one: "1 person gets an email with one more link, which works for 7 days.",
      other: "{count} people get an email each with one more link, which works for 7 days.",
    }),
    earlierLinks: "Earlier links still work until one of them is used.",
    affected: plural({ one: "1 person is affected", other: "{count} people are affected" }),
    doneFor: plural({ one: "Done for 1 person", other: "Done for {count} people" }),
    leftOut: plural({ one: "1 person is left out", other: "{count} people are left out" }),
    already: {
      deactivate: "Already inactive",
      activate: "Already active",
      "role-admin": "Already an Admin",
      "role-manager": "Already a Manager",
      "role-member": "Already a Member",
      "resend-invitation": "Already has a password",
      "log-out": "No open sessions",
      undo: "Already as before",
    },
    reasons: {
      own: "You can’t do this to yourself",
      "last-admin": "The only active Admin of the organization",
      erased: "Personal data was erased",
      inactive: "Inactive: activate them first",
      "no-sessions": "No open sessions",
      changed: "Changed by someone after you selected them",
      "no-longer": "Changed again since then",
      "too-many": "Invited again too often in the last hour",
      stopped: "You were no longer allowed to do this",
    },
    pagesLeftOut: "Pages of those who are left out",
    keptFor: "Nothing has changed yet. Roster keeps this selection for an hour.",
    running: "Changing many users",
    runningHint: "You can close this page: the work continues. The page reloads automatically.",
    toList: "Back to Managers",
    toActivity: "Show in Activity",
    ended: "Roster keeps a selection for an hour. Select the people again on Managers.",
  },
  /** The import of users from a file. */
  imports: {
    link: "Import users",
    title: "Import users",
    intro: "Create many users from a spreadsheet saved as CSV. Before anything is saved, you see what will happen.",
    file: "CSV file",
    fileHint: "At most 2 MB and 10,000 lines. Nothing is saved yet.",
    check: "Check file",
    template: "Download a template",
    columnsHeading: "The columns",
    columns: {
      email: "Required",
      first_name: "Required",
      last_name: "Required",
      role: "`admin`, `manager` or `member`; if empty, new users become Members",
      deactivate_on: "The last day, such as 2026-12-05; if empty, nothing changes",
      id: "The user’s ID, to change an email. An export has it",
    },
    otherColumns:
      "The other columns of an export (status, invited_until, created_at, last_login_at) may stay; an import does not change them. The order of the columns does not matter.",
    choose: "Choose a CSV file",
    tooLarge: "This file is larger than 2 MB. Split it into several files.",
    tooManyLines: (max: number) => `This file has more than ${number(max)} lines. Split it into several files.`,
    atLine: (line: number, fault: string) => `Line ${number(line)}: ${fault}`,
    damaged: "This file is damaged: its text can’t be read. Save it again as CSV.",
    nul: "This is not a CSV file: it contains a NUL character. Save the list as CSV (UTF-8).",
    lineTooLong: (max: number) =>
      `The line is longer than ${number(max)} characters. Check that every quote (") is closed.`,
    unknownSeparator: "Unknown separator after “sep=”. Use a comma, a semicolon or a tab.",
    openQuote: 'A quote (") is not closed. Close it, or write it twice if it belongs to the text.',
    strayQuote:
      'A quote (") is in the wrong place. Put quotes around the whole cell, and write a quote in the text twice.',
    empty: "This file is empty.",
    noLines: "This file has column names but no users.",
    unknownColumn: (name: string) => `Unknown column “${name}”. Use only the columns of the template, or of an export.`,
    doubleColumn: (name: string) => `The column “${name}” appears twice.`,
    missingColumn: (name: string) => `The column “${name}” is missing.`,
    wrongCells: "The number of cells differs from the number of columns",
    unknownRole: "Unknown role. Use admin, manager or member",
    unknownId: (id: string) => `No user of your organization has the ID ${id}`,
    sameAsLine: (line: number) => `Line ${number(line)} is about the same user`,
    newIsActive: "A new user is active. Leave the status empty, or write active",
    statusDiffers: "An import changes no status. Use Activate or Deactivate on Managers",
    notTicked: "“Also change existing users” was not ticked",
    changedSince: "Someone changed this user after the file was checked",
    createdSince: "Someone created this user after the file was checked",
    ended: "Roster keeps files for an hour, or until you check another one. Choose the file again on Import users.",
    askEncoding: "Is this file encoded in windows-1252?",
    askEncodingIntro:
      "The file is not encoded in UTF-8. Older spreadsheets in Western Europe and America save in windows-1252. These names would then look like this:",
    noTellingNames: "No name has letters that depend on the encoding.",
    useEncoding: "Use windows-1252",
    otherEncoding: "If they look wrong, save the list as “CSV UTF-8” and choose that file.",
    otherFile: "Choose another file",
    plans: {
      create: "Create",
      change: "Change",
      unchanged: "Unchanged",
      "left-out": "Left out",
      wrong: "Wrong",
    },
    outcomes: {
      created: "Created",
      changed: "Changed",
      unchanged: "Unchanged",
      "left-out": "Left out",
      failed: "Failed",
    },
    all: "All lines",
    line: "Line {line}",
    lineWithRole: "Line {line}, {role}",
    user: "{kind}: {name} {email}",
    counted: (name: string, count: number) => `${name}: ${number(count)}`,
    willBeMailed: "New users get an email with a link to choose a password. It works for 7 days.",
    willHaveLinks:
      "Roster has no mail server, so new users get no email. After the import you can download their invitation links, once, and hand them out.",
    areMailed: "New users get an email with a link to choose a password.",
    linksOnce: "The links let new users choose a password. They work for 7 days. You can download them only once.",
    downloadLinks: "Download the invitation links",
    linksTaken:
      "The invitation links were already downloaded. For another one, open the user’s profile and use “Copy invitation link”.",
    willFail: plural({
      one: "1 line is wrong and will not be imported. You can download it, correct it and import it later.",
      other:
        "{count} lines are wrong and will not be imported. You can download them, correct them and import them later.",
    }),
    alsoChange: "Also change existing users",
    alsoChangeHint: plural({
      one: "1 user gets the values of the file. If the box is empty, this user stays unchanged.",
      other: "{count} users get the values of the file. If the box is empty, they stay unchanged.",
    }),
    button: "Import",
    keptFor: "Roster keeps this preview for an hour.",
    running: "The import is running",
    runningHint: "You can close this page: the import continues. The page reloads automatically.",
    doneTitle: "The import is finished",
    downloadFailed: "Download the failed lines",
    another: "Import another file",
    linesHeading: "Lines of the file",
    number,
  },

  /** The team's services, which let users in through Roster. */
  applications: {
    title: "Applications",
    intro: "Services of your team that let people log in with their Roster account.",
    none: "No applications yet",
    noneHint: "Add a service that supports OpenID Connect. Its users then log in with their Roster account.",
    add: "Add application",
    addTitle: "Add application",
    added: (name: string) => `Application added: ${name}.`,
    saved: "Application saved.",
    edit: "Edit application",
    kind: "Kind",
    kinds: { web: "Web application", public: "Browser or mobile app" },
    kindHints: {
      web: "Runs on a server and keeps a client secret.",
      public: "Runs on the user’s device and can’t keep a secret. It must use PKCE.",
    },
    redirectAddresses: "Redirect addresses",
    redirectAddressesHint:
      "Where people return after logging in, one address per line, exactly as the application sends it: https, or http for this machine (localhost).",
    logOutAddress: "Address after log-out",
    logOutAddressHint: "Optional. Where people return after logging out through the application.",
    backChannelAddress: "Back-channel log-out address",
    backChannelAddressHint:
      "Optional. Roster calls it when someone logs out or loses access, so that the application can end their session.",
    whoMayUse: "Who may use it",
    details: "Details",
    clientId: "Client ID",
    issuer: "Issuer",
    secretTitle: "Client secret",
    newSecret: "Client secret of {name}",
    secretOnce: "Copy it now. You won’t be able to see it again.",
    settings: "Settings to paste",
    settingsHint: "Any OpenID Connect library finds everything else from the issuer.",
    rotate: {
      button: "Rotate secret",
      question: "Rotate the client secret of {name}?",
      oldWorks: "The old secret works for another 24 hours, so that the service can switch without an interruption.",
    },
    oldSecretUntil: "The old client secret works until {when}.",
    apiKey: {
      heading: "API key",
      about:
        "With its own key, the application can read the users of the organization and check keys and tokens. The key belongs to no user, so it keeps working when someone leaves.",
      can: "The key reads the users of the organization and checks keys and tokens. It can’t change anything.",
      notPro: "API keys are a Pro feature. With its own key, the application can read the users of the organization.",
      start: "Key",
      generate: "Generate API key",
      rotate: "Rotate API key",
      revoke: "Revoke API key",
      generateQuestion: "Generate an API key for {name}?",
      rotateQuestion: "Rotate the API key of {name}?",
      revokeQuestion: "Revoke the API key of {name}?",
      oldWorks:
        "The old key, {start}, works for another 24 hours, so that the service can switch without an interruption.",
      oldUntil: "The old key works until {when}.",
      newKey: "API key of {name}",
      once: "Copy it now. You won’t be able to see it again.",
    },
    deactivate: "Deactivate",
    activate: "Activate",
    deactivateQuestion: "Deactivate {name}?",
    activateQuestion: "Activate {name}?",
    deactivateEnds:
      "Nobody can log in to it through Roster. People who are logged in lose access when the application next checks with Roster.",
    deactivateUndo: "You can activate it again at any time.",
    activateEffect: "Its users can log in through Roster again.",
    deactivated: "Application deactivated.",
    activated: "Application activated.",
    chooseKind: "Choose what kind of application it is",
    chooseRoles: "Choose at least one role",
    enterRedirect: "Enter at least one redirect address",
    tooManyRedirects: (max: number) => `Enter at most ${number(max)} redirect addresses`,
    badAddress: (address: string) =>
      `${address}: enter a complete address with https, or http for localhost, without “#” and “*”`,
    tooMany: (max: number) => `An organization can have at most ${number(max)} applications`,
    badRequest:
      "The application’s log-in link is not valid. Ask the people who run the application to check its settings.",
    continueTitle: (name: string) => `Continue to ${name}`,
    continueLink: "Continue",
    notAllowedTitle: (name: string) => `You can’t use ${name}`,
    notAllowed: "Your role can’t use this application. Ask an Admin of your organization.",
    otherOrganization: "This application belongs to another organization.",
    backTo: (name: string) => `Back to ${name}`,
    requestEnded: "This log-in link doesn’t work. Open the application again.",
    logOutTitle: "Log out of Roster?",
    logOutOf: "{name} asks to log you out. You will also be logged out of Roster in this browser.",
    loggedOutTitle: "You are logged out",
    stay: "Stay logged in",
  },
};
