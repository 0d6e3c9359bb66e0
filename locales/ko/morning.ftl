# 아침에 읽는 고객의 말: 메일, 화면, 설정.

morning-mail-subject = 오늘의 말씀 { $n }건 · { $date }
morning-mail-intro = 지난번 이후 들어온 말 { $n }건을 놓고 골랐습니다. 새로 온 말, 늘어난 태그의 말, 우연히 뽑힌 말이 섞여 있으며, 모두 줄이지 않은 원래 말씀입니다.
morning-mail-by-mail = ‘답하기’로 보내신 글은 그분께 그대로 갑니다.
morning-mail-by-link = 이 메일로는 답장이 닿지 않습니다. 대화를 열어 답해 주세요.
morning-mail-by-both = ‘답하기’가 있는 말씀은 보내신 글이 그분께 그대로 갑니다. 나머지는 대화를 열어 답해 주세요.
morning-mail-answer = 답하기
morning-mail-answer-to = 답장 주소: { $address }
morning-mail-open = 메일로는 답장이 닿지 않습니다. 대화에서 답해 주세요.
morning-mail-open-short = 대화 열기
morning-mail-person = { $name } 님
morning-mail-nobody = 이름을 모르는 분
morning-mail-size = 직원 { $size }명
morning-mail-assignee = 담당 { $name }
morning-mail-channel = { $channel ->
    [email] 메일
    [chat] 채팅
    [call] 통화
    [form] 양식
    [survey] 설문
    [interview] 인터뷰
    [workshop] 워크숍
    [docs] 문서 의견
    [community] 커뮤니티
    [social] 소셜
   *[other] 그 밖의 길
  }
morning-mail-end = 이 페이지와 설정: { $url }
morning-mail-end-short = 화면에서 보기 · 설정
morning-why-new = 새로 온 말
morning-why-rising = 늘어난 태그: { $tag }
morning-why-chance = 우연히 뽑힌 말
morning-answer-kept = 아침 메일에서 쓴 답장인데 보내지 못했습니다. { $why }

    { $text }
morning-week-subject = 이번 주, 맡으신 과제 { $n }개의 소식
morning-week-intro = 지난 이레 동안 만드시는 것을 필요로 한 분들의 말입니다.
morning-week-figures = 대화 { $conversations }건 · 고객 { $persons }명 · 고객사 { $accounts }곳
morning-week-few = 몇 분 안 되어 숫자는 보이지 않습니다.
morning-week-new = 새로 요청하신 { $n }명: { $names }
morning-week-end = 화면에서 보기: { $url }
morning-week-end-short = 화면에서 보기

morning-title = 오늘의 말씀
morning-title-day = { $date }의 말씀
morning-from = 지난번 이후 들어온 말 { $n }건을 놓고 골랐습니다. 모두 줄이지 않은 원래 말씀입니다.
morning-none = 오늘은 새로 읽을 말이 없습니다.
morning-none-detail = 고객이 말을 건네면 다음 아침에 여기에 모입니다. 같은 말은 두 번 나오지 않습니다.
morning-no-page = 이날은 페이지를 만들지 않았습니다.
morning-gone = 그 뒤에 지워지거나 가려진 말이 { $n }건 있습니다.
morning-before = 앞선 날
morning-after = 다음 날
morning-answered = 답하심
morning-assignee = 담당 { $name }
morning-size = 직원 { $size }명
morning-band = 규모 { $band }
morning-more = 이어 읽기
morning-all = 오늘의 말씀 모두 보기
morning-settings = 아침 설정
morning-settings-detail = 무엇을, 언제 읽을지 정합니다. 비워 두면 모두에서 고릅니다.
morning-mail-on = 메일로도 받기
morning-hour = 받는 시각
morning-hour-of = { $hour }시
morning-zone = 시간대
morning-zone-house = 사랑방과 같게
morning-passages = 몇 건
morning-doors = 창구
morning-languages = 언어
morning-kinds = 종류
morning-tags = 태그
morning-tags-pick = 태그를 골라 더하기
morning-week-on = 맡은 과제의 소식을 월요일마다 메일로 받기
morning-saved = 저장했습니다
morning-save = 저장
morning-week-title = 이번 주에 알아 두실 것
morning-week-none = 이번 주에는 맡으신 과제에 새 소식이 없습니다.
morning-week-link = 이번 주, 맡은 과제의 소식
