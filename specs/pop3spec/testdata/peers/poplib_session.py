"""Drives a POP3 server with Python's poplib and prints what it saw as JSON."""
import hashlib, json, os, poplib, ssl, sys

poplib._MAXLINE = 1 << 20  # it refuses lines of more than 2,048 octets, and the corpus has one

host, port, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
context = ssl.create_default_context(cafile="ca.pem")
seen = {}
if mode == "implicit":
    p = poplib.POP3_SSL(host, port, context=context, timeout=20)
else:
    p = poplib.POP3(host, port, timeout=20)
    if mode == "stls":
        p.stls(context)
seen["welcome"] = p.getwelcome().decode()
seen["capa"] = sorted(p.capa())
try:
    p.user("alice")
    p.pass_("wrong")
    seen["wrong"] = "accepted"
except poplib.error_proto as e:
    seen["wrong"] = str(e)
if mode == "apop":
    p.apop("alice", "wonderland")
else:
    if mode == "utf8":
        p.utf8()
    p.user("alice")
    p.pass_("wonderland")
seen["stat"] = p.stat()
seen["list"] = [l.decode() for l in p.list()[1]]
seen["list1"] = p.list(1).decode()
seen["uidl"] = [l.decode() for l in p.uidl()[1]]
seen["uidl1"] = p.uidl(1).decode()
seen["noop"] = p.noop().decode()
seen["retr"] = []
for i in range(1, seen["stat"][0] + 1):
    lines = p.retr(i)[1]
    seen["retr"].append(hashlib.sha256(b"".join(l + b"\r\n" for l in lines)).hexdigest())
seen["top"] = [l.decode() for l in p.top(1, 2)[1]]
p.dele(1)
seen["deleted"] = p.stat()
p.rset()
seen["reset"] = p.stat()
p.dele(1)
seen["quit"] = p.quit().decode()
json.dump(seen, sys.stdout)
