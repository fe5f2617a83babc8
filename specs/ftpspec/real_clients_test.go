package ftpspec

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	jlaffaye "github.com/jlaffaye/ftp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"harness/fixtures"
	"harness/mockservers/filestore"
	"harness/mockservers/ftpmock"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
)

//go:embed testdata/peers/ftplib_session.py
var ftplibSession []byte

// TestRealClients has clients that are not ours work with the mock's files: curl, lftp, and Python's ftplib.
func TestRealClients(t *testing.T) {
	clients := spectest.RealClients(t, "curl", "lftp", "python3")
	RegisterFailHandler(Fail)
	specs.Suite(t, "real FTP clients", func() {
		describeCurl(clients["curl"])
		describeLftp(clients["lftp"])
		describeFtplib(clients["python3"])
	})
}

func runClient(ctx context.Context, c *peers.Client, srv *ftpmock.Server, cmd peers.Command) *peers.Result {
	return spectest.RunClient(ctx, GinkgoT(), c, srv.Server, cmd)
}

func said(ctx context.Context, srv *ftpmock.Server, sessions int) string {
	return spectest.Said(ctx, GinkgoT(), srv.Server, sessions)
}

// stored returns the content of a file of the mock's.
func stored(srv *ftpmock.Server, name string) []byte {
	GinkgoHelper()
	f, err := srv.Tree().Open("/" + name)
	Expect(err).NotTo(HaveOccurred(), name)
	defer f.Close()
	data, err := io.ReadAll(f)
	Expect(err).NotTo(HaveOccurred(), name)
	return data
}

func fileData(name string) []byte {
	GinkgoHelper()
	f, err := fixtures.FileByPath(name)
	Expect(err).NotTo(HaveOccurred())
	return f.Data
}

// readable are the regular files of the tree that may be read.
func readable() []fixtures.File {
	return slices.DeleteFunc(fixtures.Files(), func(f fixtures.File) bool { return !f.Mode.IsRegular() || f.Mode.Perm()&0o400 == 0 })
}

func describeCurl(curl *peers.Client) {
	address := func(srv *ftpmock.Server, name string) string {
		parts := strings.Split(name, "/")
		for i, p := range parts {
			parts[i] = url.PathEscape(p)
		}
		return "ftp://" + srv.Addr() + "/" + strings.Join(parts, "/")
	}
	login := []string{"-sS", "-u", "alice:wonderland"}
	transfer := func(ctx context.Context, srv *ftpmock.Server, args ...string) *peers.Result {
		GinkgoHelper()
		r := runClient(ctx, curl, srv, peers.Command{Args: slices.Concat(login, args), KeepFiles: true, Files: map[string][]byte{"up": fileData("octets/numbered.bin"), "text": fileData("text/crlf.txt")}})
		Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
		return r
	}

	Describe("curl", Label("container"), func() {
		for name, faults := range spectest.Slow {
			for mode, more := range map[string][]string{
				"passive": nil, "PASV": {"--disable-epsv"}, "active": {"-P", "-"}, "PORT": {"-P", "-", "--disable-eprt"},
				"absolute": {"--ftp-method", "nocwd"}, "TLS": {"--ssl-reqd", "--cacert", "ca.pem"},
			} { // curl 7.88, Debian 12's, does not come to the handshake in active mode over TLS

				if faults != nil && mode != "passive" && mode != "TLS" {
					continue
				}
				It("retrieves every file, "+mode+", "+name, func(ctx SpecContext) {
					srv := ftpmock.New(GinkgoT(), ftpmock.WithFaults(faults...))
					files := readable()
					if mode != "active" && mode != "PORT" { // curl 7.88 waits a second before it uses a connection again in passive mode
						files = slices.DeleteFunc(files, func(f fixtures.File) bool { return !strings.HasPrefix(f.Path, "octets/") })
					}
					args := slices.Concat([]string{"--globoff"}, more)
					for i, f := range files {
						args = append(args, address(srv, f.Path), "-o", fmt.Sprintf("file%d", i))
					}
					r := transfer(ctx, srv, args...)
					for i, f := range files {
						got := r.Files[fmt.Sprintf("file%d", i)]
						Expect(bytes.Equal(got, f.Data)).To(BeTrue(), "%q: %d octets of %d", f.Path, len(got), len(f.Data))
					}
					transcript := said(ctx, srv, 1)
					verb := map[string]string{"PASV": "PASV\r\n", "active": "EPRT |1|", "PORT": "PORT 127,0,0,1,"}[mode]
					if verb == "" {
						verb = "EPSV\r\n"
					}
					Expect(transcript).To(ContainSubstring(verb))
					if mode == "TLS" {
						Expect(transcript).To(And(ContainSubstring("AUTH "), ContainSubstring("PROT P\r\n")))
					}
				}, SpecTimeout(2*spectest.ClientTime))
			}
		}

		It("lists", func(ctx SpecContext) {
			srv := ftpmock.New(GinkgoT())
			long := string(transfer(ctx, srv, address(srv, "text/")).Stdout)
			Expect(long).To(MatchRegexp(`(?m)^-rw-r--r-- .* Jan  3  2019 crlf\.txt\r?$`))
			names := strings.Fields(string(transfer(ctx, srv, "-l", address(srv, "text/")).Stdout))
			Expect(names).To(ConsistOf(children("text")))
		}, SpecTimeout(2*spectest.ClientTime))

		It("retrieves text, a range, and the rest of a file", func(ctx SpecContext) {
			srv := ftpmock.New(GinkgoT())
			want := fileData("octets/numbered.bin")
			// curl makes LF of the CRLF that come, and the other way round.
			Expect(string(transfer(ctx, srv, address(srv, "text/lf.txt")+";type=a").Stdout)).To(Equal(string(fileData("text/lf.txt"))))
			Expect(transfer(ctx, srv, "-r", "1600-3199", address(srv, "octets/numbered.bin")).Stdout).To(Equal(want[1600:3200]))
			Expect(transfer(ctx, srv, "-C", "65000", address(srv, "octets/numbered.bin")).Stdout).To(Equal(want[65000:]))
			Expect(transfer(ctx, srv, "-r", "-16", address(srv, "octets/numbered.bin")).Stdout).To(Equal(want[len(want)-16:]))
		}, SpecTimeout(2*spectest.ClientTime))

		It("tells dates, and compares them", func(ctx SpecContext) {
			srv := ftpmock.New(GinkgoT())
			head := string(transfer(ctx, srv, "-I", address(srv, "readme.txt")).Stdout)
			Expect(head).To(And(ContainSubstring("Last-Modified: Fri, 15 Jun 2018 12:34:56 GMT"), ContainSubstring("Content-Length: 80")))
			Expect(transfer(ctx, srv, "-z", "Fri, 15 Jun 2018 12:34:57 GMT", address(srv, "readme.txt")).Stdout).To(BeEmpty())
			Expect(transfer(ctx, srv, "-z", "Fri, 15 Jun 2018 12:34:55 GMT", address(srv, "readme.txt")).Stdout).To(Equal(fileData("readme.txt")))
		}, SpecTimeout(2*spectest.ClientTime))

		It("stores, appends, goes on where it was cut off, and makes directories", func(ctx SpecContext) {
			srv := ftpmock.New(GinkgoT())
			want := fileData("octets/numbered.bin")
			transfer(ctx, srv, "-T", "up", address(srv, "incoming/é up"))
			Expect(bytes.Equal(stored(srv, "incoming/é up"), want)).To(BeTrue())
			transfer(ctx, srv, "-a", "-T", "text", address(srv, "incoming/é up"))
			Expect(bytes.Equal(stored(srv, "incoming/é up"), slices.Concat(want, fileData("text/crlf.txt")))).To(BeTrue())
			Expect(srv.Tree().Create("/incoming/part", filestore.CreateOptions{Perm: 0o644})).To(WithTransform(func(w filestore.Writer) error {
				_, err := w.Write(want[:4096])
				return errorsOf(err, w.Close())
			}, Succeed()))
			transfer(ctx, srv, "-C", "-", "-T", "up", address(srv, "incoming/part"))
			Expect(bytes.Equal(stored(srv, "incoming/part"), want)).To(BeTrue())
			transfer(ctx, srv, "--ftp-create-dirs", "-P", "-", "-T", "up", address(srv, "incoming/a/b/c"))
			Expect(bytes.Equal(stored(srv, "incoming/a/b/c"), want)).To(BeTrue())
			transfer(ctx, srv, "-B", "-T", "text", address(srv, "incoming/text"))
			Expect(string(stored(srv, "incoming/text"))).To(Equal(string(fileData("text/crlf.txt"))))
		}, SpecTimeout(2*spectest.ClientTime))

		It("renames, makes and removes, before and after a transfer", func(ctx SpecContext) {
			srv := ftpmock.New(GinkgoT())
			transfer(ctx, srv, "-Q", "MKD incoming/d", "-Q", "RNFR readme.txt", "-Q", "RNTO incoming/d/moved", "-Q", "-DELE /-l", "-Q", "-RMD /empty",
				"-Q", "*DELE nosuch", address(srv, "text/"))
			Expect(stored(srv, "incoming/d/moved")).To(Equal(fileData("readme.txt")))
			for _, gone := range []string{"/readme.txt", "/-l", "/empty"} {
				_, err := srv.Tree().Lstat(gone)
				Expect(err).To(MatchError(fs.ErrNotExist), gone)
			}
		}, SpecTimeout(2*spectest.ClientTime))

		It("works over implicit TLS, and after CCC", func(ctx SpecContext) {
			srv := ftpmock.New(GinkgoT(), ftpmock.WithImplicitTLS())
			want := fileData("octets/numbered.bin")
			addr := strings.Replace(address(srv, "octets/numbered.bin"), "ftp://", "ftps://", 1)
			Expect(bytes.Equal(transfer(ctx, srv, "--cacert", "ca.pem", addr).Stdout, want)).To(BeTrue())
			addr = strings.Replace(address(srv, "incoming/up"), "ftp://", "ftps://", 1)
			transfer(ctx, srv, "--cacert", "ca.pem", "-T", "up", addr)
			Expect(bytes.Equal(stored(srv, "incoming/up"), want)).To(BeTrue())

			srv = ftpmock.New(GinkgoT())
			Expect(bytes.Equal(transfer(ctx, srv, "--ssl-reqd", "--cacert", "ca.pem", "--ftp-ssl-ccc-mode", "active", address(srv, "octets/numbered.bin")).Stdout, want)).To(BeTrue())
			Expect(said(ctx, srv, 1)).To(ContainSubstring("CCC\r\n"))
		}, SpecTimeout(2*spectest.ClientTime))

		It("tells what was refused", func(ctx SpecContext) {
			srv := ftpmock.New(GinkgoT())
			for _, c := range []struct {
				code int
				args []string
			}{
				{67, []string{"-u", "alice:wrong", address(srv, "readme.txt")}},
				{78, []string{"-u", "alice:wonderland", address(srv, "nosuch")}},
				{9, []string{"-u", "alice:wonderland", address(srv, "nosuch/file")}},
				{25, []string{"-u", "alice:wonderland", "-T", "ca.pem", address(srv, "locked/x")}},
				{21, []string{"-u", "alice:wonderland", "-Q", "DELE nosuch", address(srv, "")}},
				{60, []string{"-u", "alice:wonderland", "--ssl-reqd", address(srv, "")}},
			} {
				r := runClient(ctx, curl, srv, peers.Command{Args: append([]string{"-sS"}, c.args...)})
				Expect(r.ExitCode).To(Equal(c.code), "%v: %s", c.args, r.Stderr)
			}
			srv.TakeErrors() // the handshake that curl broke off
		}, SpecTimeout(2*spectest.ClientTime))
	})
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// children are the names in a directory of the tree.
func children(dir string) []string {
	var names []string
	for _, f := range fixtures.Files() {
		if path.Dir(f.Path) == dir {
			names = append(names, path.Base(f.Path))
		}
	}
	return names
}

func describeLftp(lftp *peers.Client) {
	for name, settings := range map[string]string{
		"in the clear":          "set ftp:ssl-allow no",
		"by MLSD":               "set ftp:ssl-allow no; set ftp:use-mlsd yes",
		"active":                "set ftp:ssl-allow no; set ftp:passive-mode no",
		"over TLS, PROT P":      "set ftp:ssl-force yes; set ftp:ssl-protect-data yes",
		"active, over TLS":      "set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ftp:passive-mode no",
		"four at a time by TLS": "set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set mirror:parallel-transfer-count 4",
	} {
		It("lftp mirrors the tree down and up without a difference, "+name, Label("container"), func(ctx SpecContext) {
			srv := ftpmock.New(GinkgoT())
			script := fmt.Sprintf("set net:max-retries 1; set net:timeout 20; set ssl:ca-file ca.pem; set cmd:fail-exit yes; %s; open -u alice,wonderland ftp://localhost:%s; ",
				settings, srv.Addr()[strings.LastIndex(srv.Addr(), ":")+1:])
			// What may not be read, or be written to, is no part of a mirror.
			const except = `-x ^modes/unreadable$ -x ^locked/$ -x ^up/$`
			r := runClient(ctx, lftp, srv, peers.Command{KeepFiles: true, Args: []string{"-c", script +
				"mirror " + except + " / down; mirror --dry-run " + except + " / down; mirror -R down /up; mirror -R --dry-run down /up; bye"}})
			Expect(r.ExitCode).To(BeZero(), "%s%s", r.Stdout, r.Stderr)
			// A dry run tells of the directory to mirror to even if it is there.
			Expect(string(r.Stdout)+string(r.Stderr)).To(MatchRegexp(`^(mkdir -p ftp://\S*/up\n)?$`), "a difference is left")
			for _, f := range readable() {
				if strings.HasPrefix(f.Path, "locked/") {
					continue
				}
				got, there := r.Files["down/"+f.Path]
				Expect(there).To(BeTrue(), "%q", f.Path)
				Expect(bytes.Equal(got, f.Data)).To(BeTrue(), "%q: %d octets of %d", f.Path, len(got), len(f.Data))
				got = stored(srv, "up/"+f.Path)
				Expect(bytes.Equal(got, f.Data)).To(BeTrue(), "up: %q: %d octets of %d", f.Path, len(got), len(f.Data))
			}
			for _, f := range fixtures.Files() {
				if !f.Mode.IsDir() || f.Path == "locked" {
					continue
				}
				info, err := srv.Tree().Lstat("/up/" + f.Path)
				Expect(err).NotTo(HaveOccurred())
				Expect(info.IsDir()).To(BeTrue())
			}
			Expect(len(r.Files)).To(BeNumerically(">=", len(readable())-1))
			if strings.Contains(name, "TLS") {
				transcript := said(ctx, srv, 1)
				Expect(transcript).To(And(ContainSubstring("AUTH TLS\r\n"), ContainSubstring("PROT P\r\n")))
			}
		}, SpecTimeout(2*spectest.ClientTime))
	}

	It("lftp goes on where a file was cut off, removes and renames", Label("container"), func(ctx SpecContext) {
		srv := ftpmock.New(GinkgoT())
		want := fileData("octets/numbered.bin")
		script := fmt.Sprintf("set net:max-retries 1; set ssl:ca-file ca.pem; set cmd:fail-exit yes; open -u alice,wonderland ftp://localhost:%s; ", srv.Addr()[strings.LastIndex(srv.Addr(), ":")+1:])
		r := runClient(ctx, lftp, srv, peers.Command{KeepFiles: true, Files: map[string][]byte{"numbered.bin": want[:1000], "up": want}, Args: []string{"-c", script +
			"get -c octets/numbered.bin; mkdir -p incoming/a/b; put up -o incoming/a/b/up; mv incoming/a/b/up incoming/a/moved; chmod 600 incoming/a/moved; " +
			"rm readme.txt; rmdir incoming/a/b; cat text/crlf.txt; bye"}})
		Expect(r.ExitCode).To(BeZero(), "%s%s", r.Stdout, r.Stderr)
		Expect(bytes.Equal(r.Files["numbered.bin"], want)).To(BeTrue())
		Expect(string(r.Stdout)).To(Equal(string(fileData("text/crlf.txt"))))
		Expect(bytes.Equal(stored(srv, "incoming/a/moved"), want)).To(BeTrue())
		info, err := srv.Tree().Lstat("/incoming/a/moved")
		Expect(err).NotTo(HaveOccurred())
		Expect(info.Mode.Perm()).To(Equal(fs.FileMode(0o600)))
	}, SpecTimeout(2*spectest.ClientTime))
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func describeFtplib(python *peers.Client) {
	for _, mode := range []string{"passive", "active", "tls", "tls-active"} {
		It("ftplib, "+mode, Label("container"), func(ctx SpecContext) {
			srv := ftpmock.New(GinkgoT())
			host, port, err := net.SplitHostPort(srv.Addr())
			Expect(err).NotTo(HaveOccurred())
			r := runClient(ctx, python, srv, peers.Command{Args: []string{"-", host, port, mode}, Stdin: ftplibSession})
			Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
			var seen map[string]any
			Expect(json.Unmarshal(r.Stdout, &seen)).To(Succeed())

			numbered := digest(fileData("octets/numbered.bin"))
			crlf := strings.Split(strings.TrimSuffix(string(fileData("text/crlf.txt")), "\r\n"), "\r\n")
			for key, want := range map[string]any{
				"pwd": "/", "pwd_quotes": `/names/dir with "quotes"`, "size": 65536.0, "mdtm": "213 20180615123456",
				"all": digest(fileData("octets/all.bin")), "numbered": numbered, "ntransfer": numbered, "rest": "00000000004095\r\n", "empty": 0.0,
				"blocks": 51200.0, "stored": true, "resumed": true, "appended": true, "announced": 65536.0,
				"mkd": "/incoming/new dir",
			} {
				Expect(seen).To(HaveKeyWithValue(key, want))
			}
			Expect(seen["nlst"]).To(ContainElements("readme.txt", "text", "-l"))
			Expect(seen["nlst_text"]).To(HaveLen(len(children("text"))))
			Expect(seen["dir"]).To(ContainElement(MatchRegexp(`^-rw-r--r-- .* crlf\.txt$`)))
			Expect(seen["lines"]).To(HaveExactElements(anys(crlf)...))
			Expect(seen["textlines"]).To(HaveExactElements("one", "two", "three"))
			mlsd := seen["mlsd"].(map[string]any)
			for _, name := range children("names") {
				Expect(mlsd).To(HaveKey(name))
			}
			Expect(mlsd["case"]).To(Equal(map[string]any{"type": "file", "size": "80", "modify": "20160108000000"}))
			for key, code := range map[string]string{
				"welcome": "220", "wrong": "530", "login": "230", "cwd": "250", "up": "250", "root": "250", "retrlines": "226", "missing": "550", "storbinary": "226",
				"storlines": "226", "rename": "250", "rmd": "250", "voidresp": "226", "abort": "426", "after_abort": "226", "noop": "200", "quit": "221", "acct": "",
			} {
				Expect(seen[key]).To(HavePrefix(code), key)
			}
			if strings.HasPrefix(mode, "tls") {
				for key, code := range map[string]string{"auth": "234", "prot": "200", "prot_c": "200", "ccc": "200"} {
					Expect(seen[key]).To(HavePrefix(code), key)
				}
				Expect(seen["clear"]).To(Equal(numbered))
				Expect(seen["pwd_clear"]).To(Equal("/"))
			} else {
				Expect(seen["sendport"]).To(HavePrefix("200"))
				Expect(seen["by_port"]).To(Equal(digest(fileData("octets/all.bin"))))
				Expect(seen["by_pasv"]).To(Equal(digest(fileData("octets/all.bin"))))
			}
		}, SpecTimeout(2*spectest.ClientTime))
	}
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// TestJlaffayeClient has a Go client that is not ours work with the mock.
func TestJlaffayeClient(t *testing.T) {
	for name, options := range map[string]func(*ftpmock.Server) []jlaffaye.DialOption{
		"plain": func(*ftpmock.Server) []jlaffaye.DialOption { return nil },
		"no EPSV": func(*ftpmock.Server) []jlaffaye.DialOption {
			return []jlaffaye.DialOption{jlaffaye.DialWithDisabledEPSV(true)}
		},
		"no MLSD": func(*ftpmock.Server) []jlaffaye.DialOption {
			return []jlaffaye.DialOption{jlaffaye.DialWithDisabledMLSD(true)}
		},
		"AUTH TLS": func(srv *ftpmock.Server) []jlaffaye.DialOption {
			cfg, err := srv.ClientTLS()
			if err != nil {
				t.Fatal(err)
			}
			return []jlaffaye.DialOption{jlaffaye.DialWithExplicitTLS(cfg)}
		},
		"implicit TLS": func(srv *ftpmock.Server) []jlaffaye.DialOption {
			cfg, err := srv.ClientTLS()
			if err != nil {
				t.Fatal(err)
			}
			return []jlaffaye.DialOption{jlaffaye.DialWithTLS(cfg)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var more []ftpmock.Option
			if name == "implicit TLS" {
				more = append(more, ftpmock.WithImplicitTLS())
			}
			srv := ftpmock.New(t, more...)
			c, err := jlaffaye.Dial(srv.Addr(), append(options(srv), jlaffaye.DialWithTimeout(20*time.Second))...)
			if err != nil {
				t.Fatal(err)
			}
			check := func(what string, err error) {
				t.Helper()
				if err != nil {
					t.Errorf("%s: %v", what, err)
				}
			}
			if err := c.Login("alice", "wrong"); err == nil {
				t.Error("a wrong password is taken")
			}
			check("login", c.Login("alice", "wonderland"))
			get := func(name string, offset uint64) string {
				t.Helper()
				r, err := c.RetrFrom(name, offset)
				if err != nil {
					t.Errorf("%q: %v", name, err)
					return ""
				}
				data, err := io.ReadAll(r)
				check(name, errorsOf(err, r.Close()))
				return string(data)
			}
			for _, f := range readable() {
				if got := get("/"+f.Path, 0); got != string(f.Data) {
					t.Errorf("%q: %d octets of %d", f.Path, len(got), len(f.Data))
				}
			}
			if got := get("octets/numbered.bin", 65520); got != "00000000004095\r\n" {
				t.Errorf("from 65520 on: %q", got)
			}
			entries, err := c.List("text")
			check("list", err)
			entries = slices.DeleteFunc(entries, func(e *jlaffaye.Entry) bool { return strings.Contains(e.Name, "/") }) // of types cdir and pdir
			if len(entries) != len(children("text")) {
				t.Errorf("%d entries in text", len(entries))
			}
			for _, e := range entries {
				f, err := fixtures.FileByPath("text/" + e.Name)
				if err != nil || e.Size != uint64(len(f.Data)) || e.Time.Format(time.DateOnly) != f.ModTime.Format(time.DateOnly) {
					t.Errorf("%+v, %v", e, err)
				}
			}
			names, err := c.NameList("octets")
			check("NLST", err)
			if len(names) != len(children("octets")) {
				t.Errorf("%d names in octets", len(names))
			}
			check("STOR", c.Stor("incoming/a", strings.NewReader("0123456789")))
			check("STOR from", c.StorFrom("incoming/a", strings.NewReader("abc"), 4))
			check("APPE", c.Append("incoming/a", strings.NewReader("end")))
			if got := get("incoming/a", 0); got != "0123abc789end" && got != "0123abcend" {
				t.Errorf("stored %q", got)
			}
			when := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
			if c.IsSetTimeSupported() {
				check("MFMT", c.SetTime("incoming/a", when))
				got, err := c.GetTime("incoming/a")
				check("MDTM", err)
				if !got.Equal(when) {
					t.Errorf("dated %v", got)
				}
			} else {
				t.Error("MFMT is not offered")
			}
			check("rename", c.Rename("incoming/a", "incoming/b"))
			size, err := c.FileSize("incoming/b")
			check("SIZE", err)
			if size != int64(len(get("incoming/b", 0))) {
				t.Errorf("a size of %d", size)
			}
			check("MKD", c.MakeDir("incoming/d"))
			check("CWD", c.ChangeDir("incoming/d"))
			if dir, err := c.CurrentDir(); err != nil || dir != "/incoming/d" {
				t.Errorf("in %q, %v", dir, err)
			}
			check("CDUP", c.ChangeDirToParent())
			check("RMD", c.RemoveDir("d"))
			check("DELE", c.Delete("b"))
			if err := c.Delete("b"); err == nil {
				t.Error("deleted twice")
			}
			check("NOOP", c.NoOp())
			if name == "no MLSD" { // by MLSD it walks in a circle: an entry of type cdir may have a pathname (RFC 3659 section 7.5.1.2)
				walker, seen := c.Walk("/"), 0
				for seen < 1000 && walker.Next() {
					check("walk", walker.Err())
					seen++
				}
				if want := len(fixtures.Files()); seen < want || seen > want+1 {
					t.Errorf("walked over %d entries of %d", seen, want)
				}
			}
			check("QUIT", c.Quit())
		})
	}
}
