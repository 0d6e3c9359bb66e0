# What customers taught us.
learned-lead = What customers taught us, in their words. Nobody's time is measured here.
learned-reasons = New reasons this week
learned-reasons-n = { $n ->
    [one] 1 reason
   *[other] { $n } reasons
}
learned-reasons-of = of { $n } learned
learned-heard = Who asked and heard the result
learned-of = { $n } of { $of }
learned-share = { $n } of { $of }, between { $low } and { $high }
learned-few = { $n } of { $of }, too few to say more
learned-mean = from { $n }, between { $low } and { $high }
learned-mean-few = from { $n }, too few to say more
learned-period = { $from } to { $to }
learned-passages-week = In their words, this week
learned-passages-period = In their words
learned-passages-probe = What this question brought
learned-open = open
learned-none = Nothing was learned yet
learned-none-how = Ask a customer why, below an answer; when they write back, confirm with one key what it teaches.
learned-more = More figures
learned-rate = Conversations that taught us something
learned-novelty = New ground
learned-novelty-what = tags of which customers of a plan told us for the first time
learned-promise = Answered as promised
learned-rerouted = Sent elsewhere by one of us
learned-feeling = Feeling from first to last word: { $purpose }
learned-questions = What the questions bring
learned-question = Question
learned-answered = Answered
learned-taught = Taught us something
learned-accounts = How accounts fared
learned-accounts-why = This is association, not cause: accounts that fare well may simply talk more.
learned-with = Accounts
learned-with-talked = we talked with
learned-with-learned = we learned from
learned-with-told = we told the result
learned-kept = Still pay
learned-kept-others = Others still pay
learned-grew = Pay more
learned-grew-others = Others pay more
