"""Drives an NNTP server with Python's nntplib and prints what it saw as JSON."""
import datetime, hashlib, io, json, nntplib, ssl, sys

nntplib._MAXLINE = 1 << 20  # it refuses lines of more than 2,048 octets, and the corpus has some

host, port, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
context = ssl.create_default_context(cafile="ca.pem")
seen = {}
if mode == "implicit":
    n = nntplib.NNTP_SSL(host, port, ssl_context=context, readermode=True, timeout=20)
else:
    n = nntplib.NNTP(host, port, readermode=mode != "starttls", timeout=20)
    if mode == "starttls":
        n.starttls(context)
seen["welcome"] = n.getwelcome()
try:
    n.login("alice", "wrong", usenetrc=False)
    seen["wrong"] = "accepted"
except nntplib.NNTPError as e:
    seen["wrong"] = e.response
n.login("alice", "wonderland", usenetrc=False)
seen["capabilities"] = n.getcapabilities()

seen["groups"] = [list(g) for g in n.list()[1]]
seen["descriptions"] = n.descriptions("*")[1]
seen["description"] = n.description("example.test")
seen["newgroups"] = [g.group for g in n.newgroups(datetime.datetime(1999, 1, 1))[1]]
seen["newnews"] = n.newnews("example.*", datetime.datetime(1999, 1, 1))[1]
seen["date"] = n.date()[1].isoformat()
seen["help"] = len(n.help()[1])


def digest(lines):
    return hashlib.sha256(b"".join(l + b"\r\n" for l in lines)).hexdigest()


# Each group: what it says of itself, its overview, each article by number, in whole and in parts.
seen["group"], seen["over"], seen["articles"] = {}, {}, {}
for g in seen["groups"]:
    name = g[0]
    _, count, first, last, _ = n.group(name)
    seen["group"][name] = [count, first, last]
    if count == 0:
        continue
    rows = n.over((first, last))[1]
    seen["over"][name] = {number: fields["message-id"] for number, fields in rows}
    for number, _ in rows:
        info = n.article(number)[1]
        head, body = n.head(number)[1], n.body(number)[1]
        whole = digest(info.lines)
        if whole != digest(head.lines + [b""] + body.lines):
            whole = "article is not head and body"
        seen["articles"]["%s:%d" % (name, number)] = whole

# By message-id, to a file, and by moving.
seen["by id"] = {i: digest(n.article(i)[1].lines) for i in seen["newnews"]}
f = io.BytesIO()
n.body("<lone-dot.09@example.org>", file=f)
seen["file"] = f.getvalue().decode("latin-1")
n.group("example.garden")
walk = [n.stat()[1:]]
try:
    while True:
        walk.append(n.next()[1:])
except nntplib.NNTPTemporaryError as e:
    seen["end"] = e.response
walk.append(n.last()[1:])
seen["walk"] = walk
seen["xhdr"] = n.xhdr("subject", "1-3")[1]
try:
    n.stat(4711)
    seen["missing"] = "found"
except nntplib.NNTPTemporaryError as e:
    seen["missing"] = e.response

post = b"From: Alice <alice@example.org>\r\nNewsgroups: example.empty\r\nSubject: %s\r\nMessage-ID: <%s@example.org>\r\n\r\nfirst\r\n.\r\n..two\r\n"
seen["post"] = n.post(post % (b"posted by nntplib", b"nntplib-post"))
try:
    n.post(b"Subject: incomplete\r\n\r\nx\r\n")
    seen["refused"] = "accepted"
except nntplib.NNTPTemporaryError as e:
    seen["refused"] = e.response
if "IHAVE" in seen["capabilities"]:
    relayed = b"Path: far.example.net!not-for-mail\r\nDate: Mon, 01 Jan 2024 09:01:00 +0000\r\n" + post % (b"fed by nntplib", b"nntplib-ihave")
    seen["ihave"] = n.ihave("<nntplib-ihave@example.org>", relayed)
n.group("example.empty")
seen["arrived"] = [fields["subject"] for _, fields in n.over((1, None))[1]]
seen["quit"] = n.quit()
json.dump(seen, sys.stdout)
