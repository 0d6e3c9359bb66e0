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
