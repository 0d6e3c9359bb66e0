# Trends, and the share that is tagged twice: words of places that open at once.

agreement-title = Agreement
trend-new = New
trend-too_few = Too few to say
trend-week = { $n } conversations in seven days, usually { $low } to { $high }
trend-week-only = { $n } conversations in seven days
trend-sign-new = New
period-week = Last 7 days, to yesterday
today-rising-usual = { $n } conversations in seven days, usually { $low } to { $high }
house-double = Tagging twice
house-double-lead = A random share of tagged conversations is tagged again, blind, by a second person. Agreement shows how far counts can be trusted; 0 switches it off.
house-double-percent = Share in percent
