//! HTML from strangers: nothing that runs or calls home survives, and what is read reads well.

use mailkit::{ParsedMail, Problem, parse_mail};

fn html_mail(html: &str) -> ParsedMail {
    let head = "From: a@example.com\r\nMessage-ID: <x@example.com>\r\nDate: Sat, 21 Nov 2026 15:04:05 +0900\r\n";
    parse_mail(format!("{head}Content-Type: text/html; charset=utf-8\r\n\r\n{html}").as_bytes())
}

fn text_of(html: &str) -> String {
    html_mail(html).text
}

#[test]
fn nothing_that_runs_survives() {
    for attack in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\tscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'>",
        "<iframe src='https://evil.example'></iframe>",
        "<object data='https://evil.example'></object><embed src='x'>",
        "<form action='https://evil.example'><input name=q><button>go</button></form>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<base href='https://evil.example/'>",
        "<link rel=stylesheet href='https://evil.example/x.css'>",
        "<div style='background:url(https://evil.example/x)'>x</div>",
        "<div style='color:red;width:expression(alert(1))'>x</div>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<<script>alert(1);//<</script>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<table background='https://evil.example/x'><tr><td>x</td></tr></table>",
        "<video src='https://evil.example/x'></video><audio src='https://evil.example/x'></audio>",
        "<p id=x class=y name=z>x</p>",
        "<template><script>alert(1)</script></template>",
    ] {
        let html = html_mail(attack).html.unwrap().to_lowercase();
        // Attribute values and text may say anything; tags and attributes may not.
        let tags: String =
            html.split('<').skip(1).filter_map(|t| t.split_once('>')).map(|(tag, _)| format!("<{tag}>")).collect();
        for bad in [
            "<script",
            "onerror=a",
            "onload",
            "javascript:",
            "<svg",
            "<math",
            "<iframe",
            "<object",
            "<embed",
            "<form",
            "<input",
            "<meta",
            "<base",
            "<link",
            "url(",
            "expression",
            "<style",
            "background=",
            "<video",
            "<audio",
            "data:text",
            "svg+xml",
            " id=",
            " class=",
            " name=",
        ] {
            let is_attribute_text = bad == "onerror=a" && tags.contains("title=");
            assert!(!tags.contains(bad) || is_attribute_text, "{attack}\n→ {html}");
        }
    }
}

#[test]
fn remote_images_are_blocked_and_those_inside_the_mail_are_not() {
    let html = html_mail(
        "<img alt='a src=\"http://x\"' src='https://t.example/p.gif' srcset='https://t.example/2x.gif 2x'>\
         <img src='//t.example/q.gif'><IMG SRC=HTTP://t.example/r.gif><img src='cid:logo'>\
         <img src='data:image/png;base64,iVBOR'><input type=image src='https://t.example/s.gif'>",
    )
    .html
    .unwrap();
    assert!(html.contains("data-remote-src=\"https://t.example/p.gif\""), "{html}");
    assert!(html.contains("data-remote-src=\"HTTP://t.example/r.gif\""), "{html}");
    assert!(html.contains(" src=\"cid:logo\"") && html.contains(" src=\"data:image/png;base64,iVBOR\""), "{html}");
    assert!(!html.contains(" src=\"http") && !html.contains(" src=\"HTTP") && !html.contains("srcset"), "{html}");
    assert!(!html.contains("q.gif") && !html.contains("s.gif"), "{html}");
}

#[test]
fn links_open_without_telling_where_they_were() {
    let html = html_mail("<a href='https://example.com/a?b=1&amp;c=2'>x</a>").html.unwrap();
    assert!(html.contains("rel=\"noopener noreferrer nofollow\""), "{html}");
}

#[test]
fn text_reads_as_it_looks() {
    for (html, text) in [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<div>one</div><div>two</div><div><br></div><div>three</div>", "one\ntwo\n\nthree"),
        ("a  b\n c&nbsp;d", "a b c d"),
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
        ("<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>", "1. a\n2. b\n  - c"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td></td><td>d</td></tr></table>", "a | b\nc | d"),
        ("<table><tr><td><table><tr><td><p>Hello</p></td></tr></table></td></tr></table>", "Hello"),
        ("<a href='https://example.com/'>example.com</a>", "example.com"),
        ("<a href='https://example.com/x'>the page</a>.", "the page (https://example.com/x)."),
        ("<a href='mailto:kim@example.com'>kim@example.com</a>", "kim@example.com"),
        (&format!("<a href='https://t.example/{}'>button</a>", "x".repeat(200)), "button"),
        ("<a href='https://t.example/'><img src='https://t.example/b.png' alt='Buy'></a>", "[Buy]"),
        ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n> > b\nc"),
        ("x<style>p{}</style><script>y</script><title>t</title>z", "xz"),
        ("a<span style='display:none'>hidden</span>b", "ab"),
        ("a<div style='DISPLAY : NONE !important'>hidden <b>too</b><br></div>b", "ab"),
        ("a<span hidden>hidden</span>b", "ab"),
        ("&lt;b&gt; &amp;amp; &#54620;&#xAE00; &copy; &unknown;", "<b> &amp; 한글 © &unknown;"),
        ("preview\u{200c}\u{a0}\u{200c}\u{a0}\u{34f}<p>body</p>", "preview\n\nbody"),
        ("<p>a<p>b", "a\n\nb"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<!-- comment <p> -->x<!DOCTYPE html>y", "xy"),
        ("one<hr>two", "one\n\n________________________________\n\ntwo"),
    ] {
        assert_eq!(text_of(html), text, "{html}");
    }
}

#[test]
fn a_reply_of_gmail_and_one_of_outlook_can_be_split_from_their_text() {
    let gmail = text_of(
        "<div dir=\"ltr\">네, 좋습니다.</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">2026년 11월 21일 (토) \
         오후 3:04, 김지수 &lt;<a href=\"mailto:jisu@example.com\">jisu@example.com</a>&gt;님이 작성:<br></div>\
         <blockquote class=\"gmail_quote\"><div dir=\"ltr\">요금제를 바꿀까요?</div></blockquote></div>",
    );
    assert_eq!(mailkit::split_reply(&gmail).visible_text(&gmail), "네, 좋습니다.");
    let outlook = text_of(
        "<div><p>확인했습니다.</p><div style='border-top:solid #E1E1E1 1.0pt'><p><b>보낸 사람:</b> 김지수 &lt;jisu@example.com&gt;<br>\
         <b>보낸 날짜:</b> 2026년 11월 21일 토요일 오후 3:04<br><b>받는 사람:</b> 고객지원<br><b>제목:</b> 문의</p></div><p>지난 글</p></div>",
    );
    assert_eq!(mailkit::split_reply(&outlook).visible_text(&outlook), "확인했습니다.");
}

#[test]
fn html_too_deep_or_too_large_is_kept_and_read_but_not_shown() {
    for html in [
        format!("{}끝", "<div>".repeat(100_000)),
        format!("{}끝{}", "<blockquote>".repeat(5_000), "</blockquote>".repeat(5_000)),
        format!("<p>{}</p>끝", "x ".repeat(3 << 20)),
    ] {
        let mail = html_mail(&html);
        assert!(mail.problems.contains(&Problem::HtmlNotCleaned));
        assert_eq!(mail.html, None);
        assert!(mail.text.ends_with('끝'));
        assert_eq!(mail.attachments[0].bytes, html.as_bytes());
    }
}

#[test]
fn hostile_html_takes_time_in_proportion_to_its_size() {
    // Each of these takes hours with a parser that looks ahead to the end for every sign.
    let n = 20_000;
    for html in [
        "<a href=\"".repeat(n),
        "<!--".repeat(n),
        "<script>".repeat(n),
        "</".repeat(n),
        "<a>".repeat(n) + &"</a>".repeat(n),
        "&".repeat(n),
        "&#".repeat(n),
        "<p".repeat(n),
        "<b><p>".repeat(n),
        (0..n).map(|i| format!("<p><b title={i}></i></div></p>")).collect(),
        "<table><td>".repeat(n),
        " ".repeat(n * 5) + "x",
        "<img src=x alt='".repeat(n),
    ] {
        html_mail(&html);
    }
}
