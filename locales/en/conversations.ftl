# Inbox, threads, the customer beside them, search.

## The list

inbox-title = Inbox
inbox-list = Conversations
inbox-thread = Conversation
inbox-choose = Choose a conversation to open it here.
inbox-choose-keys = move up and down.
views = Views
view-mine = Mine
view-unassigned = Unassigned
view-untagged = Untagged
view-waiting = Unanswered
view-team = My teams
view-snoozed = Snoozed
view-all = All
view-closed = Closed
view-blocked = Blocked
sort-menu = Change the order
sort-waiting = Longest waiting
sort-newest = Newest
sort-value = Account value
filter = Filter
filter-menu = Filter by door, channel, language
filter-clear = Show without filters
filter-remove = Remove filter { $name }
filter-door = Door
filter-person = One person
filter-team = One team
filter-account = One account
language-ko = Korean
language-en = English
channel-email = Email
channel-chat = Chat
channel-call = Call
channel-form = Form
channel-survey = Survey
channel-interview = Interview
channel-workshop = Workshop
channel-docs = Docs feedback
channel-community = Community
channel-social = Social
channel-api = API
channel-import = import
spoke-theirs = they spoke last
spoke-ours = we spoke last
row-selected = selected
row-unread = unread
row-empty = An empty message
row-untagged = not tagged yet
row-waiting = waiting
row-select = Select the conversation with { $name }
rows-waiting = { $n ->
    [one] Show 1 new conversation
   *[other] Show { $n } new conversations
}
selected = { $n } selected
selected-tools = What to do with the selected
selected-clear = Clear
tagged-many = { $n ->
    [one] 1 conversation
   *[other] { $n } conversations
} tagged “{ $tag }”
nothing-many = { $n ->
    [one] 1 conversation has
   *[other] { $n } conversations have
} nothing to tag
inbox-none-mine = Nothing waits for you
inbox-none-mine-detail = When a customer speaks in a conversation of yours, it comes here.
inbox-none-unassigned = Everything has somebody
inbox-none-unassigned-detail = New conversations come here to be taken on.
inbox-none-untagged = Everything is tagged
inbox-none-untagged-detail = Each tag is evidence for what to build next. Thank you.
inbox-none-waiting = Everybody has an answer
inbox-none-waiting-detail = Whoever waits for an answer comes here until there is one.
inbox-none-team = Nothing waits for your teams
inbox-none-team-detail = Conversations that are given to a team of yours come here.
inbox-none-snoozed = Nothing is snoozed
inbox-none-snoozed-detail = With s a conversation rests until a moment you say, and comes back by itself, or as soon as the customer speaks.
answered-share = Of { $asked } conversations begun by customers within { $days } days, { $share } have an answer by a person.
inbox-none-closed = Nothing is closed
inbox-none-closed-detail = When all has been said, close a conversation with e.
inbox-none-blocked = Nobody you blocked has written
inbox-none-blocked-detail = Mail of blocked senders is kept here, apart from the work.
inbox-none-all = No conversations yet
inbox-none-all-detail = Import a mailbox file, or what another tool exported, and you can search and tag it.
inbox-none-filtered = No conversation fits
inbox-none-filtered-detail = Without the filters there is more to see.
inbox-import = Import conversations
inbox-see-all = See all conversations

## A thread

back-to-list = Back to the list
no-subject = No subject
entries = Messages
thread-empty = This conversation has no messages.
entry-by = Message by { $name }
entry-empty = The message is empty.
author-person = Customer
author-staff = Staff
author-external = Someone on our side
author-machine = Automatic
note = Note
original = Original
fold-quoted = { $n ->
    [one] 1 quoted line
   *[other] { $n } quoted lines
}
fold-signature = { $n ->
    [one] Signature, 1 line
   *[other] Signature, { $n } lines
}
fold-again = Fold
load-earlier = Show earlier messages
passage-first = Choosing a passage. Sentence { $n } of { $of }: “{ $quote }”. Arrows move, Shift with arrows widens, t tags it.
passage-now = Sentence { $n } of { $of }: “{ $quote }”
passage-left = No passage is chosen
by-door = via { $name }
purpose-buy = Buying
purpose-self_serve = Self-serve
purpose-help = Help
purpose-partner = Partner
purpose-feedback = Feedback
assign-menu = Change who answers
assigned-to = Assigned to { $name }
unassigned = Unassigned
assign-it = Assign
joined-done = The conversations are one now
parted-done = This is a conversation of its own now
bulk-refused = { $n ->
    [one] 1 conversation could not be changed
   *[other] { $n } conversations could not be changed
}
closed-many = { $n ->
    [one] 1 conversation closed
   *[other] { $n } conversations closed
}
assigned-many = { $n ->
    [one] 1 conversation given to { $name }
   *[other] { $n } conversations given to { $name }
}
snoozed-many = { $n ->
    [one] 1 conversation snoozed
   *[other] { $n } conversations snoozed
}
woken-many = { $n ->
    [one] 1 conversation is back
   *[other] { $n } conversations are back
}
presence-writing = { $names } is writing here …
presence-reading = { $names } has this open
assign-to = Who answers
assign-person = People
assign-team = Teams
team-is = team { $name }
team-none = No team
team-done = Given to the team { $name }
team-none-done = No team answers now
thread-menu = What to do with this conversation
snoozed-until = snoozed until { $when }
snoozed-done = Snoozed until { $when }
woken-done = Back in the inbox
promise-by = answer promised by { $when }
promise-late = answer was promised by { $when }
assigned-me = Assigned to you
assigned-done = Assigned to { $name }
unassigned-done = Nobody is assigned now
is-closed = closed
close-it = Close
reopen = Reopen
closed-done = Conversation closed
reopened = Conversation reopened
undone = Undone
note-label = Write a note
note-placeholder = Leave a note for the team
note-hint = Only we see it. It is not sent to the customer.
note-send = Keep note

write-kind = What you write
reply = Answer
reply-label = Write an answer
reply-placeholder = Write to the customer
reply-hint = It goes out by mail after 10 seconds; until then you can take it back.
reply-send = Send
reply-send-anyway = Send anyway
reply-held = It goes out in 10 seconds
reply-take-back = Take back
reply-taken-back = Taken back. It was not sent, and is a draft again.
reply-no-mailbox = There is no mailbox to answer by. An admin sets one up under Settings.
reply-only-link = This sends them elsewhere and asks nothing. What were they trying to do? One question more may tell us why.
reply-receivers-change = Change who it goes to: { $to }
reply-from = From
reply-subject = Subject
reply-address-wrong = “{ $address }” is no address
reply-address-rests = Mail to { $address } came back, so nothing is sent there: { $answer }
draft-here = Kept on this device; the server does not have it yet
draft-other = You wrote something else here on another device
draft-take-other = Take this one
draft-keep-mine = Keep what stands here
overtaken = Written meanwhile
overtaken-answer = { $count ->
    [one] Somebody answered while you were writing
   *[other] { $count } messages were written while you were writing
}
overtaken-question = { $count ->
    [one] The customer wrote while you were writing
   *[other] The customer wrote { $count } times while you were writing
}
overtaken-read = I have read it, go on
delivery-to = To
delivery-cc = Cc
delivery-bcc = Bcc
delivery-is-held = Goes out in a moment
delivery-is-sending = On its way
delivery-is-sent = Sent
delivery-is-taken_back = Taken back, not sent
delivery-is-failed = Not delivered
delivery-is-bounced = Came back
delivery-is-resting = Not sent: the address rests
delivery-is-late = Not there yet
delivery-next = Tried again at
delivery-again = Send again

## Beside it

context = About the customer
context-show = Show the customer
context-person = Customer
context-company = Team and account
person-role = Role
person-first = First seen
person-conversations = Conversations
person-unknown = Nobody knows who sent this.
plan = Plan
value-a-year = { $money } a year
seats = Seats
size = Size
size-team = team of { $n }
size-company = company of { $n }
other-teams = Other teams
open-asks = { $n ->
    [one] 1 ask waits for news
   *[other] { $n } asks wait for news
}
participants = Who took part
participant-person = Customer
participant-customer = Customer
participant-staff = Staff
participant-external = Our side
participant-from = From
participant-to = To
participant-cc = Cc
participant-author = Author
participant-agent = Agent
timeline = Together so far
attributes = More facts

## Search

search-placeholder = Search conversations, customers, tags, roadmap
search-empty = Find anything
search-empty-detail = All messages, people, teams, accounts, tags and roadmap items at once. Korean is found with or without particles and spaces.
search-example = For example: filter resets · refund · 행 단위 권한
search-none = Nothing fits “{ $words }”
search-none-detail = Try fewer or other words.
search-others = Found elsewhere
search-newest = a frequent word: chosen from the newest { $n }

sort-turn = Whose turn
turn-none = Nobody waits for you
