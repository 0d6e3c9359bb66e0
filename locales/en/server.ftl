# What the program says on a terminal, and on the pages it draws itself.
cli-failed = sarang: { $why }
cli-first-run = There is no owner yet. Open this link to begin: { $link }
cli-listen = listen: “{ $value }” is not an address such as 127.0.0.1:7420
cli-cannot-listen = cannot listen on { $address }
cli-open-http = { $address } can be reached by others, and passwords would cross the network in the clear. Put a proxy with https before it and set public_url = "https://…", or allow it with --insecure-http.
cli-database-url = database: an address beginning with “{ $url }” is not known here; write postgres://user:password@host/name, or leave it out to use SQLite in the data folder
cli-boolean = { $key }: “{ $value }” is neither true nor false
cli-log-format = log_format: “{ $value }” is neither text nor json
cli-config-unreadable = { $file } cannot be read
cli-config-not-toml = { $file } is not valid TOML
cli-config-value = { $file }: the value of { $key } must be a text, a number, true or false, or a list of texts
cli-unknown-key = { $file }: “{ $key }” is not a setting. Did you mean { $nearest }?
cli-unknown-variable = { $name } in the environment is not a setting. Did you mean { $nearest }?
cli-no-such-user = no staff member has the e-mail address { $email }
cli-no-house = there is no Sarangbang in { $folder }, and nothing was made there. Say where it is with --data DIR; serve, import, demo and user create begin a new one.
cli-no-house-database = the database at { $place } is empty, and nothing was made there. Look whether it is the right one; serve, import, demo and user create begin a new Sarangbang.
cli-no-backup = { $file } is not a backup of Sarangbang. Nothing was changed; give a file that sarang backup has written.
cli-backup-unreadable = { $file } cannot be read
cli-not-restored = { $file } could not be brought back
cli-demo-not-empty = there are conversations here already, and the sample company is for an empty installation. To add it all the same: sarang demo --anyway
cli-check-sound = Everything that must hold holds.
cli-backed-up = Backed up { $rows } rows and { $blobs } files to { $place }.
cli-blob-missing = The file { $hash } is named in the database and not there.
cli-restored = Restored { $rows } rows and { $blobs } files from { $place }.
cli-copied = Copied { $rows } rows and { $blobs } files to { $place }.
cli-copy-data = --to-data belongs to PostgreSQL; a SQLite folder holds its files itself
cli-reindexing = { $done } entries indexed …
cli-reindexed = { $entries } entries and { $names } names are indexed.
cli-eval-days = Say how many days, such as 90d.
cli-eval-too-few = Too little to measure on: { $before } conversations were tagged before that time, { $since } since.
cli-eval-rows = Learned from { $train } texts, measured on { $test }.
cli-eval-line = { $file }, line { $line } is not like {"{"}"text": "…", "lang": "ko", "tags": ["…"]{"}"}: { $why }
cli-eval-empty = { $file } holds no texts
cli-eval-emotion = { $lang }: accuracy { $accuracy }, macro-F1 { $f1 }, { $n } texts
cli-eval-emotion-line = { $file }, line { $line } is not like {"{"}"text": "…", "lang": "ko", "valence": -1{"}"} with -1, 0 or 1: { $why }

page-without-interface = This program was built without the staff interface; the API is at /api.
api-page-what = Everything the staff interface does goes through these calls.
api-page-token = Send an API token as “Authorization: Bearer …”. Tokens are made in the settings, or with “sarang token create”.
api-page-errors = Errors are application/problem+json, in the language of the account or of Accept-Language.
api-page-changes = A change of what you have read needs If-Match with its version. A POST with an Idempotency-Key is done once, however often it is sent within a day.
api-page-body = Body

# What happened to a conversation, as a thread says it.
event-status-closed = { $who } closed the conversation
event-status-open = { $who } opened the conversation again
event-assignee = { $who } gave the conversation to { $after }
event-assignee-none = { $who } took the conversation from its assignee
event-purpose = { $who } set the purpose to { $after }
event-purpose-none = { $who } removed the purpose
event-subject = { $who } changed the subject from “{ $before }” to “{ $after }”
event-subject-none = { $who } removed the subject “{ $before }”
event-purpose-is-buy = buy
event-purpose-is-self-serve = self-serve
event-purpose-is-help = help
event-purpose-is-partner = partner
event-purpose-is-feedback = feedback
