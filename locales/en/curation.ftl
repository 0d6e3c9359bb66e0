# The curator's desk: what waits, merging, splitting, drafts, what was done.

curate-title = Curation
curate-not-yours = Curators decide here
curate-not-yours-detail = You can propose tags anywhere with Shift+T. A curator looks at every proposal.
curate-part-proposed = Proposed
curate-part-imported = Imported
curate-part-near = Near duplicates
curate-part-unused = Unused
curate-part-broad = Too broad
curate-part-missing = Incomplete
curate-part-drafts = Drafts
curate-part-changes = History
curate-lead-proposed = Tags that colleagues miss, with the words they were reading. Once adopted, they can also be put on earlier passages.
curate-lead-imported = Tags that came with imports. They count already; once adopted, they are also suggested.
curate-lead-near = Two tags that seem to mean the same, also across Korean and English.
curate-lead-unused = Nobody has spoken of these, or of anything below them, for 90 days.
curate-lead-broad = Tags with far more conversations than most: perhaps several things under one name.
curate-lead-missing = Tags without a name or a definition in one of the languages.
curate-none = Nothing waits here
curate-none-detail = What needs a decision shows up by itself.
curate-likeness = { $n } alike
curate-nearest = Nearest:
curate-merge-into = Merge into { $tag }
curate-as-alias = Make it an alias
curate-merge = Merge
curate-split = Split
curate-leave = Leave as it is
curate-left = Left as it is. It is not asked about again
curate-adopt-all = Adopt all { $n }
curate-adopted-all = { $n ->
    [one] 1 tag adopted
   *[other] { $n } tags adopted
}
curate-collecting = Collect in a draft
curate-in-draft = { $n ->
    [one] 1 in the draft
   *[other] { $n } in the draft
}
curate-collect = Put into the draft
curate-collected = { $n ->
    [one] 1 operation in the draft
   *[other] { $n } operations in the draft
}
curate-undone = Undone
lacks-label_ko = no Korean name
lacks-label_en = no English name
lacks-definition_ko = no Korean definition
lacks-definition_en = no English definition
budget = { $active } of { $limit } tags in use
budget-over = { $n } over
budget-limit = Tags at most
budget-why = A small taxonomy is applied alike by everybody. Only curators see this figure
impact-before = Before
impact-after = After
impact-redirected = counted there
impact-moves = { $n ->
    [one] 1 passage moves
   *[other] { $n } passages move
}
impact-more = and { $n } more tags
impact-items = Roadmap items whose counts change
impact-no-items = No roadmap item counts differently.
impact-size = Tags in use: { $before } before, { $after } after
tag-merge-title = Merge { $tag }
tag-merge-lead = What it was put on counts for the other tag at once, and its names become aliases there. Nothing is rewritten, and it can be undone.
tag-merge-from = This tag
tag-merge-into = leads into
tag-merge-swap = The other way round
tag-merge-do = Merge
tag-merge-done = { $tag } merged into { $into }
found-title = Earlier words for { $tag }
found-lead = These passages speak of it and do not carry the tag. Untick what does not fit.
found-none = No earlier passage uses its names. From now on it is suggested.
found-open = open
found-later = Not now
found-do = { $n ->
    [one] Put on 1 passage
   *[other] Put on { $n } passages
}
found-done = { $n ->
    [one] { $tag } put on 1 passage
   *[other] { $tag } put on { $n } passages
}
found-progress = { $done } of { $n }
split-title = Split { $tag }
split-lead = Name the tags this one falls into. Its passages are sorted by suggestion; only the unclear ones are asked about.
split-existing = Tags below it
split-new = New tags
split-name-ko = Korean name of tag { $n }
split-name-en = English name of tag { $n }
split-another = Add another
split-sort = Sort the passages
split-stay = Stays
split-left = { $n ->
    [one] 1 passage undecided
   *[other] { $n } passages undecided
}
split-newest = The newest { $n } of { $total } are shown.
split-do = { $n ->
    [one] Split: 1 passage moves
   *[other] Split: { $n } passages move
}
split-back = Choose other tags
split-passages = Passages
split-where = Where it belongs
split-guess = perhaps
split-no-passages = This tag has no passages of its own.
split-done = { $tag } split: { $n ->
    [one] 1 passage moved
   *[other] { $n } passages moved
}
change-create = Created
change-change = Changed
change-move = Moved
change-merge = Merged
change-split = Split
change-retire = Retired
change-restore = Restored
change-adopt = Adopted
change-batch = Several changes
change-table = Imported from a table
change-undo = Undo
change-redo = Redo
change-is-undone = undone
change-more = and { $n } more
changes-none = Nothing has been changed yet
changes-none-detail = Every change to the taxonomy is kept here and can be undone.
drafts-none = No drafts
drafts-none-detail = Tick “Collect in a draft” in the queue: what you decide is collected and published together.
draft-impact = Show impact
draft-publish = Publish all
draft-drop = Discard
draft-published = { $n ->
    [one] 1 operation published
   *[other] { $n } operations published
}
curate-part-confused = Confusable
curate-lead-confused = Tags that two people gave differently to the same conversations. Sharper definitions, or a merge, make the counts more reliable.
curate-confused-n = { $n ->
    [one] differed on 1 conversation tagged twice
   *[other] differed on { $n } conversations tagged twice
}
curate-sharpen = Sharpen definition
