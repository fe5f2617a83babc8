package ftpmock

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"harness/fixtures"
	"harness/mockservers"
	"harness/mockservers/filestore"
	"harness/protocols/dialect"
)

// A raw client: no code of ours but the sockets.
type raw struct {
	net.Conn
	r    *bufio.Reader
	t    testing.TB
	data *tls.Config // protects data connections
}

func dial(t testing.TB, addr string, cfg *tls.Config) *raw {
	t.Helper()
	nc, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(20 * time.Second))
	if cfg != nil {
		nc = tls.Client(nc, cfg)
	}
	r := &raw{Conn: nc, r: bufio.NewReader(nc), t: t}
	r.expect(220)
	return r
}

func (r *raw) send(text string) {
	r.t.Helper()
	if _, err := io.WriteString(r, text); err != nil {
		r.t.Fatalf("send %q: %v", text, err)
	}
}

// reply reads a whole reply, its lines joined by LF.
func (r *raw) reply() string {
	r.t.Helper()
	var lines []string
	for {
		l, err := r.r.ReadString('\n')
		if err != nil {
			r.t.Fatalf("read a reply: %q %q, %v", lines, l, err)
		}
		if !strings.HasSuffix(l, "\r\n") {
			r.t.Errorf("%q does not end in CRLF", l)
		}
		lines = append(lines, strings.TrimRight(l, "\r\n"))
		if len(l) > 3 && l[3] == ' ' && l[:3] == lines[0][:3] {
			return strings.Join(lines, "\n")
		}
	}
}

// ask sends a line and returns the reply.
func (r *raw) ask(line string) string {
	r.t.Helper()
	r.send(line + "\r\n")
	return r.reply()
}

func (r *raw) expect(code int) string {
	r.t.Helper()
	got := r.reply()
	if !strings.HasPrefix(got, fmt.Sprint(code)) {
		r.t.Errorf("got %q, want %d", got, code)
	}
	return got
}

// say sends a line, and checks the code of the reply, which it returns.
func (r *raw) say(code int, line string) string {
	r.t.Helper()
	r.send(line + "\r\n")
	got := r.reply()
	if !strings.HasPrefix(got, fmt.Sprint(code)) {
		r.t.Errorf("%s: got %q, want %d", line, got, code)
	}
	return got
}

// script is lines of "CODE COMMAND".
func (r *raw) script(lines string) {
	r.t.Helper()
	for l := range strings.SplitSeq(strings.TrimSpace(lines), "\n") {
		var code int
		l = strings.TrimLeft(l, "\t ")
		fmt.Sscan(l[:3], &code)
		r.say(code, l[4:])
	}
}

func (r *raw) login() *raw {
	r.t.Helper()
	r.say(331, "USER alice")
	r.say(230, "PASS wonderland")
	return r
}

func (r *raw) quit() {
	r.t.Helper()
	r.say(221, "QUIT")
	if b, err := io.ReadAll(r.r); len(b) > 0 || err != nil {
		r.t.Errorf("behind QUIT: %q, %v", b, err)
	}
	r.Close()
}

var sixNumbers = regexp.MustCompile(`(\d+),(\d+),(\d+),(\d+),(\d+),(\d+)`)

// pasv asks for a data connection by PASV, and makes it.
func (r *raw) pasv() net.Conn {
	r.t.Helper()
	m := sixNumbers.FindStringSubmatch(r.say(227, "PASV"))
	if m == nil {
		r.t.Fatal("no address")
	}
	var hi, lo int
	fmt.Sscan(m[5]+" "+m[6], &hi, &lo)
	return r.connect(fmt.Sprintf("%s:%d", strings.Join(m[1:5], "."), hi<<8|lo))
}

func (r *raw) epsv() net.Conn {
	r.t.Helper()
	m := regexp.MustCompile(`\(\|\|\|(\d+)\|\)`).FindStringSubmatch(r.say(229, "EPSV"))
	if m == nil {
		r.t.Fatal("no port")
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr().String())
	return r.connect(net.JoinHostPort(host, m[1]))
}

func (r *raw) connect(addr string) net.Conn {
	r.t.Helper()
	nc, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(20 * time.Second))
	if r.data != nil {
		return tls.Client(nc, r.data)
	}
	return nc
}

// get makes a transfer from the server, over a passive connection.
func (r *raw) get(line string) string {
	r.t.Helper()
	d := r.pasv()
	r.say(150, line)
	return r.receive(d, 226)
}

func (r *raw) receive(d net.Conn, final int) string {
	r.t.Helper()
	b, err := io.ReadAll(d)
	d.Close()
	if err != nil {
		r.t.Errorf("data connection: %v", err)
	}
	r.expect(final)
	return string(b)
}

// put makes a transfer to the server.
func (r *raw) put(line, data string) string {
	r.t.Helper()
	d := r.pasv()
	opening := r.say(150, line)
	r.supply(d, data)
	r.expect(226)
	return opening
}

func (r *raw) supply(d net.Conn, data string) {
	r.t.Helper()
	if _, err := io.WriteString(d, data); err != nil {
		r.t.Errorf("data connection: %v", err)
	}
	if err := d.Close(); err != nil {
		r.t.Errorf("data connection: %v", err)
	}
}

var stamp = time.Date(2020, 2, 29, 12, 34, 56, 0, time.UTC)

func file(name, data string) fixtures.File {
	return fixtures.File{Path: name, Mode: 0o644, ModTime: stamp, Data: []byte(data)}
}

func dir(name string, perm fs.FileMode) fixtures.File {
	return fixtures.File{Path: name, Mode: fs.ModeDir | perm, ModTime: stamp}
}

var sample = []fixtures.File{
	file("text.txt", "one\ntwo\nthree\n"), file("bin", "\x00\r\n\xff\xfe\n"), file("empty", ""), dir("d", 0o755), file("d/in d.txt", "x"), dir("locked", 0o555), file("locked/x", "x"),
	{Path: "link", Mode: fs.ModeSymlink | 0o777, ModTime: stamp, Target: "text.txt"}, {Path: "secret", Mode: 0o000, ModTime: stamp, Data: []byte("s")}, file("d/\"quoted\"", "q"),
}

var large = strings.Repeat("0123456789abcdef", 1<<16) // 1 MiB

func now() time.Time { return time.Date(2020, 3, 1, 0, 0, 0, 0, time.UTC) }

func start(t testing.TB, options ...Option) *Server {
	t.Helper()
	return New(t, append([]Option{WithFiles(sample...), func(o *Options) { o.Now = now }}, options...)...)
}

func logged(t testing.TB, options ...Option) *raw {
	t.Helper()
	return dial(t, start(t, options...).Addr(), nil).login()
}

func TestLogin(t *testing.T) {
	s := start(t, WithFeatures("MAX-LOGINS=3"), WithAccount(Account{Name: "alice", Password: "wonderland"}), WithAccount(Account{Name: "free"}), WithAccount(Account{Name: "payer", Password: "p", Account: "a"}),
		WithAccount(Account{Name: "jailed", Password: "p", Home: "/d", Jail: true}), WithAccount(Account{Name: "at home", Password: "p", Home: "/new/home"}),
		WithAccount(Account{Name: "reader", Password: "p", ReadOnly: true}), WithAccount(Account{Name: "out", Password: "p", Refuse: 421}), WithAccount(Account{Name: "no", Password: "p", Refuse: 532}))
	r := dial(t, s.Addr(), nil)
	r.script(`
		530 PWD
		530 RETR text.txt
		503 PASS wonderland
		503 ACCT x
		331 USER alice
		530 PASS wrong
		503 PASS wonderland
		331 USER nobody
		530 PASS wonderland
		331 USER alice
		230 PASS wonderland
		503 PASS wonderland
		202 ACCT x
		257 PWD
		230 USER free
		257 PWD
		331 USER payer
		530 PWD
		332 PASS p
		530 PWD
		230 ACCT a
		331 USER payer
		332 PASS p
		530 ACCT b
		503 ACCT a
		331 USER jailed
		230 PASS p
		250 CWD ..
		550 CWD /d
		213 SIZE in d.txt
		550 RETR text.txt
		331 USER reader
		230 PASS p
		550 MKD x
		553 STOR x
		331 USER no
		532 PASS p
		530 PWD
		331 USER at home
		230 PASS p
	`)
	if got := r.ask("PWD"); !strings.HasPrefix(got, `257 "/new/home"`) {
		t.Error(got)
	}
	r.script(`
		331 USER out
		421 PASS p
	`)
	if _, err := r.r.ReadByte(); err != io.EOF {
		t.Error(err)
	}
	r = dial(t, s.Addr(), nil)
	r.script(`
		331 USER alice
		530 PASS a
		331 USER alice
		530 PASS b
		331 USER alice
		421 PASS c
	`)
	if _, err := r.r.ReadByte(); err != io.EOF {
		t.Error(err)
	}
}

func TestAnonymous(t *testing.T) {
	r := dial(t, start(t).Addr(), nil)
	r.script(`
		331 USER anonymous
		230 PASS me@example.org
		250 CWD d
		550 MKD x
		553 STOR x
		550 DELE in d.txt
		550 MFMT 20200101000000 in d.txt
		331 USER FTP
		230 PASS x
	`)
	if got := r.get("RETR text.txt"); got != "one\r\ntwo\r\nthree\r\n" {
		t.Errorf("%q", got)
	}
	r = dial(t, start(t, WithFeatures("-ANONYMOUS")).Addr(), nil)
	r.say(331, "USER anonymous")
	r.say(530, "PASS me@example.org")
}

func TestSyntax(t *testing.T) {
	r := logged(t)
	r.script(`
		500 FROB
		500 FROB x
		501 RETR
		501 NOOP x
		200 noop
		501 USER
		502 SMNT x
		502 MIC abc
		500 
		501 PORT 1,2,3
		501 REST x
		501 ALLO
		501 MKD
		504 TYPE X
		504 TYPE L 7
		200 TYPE L 8
		200 TYPE a n
		504 STRU P
		504 MODE X
		501 OPTS
		501 OPTS RETR x
		501 OPTS NOPE
		501 MFMT x
		501 SITE CHMOD
		500 SITE FROB
		501 HELP FROB
	`)
	r.send("NOOP " + strings.Repeat("x", 70_000) + "\r\n")
	r.expect(500)
	r.send("NOOP\n")
	r.expect(500)
	r.say(200, "NOOP")
	r.send("RETR a\rb\r\n")
	r.expect(501)
	r.send("RETR a\x00b\r\n")
	r.expect(501)
	r.say(200, "NOOP")
	r = logged(t, WithFeatures("BARE-LF"))
	r.send("NOOP\n")
	r.expect(200)
	r.quit()
}

func TestDirectories(t *testing.T) {
	s := start(t)
	r := dial(t, s.Addr(), nil).login()
	r.script(`
		257 PWD
		250 CWD d
		257 MKD new "dir"
		250 CWD new "dir"
	`)
	if got := r.ask("XPWD"); got != `257 "/d/new ""dir""" is the current directory` {
		t.Error(got)
	}
	r.script(`
		250 CDUP
		521 MKD new "dir"
		250 RMD new "dir"
		550 RMD new "dir"
		550 RMD in d.txt
		550 CWD in d.txt
		550 CWD nope
		550 DELE nope
		550 DELE /d
		550 RMD /d
		250 XCUP
		257 XMKD y
		250 XCWD y
		250 CDUP
		250 XRMD y
		503 RNTO y
		550 RNFR nope
		350 RNFR text.txt
		200 NOOP
		503 RNTO y
		350 RNFR text.txt
		250 RNTO d/moved
		213 SIZE d/moved
		550 SIZE text.txt
		350 RNFR d/moved
		553 RNTO locked/y
		350 RNFR d/moved
		553 RNTO nope/y
		350 RNFR d/moved
		250 RNTO empty
		553 STOR locked/y
		553 STOR d
		553 STOR nope/x
		553 APPE locked/x/y
		553 STOU a/b
		550 RETR secret
		550 RETR d
		550 RETR nope
		550 DELE locked/x
		200 SITE CHMOD 755 locked
		250 DELE locked/x
		250 RMD locked
		550 SITE CHMOD 755 nope
		501 SITE CHMOD 999 d
		200 SITE SYMLINK empty another
		213 SIZE another
		550 SITE SYMLINK empty another
		200 SITE UMASK
		200 SITE UMASK 077
		501 SITE UMASK 9
		200 SITE IDLE
		200 SITE IDLE 100
		501 SITE IDLE 0
		214 SITE HELP
		214 HELP
		214 HELP retr
		214 HELP SITE
		215 SYST
	`)
	r.put("STOR mine", "m")
	if i, err := s.Tree().Lstat("/mine"); err != nil || i.Mode != 0o600 || i.Owner != "alice" {
		t.Error(i, err)
	}
	if got := r.ask("MKD /"); !strings.HasPrefix(got, "521") {
		t.Error(got)
	}
	r.quit()
}

func TestTransfers(t *testing.T) {
	r := logged(t)
	bin := "\x00\r\n\xff\xfe\n"
	if got := r.get("RETR bin"); got != "\x00\r\r\n\xff\xfe\r\n" {
		t.Errorf("%q", got)
	}
	r.say(200, "TYPE I")
	if got := r.get("RETR bin"); got != bin {
		t.Errorf("%q", got)
	}
	r.put("STOR new", large)
	if got := r.get("RETR new"); got != large {
		t.Errorf("%d octets", len(got))
	}
	r.put("APPE new", "more")
	r.say(350, "REST 1048570")
	if got := r.get("RETR new"); got != "abcdefmore" {
		t.Errorf("%q", got)
	}
	// Only for the transfer behind it.
	if got := r.get("RETR text.txt"); got != "one\ntwo\nthree\n" {
		t.Errorf("%q", got)
	}
	r.say(350, "REST 4")
	r.put("STOR text.txt", "2\n")
	if got := r.get("RETR text.txt"); got != "one\n2\n" {
		t.Errorf("%q", got)
	}
	r.say(350, "REST 7")
	r.pasv()
	r.say(554, "RETR text.txt")
	r.say(350, "REST 7")
	r.say(554, "STOR text.txt")
	r.say(200, "TYPE A")
	r.put("STOR text.txt", "a\r\nb\r\n")
	r.say(350, "REST 3")
	if got := r.get("RETR text.txt"); got != "b\r\n" {
		t.Errorf("%q", got)
	}
	r.say(350, "REST 3")
	r.put("STOR text.txt", "c\r\nd")
	r.say(350, "REST 2") // within a line's end
	r.say(554, "STOR text.txt")
	r.say(200, "TYPE I")
	if got := r.get("RETR text.txt"); got != "a\nc\nd" {
		t.Errorf("%q", got)
	}
	var unique []string
	for _, line := range []string{"STOU", "STOU", "STOU pre"} {
		opening := r.put(line, line)
		name, ok := strings.CutPrefix(opening, "150 FILE: ")
		if !ok {
			t.Error(opening)
		}
		if got := r.get("RETR " + name); got != line {
			t.Errorf("%q", got)
		}
		unique = append(unique, name)
	}
	if unique[0] == unique[1] || !strings.HasPrefix(unique[2], "pre") {
		t.Error(unique)
	}
	if got := r.get("RETR empty"); got != "" {
		t.Errorf("%q", got)
	}
	r.say(200, "ALLO 100")
	r.say(200, "ALLO 100 R 10")
	r.quit()
}

func TestRepresentations(t *testing.T) {
	r := logged(t)
	for _, mode := range []string{"S", "B", "C"} {
		for _, stru := range []string{"F", "R"} {
			for _, typ := range []string{"A", "E", "I", "L 8"} {
				r.say(200, "TYPE "+typ)
				r.say(200, "STRU "+stru)
				r.say(200, "MODE "+mode)
				first := r.get("RETR text.txt")
				r.put("STOR copy", first)
				if again := r.get("RETR copy"); again != first {
					t.Errorf("MODE %s, STRU %s, TYPE %s: %q, then %q", mode, stru, typ, first, again)
				}
				if list := r.get("NLST d"); mode == "S" && typ != "E" && list != "d/\"quoted\"\r\nd/in d.txt\r\n" {
					t.Errorf("%q", list)
				}
				r.script("200 TYPE I\n200 STRU F\n200 MODE S")
				if got := r.get("RETR copy"); got != "one\ntwo\nthree\n" {
					t.Errorf("MODE %s, STRU %s, TYPE %s: stored %q", mode, stru, typ, got)
				}
			}
		}
	}
	r.say(200, "MODE Z")
	r.say(200, "OPTS MODE Z LEVEL 9")
	r.say(501, "OPTS MODE Z LEVEL x")
	z, err := zlib.NewReader(strings.NewReader(r.get("RETR text.txt")))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); string(b) != "one\ntwo\nthree\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	r.say(504, "STRU R")
	var packed bytes.Buffer
	zw := zlib.NewWriter(&packed)
	io.WriteString(zw, large)
	zw.Close()
	r.put("STOR unpacked", packed.String())
	r.say(200, "MODE S")
	if got := r.get("RETR unpacked"); got != large {
		t.Errorf("%d octets", len(got))
	}
	// What is malformed or cut off.
	r.say(200, "MODE B")
	d := r.pasv()
	r.say(150, "STOR x")
	r.supply(d, "\x01\x00\x01?")
	r.expect(451)
	d = r.pasv()
	r.say(150, "STOR x")
	r.supply(d, "\x00\x00\x05abc")
	r.expect(426)
	r.say(504, "MODE Q")
	r.quit()
}

func TestKeptData(t *testing.T) {
	r := logged(t, WithFeatures("KEEP-DATA"))
	r.script("200 TYPE I\n200 MODE B")
	d := r.pasv()
	block := func(descriptor byte, s string) string {
		return string([]byte{descriptor, byte(len(s) >> 8), byte(len(s))}) + s
	}
	r.say(150, "STOR kept")
	io.WriteString(d, block(0, "hello ")+block(64, "world"))
	r.expect(250)
	r.say(125, "RETR kept")
	got := make([]byte, 3+11+3)
	if _, err := io.ReadFull(d, got); err != nil || !strings.Contains(string(got), "hello world") {
		t.Errorf("%q, %v", got, err)
	}
	r.expect(250)
	r.say(211, "STAT")
	r.say(226, "ABOR") // closes it
	if _, err := d.Read(got); err != io.EOF {
		t.Error(err)
	}
	r.quit()
}

func TestMarkers(t *testing.T) {
	r := logged(t, WithFeatures("MARKERS=4"))
	r.script("200 TYPE I\n200 MODE B")
	got := r.get("RETR text.txt")
	if !strings.Contains(got, "\x10\x00\x014") || !strings.Contains(got, "\x10\x00\x0212") {
		t.Errorf("%q", got)
	}
	d := r.pasv()
	r.say(150, "STOR x")
	io.WriteString(d, "\x00\x00\x03abc\x10\x00\x02m1\x40\x00\x02de")
	if got := r.expect(110); got != "110 MARK m1 = 3" {
		t.Error(got)
	}
	d.Close()
	r.expect(226)
	r.say(350, "REST 3")
	if got := r.get("RETR x"); !strings.Contains(got, "de") || strings.Contains(got, "abc") {
		t.Errorf("%q", got)
	}
}

func TestDataConnections(t *testing.T) {
	s := start(t)
	if _, err := s.Listen(mockservers.Listener{Network: "tcp6", Addr: "[::1]:0"}); err != nil {
		t.Log("no IPv6: ", err)
	}
	for i, l := range s.Listeners() {
		r := dial(t, l.Addr, nil).login()
		local := netip.MustParseAddrPort(r.LocalAddr().String())
		ln, err := net.Listen("tcp", netip.AddrPortFrom(local.Addr(), 0).String())
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		port := netip.MustParseAddrPort(ln.Addr().String()).Port()
		active := func(line string) {
			t.Helper()
			r.say(200, line)
			for range 2 { // the address stays in force
				r.say(150, "RETR text.txt")
				d, err := ln.Accept()
				if err != nil {
					t.Fatal(err)
				}
				if got := r.receive(d, 226); got != "one\r\ntwo\r\nthree\r\n" {
					t.Errorf("%q", got)
				}
			}
		}
		r.say(150, "RETR text.txt")
		r.expect(425) // nobody listens at the default port
		if i == 0 {
			active(fmt.Sprintf("PORT 127,0,0,1,%d,%d", port>>8, port&255))
			active(fmt.Sprintf("EPRT |1|127.0.0.1|%d|", port))
			r.say(522, "EPRT |2|::1|5000|")
			r.say(522, "EPSV 2")
			r.say(504, "PORT 127,0,0,2,40,0")
			r.say(504, "EPRT |1|192.0.2.1|5000|")
			r.say(504, "PORT 127,0,0,1,3,255")
			r.get("RETR text.txt")
		} else {
			active(fmt.Sprintf("EPRT |2|::1|%d|", port))
			r.say(502, "PASV")
			r.say(504, "PORT 127,0,0,1,40,0")
			r.say(522, "EPRT |1|127.0.0.1|5000|")
		}
		r.say(522, "EPRT |9|x|5000|")
		r.say(522, "EPSV 9")
		r.say(501, "EPSV x")
		r.say(501, "EPRT |1|")
		d := r.epsv()
		r.say(150, "LIST")
		if got := r.receive(d, 226); !strings.Contains(got, "text.txt") {
			t.Errorf("%q", got)
		}
		r.say(150, "LIST") // one connection for each PASV and EPSV
		r.expect(425)
		r.say(200, "EPSV ALL")
		r.say(501, "PASV")
		r.say(501, "PORT 127,0,0,1,40,0")
		r.say(501, "EPRT |1|127.0.0.1|5000|")
		r.receive(func() net.Conn { d := r.epsv(); r.say(150, "NLST"); return d }(), 226)
		r.quit()
	}
}

func TestDefaultPort(t *testing.T) {
	s := start(t)
	local := net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}
	probe, err := net.ListenTCP("tcp", &local)
	if err != nil {
		t.Fatal(err)
	}
	local.Port = probe.Addr().(*net.TCPAddr).Port
	probe.Close()
	d := net.Dialer{LocalAddr: &local, Control: reusable}
	nc, err := d.Dial("tcp", s.Addr())
	if err != nil {
		t.Skip("the port was taken meanwhile: ", err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	r := &raw{Conn: nc, r: bufio.NewReader(nc), t: t}
	r.expect(220)
	r.login()
	lc := net.ListenConfig{Control: reusable}
	ln, err := lc.Listen(t.Context(), "tcp", local.String())
	if err != nil {
		t.Skip("this system does not let a port listen that is connected: ", err)
	}
	defer ln.Close()
	r.say(150, "RETR text.txt")
	data, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if got := r.receive(data, 226); got != "one\r\ntwo\r\nthree\r\n" {
		t.Errorf("%q", got)
	}
}

func TestPassiveForms(t *testing.T) {
	for features, want := range map[string]string{
		"":                          `^227 Entering Passive Mode \(127,0,0,1,\d+,\d+\)$`,
		"PASV-FORM=bare":            `^227 Entering Passive Mode 127,0,0,1,\d+,\d+$`,
		"PASV-FORM=equals":          `^227 Entering Passive Mode =127,0,0,1,\d+,\d+$`,
		"PASV-ADDRESS=192.0.2.7":    `\(192,0,2,7,\d+,\d+\)$`,
		"PASV-PORTS=20000-60000":    `\(127,0,0,1,\d+,\d+\)$`,
		"-EPSV -PASV -PORT -EPRT":   `^502 `,
		"PASV-PORTS=1-1":            `^421 `,
		"PASV-PORTS=64000-64001 -X": ``,
	} {
		if strings.HasSuffix(features, "-X") || features == "PASV-PORTS=1-1" && os.Getuid() == 0 {
			continue // a port that only root has
		}
		r := logged(t, WithFeatures(strings.Fields(features)...))
		if got := r.ask("PASV"); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: %q", features, got)
		}
	}
}

func TestListings(t *testing.T) {
	r := logged(t)
	want := strings.ReplaceAll(`-rw-r--r--    1 alice    users           6 Feb 29 12:34 bin
drwxr-xr-x    2 alice    users           0 Feb 29 12:34 d
-rw-r--r--    1 alice    users           0 Feb 29 12:34 empty
lrwxrwxrwx    1 alice    users           0 Feb 29 12:34 link -> text.txt
dr-xr-xr-x    2 alice    users           0 Feb 29 12:34 locked
----------    1 alice    users           1 Feb 29 12:34 secret
-rw-r--r--    1 alice    users          14 Feb 29 12:34 text.txt
`, "\n", "\r\n")
	for _, line := range []string{"LIST", "LIST /", "LIST -la", "LIST -a -l /", "LIST .", "LIST d/.."} {
		if got := r.get(line); got != want {
			t.Errorf("%s:\n%s", line, got)
		}
	}
	for line, want := range map[string]string{
		"NLST":              "bin\r\nd\r\nempty\r\nlink\r\nlocked\r\nsecret\r\ntext.txt\r\n",
		"NLST d":            "d/\"quoted\"\r\nd/in d.txt\r\n",
		"NLST /d/":          "/d/\"quoted\"\r\n/d/in d.txt\r\n",
		"NLST text.txt":     "text.txt\r\n",
		"NLST t*.[t]xt":     "text.txt\r\n",
		"NLST d/*.txt":      "d/in d.txt\r\n",
		"NLST -a d/in*":     "d/in d.txt\r\n",
		"LIST d/in d.txt":   "-rw-r--r--    1 alice    users           1 Feb 29 12:34 d/in d.txt\r\n",
		"LIST link":         "lrwxrwxrwx    1 alice    users           0 Feb 29 12:34 link -> text.txt\r\n",
		"LIST locked":       "-rw-r--r--    1 alice    users           1 Feb 29 12:34 x\r\n",
		"NLST d/in d.txt":   "d/in d.txt\r\n",
		"NLST d/\"quoted\"": "d/\"quoted\"\r\n",
	} {
		if got := r.get(line); got != want {
			t.Errorf("%s: %q", line, got)
		}
	}
	r.script(`
		450 LIST nope
		450 NLST *.nope
		450 NLST nope/*
		450 STAT nope
		550 MLSD nope
		501 MLSD text.txt
		550 MLST nope
	`)
	if got := r.ask("STAT d"); got != "212-Status of d:\n-rw-r--r--    1 alice    users           1 Feb 29 12:34 \"quoted\"\n-rw-r--r--    1 alice    users           1 Feb 29 12:34 in d.txt\n212 End" {
		t.Errorf("%s", got)
	}
	if got := r.ask("STAT bin"); !strings.HasPrefix(got, "213-") {
		t.Error(got)
	}
	r.quit()
	for form, want := range map[string]string{"dos": `^02-29-20  12:34PM +6 bin\r\n02-29-20  12:34PM +<DIR> +d\r\n`, "eplf": `^\+i\d+,m1582979696,up644,r,s6,\tbin\r\n\+i\d+,m1582979696,up755,/,\td\r\n`} {
		r := logged(t, WithFeatures("LIST-FORM="+form))
		if got := r.get("LIST"); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s:\n%s", form, got)
		}
		if got := r.ask("SYST"); (form == "dos") != (got == "215 Windows_NT") {
			t.Error(got)
		}
	}
	r = logged(t, WithFeatures("-LIST-OPTIONS", "-GLOB"))
	r.say(450, "LIST -l")
	r.say(450, "NLST *")
}

func TestMachineListings(t *testing.T) {
	r := logged(t)
	want := `^Type=cdir;Modify=20200229123456;Perm=cdeflmp;Unique=\d+;UNIX\.mode=0755; /d
Type=pdir;Modify=20200301000000;Perm=celmp;Unique=1;UNIX\.mode=0755; /
Type=file;Size=1;Modify=20200229123456;Perm=adfrw;Unique=\d+;UNIX\.mode=0644; "quoted"
Type=file;Size=1;Modify=20200229123456;Perm=adfrw;Unique=\d+;UNIX\.mode=0644; in d.txt
$`
	want = strings.Replace(want, "cdeflmp", "cdeflmp", 1)
	got := strings.ReplaceAll(r.get("MLSD d"), "\r\n", "\n")
	if !regexp.MustCompile(regexp.MustCompile(`Modify=20200301000000`).ReplaceAllString(want, `Modify=\d+`)).MatchString(got) {
		t.Errorf("%s", got)
	}
	if got := r.ask("MLST d/in d.txt"); !regexp.MustCompile(`^250-Listing /d/in d.txt\n Type=file;Size=1;Modify=20200229123456;Perm=adfrw;Unique=\d+;UNIX\.mode=0644; /d/in d.txt\n250 End$`).MatchString(got) {
		t.Error(got)
	}
	if got := r.ask("MLST link"); !strings.Contains(got, " Type=file;Size=14;") {
		t.Error(got)
	}
	if got := r.ask("MLST locked/x"); !strings.Contains(got, "Perm=arw;") {
		t.Error(got)
	}
	if got := r.ask("MLST secret"); !strings.Contains(got, "Perm=df;") {
		t.Error(got)
	}
	if got := r.ask("OPTS MLST size;Nope;TYPE;unix.ownername;"); got != "200 MLST OPTS Type;Size;UNIX.ownername;" {
		t.Error(got)
	}
	if got := r.ask("MLST bin"); !strings.Contains(got, "\n Type=file;Size=6;UNIX.ownername=alice; /bin\n") {
		t.Error(got)
	}
	if got := r.ask("FEAT"); !strings.Contains(got, "\n MLST Type*;Size*;Modify;Create;Perm;Unique;UNIX.mode;UNIX.ownername*;UNIX.groupname;\n") {
		t.Error(got)
	}
	if got := r.ask("OPTS MLST"); got != "200 MLST OPTS" {
		t.Error(got)
	}
	if got := r.get("MLSD d"); got != " \"quoted\"\r\n in d.txt\r\n" {
		t.Errorf("%q", got)
	}
	r.say(501, "OPTS MLST a b;")
	if got := r.ask("MLST"); !strings.Contains(got, "\n  /\n") {
		t.Error(got)
	}
	r.quit()
	r = logged(t, WithFeatures("MLSX-LINKS=slink"))
	if got := r.ask("MLST link"); !strings.Contains(got, " Type=OS.unix=slink:text.txt;") {
		t.Error(got)
	}
}

func TestFacts(t *testing.T) {
	s := start(t)
	r := dial(t, s.Addr(), nil).login()
	for _, c := range [][2]string{
		{"SIZE text.txt", "213 17"},
		{"MDTM text.txt", "213 20200229123456"},
		{"MDTM d", "213 20200229123456"},
		{"MFMT 20190102030405 text.txt", "213 Modify=20190102030405; text.txt"},
		{"MFMT 20190102030405.5 d/in d.txt", "213 Modify=20190102030405; d/in d.txt"},
		{"SITE UTIME 20180102030405 empty", "200 Time set"},
		{"MDTM 20170102030405 bin", "213 Modify=20170102030405; bin"},
		{"SITE CHMOD 640 bin", "200 Permissions are 640"},
		{"SITE UTIME d/\"quoted\" 1 2 3 UTC", "501 Syntax error: expected SITE UTIME time-val pathname, or UTIME pathname access-time modification-time creation-time UTC"},
		{"MFMT 20191302030405 text.txt", "501 "},
		{"MFMT 20190102030405 nope", "550 "},
		{"SIZE d", "550 "},
		{"SIZE nope", "550 "},
		{"MDTM nope", "550 "},
	} {
		if got := r.ask(c[0]); !strings.HasPrefix(got, c[1]) {
			t.Errorf("%s: %q", c[0], got)
		}
	}
	r.say(200, `SITE UTIME d/in d.txt 20160102030405 20150102030405 20140102030405 UTC`)
	for name, want := range map[string]string{"text.txt": "2019-01-02 03:04:05", "empty": "2018-01-02 03:04:05", "bin": "2017-01-02 03:04:05", "d/in d.txt": "2015-01-02 03:04:05"} {
		if i, err := s.Tree().Lstat("/" + name); err != nil || i.ModTime.UTC().Format(time.DateTime) != want {
			t.Error(name, i.ModTime, err)
		}
	}
	r.say(200, "TYPE I")
	if got := r.ask("SIZE text.txt"); got != "213 14" {
		t.Error(got)
	}
	r.quit()
	r = logged(t, WithFeatures("SIZE-ASCII=refuse"))
	r.say(550, "SIZE text.txt")
	r.script("200 TYPE I\n213 SIZE text.txt")
}

func TestFeatures(t *testing.T) {
	r := dial(t, start(t).Addr(), nil)
	want := "211-Features:\n AUTH TLS\n CCC\n EPRT\n EPSV\n HOST\n LANG EN*;DE;EN-GB\n MDTM\n MFMT\n MLST Type*;Size*;Modify*;Create;Perm*;Unique*;UNIX.mode*;UNIX.ownername;UNIX.groupname;\n MODE Z\n PBSZ\n PROT\n REST STREAM\n SIZE\n TVFS\n UTF8\n211 End"
	if got := r.ask("FEAT"); got != want {
		t.Error(got)
	}
	r.script("200 OPTS UTF8 ON\n501 OPTS UTF8 OFF\n200 OPTS UTF8")
	all := []string{"-AUTH", "-CCC", "-EPRT", "-EPSV", "-HOST", "-LANG", "-MDTM", "-MFMT", "-MLST", "-MODE-Z", "-REST", "-SIZE", "-TVFS", "-UTF8"}
	r = logged(t, WithFeatures(all...))
	if got := r.ask("FEAT"); got != "211 No features" {
		t.Error(got)
	}
	r.script(`
		502 AUTH TLS
		502 EPRT |1|127.0.0.1|5000|
		502 EPSV
		502 HOST localhost
		502 LANG
		502 MDTM bin
		502 MFMT 20200101000000 bin
		502 MLST
		502 MLSD
		504 MODE Z
		502 REST 0
		502 SIZE bin
		501 OPTS UTF8 ON
		550 MKD é
		553 STOR é
	`)
	r = logged(t, WithFeatures("-FEAT", "-OPTS", "-SITE", "-X-VERBS", "-MODE-B", "-MODE-C", "-STRU-R", "-TYPE-E", "-APPE", "-STOU", "-REIN", "-ABOR"))
	r.script(`
		502 FEAT
		502 OPTS UTF8 ON
		502 SITE HELP
		502 XPWD
		504 MODE B
		504 MODE C
		504 STRU R
		504 TYPE E
		502 APPE x
		502 STOU
		502 REIN
		502 ABOR
	`)
	for _, spec := range []string{"NOPE", "EPSV=1", "-QUOTA=5", "QUOTA=0", "QUOTA=x", "IDLE=x", "LIST-FORM=vms", "PASV-ADDRESS=::1", "PASV-PORTS=5-4", "LANG=xx", "MAX-LOGINS=0"} {
		if _, err := NewServer(Options{Features: []string{spec}}); err == nil || !strings.Contains(err.Error(), "feature") {
			t.Errorf("%s: %v", spec, err)
		}
	}
	seen := make(map[string]bool)
	for _, f := range Features() {
		if f.Name == "" || f.Summary == "" || f.Default == "" || seen[f.Name] {
			t.Errorf("%+v", f)
		}
		seen[f.Name] = true
		if _, err := NewServer(Options{Features: []string{"-" + f.Name}}); err != nil {
			t.Error(err)
		}
	}
}

func TestLanguages(t *testing.T) {
	r := logged(t)
	r.script(`
		504 LANG xx
		501 LANG 123
		200 LANG de-AT
	`)
	if got := r.ask("NOOP"); got != "200 Nichts ausgeführt" {
		t.Error(got)
	}
	if got := r.ask("FEAT"); !strings.Contains(got, "\n LANG EN;DE*;EN-GB\n") || !strings.HasSuffix(got, "\n211 End") {
		t.Error(got)
	}
	if got := r.ask("LANG"); got != "200 Texts are in English" {
		t.Error(got)
	}
	for _, l := range languages[1:] {
		if strings.HasPrefix(l.tag, "en-") {
			continue // it has the texts of English
		}
		file, err := os.ReadFile("texts.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^\t(text\w+) +text = (".*")$`).FindAllStringSubmatch(string(file), -1) {
			var english string
			fmt.Sscanf(m[2], "%q", &english)
			verbs := regexp.MustCompile(`%[a-z0-9]+`)
			if translated := l.texts[text(english)]; translated == "" || !slices.Equal(verbs.FindAllString(translated, -1), verbs.FindAllString(english, -1)) {
				t.Errorf("%s has no text for %s, or one with other values: %q", l.tag, m[1], translated)
			}
		}
	}
}

func TestHosts(t *testing.T) {
	other, err := filestore.NewMemory(file("other.txt", "o"))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, WithHost(Host{Name: "Other.example", Tree: other, Accounts: []Account{{Name: "bob", Password: "b"}}, Greeting: "Welcome to the other\nhost"}), WithHost(Host{Name: "same.example"}))
	r := dial(t, s.Addr(), nil)
	r.script(`
		501 HOST other.example:21
		501 HOST [::1]:21
		501 HOST a..b
		504 HOST nope.example
		504 HOST 192.0.2.1
		220 HOST 127.0.0.1
		220 HOST localhost
		200 LANG de
	`)
	if got := r.ask("HOST other.EXAMPLE"); got != "220-Welcome to the other\n220 host" {
		t.Error(got)
	}
	r.script(`
		331 USER alice
		530 PASS wonderland
		331 USER bob
		230 PASS b
		503 HOST same.example
		213 SIZE other.txt
		220 REIN
		530 PWD
		331 USER alice
		220 HOST same.example
		503 PASS wonderland
		331 USER alice
		230 PASS wonderland
		213 SIZE text.txt
	`)
	for _, hosts := range [][]Host{{{Name: ""}}, {{Name: "a"}, {Name: "A."}}, {{Name: "a", Accounts: []Account{{}}}}} {
		if _, err := NewServer(Options{Hosts: hosts}); err == nil {
			t.Error(hosts)
		}
	}
	mounted, err := filestore.NewMemory(file("m.txt", "m"))
	if err != nil {
		t.Fatal(err)
	}
	r = logged(t, func(o *Options) { o.Mounts = map[string]filestore.Tree{"extra": mounted} })
	r.script(`
		550 SMNT nope
		250 SMNT extra
		213 SIZE m.txt
		250 SMNT /
		550 SIZE m.txt
		213 SIZE text.txt
	`)
}

func TestOptionErrors(t *testing.T) {
	readOnly, err := filestore.NewDirectory(t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer readOnly.Close()
	for what, o := range map[string]Options{
		"no name":       {Accounts: []Account{{Password: "x"}}},
		"twice":         {Accounts: []Account{{Name: "a"}, {Name: "a"}}},
		"refuse":        {Accounts: []Account{{Name: "a", Refuse: 200}}},
		"home":          {Accounts: []Account{{Name: "a", Home: "/home/a"}}, Tree: readOnly},
		"home is file":  {Accounts: []Account{{Name: "a", Home: "/readme.txt"}}},
		"greeting":      {Greeting: "a\rb"},
		"deviation":     {Options: mockservers.Options{Deviations: []string{"pass-an"}}},
		"files":         {Files: []fixtures.File{file("a", ""), file("a", "")}},
		"unnamed mount": {Mounts: map[string]filestore.Tree{"": readOnly}},
	} {
		if _, err := NewServer(o); err == nil {
			t.Error(what, "is accepted")
		} else if what == "deviation" && !strings.Contains(err.Error(), "pass-any") {
			t.Error(err)
		}
	}
}

// --- transfers that do not end well, and what comes during them

// stall begins a download that cannot end: nobody reads.
func stall(t *testing.T, options ...Option) (r *raw, d net.Conn) {
	t.Helper()
	r = logged(t, append([]Option{WithFiles(append(sample, file("huge", strings.Repeat(large, 32)))...)}, options...)...)
	r.say(200, "TYPE I")
	d = r.pasv()
	r.say(150, "RETR huge")
	return r, d
}

func TestAbort(t *testing.T) {
	for name, abort := range map[string]string{"plain": "ABOR\r\n", "with Synch": "\xff\xf4\xff\xf2ABOR\r\n", "lower case": "abor\r\n"} {
		t.Run(name, func(t *testing.T) {
			r, d := stall(t)
			r.send(abort)
			r.expect(426)
			r.expect(226)
			if n, err := io.Copy(io.Discard, d); n >= 32<<20 {
				t.Error(n, err)
			}
			// The session goes on.
			if got := r.get("RETR text.txt"); got != "one\ntwo\nthree\n" {
				t.Errorf("%q", got)
			}
			r.say(226, "ABOR")
			r.quit()
		})
	}
	// Before the connection is made, and during an upload.
	r := logged(t)
	r.say(227, "PASV")
	r.say(150, "RETR text.txt")
	r.send("ABOR\r\n")
	r.expect(426)
	r.expect(226)
	d := r.pasv()
	r.say(150, "STOR part")
	io.WriteString(d, "part")
	for { // until it has arrived
		if got := r.ask("STAT"); strings.Contains(got, " 4 octets") {
			break
		}
	}
	r.send("ABOR\r\n")
	r.expect(426)
	r.expect(226)
	if got := r.get("RETR part"); got != "part" {
		t.Errorf("%q", got)
	}
	if urgent := urgentAbort; urgent != nil {
		r, _ := stall(t)
		urgent(t, r.Conn)
		r.expect(426)
		r.expect(226)
		r.say(200, "NOOP")
	}
}

func TestDuringTransfer(t *testing.T) {
	r, d := stall(t)
	if got := r.ask("STAT"); !strings.HasPrefix(got, "211-") || !strings.Contains(got, "RETR huge") {
		t.Error(got)
	}
	// Others wait for their turn, and QUIT for the end of the transfer.
	r.send("NOOP\r\nPWD\r\nQUIT\r\n")
	if got := r.ask("STAT"); !strings.HasPrefix(got, "211-") {
		t.Error(got)
	}
	if n, err := io.Copy(io.Discard, d); n != 32<<20 || err != nil {
		t.Error(n, err)
	}
	r.expect(226)
	r.expect(200)
	r.expect(257)
	r.expect(221)
	if _, err := r.r.ReadByte(); err != io.EOF {
		t.Error(err)
	}
	// QUIT, and the client's side is closed: the transfer ends all the same.
	r, d = stall(t)
	r.send("QUIT\r\n")
	r.Conn.(*net.TCPConn).CloseWrite()
	if n, err := io.Copy(io.Discard, d); n != 32<<20 || err != nil {
		t.Error(n, err)
	}
	r.expect(226)
	r.expect(221)
}

// TestLeaves: a client that leaves aborts the transfer.
func TestLeaves(t *testing.T) {
	r, d := stall(t)
	r.Close()
	if n, _ := io.Copy(io.Discard, d); n >= 32<<20 {
		t.Error(n)
	}
}

func TestLostData(t *testing.T) {
	r, d := stall(t)
	d.(*net.TCPConn).SetLinger(0)
	d.Close()
	r.expect(426)
	r.say(200, "NOOP")
	r = logged(t, func(o *Options) { o.Timeouts.Data = 30 * time.Millisecond })
	r.say(227, "PASV")
	r.say(150, "LIST")
	r.expect(425)
	d = r.pasv()
	r.say(150, "STOR x")
	r.expect(426)
	d.Close()
	r.say(200, "NOOP")
}

func TestQuota(t *testing.T) {
	r := logged(t, WithFeatures("QUOTA=1000"))
	r.say(200, "ALLO 900")
	r.say(504, "ALLO 2000")
	d := r.pasv()
	r.say(150, "STOR big")
	io.WriteString(d, large)
	r.expect(552)
	d.Close()
	r.put("STOR small", "x")
	r = logged(t, WithFeatures("MAX-FILE=10"))
	r.say(504, "ALLO 11")
	d = r.pasv()
	r.say(150, "STOR big")
	io.WriteString(d, "12345678901")
	r.expect(552)
	d.Close()
	if got := r.get("RETR big"); got != "1234567890" {
		t.Errorf("%q", got)
	}
}

func TestIdle(t *testing.T) {
	r := logged(t, WithFeatures("IDLE=50ms"))
	r.expect(421)
	if _, err := r.r.ReadByte(); err != io.EOF {
		t.Error(err)
	}
}

func TestShutdown(t *testing.T) {
	s, err := Start(context.Background(), Options{Files: append(sample, file("huge", strings.Repeat(large, 32)))})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	idle := dial(t, s.Addr(), nil).login()
	busy := dial(t, s.Addr(), nil).login()
	busy.say(200, "TYPE I")
	d := busy.pasv()
	busy.say(150, "RETR huge")
	begun := time.Now()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Error(took)
	}
	idle.expect(421)
	busy.expect(421)
	if n, _ := io.Copy(io.Discard, d); n >= 32<<20 {
		t.Error(n)
	}
}

func TestTelnet(t *testing.T) {
	r := logged(t)
	r.send("\xff\xfb\x01\xff\xfd\x03NO\xff\xf6OP\r\n")
	answer := make([]byte, 6)
	if _, err := io.ReadFull(r.r, answer); err != nil || string(answer) != "\xff\xfe\x01\xff\xfc\x03" {
		t.Errorf("%q, %v", answer, err)
	}
	r.expect(200)
	r.send("MKD a\xff\xffb\r\n")
	r.expect(257)
	if got := r.get("NLST a*"); got != "a\xffb\r\n" {
		t.Errorf("%q", got)
	}
}

func TestReinitialize(t *testing.T) {
	r := logged(t)
	r.script(`
		200 TYPE I
		250 CWD d
		200 LANG de
		200 EPSV ALL
		220 REIN
		530 PWD
		331 USER hatter
		230 PASS teatime
	`)
	if got := r.ask("PWD"); !strings.HasPrefix(got, `257 "/" is`) {
		t.Error(got)
	}
	if got := r.get("RETR text.txt"); got != "one\r\ntwo\r\nthree\r\n" {
		t.Errorf("%q", got)
	}
}

// --- TLS

func secure(t testing.TB, r *raw, line string, cfg *tls.Config) *raw {
	t.Helper()
	r.say(234, line)
	tc := tls.Client(r.Conn, cfg)
	if err := tc.Handshake(); err != nil {
		t.Fatal(err)
	}
	r.Conn = tc
	r.r.Reset(tc)
	return r
}

func clientTLS(t testing.TB, s *Server) *tls.Config {
	t.Helper()
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	cfg.ClientSessionCache = tls.NewLRUClientSessionCache(8)
	return cfg
}

func TestTLS(t *testing.T) {
	s := start(t)
	cfg := clientTLS(t, s)
	r := dial(t, s.Addr(), nil).login()
	r.script(`
		503 PBSZ 0
		503 PROT P
		533 CCC
		504 AUTH GSSAPI
	`)
	secure(t, r, "AUTH TLS", cfg)
	r.script(`
		530 PWD
		534 AUTH TLS
		503 PROT P
		501 PBSZ x
		200 PBSZ 0
		504 PROT X
		536 PROT S
		536 PROT E
		200 PROT P
	`)
	r.login()
	r.data = cfg
	if got := r.ask("PBSZ 100"); got != "200 PBSZ=0" {
		t.Error(got)
	}
	r.put("STOR new", large)
	r.say(200, "TYPE I")
	if got := r.get("RETR new"); got != large {
		t.Errorf("%d octets", len(got))
	}
	r.say(200, "PROT C")
	r.data = nil
	if got := r.get("RETR bin"); got != "\x00\r\n\xff\xfe\n" {
		t.Errorf("%q", got)
	}
	r.say(200, "PROT P")
	r.data = cfg
	// An upload that TLS does not end.
	d := r.pasv().(*tls.Conn)
	r.say(150, "STOR cut")
	io.WriteString(d, "cut")
	d.NetConn().(*net.TCPConn).CloseWrite()
	r.expect(426)
	// A data connection that is no TLS.
	r.data = nil
	plain := r.pasv()
	r.say(150, "STOR cut")
	io.WriteString(plain, "hello, this is in the clear\r\n")
	r.expect(522)
	plain.Close()
	// The control connection in the clear, the data not.
	r.data = cfg
	r.say(200, "CCC")
	clear(t, r)
	r.script("503 PBSZ 0\n503 PROT C\n257 PWD")
	if got := r.get("RETR bin"); got != "\x00\r\n\xff\xfe\n" {
		t.Errorf("%q", got)
	}
	r.quit()

	// REIN ends TLS too.
	r = dial(t, s.Addr(), nil)
	secure(t, r, "AUTH SSL", cfg)
	r.login()
	r.data = cfg
	r.get("NLST")
	r.say(220, "REIN")
	clear(t, r)
	r.login()
	r.data = nil
	r.get("NLST")
	r.quit()

	// Commands behind AUTH, before the handshake.
	r = dial(t, s.Addr(), nil)
	r.send("AUTH TLS\r\nUSER alice\r\n")
	r.expect(421)
}

// clear goes back to the clear.
func clear(t testing.TB, r *raw) {
	t.Helper()
	tc := r.Conn.(*tls.Conn)
	if _, err := r.r.ReadByte(); err != io.EOF {
		t.Errorf("no close_notify: %v", err)
	}
	tc.CloseWrite()
	r.Conn = tc.NetConn()
	r.SetDeadline(time.Now().Add(10 * time.Second))
	r.r.Reset(r.Conn)
}

func TestImplicitTLS(t *testing.T) {
	s := start(t, WithImplicitTLS())
	if !strings.HasPrefix(s.URL(), "ftps://") {
		t.Error(s.URL())
	}
	cfg := clientTLS(t, s)
	r := dial(t, s.Addr(), cfg).login()
	r.data = cfg
	if got := r.get("RETR text.txt"); got != "one\r\ntwo\r\nthree\r\n" {
		t.Errorf("%q", got)
	}
	r.say(200, "PROT C")
	r.data = nil
	r.get("NLST")
	r.quit()
}

func TestRequiredTLS(t *testing.T) {
	s := start(t, WithFeatures("REQUIRE-TLS", "REQUIRE-PROT-P", "REQUIRE-REUSE"))
	cfg := clientTLS(t, s)
	r := dial(t, s.Addr(), nil)
	r.say(530, "USER alice")
	secure(t, r, "AUTH TLS", cfg)
	r.login()
	for _, line := range []string{"RETR text.txt", "STOR x", "STOU", "APPE x", "LIST", "NLST", "MLSD"} {
		r.say(521, line)
	}
	r.script("200 PBSZ 0\n534 PROT C\n200 PROT P")
	r.data = cfg
	r.get("NLST")
	other := cfg.Clone()
	other.ClientSessionCache = nil
	r.data = other
	d := r.pasv()
	r.say(150, "NLST")
	io.Copy(io.Discard, d)
	d.Close()
	r.expect(522)
	r.data = cfg
	r.get("NLST")
	r.quit()
	r = dial(t, start(t, WithFeatures("-PROT")).Addr(), nil)
	_ = r
}

func TestCertLogin(t *testing.T) {
	s := start(t, WithFeatures("CERT-LOGIN", "LAX-TLS"))
	cfg := clientTLS(t, s)
	authority, err := s.Authority()
	if err != nil {
		t.Fatal(err)
	}
	crt, err := authority.Client("alice")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Certificates = []tls.Certificate{crt}
	r := secure(t, dial(t, s.Addr(), nil), "AUTH TLS", cfg)
	r.script("331 USER hatter\n232 USER alice\n200 PBSZ 0\n200 PROT P")
	// LAX-TLS: an upload may end without close_notify.
	r.data = cfg
	d := r.pasv().(*tls.Conn)
	r.say(150, "STOR cut")
	io.WriteString(d, "cut")
	d.NetConn().(*net.TCPConn).CloseWrite()
	r.expect(226)
}

// --- sessions together

func TestSessionsAtOnce(t *testing.T) {
	dirTree, err := filestore.NewDirectory(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer dirTree.Close()
	memory, err := filestore.NewMemory()
	if err != nil {
		t.Fatal(err)
	}
	for name, tree := range map[string]filestore.Tree{"memory": memory, "directory": dirTree} {
		t.Run(name, func(t *testing.T) {
			servers := []*Server{start(t, WithTree(tree)), start(t, WithTree(tree))}
			var wg sync.WaitGroup
			for i := range 6 {
				wg.Go(func() {
					r := dial(t, servers[i%2].Addr(), nil).login()
					r.say(200, "TYPE I")
					own := strings.Repeat(string(rune('a'+i)), 100_000)
					for range 5 {
						r.put("STOR shared", own)
						got := r.get("RETR shared")
						if len(got) > 0 && strings.Trim(got, got[:1]) != "" {
							t.Error("two uploads are mixed")
						}
						r.put(fmt.Sprintf("STOR own%d", i), own)
						if got := r.get(fmt.Sprintf("RETR own%d", i)); got != own {
							t.Errorf("%d octets", len(got))
						}
						r.get("LIST")
						r.put("STOU", "x")
					}
					r.quit()
				})
			}
			wg.Wait()
			infos, err := tree.ReadDir("/")
			if want := 1 + 6 + 6*5; len(infos) != want || err != nil {
				t.Errorf("%d files, want %d, %v", len(infos), want, err)
			}
		})
	}
}

func TestRealDirectory(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "large"), []byte(strings.Repeat(large, 20)), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, writable := range []bool{false, true} {
		tree, err := filestore.NewDirectory(root, writable)
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		r := logged(t, WithTree(tree))
		r.say(200, "TYPE I")
		if got := r.get("RETR large"); got != strings.Repeat(large, 20) {
			t.Errorf("%d octets", len(got))
		}
		r.say(350, "REST 20971510")
		if got := r.get("RETR large"); got != large[len(large)-10:] {
			t.Errorf("%q", got)
		}
		if !writable {
			r.script("553 STOR x\n550 MKD x\n550 DELE large\n550 SITE CHMOD 600 large\n550 MFMT 20200101000000 large")
			continue
		}
		r.put("STOR up", large)
		r.say(213, "MFMT 20200101000000 up")
		r.say(200, "SITE CHMOD 640 up")
		b, err := os.ReadFile(filepath.Join(root, "up"))
		i, ierr := os.Stat(filepath.Join(root, "up"))
		if string(b) != large || err != nil || ierr != nil || i.Mode() != 0o640 || i.ModTime().UTC().Format("20060102150405") != "20200101000000" {
			t.Error(len(b), err, i, ierr)
		}
		r.quit()
	}
}

func TestFaults(t *testing.T) {
	fault := func(spec string) Option {
		f, err := mockservers.ParseFault(spec)
		if err != nil {
			t.Fatal(err)
		}
		return WithFaults(f)
	}
	r := logged(t, fault("truncate 5 on data at 2nd RETR"), fault("reset on data at octet 3 at 3rd RETR"))
	r.get("RETR text.txt")
	if got := r.get("RETR text.txt"); got != "one\r\n" {
		t.Errorf("%q", got)
	}
	d := r.pasv()
	r.say(150, "RETR text.txt")
	if b, err := io.ReadAll(d); err == nil {
		t.Errorf("%q, %v", b, err)
	}
	r.expect(426)
	r = logged(t, fault("silence on data"))
	d = r.pasv()
	r.say(150, "RETR text.txt")
	r.send("ABOR\r\n")
	r.expect(426)
	r.expect(226)
	d.Close()
	r = logged(t, fault("refuse on data at EPSV"))
	m := regexp.MustCompile(`\|(\d+)\|`).FindStringSubmatch(r.say(229, "EPSV"))
	if nc, err := net.Dial("tcp", "127.0.0.1:"+m[1]); err == nil {
		nc.Close()
		t.Error("somebody listens")
	}
	r.say(150, "LIST")
	r.expect(425)
	r.get("NLST")
	// The control connection: the preliminary reply and the final one are two places.
	r = logged(t, fault("close after RETR"))
	d = r.pasv()
	r.say(150, "RETR text.txt")
	if b, err := io.ReadAll(r.r); len(b) > 0 || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	d.Close()
	r = logged(t, fault("close before end of RETR"))
	d = r.pasv()
	r.say(150, "RETR text.txt")
	if b, err := io.ReadAll(d); string(b) != "one\r\ntwo\r\nthree\r\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if b, err := io.ReadAll(r.r); len(b) > 0 || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

func TestLogAndCapture(t *testing.T) {
	var mu sync.Mutex
	var log []string
	s := start(t, func(o *Options) {
		o.Log = func(e mockservers.Event) {
			mu.Lock()
			log = append(log, e.String()[13:])
			mu.Unlock()
		}
	})
	r := dial(t, s.Addr(), nil).login()
	r.get("RETR text.txt")
	r.quit()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	all, err := s.WaitSessions(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := all[0].Err(); err != nil {
		t.Error(err)
	}
	mu.Lock()
	text := regexp.MustCompile(`127\.0\.0\.1:\d+|\d+,\d+\)`).ReplaceAllString(strings.Join(log, "\n"), "ADDR")
	mu.Unlock()
	want := `ftp #1 opened from ADDR
ftp #1 S: 220 harness FTP mock ready
ftp #1 C: USER alice
ftp #1 S: 331 Password required
ftp #1 C: PASS ***
ftp #1 S: 230 Logged in
ftp #1 C: PASV
ftp #1 S: 227 Entering Passive Mode (127,0,0,1,ADDR
ftp #1 C: RETR text.txt
ftp #1 S: 150 Opening ASCII mode data connection for text.txt (14 bytes)
ftp #1 data-opened: d1 for RETR opened from ADDR
ftp #1 data-closed: d1 17 octets sent, close
ftp #1 S: 226 Transfer complete
ftp #1 C: QUIT
ftp #1 S: 221 Goodbye
ftp #1 closed`
	if text != want {
		t.Errorf("%s", text)
	}
	var data bytes.Buffer
	for _, e := range all[0].Entries() {
		if e.Channel == "d1" && e.From == dialect.Server {
			data.Write(e.Data)
		}
	}
	if data.String() != "one\r\ntwo\r\nthree\r\n" {
		t.Errorf("%q", data.String())
	}
	if said := string(all[0].Said(dialect.Client)); !strings.HasPrefix(said, "USER alice\r\nPASS wonderland\r\nPASV\r\nRETR text.txt\r\n") {
		t.Errorf("%q", said)
	}
}
