# What customers see: the public roadmap, what is new, asking to be told, each person's own page.
outside-roadmap = Roadmap
outside-changes = What’s new
outside-skip = To the content
outside-feed = Follow as a feed
outside-roadmap-lead = What we found in what you told us, and how far we are with it.
outside-none = Nothing is public yet.
outside-no-changes = Nothing has shipped yet.
outside-status-considering = Considering
outside-status-planned = Planned
outside-status-building = Being built
outside-status-shipped = Shipped
outside-status-declined = We will not do this
outside-shipped-on = Shipped on { $day }
outside-asked = { $n } people asked for it
outside-quotes = In customers’ words
outside-tell = Tell me when it is there
outside-tell-lead = Leave your e-mail address, and we tell you once when it ships, or when we decide against it.
outside-tell-how = We first send a mail to make sure that the address is yours. What is not confirmed is deleted after 3 days.
outside-email = E-mail address
outside-why = Why do you need it? (optional)
outside-tell-send = Tell me
outside-no-address = Please look at the address again: no mail can be sent to it.
outside-too-many = That was too much at once. Please try again in a while.
outside-too-many-detail = We cannot take more today. Please write again tomorrow.
outside-sent = Please look at your mail
outside-sent-detail = We have sent a mail to the address you left. Open the link in it to confirm; only then do we keep your request.
outside-back = Back to the roadmap
outside-mail-subject = Please confirm: { $title }
outside-mail-text =
    Somebody asked on the roadmap of { $name } to be told at this address about:

    { $title }

    If it was you, please open this link and confirm. It works for 3 days.
    { $url }

    If it was not you, there is nothing to do. An address that is not confirmed is deleted.
outside-prove = Shall we tell you?
outside-prove-detail = We tell you about “{ $title }” at { $email }.
outside-prove-send = Yes, tell me
outside-proved = You will be told
outside-proved-detail = We write to you once it is decided. You can stop that at any time.
outside-consent-source = asked on the public roadmap to be told, and confirmed the address
outside-subject = What a visitor wrote
outside-gone = There is nothing here
outside-gone-detail = The address has changed, or it works no more.
outside-lost = This address works no more
outside-lost-title = Your own page
outside-lost-lead = Leave the e-mail address by which you write to us, and we send you a new link to your own page: what you told us, and what became of it.
outside-lost-how = A mail comes only if we know the address. Nobody learns here whether we do.
outside-lost-send = Send me a link
outside-lost-sent = If we know the address you left, a mail with a new link is on its way. The link works for half a year.
outside-lost-mail-subject = Your own page at { $name }
outside-lost-mail-text =
    Somebody asked { $name } for a new link to your own page. There you see what you told us and what became of it.

    { $url }

    The link is for you only and works for half a year. If you did not ask for it, there is nothing to do.
outside-own-title = What { $name } told us
outside-own-lead = Since { $since } we wrote down { $n } of the things you told us, and answered { $told } of them.
outside-own-lead-none = There is nothing here yet that you asked for.
outside-own-told-us = Something you told us
outside-own-heard = Heard on { $day }
outside-own-planned-for = Planned for { $half }, and told you
outside-own-planned = Planned, and told you
outside-own-shipped = Shipped on { $day }, and told you
outside-own-declined = We will not do this, and told you why
outside-own-changed = Decided anew, and told you
outside-own-confirmed = You said that it is solved
outside-own-open = No news to tell yet
outside-half-1 = the first half of { $year }
outside-half-2 = the second half of { $year }
outside-own-more = Say more
outside-own-send = Send
outside-own-tell = Tell me when there is news
outside-own-stop = Stop telling me
outside-own-tells = We tell you when there is news.
outside-own-silent = We send you no news now.
outside-stop-detail = We send you no more news of what you asked for. You can change that here at any time.
outside-own-private = This address is for { $name } only. Please do not pass it on.
outside-own-export = Take my data along
outside-own-erase = Erase me
outside-own-back = Back
outside-own-link = See everything you told us
outside-own-done-tell = We will tell you when there is news.
outside-own-done-stop = We send you no more news.
outside-own-done-said = We have it. Thank you.
outside-own-source = chosen by themselves on their own page
outside-erase = Erase everything?
outside-erase-detail = Your name and address, what you said and what we wrote to each other are all erased. This cannot be undone, and we can tell you no news.
outside-erase-sure = I know that this cannot be undone
outside-erase-send = Erase everything
outside-erased = Erased
outside-erased-detail = Your name, your addresses, what you said and what we wrote to you are erased. This address works no more.
# The form for those who leave.
outside-leave-title = Leaving { $name }
outside-leave-lead = We are sorry to see you go. If you tell us why, the people who build this will read it.
outside-leave-no-cancel = This form does not end your contract; please do that where you manage it.
outside-leave-as = You write as { $name }.
outside-leave-why = Why are you leaving? (as many as apply)
outside-leave-words = What should have been different? (optional)
outside-leave-news = May we write to you when what you were missing is there?
outside-leave-news-yes = Yes, write to me
outside-leave-news-no = No, please do not
outside-leave-email = E-mail address (optional)
outside-leave-how = With an address we know that it was you, and can write to you. We first send a mail to make sure that it is yours; what is not confirmed within a day we keep without the address.
outside-leave-send = Send
outside-leave-nothing = Please choose a reason, or tell us in your own words.
outside-leave-no-address = To write to you we need an address that takes mail. Please look at it again, or answer no.
outside-leave-thanks = Thank you
outside-leave-thanks-detail = We have what you told us, and somebody will read it. All the best to you.
outside-leave-confirm-detail = We have what you told us. We have sent a mail to the address you left: please open the link in it to confirm that it is yours.
outside-leave-mail-subject = Please confirm: what you told { $name }
outside-leave-mail-text =
    Somebody told { $name } at this address why they are leaving.

    If it was you, please open this link and confirm. It works for a day.
    { $url }

    If it was not you, there is nothing to do: what was said is kept without your address.
outside-leave-prove = Was it you?
outside-leave-prove-detail = Somebody told us, with the address { $email }, why they are leaving. Once you confirm, it is known to come from you.
outside-leave-prove-send = Yes, it was me
outside-leave-proved = Thank you, it is confirmed
outside-leave-proved-detail = What you told us is with us, and somebody will read it. Whether we may write to you, you can change at any time.
outside-leave-subject = Why somebody leaves
outside-leave-consent-source = said when leaving, on the form
outside-leave-door = Leaving form
outside-leave-own = I am leaving
outside-leave-done = We have what you told us. Thank you, and all the best to you.
