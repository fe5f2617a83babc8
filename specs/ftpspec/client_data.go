package ftpspec

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// dataRows are about data connections and transfers.
func dataRows() []clientCase {
	rows := []clientCase{
		{
			name: "pasv-client", deviations: []string{"pasv-port-swapped"}, options: noEPSV,
			script: "C: PASV\nS: 227 Entering Passive Mode ({{1,2,3,4,5,6 pasv}})\nC: RETR a\nS: 150 here it comes\nSd1: hello{{none}}\n-- close Sd1\nS: 226 done\n",
			run:    retrHello,
		},
		{
			// RFC 2577 section 3: the address would let a server have the client connect wherever it wants.
			name: "pasv-address-elsewhere", requirement: "pasv-client", labels: []string{"security"}, deviations: []string{"pasv-address-followed"}, options: noEPSV,
			serve: func(s *script) {
				s.expect("PASV")
				port := s.listen()
				// Whoever goes there is told nothing.
				if elsewhere, err := net.Listen("tcp", fmt.Sprintf("127.0.0.2:%d", port)); err == nil {
					defer elsewhere.Close()
					s.d.T.Cleanup(func() { elsewhere.Close() })
				}
				s.Say("227 Entering Passive Mode (127,0,0,2," + strings.TrimPrefix(sixOf(port), "127,0,0,1,") + ")")
				s.gives("RETR a", "hello")
				s.Rest()
			},
			run: retrHello,
		},
		{
			name: "pasv-address-unroutable", requirement: "pasv-client", labels: []string{"security"}, deviations: []string{"pasv-address-followed"}, options: noEPSV,
			serve: func(s *script) {
				s.expect("PASV")
				s.Say("227 Entering Passive Mode (0,0,0,0," + strings.TrimPrefix(sixOf(s.listen()), "127,0,0,1,") + ")")
				s.gives("RETR a", "hello")
				s.expect("PASV")
				s.Say("227 Entering Passive Mode (192,0,2,1," + strings.TrimPrefix(sixOf(s.listen()), "127,0,0,1,") + ")")
				s.gives("RETR b", "hello")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login(func(o *ClientOptions) { o.Timeout = min(o.Timeout, d.T.Scale(time1)) })
				d.Same("the file", s.retr("a"), "hello")
				d.Same("the file", s.retr("b"), "hello")
				s.quit()
			},
		},
		{
			name: "epsv-required", deviations: []string{"pasv-first"}, script: helloScript,
			run: func(d *try) {
				retrHello(d)
				d.Check(len(d.Sent("EPSV")) > 0, "EPSV", "none")
			},
		},
		{
			name: "epsv-same-address-client", deviations: []string{"data-elsewhere"},
			serve: func(s *script) { s.gives("RETR a", "hello"); s.Rest() },
			run:   retrHello,
		},
		{
			name: "epsv-all-soon", script: helloScript,
			run: func(d *try) {
				retrHello(d)
				for _, l := range d.Sent("EPSV") {
					if strings.Contains(strings.ToUpper(string(l.Text)), "ALL") {
						d.Saw("the client sends EPSV ALL")
					}
				}
				d.Saw("the client sends no EPSV ALL by itself: it does not promise what transfers there will be")
			},
		},
		{
			name: "epsv-refused", requirement: "pasv-client", deviations: []string{"epsv-insists"},
			script: `
C: EPSV
S: 500 what?
C: PASV
S: 227 Entering Passive Mode ({{1,2,3,4,5,6 pasv}})
C: RETR a
S: 150 here it comes
Sd1: hello{{none}}
-- close Sd1
S: 226 done
C: PASV
S: 227 Entering Passive Mode ({{1,2,3,4,5,6 pasv}})
C: RETR b
S: 150 here it comes
Sd2: hello{{none}}
-- close Sd2
S: 226 done
`,
			run: func(d *try) {
				s := d.login()
				d.Same("the file", s.retr("a"), "hello")
				d.Same("the file", s.retr("b"), "hello")
				s.quit()
			},
		},
		{
			name: "epsv-refused-502", requirement: "pasv-client", deviations: []string{"epsv-insists"},
			script: "C: EPSV\nS: 502-no\nS: 502 not here\nC: PASV\nS: 227 ok {{1,2,3,4,5,6 pasv}}\nC: RETR a\nS: 150 here it comes\nSd1: hello{{none}}\n-- close Sd1\nS: 226 done\n",
			run:    retrHello,
		},
		{
			name: "pasv-refused", requirement: "reply-sequences-client", deviations: []string{"refusal-closes"}, script: "C: EPSV\nS: 500 what?\nC: PASV\nS: 502 no\nC: NOOP\nS: 200 ok\n",
			run: func(d *try) {
				s := d.login()
				s.Refuses("RETR, as there is no data connection", retr("a"))
				s.noop()
				s.quit()
			},
		},
		{
			name: "pasv-each-transfer", deviations: []string{"pasv-reused"}, options: noEPSV, serve: twoHellos, run: eachTransfer("PASV", "EPSV"),
		},
		{
			name: "port-each-transfer", deviations: []string{"port-reused"}, options: active, serve: twoHellos, run: eachTransfer("PORT", "EPRT"),
		},
		{
			name: "port-by-user-only", deviations: []string{"port-omitted"}, options: active,
			serve: func(s *script) { s.gives("RETR a", "hello"); s.Rest() },
			run: func(d *try) {
				retrHello(d)
				d.Check(len(d.Sent("PORT"))+len(d.Sent("EPRT")) > 0, "PORT", "none")
			},
		},
		{
			name: "listen-before-request", deviations: []string{"listens-late"}, options: active, serve: connectEarly, run: retrHello,
		},
		{
			name: "data-listen-client", deviations: []string{"listens-late", "port-omitted"}, options: active, serve: connectEarly, run: retrHello,
		},
		{
			name: "data-stranger", requirement: "data-listen-client", labels: []string{"security"}, deviations: []string{"strangers-accepted"}, options: active,
			serve: func(s *script) {
				s.expect("RETR a")
				from := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}
				nc, err := (&net.Dialer{LocalAddr: from, Timeout: s.d.Wait()}).DialContext(s.d.Ctx, "tcp", s.target.String())
				if err != nil {
					s.d.Unclear("no connection from another address: %v", err)
					s.Stop(nil)
					return
				}
				s.d.T.Cleanup(func() { nc.Close() })
				nc.Write([]byte("a stranger's"))
				nc.Close()
				s.Say("150 here it comes")
				s.data("hello")
				s.eof()
				s.Say("226 done")
				s.Rest()
			},
			run: retrHello,
		},
		{
			name: "port-and-pasv", script: helloScript,
			run: func(d *try) {
				retrHello(d)
				d.Saw("the client sets up each data connection once: the last of several would hold")
			},
		},
		{
			name: "data-refused", requirement: "synchronization", deviations: []string{"refused-ignored"},
			serve: func(s *script) {
				s.expect("EPSV")
				port := s.listen()
				s.dropData()
				s.ln = nil
				s.Say(fmt.Sprintf("229 ok (|||%d|)", port))
				for !s.Over {
					l, err := s.Read()
					switch {
					case err != nil:
						s.Stop(nil)
					case l.Verb() == "RETR":
						s.Say("150 here it comes", "226 done") // as it believes
					case l.Verb() == "ABOR":
						s.Say("226 nothing to abort")
					case l.Verb() == "QUIT":
						s.Say("221 bye")
						s.Flush()
						s.Stop(nil)
					case l.Verb() == "PASV" || l.Verb() == "EPSV":
						s.Say("500 no")
					case s.aside(l):
					default:
						s.Say("200 ok")
					}
				}
			},
			run: func(d *try) {
				s := d.login()
				err := s.Refuses("RETR, as the data connection is refused", retr("a"))
				_ = err
				s.noop()
				s.quit()
			},
		},
		{
			name: "data-425", requirement: "diagram-transfer-client", deviations: []string{"final-ignored"},
			script: "C: RETR a\nS: 150 here it comes\n-- close Sd1\nS: 425 the connection broke\nC: NOOP\nS: 200 ok\n",
			run: func(d *try) {
				s := d.login()
				s.Refuses("RETR, as the data connection broke", retr("a"))
				s.noop()
				s.quit()
			},
		},
		{
			name: "data-reset", requirement: "transfer-eof", deviations: []string{"resets-accepted"},
			serve: func(s *script) {
				s.answer("RETR a", "150 here it comes")
				s.data("hel")
				s.Flush()
				if s.open() {
					s.dc.Reset()
				}
				s.Say("226 done, as the server believes")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				var got []byte
				err := s.Try(func(ctx context.Context, c ClientSession) (err error) {
					got, err = c.Retr(ctx, "a", TransferOptions{})
					return err
				})
				d.Check(err != nil, "an error, as the data connection was reset", "the file %s", quoted(string(got)))
			},
		},
		{
			name: "transfer-eof", deviations: []string{"data-left-open"},
			serve: func(s *script) {
				got := s.takes("STOR a")
				s.d.Same("the file", got, "hello")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				s.stor("a", "hello")
				s.quit()
			},
		},
		{
			name: "stream-file-eof-client", deviations: []string{"ends-at-226"}, serve: lateData,
			run: func(d *try) {
				s := d.login()
				d.Same("the length of the file, which goes on behind 226", len(s.retr("a")), len("hello")+lateOctets)
				s.quit()
			},
		},
		{
			name: "close-remaining-data", deviations: []string{"ends-at-226"}, serve: lateData,
			run: func(d *try) {
				s := d.login()
				d.Same("the length of the file, which goes on behind 226", len(s.retr("a")), len("hello")+lateOctets)
				s.quit()
			},
		},
		{
			name: "file-empty", requirement: "stream-file-eof-client", deviations: []string{"end-is-success"},
			script: "C: RETR a\nS: 150 here it comes\n-- close Sd1\nS: 226 done\nC: STOR b\nS: 150 give it\n-- close Cd2\nS: 226 done\nC: NOOP\n-- close S\n",
			run: func(d *try) {
				s := d.login()
				d.Same("the file", s.retr("a"), "")
				s.stor("b", "")
				s.Refuses("NOOP, as the server closes", noop)
			},
		},
		{
			name: "data-silence", requirement: "stream-file-eof-client", deviations: []string{"no-timeout"},
			serve: func(s *script) {
				s.answer("RETR a", "150 here it comes")
				s.data("hel")
				s.Linger()
			},
			run: func(d *try) {
				d.Impatient(func(ctx context.Context, timeout time.Duration) error {
					s := d.login(func(o *ClientOptions) { o.Timeout = timeout })
					return s.Try(func(_ context.Context, c ClientSession) error { return retr("a")(ctx, c) })
				})
			},
		},
		{
			name: "file-too-large", requirement: "stream-file-eof-client", labels: []string{"security"}, deviations: []string{"limit-is-end"},
			options: func(o *ClientOptions) { o.FileLimit = 1 << 20 },
			serve: func(s *script) {
				s.answer("RETR a", "150 here it comes")
				some := strings.Repeat("x", 64<<10)
				for range 32 {
					s.data(some)
				}
				s.eof()
				s.Say("226 done")
				s.Flush()
				s.respond()
			},
			run: func(d *try) { d.login().Refuses("a file that passes the limit", retr("a")) },
		},
		{
			name: "control-open-during-transfer", deviations: []string{"control-half-closed"},
			serve: func(s *script) {
				s.answer("RETR a", "150 here it comes")
				s.data("hello")
				s.Quiet("during the transfer")
				if s.Over {
					s.d.Fail("the control connection open during the transfer", "the client closed it")
				}
				s.eof()
				s.Say("226 done")
				s.Rest()
			},
			run: retrHello,
		},
		{
			name: "telnet-interrupt-client", deviations: []string{"abor-plain", "abort-silent"}, serve: abort,
			run: func(d *try) {
				aborts(d)
				for _, l := range d.Lines() {
					if strings.HasSuffix(strings.ToUpper(string(l.Text)), "ABOR") {
						d.Check(strings.Contains(string(l.Text), "\xff\xf4"), "Telnet IP before ABOR", "%s", l.Shown())
						return
					}
				}
				d.Fail("ABOR", "none")
			},
		},
		{
			name: "commands-during-transfer", serve: abort,
			run: func(d *try) {
				aborts(d)
				d.Saw("the client sends ABOR during a transfer")
			},
		},
		{
			name: "stou-name-client", deviations: []string{"stou-name-lost"},
			script: "C: STOU\nS: 150 FILE: unique.0001\nCd1: hello{{none}}\n-- close Cd1\nS: 226 done\n",
			run: func(d *try) {
				s := d.login()
				name := value(s, "STOU", func(ctx context.Context, c ClientSession) (string, error) { return c.Stou(ctx, []byte("hello")) })
				d.Same("the name", name, "unique.0001")
				s.quit()
			},
		},
		{
			name: "rest-again", deviations: []string{"rest-left"},
			script: "C: REST 2\nS: 350 ok\nC: RETR a\nS: 550 no\nC: REST 0\nS: 350 ok\nC: RETR b\nS: 150 here it comes\nSd1: hello{{none}}\n-- close Sd1\nS: 226 done\n",
			run: func(d *try) {
				s := d.login()
				s.refusedWith(550, "RETR", func(ctx context.Context, c ClientSession) error {
					_, err := c.Retr(ctx, "a", TransferOptions{Offset: 2})
					return err
				})
				d.Same("the file", s.retr("b"), "hello")
				s.quit()
			},
		},
		{
			name: "restart-stream", requirement: "rest-form", deviations: []string{"rest-hex"},
			script: "C: REST 2\nS: 350 ok\nC: RETR a\nS: 150 here it comes\nSd1: llo{{none}}\n-- close Sd1\nS: 226 done\nC: REST 3\nS: 350 ok\nC: STOR b\nS: 150 give it\nCd2: lo{{none}}\n-- close Cd2\nS: 226 done\n",
			run: func(d *try) {
				s := d.login()
				d.Same("the rest of the file", s.retrWith("a", TransferOptions{Offset: 2}), "llo")
				s.storWith("b", "lo", TransferOptions{Offset: 3})
				s.quit()
			},
		},
	}
	for i, shape := range pasvShapes {
		rows = append(rows, clientCase{
			name: fmt.Sprintf("pasv-shape-%d", i+1), requirement: "pasv-reply-scanned", deviations: shape.deviations, options: noEPSV,
			script: "C: PASV\nS: " + shape.text + "\nC: RETR a\nS: 150 here it comes\nSd1: hello{{none}}\n-- close Sd1\nS: 226 done\n", run: retrHello,
		})
	}
	for i, reply := range badPassive {
		rows = append(rows, clientCase{
			name: fmt.Sprintf("passive-malformed-%d", i+1), requirement: "pasv-client", labels: []string{"security"}, deviations: []string{"passive-guessed"}, options: reply.options,
			serve: func(s *script) {
				s.answer(reply.command, reply.text)
				for !s.Over {
					l, err := s.Read()
					switch {
					case err != nil:
						s.Stop(nil)
					case l.Verb() == "RETR":
						s.d.Fail("no RETR behind a reply to "+reply.command+" that names no port", "%s", l.Shown())
						s.Stop(nil)
					case l.Verb() == "QUIT":
						s.Say("221 bye")
						s.Flush()
						s.Stop(nil)
					default:
						s.Say("500 no")
					}
				}
			},
			run: func(d *try) {
				s := d.login()
				s.Refuses("RETR, as the reply to "+reply.command+" names no port", retr("a"))
				s.Quietly(quit)
			},
		})
	}
	return append(rows, nameRows()...)
}

// time1 is as long as a connection that is not to be tried may be tried.
const time1 = 2 * time.Second

// pasvShapes are 227 replies of servers that there are.
var pasvShapes = []struct {
	text       string
	deviations []string
}{
	{"227 Entering Passive Mode ({{1,2,3,4,5,6 pasv}})", []string{"pasv-port-swapped"}},
	{"227 Entering Passive Mode ({{1,2,3,4,5,6 pasv}}).", []string{"pasv-port-swapped"}},
	{"227 Entering Passive Mode {{1,2,3,4,5,6 pasv}}", []string{"pasv-parentheses-only"}},
	{"227 Entering Passive Mode. {{1,2,3,4,5,6 pasv}}", []string{"pasv-parentheses-only"}},
	{"227 ={{1,2,3,4,5,6 pasv}}", []string{"pasv-parentheses-only"}},
	{"227 {{1,2,3,4,5,6 pasv}} is where I listen (or so)", []string{"pasv-parentheses-only"}},
	{"227 Passive mode entered: [{{1,2,3,4,5,6 pasv}}]", []string{"pasv-parentheses-only"}},
	{"227-I listen\nS: 227 at {{1,2,3,4,5,6 pasv}}", []string{"first-line-only"}},
}

// badPassive are replies that name no port.
var badPassive = []struct {
	command, text string
	options       func(o *ClientOptions)
}{
	{"PASV", "227 Entering Passive Mode", noEPSV},
	{"PASV", "227 Entering Passive Mode (127,0,0,1,4)", noEPSV},
	{"PASV", "227 Entering Passive Mode (127,0,0,1,256,1)", noEPSV},
	{"PASV", "227 Entering Passive Mode (127,0,0,1,0,0)", noEPSV},
	{"EPSV", "229 Entering Extended Passive Mode (|||0|)", nil},
	{"EPSV", "229 Entering Extended Passive Mode (|||65536|)", nil},
	{"EPSV", "229 Entering Extended Passive Mode (|||x|)", nil},
	{"EPSV", "229 Entering Extended Passive Mode", nil},
}

func noEPSV(o *ClientOptions) { o.NoEPSV = true }

const helloScript = "C: RETR a\nS: 150 here it comes\nSd1: hello{{none}}\n-- close Sd1\nS: 226 done\n"

// retrHello has the client retrieve a file.
func retrHello(d *try) {
	s := d.login()
	d.Same("the file", s.retr("a"), "hello")
	s.quit()
}

// twoHellos gives a file twice, each over a connection of its own.
func twoHellos(s *script) {
	for range 2 {
		s.gives("RETR a", "hello")
	}
	s.Rest()
}

// eachTransfer has the client retrieve a file twice, and wants a command for each.
func eachTransfer(verbs ...string) func(d *try) {
	return func(d *try) {
		s := d.login()
		s.Quietly(retr("a"), retr("a"), quit)
		n := 0
		for _, v := range verbs {
			n += len(d.Sent(v))
		}
		d.Check(n == 2, verbs[0]+" before each of two transfers", "%d", n)
	}
}

// connectEarly connects to the client before it says that it will.
func connectEarly(s *script) {
	s.expect("RETR a")
	s.data("hello")
	s.eof()
	s.Say("150 here it comes", "226 done")
	s.Rest()
}

// lateOctets are more than any buffer on the way holds.
const lateOctets = 8 << 20

// lateData ends the transfer on the control connection, and goes on with the data.
func lateData(s *script) {
	s.answer("RETR a", "150 here it comes")
	s.data("hello")
	s.Say("226 done")
	s.Flush()
	s.Quiet("before the end of the data")
	s.data(strings.Repeat("x", lateOctets))
	s.eof()
	s.Rest()
}

// abort gives a file that has no end, until ABOR comes.
func abort(s *script) {
	s.answer("RETR a", "150 here it comes")
	s.data("hello")
	for !s.Over {
		l, err := s.Read()
		switch {
		case err != nil:
			s.Wrong("ABOR", "%s", s.Trouble(err))
		case strings.HasSuffix(strings.ToUpper(string(l.Text)), "ABOR"):
			s.eof()
			s.Say("426 aborted", "226 ok")
			s.Rest()
			return
		case s.aside(l):
		default:
			s.Wrong("ABOR", "%s", l.Shown())
		}
	}
}

func aborts(d *try) {
	s := d.login()
	s.Do("an aborted transfer", func(ctx context.Context, c ClientSession) error { return c.RetrAbort(ctx, "a") })
	s.noop()
	s.quit()
}

// foulNames are names that would leave the directory that was chosen for them.
var foulNames = []string{"../escaped", "/tmp/../escaped", "..", ".", `..\escaped`, "sub/../../escaped", "a\x00b"}

// nameRows are about names that come from a server.
func nameRows() []clientCase {
	mlsd := func(name string) string { return "type=file;size=5; " + name + "\r\n" }
	list := func(name string) string { return "-rw-r--r-- 1 a b 5 Nov 20  2023 " + name + "\r\n" }
	row := func(name, feat, verb string, line func(name string) string, run func(d *try, dir, name string)) clientCase {
		return clientCase{
			name: name, requirement: "remote-pathnames", labels: []string{"security"}, deviations: []string{"names-trusted"}, feat: feat,
			serve: func(s *script) {
				for listings := 0; !s.Over; {
					l, err := s.Read()
					switch {
					case err != nil:
						s.Stop(nil)
					case l.Verb() == verb && listings < 2:
						s.Say("150 here it comes")
						if listings++; listings == 1 {
							s.data(line(foulNames[s.Conn-1]))
						} else {
							s.data(mlsd("x"))
						}
						s.eof()
						s.Say("226 done")
					case l.Verb() == "RETR":
						s.Say("150 here it comes")
						s.data("hello")
						s.eof()
						s.Say("226 done")
					case s.aside(l):
					case l.Verb() == "QUIT":
						s.Say("221 bye")
						s.Flush()
						s.Stop(nil)
					default:
						s.Say("550 no")
					}
				}
			},
			run: func(d *try) {
				for _, name := range foulNames {
					if d.Settled() {
						return
					}
					top, err := os.MkdirTemp("", "harness")
					if err != nil {
						d.Unclear("%v", err)
						return
					}
					d.T.Cleanup(func() { os.RemoveAll(top) })
					dir := filepath.Join(top, "chosen", "dir")
					if err := os.MkdirAll(dir, 0o700); err != nil {
						d.Unclear("%v", err)
						return
					}
					run(d, dir, name)
					for _, out := range outside(top, dir) {
						d.Fail("no file outside of the chosen directory, for the name "+quoted(name), "%s", quoted(out))
					}
					if strings.HasPrefix(name, "/tmp/") {
						if _, err := os.Stat(name); err == nil {
							os.Remove(name)
							d.Fail("no file outside of the chosen directory, for the name "+quoted(name), "%s", name)
						}
					}
				}
			},
		}
	}
	tree := func(d *try, dir, _ string) {
		s := d.login()
		s.Attempt("a directory's files", func(ctx context.Context, c ClientSession) error { return c.GetTree(ctx, "pub", dir) })
		s.Quietly(quit)
	}
	return []clientCase{
		row("names-mlsd", "MLST type*;size*;", "MLSD", mlsd, tree),
		row("names-list", "", "LIST", list, tree),
		row("names-nlst", "", "NLST", func(name string) string { return name + "\r\n" }, func(d *try, dir, _ string) {
			s := d.login()
			for _, name := range s.given().nlst("") {
				s.Quietly(func(ctx context.Context, c ClientSession) error { return c.Get(ctx, name, dir) })
			}
			s.Quietly(quit)
		}),
		row("names-directories", "MLST type*;size*;", "MLSD", func(name string) string { return "type=dir; " + name + "\r\n" }, tree),
	}
}

// outside returns what is in top and not in dir, the directories that lead there aside.
func outside(top, dir string) []string {
	var out []string
	filepath.Walk(top, func(path string, info os.FileInfo, err error) error {
		if err == nil && path != dir && !strings.HasPrefix(dir, path) && !strings.HasPrefix(path, dir+string(filepath.Separator)) {
			out = append(out, path)
		}
		return nil
	})
	return out
}
