//! The words by which mail programs introduce what they quote, in the languages they do it in. All in lower case.

/// The verb of "On …, somebody wrote:". Long enough words match anywhere in the line, so inflections are few.
pub(super) const WROTE: &[&str] = &[
    "wrote",
    "writes",
    "said:",   // English
    "schrieb", // German
    "a écrit",
    "a ecrit",
    "écrivait", // French
    "escribió",
    "escribio",
    "escribía", // Spanish
    "escreveu", // Portuguese
    "ha scritto",
    "scrisse",
    "scrive", // Italian
    "geschreven",
    "schreef",   // Dutch
    "skrev",     // Swedish, Danish, Norwegian
    "kirjoitti", // Finnish
    "napisał",
    "pisze:",  // Polish
    "napsal",  // Czech
    "napísal", // Slovak
    "írta",    // Hungarian
    "a scris", // Romanian
    "έγραψε",  // Greek
    "написал",
    "пишет",
    "писал",
    "написав", // Russian, Ukrainian
    "yazdı",
    "yazmış", // Turkish
    "작성",
    "썼습니다",
    "쓰셨습니다",
    "쓴 글",
    "님이 씀",
    "보낸 메시지",
    "보낸 메일",
    "님의 말",
    "님의 글", // Korean
    "のメッセージ",
    "書きました",
    "書いた",
    "wrote：", // Japanese
    "写道",
    "寫道",
    "寫到", // Chinese
    "viết",
    "đã viết",     // Vietnamese
    "va escriure", // Catalan
    "написа",
    "пише", // Bulgarian, Serbian, Ukrainian
    "napisao",
    "je napisal", // Croatian, Slovenian
    "kirjutas",
    "rašė",
    "rakstīja", // Estonian, Lithuanian, Latvian
    "כתב",
    "كتب",
    "เขียน",
    "ने लिखा",  // Hebrew, Arabic, Thai, Hindi
    "menulis", // Indonesian
];

/// How the line begins when it is broken over several: "On", "Le", "Am", …
pub(super) const OPENERS: &[&str] = &[
    "on ",
    "at ",
    "in article",
    "le ",
    "am ",
    "el ",
    "il ",
    "em ",
    "op ",
    "dnia ",
    "w dniu ",
    "den ",
    "dne ",
    "dňa ",
    "på ",
    "pe ",
    "la data",
    "în data",
    "ngày ",
    "pada ",
    "στις ",
    "vào ",
];

/// "-----Original Message-----" and its kin, without dashes.
pub(super) const DIVIDERS: &[&str] = &[
    "original message",
    "original mail",
    "original email",
    "forwarded message",
    "forwarded mail",
    "forwarded by",
    "begin forwarded message",
    "reply message",
    "replied message",
    "quoted text",
    "quoted message", // English
    "ursprüngliche nachricht",
    "original-nachricht",
    "originalnachricht",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht",
    "beginn der weitergeleiteten nachricht", // German
    "message d'origine",
    "message d’origine",
    "message original",
    "message initial",
    "message transféré",
    "message transmis",
    "début du message transféré",
    "début du message réexpédié", // French
    "mensaje original",
    "mensaje reenviado",
    "mensaje enviado",
    "inicio del mensaje reenviado", // Spanish
    "mensagem original",
    "mensagem encaminhada",
    "início da mensagem encaminhada",
    "início da mensagem reencaminhada", // Portuguese
    "messaggio originale",
    "messaggio inoltrato",
    "inizio messaggio inoltrato", // Italian
    "oorspronkelijk bericht",
    "origineel bericht",
    "doorgestuurd bericht",
    "begin doorgestuurd bericht", // Dutch
    "ursprungligt meddelande",
    "originalmeddelande",
    "vidarebefordrat meddelande", // Swedish
    "oprindelig meddelelse",
    "videresendt meddelelse",
    "opprinnelig melding",
    "videresendt melding", // Danish, Norwegian
    "alkuperäinen viesti",
    "välitetty viesti", // Finnish
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "wiadomość przekazana",
    "treść przekazanej wiadomości", // Polish
    "původní zpráva",
    "přeposlaná zpráva",
    "pôvodná správa", // Czech, Slovak
    "eredeti üzenet",
    "továbbított üzenet", // Hungarian
    "mesaj original",
    "mesaj redirecționat", // Romanian
    "исходное сообщение",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "начало переадресованного сообщения", // Russian
    "orijinal ileti",
    "orijinal mesaj",
    "iletilen mesaj",
    "yönlendirilmiş ileti", // Turkish
    "원본 메시지",
    "원본메시지",
    "원본 메일",
    "원본메일",
    "원본 이메일",
    "전달된 이메일",
    "원본 내용",
    "원문 메시지",
    "원문",
    "전달된 메시지",
    "전달된 메일",
    "전달한 메시지",
    "다음은 전달된 메시지",
    "받은 메일", // Korean
    "元のメッセージ",
    "転送メッセージ",
    "転送されたメッセージ",
    "オリジナルメッセージ",
    "转发的邮件",
    "原始邮件",
    "原始郵件",
    "轉寄郵件",
    "转发邮件信息", // Japanese, Chinese
];

/// "Please type your reply above this line", with or without dashes.
pub(super) const REPLY_ABOVE: &[&str] = &[
    "reply above this line",
    "type your reply above",
    "write your reply above",
    "reply to this email above",
    "enter your reply above",
    "위에 답장",
    "위에 회신",
    "이 줄 위에",
];

/// The fields of a quoted header, by what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeaderField {
    From,
    Date,
    To,
    Subject,
    Other,
}

pub(super) fn header_field(name: &str) -> Option<HeaderField> {
    Some(match name {
        "from" | "von" | "de" | "da" | "från" | "fra" | "van" | "od" | "lähettäjä" | "kimden" | "от" | "от кого"
        | "feladó" | "expéditeur" | "remitente" | "remetente" | "mittente" | "afzender" | "gönderen" | "sender"
        | "보낸 사람" | "보낸사람" | "보낸이" | "보내는 사람" | "보내는사람" | "발신" | "발신인" | "발신자"
        | "差出人" | "送信者" | "发件人" | "寄件者" | "寄件人" => HeaderField::From,
        "sent"
        | "date"
        | "sent on"
        | "gesendet"
        | "gesendet am"
        | "datum"
        | "envoyé"
        | "envoyé le"
        | "fecha"
        | "enviado"
        | "enviado el"
        | "enviada em"
        | "enviado em"
        | "enviada"
        | "inviato"
        | "inviato il"
        | "data"
        | "skickat"
        | "sendt"
        | "dato"
        | "verzonden"
        | "wysłano"
        | "wysłane"
        | "odesláno"
        | "dátum"
        | "elküldve"
        | "trimis"
        | "отправлено"
        | "дата"
        | "lähetetty"
        | "päivämäärä"
        | "gönderildi"
        | "gönderme tarihi"
        | "tarih"
        | "보낸 날짜"
        | "보낸날짜"
        | "보낸 시간"
        | "보낸시간"
        | "날짜"
        | "일시"
        | "발신일"
        | "발송일"
        | "送信日時"
        | "日時"
        | "日付"
        | "发送时间"
        | "日期"
        | "寄件日期"
        | "傳送時間" => HeaderField::Date,
        "to" | "an" | "à" | "para" | "a" | "per" | "till" | "til" | "aan" | "do" | "komu" | "címzett" | "către"
        | "кому" | "vastaanottaja" | "kime" | "destinataire" | "destinatario" | "destinatário" | "받는 사람"
        | "받는사람" | "받는이" | "수신" | "수신인" | "수신자" | "宛先" | "收件人" | "收件者" => {
            HeaderField::To
        }
        "subject" | "betreff" | "objet" | "sujet" | "asunto" | "assunto" | "oggetto" | "ämne" | "emne"
        | "onderwerp" | "temat" | "předmět" | "predmet" | "tárgy" | "subiect" | "тема" | "aihe" | "konu" | "제목"
        | "件名" | "主题" | "主旨" | "題名" => HeaderField::Subject,
        "cc" | "bcc" | "kopie" | "kopi" | "copie" | "kopia" | "копия" | "kopya" | "bilgi" | "참조" | "숨은 참조"
        | "숨은참조" | "抄送" | "副本" | "reply-to" | "antwort an" | "répondre à" | "responder a"
        | "responder para" | "rispondi a" | "antwoorden aan" | "svar til" | "svara till" | "회신" | "message-id"
        | "importance" | "wichtigkeit" | "importancia" | "priority" | "attachments" | "anlagen" | "첨부"
        | "첨부 파일" | "첨부파일" | "중요도" | "organization" | "newsgroups" | "list" | "mailing-list"
        | "x-mailer" | "sender:" => HeaderField::Other,
        _ => return None,
    })
}

/// What telephones put below a mail.
pub(super) const SENT_FROM: &[&str] = &[
    "sent from my ",
    "sent from mail for",
    "sent from outlook",
    "sent from yahoo",
    "sent from proton",
    "sent from windows",
    "sent from samsung",
    "sent via ",
    "sent with ",
    "sent using ",
    "get outlook for",
    "download outlook for", // English
    "von meinem ",
    "gesendet von ",
    "gesendet mit ",
    "diese nachricht wurde von meinem", // German
    "envoyé de mon ",
    "envoyé depuis ",
    "envoyé à partir",
    "télécharger outlook", // French
    "enviado desde ",
    "enviado do ",
    "enviado de mi ",
    "enviado pelo ",
    "enviado a partir",
    "enviado via ", // Spanish, Portuguese
    "inviato da ",
    "inviato dal ", // Italian
    "verzonden vanaf ",
    "verstuurd vanaf ",
    "verzonden met ", // Dutch
    "skickat från ",
    "sendt fra ",
    "lähetetty ", // Nordic
    "wysłane z ",
    "wysłano z ",
    "odesláno z ",
    "odoslané z ", // Polish, Czech, Slovak
    "отправлено с ",
    "отправлено из ",
    "iphone'umdan",
    "iphone’umdan", // Russian, Turkish
    "iphoneから送信",
    "发自我的",
    "從我的", // Japanese, Chinese
];

/// The same in Korean, where the verb comes last.
pub(super) const SENT_FROM_ENDS: &[&str] = &[
    "에서 보냄",
    "에서 보냄.",
    "에서 보낸 메일",
    "에서 보낸 메일입니다",
    "에서 보낸 메일입니다.",
    "에서 작성한 메일입니다.",
];
