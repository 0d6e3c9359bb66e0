# What a request answers when it cannot be done. Each sentence says what happened and what to do.
# Keys are grouped by room; a key stands at the same place in both languages.
error-unauthenticated = You are not signed in, or your session has ended. Sign in and try again.
error-forbidden = You are not allowed to do this: it needs the right to { $right }. Ask an admin.
error-owner-only = Only an owner can do this.
error-other-site = This request came from another website and was refused. Nothing was changed.
error-not-found = There is no such { $noun } here, or you cannot see it.
error-no-route = There is nothing at this address. The list of calls is at /api.
error-method = This address does not take this method.
error-invalid = “{ $field }” cannot be taken as it is.
error-field = “{ $field }” cannot be taken: { $why }.
error-field-missing = ‘{ $field }’ is missing.
error-limit = A limit is a number from 1 to 200.
error-unknown-field = “{ $field }” is not known here. Check the spelling.
error-json-syntax = The body is not valid JSON: { $why }.
error-not-json = Send JSON, with the header Content-Type: application/json.
error-body-too-large = The body is too large. Send it in smaller parts; nothing was kept.
error-body-broken-off = The body broke off before its end. Nothing was kept; send it again.
error-too-large = This is too large: at most { $limit }.
error-cursor = This cursor does not belong to this list. Begin again without it.
error-stale = Somebody else changed this meanwhile. Your change was not made; look at the new state and try again.
error-if-match = Say which version you have read, with the header If-Match.
error-idempotency = This Idempotency-Key was used for another request. Nothing was done; use a new key.
error-idempotency-key = An Idempotency-Key is 1 to 200 visible ASCII characters.
error-too-many = Too many attempts. Wait { $minutes } minutes and try again.
error-busy = Much is being written just now and this did not get its turn. Nothing was changed; try again.
error-too-slow = This took too long and was stopped. Nothing was changed; try again or ask for less.
error-full = The disk is full or cannot be written. Nothing of this was kept; make room and try again.
error-store = Something broke on our side. Nothing was changed; the operator finds the reason in the log.

# staff
error-sign-in = This e-mail address and password do not belong together. Check both and try again.
error-setup-token = This first-run link is not the one of this start. Use the link that sarang serve printed last.
error-has-owner = There is an owner already. Sign in, or ask them for an invitation.
error-email = This is not an e-mail address.
error-email-taken = Somebody with this e-mail address is here already.
error-password-short = This password is too short: at least { $least } characters. Several words make a good one.
error-password-long = This password is too long: at most 1,024 bytes.
error-old-password = The old password is not right. Your password was not changed.
error-text-length = “{ $field }” needs { $least } to { $most } characters on one line.
error-zone = This is no time zone. Write it like Asia/Seoul.
error-languages = Choose 1 to 20 languages.
error-percent = A share is a number from 0 to 100.
error-rate = A rate is a number above zero.
error-share = A share is a number from 0 to 1.
error-value-bands = Value bands need names, and each must begin above the one before; at most 12.
error-prefs = Choices of the interface are a JSON object of at most 16 kB.
error-role-above = You cannot give or take away a role above your own.
error-last-owner = This is the last owner. Make somebody else an owner first.
error-scopes = Choose at least one scope: read, tag, write, admin or all.
error-whole-account = This needs you yourself, signed in, or a token with the scope “all”.
error-job-state = A job is pending, running or dead.
error-already-there = There is such a thing already.

# people
error-field-empty = Something that is needed here was left empty. Fill it in and try again.
error-merge-self = This cannot be merged with itself. Choose another one.
error-source-several = Several sources use this id. Say in “source” whose it is.
error-table-encoding = The table is in no encoding that can be read. Save it as UTF-8 and try again.
error-account-unknown = No account has this id. Bring in the account first, then what belongs to it.
error-number = This is not a whole number. Write it like 1200 or 1,200.
error-number-negative = This number cannot be below zero.
error-currency = This is not a currency. Write its three letters, such as KRW or USD.
error-currency-missing = An amount came without its currency. Add three letters, such as KRW or USD.
error-time = This is not a day or a time. Write it like 2026-11-22 or 2026-11-22T09:00:00Z.
error-person-no-identity = Nobody can tell who this is. Give an e-mail address or an id.
error-id = This is not an id of this kind. Copy it as it came.

# tables
error-csv-header = The first line of the table does not name the columns that are needed. Nothing was brought in; the API page lists them.
error-csv-line = This line of the table cannot be read. Look for a quotation mark that is not closed.
error-tsv-header = The first line of the table has no column “path”. Nothing was brought in.
error-tsv-line = This line of the table is not text in UTF-8.
error-tsv-no-path = This line has no path, so nobody can tell which tag it means.
error-tsv-state = A tag in a table is active, proposed, imported or retired.
error-tsv-twice = This path stands on an earlier line already. The earlier one counts.
error-tsv-no-parent = The tag above this one is not there, or it lies too deep. Put the upper tag on an earlier line.
table-column-near = The column “{ $column }” is not known here and was passed over. Did you mean “{ $nearest }”?
table-column-unknown = The column “{ $column }” is not known here and was passed over.

# tagging
error-kind-unknown = This is not a kind. The kinds are request, bug, question, praise, confusion and leaving.
error-field-unknown = This value is not one of those known here. The API page lists them.
error-tag-slug-empty = A tag needs a short name with at least one letter or digit.
error-tag-path = This is not the path of a tag. Write one to seven names with “/” between them.
error-tag-path-taken = There is a tag at this place already. Choose another name or another tag above it.
error-tag-label-empty = A tag needs a label in Korean or in English.
error-tag-aliases = There are too many other names, or one of them is too long. Up to 50 of up to 80 characters fit.
error-tag-too-deep = The tree of tags would become too deep. Up to seven levels fit; choose a higher place.
error-tag-below-itself = A tag cannot lie below itself. Choose another place.
error-tag-not-adoptable = This tag is in the catalogue already or was retired. Only imported and proposed tags can be adopted.
error-tag-not-retirable = This tag was retired or merged already. Nothing was changed.
error-tag-not-retired = Only a retired tag can be brought back. Nothing was changed.
error-tag-not-applicable = This tag is no longer applied. Choose the one that took its place, or another.
error-passage-elsewhere = This passage belongs to another conversation. The tag was not applied.
error-tagging-retracted = Somebody took this tag off meanwhile. Apply it again if it is still right.
error-nothing-but-tagged = This conversation has tags, so there is something to tag. Take them off first.
error-double-same-person = You tagged this conversation yourself; the second coding needs somebody else.
error-double-coded = Somebody was quicker: this conversation has its second coding already.
error-double-decided = Somebody decided this one meanwhile.
error-double-tags = That is more than fifty tags for one conversation.
error-period = The period ends before it begins. Choose a later end.
error-size-band = There is no such size. Choose 1-9, 10-49, 50-249, 250-999, 1000+ or none.
error-explore-cuts = Rows and columns must be cut in two different ways, and only one of them along time. Choose another for the columns.
error-view-query = This is not the address of a view. Save the view from the explorer.

# roadmap
error-item-status = This is not a status. An item is considering, planned, building, shipped, declined or parked.
error-item-title-empty = An item needs a title in Korean or in English.
error-item-key-taken = Another item has this key already. Choose another.
error-item-unknown = The item next to it is not there any more. Look at the new order and try again.
error-half = This is not a half-year. Write it like 2026H2.
error-effort = An effort is a number of weeks from 0 to 10,000.
error-effort-order = The lower effort is above the higher one. Swap them.
error-tag-unknown = There is no such tag. It may have been misspelt or not be in the catalogue yet.
error-tag-twice = The same tag stands here twice. Keep one of them.
error-asks-of-whom = Say whose asks you want. Name one person, one team or one account.

why-missing = it is missing
why-kind = another kind of value belongs here
why-word = “{ $value }” is not one of: { $known }
why-limit = a limit is a number from 1 to 200
why-number = this is not a number

noun-place = thing
noun-staff-member = staff member
noun-invitation = invitation
noun-token = token
noun-job = job
noun-session = session
noun-person = person
noun-team = team
noun-account = account
noun-merge = merge
noun-conversation = conversation
noun-entry = entry
noun-passage = passage
noun-attachment = attachment
noun-door = door
noun-tag = tag
noun-tagging = tagging
noun-item = roadmap item
noun-import = import
noun-raw = original

right-read = read
right-tag = tag
right-answer = answer conversations
right-edit-people = edit customers
right-propose-tag = propose tags
right-curate = curate the tags
right-plan = plan the roadmap
right-import = import
right-export = export
right-manage-staff = manage staff
right-configure = configure
right-see-small-counts = see small counts
right-read-audit = read the audit log

# conversations
error-external-id = An external id or a source has 1 to 1,000 bytes; this one does not: “{ $id }”.
error-entry-twice = The entry “{ $id }” stands there twice. Give each entry an id of its own.
error-person-unknown = It names a person who is not described in it.
error-person-missing = Say which person: this conversation belongs to nobody yet.
error-not-an-object = Attributes are a JSON object.
error-text-too-long = The text of “{ $id }” is longer than 16 MB and was not taken.
error-note-too-long = This is longer than 100,000 characters. Put the rest into another note.
error-text-empty = Write something first.
error-subject-too-long = A subject has at most 500 characters.
error-staff-unknown = There is no such staff member any more. Choose somebody else.
error-staff-team-unknown = There is no team of staff called “{ $id }”.
error-door-name = A door needs a name of 1 to 120 characters.
error-door-name-taken = Another door has this name already.
error-passage-place = A passage has a beginning, an end after it, and 1 to 4,000 characters.
error-quote-not-there = These words are not in this entry any more. Select them again.
error-day = Write a day like 2026-11-22, or a moment like 2026-11-22T09:00:00Z.
error-search-room = Only conversations are searched here; /api/search/rooms looks everywhere.
