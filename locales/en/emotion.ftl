# How customers feel: in the thread, the inbox, and over time.

sort-worst = Felt worst first
valence-very-bad = Very bad
valence-bad = Bad
valence-even = Even
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
emotion-neutral = Ended evenly
emotion-positive = Ended well
emotion-none = No particular emotion
emotion-menu = Felt as: { $words }. Say otherwise
emotion-corrected = Felt as “{ $words }”
emotion-take-back = Take the correction back
emotion-origin-corrected = said by { $name }
emotion-origin-asked = as the customer answered
emotion-somebody = somebody
emotion-of-conversation = How it was felt
emotion-start = At first
emotion-end = At last
emotion-worst = At worst
emotion-best = At best
emotion-last = Named last
emotion-line = How it was felt
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
key-feeling = Say how it was felt
key-feeling-words = Underline what says how it was felt
health-emotions = Emotions
health-emotions-all = all messages are read
health-emotions-n = { $n } of { $of } messages read
