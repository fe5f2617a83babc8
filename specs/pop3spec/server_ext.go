package pop3spec

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/mockservers/pop3mock"
	"harness/protocols/pop3"
	"harness/specs"
)

// extensionRows are the server cases of RFC 2449, 2595, 3206, 5034 and 6856.
func extensionRows() []serverCase {
	return slices.Concat(rfc2449(), rfc2595(), rfc3206(), rfc5034(), rfc6856())
}

// accountFeature is a feature like refuseFeature: one more account, whose name and password are those of [account].
const accountFeature = "ACCOUNT="

// account returns the feature of one more account, left out where accounts cannot be made for a case: see [driver.loginAccount].
func account(name, password string) string {
	return "?" + accountFeature + url.UserPassword(name, password).String()
}

// parseAccount is the account that the feature describes, behind accountFeature. It has no mail.
func parseAccount(spec string) (pop3mock.Account, error) {
	u, err := url.Parse("//" + spec + "@")
	if err != nil || u.User == nil {
		return pop3mock.Account{}, errors.New("the account of a case cannot be parsed")
	}
	password, _ := u.User.Password()
	return pop3mock.Account{Name: u.User.Username(), Password: password, Mail: []fixtures.Mail{}}, nil
}

// cannot settles: this server is not set up for what the rule is about; the text says what it lacks, and what to do.
func (d *driver) cannot(format string, args ...any) {
	d.settle(specs.NotStarted(fmt.Errorf("%w: %s", specs.ErrCannotSetUp, fmt.Sprintf(format, args...))))
}

// ourMock says whether the server is the built-in mock, whose switches are as the case wants them.
func (d *driver) ourMock() bool {
	_, ok := d.t.Env.Server.(*MockServer)
	return ok
}

// withAccount ends the case unless the server has the account that the row's features name.
func (d *driver) withAccount(what string) {
	if !d.ourMock() {
		d.cannot("it has no account with %s, which the case needs", what)
	}
}

// pause lets time pass that a rule is about.
func (d *driver) pause(t time.Duration) {
	if d.settled() {
		return
	}
	timer := time.NewTimer(t)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-d.ctx.Done():
		d.unclear("interrupted while waiting")
	}
}

// beforeTLS returns a greeted session without TLS, of a server that offers STLS there; if it does not, the case ends.
func (d *driver) beforeTLS() *session {
	if d.target.URL.Scheme == "pop3s" {
		d.absent("STLS: the connection begins with TLS")
	}
	s := d.connect()
	s.given().greet()
	if capa := s.given().capa(); !d.settled() && !capa.Has(pop3.CapaSTLS) {
		d.absent(pop3.CapaSTLS)
	}
	return s
}

// afterSTLS returns a session in TLS by STLS; if that is not offered, the case ends.
func (d *driver) afterSTLS() *session {
	s := d.beforeTLS()
	s.given().startTLS()
	return s
}

// inTLS returns a session in TLS, from the start or by STLS; if there is neither, the case ends.
func (d *driver) inTLS() *session {
	s := d.open()
	if d.settled() || s.tls() {
		return s
	}
	if !s.given().capa().Has(pop3.CapaSTLS) {
		d.absent("TLS")
	}
	s.given().startTLS()
	return s
}

// tls says whether the session is in TLS.
func (s *session) tls() bool {
	if s.c == nil {
		return false
	}
	_, on := s.c.TLS()
	return on
}

// encode returns the Base64 of a SASL message.
func encode(message string) string { return auth.Encode([]byte(message)) }

// plainResponse is the message of PLAIN (RFC 4616 section 2).
func plainResponse(user, password string) string { return encode("\x00" + user + "\x00" + password) }

// cancel gives up a SASL exchange (RFC 5034 section 4) and returns the reply.
func (s *session) cancel() *reply {
	s.send(auth.Cancel + "\r\n")
	return s.reply(`"*" in an AUTH exchange`)
}

// passwordMechanisms are those for which a name and a password are enough.
var passwordMechanisms = []string{auth.Plain, auth.Login, auth.CRAMMD5, auth.SCRAMSHA1, auth.SCRAMSHA256}

// scramMechanisms and challengeMechanisms are those with a proof of the server's, and those in which the server begins.
var (
	scramMechanisms     = []string{auth.SCRAMSHA256, auth.SCRAMSHA1}
	challengeMechanisms = []string{auth.CRAMMD5, auth.Login}
)

// offering returns a session in which the server offers one of the mechanisms, in TLS if need be, and the first of those that it offers.
// If it offers none of them, the case ends.
func (d *driver) offering(names ...string) (*session, string) {
	s, name := d.seek(names...)
	if name == "" {
		d.absent("SASL " + strings.Join(names, ", "))
	}
	return s, name
}

func (d *driver) seek(names ...string) (s *session, name string) {
	s = d.open()
	for !d.settled() {
		capa := s.given().capa()
		for _, n := range names {
			if slices.Contains(capa.SASL(), n) {
				return s, n
			}
		}
		if s.tls() || !capa.Has(pop3.CapaSTLS) {
			break
		}
		s.given().startTLS()
	}
	return s, ""
}

// eachMechanism calls f with a session for each of the mechanisms that the server offers; if it offers none, the case ends.
func (d *driver) eachMechanism(names []string, f func(s *session, mechanism string)) {
	found := false
	for _, name := range names {
		if s, got := d.seek(name); got != "" {
			found = true
			f(s, name)
			s.close()
		}
	}
	if !found {
		d.absent("SASL " + strings.Join(names, ", "))
	}
}

// credentials are those of the first account.
func (d *driver) credentials() auth.Credentials {
	return auth.Credentials{User: d.target.User, Password: d.target.Password}
}

// wrongCredentials are the first account's name and another password.
func (d *driver) wrongCredentials() auth.Credentials {
	return auth.Credentials{User: d.target.User, Password: "wrong-" + d.target.Password}
}

// exchange runs a SASL exchange, without an initial response, and returns the reply that ends it. A challenge that cannot be answered
// ends it by "*".
func (s *session) exchange(mechanism string, c auth.Credentials) *reply {
	return s.exchangeNonce(mechanism, c, nil)
}

// exchangeNonce is exchange with a nonce for SCRAM; nil for any.
func (s *session) exchangeNonce(mechanism string, c auth.Credentials, nonce func() string) *reply {
	none := &reply{Reply: &pop3.Reply{}}
	client, err := auth.NewClientOptions(mechanism, c, &auth.ClientOptions{Nonce: nonce})
	if err != nil {
		s.d.unclear("%v", err)
		return none
	}
	_, response, err := client.Start()
	if err != nil {
		s.d.unclear("%v", err)
		return none
	}
	r := s.cmd("AUTH %s", mechanism)
	for first := true; r.Status == pop3.Continue && !s.d.settled(); first = false {
		if !first || response == nil {
			challenge, err := auth.Decode(r.Text)
			if err == nil {
				response, err = client.Next(challenge)
			}
			if err != nil {
				s.d.t.Note("%v", err)
				return s.cancel()
			}
		}
		s.send(auth.Encode(response) + "\r\n")
		r = s.reply("the response in AUTH " + mechanism)
	}
	return r
}

// header is a message's header, with the line end of its last line.
func header(content string) string {
	if i := strings.Index(content, "\r\n\r\n"); i >= 0 {
		return content[:i+2]
	}
	return content
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
