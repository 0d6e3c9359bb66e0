# 태그 제안, 비슷한 지난 대화, 제안이 얼마나 맞는지.

suggested = 제안:
suggested-sure = 맞을 확률 { $share }.
suggested-why-label = 글에 이 태그의 이름이 나옵니다.
suggested-why-definition = 글에 이 태그의 정의와 같은 말이 있습니다.
suggested-why-learned = 이 태그가 붙은 대화들과 비슷한 말입니다.
suggested-why-examples = 이 태그가 붙은 대화 { $n }건에서 배웠습니다.
suggested-nothing = 이런 대화에는 대개 태그를 붙이지 않았습니다.
suggested-kept-back = 이 대화에는 일부러 제안하지 않습니다
suggested-kept-back-why = 대화 가운데 일부에는 제안을 보이지 않습니다. 그래야 제안에 이끌리지 않았을 때 제안이 얼마나 맞는지 알 수 있습니다.
similar-title = 비슷한 지난 대화
similar-answer-by = { $name }의 답
similar-answered = 답
similar-more = 답 전체 보기
similar-less = 줄이기
similar-none = 비슷한 지난 대화가 없습니다.
for-text-title = 글을 보고 고른 태그
for-text-none = 아직 글에서 짚이는 태그가 없습니다.
for-text-add = { $tag } 더하기
settings-suggestions = 태그 제안
quality-lead = 대화를 열었을 때 제안한 태그와 그 뒤에 실제로 붙은 태그를 비교했습니다. 지난 90일 기준입니다.
quality-learned = { $n ->
    [0] 아직 배운 대화가 없습니다. 지금은 태그의 이름과 정의를 보고 제안합니다.
   *[other] 대화 { $n }건에서 배웠습니다.
 }
quality-waiting = { $n }건은 다음 학습을 기다립니다.
quality-group = 묶음
quality-arm-shown = 보인 대화
quality-arm-unbiased = 보이지 않은 대화
quality-n = 대화 (건)
quality-first = 첫 제안이 맞음
quality-three = 셋 안에 맞음
quality-five = 다섯 안에 든 태그
quality-all = 전체
quality-band-head = 많이 쓰는 태그 (대화 20건 초과)
quality-band-torso = 보통 (6~20건)
quality-band-tail = 드문 태그 (5건 이하)
quality-language-und = 언어 모름
quality-interval = { $low }~{ $high }
quality-few = 아직 적음
quality-few-why = 열 건이 안 되면 말할 수 없습니다.
quality-none = 아직 비교할 것이 없습니다
quality-unbiased-why = ‘보이지 않은 대화’에서는 아무도 제안에 이끌리지 않았으니 이쪽이 정직한 수치입니다. ‘보인 대화’는 보이는 것을 고르기 쉬워 대개 더 높게 나옵니다.
quality-nothing = 태그 없이 둔 대화 { $n }건 가운데 { $said }건에는 ‘붙일 태그 없음’을 제안했습니다.
quality-share = 제안을 보이지 않을 대화의 비율
quality-share-hint = 대화마다 한 번 무작위로 정하고 바꾸지 않습니다. 5%가 알맞고, 0이면 재지 않습니다.
quality-share-saved = 저장했습니다. 대화의 { $share }에는 제안을 보이지 않습니다
quality-arm = 제안
quality-none-detail = 제안을 본 다음 태그를 붙인 대화부터 셉니다.
