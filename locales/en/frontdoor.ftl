# Why an item of an import did not come in, and what is worth a word about one that did.
import-not-json = not JSON: broken at character { $place }
import-not-utf8 = not UTF-8: broken at byte { $place }
import-nul = it holds NUL bytes
import-not-an-object = not a JSON object
import-missing-field = “{ $field }” is missing
import-wrong-kind = “{ $field }” holds another kind of value than belongs there
import-bad-time = “{ $field }” is not a time such as 2026-11-22T09:30:00Z: { $value }
import-bad-language = “{ $field }” is not a language such as ko or en: { $value }
import-bad-channel = “{ $value }” is not a channel: email, chat, call, form, survey, interview, workshop, docs, community, social or api
import-bad-author = “{ $value }” is not an author: person, agent or machine
import-too-large = larger than { $limit } MB; only the beginning was kept
import-unreadable = cannot be read: { $why }
import-not-mail = this is not a mail: it has no header
import-is-mbox = this is an mbox, an archive of many mails: import it by itself, in the format mbox
import-not-mbox = this is not an mbox file: it does not begin with “From ”
import-store = it could not be stored: { $why }
import-disk-full = the disk is full or cannot be written. What was imported is kept; make room and run it again, and it goes on where it was
import-truncated = the file ends in the middle of the mail at byte { $place }; what there is of it came in
import-unknown-field = the field “{ $field }” is not known and was passed over
import-unknown-tag = there is no tag “{ $path }”
import-unknown-kind = “{ $value }” is not a kind
import-passage-lost = { $id }: the passage “{ $quote }” does not stand in its entry
import-file-lost = the attachment “{ $name }” does not lie beside the file
import-more-warnings = further warnings

error-import-running = This very file is being imported just now.
error-import-ended = This import has ended already.
error-import-is-mbox = “{ $name }” looks like an mbox, an archive of many mails. Nothing was imported; choose the format mbox.
error-import-is-mail = “{ $name }” looks like a mail. Nothing was imported; choose the format eml.
error-import-is-list = “{ $name }” begins with a list in JSON. Nothing was imported; jsonl has one conversation a line, each in braces, with no list around them.
error-import-not-jsonl = “{ $name }” is not jsonl: none of its first lines begins with a brace. Nothing was imported; choose its format, or write one conversation a line.
error-demo-running = The sample company is moving in just now. Wait a moment; nothing was changed.
error-demo-not-empty = There are conversations here already. The sample company is for an empty installation; it can be added all the same if you say so.
error-import-path = { $path } cannot be read: { $why }

cli-import-progress = { $share } % · { $read } read · { $rate }/s · { $left } left
cli-import-table-read = read
cli-import-table-imported = imported
cli-import-table-updated = updated
cli-import-table-unchanged = unchanged
cli-import-table-skipped = skipped
cli-import-table-conversations = new conversations
cli-import-table-entries = new entries
cli-import-table-persons = new persons
cli-import-table-teams = new teams
cli-import-table-accounts = new accounts
cli-import-warnings = Worth a word:
cli-import-skips = Did not come in:
cli-import-more-skips = … and { $n } more; --report json tells them all
cli-import-stopped = the import was stopped; run it again, and it goes on where it was
cli-import-failed = the import stopped: { $why }

cli-exported = { $conversations } conversations and { $files } attachments written to { $place }
cli-demo = The sample company is there: { $conversations } conversations, { $entries } entries, { $persons } persons, { $tags } tags, { $items } roadmap items.
cli-export-unwritable = { $path } cannot be written

# What a door says by itself when somebody begins a conversation. Nothing of what came in stands in it.
acknowledge-subject = We have your message
acknowledge-text = Thank you for writing. Your message has arrived, and a person will read it and answer you. You need not do anything until then.
