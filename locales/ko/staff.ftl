# Sign-in, first run, invitations.

sign-in = 로그인
email = 이메일
password = 비밀번호
password-hint = 열 글자 이상이면 됩니다. 외우기 쉬운 긴 문장이 좋습니다.
password-show = 보이기
password-hide = 가리기
own-name = 이름
setup-title = 사랑방을 엽니다
setup-lead = 첫 번째 구성원, 곧 주인장을 정합니다. 나머지는 나중에 설정에서 바꿀 수 있습니다.
setup-company = 회사 이름
setup-zone = 시간대
setup-zone-hint = 하루와 한 주를 이 시간대로 셉니다.
setup-do = 열기
setup-no-token = 이 화면은 서버가 켜질 때 알려 준 주소로만 열립니다. 터미널에서 setup?token= 이 들어 있는 주소를 열어 주세요.
invitation = 초대
invitation-title = { $company }의 사랑방에 초대받으셨습니다
invitation-lead = { $role } 구성원으로 함께합니다. 이름과 비밀번호를 정해 주세요.
invitation-accept = 들어가기
role-owner = 주인장
role-admin = 관리자
role-curator = 태그 관리자
role-agent = 담당자
role-viewer = 보기만 하는
