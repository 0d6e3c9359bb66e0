//! Plain sentences as customers write them: the feeling is named, the sign is right, and plain questions carry none.
use learn::emotion::{Emotion, read_emotion};

const ENGLISH: [(Emotion, [&str; 10]); 7] = [
    (
        Emotion::Anger,
        [
            "I am furious about how I was treated by your support team.",
            "This makes me so angry, you charged me twice again!",
            "How dare you cancel my order without telling me.",
            "This is outrageous and completely unacceptable.",
            "I hate this app, it deleted all my work!",
            "I'm really angry that nobody has called me back.",
            "You people are idiots, give me my money back right now!",
            "I am livid. Three weeks and still no refund.",
            "What the hell is wrong with your company?",
            "I'm so mad at the way you handled this.",
        ],
    ),
    (
        Emotion::Annoyance,
        [
            "This is the third time it crashed, so annoying.",
            "It's really frustrating that I have to log in every hour.",
            "I'm getting tired of these pop-ups.",
            "The constant notifications are irritating.",
            "I am fed up with explaining the same problem to every agent.",
            "It bugs me that the setting resets itself.",
            "Ugh, the page froze again.",
            "I'm sick of waiting for a reply.",
            "This is starting to get on my nerves.",
            "It is a bit annoying that search never finds anything.",
        ],
    ),
    (
        Emotion::Disappointment,
        [
            "I'm really disappointed with this.",
            "I expected better from a company like yours.",
            "The new version is a big let down.",
            "What a disappointment, the feature I paid for is gone.",
            "Sadly this is not what I hoped for.",
            "We had high hopes, but the result is underwhelming.",
            "It's disappointing that you dropped support for Linux.",
            "I feel let down by your service.",
            "I was disappointed to learn that the export is missing.",
            "Unfortunately the quality fell short of what you promised.",
        ],
    ),
    (
        Emotion::Confusion,
        [
            "I don't understand what this error means.",
            "I'm confused about the difference between the two plans.",
            "This makes no sense to me, why are there two invoices?",
            "I have no idea what I am supposed to click here.",
            "The instructions are confusing.",
            "I'm not sure what this setting does.",
            "I can't figure out how to invite my team.",
            "Wait, I'm lost. Which account was charged?",
            "It's baffling why the total changes every time.",
            "I don't get why my access was removed.",
        ],
    ),
    (
        Emotion::Relief,
        [
            "Phew, all my files are still there.",
            "What a relief that the backup worked.",
            "I'm so relieved that the payment went through.",
            "Thank goodness, nothing was lost.",
            "That's a weight off my shoulders.",
            "I was really worried, but it's finally working again, what a relief.",
            "Glad that's over, I can breathe again.",
            "Such a relief to hear that my data is safe.",
            "I feel relieved now that the account is back.",
            "Whew, that was close, but it is fixed.",
        ],
    ),
    (
        Emotion::Gratitude,
        [
            "Thank you so much for your help!",
            "Thanks, that solved it.",
            "I really appreciate the quick reply.",
            "We are very grateful for your patience.",
            "Many thanks for sorting this out.",
            "I can't thank you enough for staying late to fix this.",
            "Much appreciated, have a nice day.",
            "Thanks a lot for explaining it so clearly.",
            "Thank you, Anna was a great help.",
            "I am thankful that you took the time.",
        ],
    ),
    (
        Emotion::Delight,
        [
            "I absolutely love the new design!",
            "I'm so happy with the update.",
            "Wow, this is amazing, I love it!",
            "We are thrilled with the results.",
            "This made my day!",
            "I am delighted with how fast it is now.",
            "I'm so excited about the new dashboard!",
            "Yay, it works beautifully, I'm very happy!",
            "Our whole team is overjoyed.",
            "It's a joy to use.",
        ],
    ),
];

const KOREAN: [(Emotion, [&str; 10]); 7] = [
    (
        Emotion::Anger,
        [
            "환불이 안 돼서 정말 화가 나네요.",
            "상담원 태도 때문에 너무 화가 납니다.",
            "지금 장난하세요? 당장 환불해 주세요!",
            "이런 식으로 고객을 속이다니 분노가 치밀어요.",
            "진짜 열받네요, 벌써 세 번째입니다.",
            "아무 말 없이 결제하다니 도저히 용납할 수 없습니다.",
            "사람을 뭘로 보는 겁니까? 정말 괘씸하네요.",
            "두 번이나 결제돼서 화났어요.",
            "더 이상은 참을 수 없습니다.",
            "전화할 때마다 말이 바뀌니 울화가 치밉니다.",
        ],
    ),
    (
        Emotion::Annoyance,
        [
            "또 멈췄어요, 짜증나네요.",
            "매번 다시 로그인해야 해서 너무 귀찮아요.",
            "알림이 계속 와서 성가십니다.",
            "광고 창이 자꾸 떠서 거슬려요.",
            "같은 설명을 반복하려니 지겹습니다.",
            "답이 없어서 답답하네요.",
            "화면이 느려서 답답해 죽겠어요.",
            "설정이 자꾸 풀려서 짜증스럽습니다.",
            "매달 같은 오류라니 지긋지긋해요.",
            "절차가 너무 번거로워요.",
        ],
    ),
    (
        Emotion::Disappointment,
        [
            "이번 업데이트는 정말 실망이에요.",
            "기대했는데 생각보다 별로네요.",
            "서비스에 크게 실망했습니다.",
            "품질이 기대에 못 미칩니다.",
            "쓰던 기능이 없어져서 아쉽습니다.",
            "오래 쓴 고객인데 이런 대우라니 정말 실망이네요.",
            "기대 이하예요.",
            "약속하신 것과 달라서 실망스럽습니다.",
            "새 기능이 기대보다 별로라 실망이 커요.",
            "새 버전은 실망스러운 점이 많아요.",
        ],
    ),
    (
        Emotion::Confusion,
        [
            "요금제 차이가 뭔지 헷갈려요.",
            "이 오류가 무슨 뜻인지 모르겠어요.",
            "안내문이 이해가 안 돼요.",
            "메뉴가 바뀌어서 혼란스럽습니다.",
            "어느 버튼을 눌러야 하는지 모르겠습니다.",
            "청구서가 두 장이라 좀 당황스럽네요.",
            "왜 금액이 다른지 이해하기 어려워요.",
            "설명이 복잡해서 뭐가 뭔지 하나도 모르겠네요.",
            "두 계정 중 어떤 게 맞는지 혼동됩니다.",
            "뭘 어떻게 해야 할지 모르겠어요.",
        ],
    ),
    (
        Emotion::Relief,
        [
            "파일이 그대로 있어서 다행이에요.",
            "이제야 안심이 되네요.",
            "결제가 취소돼서 한시름 놓았습니다.",
            "복구됐다니 정말 다행입니다.",
            "문제가 풀려서 속이 시원하네요.",
            "걱정 많이 했는데 이제 마음이 놓입니다.",
            "휴, 살았다. 백업이 남아 있었네요.",
            "답변을 들으니 걱정을 덜었어요.",
            "늦지 않아서 다행이네요.",
            "해결되고 나니 후련합니다.",
        ],
    ),
    (
        Emotion::Gratitude,
        [
            "정말 감사합니다, 덕분에 해결됐어요.",
            "빠른 답변 고맙습니다.",
            "친절하게 알려 주셔서 감사해요.",
            "늦은 시간까지 도와주셔서 감사드립니다.",
            "고마워요, 이제 잘 돼요.",
            "신경 써 주셔서 진심으로 감사드려요.",
            "도움 주셔서 너무 고마웠어요.",
            "상담해 주신 분께 감사하다고 전해 주세요.",
            "덕분에 살았어요, 감사합니다!",
            "항상 애써 주셔서 고맙게 생각합니다.",
        ],
    ),
    (
        Emotion::Delight,
        [
            "새 디자인이 너무 좋아요!",
            "업데이트하고 나서 정말 행복해요.",
            "와, 진짜 최고예요!",
            "결과를 보고 팀 모두가 기뻐했어요.",
            "속도가 빨라져서 신나요.",
            "새 기능이 마음에 쏙 들어요.",
            "쓸 때마다 기분이 좋아지고 즐거워요.",
            "이렇게까지 챙겨 주시다니 감동했어요.",
            "아주 만족스럽습니다. 대만족이에요!",
            "원하던 기능이 나와서 기쁩니다.",
        ],
    ),
];

const PLAIN: [&str; 24] = [
    "Where can I find the invoice?",
    "How do I change my password?",
    "Which plan includes the API?",
    "Please send the receipt for March to our accounting address.",
    "Can I add a second user to my account?",
    "What are your opening hours on Sunday?",
    "I would like to change the delivery address of my order.",
    "Does the export contain archived conversations?",
    "Our company has 40 employees and uses the team plan.",
    "When does my subscription renew?",
    "Is there a limit to the number of projects?",
    "My order number is 48213.",
    "송장은 어디에서 볼 수 있나요?",
    "비밀번호는 어디서 바꾸나요?",
    "세금계산서 발행이 가능한가요?",
    "배송 주소를 변경하고 싶습니다.",
    "요금제는 언제 갱신되나요?",
    "팀원을 한 명 더 추가하려면 어떻게 하나요?",
    "일요일에도 상담이 가능한가요?",
    "내보내기에 보관된 대화도 포함되나요?",
    "주문 번호는 48213입니다.",
    "3월 영수증을 메일로 보내 주세요.",
    "API는 어떤 요금제에서 쓸 수 있나요?",
    "전화가 나을까요, 메일이 나을까요?",
];

/// What is denied or only supposed is not said.
const DENIED: [(&str, Emotion); 10] = [
    ("I am not angry, I just want to know.", Emotion::Anger),
    ("It is not annoying at all.", Emotion::Annoyance),
    ("I wasn't disappointed.", Emotion::Disappointment),
    ("If you are confused, see the manual.", Emotion::Confusion),
    ("I would love the invoice as a file.", Emotion::Delight),
    ("화나지 않았어요.", Emotion::Anger),
    ("짜증 안 나요.", Emotion::Annoyance),
    ("실망하지 않았습니다.", Emotion::Disappointment),
    ("전혀 헷갈리지 않아요.", Emotion::Confusion),
    ("별로 기쁘지 않네요.", Emotion::Delight),
];

#[test]
fn clear_sentences_are_named_and_never_get_the_opposite_sign() {
    for (language, sentences) in [("English", ENGLISH), ("Korean", KOREAN)] {
        for (emotion, texts) in sentences {
            let mut missed = Vec::new();
            for text in texts {
                let reading = read_emotion(text);
                assert!(reading.valence.signum() * emotion.sign() >= 0, "{text}: {reading:?}");
                if reading.emotion.is_none_or(|one| one.0 != emotion) {
                    missed.push(format!("{text}: {} {:?}", reading.valence, reading.emotion));
                }
            }
            println!("{language}, {}: {} of 10 named; {missed:?}", emotion.name(), 10 - missed.len());
            assert!(missed.len() <= 2, "{language}, {}: {missed:#?}", emotion.name());
        }
    }
}

#[test]
fn plain_questions_carry_no_feeling() {
    let mut leaning = Vec::new();
    for text in PLAIN {
        let reading = read_emotion(text);
        assert_eq!(reading.emotion, None, "{text}: {reading:?}");
        assert!(reading.valence.abs() <= 1, "{text}: {reading:?}");
        if reading.valence != 0 {
            leaning.push(format!("{text}: {:?}", reading.shares));
        }
    }
    println!("{leaning:#?}");
    assert!(leaning.len() <= 2, "{leaning:#?}");
    for text in ["Where can I find the invoice?", "송장은 어디에서 볼 수 있나요?"] {
        assert_eq!(read_emotion(text).valence, 0, "{text}");
    }
}

#[test]
fn a_feeling_that_is_denied_or_only_supposed_is_not_named() {
    for (text, emotion) in DENIED {
        let reading = read_emotion(text);
        assert!(reading.emotion.is_none_or(|one| one.0 != emotion), "{text}: {reading:?}");
    }
}
