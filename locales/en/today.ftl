# Today.

today-mine = yours to answer
today-waiting = waiting
today-unassigned = unassigned
today-untagged = not tagged yet
today-rising = Rising tags
today-items = Items that moved
today-first = Welcome, { $name }
today-first-detail = Bring conversations in, tag them, and what customers say moves the roadmap. One round takes five minutes.
today-first-wait = No conversation has come in yet. Once they do, your day begins here.
today-invite = Invite colleagues
today-step-import = Bring conversations in, or look around with the sample company.
today-step-tags = Begin with the starter tags, or make your own.
today-step-tag = Open a conversation and press t to tag it.
today-step-roadmap = Join tags to a roadmap item and the words gather.
today-together = What we share
today-goals = Shared goals
today-areas = Product areas
today-week = My items this week
