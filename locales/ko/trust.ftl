# Trends, and the share that is tagged twice: words of places that open at once.

agreement-title = 일치도
trend-new = 새로 나옴
trend-too_few = 말하기에 너무 적음
trend-week = 지난 7일 대화 { $n }건, 평소 { $low }~{ $high }건
trend-week-only = 지난 7일 대화 { $n }건
trend-sign-new = 새로
period-week = 지난 7일 (어제까지)
today-rising-usual = 7일 동안 대화 { $n }건, 평소 { $low }~{ $high }건
house-double = 두 번 붙이기
house-double-lead = 태그를 붙인 대화 일부를 무작위로 뽑아 다른 분이 앞선 태그를 보지 않고 한 번 더 붙입니다. 집계를 얼마나 믿을 수 있는지 일치도로 알려 드립니다. 0이면 하지 않습니다.
house-double-percent = 비율 (%)
