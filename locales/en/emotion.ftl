# How customers feel: in the thread, the inbox, and over time.

sort-worst = Worst feeling first
valence-very-bad = Very bad
valence-bad = Bad
valence-even = Neutral
valence-good = Good
valence-very-good = Very good
emotion-anger = Anger
emotion-annoyance = Annoyance
emotion-disappointment = Disappointment
emotion-confusion = Confusion
emotion-relief = Relief
emotion-gratitude = Gratitude
emotion-delight = Delight
emotion-negative = Ended badly
emotion-neutral = Ended neutrally
emotion-positive = Ended well
emotion-none = No particular emotion
emotion-menu = Read as: { $words }. Correct it
emotion-corrected = Corrected to “{ $words }”
emotion-take-back = Undo the correction
emotion-origin-corrected = corrected by { $name }
emotion-origin-asked = as the customer answered
emotion-somebody = somebody
emotion-of-conversation = Feeling
emotion-start = At the start
emotion-end = At the end
emotion-worst = At worst
emotion-best = At best
emotion-last = Named emotion
emotion-line = Feeling over time
emotion-read = read from their words
emotion-said = said by people
emotion-entries = { $n ->
    [one] 1 message
   *[other] { $n } messages
}
emotion-line-about = { $n ->
    [one] mean of each week, 1 message in the last year
   *[other] mean of each week, { $n } messages in the last year
}
key-feeling = Correct the feeling
key-feeling-words = Underline the words that show a feeling
health-emotions = Emotions
health-emotions-all = all messages are read
health-emotions-n = { $n } of { $of } messages read
