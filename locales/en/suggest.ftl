# Tags that are suggested, earlier conversations like this one, and how good suggestions are.

suggested = Suggested:
suggested-sure = Fits with a probability of { $share }.
suggested-why-label = The text has this tag's name in it.
suggested-why-definition = The text shares words with this tag's definition.
suggested-why-learned = Conversations with this tag say the like.
suggested-why-examples = { $n ->
    [one] Learned from one conversation with this tag.
   *[other] Learned from { $n } conversations with this tag.
 }
suggested-nothing = Conversations like this one were mostly left without a tag.
suggested-kept-back = No suggestions here, on purpose
suggested-kept-back-why = A small share of conversations shows none. Only so can one know how good suggestions are when nobody is led by them.
similar-title = Similar earlier conversations
similar-answer-by = { $name } answered
similar-answered = Answered
similar-more = Whole answer
similar-less = Less
similar-none = No earlier conversation is like this one.
for-text-title = Suggested from the text
for-text-none = Nothing in the text points to a tag yet.
for-text-add = Add { $tag }
settings-suggestions = Suggestions
quality-lead = What was suggested when a conversation was opened, compared with the tags it was then given. Last 90 days.
quality-learned = { $n ->
    [0] Nothing was learned from yet: suggestions come from the names and definitions of tags.
    [one] Learned from one conversation.
   *[other] Learned from { $n } conversations.
 }
quality-waiting = { $n ->
    [one] One more waits for the next training.
   *[other] { $n } more wait for the next training.
 }
quality-group = Group
quality-arm-shown = Shown
quality-arm-unbiased = Not shown
quality-n = Conversations
quality-first = First right
quality-three = One of three right
quality-five = Tags among five
quality-all = All
quality-band-head = Frequent tags (over 20 conversations)
quality-band-torso = Middling (6 to 20)
quality-band-tail = Rare tags (up to 5)
quality-language-und = Language unknown
quality-interval = { $low } to { $high }
quality-few = too few
quality-few-why = Fewer than ten cases say nothing.
quality-none = Nothing to compare yet
quality-unbiased-why = “Not shown” are the conversations that keep suggestions back: nobody was led there, so its figures are the honest ones. “Shown” is usually higher, since one tends to take what is offered.
quality-nothing = Of { $n } conversations left without a tag, { $said } had been suggested to have none.
quality-share = Share of conversations without suggestions
quality-share-hint = Drawn by chance, once and for all. 5 % is a good measure; 0 switches the measuring off.
quality-share-saved = Kept: { $share } of conversations show no suggestions
quality-arm = Suggestions
quality-none-detail = It begins with the first conversations that are tagged after suggestions were seen.
