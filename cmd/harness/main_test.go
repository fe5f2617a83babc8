package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/clients/pop3client"
	"harness/internal/report"
	"harness/mockservers/pop3mock"
	"harness/protocols/pop3"
	"harness/specs"
)

func TestMain(m *testing.M) {
	// Ginkgo never stops its signal handler.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2"))
}

// limit bounds every wait of these tests.
const limit = 20 * time.Second

// harness runs a command to its end.
func harness(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return harnessIn(t, "", args...)
}

func harnessIn(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var out, errs bytes.Buffer
	code = run(ctx, args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// running is a command that goes on until it is interrupted.
type running struct {
	t      *testing.T
	cancel context.CancelFunc
	lines  chan string // what it prints, on standard output and standard error; closed when it ends
	code   int         // when lines is closed
}

func start(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	pr, pw := io.Pipe()
	r := &running{t: t, cancel: cancel, lines: make(chan string, 10000)}
	w := &output{w: pw}
	go func() {
		code := run(ctx, args, strings.NewReader(""), w, w)
		r.code = code
		pw.Close()
	}()
	go func() {
		in := bufio.NewReader(pr)
		for {
			s, err := in.ReadString('\n')
			if s != "" {
				r.lines <- strings.TrimSuffix(s, "\n")
			}
			if err != nil {
				close(r.lines)
				return
			}
		}
	}()
	t.Cleanup(func() { r.stop() })
	return r
}

// line returns the next line that it prints.
func (r *running) line() string {
	r.t.Helper()
	select {
	case s, ok := <-r.lines:
		if !ok {
			r.t.Fatalf("the command has ended, with code %d", r.code)
		}
		return s
	case <-time.After(limit):
		r.t.Fatal("the command printed nothing")
	}
	return ""
}

// end waits for the command to end by itself, and returns its exit code and the rest of what it printed.
func (r *running) end() (int, string) {
	r.t.Helper()
	var rest strings.Builder
	late := time.After(limit)
	for {
		select {
		case s, ok := <-r.lines:
			if !ok {
				return r.code, rest.String()
			}
			rest.WriteString(s + "\n")
		case <-late:
			r.t.Fatal("the command did not end")
		}
	}
}

// stop interrupts the command, and returns its exit code and the rest of what it printed.
func (r *running) stop() (int, string) {
	r.t.Helper()
	r.cancel()
	return r.end()
}

// use has the test's authority in a directory of its own.
func use(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("HOME", dir)
	t.Setenv("HARNESS_PASSWORD", "")
	return dir
}

func wants(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s lacks %q:\n%s", what, p, text)
		}
	}
}

// withAccount puts alice's account into a URL.
func withAccount(u string) string { return strings.Replace(u, "://", "://alice:wonderland@", 1) }

const twoMessages = `session: 1
protocol: pop3
server: a server

S: +OK ready
C: USER {{alice user}}
S: +OK go on
C: PASS {{*** password}}
S: +OK in
C: STAT
S: +OK 2 {{320 number}}
C: QUIT
S: +OK bye
-- close S
`

func sessionFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// A protocol of two cases, for the parts of check that don't depend on what the cases are.

type testServer struct{}

func (testServer) Name() string     { return "test mock" }
func (testServer) Disposable() bool { return true }
func (testServer) Start(_ context.Context, t *specs.T, _ specs.Setup) (*specs.Target, error) {
	srv, err := pop3mock.Start(context.Background(), pop3mock.Options{})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { srv.Close() })
	u, err := url.Parse(srv.URL())
	return &specs.Target{URL: u, User: pop3mock.DefaultUser, Password: pop3mock.DefaultPassword}, err
}

func login(ctx context.Context, t *specs.T) (*pop3client.Client, specs.Judgement) {
	target, err := t.Start(ctx, specs.Setup{})
	if err != nil {
		return nil, specs.NotStarted(err)
	}
	c, err := pop3client.Dial(ctx, target.URL.Host, &pop3client.Options{Tap: t.Tap(""), TLS: target.TLS, ImplicitTLS: target.URL.Scheme == "pop3s"})
	if err != nil {
		return nil, specs.Failf("a greeting", "%v", err)
	}
	t.Cleanup(func() { c.Quit(context.WithoutCancel(ctx)) }) // the next case finds the maildrop free
	if err := c.User(ctx, target.User); err != nil {
		return nil, specs.Failf("USER accepted", "%v", err)
	}
	if err := c.Pass(ctx, target.Password); err != nil {
		return nil, specs.Failf("PASS accepted", "%v", err)
	}
	return c, specs.OK()
}

// useTestProtocol replaces the protocols by POP3 with three cases: one that passes, one that fails on purpose, one that mutates.
func useTestProtocol(t *testing.T, failing bool) {
	t.Helper()
	saved := protocolTable
	t.Cleanup(func() { protocolTable = saved })
	p := *pop3Protocol
	p.builtin = func() (specs.ServerUnderTest, specs.ClientUnderTest) { return testServer{}, nil }
	p.register = func(env *specs.Env) {
		env.UseDialect(pop3.Dialect())
		env.Add(specs.Case{
			ID: "pop3/server/login", Catalogue: specs.ServerCases, Requirement: "pop3/greeting-sent", Deviations: []string{"x"},
			Run: func(ctx context.Context, t *specs.T) specs.Judgement { _, j := login(ctx, t); return j },
		}, specs.Case{
			ID: "pop3/server/stat", Catalogue: specs.ServerCases, Requirement: "pop3/keyword-case", Deviations: []string{"x"},
			Run: func(ctx context.Context, t *specs.T) specs.Judgement {
				c, j := login(ctx, t)
				if c == nil || !failing {
					return j
				}
				d, err := c.Stat(ctx)
				return specs.Failf("no messages", "%v %v, for the password wonderland", d, err)
			},
		}, specs.Case{
			ID: "pop3/server/dele", Catalogue: specs.ServerCases, Requirement: "pop3/keyword-case", Deviations: []string{"x"}, Mutates: true,
			Run: func(ctx context.Context, t *specs.T) specs.Judgement { return specs.Absent("UIDL") },
		})
	}
	protocolTable = []*protocol{&p}
}

func TestVersionAndHelp(t *testing.T) {
	if code, out, _ := harness(t, "version"); code != 0 || !strings.HasPrefix(out, "harness ") {
		t.Errorf("version: %d %q", code, out)
	}
	code, out, _ := harness(t, "version", "--json")
	if v := map[string]string{}; code != 0 || json.Unmarshal([]byte(out), &v) != nil || v["version"] == "" {
		t.Errorf("version --json: %d %q", code, out)
	}
	for _, c := range []string{"check", "serve", "record", "replay", "show", "fmt", "diff", "ca", "version"} {
		if code, out, _ := harness(t, c, "--help"); code != 0 || !strings.Contains(out, "Examples:\n  harness "+c) {
			t.Errorf("%s --help: %d, without examples:\n%s", c, code, out)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, out, _ := harness(t, "completion", shell); code != 0 || len(out) < 500 {
			t.Errorf("completion %s: %d, %d octets", shell, code, len(out))
		}
	}
}

// TestTable holds every protocol to what the commands rely on.
func TestTable(t *testing.T) {
	ports := map[int]string{}
	for _, p := range protocolTable {
		env := &specs.Env{}
		p.register(env)
		if err := env.Validate(); err != nil {
			t.Errorf("%s: %v", p.name(), err)
		}
		if env.Server, env.Client = p.builtin(); len(env.Runnable()) != len(env.Cases()) || len(env.Cases()) == 0 {
			t.Errorf("%s: %d of %d cases can be run with our own parties", p.name(), len(env.Runnable()), len(env.Cases()))
		}
		for _, s := range p.dialect.Schemes() {
			port := unprivilegedPort(p.dialect, s)
			if other := ports[port]; other != "" || port < 1024 {
				t.Errorf("%s is served on port %d (%s)", s.Name, port, other)
			}
			ports[port] = s.Name
		}
	}
}

func TestBadArguments(t *testing.T) {
	use(t)
	session := sessionFile(t, "a.session", twoMessages)
	ftp := sessionFile(t, "f.session", "session: 1\nprotocol: ftp\n\nS: 220 ready\n")
	broken := sessionFile(t, "b.session", "session: 1\nprotocol: pop3\n\nX: what\n")
	known := sessionFile(t, "known.txt", "pop3/server/nothing-of-this: x\n")
	for want, args := range map[string][]string{
		`unknown command "chek"; did you mean check?`: {"chek"},
		"unknown flag: --nope":                        {"check", "--nope"},
		"expected auto, always or never":              {"--color", "pink", "version"},
		"neither a protocol":                          {"check", "gopher"},
		"unknown scheme":                              {"check", "gopher://x"},
		"there are no cases for imap":                 {"check", "imap://a:b@x"},
		"need an account":                             {"check", "pop3://127.0.0.1"},
		"names no host":                               {"check", "pop3://a:b@:110"},
		"characters such as @":                        {"check", "pop3://a:se/cret@127.0.0.1:x"},
		"port is not 1 to 65535":                      {"check", "pop3://a:b@127.0.0.1:70000"},
		`parameter "tls" is unknown`:                  {"check", "pop3://a:b@127.0.0.1?tls=1"},
		"pop3s begins with TLS":                       {"check", "pop3s://a:b@127.0.0.1?starttls=1"},
		"has a path":                                  {"check", "pop3://a:b@127.0.0.1/inbox"},
		"label filter":                                {"check", "--label", "(pop3"},
		"no case to run":                              {"check", "--label", "nothing-has-this"},
		"no such file":                                {"check", "--baseline", "/nonexistent/known"},
		"there is no case pop3/server/nothing-of":     {"check", "--baseline", known},
		"is no directory":                             {"check", "--junit", "/nonexistent/x.xml"},
		"expected a factor above 0":                   {"check", "--slow", "0"},
		"expected a time above 0":                     {"check", "--quiet-wait", "0s"},
		"--other-user: expected":                      {"check", "pop3://a:b@127.0.0.1", "--other-user", "bob"},
		"there is no PEM certificate":                 {"check", "pop3://a:b@127.0.0.1", "--ca", known},
		"unknown protocol":                            {"record", "gopher", "--upstream", "gopher://x"},
		`required flag(s) "upstream"`:                 {"record", "pop3"},
		"is a server of ftp":                          {"record", "pop3", "--upstream", "ftp://x"},
		"does not log in":                             {"record", "pop3", "--upstream", "pop3://a:secret@x"},
		"expected like-upstream":                      {"record", "pop3", "--upstream", "pop3://x", "--client-tls", "no"},
		"one of the flags in the group":               {"replay", session},
		"the sessions are of pop3":                    {"replay", session, "--drive", "ftp://127.0.0.1:1"},
		"play them one protocol at a time":            {"replay", session, ftp, "--serve", "127.0.0.1:0"},
		"no .session file":                            {"replay", t.TempDir(), "--serve", "127.0.0.1:0"},
		"b.session:4:1":                               {"show", broken},
		"cannot be compared":                          {"diff", session, ftp},
		"accepts 2 arg(s)":                            {"diff", session},
		"unknown scheme \"gopher\"":                   {"serve", "gopher"},
		"there is no mock of imap":                    {"serve", "imap"},
		"it means something else for each of":         {"serve", "--data", "."},
		"--writable is for the directory":             {"serve", "ftp", "--writable"},
		"--writable means nothing for pop3":           {"serve", "pop3", "--writable", "--data", "."},
		"--data: directory /nonexistent":              {"serve", "ftp", "--data", "/nonexistent"},
		"leave the path out":                          {"record", "ftp", "--upstream", "ftp://x/dir"},
		"a port is for one listener":                  {"serve", "pop3", "pop3s", "--addr", "127.0.0.1:2110"},
		"the port is not":                             {"serve", "pop3", "--addr", "127.0.0.1:70000"},
		"expected name:password":                      {"serve", "pop3", "--user", "alice"},
		"is named twice":                              {"serve", "pop3", "--user", "a:b", "--user", "a:c"},
		"--fault \"explode\"":                         {"serve", "pop3", "--fault", "explode"},
		"--deviation \"nope\" is unknown":             {"serve", "pop3", "--deviation", "nope"},
		"which is not among":                          {"serve", "pop3", "--script", ftp},
		"there is no --script for ftp":                {"serve", "pop3", "ftp", "--script", session},
		"if any flags in the group":                   {"serve", "--script", session, "--data", "x"},
		"standard input cannot be written":            {"fmt", "-w", "-"},
	} {
		code, out, errs := harness(t, args...)
		if code != exitTrouble || !strings.HasPrefix(errs, "harness: ") || !strings.Contains(errs, want) {
			t.Errorf("harness %s: exit code %d, %q, %q; want %q", strings.Join(args, " "), code, out, errs, want)
		}
		if strings.Contains(errs, "cret@") || strings.Contains(errs, "secret") {
			t.Errorf("harness %s shows the password: %q", strings.Join(args, " "), errs)
		}
	}
}

func TestCheckBuiltin(t *testing.T) {
	use(t)
	useTestProtocol(t, false)
	dir := t.TempDir()
	junit, html, js := filepath.Join(dir, "r.xml"), filepath.Join(dir, "r.html"), filepath.Join(dir, "r.json")
	code, out, errs := harness(t, "check", "--junit", junit, "--html", html, "--json", js)
	if code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	wants(t, "the table", out, "test mock  conformant", "RFC 1939", "PASS  2 conformant, 0 non-conformant, 0 latitude, 0 inconclusive, 1 not offered")
	wants(t, "the progress", errs, "checking test mock: 3 cases\n")
	var r report.Report
	data, _ := os.ReadFile(js)
	if err := json.Unmarshal(data, &r); err != nil || len(r.Cases) != 3 || r.Failed {
		t.Errorf("the JSON report: %v, %+v", err, r)
	}
	if data, _ = os.ReadFile(junit); xml.Unmarshal(data, new(struct{ XMLName xml.Name })) != nil || !bytes.Contains(data, []byte(`skipped="1"`)) {
		t.Errorf("the JUnit report: %s", data)
	}
	if data, _ = os.ReadFile(html); !bytes.Contains(data, []byte("</html>")) {
		t.Errorf("the HTML report: %s", data)
	}
	code, out, _ = harness(t, "check", "pop3", "--json", "-", "--label", "mutates")
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 || len(r.Cases) != 1 {
		t.Errorf("--json -: %d, %v\n%s", code, err, out)
	}
	code, out, _ = harness(t, "check", "--list")
	if code != 0 || strings.Count(out, "\n") != 4 || !strings.Contains(out, "RFC 1939 section 3") {
		t.Errorf("--list: %d\n%s", code, out)
	}
	var list []listedCase
	code, out, _ = harness(t, "check", "--list", "--json", "-", "--label", "!mutates")
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 0 || len(list) != 2 || list[0].Level != "MUST" {
		t.Errorf("--list --json -: %d, %v\n%s", code, err, out)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"check"}, strings.NewReader(""), &stdout, &stderr); code != exitTrouble || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("interrupted: %d\n%s%s", code, stdout.String(), stderr.String())
	}
}

func TestCheckURL(t *testing.T) {
	use(t)
	useTestProtocol(t, true)
	srv := pop3mock.New(t)
	u := withAccount(srv.URL())
	code, out, errs := harness(t, "check", u, "-v")
	if code != exitMismatch {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	wants(t, "the report", out, "harness-pop3mock ("+srv.URL()+")", "NON-CONFORMANT  pop3/server/stat", "RFC 1939 section 3, MUST", "expected  no messages",
		"C: STAT\n", "S: +OK 65 ", "C: PASS ***\n", "allow it with --destructive", "FAIL  1 conformant, 1 non-conformant")
	if strings.Contains(out+errs, "wonderland") {
		t.Errorf("the password shows:\n%s%s", out, errs)
	}
	t.Setenv("HARNESS_PASSWORD", "wonderland")
	if code, out, _ := harness(t, "check", strings.Replace(u, ":wonderland", "", 1), u, "--destructive", "--label", "mutates || login"); code != 0 || strings.Contains(out, "allow it") {
		t.Errorf("two servers, a password from the environment, --destructive: %d\n%s", code, out)
	}

	known := sessionFile(t, "known.txt", "pop3/server/stat @ *mock*: a reason\n")
	code, out, _ = harness(t, "check", u, "--baseline", known)
	if code != 0 || !strings.Contains(out, "known     a reason") {
		t.Errorf("a known failure: %d\n%s", code, out)
	}
	os.WriteFile(known, []byte("# all\npop3/server/stat: a reason\npop3/server/login: another\n"), 0o644)
	code, out, _ = harness(t, "check", u, "--baseline", known)
	if code != exitMismatch || !strings.Contains(out, "known.txt:3: pop3/server/login is listed as a known failure") {
		t.Errorf("a known failure that passes: %d\n%s", code, out)
	}

	code, _, errs = harness(t, "check", strings.Replace(u, "wonderland", "looking-glass", 1))
	if code != exitTrouble || !strings.Contains(errs, "the login as alice failed") || strings.Contains(errs, "looking-glass") {
		t.Errorf("a wrong password: %d %s", code, errs)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	if code, _, errs := harness(t, "check", "pop3://a:b@"+addr); code != exitTrouble || !strings.Contains(errs, "cannot be checked") {
		t.Errorf("an unreachable server: %d %s", code, errs)
	}
}

func TestCheckTLS(t *testing.T) {
	use(t)
	useTestProtocol(t, false)
	srv := pop3mock.New(t, pop3mock.WithImplicitTLS())
	authority, err := srv.Authority()
	if err != nil {
		t.Fatal(err)
	}
	file := sessionFile(t, "ca.pem", string(authority.PEM()))
	u := withAccount(srv.URL())
	if code, out, errs := harness(t, "check", u, "--ca", file); code != 0 {
		t.Errorf("--ca: %d\n%s%s", code, out, errs)
	}
	if code, _, errs := harness(t, "check", u, "--insecure"); code != 0 {
		t.Errorf("--insecure: %d\n%s", code, errs)
	}
	if code, _, errs := harness(t, "check", u); code != exitTrouble || !strings.Contains(errs, "--ca FILE") {
		t.Errorf("neither: %d\n%s", code, errs)
	}
	plain := pop3mock.New(t)
	if code, _, errs := harness(t, "check", withAccount(plain.URL())+"?starttls=1", "--insecure"); code != 0 {
		t.Errorf("starttls: %d\n%s", code, errs)
	}
}

func TestServe(t *testing.T) {
	dir := use(t)
	mail := filepath.Join(t.TempDir(), "one.eml")
	if err := os.WriteFile(mail, []byte("Subject: one\r\n\r\nHello.\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := start(t, "serve", "pop3", "pop3s", "--addr", "127.0.0.1:0", "--data", filepath.Dir(mail), "--user", "bob:builder", "--user", "eve:apple")
	plain, secure := r.line(), r.line()
	if !strings.HasPrefix(plain, "pop3://127.0.0.1:") || !strings.HasPrefix(secure, "pop3s://127.0.0.1:") {
		t.Fatalf("it serves %s and %s", plain, secure)
	}
	if a, b := r.line(), r.line(); a != "account bob" || b != "account eve" {
		t.Errorf("accounts %q, %q", a, b)
	}
	caFile := strings.TrimPrefix(r.line(), "CA ")
	if !strings.HasPrefix(caFile, dir) {
		t.Errorf("the CA's file is %s", caFile)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	c, err := pop3client.Dial(ctx, strings.TrimPrefix(plain, "pop3://"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(ctx, "eve", "apple"); err != nil {
		t.Fatal(err)
	}
	if d, err := c.Stat(ctx); err != nil || d.Messages != 1 {
		t.Errorf("STAT: %v, %v", d, err)
	}
	if line := r.line(); !strings.Contains(line, "pop3 #1 opened from 127.0.0.1:") {
		t.Errorf("the log begins with %q", line)
	}
	code, rest := r.stop()
	if code != 0 || strings.Contains(rest, "apple") {
		t.Errorf("exit code %d\n%s", code, rest)
	}
}

func TestServeJSONAndFaults(t *testing.T) {
	use(t)
	r := start(t, "serve", "--addr", "127.0.0.1:0", "--json", "--fault", "close at greeting", "--tls")
	var ready struct {
		Type     string
		Servers  []struct{ Protocol, URL string }
		Accounts []struct{ User, Password string }
		CA       string
	}
	if err := json.Unmarshal([]byte(r.line()), &ready); err != nil || ready.Type != "ready" || len(ready.Servers) != len(schemeNames()) || ready.CA == "" {
		t.Fatalf("%v: %+v", err, ready)
	}
	if len(ready.Accounts) != 1 || ready.Accounts[0].Password != defaultPassword {
		t.Errorf("accounts %+v", ready.Accounts)
	}
	var addr string
	for _, s := range ready.Servers {
		if a, ok := strings.CutPrefix(s.URL, "pop3://"); ok {
			addr = a
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	if c, err := pop3client.Dial(ctx, addr, nil); err == nil {
		c.Close()
		t.Error("the greeting came in spite of the fault")
	}
	var e struct{ Type, Kind string }
	if err := json.Unmarshal([]byte(r.line()), &e); err != nil || e.Type != "event" || e.Kind != "opened" {
		t.Errorf("%v: %+v", err, e)
	}
	code, _, errs := harness(t, "serve", "pop3", "--addr", addr)
	if code != exitTrouble || !strings.Contains(errs, "is taken") {
		t.Errorf("a taken port: %d %s", code, errs)
	}
	if code, _ := r.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestServeScript(t *testing.T) {
	use(t)
	r := start(t, "serve", "--script", sessionFile(t, "a.session", twoMessages), "--addr", "127.0.0.1:0")
	u := r.line()
	if !strings.HasPrefix(u, "pop3://") || !strings.HasPrefix(r.line(), "CA ") {
		t.Fatalf("it serves %s", u)
	}
	if err := stat(t, strings.TrimPrefix(u, "pop3://")); err != nil {
		t.Error(err)
	}
	if code, rest := r.stop(); code != 0 || !strings.Contains(rest, "C: STAT") {
		t.Errorf("exit code %d\n%s", code, rest)
	}
}

// stat speaks the client's side of twoMessages.
func stat(t *testing.T, addr string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	c, err := pop3client.Dial(ctx, addr, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.User(ctx, "alice"); err != nil {
		return err
	}
	if err := c.Pass(ctx, "wonderland"); err != nil {
		return err
	}
	if d, err := c.Stat(ctx); err != nil || d.Messages != 2 {
		return fmt.Errorf("STAT: %v, %w", d, err)
	}
	return c.Quit(ctx)
}

func TestRecordReplay(t *testing.T) {
	use(t)
	srv := pop3mock.New(t, pop3mock.WithMail())
	dir := filepath.Join(t.TempDir(), "sessions")
	r := start(t, "record", "pop3", "--upstream", strings.TrimPrefix(srv.URL(), "pop3://"), "-o", dir, "--count", "1", "--name", "empty-stat")
	u := r.line()
	if !strings.HasPrefix(u, "pop3://127.0.0.1:") || r.line() != "to "+srv.URL() {
		t.Fatalf("it listens on %s", u)
	}
	r.line() // the CA
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	speak := func(addr string) error {
		c, err := pop3client.Dial(ctx, addr, nil)
		if err != nil {
			return err
		}
		defer c.Close()
		for _, step := range []func() error{
			func() error { return c.User(ctx, "alice") },
			func() error { return c.Pass(ctx, "wonderland") },
			func() error { _, err := c.Stat(ctx); return err },
			func() error { return c.Quit(ctx) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}
	if err := speak(strings.TrimPrefix(u, "pop3://")); err != nil {
		t.Fatal(err)
	}
	code, rest := r.end()
	file := filepath.Join(dir, "empty-stat.session")
	if code != 0 || !strings.Contains(rest, file+"\n") {
		t.Fatalf("record: %d\n%s", code, rest)
	}
	text, err := os.ReadFile(file)
	if err != nil || bytes.Contains(text, []byte("wonderland")) {
		t.Fatalf("the session holds the password, or is not there: %v\n%s", err, text)
	}

	junit := filepath.Join(t.TempDir(), "r.xml")
	if code, out, errs := harness(t, "replay", dir, "--drive", withAccount(srv.URL()), "--junit", junit); code != 0 || !strings.Contains(out, "1 match, 0 mismatches") {
		t.Errorf("against the same server: %d\n%s%s", code, out, errs)
	}
	if data, _ := os.ReadFile(junit); !bytes.Contains(data, []byte(`tests="1" failures="0"`)) {
		t.Errorf("JUnit: %s", data)
	}
	other := pop3mock.New(t)
	code, out, _ := harness(t, "replay", file, "--drive", other.URL(), "--user", "alice", "--password", "wonderland", "--junit", junit)
	if code != exitMismatch || !strings.Contains(out, "received: S: +OK 65 ") || strings.Contains(out, "wonderland") {
		t.Errorf("against a server with other mail: %d\n%s", code, out)
	}
	if data, _ := os.ReadFile(junit); !bytes.Contains(data, []byte(`failures="1"`)) {
		t.Errorf("JUnit: %s", data)
	}
	if code, out, errs := harness(t, "replay", file, "--drive", srv.URL()); code != exitTrouble || !strings.Contains(errs, "--password") || !strings.Contains(out, "not played") {
		t.Errorf("without credentials: %d\n%s%s", code, out, errs)
	}
	code, out, _ = harness(t, "replay", file, "--drive", withAccount(other.URL()), "--json")
	var p playJSON
	if err := json.Unmarshal([]byte(out), &p); err != nil || code != exitMismatch || p.Matched || len(p.Problems) == 0 {
		t.Errorf("--json: %d, %v\n%s", code, err, out)
	}

	r = start(t, "replay", file, "--serve", "127.0.0.1:0", "--once", "--junit", junit)
	if err := speak(strings.TrimPrefix(r.line(), "pop3://")); err != nil {
		t.Error(err)
	}
	if code, rest := r.end(); code != 0 || !strings.Contains(rest, "1 match, 0 mismatches") {
		t.Errorf("served to the same client: %d\n%s", code, rest)
	}
	r = start(t, "replay", file, "--serve", "127.0.0.1:0")
	addr := strings.TrimPrefix(r.line(), "pop3://")
	if err := speak(addr); err != nil {
		t.Error(err)
	}
	if line := r.line(); !strings.HasPrefix(line, "match ") {
		t.Errorf("the first play: %s", line)
	}
	if err := stat(t, addr); err == nil {
		t.Error("a client that wants other mail found it")
	}
	if line := r.line(); !strings.HasPrefix(line, "match ") && !strings.HasPrefix(line, "MISMATCH ") {
		t.Errorf("the second play: %s", line)
	}
	r.stop()
	r = start(t, "replay", file, "--serve", "127.0.0.1:0", "--once")
	r.line()
	if code, rest := r.stop(); code != exitMismatch || !strings.Contains(rest, "never played: "+file) {
		t.Errorf("never played: %d\n%s", code, rest)
	}
}

func TestReplayServeMismatch(t *testing.T) {
	use(t)
	r := start(t, "replay", sessionFile(t, "a.session", twoMessages), "--serve", "127.0.0.1:0", "--once")
	nc, err := net.Dial("tcp", strings.TrimPrefix(r.line(), "pop3://"))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	fmt.Fprintf(nc, "LIST\r\n")
	if code, rest := r.end(); code != exitMismatch || !strings.Contains(rest, "received: C: LIST") || !strings.Contains(rest, "0 matches, 1 mismatch") {
		t.Errorf("exit code %d\n%s", code, rest)
	}
}

func TestShow(t *testing.T) {
	use(t)
	file := sessionFile(t, "a.session", twoMessages)
	code, out, _ := harness(t, "show", file)
	if code != 0 || !strings.HasSuffix(out, "\n\n"+twoMessages) {
		t.Errorf("show: %d\n%s", code, out)
	}
	wants(t, "the summary", out, "4 lines from the client", "1 redacted secret", "1 connection")
	if _, out, _ := harness(t, "--color", "always", "show", file); !strings.Contains(out, colorBlue+"C: STAT"+colorOff) {
		t.Errorf("no colours:\n%s", out)
	}
	var s shownSession
	code, out, _ = harness(t, "show", "--json", file)
	if err := json.Unmarshal([]byte(out), &s); err != nil || code != 0 || s.Text != twoMessages || s.Header["protocol"] != "pop3" || s.Summary.ClientLines != 4 {
		t.Errorf("show --json: %d, %v\n%s", code, err, out)
	}
}

func TestFmt(t *testing.T) {
	use(t)
	messy := strings.Replace(twoMessages, "C: QUIT", "\n\n\nC: QUIT", 1)
	file := sessionFile(t, "a.session", messy)
	code, formatted, _ := harness(t, "fmt", file)
	if code != 0 || formatted == messy {
		t.Fatalf("fmt: %d\n%s", code, formatted)
	}
	if code, out, _ := harnessIn(t, messy, "fmt"); code != 0 || out != formatted {
		t.Errorf("standard input: %d\n%s", code, out)
	}
	if code, out, _ := harness(t, "fmt", "-l", filepath.Dir(file)); code != exitMismatch || out != file+"\n" {
		t.Errorf("fmt -l: %d %q", code, out)
	}
	if code, out, _ := harness(t, "fmt", "-d", file); code != exitMismatch || !strings.Contains(out, "@@ -") || !strings.Contains(out, "\n-\n") {
		t.Errorf("fmt -d: %d\n%s", code, out)
	}
	if code, out, _ := harness(t, "fmt", "-w", file); code != 0 || out != "" {
		t.Errorf("fmt -w: %d %q", code, out)
	}
	if got, _ := os.ReadFile(file); string(got) != formatted {
		t.Errorf("fmt -w wrote\n%s", got)
	}
	if code, out, _ := harness(t, "fmt", "-l", file); code != 0 || out != "" {
		t.Errorf("fmt -l of a formatted file: %d %q", code, out)
	}
	if code, _, errs := harness(t, "fmt", sessionFile(t, "b.session", "nonsense")); code != exitTrouble || !strings.Contains(errs, "b.session:1:") {
		t.Errorf("a broken file: %d %s", code, errs)
	}
}

func TestDiff(t *testing.T) {
	use(t)
	a := sessionFile(t, "a.session", twoMessages)
	volatile := sessionFile(t, "b.session", strings.NewReplacer("320", "321", "alice", "bob").Replace(twoMessages))
	if code, out, errs := harness(t, "diff", a, volatile); code != 0 || out != "" {
		t.Errorf("values apart: %d\n%s%s", code, out, errs)
	}
	reworded := sessionFile(t, "c.session", strings.Replace(twoMessages, "+OK bye", "+OK farewell", 1))
	if code, out, errs := harness(t, "diff", a, reworded); code != 0 || !strings.Contains(errs, "1 reply means the same in other words") {
		t.Errorf("other words: %d\n%s%s", code, out, errs)
	}
	if code, out, _ := harness(t, "diff", "--exact", a, reworded); code != exitMismatch || !strings.Contains(out, "farewell") {
		t.Errorf("other words, exactly: %d\n%s", code, out)
	}
	other := sessionFile(t, "d.session", strings.Replace(twoMessages, "+OK 2 ", "+OK 3 ", 1))
	if code, out, _ := harness(t, "diff", a, other); code != exitMismatch || !strings.Contains(out, "+OK 3") {
		t.Errorf("another reply: %d\n%s", code, out)
	}
	var list []shownDifference
	code, out, _ := harness(t, "diff", "--json", a, other)
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != exitMismatch || len(list) != 1 || !strings.Contains(list[0].A, "a.session:11") {
		t.Errorf("--json: %d, %v\n%s", code, err, out)
	}
}

func TestCA(t *testing.T) {
	dir := use(t)
	code, out, errs := harness(t, "ca")
	if block, _ := pem.Decode([]byte(out)); code != 0 || block == nil || block.Type != "CERTIFICATE" {
		t.Fatalf("ca: %d\n%s%s", code, out, errs)
	}
	wants(t, "where it lies", errs, dir)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if code, again, errs := harness(t, "ca", "--out", file); code != 0 || again != "" || !strings.Contains(errs, file) {
		t.Errorf("ca --out: %d\n%s%s", code, again, errs)
	}
	if got, _ := os.ReadFile(file); string(got) != out {
		t.Errorf("another certificate:\n%s", got)
	}
	var v struct{ File, PEM string }
	code, js, _ := harness(t, "ca", "--json", "--ca-dir", t.TempDir())
	if err := json.Unmarshal([]byte(js), &v); err != nil || code != 0 || v.PEM == out || v.File == "" {
		t.Errorf("ca --json in another directory: %d, %v\n%s", code, err, js)
	}
}

func TestCompletion(t *testing.T) {
	use(t)
	for want, args := range map[string][]string{
		"pop3s":                       {"serve", ""},
		"cert expired":                {"serve", "--fault", ""},
		"RFC1939":                     {"check", "--label", ""},
		"pop3://":                     {"check", ""},
		"clear":                       {"record", "--client-tls", ""},
		":8":                          {"show", ""}, // filter by extension
		"never":                       {"--color", ""},
		pop3mock.Deviations()[0].Name: {"serve", "--deviation", ""},
	} {
		if code, out, _ := harness(t, append([]string{"__complete"}, args...)...); code != 0 || !strings.Contains(out, want) {
			t.Errorf("completion of %q: %d, %q; want %q", args, code, out, want)
		}
	}
}
