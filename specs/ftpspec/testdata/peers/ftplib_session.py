"""Drives an FTP server with every method of Python's ftplib and prints what it saw as JSON."""
import datetime, ftplib, hashlib, io, json, socket, ssl, sys

host, port, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
tls = mode.startswith("tls")
seen = {}
if tls:
    f = ftplib.FTP_TLS(context=ssl.create_default_context(cafile="ca.pem"), timeout=20)
else:
    f = ftplib.FTP(timeout=20)
f.connect(host, port)
if tls:
    seen["auth"] = f.auth()
    f.host = host  # the name that the certificate is for
seen["welcome"] = f.getwelcome()
f.set_pasv(mode not in ("active", "tls-active"))
try:
    f.login("alice", "wrong")
    seen["wrong"] = "accepted"
except ftplib.error_perm as e:
    seen["wrong"] = str(e)
seen["login"] = f.login("alice", "wonderland")
if tls:
    seen["prot"] = f.prot_p()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def retrieve(name, **more):
    data = []
    f.retrbinary("RETR " + name, data.append, **more)
    return b"".join(data)


def lines(method, *args):
    out = []
    method(*args, out.append)
    return out


seen["pwd"] = f.pwd()
seen["nlst"] = f.nlst()
seen["nlst_text"] = f.nlst("text")
seen["dir"] = lines(f.dir, "text")
seen["mlsd"] = {name: facts for name, facts in f.mlsd("names", ["type", "size", "modify"])}
seen["cwd"] = f.cwd("names/dir with \"quotes\"")
seen["pwd_quotes"] = f.pwd()
seen["up"] = f.cwd("..")
seen["root"] = f.cwd("/")
f.voidcmd("TYPE I")
seen["size"] = f.size("octets/numbered.bin")
seen["mdtm"] = f.sendcmd("MDTM readme.txt")
seen["all"] = digest(retrieve("octets/all.bin", blocksize=7))
seen["numbered"] = digest(retrieve("octets/numbered.bin"))
seen["rest"] = retrieve("octets/numbered.bin", rest=65520).decode()
seen["empty"] = len(retrieve("octets/empty.bin"))
out = []
seen["retrlines"] = f.retrlines("RETR text/lf.txt", out.append)
seen["lines"] = out
try:
    retrieve("nosuch")
    seen["missing"] = "there"
except ftplib.error_perm as e:
    seen["missing"] = str(e)

seen["mkd"] = f.mkd("incoming/new dir")
blocks = []
payload = bytes(range(256)) * 200
seen["storbinary"] = f.storbinary("STOR incoming/new dir/b", io.BytesIO(payload), 4096, blocks.append)
seen["blocks"] = sum(len(b) for b in blocks)
seen["stored"] = digest(retrieve("incoming/new dir/b")) == digest(payload)
f.storbinary("STOR incoming/new dir/b", io.BytesIO(b"tail"), rest=10)
seen["resumed"] = retrieve("incoming/new dir/b")[:14] == payload[:10] + b"tail"
f.storbinary("APPE incoming/new dir/b", io.BytesIO(b"more"))
seen["appended"] = retrieve("incoming/new dir/b").endswith(b"more")
seen["storlines"] = f.storlines("STOR incoming/new dir/t", io.BytesIO(b"one\ntwo\r\nthree"))
seen["textlines"] = lines(lambda callback: f.retrlines("RETR incoming/new dir/t", callback))
seen["rename"] = f.rename("incoming/new dir/t", "incoming/new dir/é t")
seen["renamed"] = sorted(f.nlst("incoming/new dir"))
seen["delete"] = [f.delete("incoming/new dir/é t"), f.delete("incoming/new dir/b")]
seen["rmd"] = f.rmd("incoming/new dir")

f.voidcmd("TYPE I")
conn, size = f.ntransfercmd("RETR octets/numbered.bin")
seen["announced"] = size
got = b""
while block := conn.recv(1000):
    got += block
if tls:
    conn.unwrap()
conn.close()
seen["voidresp"] = f.voidresp()
seen["ntransfer"] = digest(got)

conn = f.transfercmd("STOR incoming/cut")
conn.sendall(b"x" * 1000)
seen["abort"] = f.abort()
conn.close()
seen["after_abort"] = f.getmultiline()
seen["noop"] = f.voidcmd("NOOP")
if "incoming/cut" in f.nlst("incoming"):
    f.delete("incoming/cut")

if not tls:
    f.voidcmd("TYPE I")
    # By hand what transfercmd does: first the server connects, then the client.
    listener = socket.create_server((host, 0))
    listener.settimeout(20)
    seen["sendport"] = f.sendport(host, listener.getsockname()[1])
    seen["retr"] = f.sendcmd("RETR octets/all.bin")
    conn, _ = listener.accept()
    got = b""
    while block := conn.recv(1000):
        got += block
    conn.close()
    listener.close()
    f.voidresp()
    seen["by_port"] = digest(got)
    listener = f.makeport()
    listener.close()
    data_host, data_port = f.makepasv()
    conn = socket.create_connection((data_host, data_port), 20)
    f.sendcmd("RETR octets/all.bin")
    got = b""
    while block := conn.recv(1000):
        got += block
    conn.close()
    f.voidresp()
    seen["by_pasv"] = digest(got)
else:
    seen["prot_c"] = f.prot_c()
    seen["clear"] = digest(retrieve("octets/numbered.bin"))
    seen["ccc"] = f.ccc()
    seen["pwd_clear"] = f.pwd()
try:
    f.acct("none")
    seen["acct"] = "taken"
except ftplib.Error as e:
    seen["acct"] = str(e)
seen["quit"] = f.quit()
json.dump(seen, sys.stdout)
