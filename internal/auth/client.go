package auth

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"harness/protocols/wire"
)

// ClientOptions change how a client's side works; nil and the zero value are the default.
type ClientOptions struct {
	// Nonce returns SCRAM's nonce: printable ASCII without a comma. Nil takes 24 random octets in Base64. For tests.
	Nonce func() string
}

// MaxIterations is the greatest iteration count of SCRAM that a client goes along with: a server could have it compute for hours.
const MaxIterations = 2_000_000

// NewClient returns the client's side of one exchange. It fails if the mechanism is unknown ([ErrMechanism]), if the credentials lack what it
// needs, or if they hold what its messages can't carry.
func NewClient(mech string, c Credentials) (Client, error) { return NewClientOptions(mech, c, nil) }

// NewClientOptions is [NewClient] with options.
func NewClientOptions(mech string, c Credentials, opts *ClientOptions) (Client, error) {
	m, ok := Lookup(mech)
	if !ok {
		return nil, fmt.Errorf("%w %s", ErrMechanism, wire.Quote([]byte(mech)))
	}
	if !c.Serves(m) {
		need := "a user and a password"
		if m.Token {
			need = "a user and a token"
			if m.Name == OAuthBearer {
				need = "a token"
			}
		}
		return nil, fmt.Errorf("%s needs %s", m.Name, need)
	}
	for what, s := range map[string]string{"user": c.User, "password": c.Password, "token": c.Token, "identity": c.Identity, "host": c.Host} {
		if strings.IndexByte(s, 0) >= 0 {
			return nil, fmt.Errorf("%s: the %s holds a NUL, which SASL can't carry (RFC 4422 section 5)", m.Name, what)
		}
	}
	var nonce func() string
	if opts != nil {
		nonce = opts.Nonce
	}
	switch m.Name {
	case SCRAMSHA256:
		return newSCRAM(m.Name, scram.SHA256, c, nonce)
	case SCRAMSHA1:
		return newSCRAM(m.Name, scram.SHA1, c, nonce)
	case OAuthBearer:
		return newBearer(c)
	case XOAuth2:
		if err := checkBearer(c); err != nil {
			return nil, err
		}
		return &oauthClient{mech: m.Name, initial: "user=" + c.User + "\x01auth=Bearer " + c.Token + "\x01\x01", giveUp: ""}, nil
	case CRAMMD5:
		return &cramClient{user: c.User, password: c.Password}, nil
	case Login:
		return &loginClient{answers: []string{c.User, c.Password}}, nil
	case External:
		return proofless{sasl.NewExternalClient(c.Identity)}, nil
	case Anonymous:
		return proofless{sasl.NewAnonymousClient(c.User)}, nil
	}
	return proofless{sasl.NewPlainClient(c.Identity, c.User, c.Password)}, nil
}

// proofless is a mechanism in which the server proves nothing.
type proofless struct{ sasl.Client }

func (proofless) Complete() error { return nil }

// loginClient answers with user and password in that order, whatever the challenges say: their wording differs between servers.
type loginClient struct{ answers []string }

func (l *loginClient) Start() (string, []byte, error) { return Login, nil, nil }

func (l *loginClient) Next([]byte) ([]byte, error) {
	if len(l.answers) == 0 {
		return nil, fmt.Errorf("LOGIN: %w: a third challenge", ErrUnexpected)
	}
	a := l.answers[0]
	l.answers = l.answers[1:]
	return []byte(a), nil
}

func (l *loginClient) Complete() error { return nil }

type cramClient struct {
	user, password string
	done           bool
}

func (c *cramClient) Start() (string, []byte, error) { return CRAMMD5, nil, nil }

func (c *cramClient) Next(challenge []byte) ([]byte, error) {
	if c.done {
		return nil, fmt.Errorf("CRAM-MD5: %w: a second challenge", ErrUnexpected)
	}
	if len(challenge) == 0 {
		return nil, fmt.Errorf("CRAM-MD5: %w: an empty challenge", ErrMalformed)
	}
	c.done = true
	return []byte(c.user + " " + cramDigest(c.password, challenge)), nil
}

func (c *cramClient) Complete() error { return nil }

func cramDigest(password string, challenge []byte) string {
	mac := hmac.New(md5.New, []byte(password))
	mac.Write(challenge)
	return hex.EncodeToString(mac.Sum(nil))
}

// scramClient adapts a conversation of xdg-go/scram.
type scramClient struct {
	mech string
	conv *scram.ClientConversation
	step int
}

func newSCRAM(mech string, hash scram.HashGeneratorFcn, c Credentials, nonce func() string) (Client, error) {
	client, err := hash.NewClient(c.User, c.Password, c.Identity)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", mech, err)
	}
	if nonce != nil {
		client = client.WithNonceGenerator(nonce)
	}
	return &scramClient{mech: mech, conv: client.NewConversation()}, nil
}

func (s *scramClient) Start() (string, []byte, error) {
	first, err := s.conv.Step("")
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", s.mech, err)
	}
	return s.mech, []byte(first), nil
}

func (s *scramClient) Next(challenge []byte) ([]byte, error) {
	s.step++
	if s.step == 1 {
		if err := checkIterations(string(challenge)); err != nil {
			return nil, fmt.Errorf("%s: %w", s.mech, err)
		}
	}
	response, err := s.conv.Step(string(challenge))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.mech, err)
	}
	return []byte(response), nil
}

func (s *scramClient) Complete() error {
	if !s.conv.Valid() {
		return fmt.Errorf("%s: %w (RFC 5802 section 3)", s.mech, ErrUnproven)
	}
	return nil
}

// checkIterations refuses a count in the server's first message that is absurd. What breaks the grammar is left to the conversation.
func checkIterations(first string) error {
	for _, f := range strings.Split(first, ",") {
		if n, ok := strings.CutPrefix(f, "i="); ok {
			if v, err := strconv.Atoi(n); err != nil || v > MaxIterations {
				return fmt.Errorf("the server asks for %s iterations; the limit is %d", wire.Quote([]byte(n)), MaxIterations)
			}
			return nil
		}
	}
	return nil
}

// OAuthError is the reason that a server gave within an exchange of OAUTHBEARER (RFC 7628 section 3.2.2) or XOAUTH2.
type OAuthError struct {
	Mechanism string `json:"-"`
	// Status is "invalid_token", "insufficient_scope" and the like; XOAUTH2 has an HTTP status there.
	Status  string `json:"status"`
	Schemes string `json:"schemes,omitempty"`
	// Scope is a scope that would be sufficient; "" if none was named.
	Scope string `json:"scope,omitempty"`
	// Configuration is a URL of an OpenID configuration; "" if none was named.
	Configuration string `json:"openid-configuration,omitempty"`
}

// Error tells the status and, if there is one, the scope.
func (e *OAuthError) Error() string {
	s := e.Mechanism + ": the server says " + wire.Quote([]byte(e.Status))
	if e.Scope != "" {
		s += ", scope " + wire.Quote([]byte(e.Scope))
	}
	return s
}

// oauthClient sends one message. A challenge is the server's reason for a failure; it is acknowledged, so that the server can fail.
type oauthClient struct {
	mech, initial, giveUp string
	failure               error
}

func newBearer(c Credentials) (Client, error) {
	if err := checkBearer(c); err != nil {
		return nil, err
	}
	gs2 := "n,"
	if c.User != "" {
		gs2 += "a=" + strings.NewReplacer("=", "=3D", ",", "=2C").Replace(c.User)
	}
	s := gs2 + ","
	if c.Host != "" {
		s += "\x01host=" + c.Host
	}
	if c.Port != 0 {
		s += "\x01port=" + strconv.Itoa(c.Port)
	}
	return &oauthClient{mech: OAuthBearer, initial: s + "\x01auth=Bearer " + c.Token + "\x01\x01", giveUp: "\x01"}, nil
}

// checkBearer refuses what would begin another field of the message.
func checkBearer(c Credentials) error {
	for what, s := range map[string]string{"user": c.User, "token": c.Token, "host": c.Host} {
		for i := 0; i < len(s); i++ {
			if s[i] < ' ' || s[i] == 0x7f || s[i] == ' ' && what != "user" {
				return fmt.Errorf("the %s holds %s at octet %d, which its message can't carry (RFC 7628 section 3.1)", what, wire.Quote([]byte{s[i]}), i)
			}
		}
	}
	return nil
}

func (o *oauthClient) Start() (string, []byte, error) { return o.mech, []byte(o.initial), nil }

func (o *oauthClient) Next(challenge []byte) ([]byte, error) {
	if o.failure != nil {
		return nil, fmt.Errorf("%s: %w: a challenge after the server's reason", o.mech, ErrUnexpected)
	}
	e := &OAuthError{Mechanism: o.mech}
	if err := json.Unmarshal(challenge, e); err != nil {
		e.Status = string(challenge)
	}
	o.failure = e
	return []byte(o.giveUp), nil
}

func (o *oauthClient) Complete() error { return o.failure }
