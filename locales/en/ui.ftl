# Words that every room shares: navigation, common acts, problems, keys.

## Common

loading = Loading
close = Close
more = More
undo = Undo
try-again = Try again
nothing-found = Nothing fits.
search = Search
nameless-person = Unnamed customer
counted-conversations = { $n ->
    [one] 1 conversation
   *[other] { $n } conversations
}
counted-persons = { $n ->
    [one] 1 person
   *[other] { $n } people
}
counted-teams = { $n ->
    [one] 1 team
   *[other] { $n } teams
}
counted-accounts = { $n ->
    [one] 1 account
   *[other] { $n } accounts
}
counted-asks = { $n ->
    [one] 1 ask
   *[other] { $n } asks
}
counted-passages = { $n ->
    [one] 1 passage
   *[other] { $n } passages
}
counted-tags = { $n ->
    [one] 1 tag
   *[other] { $n } tags
}
counted-items = { $n ->
    [one] 1 item
   *[other] { $n } items
}
cancel = Cancel
save = Save
edit = Edit
choose = Choose
remove = Remove
toasts = Notifications

## Navigation

navigation = Main
skip-to-content = Skip to content
place-today = Today
place-inbox = Inbox
place-people = Customers
place-tags = Tags
place-roadmap = Roadmap
place-settings = Settings
shortcuts = Shortcuts
own-menu = Your menu: { $name }
sign-out = Sign out
theme-system = Theme: as the device
theme-light = Light
theme-dark = Dark
page-missing = There is nothing here
page-missing-detail = The address may have changed, or it is something you cannot see. Search is the quickest way on.
page-failed = This screen could not be opened
page-to-inbox = Go to the inbox
pane-resize = Width of { $pane }

## Live

live-on = live
live-off = paused
live-banner = This page is not live right now. It is reconnecting, and what you do is kept.
queue-waiting = { $n ->
    [one] 1 change is waiting to be sent. It is kept on this device, even if you close the window.
   *[other] { $n } changes are waiting to be sent. They are kept on this device, even if you close the window.
}
write-refused = That could not be saved and was taken back. { $reason }
prefs-not-saved = Saved on this device only. { $reason }

## Problems

problem-status = The server answered with error { $status }
problem-offline = The server cannot be reached
problem-offline-detail = Please check the network. What you typed is still here.
problem-unexpected = Something unexpected happened

## Charts


## Tables read in


## Keys

palette-label = What to do, or what to find
palette-acts = Do
key-palette = Do anything
key-views = Saved views
key-join = Join with another conversation
key-part = Split into two conversations
key-quote = Quote the chosen words
key-macro = Insert a prepared answer
key-untag = Take the tag off

## Search

search-room-conversations = Conversations
search-room-persons = Customers
search-room-teams = Teams
search-room-accounts = Accounts
search-room-tags = Tags
search-room-items = Roadmap items
place-news = News
place-learned = Learned
