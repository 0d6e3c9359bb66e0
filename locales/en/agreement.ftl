# Agreement, tagging twice, deciding: read when these places are opened.

agreement-lead = { $percent } of 100 tagged conversations are tagged again by somebody else, blind. How far two people agree says how far the counts can be trusted. Nobody is measured: there are no figures about people.
agreement-code = Tag blind · { $n } waiting
agreement-decide = Decide · { $n } differ
agreement-period-90 = Last 90 days
agreement-period-180 = Last 180 days
agreement-period-365 = Last year
agreement-none = No conversation has been tagged twice yet
agreement-none-detail = Once somebody tags a drawn conversation a second time, agreement is told here. The share is set under Settings, Company.
agreement-whole = All tags
agreement-branches = By branch
agreement-is-high = Agreement is high
agreement-is-fair = Agreement is fair
agreement-is-low = Agreement is low
agreement-is-too_few = Too few to say
agreement-from-to = { $from } to { $to }
agreement-figures = Show the figures
agreement-masi = Alpha, partly shared sets counted in part (MASI)
agreement-nominal = Alpha, sets equal or not
agreement-overlap = Tags in common, on average
agreement-how = Krippendorff’s alpha: 1 is perfect, 0 is what chance gives. In brackets, where it lies with 95 % certainty (1,000 resamples). High from .80, fair from .67, told from ten conversations on.
agreement-pairs = Confused with each other
agreement-pairs-lead = One person gave the first where another gave the second.
agreement-pairs-none = No two tags were taken for each other.
agreement-against = ↔
agreement-pair-n = { $of ->
    [one] 1 of 1 conversation
   *[other] { $n } of { $of } conversations
}
second-title = Tag blind
second-lead = Somebody has tagged this conversation. Say what you would give it; you see neither their tags nor suggestions. It enters no count.
second-none = Nothing waits for you
second-none-detail = Conversations are drawn at random from those that others tagged. You are never asked about your own.
second-conversation = The conversation
second-waiting = { $n } more
second-yours = Your tags
second-remove = Remove { $tag }
second-save = Save and go on
second-saved = Saved. It does not change any count.
second-leave = Leave it for somebody else
decide-title = Decide
decide-lead = Two people gave different tags. What you choose becomes the tags of the conversation.
decide-none = Nothing to decide
decide-none-detail = Where two people differ, it is decided here with one key.
decide-first = First person
decide-second = Second person
decide-alone = only here
decide-take = Take these
decide-both = Take both
decide-own = Choose tag by tag
decide-these = { $n ->
    [0] Keep the chosen tags
    [one] Keep the chosen tag
   *[other] Keep the { $n } chosen tags
}
decide-nothing = Nothing fits
decide-later = Later
decide-done = Decided. The conversation carries these tags now.
decide-whole = Read the whole conversation
doubles-title = Conversations tagged twice
doubles-decided = Decided
decide-take-this = Take the tags of the { $which }
agreement-few = { $n ->
    [one] 1 branch with too few to say (under 10 conversations)
   *[other] { $n } branches with too few to say (under 10 conversations)
}
doubles-same = the same
doubles-differ = different
