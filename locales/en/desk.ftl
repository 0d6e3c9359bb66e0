# Working the inbox: notifications, joining and splitting, prepared answers, hours, what each department said.

notifications = Notifications
notifications-unread = { $n ->
    [one] Notifications, 1 new
   *[other] Notifications, { $n } new
}
notifications-none = Nothing yet. Whoever names you in a note with @, or gives you a conversation, is told here.
notifications-read = Mark all as read
notifications-browser = Also tell me while this page is hidden
notification-mention = { $who } named you in a note
notification-assigned = { $who } gave you a conversation
notification-said = { $who } wrote in a conversation of yours
notification-woke = A snoozed conversation of yours is back
mention-whom = Whom to name
mention-team = team

join-title = Join into which conversation
join-placeholder = Search all conversations
join-nobody = No other conversation with this customer. Type to search all.
part-title = From which message on
part-none = There is only one message: nothing to split.

macros-pick = Prepared answers
macros-none = No prepared answer fits.
macros-lead = Answers you give often, in both languages. Names are filled in, Korean ones with their honorific in Korean.
macros-empty = No prepared answers yet
macros-empty-detail = For example: “{"{{person}}"}, thank you for writing. We will answer by {"{{promise}}"}.”
macro-new = Prepare an answer
macro-edit = Edit { $name }
macro-forget = Remove { $name }
macro-saved = “{ $name }” is kept
macro-forgotten = “{ $name }” is removed
macro-own = only you
macro-name = Name
macro-shared = Everybody finds it
macro-places = These places are filled in:
macro-place-person = the customer
macro-place-me = you
macro-place-company = our company
macro-place-account = their company
macro-place-team = their team
macro-place-subject = the subject
macro-place-promise = until when we promised to answer

hours-promise = We promise an answer within
hours-promise-unit = working hours
hours-promise-lead = Shown on a conversation that waits, as a time of day and never as a running clock. 0 promises nothing.
hours-of = Hours in { $zone }
hours-from = { $day } from
hours-to = { $day } to
hours-closed = closed
hours-shift-add = Add a stretch
hours-shift-add-on = Add a stretch on { $day }
hours-shift-remove = Remove this stretch of { $day }
hours-holidays = Days off
hours-holiday-add = Add
hours-holiday-remove = Remove { $day }
hours-teams = Teams that work in these hours
hours-add = Add hours of another zone
hours-remove = Remove the hours of { $zone }

contacts-title = What we said to them
contacts-others = Others on our side
contacts-messages = { $n } messages
contacts-none = Nobody of us wrote to them within { $days } days.
contacts-uncoordinated = This week { $teams } wrote to this customer without each other. Look before you write.

## What a mail says beside its words
mail-to = To { $names }
mail-cc = Cc { $names }
mail-proven = The sender is proven ({ $domain })
mail-unproven = The sender is not proven ({ $domain })
mail-by-auto-reply = Automatic answer
mail-by-generated = Written by a program
mail-by-list = Mailing list
mail-by-bounce = Could not be delivered
mail-by-delayed = Delivery is delayed
mail-unreadable = Could not be read
mail-raw = Download the raw file
mail-new-subject = Another subject: { $subject }
mail-part-here = Make it a conversation of its own
mail-checked-by-us = We checked the signature (DKIM)
mail-not-checked = Not checked by us
mail-not-signed = It carries no signature.
mail-signature-good = { $domain }: good
mail-signature-altered_body = { $domain }: the words are not those that were signed
mail-signature-altered_header = { $domain }: the header is not the one that was signed
mail-signature-partial_body = { $domain }: only the beginning was signed, so it does not count
mail-signature-doubled_field = { $domain }: a line of the header is there twice, so it does not count
mail-signature-weak = { $domain }: signed too weakly to count
mail-signature-expired = { $domain }: had run out when the mail came
mail-signature-no_key = { $domain }: the domain shows no such key
mail-signature-revoked = { $domain }: the domain withdrew the key
mail-signature-testing = { $domain }: good, but the domain says that it is only trying
mail-signature-malformed = { $domain }: the signature cannot be read
mail-signature-unreachable = { $domain }: the key could not be asked for
mail-by-server = What your mail server found
mail-by-nobody = No result of a mail server that you named
files = Files of this answer
file-add = Add a file
file-added = { $name } goes with the answer.
file-removed = { $name } was taken away.
file-remove = Take { $name } away
file-coming = on its way …
file-pasted = Picture
reply-quotes = Their words below
reply-quotes-what = The customer’s last message stands below the answer, as mail programs do it.
quote-chosen = Quote
quote-choose-first = Choose words in the conversation first.
similar-use = Use this answer

notifications-how = How I am told
notifications-browser-on = This browser tells you while the page is hidden.
notifications-browser-off = This browser does not tell you while the page is hidden.
notifications-browser-denied = This browser does not allow notifications. You can change that in its settings for this site.
notifications-browser-stop = Stop
notifications-mail = Also by mail
notifications-mail-mention = Somebody names me in a note
notifications-mail-assigned = I am given a conversation
notifications-mail-said = A customer writes in a conversation of mine, or it comes back
notifications-mail-detail = Bundled, at most every quarter of an hour, and only what you have not seen here. What was written never stands in it.
original-title = The mail as it came
original-about = Scripts are blocked. Pictures that stand on other computers are not shown by themselves, for whoever sent the mail would see that it was opened.
original-pictures = Show { $n ->
    [one] the picture
   *[other] { $n } pictures
 } from elsewhere
original-pictures-shown = The pictures were fetched by the server, not by your browser. What is not a picture, or stands inside your network, is left out.
