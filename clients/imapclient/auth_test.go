package imapclient_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"harness/clients/imapclient"
	"harness/internal/auth"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/imap"
	"harness/protocols/wire"
)

var creds = imapclient.Credentials{User: "a", Password: "b"}

func offers(caps string) string { return "S: * OK [CAPABILITY IMAP4rev1 " + caps + "] hi\n" }

func TestLogin(t *testing.T) {
	for _, c := range []struct {
		what, text string
		opts       *imapclient.Options
		creds      imapclient.Credentials
		methods    []string
		err        error
	}{
		{what: "PLAIN with SASL-IR", text: offers("AUTH=LOGIN AUTH=PLAIN SASL-IR") + "C: a1 AUTHENTICATE PLAIN AGEAYg==\nS: a1 OK in"},
		{what: "PLAIN", text: offers("AUTH=PLAIN") + "C: a1 AUTHENTICATE PLAIN\nS! + \\r\\n\nC: AGEAYg==\nS: a1 OK in"},
		{what: "PLAIN in IMAP4rev2", text: offers("IMAP4rev2 AUTH=PLAIN") + "C: a1 AUTHENTICATE PLAIN AGEAYg==\nS: a1 OK in"},
		{what: "LOGIN", text: offers("AUTH=LOGIN") + "C: a1 AUTHENTICATE LOGIN\nS: + VXNlcm5hbWU6\nC: YQ==\nS: + UGFzc3dvcmQ6\nC: Yg==\nS: a1 OK in"},
		{what: "CRAM-MD5 before PLAIN", text: offers("AUTH=PLAIN AUTH=CRAM-MD5") + "C: a1 AUTHENTICATE CRAM-MD5\nS: + PGE+\nC: YSA4N2M0YjFlMmUzMGUwMjJhODg4NDIzZWFjNmZjMTE0OQ==\nS: a1 OK in"},
		{what: "the command", text: offers("X") + "C: a1 LOGIN a \"b\"\nS: a1 OK in"},
		{what: "capabilities asked for", text: "S: * OK hi\nC: a1 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: a1 OK done\nC: a2 LOGIN a \"b\"\nS: a2 OK in"},
		{what: "LOGINDISABLED", text: offers("LOGINDISABLED"), err: imapclient.ErrNoLogin},
		{what: "only the command", methods: []string{imapclient.MethodLogin}, text: offers("AUTH=PLAIN") + "C: a1 LOGIN a \"b\"\nS: a1 OK in"},
		{what: "no command", methods: []string{"LOGIN"}, text: offers("AUTH=PLAIN"), err: imapclient.ErrNoLogin},
		{what: "RequireTLS", opts: &imapclient.Options{RequireTLS: true}, text: offers("AUTH=PLAIN"), err: imapclient.ErrNoLogin},
		{what: "a token", creds: imapclient.Credentials{User: "a", Token: "t"}, text: offers("SASL-IR AUTH=XOAUTH2") + "C: a1 AUTHENTICATE XOAUTH2 dXNlcj1hAWF1dGg9QmVhcmVyIHQBAQ==\nS: a1 OK in"},
		{what: "EXTERNAL", methods: []string{"EXTERNAL"}, text: offers("SASL-IR AUTH=EXTERNAL") + "C: a1 AUTHENTICATE EXTERNAL =\nS: a1 OK in"},
	} {
		if c.creds.User == "" {
			c.creds = creds
		}
		client := dial(t, c.opts, c.text)
		err := client.LoginWith(ctx, c.creds, c.methods...)
		if !errors.Is(err, c.err) || c.err == nil && (err != nil || client.State() != imap.Authenticated) {
			t.Errorf("%s: %v", c.what, err)
		}
		client.Close()
	}

	// A refusal is not followed by something weaker, and the session goes on; success is final. Capabilities that came with it are known, others are forgotten.
	c := dial(t, nil, offers("AUTH=PLAIN AUTH=CRAM-MD5 SASL-IR")+`
	C: a1 AUTHENTICATE CRAM-MD5
	S: a1 NO [AUTHENTICATIONFAILED] no
	C: a2 AUTHENTICATE PLAIN AGEAYg==
	S: a2 OK [CAPABILITY IMAP4rev1 IDLE] in`)
	if err := c.Login(ctx, "a", "b"); refused(err) != "NO" || !strings.Contains(err.Error(), "AUTHENTICATE CRAM-MD5: NO [AUTH") {
		t.Error(err)
	}
	if err := c.AuthMechanism(ctx, "PLAIN", creds); err != nil {
		t.Error(err)
	}
	if caps, ok := c.Known(); !ok || !caps.Has("IDLE") {
		t.Error(caps)
	}
	if err := c.Login(ctx, "a", "b"); !errors.Is(err, imapclient.ErrNoLogin) && !errors.Is(err, imapclient.ErrState) {
		t.Error(err)
	}
	c = dial(t, nil, offers("X")+"C: a1 LOGIN a \"b\"\nS: a1 NO no\nC: a2 LOGIN a \"b\"\nS: a2 OK in")
	for range 2 {
		if _, ok := c.Known(); !ok {
			t.Error("capabilities are forgotten")
		}
		c.LOGIN(ctx, "a", "b")
	}
	if _, ok := c.Known(); ok {
		t.Error("capabilities from before the login are kept")
	}
	if err := c.LOGIN(ctx, "a", "b"); !errors.Is(err, imapclient.ErrState) {
		t.Error(err)
	}
	c = dial(t, &imapclient.Options{RequireTLS: true}, offers("AUTH=PLAIN"))
	for _, err := range []error{c.LOGIN(ctx, "a", "b"), c.AuthMechanism(ctx, "PLAIN", creds)} {
		if !errors.Is(err, imapclient.ErrNeedTLS) || strings.Contains(err.Error(), "Yg") {
			t.Error(err)
		}
	}
}

// authServer runs AUTHENTICATE with a mechanism of the mocks'.
func authServer(mech, caps string) clienttest.Serve {
	return func(ctx context.Context, s *conn.Conn) error {
		clienttest.Write(ctx, s, "* OK [CAPABILITY IMAP4rev1 AUTH="+mech+caps+"] hi\r\n")
		d, e := imap.NewDecoder(s.R), imap.NewEncoder(s.W)
		say := func(r imap.Response) error {
			return s.Do(ctx, clienttest.Wait, func() error {
				if err := e.Response(r); err != nil {
					return err
				}
				return s.W.Flush()
			})
		}
		for {
			var cmd *imap.Command
			if err := s.Do(ctx, clienttest.Wait, func() (err error) { cmd, err = d.ReadCommand(); return err }); err != nil {
				return nil
			}
			status := &imap.Status{Tag: cmd.Tag, Kind: "OK", Text: "done"}
			a, ok := cmd.Args.(*imap.AuthenticateArgs)
			if !ok {
				say(status)
				continue
			}
			server, err := auth.NewServerOptions(a.Mechanism, auth.Accounts{"fred": {Password: "secret", Token: "token"}}, &auth.ServerOptions{External: "fred"})
			if err != nil {
				return err
			}
			for response := a.Initial; ; {
				challenge, done, err := server.Next(response)
				if err != nil {
					status.Kind, status.Text = "NO", err.Error()
					break
				}
				if done {
					break
				}
				say(&imap.Continuation{Text: auth.Encode(challenge)})
				if err := s.Do(ctx, clienttest.Wait, func() (err error) { response, _, err = d.ReadAuthResponse(); return err }); err != nil {
					return err
				}
			}
			say(status)
		}
	}
}

func TestAuth(t *testing.T) {
	for _, m := range auth.Mechanisms() {
		for _, caps := range []string{"", " SASL-IR"} {
			for _, good := range []bool{true, false} {
				c, err := imapclient.Dial(ctx, clienttest.Listen(t, "127.0.0.1:0", authServer(m.Name, caps)), &imapclient.Options{Strict: true})
				if err != nil {
					t.Fatal(err)
				}
				creds := imapclient.Credentials{User: "fred", Password: "secret", Token: "token"}
				if !good {
					creds.Password, creds.Token, creds.Identity = "wrong", "wrong", "root"
				}
				err = c.AuthMechanism(ctx, m.Name, creds)
				if (err == nil) != (good || m.Name == auth.Anonymous) {
					t.Errorf("%s%s: good %v: %v", m.Name, caps, good, err)
				}
				if err != nil {
					var reason *imapclient.OAuthError
					if refused(err) != "NO" || strings.Contains(err.Error(), "wrong") || m.Token != errors.As(err, &reason) {
						t.Error(err)
					}
				}
				if err := c.Noop(ctx); err != nil { // the session goes on
					t.Error(m.Name, err)
				}
				c.Close()
			}
		}
	}
}

func TestAuthOddities(t *testing.T) {
	// Success without the server's proof.
	c := dial(t, nil, offers("AUTH=SCRAM-SHA-256")+"C: a1 AUTHENTICATE SCRAM-SHA-256\nS: a1 OK welcome")
	if err := c.Login(ctx, "a", "b"); !errors.Is(err, imapclient.ErrUnproven) {
		t.Error(err)
	}
	if err := c.Noop(ctx); !errors.Is(err, imapclient.ErrUnproven) {
		t.Error(err)
	}
	// A challenge that is no Base64 has the exchange cancelled.
	c = dial(t, nil, offers("AUTH=CRAM-MD5")+"C: a1 AUTHENTICATE CRAM-MD5\nS: + ???\nC: *\nS: a1 BAD cancelled\nC: a2 NOOP\nS: a2 OK done")
	var syntax *wire.SyntaxError
	if err := c.Login(ctx, "a", "b"); !errors.As(err, &syntax) || !strings.Contains(err.Error(), "exchange cancelled") || c.State() != imap.NotAuthenticated {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
	// The cancellation is not taken as such.
	c = dial(t, nil, offers("AUTH=CRAM-MD5")+"C: a1 AUTHENTICATE CRAM-MD5\nS: + ???\nC: *\nS: a1 OK in")
	if err := c.Login(ctx, "a", "b"); err == nil || c.State() == imap.Authenticated {
		t.Error(err)
	}
	c = dial(t, nil, offers("AUTH=CRAM-MD5")+"C: a1 AUTHENTICATE CRAM-MD5\nS: + ???\nC: *\nS: + more")
	if err := c.Login(ctx, "a", "b"); err == nil || !strings.Contains(err.Error(), "wants BAD") {
		t.Error(err)
	}
	// A challenge where the client begins.
	plain := offers("AUTH=PLAIN") + "C: a1 AUTHENTICATE PLAIN\nS: + aGVsbG8=\n"
	c = dial(t, nil, plain+"C: AGEAYg==\nS: a1 OK in")
	if err := c.Login(ctx, "a", "b"); err != nil {
		t.Error(err)
	}
	if _, n := c.Forgiven(); n != 1 {
		t.Error(n, "departures")
	}
	c = dial(t, &imapclient.Options{Strict: true}, plain+"C: *\nS: a1 BAD cancelled")
	if err := c.Login(ctx, "a", "b"); !errors.As(err, &syntax) {
		t.Error(err)
	}
	if err := c.AuthMechanism(ctx, "X-NONE", creds); !errors.Is(err, auth.ErrMechanism) {
		t.Error(err)
	}
}
