package auth

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"

	"harness/protocols/wire"
)

var accounts = Accounts{
	"user":             {Password: "pencil", Token: "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="},
	"tim":              {Password: "tanstaaftanstaaf"},
	"admin":            {Password: "root", Token: "admin-token", ActAs: []string{"*"}},
	"user@example.com": {Token: "other"},
	"=,":               {Password: "odd", Token: "odd-token"},
	"IX":               {Password: "prepared"},
}

// run lets client and server talk, with an initial response as a protocol with one would. It returns what the server said in the end.
func run(t *testing.T, c sasl.Client, s sasl.Server) (transcript []string, err error) {
	t.Helper()
	_, response, err := c.Start()
	if err != nil {
		return nil, err
	}
	for range 10 {
		challenge, done, err := s.Next(response)
		if response != nil {
			transcript = append(transcript, "C: "+string(response))
		}
		if err != nil || done {
			return transcript, err
		}
		transcript = append(transcript, "S: "+string(challenge))
		if response, err = c.Next(challenge); err != nil {
			return transcript, err
		}
		if response == nil {
			t.Fatal("a nil response within the exchange")
		}
	}
	t.Fatal("no end")
	return nil, nil
}

// once returns the values one after the other.
func once(values ...string) func() string {
	return func() string {
		v := values[0]
		values = values[1:]
		return v
	}
}

func TestVectors(t *testing.T) {
	for _, c := range []struct {
		mech        string
		creds       Credentials
		clientNonce string
		opts        ServerOptions
		want        []string
	}{
		// RFC 5802 section 5.
		{SCRAMSHA1, Credentials{User: "user", Password: "pencil"}, "fyko+d2lbbFgONRv9qkxdawL",
			ServerOptions{Nonce: once("3rfcNHYJY1ZVvWVs7j"), Salt: must(Decode("QSXCR+Q6sek8bf92"))},
			[]string{
				"C: n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
				"S: r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
				"C: c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
				"S: v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
				"C: ",
			}},
		// RFC 7677 section 3.
		{SCRAMSHA256, Credentials{User: "user", Password: "pencil"}, "rOprNGfwEbeRWgbNEkqO",
			ServerOptions{Nonce: once("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"), Salt: must(Decode("W22ZaJ0SNY7soEsUEjb6gQ=="))},
			[]string{
				"C: n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
				"S: r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
				"C: c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
				"S: v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
				"C: ",
			}},
		// RFC 2195 section 2.
		{CRAMMD5, Credentials{User: "tim", Password: "tanstaaftanstaaf"}, "",
			ServerOptions{Nonce: once("1896.697170952"), Host: "postoffice.reston.mci.net"},
			[]string{
				"S: <1896.697170952@postoffice.reston.mci.net>",
				"C: tim b913a602c7eda7a495b4e6e7334d3890",
			}},
		// RFC 4616 section 4.
		{Plain, Credentials{User: "tim", Password: "tanstaaftanstaaf"}, "", ServerOptions{}, []string{"C: \x00tim\x00tanstaaftanstaaf"}},
		{Plain, Credentials{User: "admin", Password: "root", Identity: "tim"}, "", ServerOptions{}, []string{"C: tim\x00admin\x00root"}},
		{Login, Credentials{User: "tim", Password: "tanstaaftanstaaf"}, "", ServerOptions{}, []string{"S: Username:", "C: tim", "S: Password:", "C: tanstaaftanstaaf"}},
		// RFC 7628 section 4.1, with the user of this test.
		{OAuthBearer, Credentials{User: "user", Token: "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", Host: "server.example.com", Port: 143}, "", ServerOptions{},
			[]string{"C: n,a=user,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"}},
		{OAuthBearer, Credentials{User: "=,", Token: "odd-token"}, "", ServerOptions{}, []string{"C: n,a==3D=2C,\x01auth=Bearer odd-token\x01\x01"}},
		{XOAuth2, Credentials{User: "user", Token: "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="}, "", ServerOptions{},
			[]string{"C: user=user\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"}},
		{External, Credentials{}, "", ServerOptions{External: "tim"}, []string{"C: "}},
		{External, Credentials{Identity: "tim"}, "", ServerOptions{External: "admin"}, []string{"C: tim"}},
		{Anonymous, Credentials{User: "sirhc"}, "", ServerOptions{}, []string{"C: sirhc"}},
	} {
		copts := &ClientOptions{}
		if c.clientNonce != "" {
			copts.Nonce = once(c.clientNonce)
		}
		client, err := NewClientOptions(c.mech, c.creds, copts)
		if err != nil {
			t.Errorf("%s: %v", c.mech, err)
			continue
		}
		server, err := NewServerOptions(c.mech, accounts, &c.opts)
		if err != nil {
			t.Errorf("%s: %v", c.mech, err)
			continue
		}
		if server.User() != "" {
			t.Errorf("%s: a user before the end", c.mech)
		}
		got, err := run(t, client, server)
		if err != nil || client.Complete() != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v, %v", c.mech, got, err, client.Complete())
		}
		want := c.creds.User
		switch {
		case c.creds.Identity != "":
			want = c.creds.Identity
		case c.mech == External:
			want = c.opts.External
		case c.mech == Anonymous:
			want = "anonymous"
		}
		if server.User() != want {
			t.Errorf("%s: the user is %q, want %q", c.mech, server.User(), want)
		}
		if _, _, err := server.Next([]byte("again")); !errors.Is(err, ErrUnexpected) {
			t.Errorf("%s: goes on after its end: %v", c.mech, err)
		}
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestDenied(t *testing.T) {
	for _, m := range Mechanisms() {
		creds := []Credentials{
			{User: "user", Password: "wrong", Token: "wrong"},
			{User: "nobody", Password: "pencil", Token: "wrong"},
			{User: "tim", Password: "tanstaaftanstaaf", Token: "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", Identity: "user"},
		}
		if m.Name == Anonymous {
			continue
		}
		for i, c := range creds {
			if i == 2 && (m.Name == CRAMMD5 || m.Name == Login) {
				continue // they have no authorization identity
			}
			client, err := NewClient(m.Name, c)
			if err != nil {
				t.Fatal(m.Name, err)
			}
			server, err := NewServerOptions(m.Name, accounts, &ServerOptions{External: map[bool]string{true: "tim"}[i == 2]})
			if err != nil {
				t.Fatal(m.Name, err)
			}
			_, err = run(t, client, server)
			if !errors.Is(err, ErrDenied) || server.User() != "" {
				t.Errorf("%s %d: %v, user %q", m.Name, i, err, server.User())
			}
			if (m.Mutual && i < 2 || m.Token) && client.Complete() == nil {
				t.Errorf("%s %d: complete", m.Name, i)
			}
			var reason *OAuthError
			if m.Token && (!errors.As(client.Complete(), &reason) || reason.Status != map[string]string{OAuthBearer: "invalid_token", XOAuth2: "401"}[m.Name]) {
				t.Errorf("%s: reason %v", m.Name, client.Complete())
			}
		}
	}
}

func TestMalformed(t *testing.T) {
	for _, c := range []struct {
		mech      string
		responses []string
		want      error
	}{
		{Plain, []string{"user\x00pencil"}, ErrMalformed},
		{Plain, []string{"\x00user\x00pencil\x00"}, ErrMalformed},
		{Plain, []string{"\x00\x00pencil"}, ErrMalformed},
		{Plain, []string{"\x00user\x00"}, ErrMalformed},
		{Plain, []string{"\x00us\xffer\x00pencil"}, ErrMalformed},
		{Plain, []string{""}, ErrMalformed},
		{Plain, []string{"\u00ad\x00user\x00pencil"}, ErrMalformed}, // an identity that SASLprep empties
		{Login, []string{"user"}, ErrUnexpected},                    // an initial response
		{CRAMMD5, []string{"user"}, ErrUnexpected},
		{CRAMMD5, []string{"-", "user"}, ErrMalformed},
		{CRAMMD5, []string{"-", "user 12"}, ErrMalformed},
		{CRAMMD5, []string{"-", ""}, ErrMalformed},
		{SCRAMSHA1, []string{"hello"}, ErrMalformed},
		{SCRAMSHA1, []string{""}, ErrMalformed},
		{SCRAMSHA256, []string{"p=tls-unique,,n=user,r=x"}, ErrMalformed},
		{SCRAMSHA256, []string{"n,,n=us=er,r=x"}, ErrMalformed},
		{SCRAMSHA256, []string{"n,,n=user,r=x", "c=biws,r=y,p=AAAA"}, ErrMalformed},
		{OAuthBearer, []string{"hello", "\x01"}, ErrMalformed},
		{OAuthBearer, []string{"p=x,,\x01auth=Bearer t\x01\x01", "\x01"}, ErrMalformed},
		{OAuthBearer, []string{"n,u=user,\x01auth=Bearer t\x01\x01", "\x01"}, ErrMalformed},
		{OAuthBearer, []string{"n,a=us=er,\x01auth=Bearer t\x01\x01", "\x01"}, ErrMalformed},
		{OAuthBearer, []string{"n,,\x01auth=Bearer t\x01", "\x01"}, ErrMalformed},
		{OAuthBearer, []string{"n,,\x01auth=Basic t\x01\x01", "\x01"}, ErrMalformed},
		{OAuthBearer, []string{"n,,\x01auth=Bearer t!\x01\x01", "\x01"}, ErrMalformed},
		{OAuthBearer, []string{"n,,\x01auth=Bearer t\x01auth=Bearer t\x01\x01", "\x01"}, ErrMalformed},
		{OAuthBearer, []string{"n,,\x01host=x\x01\x01", "\x01"}, ErrMalformed},
		{XOAuth2, []string{"user=\x01auth=Bearer t\x01\x01", ""}, ErrMalformed},
		{XOAuth2, []string{"user=user", ""}, ErrMalformed},
		{External, []string{"a\x00b"}, ErrMalformed},
		{Anonymous, []string{"a\nb"}, ErrMalformed},
	} {
		server, err := NewServerOptions(c.mech, accounts, &ServerOptions{External: "tim"})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range c.responses {
			var response []byte
			if r != "-" {
				response = []byte(r)
			}
			var done bool
			_, done, err = server.Next(response)
			if i < len(c.responses)-1 && (err != nil || done) {
				t.Errorf("%s %q: %v at %d", c.mech, c.responses, err, i)
			}
		}
		if !errors.Is(err, c.want) || server.User() != "" {
			t.Errorf("%s %q: %v, want %v", c.mech, c.responses, err, c.want)
		}
	}
	for _, mech := range []string{"", "XYZ", "SCRAM-SHA-256-PLUS"} {
		if _, err := NewServer(mech, accounts); !errors.Is(err, ErrMechanism) {
			t.Error(err)
		}
		if _, err := NewClient(mech, Credentials{User: "a", Password: "b"}); !errors.Is(err, ErrMechanism) {
			t.Error(err)
		}
	}
	if _, err := NewServerOptions(SCRAMSHA1, accounts, &ServerOptions{Iterations: 100}); err == nil {
		t.Error("100 iterations")
	}
}

func TestEmptyChallenge(t *testing.T) {
	for _, m := range Mechanisms() {
		server, err := NewServerOptions(m.Name, accounts, &ServerOptions{External: "tim"})
		if err != nil {
			t.Fatal(err)
		}
		challenge, done, err := server.Next(nil)
		if err != nil || done || challenge == nil || (len(challenge) == 0) != m.ClientFirst {
			t.Errorf("%s: %q, %v, %v", m.Name, challenge, done, err)
		}
	}
	server, _ := NewServerOptions(Login, accounts, &ServerOptions{LoginInitial: true})
	if challenge, done, err := server.Next([]byte("user")); string(challenge) != "Password:" || done || err != nil {
		t.Error(challenge, done, err)
	}
}

func TestSuccessData(t *testing.T) {
	client, _ := NewClient(SCRAMSHA256, Credentials{User: "user", Password: "pencil"})
	server, _ := NewServerOptions(SCRAMSHA256, accounts, &ServerOptions{SuccessData: true})
	_, first, _ := client.Start()
	challenge, _, _ := server.Next(first)
	response, _ := client.Next(challenge)
	data, done, err := server.Next(response)
	if !done || err != nil || !strings.HasPrefix(string(data), "v=") || server.User() != "user" {
		t.Fatal(data, done, err)
	}
	if client.Complete() == nil {
		t.Error("complete without the server's proof")
	}
	if _, err := client.Next(data); err != nil || client.Complete() != nil {
		t.Error(err, client.Complete())
	}
}

// TestFalseServer has servers that lie to the client.
func TestFalseServer(t *testing.T) {
	scram := func() (Client, string) {
		c, err := NewClientOptions(SCRAMSHA256, Credentials{User: "user", Password: "pencil"}, &ClientOptions{Nonce: once("abc")})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = c.Start()
		if err != nil {
			t.Fatal(err)
		}
		return c, "r=abc"
	}
	for _, first := range []string{"r=xyzdef,s=AAAA,i=4096", "r=abcdef,s=AAAA,i=1", "r=abcdef,s=AAAA,i=999999999", "r=abcdef,s=AAAA,i=99999999999999999999", "m=x", ""} {
		c, _ := scram()
		if _, err := c.Next([]byte(first)); err == nil {
			t.Errorf("%q is accepted", first)
		}
		if !errors.Is(c.Complete(), ErrUnproven) {
			t.Error(c.Complete())
		}
	}
	c, nonce := scram()
	if _, err := c.Next([]byte(nonce + "def,s=AAAA,i=4096")); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(c.Complete(), ErrUnproven) {
		t.Error("success without a proof is accepted")
	}
	if _, err := c.Next([]byte("v=AAAA")); err == nil || !errors.Is(c.Complete(), ErrUnproven) {
		t.Error("a wrong proof is accepted")
	}
	login, _ := NewClient(Login, Credentials{User: "a", Password: "b"})
	login.Start()
	login.Next(nil)
	login.Next(nil)
	if _, err := login.Next(nil); !errors.Is(err, ErrUnexpected) {
		t.Error(err)
	}
	cram, _ := NewClient(CRAMMD5, Credentials{User: "a", Password: "b"})
	cram.Start()
	if _, err := cram.Next(nil); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
	if _, err := cram.Next([]byte("<x>")); err != nil {
		t.Error(err)
	}
	if _, err := cram.Next([]byte("<x>")); !errors.Is(err, ErrUnexpected) {
		t.Error(err)
	}
	for _, mech := range []string{OAuthBearer, XOAuth2} {
		o, _ := NewClient(mech, Credentials{User: "a", Token: "t"})
		o.Start()
		if _, err := o.Next([]byte("not JSON \x1b")); err != nil || o.Complete() == nil || strings.Contains(o.Complete().Error(), "\x1b") {
			t.Error(err, o.Complete())
		}
		if _, err := o.Next([]byte("{}")); !errors.Is(err, ErrUnexpected) {
			t.Error(err)
		}
	}
}

func TestClientRefuses(t *testing.T) {
	for _, c := range []struct {
		mech  string
		creds Credentials
	}{
		{Plain, Credentials{User: "a\x00b", Password: "c"}},
		{Plain, Credentials{User: "a", Password: "c\x00"}},
		{Plain, Credentials{User: "a"}},
		{SCRAMSHA1, Credentials{Password: "a"}},
		{SCRAMSHA1, Credentials{User: "a", Password: "\x07"}},
		{OAuthBearer, Credentials{User: "a"}},
		{OAuthBearer, Credentials{Token: "a\x01auth=x"}},
		{OAuthBearer, Credentials{Token: "a", Host: "b\x01"}},
		{XOAuth2, Credentials{Token: "a"}},
		{XOAuth2, Credentials{User: "a\x01", Token: "a"}},
		{External, Credentials{Identity: "\x00"}},
	} {
		if _, err := NewClient(c.mech, c.creds); err == nil {
			t.Errorf("%s %+v: accepted", c.mech, c.creds)
		} else if c.creds.Password == "\x07" && strings.Contains(err.Error(), "\x07") {
			t.Errorf("the error shows the password: %q", err)
		}
	}
}

func TestSelect(t *testing.T) {
	pass := Credentials{User: "a", Password: "b"}
	token := Credentials{User: "a", Token: "t"}
	for _, c := range []struct {
		offered   string
		creds     Credentials
		protected bool
		allowed   string
		want      string
	}{
		{"PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256", pass, true, "", SCRAMSHA256},
		{"plain login cram-md5", pass, true, "", CRAMMD5},
		{"LOGIN PLAIN", pass, true, "", Plain},
		{"LOGIN PLAIN", pass, false, "", ""},
		{"LOGIN PLAIN SCRAM-SHA-1", pass, false, "", SCRAMSHA1},
		{"SCRAM-SHA-256 PLAIN LOGIN", pass, true, "login", Login},
		{"PLAIN OAUTHBEARER XOAUTH2", token, true, "", OAuthBearer},
		{"PLAIN XOAUTH2", token, true, "", XOAuth2},
		{"PLAIN XOAUTH2", token, false, "", ""},
		{"EXTERNAL ANONYMOUS", pass, true, "", ""},
		{"EXTERNAL ANONYMOUS", pass, true, "EXTERNAL", External},
		{"EXTERNAL ANONYMOUS", pass, false, "EXTERNAL", ""},
		{"ANONYMOUS", Credentials{}, false, "ANONYMOUS", Anonymous},
		{"", pass, true, "", ""},
		{"GSSAPI", pass, true, "", ""},
	} {
		m, err := Select(strings.Fields(c.offered), c.creds, c.protected, strings.Fields(c.allowed)...)
		if m.Name != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%+v: %s, %v", c, m.Name, err)
		}
		var e *SelectError
		if err != nil && (!errors.As(err, &e) || e.Error() == "") {
			t.Error(err)
		}
	}
}

func TestPrepare(t *testing.T) {
	// RFC 4013 section 3.
	for in, want := range map[string]string{"I\u00adX": "IX", "user": "user", "USER": "USER", "\u00aa": "a", "\u2168": "IX", "": ""} {
		if got, err := Prepare(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"\u0007", "\u0627\u0031", "a\xff"} {
		if got, err := Prepare(in); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	if got, err := PrepareQuery("I\u00ad\u2168\u0221"); err != nil || got != "IIX\u0221" {
		t.Errorf("query: %q, %v", got, err)
	}
	if got, err := Prepare("\u0221"); !errors.Is(err, ErrMalformed) {
		t.Errorf("stored: %q, %v", got, err)
	}
	if got, err := PrepareQuery("\u0007"); !errors.Is(err, ErrMalformed) {
		t.Errorf("query: %q, %v", got, err)
	}
	client, err := NewClient(SCRAMSHA256, Credentials{User: "\u2168", Password: "prepared"})
	if err != nil {
		t.Fatal(err)
	}
	server, _ := NewServer(SCRAMSHA256, accounts)
	if _, err := run(t, client, server); err != nil || server.User() != "IX" {
		t.Error(err, server.User())
	}
}

func TestBase64(t *testing.T) {
	for _, c := range []struct {
		data []byte
		arg  string
		ok   bool
	}{{nil, "", false}, {[]byte{}, "=", true}, {[]byte("\x00a\x00b"), "AGEAYg==", true}} {
		arg, ok := EncodeInitial(c.data)
		if arg != c.arg || ok != c.ok {
			t.Error(arg, ok)
		}
		if !ok {
			continue
		}
		if data, err := DecodeInitial(arg); err != nil || data == nil || string(data) != string(c.data) {
			t.Error(data, err)
		}
	}
	for _, bad := range []string{"=AAA", "AAA=BBB", "A", "AA\n==", "AAAA=", "A===", " AAAA"} {
		var e *wire.SyntaxError
		if _, err := Decode(bad); !errors.As(err, &e) || e.Cite == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzServer(f *testing.F) {
	for _, s := range []string{"\x00user\x00pencil", "n,,n=user,r=abc", "n,a=user,\x01auth=Bearer t\x01\x01", "user=user\x01auth=Bearer t\x01\x01", "tim b913a602c7eda7a495b4e6e7334d3890", ""} {
		f.Add([]byte(s), []byte("c=biws,r=abcdef,p=AAAA"))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		for _, m := range mechanisms {
			s, err := NewServerOptions(m.Name, accounts, &ServerOptions{Nonce: func() string { return "def" }, LoginInitial: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range [][]byte{a, b, b} {
				_, done, err := s.Next(r)
				if (done || err != nil) && err != nil && s.User() != "" {
					t.Fatalf("%s: user %q and %v", m.Name, s.User(), err)
				}
				if done || err != nil {
					break
				}
			}
		}
	})
}
