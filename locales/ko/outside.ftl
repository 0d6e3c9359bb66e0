# 고객이 보는 화면: 공개 로드맵, 달라진 점, 알림 신청, 본인 페이지.
outside-roadmap = 로드맵
outside-changes = 달라진 점
outside-skip = 본문으로
outside-feed = 피드로 받아 보기
outside-roadmap-lead = 해 주신 말씀에서 찾은 일들과, 지금 어디까지 왔는지입니다.
outside-none = 아직 공개한 것이 없습니다.
outside-no-changes = 아직 내놓은 것이 없습니다.
outside-status-considering = 살펴보는 중
outside-status-planned = 만들기로 함
outside-status-building = 만드는 중
outside-status-shipped = 나왔습니다
outside-status-declined = 하지 않기로 함
outside-shipped-on = { $day }에 나옴
outside-asked = { $n }분이 말씀하심
outside-quotes = 고객의 말씀
outside-tell = 나오면 알려 주세요
outside-tell-lead = 메일 주소를 남기시면 나올 때, 또는 하지 않기로 할 때 한 번 알려 드립니다.
outside-tell-how = 그 주소가 맞는지 여쭙는 메일을 먼저 보냅니다. 확인하지 않으시면 3일 뒤에 지웁니다.
outside-email = 메일 주소
outside-why = 왜 필요하신가요? (적지 않으셔도 됩니다)
outside-tell-send = 알림 신청
outside-no-address = 메일 주소를 다시 확인해 주세요. 이 주소로는 메일을 보낼 수 없습니다.
outside-too-many = 한꺼번에 너무 많이 왔습니다. 조금 뒤에 다시 해 주세요.
outside-too-many-detail = 오늘은 더 받지 못합니다. 내일 다시 적어 주세요.
outside-sent = 메일을 확인해 주세요
outside-sent-detail = 남기신 주소로 확인 메일을 보냈습니다. 메일에 있는 주소를 열어 확인해 주셔야 신청이 됩니다.
outside-back = 로드맵으로
outside-mail-subject = 확인해 주세요: { $title }
outside-mail-text =
    { $name } 로드맵에서 누군가 이 메일 주소로 알림을 신청했습니다.

    { $title }

    본인이 맞으시면 아래 주소를 열어 확인해 주세요. 3일 동안 쓸 수 있습니다.
    { $url }

    신청하신 적이 없으면 아무것도 하지 않으셔도 됩니다. 확인하지 않은 주소는 지워집니다.
outside-prove = 알림을 신청하시겠어요?
outside-prove-detail = “{ $title }” 소식을 { $email } 주소로 알려 드립니다.
outside-prove-send = 네, 알려 주세요
outside-proved = 신청되었습니다
outside-proved-detail = 정해지면 메일로 알려 드립니다. 언제든 그만 받으실 수 있습니다.
outside-consent-source = 공개 로드맵에서 알림을 신청하고 메일 주소를 확인함
outside-subject = 남겨 주신 말씀
outside-gone = 찾으시는 것이 없습니다
outside-gone-detail = 주소가 바뀌었거나 쓸 수 있는 때가 지났습니다.
outside-lost = 이 주소는 더 쓸 수 없습니다
outside-lost-title = 내가 한 말 모아 보기
outside-lost-lead = 저희에게 보내실 때 쓰시는 메일 주소를 남겨 주시면, 해 주신 말씀과 그 결과를 보실 수 있는 새 주소를 보내 드립니다.
outside-lost-how = 저희가 아는 주소일 때만 메일이 갑니다. 아는 주소인지 아닌지는 여기서 아무도 알 수 없습니다.
outside-lost-send = 새 주소 받기
outside-lost-sent = 저희가 아는 메일 주소라면 새 주소를 담은 메일이 곧 도착합니다. 새 주소는 반년 동안 쓸 수 있습니다.
outside-lost-mail-subject = { $name }에 해 주신 말씀을 보실 수 있는 주소입니다
outside-lost-mail-text =
    { $name }에 해 주신 말씀과 그 결과를 보실 수 있는 새 주소를 신청하셔서 보내 드립니다.

    { $url }

    본인만 보실 수 있는 주소이며 반년 동안 쓸 수 있습니다. 신청하신 적이 없으면 아무것도 하지 않으셔도 됩니다.
outside-own-title = { $name } 님이 해 주신 말씀
outside-own-lead = { $since }부터 { $n }가지를 말씀해 주셨고, { $told }가지는 결과를 전해 드렸습니다.
outside-own-lead-none = 아직 정리해 둔 말씀이 없습니다.
outside-own-told-us = 저희에게 말씀해 주신 것
outside-own-heard = { $day } 들음
outside-own-planned-for = { $half }에 만들기로 함, 소식 전함
outside-own-planned = 만들기로 함, 소식 전함
outside-own-shipped = { $day } 출시, 소식 전함
outside-own-declined = 하지 않기로 함, 까닭을 전해 드림
outside-own-changed = 다시 정함, 소식 전함
outside-own-confirmed = 풀렸다고 답해 주심
outside-own-open = 아직 전해 드릴 소식이 없음
outside-half-1 = { $year }년 상반기
outside-half-2 = { $year }년 하반기
outside-own-more = 더 하실 말씀
outside-own-send = 보내기
outside-own-tell = 결과가 나오면 알려 주세요
outside-own-stop = 소식 그만 받기
outside-own-tells = 결과가 나오면 알려 드립니다.
outside-own-silent = 지금은 소식을 보내 드리지 않습니다.
outside-stop-detail = 앞으로 결과 소식을 보내지 않습니다. 이 페이지에서 언제든 다시 신청하실 수 있습니다.
outside-own-private = { $name } 님만 보시는 페이지입니다. 주소를 다른 분께 보내지 마세요.
outside-own-export = 내 기록 받기
outside-own-erase = 지우기
outside-own-back = 돌아가기
outside-own-link = 해 주신 말씀 모두 보기
outside-own-done-tell = 결과가 나오면 알려 드리겠습니다.
outside-own-done-stop = 이제 소식을 보내지 않습니다.
outside-own-done-said = 잘 받았습니다. 고맙습니다.
outside-own-source = 본인 페이지에서 직접 고름
outside-erase = 모두 지울까요?
outside-erase-detail = 이름과 주소, 해 주신 말씀과 주고받은 글이 모두 지워집니다. 되돌릴 수 없고, 결과 소식도 받지 못하십니다.
outside-erase-sure = 되돌릴 수 없음을 알고 있습니다
outside-erase-send = 모두 지우기
outside-erased = 지웠습니다
outside-erased-detail = 이름과 주소, 해 주신 말씀과 저희가 보내 드린 글을 지웠습니다. 이 주소는 이제 쓸 수 없습니다.
# 떠나는 분께 여쭙는 글.
outside-leave-title = { $name } 이용을 마치며
outside-leave-lead = 그동안 함께해 주셔서 고맙습니다. 떠나시는 까닭을 들려주시면 만드는 사람들이 읽겠습니다.
outside-leave-no-cancel = 이 글을 보내도 계약이 해지되지는 않습니다. 해지는 이용하시는 곳에서 따로 해 주세요.
outside-leave-as = { $name } 님의 이름으로 보냅니다.
outside-leave-why = 왜 떠나시나요? (여러 개 고를 수 있습니다)
outside-leave-words = 무엇이 달랐더라면 좋았을까요? (적지 않으셔도 됩니다)
outside-leave-news = 아쉬워하신 것이 나오면 알려 드려도 될까요?
outside-leave-news-yes = 네, 알려 주세요
outside-leave-news-no = 아니요, 괜찮습니다
outside-leave-email = 메일 주소 (적지 않으셔도 됩니다)
outside-leave-how = 주소를 남기시면 어느 분의 말씀인지 알 수 있고, 소식을 드릴 수 있습니다. 본인의 주소인지 확인하는 메일을 먼저 보내며, 하루 안에 확인되지 않으면 주소 없이 말씀만 간직합니다.
outside-leave-send = 보내기
outside-leave-nothing = 까닭을 고르거나, 직접 적어 주세요.
outside-leave-no-address = 알려 드리려면 메일을 받을 수 있는 주소가 필요합니다. 주소를 다시 확인하시거나 ‘아니요’를 골라 주세요.
outside-leave-thanks = 고맙습니다
outside-leave-thanks-detail = 말씀 잘 받았습니다. 꼭 읽겠습니다. 늘 좋은 일만 있으시길 바랍니다.
outside-leave-confirm-detail = 말씀 잘 받았습니다. 남기신 주소로 메일을 보냈으니, 메일에 있는 주소를 열어 확인해 주세요.
outside-leave-mail-subject = 확인해 주세요: { $name }에 남기신 말씀
outside-leave-mail-text =
    누군가 { $name }에 이 메일 주소를 적고 떠나는 까닭을 남겼습니다.

    본인이 맞으시면 아래 주소를 열어 확인해 주세요. 하루 동안 쓸 수 있습니다.
    { $url }

    본인이 아니시면 아무것도 하지 않으셔도 됩니다. 주소는 남기지 않고 말씀만 간직합니다.
outside-leave-prove = 본인이 남기신 말씀인가요?
outside-leave-prove-detail = 누군가 { $email } 주소를 적고 떠나는 까닭을 남겼습니다. 확인해 주시면 본인의 말씀으로 받겠습니다.
outside-leave-prove-send = 네, 제가 남겼습니다
outside-leave-proved = 확인되었습니다. 고맙습니다
outside-leave-proved-detail = 말씀 잘 받았고, 꼭 읽겠습니다. 소식을 받을지는 언제든지 바꾸실 수 있습니다.
outside-leave-subject = 떠나시는 까닭
outside-leave-consent-source = 떠나며 남긴 글에서 직접 고름
outside-leave-door = 떠나는 분의 말씀
outside-leave-own = 이용을 마치려 합니다
outside-leave-done = 말씀 잘 받았습니다. 그동안 고맙습니다.
