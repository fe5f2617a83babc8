package ftpspec

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"harness/clients/ftpclient"
	"harness/fixtures"
	"harness/protocols/ftp"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
)

// realServer is a server that is not ours, with the tree of the fixtures in the home directory of its account.
type realServer struct {
	name, software string
	plain, secure  string // addresses; secure is "" if there is no implicit TLS
	user, password string
	tls            *tls.Config
	// names are prefixes of paths that the server does not serve, whatever the client does.
	unserved []string
	// loose says that the server keeps no permissions and knows no chroot: it is goftp.io/server, on a directory of ours.
	loose bool
}

// TestClientWithRealServers has our client work with servers that are not ours: three in containers, and goftp.io/server in this process.
func TestClientWithRealServers(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var list []realServer

	dir := t.TempDir()
	planted := slices.DeleteFunc(fixtures.Files(), func(f fixtures.File) bool {
		// Who is not root could not remove the one again, nor read the other.
		return strings.HasPrefix(f.Path, "locked") || f.Path == "modes/unreadable"
	})
	if err := peers.PlantFiles(dir, planted); err != nil {
		t.Fatal(err)
	}
	inProcess, err := peers.StartGoFTP(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := inProcess.Close(); err != nil {
			t.Error(err)
		}
	}()
	list = append(list, realServer{
		name: "goftp", software: inProcess.Software, plain: inProcess.Addr, user: inProcess.User, password: inProcess.Password, tls: inProcess.TLSConfig(),
		loose: true, unserved: []string{"locked", "modes/unreadable"},
	})

	if err := peers.Available(ctx); err != nil && !peers.Required() {
		t.Logf("without the servers in containers: %v", err)
	} else {
		for _, name := range peers.FTPServers() {
			s, err := peers.StartFTP(ctx, name, peers.FTPOptions{
				Files: map[string][]fixtures.File{"alice": fixtures.Files()}, SessionReuse: name != "pureftpd",
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if t.Failed() {
					t.Log(s.Logs())
				}
				if err := s.Close(context.WithoutCancel(ctx)); err != nil {
					t.Error(err)
				}
			}()
			r := realServer{
				name: name, software: s.Software, plain: s.Addr(peers.PortFTP), secure: s.Addr(peers.PortFTPS), user: "alice", password: s.Accounts["alice"], tls: s.TLSConfig(),
			}
			if name == "pureftpd" {
				r.unserved = []string{`names/back\slash`}
			}
			list = append(list, r)
		}
	}
	RegisterFailHandler(Fail)
	specs.Suite(t, "our FTP client with real servers", func() {
		for _, s := range list {
			describeServer(s)
		}
	})
}

// dial logs in.
func (s realServer) dial(ctx context.Context, opts ftpclient.Options, authTLS bool) *ftpclient.Client {
	GinkgoHelper()
	addr := s.plain
	if opts.ImplicitTLS {
		addr = s.secure
	}
	if opts.TLS == nil {
		opts.TLS = s.tls
	}
	opts.Timeouts = ftpclient.Timeouts{Connect: 20 * time.Second, Handshake: 20 * time.Second, Command: 20 * time.Second, Idle: 20 * time.Second}
	c, err := ftpclient.Dial(ctx, addr, &opts)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(c.Close)
	if authTLS {
		Expect(c.AuthTLS(ctx)).To(Succeed())
	}
	Expect(c.Login(ctx, s.user, s.password)).To(Succeed())
	return c
}

// files are the regular files that the server's account may read.
func (s realServer) files() []fixtures.File {
	return slices.DeleteFunc(readable(), func(f fixtures.File) bool {
		return slices.ContainsFunc(s.unserved, func(prefix string) bool { return strings.HasPrefix(f.Path, prefix) })
	})
}

func describeServer(s realServer) {
	var labels []any
	if s.name != "goftp" {
		labels = append(labels, Label("container"))
	}
	ways := map[string]struct {
		options ftpclient.Options
		authTLS bool
	}{
		"passive":                    {},
		"PASV":                       {options: ftpclient.Options{NoEPSV: true}},
		"active":                     {options: ftpclient.Options{Active: true}},
		"pipelined":                  {options: ftpclient.Options{Pipelining: true}},
		"AUTH TLS, PROT P":           {options: ftpclient.Options{RequireTLS: true}, authTLS: true},
		"active, AUTH TLS, PROT P":   {options: ftpclient.Options{RequireTLS: true, Active: true}, authTLS: true},
		"AUTH TLS 1.2, PROT P":       {options: ftpclient.Options{RequireTLS: true, TLS: atMost12(s.tls)}, authTLS: true},
		"implicit TLS, PROT P":       {options: ftpclient.Options{RequireTLS: true, ImplicitTLS: true}},
		"AUTH TLS, data in the open": {options: ftpclient.Options{ClearData: true}, authTLS: true},
	}
	Describe(s.software, append(labels, func() {
		for name, way := range ways {
			if way.options.ImplicitTLS && s.secure == "" || s.loose && way.options.Active && way.authTLS || s.loose && way.options.ClearData || s.loose && way.options.Pipelining {
				continue // it is not offered
			}
			It("gives every file as it is, and takes one, "+name, func(ctx SpecContext) {
				c := s.dial(ctx, way.options, way.authTLS)
				for _, f := range s.files() {
					if s.loose && way.authTLS && len(f.Data) == 0 {
						continue // it closes without a handshake where there is nothing to send
					}
					got, err := c.RetrBytes(ctx, "/"+f.Path, nil)
					Expect(err).NotTo(HaveOccurred(), "%q", f.Path)
					Expect(bytes.Equal(got, f.Data)).To(BeTrue(), "%q: %d octets of %d", f.Path, len(got), len(f.Data))
				}
				data := fileData("octets/random.bin")
				n, err := c.Stor(ctx, "incoming/up", bytes.NewReader(data), nil)
				Expect(err).NotTo(HaveOccurred())
				Expect(n).To(BeEquivalentTo(len(data)))
				got, err := c.RetrBytes(ctx, "incoming/up", nil)
				Expect(err).NotTo(HaveOccurred())
				Expect(bytes.Equal(got, data)).To(BeTrue())
				Expect(c.Dele(ctx, "incoming/up")).To(Succeed())
				Expect(c.Quit(ctx)).To(Succeed())
			}, SpecTimeout(spectest.ClientTime))
		}

		It("lists by every command that it has", func(ctx SpecContext) {
			c := s.dial(ctx, ftpclient.Options{}, false)
			want := children("text")
			slices.Sort(want)
			names, err := c.Nlst(ctx, "text")
			Expect(err).NotTo(HaveOccurred())
			for i, n := range names {
				names[i] = n[strings.LastIndex(n, "/")+1:]
			}
			names = slices.DeleteFunc(names, func(n string) bool { return n == "." || n == ".." })
			Expect(names).To(ConsistOf(want))
			listing, err := c.List(ctx, "text")
			Expect(err).NotTo(HaveOccurred())
			Expect(fileNames(listing.Entries)).To(ConsistOf(want))
			for _, e := range listing.Entries {
				if e.Type == ftp.FileEntry {
					f, err := fixtures.FileByPath("text/" + e.Name)
					Expect(err).NotTo(HaveOccurred())
					Expect(e.Size).To(BeEquivalentTo(len(f.Data)), e.Name)
					Expect(e.Modify.UTC().Format(time.DateOnly)).To(Equal(f.ModTime.Format(time.DateOnly)), e.Name)
				}
			}
			features, err := c.Feat(ctx)
			Expect(err).NotTo(HaveOccurred())
			if features.Has("MLST") {
				entries, err := c.Mlsd(ctx, "text")
				Expect(err).NotTo(HaveOccurred())
				Expect(fileNames(entries)).To(ConsistOf(want))
			}
			if features.Has("MDTM") {
				at, err := c.Mdtm(ctx, "readme.txt")
				Expect(err).NotTo(HaveOccurred())
				Expect(at.UTC()).To(Equal(time.Date(2018, 6, 15, 12, 34, 56, 0, time.UTC)))
			}
			size, err := c.Size(ctx, "octets/numbered.bin")
			Expect(err).NotTo(HaveOccurred())
			Expect(size).To(BeEquivalentTo(65536))
			seen := 0
			Expect(c.Walk(ctx, "deep", func(_ string, _ ftp.Entry, err error) error {
				seen++
				return err
			})).To(Succeed())
			Expect(seen).To(Equal(21))
			Expect(c.Quit(ctx)).To(Succeed())
		}, SpecTimeout(spectest.ClientTime))

		It("goes on where a transfer was cut off, down and up", func(ctx SpecContext) {
			c := s.dial(ctx, ftpclient.Options{}, false)
			data := fileData("octets/numbered.bin")
			dir := GinkgoT().TempDir()
			Expect(os.WriteFile(filepath.Join(dir, "numbered.bin"), data[:4000], 0o600)).To(Succeed())
			_, n, err := c.Get(ctx, "octets/numbered.bin", dir, &ftpclient.GetOptions{Resume: true, KeepTime: !s.loose})
			Expect(err).NotTo(HaveOccurred())
			Expect(n).To(BeEquivalentTo(len(data) - 4000))
			local := filepath.Join(dir, "numbered.bin")
			got, err := os.ReadFile(local)
			Expect(err).NotTo(HaveOccurred())
			Expect(bytes.Equal(got, data)).To(BeTrue())

			if s.name == "goftp" {
				return // it takes REST for the file's end in STOR
			}
			_, err = c.Stor(ctx, "incoming/part", bytes.NewReader(data[:5000]), nil)
			Expect(err).NotTo(HaveOccurred())
			_, err = c.Put(ctx, local, "incoming/part", &ftpclient.PutOptions{Resume: true})
			Expect(err).NotTo(HaveOccurred())
			got, err = c.RetrBytes(ctx, "incoming/part", nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(bytes.Equal(got, data)).To(BeTrue())
			Expect(c.Dele(ctx, "incoming/part")).To(Succeed())
			Expect(c.Quit(ctx)).To(Succeed())
		}, SpecTimeout(spectest.ClientTime))

		It("makes, renames and removes", func(ctx SpecContext) {
			c := s.dial(ctx, ftpclient.Options{}, false)
			_, err := c.Mkd(ctx, "incoming/new dir")
			Expect(err).NotTo(HaveOccurred())
			Expect(c.Cwd(ctx, "incoming/new dir")).To(Succeed())
			Expect(c.Pwd(ctx)).To(Equal("/incoming/new dir"))
			_, err = c.Stor(ctx, "a", strings.NewReader("a"), nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(c.Rename(ctx, "a", "\u65e5\u672c b")).To(Succeed())
			Expect(c.RetrBytes(ctx, "\u65e5\u672c b", nil)).To(Equal([]byte("a")))
			if _, err := c.Appe(ctx, "\u65e5\u672c b", strings.NewReader("more"), nil); !s.loose {
				Expect(err).NotTo(HaveOccurred())
				Expect(c.RetrBytes(ctx, "\u65e5\u672c b", nil)).To(Equal([]byte("amore")))
			}
			Expect(c.Dele(ctx, "\u65e5\u672c b")).To(Succeed())
			Expect(c.Cdup(ctx)).To(Succeed())
			Expect(c.Rmd(ctx, "new dir")).To(Succeed())
			Expect(c.Quit(ctx)).To(Succeed())
		}, SpecTimeout(spectest.ClientTime))

		if !s.loose {
			It("converts text", func(ctx SpecContext) {
				c := s.dial(ctx, ftpclient.Options{}, false)
				text := &ftpclient.TransferOptions{Type: ftp.ASCII, Text: true}
				_, err := c.Stor(ctx, "incoming/text", bytes.NewReader(fileData("text/lf.txt")), text)
				Expect(err).NotTo(HaveOccurred())
				Expect(c.RetrBytes(ctx, "incoming/text", nil)).To(Equal(fileData("text/lf.txt")))
				Expect(c.RetrBytes(ctx, "incoming/text", text)).To(Equal(fileData("text/lf.txt")))
				Expect(c.RetrBytes(ctx, "incoming/text", &ftpclient.TransferOptions{Type: ftp.ASCII})).To(Equal(fileData("text/crlf.txt")))
				Expect(c.Dele(ctx, "incoming/text")).To(Succeed())
				Expect(c.Quit(ctx)).To(Succeed())
			}, SpecTimeout(spectest.ClientTime))

			It("goes on after a transfer that was aborted", func(ctx SpecContext) {
				c := s.dial(ctx, ftpclient.Options{}, false)
				r, err := c.Retr(ctx, "octets/numbered.bin", nil)
				Expect(err).NotTo(HaveOccurred())
				_, err = r.Read(make([]byte, 1))
				Expect(err).NotTo(HaveOccurred())
				Expect(r.Abort(ctx)).To(Succeed())
				Expect(c.RetrBytes(ctx, "readme.txt", nil)).To(Equal(fileData("readme.txt")))
				w, err := c.StorWriter(ctx, "incoming/cut", nil)
				Expect(err).NotTo(HaveOccurred())
				_, err = w.Write([]byte("the beginning"))
				Expect(err).NotTo(HaveOccurred())
				Expect(w.Abort(ctx)).To(Succeed())
				Expect(c.RetrBytes(ctx, "readme.txt", nil)).To(Equal(fileData("readme.txt")))
				if err := c.Dele(ctx, "incoming/cut"); err != nil { // what is left of it is the server's choice
					Expect(errors.As(err, new(*ftp.Reply))).To(BeTrue(), "%v", err)
				}
				Expect(c.Quit(ctx)).To(Succeed())
			}, SpecTimeout(spectest.ClientTime))

			It("refuses what is not permitted", func(ctx SpecContext) {
				c := s.dial(ctx, ftpclient.Options{}, false)
				_, retr := c.RetrBytes(ctx, "modes/unreadable", nil)
				_, stor := c.Stor(ctx, "locked/x", strings.NewReader("x"), nil)
				_, mkd := c.Mkd(ctx, "locked/y")
				for what, err := range map[string]error{"RETR": retr, "STOR": stor, "MKD": mkd, "DELE": c.Dele(ctx, "locked/inside.txt")} {
					var reply *ftp.Reply
					Expect(errors.As(err, &reply)).To(BeTrue(), "%s: %v", what, err)
					Expect(reply.Code/10).To(Equal(55), what)
				}
				Expect(c.Quit(ctx)).To(Succeed())
			}, SpecTimeout(spectest.ClientTime))
		}

		It("refuses a wrong password, and another authority's certificate is refused", func(ctx SpecContext) {
			c, err := ftpclient.Dial(ctx, s.plain, nil)
			Expect(err).NotTo(HaveOccurred())
			defer c.Close()
			var reply *ftp.Reply
			Expect(errors.As(c.Login(ctx, s.user, "wrong"), &reply)).To(BeTrue())
			Expect(reply.Code).To(Equal(ftp.CodeNotLoggedIn))

			c, err = ftpclient.Dial(ctx, s.plain, &ftpclient.Options{TLS: &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}})
			Expect(err).NotTo(HaveOccurred())
			defer c.Close()
			var unknown x509.UnknownAuthorityError
			err = c.AuthTLS(ctx)
			Expect(errors.As(err, &unknown)).To(BeTrue(), "%v", err)
		}, SpecTimeout(spectest.ClientTime))
	})...)
}

func atMost12(cfg *tls.Config) *tls.Config {
	cfg = cfg.Clone()
	cfg.MaxVersion = tls.VersionTLS12
	return cfg
}

// fileNames are the names of entries, without those of the directory itself and of its parent.
func fileNames(entries []ftp.Entry) []string {
	var names []string
	for _, e := range entries {
		if e.Type != ftp.CDirEntry && e.Type != ftp.PDirEntry && e.Name != "." && e.Name != ".." {
			names = append(names, e.Name)
		}
	}
	return names
}
