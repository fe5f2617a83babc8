package smtpclient_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"strings"
	"testing"

	"harness/clients/smtpclient"
	"harness/internal/auth"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

var creds = smtpclient.Credentials{User: "a", Password: "b"}

func TestLogin(t *testing.T) {
	clear := &smtpclient.Options{ClearAuth: true}
	for _, c := range []struct {
		what, text string
		opts       *smtpclient.Options
		creds      smtpclient.Credentials
		methods    []string
		err        error
	}{
		{what: "PLAIN", opts: clear, text: hello("AUTH LOGIN PLAIN") + "C: AUTH PLAIN AGEAYg==\nS: 235 2.7.0 in"},
		{what: "LOGIN", opts: clear, text: hello("AUTH LOGIN") + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YQ==\nS: 334 UGFzc3dvcmQ6\nC: Yg==\nS: 235 in"},
		{what: "CRAM-MD5 before PLAIN", opts: clear, text: hello("AUTH PLAIN CRAM-MD5") + "C: AUTH CRAM-MD5\nS: 334 PGE+\nC: YSA4N2M0YjFlMmUzMGUwMjJhODg4NDIzZWFjNmZjMTE0OQ==\nS: 235 in"},
		{what: "CRAM-MD5 in the clear", text: hello("AUTH PLAIN CRAM-MD5") + "C: AUTH CRAM-MD5\nS: 334 PGE+\nC: YSA4N2M0YjFlMmUzMGUwMjJhODg4NDIzZWFjNmZjMTE0OQ==\nS: 235 in"},
		{what: "PLAIN in the clear", text: hello("AUTH PLAIN LOGIN"), err: smtpclient.ErrNoLogin},
		{what: "RequireTLS over ClearAuth", opts: &smtpclient.Options{ClearAuth: true, RequireTLS: true}, text: hello("AUTH PLAIN LOGIN"), err: smtpclient.ErrNoLogin},
		{what: "nothing offered", opts: clear, text: hello("SIZE"), err: smtpclient.ErrNoLogin},
		{what: "an old form", opts: clear, text: hello("AUTH=PLAIN") + "C: AUTH PLAIN AGEAYg==\nS: 235 in"},
		{what: "a token", opts: clear, creds: smtpclient.Credentials{User: "a", Token: "t"}, text: hello("AUTH PLAIN XOAUTH2") + "C: AUTH XOAUTH2 dXNlcj1hAWF1dGg9QmVhcmVyIHQBAQ==\nS: 235 in"},
		{what: "EXTERNAL", opts: clear, methods: []string{"EXTERNAL"}, text: hello("AUTH EXTERNAL") + "C: AUTH EXTERNAL =\nS: 235 in"},
		{what: "ANONYMOUS", methods: []string{"ANONYMOUS"}, text: hello("AUTH ANONYMOUS") + "C: AUTH ANONYMOUS YQ==\nS: 235 in"},
	} {
		if c.creds.User == "" {
			c.creds = creds
		}
		client := dial(t, c.opts, c.text)
		if err := client.LoginWith(ctx, c.creds, c.methods...); !errors.Is(err, c.err) || c.err == nil && err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		client.Close()
	}
	// A refusal is not followed by something weaker, and the session goes on; success is final.
	c := dial(t, clear, hello("AUTH PLAIN CRAM-MD5")+"C: AUTH CRAM-MD5\nS: 535 5.7.8 no\nC: AUTH PLAIN AGEAYg==\nS: 235 in")
	if err := c.Login(ctx, "a", "b"); refused(err) != 535 || !strings.Contains(err.Error(), "AUTH CRAM-MD5: 535") {
		t.Error(err)
	}
	ok(t, c.AuthMechanism(ctx, "PLAIN", creds))
	if err := c.Login(ctx, "a", "b"); !errors.Is(err, smtpclient.ErrAuthenticated) {
		t.Error(err)
	}
	c = dial(t, nil, hello("AUTH PLAIN"))
	if err := c.AuthMechanism(ctx, "PLAIN", creds); !errors.Is(err, smtpclient.ErrNeedTLS) {
		t.Error(err)
	}
	c = dial(t, &smtpclient.Options{RequireTLS: true}, hello())
	if _, err := c.Mail(ctx, "a@b", nil); !errors.Is(err, smtpclient.ErrNeedTLS) {
		t.Error(err)
	}
}

// authServer runs AUTH with a mechanism of the mock's.
func authServer(mech string) clienttest.Serve {
	return func(ctx context.Context, s *conn.Conn) error {
		say := func(text string) error { return clienttest.Write(ctx, s, text+"\r\n") }
		say("220 mx.example")
		for {
			line, err := clienttest.ReadLine(ctx, s)
			if err != nil {
				return nil
			}
			words := strings.Fields(line)
			switch words[0] {
			case "EHLO":
				say("250-mx.example\r\n250 AUTH " + mech)
			case "AUTH":
				server, err := auth.NewServerOptions(words[1], auth.Accounts{"fred": {Password: "secret", Token: "token"}}, &auth.ServerOptions{External: "fred"})
				if err != nil {
					return err
				}
				var response []byte
				if len(words) > 2 {
					if response, err = auth.DecodeInitial(words[2]); err != nil {
						return err
					}
				}
				for {
					challenge, done, err := server.Next(response)
					if err != nil {
						say("535 5.7.8 " + err.Error())
						break
					}
					if done {
						say("235 2.7.0 " + server.User())
						break
					}
					say("334 " + auth.Encode(challenge))
					line, err := clienttest.ReadLine(ctx, s)
					if err != nil {
						return err
					}
					if response, err = auth.Decode(line); err != nil {
						return err
					}
				}
			default:
				say("250 ok")
			}
		}
	}
}

func TestAuth(t *testing.T) {
	for _, m := range auth.Mechanisms() {
		for _, good := range []bool{true, false} {
			c, err := smtpclient.Dial(ctx, clienttest.Listen(t, "127.0.0.1:0", authServer(m.Name)), &smtpclient.Options{ClearAuth: true})
			ok(t, err)
			creds := smtpclient.Credentials{User: "fred", Password: "secret", Token: "token"}
			if !good {
				creds.Password, creds.Token, creds.Identity = "wrong", "wrong", "root"
			}
			err = c.AuthMechanism(ctx, m.Name, creds)
			if (err == nil) != (good || m.Name == auth.Anonymous) {
				t.Errorf("%s: good %v: %v", m.Name, good, err)
			}
			if err != nil {
				var reason *smtpclient.OAuthError
				if refused(err) != 535 || strings.Contains(err.Error(), "wrong") || m.Token != errors.As(err, &reason) {
					t.Error(err)
				}
			}
			ok(t, c.Noop(ctx)) // the session goes on
			c.Close()
		}
	}
}

func TestAuthOddities(t *testing.T) {
	clear := &smtpclient.Options{ClearAuth: true}
	// Success without the server's proof.
	c, err := smtpclient.Dial(ctx, clienttest.Listen(t, "127.0.0.1:0", clienttest.Tolerant(func(ctx context.Context, s *conn.Conn) error {
		clienttest.Write(ctx, s, "220 mx.example\r\n")
		clienttest.ReadLine(ctx, s)
		clienttest.Write(ctx, s, "250-mx.example\r\n250 AUTH SCRAM-SHA-256\r\n")
		clienttest.ReadLine(ctx, s)
		return clienttest.Write(ctx, s, "235 welcome\r\n")
	})), nil)
	ok(t, err)
	if err := c.Login(ctx, "a", "b"); !errors.Is(err, smtpclient.ErrUnproven) {
		t.Error(err)
	}
	if err := c.Noop(ctx); !errors.Is(err, smtpclient.ErrUnproven) {
		t.Error(err)
	}
	c.Close()
	// A challenge that is no Base64 is cancelled (RFC 4954 section 4).
	c = dial(t, clear, hello("AUTH CRAM-MD5")+"C: AUTH CRAM-MD5\nS: 334 =AAA\nC: *\nS: 501 cancelled\nC: NOOP\nS: 250 ok")
	var syntax *wire.SyntaxError
	if err := c.Login(ctx, "a", "b"); !errors.As(err, &syntax) || !strings.Contains(err.Error(), "cancelled") {
		t.Error(err)
	}
	ok(t, c.Noop(ctx))
	// So is one that the mechanism does not take; and a server that takes the cancellation for a success is broken.
	c = dial(t, clear, hello("AUTH CRAM-MD5")+"C: AUTH CRAM-MD5\nS: 334 \nC: *\nS: 235 in")
	if err := c.Login(ctx, "a", "b"); !errors.Is(err, auth.ErrMalformed) || !strings.Contains(err.Error(), "cancellation") {
		t.Error(err)
	}
	// An initial response that is too long for the command goes behind the challenge.
	long := strings.Repeat("p", 400)
	c = dial(t, clear, hello("AUTH PLAIN")+"C: AUTH PLAIN\nS: 334 \nC: "+auth.Encode([]byte("\x00a\x00"+long))+"\nS: 235 in")
	ok(t, c.Login(ctx, "a", long))
	// Text where the challenge has to be empty.
	for _, strict := range []bool{false, true} {
		end := "C: AGEAYg==\nS: 235 in"
		if strict {
			end = "C: *\nS: 501 no"
		}
		long := strings.Repeat("p", 400)
		if !strict {
			end = "C: " + auth.Encode([]byte("\x00a\x00"+long)) + "\nS: 235 in"
		}
		c = dial(t, &smtpclient.Options{ClearAuth: true, Strict: strict}, hello("AUTH PLAIN")+"C: AUTH PLAIN\nS: 334 AAAA\n"+end)
		if err := c.Login(ctx, "a", long); (err != nil) != strict {
			t.Error(err)
		}
	}
	// The authorization identity is prepared by SASLprep.
	c = dial(t, clear, hello("AUTH PLAIN")+"C: AUTH PLAIN "+auth.Encode([]byte("IX\x00a\x00b"))+"\nS: 235 in")
	ok(t, c.AuthMechanism(ctx, "PLAIN", smtpclient.Credentials{User: "a", Password: "b", Identity: "I\u00adX"}))
	c = dial(t, clear, "")
	if err := c.AuthMechanism(ctx, "PLAIN", smtpclient.Credentials{User: "a", Password: "b", Identity: "\u0007"}); err == nil {
		t.Error("a control character")
	}
	// A code that AUTH does not have.
	c = dial(t, clear, hello("AUTH PLAIN")+"C: AUTH PLAIN AGEAYg==\nS: 354 go")
	if err := c.Login(ctx, "a", "b"); !errors.As(err, &syntax) {
		t.Error(err)
	}
}

func TestTLS(t *testing.T) {
	with := func(o smtpclient.Options) *smtpclient.Options {
		o.TLS = clienttest.TLS().Client
		return &o
	}
	c := dial(t, with(smtpclient.Options{RequireTLS: true}), hello("STARTTLS", "DSN")+`
		C: STARTTLS
		S: 220 go
		TLS
		`+hello("AUTH PLAIN", "REQUIRETLS", "SIZE")+`
		C: AUTH PLAIN AGEAYg==
		S: 235 in
		C: MAIL FROM:<a@b> REQUIRETLS
		S: 250 ok
		C: RSET
		S: 250 ok
		C: QUIT
		S: 221 bye`)
	ok(t, c.STARTTLS(ctx))
	if c.HasExtension("DSN") || c.HasExtension("STARTTLS") || !c.HasExtension("AUTH") {
		t.Error("what was known before TLS is to be forgotten (RFC 3207 section 4.2)")
	}
	ok(t, c.Login(ctx, "a", "b"))
	if err := c.STARTTLS(ctx); !errors.Is(err, smtpclient.ErrTLSActive) {
		t.Error(err)
	}
	_, err := c.Mail(ctx, "a@b", &smtp.MailOptions{RequireTLS: true})
	ok(t, err)
	ok(t, c.Rset(ctx))
	ok(t, c.Quit(ctx))

	// Implicit TLS.
	c, err = smtpclient.DialTLS(ctx, clienttest.Listen(t, "127.0.0.1:0", script("TLS\nS: 220 mx.example\n"+hello("REQUIRETLS"))), named(with(smtpclient.Options{})))
	ok(t, err)
	defer c.Close()
	ok(t, c.Hello(ctx))
	if _, ok := c.TLS(); !ok {
		t.Error("no TLS")
	}
	// A certificate that was not verified is not enough for REQUIRETLS (RFC 8689 section 4.2.1).
	o := named(nil)
	o.TLS = &tls.Config{InsecureSkipVerify: true}
	c, err = smtpclient.DialTLS(ctx, clienttest.Listen(t, "127.0.0.1:0", script("TLS\nS: 220 mx.example\n"+hello("REQUIRETLS"))), o)
	ok(t, err)
	defer c.Close()
	if _, err := c.Mail(ctx, "a@b", &smtp.MailOptions{RequireTLS: true}); !errors.Is(err, smtpclient.ErrRequireTLS) {
		t.Error(err)
	}
	// A certificate that is not trusted.
	_, err = smtpclient.DialTLS(ctx, clienttest.Listen(t, "127.0.0.1:0", clienttest.Tolerant(script("TLS"))), nil)
	var unknown *tls.CertificateVerificationError
	if !errors.As(err, &unknown) {
		t.Error(err)
	}
	// STARTTLS refused.
	c = dial(t, with(smtpclient.Options{}), hello("STARTTLS")+"C: STARTTLS\nS: 454 4.7.0 later\nC: NOOP\nS: 250 ok")
	if err := c.STARTTLS(ctx); refused(err) != 454 {
		t.Error(err)
	}
	ok(t, c.Noop(ctx))
	// EHLO refused behind TLS.
	c = dial(t, with(smtpclient.Options{}), hello("STARTTLS")+"C: STARTTLS\nS: 220 go\nTLS\nC: EHLO me.example\nS: 550 no")
	if err := c.STARTTLS(ctx); refused(err) != 550 {
		t.Error(err)
	}
}

func TestInjected(t *testing.T) {
	// Octets in the clear behind the 220 are not taken for protected ones (CVE-2011-0411).
	for _, more := range []string{`250-mx.example\r\n250 AUTH PLAIN\r\n`, `2`} {
		c := dial(t, &smtpclient.Options{TLS: clienttest.TLS().Client}, hello("STARTTLS")+"C: STARTTLS\nS! 220 go\\r\\n"+more)
		var buffered *smtpclient.BufferedError
		if err := c.STARTTLS(ctx); !errors.As(err, &buffered) {
			t.Error(err)
		}
		if err := c.Noop(ctx); err == nil {
			t.Error("the client goes on")
		}
		c.Close()
	}
	// Replies ahead of their commands.
	c := dial(t, nil, "S! 220 mx.example\\r\\n250-mx.example\\r\\n250 AUTH PLAIN\\r\\n")
	if err := c.Hello(ctx); !errors.Is(err, smtpclient.ErrAhead) {
		t.Error(err)
	}
	c = dial(t, nil, hello()+"C: NOOP\nS! 250 ok\\r\\n250 ok\\r\\n")
	ok(t, c.Noop(ctx))
	if _, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d"), strings.NewReader("")); !errors.Is(err, smtpclient.ErrAhead) {
		t.Error(err)
	}
	// A 421 that nothing asked for is why the connection ends.
	c = dial(t, nil, hello()+"C: NOOP\nS! 250 ok\\r\\n421 4.4.2 idle\\r\\n\nclose")
	ok(t, c.Noop(ctx))
	if err := c.Noop(ctx); refused(err) != 421 {
		t.Error(err)
	}
	// Codes that change within a reply, and replies that do not end.
	var syntax *wire.SyntaxError
	c = dial(t, nil, hello()+"C: NOOP\nS: 250-a\nS: 550 b")
	if err := c.Noop(ctx); !errors.As(err, &syntax) || !strings.Contains(err.Error(), "250") {
		t.Error(err)
	}
	if err := c.Noop(ctx); !errors.As(err, &syntax) {
		t.Error("the client goes on", err)
	}
	var limit *wire.LimitError
	addr := clienttest.Listen(t, "127.0.0.1:0", clienttest.Tolerant(func(ctx context.Context, s *conn.Conn) error {
		for {
			if err := clienttest.Write(ctx, s, strings.Repeat("220-more\r\n", 1000)); err != nil {
				return err
			}
		}
	}))
	if _, err := smtpclient.Dial(ctx, addr, nil); !errors.As(err, &limit) {
		t.Error(err)
	}
	addr = clienttest.Listen(t, "127.0.0.1:0", clienttest.Tolerant(func(ctx context.Context, s *conn.Conn) error {
		for {
			if err := clienttest.Write(ctx, s, strings.Repeat("2", 1000)); err != nil {
				return err
			}
		}
	}))
	if _, err := smtpclient.Dial(ctx, addr, nil); !errors.As(err, &limit) {
		t.Error(err)
	}
	// 421 to a command.
	c = dial(t, nil, hello()+"C: NOOP\nS: 421 bye\nclose")
	if err := c.Noop(ctx); refused(err) != 421 {
		t.Error(err)
	}
	if err := c.Noop(ctx); refused(err) != 421 {
		t.Error("it says why", err)
	}
}

func TestStrict(t *testing.T) {
	for text, lenient := range map[string]bool{"S! 250 ok\\n": true, "S: 250ok": true, "S! 250 \\xfc\\r\\n": true, "S: 290 ok": true, "S: 25": false, "S: 150 x": false, "S! 250 a\\0\\r\\n": false} {
		for _, strict := range []bool{true, false} {
			c := dial(t, &smtpclient.Options{Strict: strict}, hello()+"C: NOOP\n"+text)
			err := c.Noop(ctx)
			if (err == nil) != (lenient && !strict) {
				t.Errorf("%s, strict %v: %v", text, strict, err)
			}
			if list, n := c.Forgiven(); err == nil && (n != 1 || list[0].Command != "NOOP") {
				t.Error(list)
			}
			c.Close()
		}
	}
	c := dial(t, &smtpclient.Options{Strict: true}, hello("ENHANCEDSTATUSCODES")+"C: NOOP\nS: 250 2.0.0 ok\nC: NOOP\nS: 250 ok")
	ok(t, c.Noop(ctx))
	if err := c.Noop(ctx); err == nil {
		t.Error("no enhanced status code")
	}
	// The connection ends in the middle of a reply.
	c = dial(t, nil, hello()+"C: NOOP\nS: 250-a\nclose")
	if err := c.Noop(ctx); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}
