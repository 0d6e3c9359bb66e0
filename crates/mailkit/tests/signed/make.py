"""Makes the signed mails beside it, with another program than ours: python3 -m pip install dkimpy pynacl cryptography.
The private keys are forgotten; `keys.json` has what the domains would show."""

import base64, json
import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives import serialization as form
from nacl.signing import SigningKey

TEXT = """From: =?utf-8?B?6rmA66+87KeA?= <agent@soban.example>
To: help@soban.example
Subject: =?utf-8?B?7ZWE7YSw6rCAIOyekOq+uCDtkoDroKTsmpQ=?=
Date: Sun, 22 Nov 2026 09:00:00 +0900
Message-ID: <%s@soban.example>
MIME-Version: 1.0
Content-Type: text/plain;
  charset=utf-8
Content-Transfer-Encoding: 8bit

안녕하세요,   \t보기를 바꾸면  
필터가 풀립니다.\t

.  점으로 시작하는 줄
-- 
미나


"""


def rsa_key(bits):
    key = rsa.generate_private_key(65537, bits)
    pem = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.TraditionalOpenSSL, form.NoEncryption())
    der = key.public_key().public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)
    bare = key.public_key().public_bytes(form.Encoding.DER, form.PublicFormat.PKCS1)
    return pem, base64.b64encode(der).decode(), base64.b64encode(bare).decode()


pem, spki, bare = rsa_key(2048)
old_pem, old_spki, _ = rsa_key(1024)
ed = SigningKey.generate()
ed_pem = base64.b64encode(bytes(ed))
ed_key = base64.b64encode(bytes(ed.verify_key)).decode()
keys = {
    "r._domainkey.soban.example": f"v=DKIM1; k=rsa; p={spki}",
    "e._domainkey.soban.example": f"v=DKIM1; k=ed25519; p={ed_key}",
    "old._domainkey.soban.example": f"k=rsa; p={old_spki}",
    "bare._domainkey.soban.example": f"p={bare}",
    "trying._domainkey.soban.example": f"v=DKIM1; t=y; p={spki}",
    "strict._domainkey.soban.example": f"v=DKIM1; t=s; p={spki}",
    "gone._domainkey.soban.example": "v=DKIM1; p=",
    "other._domainkey.soban.example": f"v=DKIM1; h=sha1; p={spki}",
    "r._domainkey.mailer.example": f"v=DKIM1; p={spki}",
}


def sign(mail, selector="r", domain="soban.example", kind=b"rsa-sha256", ways=(b"relaxed", b"relaxed"), **more):
    key = {b"ed25519-sha256": ed_pem}.get(kind, old_pem if selector == "old" else pem)
    made = dkim.DKIM(mail, signature_algorithm=kind)
    return made.sign(selector.encode(), domain.encode(), key, canonicalize=ways, **more) + mail


def write(name, signed):
    open(f"{name}.eml", "wb").write(signed)


def mail(name):
    return (TEXT % name).replace("\n", "\r\n").encode()


both = lambda name: sign(sign(mail(name)), selector="e", kind=b"ed25519-sha256")
write("rsa", sign(mail("rsa")))
write("simple", sign(mail("simple"), ways=(b"simple", b"simple")))
write("mixed", sign(mail("mixed"), ways=(b"relaxed", b"simple")))
write("ed25519", sign(mail("ed25519"), selector="e", kind=b"ed25519-sha256"))
write("both", both("both"))
write("short-key", sign(mail("short-key"), selector="old"))
write("length", sign(mail("length"), length=True))
write("below", sign(mail("below"), identity=b"@team.soban.example", selector="strict"))
write("mailer", sign(mail("mailer"), domain="mailer.example"))
write("two-domains", sign(sign(mail("two-domains")), domain="mailer.example"))
for selector in ["bare", "trying", "gone", "other", "missing"]:
    write(selector, sign(mail(selector), selector=selector))
write("empty-body", sign(mail("empty-body").split(b"\r\n\r\n")[0] + b"\r\n\r\n", ways=(b"simple", b"simple")))
write("empty-relaxed", sign(mail("empty-relaxed").split(b"\r\n\r\n")[0] + b"\r\n\r\n"))
# An end, which dkimpy reads and does not write.
plain = dkim.DomainSigner.gen_header
ending = lambda fields: [one for f in fields for one in ([f, (b"x", b"1784000000")] if f[0] == b"t" else [f])]
dkim.DomainSigner.gen_header = lambda self, fields, *more, **named: plain(self, ending(fields), *more, **named)
write("timed", sign(mail("timed")))
json.dump(keys, open("keys.json", "w"), indent=1)
