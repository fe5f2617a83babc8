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
	"harness/specs/drive"
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
	d.Settle(specs.NotStarted(fmt.Errorf("%w: %s", specs.ErrCannotSetUp, fmt.Sprintf(format, args...))))
}

// ourMock says whether the server is the built-in mock, whose switches are as the case wants them.
func (d *driver) ourMock() bool {
	_, ok := d.T.Env.Server.(*MockServer)
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
	if d.Settled() {
		return
	}
	timer := time.NewTimer(t)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-d.Ctx.Done():
		d.Unclear("interrupted while waiting")
	}
}

// beforeTLS returns a greeted session without TLS, of a server that offers STLS there; if it does not, the case ends.
func (d *driver) beforeTLS() *session {
	if d.Target.URL.Scheme == "pop3s" {
		d.Absent("STLS: the connection begins with TLS")
	}
	s := d.connect()
	s.given().greet()
	if d.capa = s.given().capa(); !d.Settled() && !d.capa.Has(pop3.CapaSTLS) {
		d.Absent(pop3.CapaSTLS)
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
	if d.Settled() || s.tls() {
		return s
	}
	if !s.given().capa().Has(pop3.CapaSTLS) {
		d.Absent("TLS")
	}
	s.given().startTLS()
	return s
}

// tls says whether the session is in TLS.
func (s *session) tls() bool {
	if s.C == nil {
		return false
	}
	_, on := s.C.TLS()
	return on
}

// encode returns the Base64 of a SASL message.
func encode(message string) string { return auth.Encode([]byte(message)) }

// cancel gives up a SASL exchange (RFC 5034 section 4) and returns the reply.
func (s *session) cancel() *reply {
	s.Send(auth.Cancel + "\r\n")
	return s.reply(`"*" in an AUTH exchange`)
}

// offering returns a session in which the server offers one of the mechanisms, in TLS if need be, and the first of those that it offers.
// If it offers none of them, the case ends.
func (d *driver) offering(names ...string) (*session, string) {
	s, name := d.seek(names...)
	if name == "" {
		d.Absent("SASL " + strings.Join(names, ", "))
	}
	return s, name
}

func (d *driver) seek(names ...string) (s *session, name string) {
	s = d.open()
	for !d.Settled() {
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
		}
	}
	if !found {
		d.Absent("SASL " + strings.Join(names, ", "))
	}
}

// proofAfter is how many of the client's responses each mechanism has before the server knows whether the credentials are right; 1 unless
// it is given here.
var proofAfter = map[string]int{auth.Login: 2, auth.SCRAMSHA1: 2, auth.SCRAMSHA256: 2}

// exchange runs a SASL exchange, without an initial response, and returns the reply that ends it. A challenge that cannot be answered
// ends it by "*".
func (s *session) exchange(mechanism string, c auth.Credentials) *reply {
	return s.beginExchange(mechanism, c, nil).reply()
}

// attempt is a login that is under way. A server may take its time over one that fails: several that have begun it takes at once.
type attempt struct {
	s      *session
	to     string
	what   string // for the judgement
	known  *reply // if the reply was read already
	client auth.Client
}

// reply reads the response, and goes on to the end of an exchange.
func (a *attempt) reply() *reply {
	r := a.known
	if r == nil {
		r = a.s.reply(a.to)
	}
	for a.client != nil && r.Status == pop3.Continue && !a.s.d.Settled() {
		response, ok := a.answer(r)
		if !ok {
			return a.s.cancel()
		}
		a.s.Send(auth.Encode(response) + "\r\n")
		r = a.s.reply(a.to)
	}
	return r
}

// answer makes the response to a challenge; ok is false if there is none.
func (a *attempt) answer(r *reply) (response []byte, ok bool) {
	challenge, err := auth.Decode(r.Text)
	if err == nil {
		response, err = a.client.Next(challenge)
	}
	if err != nil {
		a.s.d.T.Note("%v", err)
	}
	return response, err == nil
}

// beginExchange begins what exchange does: all but what follows the response that has the credentials. The nonce is SCRAM's; nil for any.
func (s *session) beginExchange(mechanism string, c auth.Credentials, nonce func() string) *attempt {
	a := &attempt{s: s, to: "the response in AUTH " + mechanism}
	client, err := auth.NewClientOptions(mechanism, c, &auth.ClientOptions{Nonce: nonce})
	var response []byte
	if err == nil {
		_, response, err = client.Start()
	}
	if err != nil {
		s.d.Unclear("%v", err)
		return a
	}
	a.client = client
	r := s.cmd("AUTH %s", mechanism)
	for n := range max(proofAfter[mechanism], 1) {
		if n > 0 {
			r = s.reply(a.to)
		}
		if r.Status != pop3.Continue || s.d.Settled() {
			a.known = r
			return a
		}
		if n > 0 || response == nil {
			var ok bool
			if response, ok = a.answer(r); !ok {
				a.known = s.cancel()
				return a
			}
		}
		s.Send(auth.Encode(response) + "\r\n")
	}
	return a
}

// beginAPOP sends APOP.
func (s *session) beginAPOP(user, password string) *attempt {
	s.Patience(s.d.T.Scale(drive.AuthWait))
	s.Send("APOP " + user + " " + pop3.APOPDigest(s.timestamp(), password) + "\r\n")
	return &attempt{s: s, to: "APOP"}
}

// pipeline sends commands whose responses are to be read one by one.
func (s *session) pipeline(commands string) {
	s.Patience(s.d.Wait())
	s.Send(commands)
}

// beginLogin sends USER and, unless that is refused, PASS.
func (s *session) beginLogin(user, password string) *attempt {
	a := &attempt{s: s, to: "PASS ***"}
	if r := s.cmd("USER %s", user); r.Status != pop3.OK {
		a.known = r
		return a
	}
	s.Patience(s.d.T.Scale(drive.AuthWait))
	s.Send("PASS " + password + "\r\n")
	return a
}

// allRefused fails unless each of the logins gets "-ERR".
func (d *driver) allRefused(begun []*attempt) {
	for _, a := range begun {
		r := a.reply()
		d.Check(d.Settled() || r.Status == pop3.Err, `"-ERR" to `+a.what, "%s", r.shown())
		a.s.Close()
	}
}

// called gives the attempt its name in a judgement.
func (a *attempt) called(format string, args ...any) *attempt {
	a.what = fmt.Sprintf(format, args...)
	return a
}

// responses are the replies so far, without the greeting.
func (s *session) responses() []*reply {
	if len(s.state.replies) == 0 {
		return nil
	}
	return s.state.replies[1:]
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
