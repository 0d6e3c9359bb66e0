# Today.

today-mine = 내 차례
today-waiting = 기다리는 고객
today-unassigned = 담당 없음
today-untagged = 태그 전
today-rising = 늘어난 태그
today-items = 움직인 과제
today-first = { $name }, 어서 오세요
today-first-detail = 대화를 가져와 태그를 붙이면, 고객의 말이 로드맵을 움직입니다. 5분이면 한 바퀴 돌아볼 수 있습니다.
today-first-wait = 아직 들어온 대화가 없습니다. 대화가 들어오면 여기에서 하루를 시작하시면 됩니다.
today-invite = 동료 초대하기
today-step-import = 대화를 가져옵니다. 예시 회사로 먼저 둘러보셔도 됩니다.
today-step-tags = 기본 태그로 시작하거나 태그를 직접 만듭니다.
today-step-tag = 대화를 열고 t 를 눌러 태그를 붙입니다.
today-step-roadmap = 로드맵 과제에 태그를 이으면 고객의 말이 모입니다.
today-together = 함께 보는 것
today-goals = 함께 이룰 목표
today-areas = 제품 영역
today-week = 내 과제의 이번 주
