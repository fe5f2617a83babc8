package pop3spec

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"harness/fixtures"
	"harness/mockservers"
	"harness/mockservers/pop3mock"
	"harness/protocols/pop3"
	"harness/specs"
)

// The accounts: firstUser has firstPassword with a scripted server, and password40 with one that is made for a server case. The second
// one's password has spaces in it, for the rule that is about them.
const (
	firstUser     = "alice"
	firstPassword = "wonderland"
	password40    = "wonderland-through-the-looking-glass-186" // 40 octets, the longest argument of RFC 1939
	otherUser     = "bob"
	otherPassword = "can we fix it"
)

// refuseFeature is a feature that belongs to an account, like accountFeature. The others that a case may name in Setup.Features are switches
// of the mock and handed on as they are; [pop3mock.Features] says more of them:
//
//	-CAPA -TOP -UIDL -USER -APOP -SASL -STLS     the command is not implemented, nor announced
//	SASL=MECHANISM[,...]                         only these mechanisms are offered
//	-PIPELINING -RESP-CODES -AUTH-RESP-CODE      not announced, and not done
//	-UTF8 UTF8=NOUSER|REFUSE -LANG LANG=TAG      RFC 6856
//	LOGIN-DELAY=SECONDS[,USER=SECONDS]           announced and enforced
//	EXPIRE=DAYS[,USER=DAYS]                      announced; with 0, QUIT removes what was retrieved
//	IMPLEMENTATION=TEXT -IMPLEMENTATION          what CAPA shows
//	CLEARTEXT=all|user|none                      passwords without TLS
//	ONE-METHOD                                   a mailbox is open to APOP or to USER and PASS, not both
//	UPDATE-FAILS                                 QUIT cannot remove messages
//	AUTOLOGOUT=DURATION                          the inactivity timer
//	REFUSE=CODE                                  logins to the first account fail with this response code, such as "SYS/TEMP"
const refuseFeature = "REFUSE="

// MockServer is the built-in mock as the server under test: a fresh one for each case. The zero value conforms.
type MockServer struct {
	// Deviations are the rules that it breaks; see [pop3mock.Deviations].
	Deviations []string
	// ImplicitTLS has the sessions begin with TLS, StartTLS has them upgrade before login.
	ImplicitTLS, StartTLS bool
	// OnError, if set, is told what went wrong in the mock itself (not in a session).
	OnError func(error)
}

// Mock returns the built-in mock, breaking the rules that the deviations name.
func Mock(deviations ...string) *MockServer { return &MockServer{Deviations: deviations} }

// Name implements specs.ServerUnderTest.
func (m *MockServer) Name() string { return "harness pop3mock" }

// Disposable implements specs.ServerUnderTest.
func (m *MockServer) Disposable() bool { return true }

// Fresh implements specs.FreshServer.
func (m *MockServer) Fresh() bool { return true }

// Start implements specs.ServerUnderTest.
func (m *MockServer) Start(_ context.Context, t *specs.T, setup specs.Setup) (*specs.Target, error) {
	first := pop3mock.Account{Name: firstUser, Password: password40, Mail: setup.Mail}
	if first.Mail == nil {
		first.Mail = fixtures.Mails()
	}
	few, err := (serverCase{}).setup()
	if err != nil {
		return nil, err
	}
	accounts := []pop3mock.Account{first, {Name: otherUser, Password: otherPassword, Mail: few.Mail}}
	var switches []string
	for _, f := range setup.Features {
		f = strings.TrimPrefix(f, "?")
		if code, ok := strings.CutPrefix(f, refuseFeature); ok {
			accounts[0].Refuse = pop3.Code(code)
		} else if spec, ok := strings.CutPrefix(f, accountFeature); ok {
			more, err := parseAccount(spec)
			if err != nil {
				return nil, err
			}
			accounts = append(accounts, more)
		} else {
			switches = append(switches, f)
		}
	}
	opts := pop3mock.Options{
		Options:  mockservers.Options{ImplicitTLS: m.ImplicitTLS, Deviations: m.Deviations, Capture: -1},
		Accounts: accounts,
		Features: switches,
	}
	// The mock lives until the clean-up, also if the case is cancelled: what it does then is no judgement.
	srv, err := pop3mock.Start(context.Background(), opts)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		err := srv.Close()
		if m.OnError != nil {
			if err := errors.Join(append(srv.Errors(), err)...); err != nil {
				m.OnError(fmt.Errorf("%s: %w", t.Case.ID, err))
			}
		}
	})
	u, err := url.Parse(srv.URL())
	if err != nil {
		return nil, err
	}
	cfg, err := srv.ClientTLS()
	if err != nil {
		return nil, err
	}
	return &specs.Target{
		Name: m.Name(), URL: u, User: firstUser, Password: password40, OtherUser: otherUser, OtherPassword: otherPassword,
		TLS: cfg, StartTLS: m.StartTLS, Mail: first.Mail,
	}, nil
}
