"""Sends messages with Python's smtplib and prints what it saw as JSON. The messages are the files that are named; the recipient is in example.net."""
import json, smtplib, ssl, sys

host, port, mode, files = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
context = ssl.create_default_context(cafile="ca.pem")
seen = {}
if mode == "implicit":
    s = smtplib.SMTP_SSL(host, port, local_hostname="client.example.net", context=context, timeout=20)
elif mode == "lmtp":
    s = smtplib.LMTP(host, port, local_hostname="client.example.net")
else:
    s = smtplib.SMTP(host, port, local_hostname="client.example.net", timeout=20)


def refusal(call, *args):
    try:
        call(*args)
        return "accepted"
    except smtplib.SMTPResponseException as e:
        return "%d %s" % (e.smtp_code, e.smtp_error.decode())
    except smtplib.SMTPRecipientsRefused as e:
        return {a: code for a, (code, text) in e.recipients.items()}


if mode == "helo":
    s.helo()
else:
    s.ehlo()
    if mode == "starttls":
        seen["starttls"] = s.starttls(context=context)[0]
        s.ehlo()
seen["extensions"] = {k: v.strip() for k, v in s.esmtp_features.items()}
if mode != "helo":
    seen["wrong"] = refusal(s.login, "alice", "wrong")
    seen["login"] = s.login("alice", "wonderland")[0]
    seen["again"] = s.docmd("AUTH", "PLAIN")[0]
seen["vrfy"] = s.verify("alice")[0]
seen["unknown"] = s.verify("nobody@example.org")[0]
seen["expn"] = s.expn("list")[1].decode()
seen["help"] = len(s.help())
seen["noop"] = s.noop()[0]
seen["rset"] = s.rset()[0]

options = ["BODY=8BITMIME"] if s.has_extn("8bitmime") else []
for name in files:
    with open(name, "rb") as f:
        s.sendmail("carol@example.com", "dan@example.net", f.read(), options)

envelope = ["dan@example.net", "nobody@example.org"]
text = b"Subject: some\r\n\r\nrefused\r\n"
if mode != "lmtp":  # smtplib reads one reply, and LMTP has one for each recipient
    envelope.append("alice@example.org")
seen["some"] = {a: code for a, (code, text) in s.sendmail("carol@example.com", envelope, text).items()}
seen["none"] = refusal(s.sendmail, "carol@example.com", ["nobody@example.org", "noone@example.org"], text)
seen["sender"] = refusal(s.sendmail, "evil@example.com", "dan@example.net", text)
seen["large"] = refusal(s.sendmail, "carol@example.com", "dan@example.net", b"Subject: large\r\n\r\n" + b"0123456789\r\n" * 200000)
if s.has_extn("smtputf8"):
    s.sendmail("jürgen@example.com", "δοκιμή@example.net", "Subject: ü\r\n\r\nü\r\n".encode(), options + ["SMTPUTF8"])
if s.has_extn("dsn"):
    s.sendmail("carol@example.com", "dan@example.net", text, ["RET=HDRS", "ENVID=a+2Bb"], ["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;d@example.net"])
seen["quit"] = s.quit()[0]
json.dump(seen, sys.stdout)
