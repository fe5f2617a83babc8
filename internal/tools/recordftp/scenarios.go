package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"harness/clients/ftpclient"
	"harness/fixtures"
	"harness/internal/tools/recording"
	"harness/protocols/ftp"
)

// The account of every session, and a password that is not its own.
const (
	user          = "alice"
	password      = "wonderland"
	wrongPassword = "looking-glass"
)

const stepTimeout = 20 * time.Second

// volatiles find what changes from run to run and no rule of the protocol tells.
var volatiles = []recording.Volatile{
	{Kind: "token", Re: regexp.MustCompile(`^ ?(?:[A-Za-z.]+=[^; ]*;)*[Uu]nique=([^; ]+);`)}, // device and number of a file
}

// scenario is what a client does with a server in a session.
type scenario struct {
	name  string
	cites []string
	// implicit has the session begin with TLS.
	implicit bool
	// wrong sessions hold no password but wrong ones, which are written down: redacted, they would be replayed with the right one.
	wrong bool
	// alone sessions leave the server changed.
	alone bool
	// lacking are the servers that do not offer what the scenario is about.
	lacking map[string]bool
	options ftpclient.Options
	// steps lead from the greeting to the end.
	steps []step
}

// step is a part of what a client does. It fails if the server does not do what the scenario is about.
type step func(context.Context, *ftpclient.Client) error

var noMLSD = map[string]bool{"vsftpd": true}

// Pure-FTPd reads commands in mid-transfer, and whether it sees ABOR first or what happens to the data connection is chance: it stays as it is until the
// server has answered. vsftpd reads none, and ProFTPD between pieces of data: they would wait.
var (
	noABOR   = map[string]bool{"vsftpd": true, "proftpd": true}
	seesABOR = map[string]bool{"pureftpd": true}
)

// scenarios returns all.
func scenarios() []scenario {
	return []scenario{
		{name: "information", cites: []string{"RFC 959 section 4.1.3", "RFC 2389 section 3"}, steps: []step{feat, login, feat, raw("SYST"), raw("NOOP"), pwd, raw("XYZZY"), quit}},
		{
			name: "listing", cites: []string{"RFC 959 section 4.1.3"},
			steps: []step{login, list(""), list("text"), list("readme.txt"), nlst(""), nlst("octets"), statPath("text"), list("empty"), nlst("empty"), quit},
		},
		{
			name: "mlsd", lacking: noMLSD, cites: []string{"RFC 3659 section 7"},
			steps: []step{login, mlst("readme.txt"), mlst("text"), mlsd("text"), mlsd("names"), refused(mlsd("nosuch")), refused(mlst("nosuch")), quit},
		},
		{
			name: "binary", alone: true, cites: []string{"RFC 959 section 4.1.3", "RFC 959 section 3.1.1.3"}, steps: []step{
				login, retr("octets/all.bin"), retr("octets/iac.bin"), retr("octets/empty.bin"), retr("text/mixed.txt"),
				stor("incoming/all", "octets/all.bin"), size("incoming/all"), retr("incoming/all"), dele("incoming/all"), quit,
			},
		},
		{
			name: "ascii", alone: true, cites: []string{"RFC 959 section 3.1.1.1"}, steps: []step{
				login, ascii, retr("text/lf.txt"), retr("text/no-final-end.txt"), stor("incoming/text", "text/crlf.txt"), image, retr("incoming/text"), dele("incoming/text"), quit,
			},
		},
		{name: "large", cites: []string{"RFC 959 section 4.1.3"}, steps: []step{login, retr("octets/numbered.bin"), quit}},
		{
			name: "resume", alone: true, cites: []string{"RFC 3659 section 5"}, steps: []step{
				login, retrFrom("octets/numbered.bin", 65504), storText("incoming/part", "0123456789", 0), storText("incoming/part", "abcdef", 7), retr("incoming/part"),
				appe("incoming/part", "and more"), size("incoming/part"), retr("incoming/part"), quit,
			},
		},
		{
			name: "rename", alone: true, cites: []string{"RFC 959 section 4.1.3"}, steps: []step{
				login, rename("readme.txt", "incoming/moved.txt"), size("incoming/moved.txt"), rename("empty", "incoming/emptied"), nlst("incoming"),
				refused(rename("nosuch", "incoming/x")), raw("RNTO incoming/y"), quit,
			},
		},
		{
			name: "directories", alone: true, cites: []string{"RFC 959 section 4.1.3", "RFC 959 appendix II"}, steps: []step{
				login, pwd, mkd("incoming/new"), refused(mkd("incoming/new")), cwd("incoming/new"), pwd, mkd("below"), cdup, pwd, refused(rmd("new")),
				rmd("new/below"), rmd("new"), cwd(`/names/dir with "quotes"`), pwd, cwd("/names/\u65e5\u672c"), pwd, quit,
			},
		},
		{name: "pasv", options: ftpclient.Options{NoEPSV: true}, cites: []string{"RFC 959 section 4.1.2"}, steps: []step{login, retr("readme.txt"), list("text"), quit}},
		{name: "epsv", cites: []string{"RFC 2428 section 3"}, steps: []step{login, retr("readme.txt"), epsvAll, retr("text/lf.txt"), quit}},
		{name: "active", options: ftpclient.Options{Active: true}, alone: true, cites: []string{"RFC 959 section 4.1.2"}, steps: []step{
			login, retr("octets/all.bin"), list("text"), storText("incoming/up", "sent in active mode\r\n", 0), quit,
		}},
		{name: "eprt", cites: []string{"RFC 2428 section 2"}, steps: []step{login, eprt("text/lf.txt"), quit}},
		{name: "wrong-password", wrong: true, cites: []string{"RFC 959 section 5.4"}, steps: []step{refused(loginAs(wrongPassword)), quit}},
		{
			name: "denied", cites: []string{"RFC 959 section 5.4"}, steps: []step{
				login, refused(retr("modes/unreadable")), refused(storText("locked/x", "x", 0)), refused(mkd("locked/y")), refused(dele("locked/inside.txt")), quit,
			},
		},
		{
			name: "missing", cites: []string{"RFC 959 section 5.4"}, steps: []step{
				login, refused(retr("nosuch")), refused(size("nosuch")), refused(mdtm("nosuch")), refused(cwd("nosuch")), refused(dele("nosuch")), refused(rmd("nosuch")),
				refused(storText("nosuch/x", "x", 0)), mdtm("readme.txt"), quit,
			},
		},
		{
			name: "abort", alone: true, lacking: seesABOR, cites: []string{"RFC 959 section 4.1.3"}, options: ftpclient.Options{PlainAbort: true},
			steps: []step{login, abort("incoming/cut"), raw("NOOP"), quit},
		},
		{
			name: "abort-answered", alone: true, lacking: noABOR, cites: []string{"RFC 959 section 4.1.3"},
			steps: []step{login, image, abortAnswered("incoming/cut"), raw("NOOP"), quit},
		},
		{
			name: "tls", alone: true, cites: []string{"RFC 4217 section 12"},
			steps: []step{authTLS, login, list("text"), retr("octets/all.bin"), storText("incoming/up", "sent over TLS\r\n", 0), retr("incoming/up"), quit},
		},
		{
			name: "implicit-tls", implicit: true, cites: []string{"RFC 4217 section 9"}, options: ftpclient.Options{ImplicitTLS: true},
			steps: []step{login, retr("readme.txt"), quit},
		},
	}
}

// play has a client do what the scenario says.
func (sc scenario) play(ctx context.Context, addr string, roots *x509.CertPool) error {
	opts := sc.options
	opts.TLS = &tls.Config{RootCAs: roots, ServerName: recording.ServerName, MinVersion: tls.VersionTLS12}
	opts.Timeouts = ftpclient.Timeouts{Connect: stepTimeout, Handshake: stepTimeout, Command: stepTimeout, Idle: stepTimeout}
	c, err := ftpclient.Dial(ctx, addr, &opts)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, s := range sc.steps {
		if err := s(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func login(ctx context.Context, c *ftpclient.Client) error { return loginAs(password)(ctx, c) }

func loginAs(password string) step {
	return func(ctx context.Context, c *ftpclient.Client) error { return c.Login(ctx, user, password) }
}

func quit(ctx context.Context, c *ftpclient.Client) error    { return c.Quit(ctx) }
func cdup(ctx context.Context, c *ftpclient.Client) error    { return c.Cdup(ctx) }
func authTLS(ctx context.Context, c *ftpclient.Client) error { return c.AuthTLS(ctx) }
func epsvAll(ctx context.Context, c *ftpclient.Client) error { return c.EpsvAll(ctx) }
func ascii(ctx context.Context, c *ftpclient.Client) error   { return c.Type(ctx, ftp.ASCII) }
func image(ctx context.Context, c *ftpclient.Client) error   { return c.Type(ctx, ftp.Image) }

// feat asks for the features. Some servers refuse before login.
func feat(ctx context.Context, c *ftpclient.Client) error { return raw("FEAT")(ctx, c) }

func pwd(ctx context.Context, c *ftpclient.Client) error {
	_, err := c.Pwd(ctx)
	return err
}

// raw sends a line, whatever the answer is.
func raw(line string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.Raw(ctx, line)
		return err
	}
}

// refused wants a refusal.
func refused(s step) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		err := s(ctx, c)
		var reply *ftp.Reply
		switch {
		case err == nil:
			return errors.New("the server did what it should refuse")
		case errors.As(err, &reply):
			return nil
		default:
			return err
		}
	}
}

func list(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.List(ctx, path)
		return err
	}
}

// nlst lists names. Some servers refuse where there is none.
func nlst(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.Nlst(ctx, path)
		var reply *ftp.Reply
		if path == "empty" && errors.As(err, &reply) {
			return nil
		}
		return err
	}
}

func statPath(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.StatPath(ctx, path)
		return err
	}
}

func mlsd(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.Mlsd(ctx, path)
		return err
	}
}

func mlst(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.Mlst(ctx, path)
		return err
	}
}

func retr(path string) step { return retrFrom(path, 0) }

func retrFrom(path string, offset int64) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.RetrTo(ctx, path, io.Discard, &ftpclient.TransferOptions{Offset: offset})
		return err
	}
}

// stor sends the content of a file of the fixtures.
func stor(path, content string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		f, err := fixtures.FileByPath(content)
		if err != nil {
			return err
		}
		_, err = c.Stor(ctx, path, bytes.NewReader(f.Data), nil)
		return err
	}
}

func storText(path, text string, offset int64) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.Stor(ctx, path, strings.NewReader(text), &ftpclient.TransferOptions{Offset: offset})
		return err
	}
}

func appe(path, text string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.Appe(ctx, path, strings.NewReader(text), nil)
		return err
	}
}

func size(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.Size(ctx, path)
		return err
	}
}

func mdtm(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.Mdtm(ctx, path)
		return err
	}
}

func dele(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error { return c.Dele(ctx, path) }
}

func rename(from, to string) step {
	return func(ctx context.Context, c *ftpclient.Client) error { return c.Rename(ctx, from, to) }
}

func cwd(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error { return c.Cwd(ctx, path) }
}

func mkd(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		_, err := c.Mkd(ctx, path)
		return err
	}
}

func rmd(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error { return c.Rmd(ctx, path) }
}

// abort begins to send a file and gives up.
func abort(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		w, err := c.StorWriter(ctx, path, nil)
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte("the beginning of a file that is never sent whole\r\n")); err != nil {
			return errors.Join(err, w.Close())
		}
		if err := w.Flush(); err != nil {
			return errors.Join(err, w.Close())
		}
		if err := w.Abort(ctx); err != nil && !errors.Is(err, ftpclient.ErrAborted) {
			return err
		}
		return nil
	}
}

// abortAnswered has a file awaited, sends nothing of it, gives up, and breaks the data connection off when the server has answered.
func abortAnswered(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		data, err := c.OpenData(ctx)
		if err != nil {
			return err
		}
		defer data.Close()
		reply, err := c.Raw(ctx, "STOR "+path)
		if err != nil {
			return err
		}
		if reply.Code/100 != 1 {
			return reply
		}
		if err := data.Open(ctx); err != nil {
			return err
		}
		if reply, err = c.Raw(ctx, "ABOR"); err != nil {
			return err
		}
		if reply.Code/100 != 4 {
			return fmt.Errorf("of the transfer after ABOR: %w", reply)
		}
		data.Conn().Reset()
		_, err = c.ReadReply(ctx)
		return err
	}
}

// eprt retrieves a file over a connection that the server makes, asked for by EPRT though the network is IPv4.
func eprt(path string) step {
	return func(ctx context.Context, c *ftpclient.Client) error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		if err := l.(*net.TCPListener).SetDeadline(time.Now().Add(stepTimeout)); err != nil {
			return err
		}
		addr, err := netip.ParseAddrPort(l.Addr().String())
		if err != nil {
			return err
		}
		if err := c.Eprt(ctx, addr); err != nil {
			return err
		}
		if err := c.Type(ctx, ftp.Image); err != nil {
			return err
		}
		reply, err := c.Raw(ctx, "RETR "+path)
		if err != nil {
			return err
		}
		if reply.Code/100 != 1 {
			return reply
		}
		data, err := l.Accept()
		if err != nil {
			return err
		}
		defer data.Close()
		if err := data.SetDeadline(time.Now().Add(stepTimeout)); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, data); err != nil {
			return err
		}
		if reply, err = c.ReadReply(ctx); err == nil && reply.Code != 226 {
			err = fmt.Errorf("after the transfer: %w", reply)
		}
		return err
	}
}
