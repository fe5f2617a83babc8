package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// ServerOptions change how a server's side works; nil and the zero value are the default.
type ServerOptions struct {
	// Nonce returns a fresh nonce for CRAM-MD5's challenge and SCRAM: printable ASCII without comma, space and angle brackets. Nil takes 18 random
	// octets in Base64. For tests.
	Nonce func() string
	// Salt is SCRAM's salt; nil takes 16 random octets.
	Salt []byte
	// Iterations is SCRAM's iteration count, at least 4096; 0 means 4096 (RFC 5802 section 5.1).
	Iterations int
	// Host is the name in CRAM-MD5's challenge; "" means "localhost".
	Host string
	// External is the user that the connection established, by a TLS client certificate; "" refuses EXTERNAL.
	External string
	// LoginInitial has LOGIN take an initial response for the user name, as some SMTP clients send it.
	LoginInitial bool
	// SuccessData has a mechanism's last message returned together with done, for a protocol that can carry data with its success (NNTP's 283).
	// Otherwise it is a challenge to which the client answers nothing (RFC 4422 section 3.6).
	SuccessData bool
}

// NewServer returns the server's side of one exchange. It fails with [ErrMechanism] if the mechanism is unknown.
func NewServer(mech string, store Store) (Server, error) { return NewServerOptions(mech, store, nil) }

// NewServerOptions is [NewServer] with options.
func NewServerOptions(mech string, store Store, opts *ServerOptions) (Server, error) {
	m, ok := Lookup(mech)
	if !ok {
		return nil, fmt.Errorf("%w %q", ErrMechanism, mech)
	}
	var o ServerOptions
	if opts != nil {
		o = *opts
	}
	if o.Nonce == nil {
		o.Nonce = randomNonce
	}
	if o.Host == "" {
		o.Host = "localhost"
	}
	if o.Iterations == 0 {
		o.Iterations = 4096
	}
	if o.Iterations < 4096 {
		return nil, fmt.Errorf("%s: %d iterations; at least 4096 are wanted (RFC 5802 section 5.1)", m.Name, o.Iterations)
	}
	s := &server{mech: m, store: store, opts: o}
	switch m.Name {
	case SCRAMSHA256:
		return s, s.scram(scram.SHA256)
	case SCRAMSHA1:
		return s, s.scram(scram.SHA1)
	case OAuthBearer:
		s.next = s.bearer
	case XOAuth2:
		s.next = s.xoauth2
	case CRAMMD5:
		s.next = s.cram
	case Login:
		s.next = s.login
	case External:
		s.inner(sasl.NewExternalServer(s.external))
	case Anonymous:
		s.inner(sasl.NewAnonymousServer(s.anonymous))
	default:
		s.inner(sasl.NewPlainServer(s.plain))
	}
	return s, nil
}

// server runs one exchange as a chain of steps.
type server struct {
	mech  Mechanism
	store Store
	opts  ServerOptions
	next  step
	begun bool
	ended bool
	user  string
}

// step takes a response, nil only before the client said anything, and may set s.next to the step that takes the next one.
type step func(response []byte) (challenge []byte, done bool, err error)

// Next implements sasl.Server.
func (s *server) Next(response []byte) ([]byte, bool, error) {
	if s.ended {
		return nil, false, fmt.Errorf("%s: %w after the exchange's end", s.mech.Name, ErrUnexpected)
	}
	first := !s.begun
	s.begun = true
	if first && response == nil && s.mech.ClientFirst {
		return []byte{}, false, nil // an empty challenge asks for the client's first message
	}
	if first && response != nil && !s.mech.ClientFirst && !(s.mech.Name == Login && s.opts.LoginInitial) {
		s.ended = true
		return nil, false, fmt.Errorf("%s: %w: an initial response, where the server begins", s.mech.Name, ErrUnexpected)
	}
	challenge, done, err := s.next(response)
	if done || err != nil {
		s.ended = true
	}
	if err != nil {
		s.user = ""
		return nil, true, fmt.Errorf("%s: %w", s.mech.Name, err)
	}
	return challenge, done, nil
}

// User implements Server.
func (s *server) User() string {
	if !s.ended {
		return ""
	}
	return s.user
}

// accept sets the identity that the client acts as.
func (s *server) accept(user, identity string) error {
	given := identity != ""
	identity, err := Prepare(identity)
	if err != nil {
		return err
	}
	if given && identity == "" {
		// RFC 5034 section 4: what the preparation empties is not the same as none given.
		return fmt.Errorf("%w: nothing is left of the identity after SASLprep", ErrMalformed)
	}
	if identity != "" && identity != user {
		a, ok := s.store.(Authorizer)
		if !ok || !a.Authorize(user, identity) {
			return fmt.Errorf("%w: the user may not act as another", ErrDenied)
		}
		user = identity
	}
	s.user = user
	return nil
}

// check compares user and password with the store's.
func (s *server) check(user, password, identity string) error {
	if user == "" || password == "" {
		return fmt.Errorf("%w: an empty user or password", ErrMalformed)
	}
	user, err := Prepare(user)
	if err != nil {
		return err
	}
	password, err = Prepare(password)
	if err != nil {
		return err
	}
	known, ok := s.store.Password(user)
	if prepared, err := Prepare(known); err == nil {
		known = prepared
	}
	if same := equal(known, password); !ok || !same {
		return ErrDenied
	}
	return s.accept(user, identity)
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// inner has a server of go-sasl do the work.
func (s *server) inner(in sasl.Server) {
	s.next = func(response []byte) ([]byte, bool, error) {
		challenge, done, err := in.Next(response)
		if err != nil && !errors.Is(err, ErrDenied) && !errors.Is(err, ErrMalformed) {
			err = fmt.Errorf("%w: %v", ErrMalformed, err)
		}
		return challenge, done, err
	}
}

func (s *server) plain(identity, user, password string) error {
	if !utf8.ValidString(identity + user + password) {
		return fmt.Errorf("%w: not UTF-8 (RFC 4616 section 2)", ErrMalformed)
	}
	return s.check(user, password, identity)
}

func (s *server) external(identity string) error {
	if s.opts.External == "" {
		return fmt.Errorf("%w: the connection established no identity", ErrDenied)
	}
	if !utf8.ValidString(identity) {
		return fmt.Errorf("%w: not UTF-8 (RFC 4422 appendix A)", ErrMalformed)
	}
	return s.accept(s.opts.External, identity)
}

func (s *server) anonymous(trace string) error {
	if !utf8.ValidString(trace) || strings.ContainsAny(trace, "\x00\r\n") {
		return fmt.Errorf("%w: the trace information (RFC 4505 section 2)", ErrMalformed)
	}
	s.user = "anonymous"
	return nil
}

func (s *server) login(response []byte) ([]byte, bool, error) {
	password := func(user string) step {
		return func(response []byte) ([]byte, bool, error) {
			return nil, true, s.check(user, string(response), "")
		}
	}
	user := func(response []byte) ([]byte, bool, error) {
		s.next = password(string(response))
		return []byte("Password:"), false, nil
	}
	if response != nil {
		return user(response)
	}
	s.next = user
	return []byte("Username:"), false, nil
}

func (s *server) cram([]byte) ([]byte, bool, error) {
	challenge := "<" + s.opts.Nonce() + "@" + s.opts.Host + ">"
	s.next = func(response []byte) ([]byte, bool, error) {
		i := strings.LastIndexByte(string(response), ' ')
		if i < 1 || len(response)-i-1 != 32 {
			return nil, true, fmt.Errorf("%w: want a user, a space and a digest of 32 digits (RFC 2195 section 2)", ErrMalformed)
		}
		user, err := Prepare(string(response[:i]))
		if err != nil {
			return nil, true, err
		}
		password, ok := s.store.Password(user)
		if same := equal(cramDigest(password, []byte(challenge)), string(response[i+1:])); !ok || !same {
			return nil, true, ErrDenied
		}
		return nil, true, s.accept(user, "")
	}
	return []byte(challenge), false, nil
}

func (s *server) scram(hash scram.HashGeneratorFcn) error {
	salt := s.opts.Salt
	if salt == nil {
		salt = make([]byte, 16)
		rand.Read(salt)
	}
	srv, err := hash.NewServer(func(user string) (scram.StoredCredentials, error) {
		user, err := Prepare(user)
		if err != nil {
			return scram.StoredCredentials{}, err
		}
		password, ok := s.store.Password(user)
		if !ok {
			password = randomNonce() // go on as if there were such a user: the exchange must not tell
		}
		c, err := hash.NewClient(user, password, "")
		if err != nil {
			return scram.StoredCredentials{}, err
		}
		return c.GetStoredCredentialsWithError(scram.KeyFactors{Salt: string(salt), Iters: s.opts.Iterations})
	})
	if err != nil {
		return err
	}
	conv := srv.WithNonceGenerator(s.opts.Nonce).NewConversation()
	finish := func() error {
		user, err := Prepare(conv.Username())
		if err != nil {
			return err
		}
		return s.accept(user, conv.AuthzID())
	}
	s.next = func(response []byte) ([]byte, bool, error) {
		first, err := conv.Step(string(response))
		if err != nil {
			return nil, true, fmt.Errorf("%w: %v", ErrMalformed, err)
		}
		s.next = func(response []byte) ([]byte, bool, error) {
			final, err := conv.Step(string(response))
			switch {
			case err != nil && final == scram.ErrInvalidProof:
				return nil, true, ErrDenied
			case err != nil:
				return nil, true, fmt.Errorf("%w: %v", ErrMalformed, err)
			}
			if s.opts.SuccessData {
				return []byte(final), true, finish()
			}
			s.next = func(response []byte) ([]byte, bool, error) {
				if len(response) > 0 {
					return nil, true, fmt.Errorf("%w: want an empty response to the server's proof", ErrUnexpected)
				}
				return nil, true, finish()
			}
			return []byte(final), false, nil
		}
		return []byte(first), false, nil
	}
	return nil
}

// fail sends the reason, and fails once the client acknowledged it.
func (s *server) fail(status string, err error) ([]byte, bool, error) {
	reason, merr := json.Marshal(OAuthError{Status: status, Schemes: "bearer"})
	if merr != nil {
		return nil, true, merr
	}
	s.next = func([]byte) ([]byte, bool, error) { return nil, true, err }
	return reason, false, nil
}

// bearer takes the message of RFC 7628 section 3.1.
func (s *server) bearer(response []byte) ([]byte, bool, error) {
	malformed := func(what string) ([]byte, bool, error) {
		return s.fail("invalid_request", fmt.Errorf("%w: %s (RFC 7628 section 3.1)", ErrMalformed, what))
	}
	head, fields, ok := strings.Cut(string(response), "\x01")
	gs2 := strings.Split(head, ",")
	if !ok || len(gs2) != 3 || gs2[2] != "" {
		return malformed("want a GS2 header and fields between Control-A")
	}
	if gs2[0] != "n" && gs2[0] != "y" {
		return malformed("the channel binding flag is not n")
	}
	user := ""
	if gs2[1] != "" {
		name, ok := strings.CutPrefix(gs2[1], "a=")
		if ok {
			name, ok = saslName(name)
		}
		if !ok || name == "" {
			return malformed("the authorization identity")
		}
		user = name
	}
	fields, ok = strings.CutSuffix(fields, "\x01\x01")
	if !ok {
		return malformed("want two Control-A at the end")
	}
	return s.token(user, "invalid_token", fields, malformed)
}

// xoauth2 takes "user=" name ^A "auth=Bearer " token ^A ^A.
func (s *server) xoauth2(response []byte) ([]byte, bool, error) {
	malformed := func(what string) ([]byte, bool, error) {
		return s.fail("400", fmt.Errorf("%w: %s", ErrMalformed, what))
	}
	text, ok := strings.CutSuffix(string(response), "\x01\x01")
	head, fields, ok2 := strings.Cut(text, "\x01")
	user, ok3 := strings.CutPrefix(head, "user=")
	if !ok || !ok2 || !ok3 || user == "" {
		return malformed("want user= and auth= between Control-A")
	}
	return s.token(user, "401", fields, malformed)
}

// token judges the field "auth" of fields.
func (s *server) token(user, denied, fields string, malformed func(string) ([]byte, bool, error)) ([]byte, bool, error) {
	auth, found := "", false
	for _, f := range strings.Split(fields, "\x01") {
		key, value, ok := strings.Cut(f, "=")
		if !ok || key == "" {
			return malformed("a field without a key")
		}
		if key == "auth" {
			if found {
				return malformed("two fields auth")
			}
			auth, found = value, true
		}
	}
	scheme, token, ok := strings.Cut(auth, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return malformed("want auth=Bearer and a token")
	}
	if !isToken(token) {
		return malformed("the token")
	}
	owner, ok := s.store.TokenUser(token)
	if !ok {
		return s.fail(denied, ErrDenied)
	}
	if err := s.accept(owner, user); err != nil {
		return s.fail(denied, err)
	}
	return nil, true, nil
}

// isToken reports whether s is a b64token (RFC 6750 section 2.1).
func isToken(s string) bool {
	body := strings.TrimRight(s, "=")
	for i := 0; i < len(body); i++ {
		c := body[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && strings.IndexByte("-._~+/", c) < 0 {
			return false
		}
	}
	return body != ""
}

// saslName undoes the escapes of RFC 5801 section 4: "=2C" and "=3D".
func saslName(s string) (string, bool) {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '=')
		if i < 0 {
			b.WriteString(s)
			return b.String(), utf8.ValidString(b.String())
		}
		b.WriteString(s[:i])
		switch {
		case strings.HasPrefix(s[i:], "=2C"):
			b.WriteByte(',')
		case strings.HasPrefix(s[i:], "=3D"):
			b.WriteByte('=')
		default:
			return "", false
		}
		s = s[i+3:]
	}
}

func randomNonce() string {
	raw := make([]byte, 18)
	rand.Read(raw) // never fails (crypto/rand)
	return base64.StdEncoding.EncodeToString(raw)
}
