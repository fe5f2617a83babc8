package pop3spec

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"harness/mockservers/pop3mock"
	"harness/specs"
	"harness/specs/register"
)

// TestExtensionRequirements wants each rule of the extensions that binds servers to be judged by a case of its own, named after it.
func TestExtensionRequirements(t *testing.T) {
	own := map[string]bool{}
	for _, c := range serverCases(extensionRows()) {
		if strings.TrimPrefix(c.ID, "pop3/server/") == strings.TrimPrefix(c.Requirement, "pop3/") {
			own[c.Requirement] = true
		}
	}
	for _, rfc := range []int{2449, 2595, 3206, 5034, 6856} {
		for _, e := range register.ByRFC(rfc) {
			switch {
			case e.Protocol() != "pop3" || e.OffWire != "" || !e.Party.Binds(register.Server):
			case !own[e.ID] && uncovered[e.ID] == "":
				t.Errorf("%s (%s, %s) has no case of its own, nor a reason why there is none", e.ID, e.Cite(), e.Level)
			}
		}
	}
}

// TestAccountFeature takes the accounts that cases ask for through the feature and back.
func TestAccountFeature(t *testing.T) {
	for name, password := range map[string]string{
		"carol": longPassword, longName: "short", foreignName: foreignPassword, "a:b@c/d": "p%41 ?#[]@:\u00ad", "anonymous": "=,&",
	} {
		spec, ok := strings.CutPrefix(account(name, password), "?"+accountFeature)
		a, err := parseAccount(spec)
		if !ok || err != nil || a.Name != name || a.Password != password || a.Mail == nil || len(a.Mail) > 0 {
			t.Errorf("%q, %q: %+v, %v", name, password, a, err)
		}
	}
	if len(longName) != 255 || len(longPassword) != 255 {
		t.Errorf("a name of %d octets and a password of %d, not 255", len(longName), len(longPassword))
	}
	for _, bad := range []string{"%zz:x", "a b"} {
		if a, err := parseAccount(bad); err == nil {
			t.Errorf("%q is taken for %+v", bad, a)
		}
	}
}

// TestExtensionsUserServer runs the cases against a server that is somebody's: it conforms, and the password is not to be seen, in Base64
// neither.
func TestExtensionsUserServer(t *testing.T) {
	const password = "see sharp, and flat"
	srv := pop3mock.New(t, pop3mock.WithAccount(pop3mock.Account{Name: "carol", Password: password}))
	u, err := url.Parse(srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := srv.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	server := &specs.UserServer{Target: specs.Target{Name: "carol's", URL: u, User: "carol", Password: password, TLS: cfg}}
	secrets := []string{password}
	for before := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte("..."[:before] + password))
		secrets = append(secrets, text[4:len(text)-4])
	}
	env := protocol.Env(t, server)
	for _, c := range serverCases(extensionRows()) {
		r := specs.RunCase(t.Context(), env, c)
		message := r.Message()
		if r.Failed() || r.Judgement.Kind == specs.Violated {
			t.Error(message)
		}
		for _, secret := range secrets {
			if strings.Contains(message, secret) {
				t.Errorf("%s shows the password, or a part of it in Base64: %s", c.ID, secret)
			}
		}
	}
}
